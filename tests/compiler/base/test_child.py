"""The supervisor of a child process: killed, hung, starved, hungry, talking garbage, outliving nobody."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psutil
import pytest

from irmill.compiler.base import child as child_module
from irmill.compiler.base.child import (
    Child,
    ChildEnded,
    ChildError,
    ChildGarbage,
    ChildMemory,
    ChildStarved,
    ChildTimeout,
)
from irmill.compiler.base.worker import read_message, write_message

PRELUDE = """
import os, signal, subprocess, sys, time
from irmill.compiler.base.worker import read_message, write_message
reader, writer = int(sys.argv[1]), int(sys.argv[2])
"""
ECHO = "while (message := read_message(reader)) is not None: write_message(writer, message)"
LONG = 30.0


def start(code: str = ECHO, **options: int) -> Child:
    return Child([sys.executable, "-c", PRELUDE + code], **options)


def test_messages_of_any_size_come_back_in_order() -> None:
    rng = random.Random(1)
    sent = [rng.randbytes(size) for size in (0, 1, 4, 5, 65_535, 65_536, 3_000_000, 7)]
    with start() as child:
        for message in sent:
            child.send(message, LONG)
            assert child.receive(LONG) == message
        for message in sent[:4]:
            child.send(message, LONG)
        assert [child.receive(LONG) for _ in range(4)] == sent[:4]


def test_nothing_of_a_child_stays_behind_and_closing_twice_is_fine() -> None:
    me = psutil.Process()
    descriptors, children = me.num_fds(), me.children(recursive=True)
    with start() as child:
        child.send(b"x", LONG)
        assert child.receive(LONG) == b"x"
        assert not child.has_ended
    child.close()
    assert child.has_ended
    assert me.num_fds() == descriptors
    assert me.children(recursive=True) == children


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
        ("raise ValueError", "exit code 1"),
    ],
)
def test_how_it_ended_is_said(code: str, said: str) -> None:
    child = start(code)
    with pytest.raises(ChildEnded, match=said):
        child.receive(LONG)
    assert child.has_ended


def test_a_child_that_ended_takes_no_message() -> None:
    child = start()
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ChildEnded, match="SIGKILL"):
        child.send(b"x" * (1 << 20), LONG)


@pytest.mark.parametrize(
    ("use", "code"),
    [
        (lambda child: child.receive(0.3), "time.sleep(1000)"),
        (lambda child: child.receive(0.3), "os.write(writer, b'\\x10\\x00\\x00'); time.sleep(1000)"),
        (lambda child: child.receive(0.3), "os.write(writer, b'\\x10\\x00\\x00\\x00abc'); time.sleep(1000)"),
        (lambda child: child.send(b"x" * (1 << 21), 0.3), "time.sleep(1000)"),
    ],
)
def test_what_is_not_whole_in_time_is_a_timeout(use: Callable[[Child], object], code: str) -> None:
    child = start(code)
    began = time.monotonic()
    with pytest.raises(ChildTimeout, match=r"within 0\.3 s"):
        use(child)
    assert time.monotonic() - began < 10
    assert child.has_ended
    assert not psutil.pid_exists(child.pid)


def test_a_child_that_computes_all_the_time_gets_it_once() -> None:
    """On a machine with a free processor: it has had its time and is not starved."""
    child = start("write_message(writer, b'')\nwhile True: pass")
    child.receive(LONG)
    with pytest.raises(ChildTimeout):
        child.receive(1.0)


def test_a_child_that_a_busy_machine_kept_from_its_time_is_starved(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says nothing of the child, so it is another error than that its time is over."""
    computed = iter(range(1, 1000))
    monkeypatch.setattr(Child, "_cpu_seconds", lambda _: 0.005 * next(computed))
    child = start("write_message(writer, b'')\nwhile True: pass")
    child.receive(LONG)
    with pytest.raises(ChildStarved, match=r"left it no 0\.1 s"):
        child.receive(0.1)
    assert child.has_ended


