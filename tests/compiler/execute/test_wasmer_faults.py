"""Faults of the wasmer worker: killed, hung, hungry, talking garbage. Each costs one row."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import wasmtime

from irmill.compiler.base import worker
from irmill.compiler.execute import wasmer_client
from irmill.compiler.execute.engine import (
    PYTHON_VARIABLE,
    EngineConfig,
    EngineName,
    EngineUnavailable,
    Job,
    find_wasmer_python,
    open_engine,
)
from irmill.compiler.execute.wasmer_client import WasmerEngine
from irmill.compiler.lang.errors import InputError


def compute(body: str, more: str = "") -> Job:
    return Job(bytes(wasmtime.wat2wasm(f'(module {more} (func (export "compute") (result i32) {body}))')))


GOOD = compute("i32.const 35")
ENDLESS = compute("(loop br 0) i32.const 1")


@pytest.fixture
def engine() -> Iterator[WasmerEngine]:
    if find_wasmer_python() is None:
        pytest.skip("there is no environment with wasmer")
    opened = open_engine(EngineConfig(name=EngineName.WASMER, timeout_seconds=30, memory_mib=400, batch_rows=8))
    assert isinstance(opened, WasmerEngine)
    with opened:
        yield opened


def test_a_worker_killed_mid_batch_costs_the_row_that_ran(engine) -> None:
    assert engine.run([GOOD])[0].value == 35
    worker = engine.worker_id
    killer = threading.Timer(0.5, os.kill, (worker, signal.SIGKILL))
    killer.start()
    answers = engine.run([GOOD, GOOD, ENDLESS, *[GOOD] * 20])
    killer.join()
    assert [answer.error for answer in answers] == [None, None, "WORKER", *[None] * 20]
    assert all(answer.value == 35 for answer in answers if answer.error is None)
    assert engine.worker_id != worker


def test_a_worker_that_died_between_batches_is_replaced(engine) -> None:
    os.kill(engine.worker_id, signal.SIGKILL)
    time.sleep(0.2)
    assert [answer.value for answer in engine.run([GOOD] * 3)] == [35] * 3


def test_a_module_that_hogs_memory_is_killed(engine) -> None:
    touch = """(local i32) i32.const 20000 memory.grow drop
    loop local.get 0 i32.const 1 i32.store local.get 0 i32.const 4096 i32.add local.tee 0
    i32.const 1300000000 i32.lt_u br_if 0 end loop br 0 end i32.const 1"""
    answers = engine.run([GOOD, compute(touch, "(memory 1)"), GOOD])
    assert [answer.error for answer in answers] == [None, "WORKER", None]
    assert "400 MiB" in answers[1].message


def test_closing_twice_and_running_again(engine) -> None:
    engine.close()
    engine.close()
    assert engine.worker_id is None
    assert engine.run([GOOD])[0].value == 35


ORPHANED = """
import wasmtime
from irmill.compiler.execute.engine import EngineConfig, EngineName, Job, open_engine
module = wasmtime.wat2wasm('(module (func (export "compute") (result i32) (loop br 0) i32.const 1))')
with open_engine(EngineConfig(name=EngineName.WASMER, timeout_seconds=600)) as engine:
    print(engine.worker_id, flush=True)
    engine.run([Job(bytes(module))])
"""


def test_a_worker_in_an_endless_loop_dies_with_its_parent() -> None:
    if find_wasmer_python() is None:
        pytest.skip("there is no environment with wasmer")
    with subprocess.Popen([sys.executable, "-c", ORPHANED], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = psutil.Process(int(parent.stdout.readline()))
        while worker.cpu_times().user < 0.5:
            time.sleep(0.05)
        parent.kill()
    try:
        worker.wait(10)
    except psutil.TimeoutExpired:
        worker.kill()
        raise


def fake_worker(tmp_path: Path, replies: str) -> Path:
    """An interpreter that runs our script in place of the worker; ``replies`` answers one request."""
    script = tmp_path / "fake.py"
    script.write_text(
        f"""import json, os, struct, sys
reader, writer = int(sys.argv[1]), int(sys.argv[2])
def send(data): os.write(writer, struct.pack("<I", len(data)) + data)
def ready(): send(struct.pack("<IB", 0xFFFFFFFF, 4))
send(json.dumps({{"version": "0", "compiler": "0"}}).encode())
while os.read(reader, 65536):
    {replies}
"""
    )
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$3" "$4"\n')
    python.chmod(0o755)
    return python


@pytest.mark.parametrize(
    "replies",
    [
        "send(b'')",
        "send(b'no reply')",
        "send(struct.pack('<IB', 0, 4))",
        "ready(); send(struct.pack('<IBq', 5, 0, 1))",
        "ready(); send(struct.pack('<IBi', 0, 0, 1))",
        "ready(); send(struct.pack('<IBB', 0, 2, 1))",
        "ready(); send(struct.pack('<IBi', 0, 2, 1) + b'\\xff')",
        "ready(); send(struct.pack('<IBq', 0, 9, 1))",
        "os.write(writer, b'\\xff' * 64)",
    ],
)
def test_garbage_on_the_pipe(tmp_path, replies: str) -> None:
    with WasmerEngine(EngineConfig(wasmer_python=fake_worker(tmp_path, replies), timeout_seconds=5)) as engine:
        (answer,) = engine.run([GOOD])
    assert answer.error == "WORKER"
    assert "garbage" in answer.message


def test_a_reply_that_never_comes_whole_times_out(tmp_path) -> None:
    python = fake_worker(tmp_path, "os.write(writer, b'\\x10\\x00')")
    with WasmerEngine(EngineConfig(wasmer_python=python, timeout_seconds=0.3)) as engine:
        assert engine.run([GOOD])[0].error == "TIMEOUT"


@pytest.mark.parametrize("content", ["#!/bin/sh\nexit 1\n", "#!/nothing/there\n"])
def test_a_worker_that_does_not_start(tmp_path, content: str) -> None:
    python = tmp_path / "python"
    python.write_text(content)
    python.chmod(0o755)
    with pytest.raises(EngineUnavailable):
        open_engine(EngineConfig(name=EngineName.WASMER, wasmer_python=python))
    with open_engine(EngineConfig(wasmer_python=python)) as engine:
        assert engine.name == "wasmtime"


def test_an_environment_variable_that_names_nothing(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(PYTHON_VARIABLE, str(tmp_path / "none"))
    with pytest.raises(InputError, match=PYTHON_VARIABLE):
        open_engine()


def test_without_an_environment_wasmtime_is_used(monkeypatch) -> None:
    monkeypatch.setattr("irmill.compiler.execute.engine.find_wasmer_python", lambda: None)
    with open_engine() as engine:
        assert engine.name == "wasmtime"
    with pytest.raises(EngineUnavailable, match="was found"):
        open_engine(EngineConfig(name=EngineName.WASMER))


def test_the_worker_is_python_3_10_and_standard_library() -> None:
    import ast

    names: set[str] = set()
    for source in (wasmer_client.WORKER, Path(worker.__file__)):
        tree = ast.parse(source.read_text(), feature_version=(3, 10))
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    roots = {name.partition(".")[0] for name in names}
    assert roots - set(sys.stdlib_module_names) == {"wasmer", "wasmer_compiler_cranelift", "worker"}
