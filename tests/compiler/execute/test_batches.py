"""Many programs compiled as one: each gives what it gives alone, whatever its neighbours do."""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import wasmtime

from irmill.compiler.execute.batches import module_of, run_batches
from irmill.compiler.execute.engine import (
    Answer,
    EngineConfig,
    Job,
    WasmEngine,
)
from irmill.compiler.execute.wasmer_client import WasmerEngine
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.profiles import CORPUS, WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.plan import NumberMode


def alone(engine: WasmEngine, jobs: Sequence[Job]) -> list[Answer]:
    return [engine.run([job])[0] for job in jobs]


def emitted(typed, numbers: NumberMode = NumberMode.WHOLE) -> Job:
    emission = emit_program(typed, numbers=numbers)
    return Job(emission.module, emission.type, emission.truth)


def job(source: str, type_: ValueType = ValueType.I32) -> Job:
    return Job(assembled(source), type_)


def assembled(source: str) -> bytes:
    """The module of a text whose symbols all stand for the first of their kind; no section of names is left."""
    return bytes(wasmtime.wat2wasm(re.sub(r"\$\w+", "0", re.sub(r"\((global|func) \$\w+", r"(\1", source))))


def compute(body: str, result: str = "i32", more: str = "") -> str:
    return f'(module {more} (func (export "compute") (result {result}) {body}))'


MEMORY = "(memory 1 2050)"
ERROR = '(global $error (export "error") (mut i32) (i32.const 0))'


@pytest.mark.parametrize("numbers", list(NumberMode))
def test_random_programs_give_together_what_they_give_alone(engine, numbers: NumberMode) -> None:
    jobs: list[Job] = []
    for untyped in [*generate_programs(60, 31, CORPUS), *generate_programs(30, 32, WILD)]:
        try:
            jobs.append(emitted(check_types(untyped), numbers))
        except LanguageError:
            continue
    assert len(jobs) > 50
    assert engine.run(jobs) == alone(engine, jobs)


LIMITS = [
    ("count(0, 60000000) = ", "60000000"),
    ("count(0, 100000001) = ", "FUEL"),
    ("f(n) = if n < 1 then 0 else 1 + f(n - 1); f(1000) = ", "STACK"),
    ("f(n) = if n < 1 then 0 else 1 + f(n - 1); f(999) = ", "999"),
    ("n = 0; while n < 9000000 do { a = [n]; n = n + 1; } n = ", "MEMORY"),
    ("n = 0; while n < 8000000 do { a = [n]; n = n + 1; } n = ", "8000000"),
    ("a = [1, 2]; a[2] = ", "OUT_OF_BOUNDS"),
    ("a = [7, 8, 9]; sum(a) = ", "24"),
    ("1 / 0 = ", "DIV_BY_ZERO"),
    ("9223372036854775807 + 1 = ", "OVERFLOW"),
    ("even(n) = if n < 1 then 1 else odd(n - 1); odd(n) = if n < 1 then 0 else even(n - 1); even(900) = ", "1"),
    ("f(n) = if n < 1 then 0 else 1 + f(n - 1); f(998) = ", "998"),
]


def test_every_program_starts_with_limits_of_its_own(engine, program) -> None:
    """Each limit is used up by one program before another needs it."""
    cases = [*LIMITS, *LIMITS[5:], *LIMITS[:1]]
    answers = engine.run([emitted(program(text)) for text, _ in cases])
    assert [str(answer.value if answer.error is None else answer.error) for answer in answers] == [
        said for _, said in cases
    ]


def test_nothing_that_a_program_writes_is_there_for_the_next(engine) -> None:
    write = compute("i32.const 4096 i32.const 77 i32.store i32.const 1", more=MEMORY)
    read = compute("i32.const 4096 i32.load", more=MEMORY)
    last = compute("i32.const 65532 i32.const 7 i32.store i32.const 1", more=MEMORY)
    read_last = compute("i32.const 65532 i32.load", more=MEMORY)
    grow = compute("i32.const 3 memory.grow drop i32.const 200000 i32.const 9 i32.store memory.size", more=MEMORY)
    size = compute("memory.size", more=MEMORY)
    far = compute("i32.const 200000 i32.load", more=MEMORY)
    sources = [write, read, last, read_last, grow, size, read, far, grow, grow, size]
    answers = engine.run([job(source) for source in sources])
    said = [answer.value if answer.error is None else str(answer.error) for answer in answers]
    assert said == [1, 0, 1, 0, 4, 1, 0, "OUT_OF_BOUNDS", 4, 4, 1]