@pytest.mark.parametrize(
    ("computes", "extensions"),
    [
        ([0.0] * 9, 0),
        ([0.01] * 9, 0),
        ([0.05, 0.0], 1),
        ([0.05] * 9, child_module.PATIENCE),
        ([0.3] * 9, 2),
        ([0.9] * 9, 0),
    ],
)
def test_the_clock_is_given_again_to_who_was_starved(computes: list[float], extensions: int) -> None:
    """``computes`` is the part of each ten seconds that the child had a processor."""
    clock = child_module._Clock(10.0, computed=5.0)
    before, computed, given = clock.left(), 5.0, 0
    for share in computes:
        computed += 10.0 * share
        if not clock.extend(computed):
            break
        given += 1
    assert given == extensions
    assert clock.left() == pytest.approx(before + 10.0 * extensions, abs=1.0)


def test_a_starved_child_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    computed = iter(x / 100 for x in range(1000))
    monkeypatch.setattr(Child, "_cpu_seconds", lambda self: next(computed))
    with start("time.sleep(1); write_message(writer, b'late'); read_message(reader)") as child:
        assert child.receive(0.4) == b"late"


def test_garbage_is_no_message() -> None:
    with pytest.raises(ChildGarbage, match="2147483647"):
        start("os.write(writer, b'\\xff\\xff\\xff\\x7f'); time.sleep(1000)").receive(LONG)
    with pytest.raises(ChildGarbage, match="101"):
        start("write_message(writer, b'x' * 101); time.sleep(1000)", longest_message=100).receive(LONG)


def test_a_child_that_holds_too_much_memory_is_ended() -> None:
    child = start("held = b'x' * (300 << 20); time.sleep(1000)", memory_bytes=200 << 20)
    with pytest.raises(ChildMemory, match="200 MiB"):
        child.receive(LONG)
    assert not psutil.pid_exists(child.pid)


def test_what_a_child_started_dies_with_it() -> None:
    child = start("started = subprocess.Popen(['sleep', '1000']); write_message(writer, b'%d' % started.pid)\n" + ECHO)
    grandchild = psutil.Process(int(child.receive(LONG)))
    assert grandchild.is_running()
    child.close()
    assert grandchild.wait(LONG) is None


ENDLESS = """
from irmill.compiler.base.worker import die_with_parent
die_with_parent()
write_message(writer, b"")
while True:
    pass
"""
PARENT = """
import sys
from irmill.compiler.base.child import Child
child = Child([sys.executable, "-c", sys.argv[1]])
child.receive(60)
print(child.pid, flush=True)
child.receive(600)
"""


def test_an_endless_child_dies_with_a_killed_parent() -> None:
    command = [sys.executable, "-c", PARENT, PRELUDE + ENDLESS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    psutil.wait_procs([child], timeout=LONG)
    gone = not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    if not gone:
        child.kill()
    assert gone


def test_a_terminals_interrupt_does_not_reach_it() -> None:
    with start() as child:
        assert os.getpgid(child.pid) == child.pid != os.getpgid(0)


def test_a_command_that_is_not_there_leaves_no_descriptor() -> None:
    descriptors = psutil.Process().num_fds()
    with pytest.raises(OSError, match="nothing"):
        Child(["/nothing/there"])
    assert psutil.Process().num_fds() == descriptors


def test_what_a_child_prints_is_no_message() -> None:
    with start("print('noise'); sys.stderr.write('noise')\n" + ECHO) as child:
        child.send(b"signal", LONG)
        assert child.receive(LONG) == b"signal"


def test_the_workers_side_reads_to_the_end() -> None:
    reader, writer = os.pipe()
    write_message(writer, b"one")
    write_message(writer, b"")
    os.write(writer, b"\x05\x00\x00\x00ab")
    os.close(writer)
    assert [read_message(reader), read_message(reader), read_message(reader), read_message(reader)] == [
        b"one", b"", None, None,
    ]  # fmt: skip
    os.close(reader)


def test_every_error_is_one_kind() -> None:
    kinds = (ChildEnded, ChildTimeout, ChildStarved, ChildMemory, ChildGarbage)
    assert all(issubclass(kind, ChildError) for kind in kinds)


def test_the_supervisor_starts_no_thread_and_loads_little() -> None:
    code = "import sys, irmill.compiler.base.child; print(len([n for n in sys.modules if n in ('numpy', 'pyarrow')]))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert found.stdout.strip() == "0"