def test_globals_and_faults_are_those_of_the_program_that_ran(engine) -> None:
    count = compute(
        "global.get $n i32.const 1 i32.add global.set $n global.get $n", more="(global $n (mut i32) (i32.const 5))"
    )
    wide = compute(
        "global.get $n i64.const 1 i64.add global.set $n global.get $n",
        "i64",
        "(global $n (mut i64) (i64.const -9223372036854775808))",
    )
    fault = compute("i32.const 7 global.set $error unreachable", more=ERROR)
    silent = compute("unreachable")
    plain = compute("i32.const 1 i32.const 0 i32.div_s", more=ERROR)
    jobs = [job(s, ValueType.I64 if s is wide else ValueType.I32) for s in (count, wide, fault, silent, plain) * 2]
    answers = engine.run(jobs)
    assert [answer.value for answer in answers] == [6, 1 - 2**63, None, None, None] * 2
    assert [str(answer.error) for answer in answers] == ["None", "None", "FUEL", "UNSUPPORTED", "DIV_BY_ZERO"] * 2


def broken(source: str, before: bytes, after: bytes) -> Job:
    """A module whose code does not fit its types."""
    module = assembled(source)
    assert module.count(before) == 1
    return Job(module.replace(before, after))


@pytest.mark.parametrize("place", [0, 7, 19])
def test_a_module_that_is_not_valid_costs_its_own_row(engine, place: int) -> None:
    jobs = [job(compute(f"i32.const {row} i32.const 2 i32.mul")) for row in range(20)]
    jobs[place] = broken(compute("i32.const 3 i32.const 4 i32.add"), b"\x6a\x0b", b"\x7c\x0b")
    answers = engine.run(jobs)
    assert [answer.value for answer in answers] == [None if row == place else 2 * row for row in range(20)]
    assert answers[place].error == "UNSUPPORTED"
    assert answers[place] == engine.run([jobs[place]])[0]


def test_what_is_valid_only_among_others_is_refused(engine) -> None:
    """Memory, globals and functions of its neighbours are not a program's own."""
    call = job(compute("call $f", more="(func $f (result i32) i32.const 3)"))
    count = job(compute("global.get $n", more="(global $n (mut i32) (i32.const 0))"))
    read = job(compute("i32.const 8 i32.load", more=MEMORY))
    neighbours = [read, call, count]
    spare = compute("i32.const 5 i32.popcnt i32.popcnt i32.popcnt")
    for instead in (b"\x28\x02\x00", b"\x1a\x10\x01", b"\x1a\x23\x00"):
        answers = engine.run([*neighbours, broken(spare, b"\x69\x69\x69", instead), *neighbours])
        assert [answer.value for answer in answers] == [0, 3, 0, None, 0, 3, 0]
        assert answers[3].error == "UNSUPPORTED"


def test_damaged_modules_answer_as_they_do_alone_and_harm_nobody(engine, program) -> None:
    source = random.Random(5)
    texts = ["50 - 15 = ", "7 // 2 + 3 % 2 = ", "a = [1, 2, 3]; a[1] * 2 = ", "sqrt(2) + 0.5 = ", "2 ^ 40 = "]
    good = [emitted(program(text)) for text in texts]
    expected = alone(engine, good)
    for _ in range(12):
        damaged: list[Job] = []
        for one in good:
            module = bytearray(one.module)
            module[source.randrange(8, len(module))] ^= 1 << source.randrange(8)
            damaged.append(Job(bytes(module), one.type, one.truth))
        answers = engine.run([*good, *damaged, *good])
        assert answers[: len(good)] == expected == answers[-len(good) :]
        assert answers[len(good) : -len(good)] == alone(engine, damaged)


CONSTANTS = {
    ValueType.I32: ["0", "-1", "63", "64", "2147483647", "-2147483648"],
    ValueType.I64: ["0", "-1", "9223372036854775807", "-9223372036854775808", "4294967296"],
    ValueType.F32: ["0", "-0", "0.1", "-1e38", "inf", "nan", "nan:0x7fe001"],
    ValueType.F64: ["0", "-0", "0.1", "-1e308", "inf", "5e-324", "nan"],
}


@pytest.mark.parametrize("type_", list(ValueType))
def test_programs_that_differ_in_constants_share_a_function(engine, type_: ValueType) -> None:
    """Every constant reaches its own program, whichever of them differ; locals keep their places."""
    operation = "xor" if type_ in ("i32", "i64") else "copysign"
    body = f"(local {type_} i32) {type_}.const {{}} local.set 0 local.get 0 {type_}.const {{}} {type_}.{operation}"
    jobs = [job(compute(body.format(a, b), type_), type_) for a in CONSTANTS[type_] for b in CONSTANTS[type_]]
    answers, single = engine.run(jobs), alone(engine, jobs)
    assert [repr(answer) for answer in answers] == [repr(answer) for answer in single]


def test_a_nan_keeps_its_bits(engine) -> None:
    """The host's numbers would make every NaN a quiet one."""
    body = "i32.const 0 f32.const {} f32.store i32.const 0 i32.load"
    jobs = [job(compute(body.format(constant), more=MEMORY)) for constant in ("nan:0x200001", "nan:0x200002", "1")]
    assert [answer.value for answer in engine.run(jobs)] == [0x7FA00001, 0x7FA00002, 0x3F800000]


def _merged(jobs: Sequence[Job]) -> tuple[bytes, int]:
    """The merged module of jobs that make one batch, and how many functions of it are called."""
    found: list[tuple[bytes, int]] = []

    def attempt(batch, answers):
        module, calls = module_of(batch)
        found.append((module, len({call.function for call in calls if call is not None})))
        answers.update({part.row: Answer(0, None, "", ValueType.I32) for part in batch})
        return ()

    run_batches(jobs, 500, attempt)
    (one,) = found
    return one


def test_helpers_and_equal_code_are_there_once(program) -> None:
    first, called = _merged([emitted(program(f"{a} - {b} = ")) for a in range(9) for b in range(9)])
    assert called == 1
    assert len(first) < 150
    one = len(emitted(program("(9223372036854775807 - 1) * 2 ^ 3 = ")).module)
    many = [emitted(program(f"{'(' * deep}9223372036854775807{' - 1)' * deep} * 2 ^ 3 = ")) for deep in range(1, 21)]
    module, called = _merged(many)
    assert called == 20
    assert len(module) < 3 * one + 20 * 150
    wasmtime.Module.validate(wasmtime.Engine(), module)


def test_functions_that_call_each_other_are_placed(program) -> None:
    text = "even(n) = if n < 1 then 1 else odd(n - 1); odd(n) = if n < 1 then 0 else even(n - 1); even({}) = "
    module, called = _merged([emitted(program(text.format(count))) for count in (3, 4, 90)])
    assert called == 3
    wasmtime.Module.validate(wasmtime.Engine(), module)


FAKE = """import json, os, struct, sys
reader, writer = int(sys.argv[1]), int(sys.argv[2])
def send(data): os.write(writer, struct.pack("<I", len(data)) + data)
send(json.dumps({"version": "0", "compiler": "0"}).encode())
while True:
    head = os.read(reader, 4)
    if not head: break
    data = b""
    while len(data) < struct.unpack("<I", head)[0]: data += os.read(reader, 1 << 16)
    rows, length = struct.unpack_from("<II", data)
    if MARK in data[8 : 8 + length]: os._exit(1)
    send(struct.pack("<IB", 0xFFFFFFFF, 4))
    at = 8 + length
    for _ in range(rows):
        row, function, arguments = struct.unpack_from("<IIB", data, at)
        at += 9 + 9 * arguments
        send(struct.pack("<IBq", row, 0, 1000 + row))
"""


@pytest.mark.parametrize("place", [0, 11, 15])
def test_a_module_that_kills_the_compiler_costs_its_own_row(tmp_path: Path, place: int) -> None:
    script, python = tmp_path / "fake.py", tmp_path / "python"
    script.write_text(FAKE.replace("MARK", repr(b"\x45\x45\x45\x45")))
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$3" "$4"\n')
    python.chmod(0o755)
    jobs = [job(compute("i32.const 1 " + "i32.eqz " * (row % 3))) for row in range(16)]
    jobs[place] = job(compute("i32.const 1 " + "i32.eqz " * 5))
    with WasmerEngine(EngineConfig(wasmer_python=python, timeout_seconds=20)) as engine:
        answers = engine.run(jobs)
    assert [answer.value for answer in answers] == [None if row == place else 1000 + row for row in range(16)]
    assert answers[place].error == "WORKER"


def test_a_module_of_its_own_is_called_by_its_name_alone(engine) -> None:
    """What a foreign module exports beside ``compute`` is never called."""
    reset = '(func (export "reset") (result i32) i32.const 5 global.set $n i32.const 0)'
    more = f"(global $n (mut i32) (i32.const 1)) {reset}"
    answers = engine.run([job(compute("global.get $n", more=more)), job(compute("i32.const 2"))])
    assert [answer.value for answer in answers] == [1, 2]
