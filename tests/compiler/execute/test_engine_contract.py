"""One contract, every engine: values, errors and what a foreign or broken module does."""

from __future__ import annotations

import pytest
import wasmtime

from irmill.compiler.execute.engine import EngineConfig, EngineName, Job, open_engine
from irmill.compiler.wasm.codebook import ValueType


def job(source: str, type_: ValueType = ValueType.I32, truth: bool = False) -> Job:
    return Job(bytes(wasmtime.wat2wasm(source)), type_, truth)


def compute(body: str, result: str = "i32", more: str = "") -> str:
    return f'(module {more} (func (export "compute") (result {result}) {body}))'


GOOD = job(compute("i32.const 50 i32.const 15 i32.sub"))


def test_values_of_every_type(engine) -> None:
    jobs = [
        GOOD,
        job(compute("i32.const -1")),
        job(compute("i64.const -9223372036854775808", "i64"), ValueType.I64),
        job(compute("f64.const 0.1", "f64"), ValueType.F64),
        job(compute("f64.const 0x1p-1074", "f64"), ValueType.F64),
        job(compute("f32.const 0.1", "f32"), ValueType.F32),
        job(compute("i32.const 1"), truth=True),
    ]
    answers = engine.run(jobs)
    assert [answer.value for answer in answers] == [35, -1, -(2**63), 0.1, 5e-324, 0.10000000149011612, True]
    assert [type(answer.value) for answer in answers] == [int, int, int, float, float, float, bool]
    assert [answer.type for answer in answers] == ["i32", "i32", "i64", "f64", "f64", "f32", "i32"]
    assert all(answer.error is None for answer in answers)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (compute("i32.const 1 i32.const 0 i32.div_s"), "DIV_BY_ZERO"),
        (compute("i32.const 1 i32.const 0 i32.rem_s"), "DIV_BY_ZERO"),
        (compute("i32.const -2147483648 i32.const -1 i32.div_s"), "OVERFLOW"),
        (compute("f64.const 1e30 i64.trunc_f64_s i32.wrap_i64"), "OVERFLOW"),
        (compute("f64.const nan i64.trunc_f64_s i32.wrap_i64"), "DOMAIN"),
        (compute("i32.const 65536 i32.load", more="(memory 1)"), "OUT_OF_BOUNDS"),
        (compute("unreachable"), "UNSUPPORTED"),
        ('(module (func $f (export "compute") (result i32) call $f))', "STACK"),
    ],
)
def test_traps(engine, source: str, code: str) -> None:
    (answer,) = engine.run([job(source)])
    assert (answer.value, answer.error) == (None, code)
    assert answer.message
    assert "\n" not in answer.message


@pytest.mark.parametrize(
    ("fault", "code"),
    enumerate(["DIV_BY_ZERO", "OVERFLOW", "OUT_OF_BOUNDS", "DOMAIN", "STACK", "MEMORY", "FUEL", "INEXACT"], start=1),
)
def test_reported_faults(engine, fault: int, code: str) -> None:
    more = '(global $e (export "error") (mut i32) (i32.const 0))'
    (answer,) = engine.run([job(compute(f"i32.const {fault} global.set $e unreachable", more=more))])
    assert answer.error == code


@pytest.mark.parametrize(
    "module",
    [
        b"",
        b"junk",
        b"\0asm",
        b"\0asm\1\0\0\0",
        GOOD.module[:-1],
        GOOD.module + b"\x99",
        b'(module (func (export "compute") (result i32) i32.const 1))',
        bytes(wasmtime.wat2wasm('(module (import "a" "b" (func)))')),
        bytes(wasmtime.wat2wasm('(module (func (export "other") (result i32) i32.const 1))')),
        bytes(wasmtime.wat2wasm('(module (memory (export "compute") 1))')),
        bytes(wasmtime.wat2wasm('(module (func (export "compute") (param i32) (result i32) i32.const 1))')),
        bytes(wasmtime.wat2wasm('(module (func (export "compute")))')),
    ],
    ids=range(12),
)
def test_what_is_no_module_of_ours_is_refused_and_the_rest_goes_on(engine, module: bytes) -> None:
    before, answer, after = engine.run([GOOD, Job(module), GOOD])
    assert (answer.value, answer.error) == (None, "UNSUPPORTED")
    assert (before.value, after.value) == (35, 35)


def test_an_endless_loop_times_out_and_the_rest_goes_on(engine) -> None:
    endless = job(compute("(loop br 0) i32.const 1"))
    with open_engine(EngineConfig(name=EngineName(engine.name), timeout_seconds=1.5)) as impatient:
        answers = impatient.run([GOOD, endless, GOOD, GOOD])
    assert [answer.value for answer in answers] == [35, None, 35, 35]
    assert answers[1].error == "TIMEOUT"


def test_many_rows_in_order(engine) -> None:
    jobs = [job(compute(f"i32.const {row}")) for row in range(300)]
    assert [answer.value for answer in engine.run(jobs)] == list(range(300))
    assert engine.run([]) == []


def test_instances_share_nothing(engine) -> None:
    counting = compute(
        "global.get $n i32.const 1 i32.add global.set $n global.get $n",
        more="(global $n (mut i32) (i32.const 0)) (memory 1)",
    )
    assert [answer.value for answer in engine.run([job(counting)] * 5)] == [1] * 5


def test_memory_can_grow_to_what_a_line_may_create(engine) -> None:
    grow = compute("i32.const 2047 memory.grow drop memory.size", more="(memory 1 2048)")
    assert engine.run([job(grow)])[0].value == 2048


def test_a_thousand_calls_of_a_large_function_may_be_open(engine) -> None:
    """Every local is live across the call and made of the one before, so that a frame holds some 4 kB."""
    names = [f"$v{number}" for number in range(500)]
    before = "".join(f" local.get $n i64.mul i64.const 7 i64.xor local.tee {name}" for name in names)
    after = "".join(f" local.get {name} i64.xor" for name in names)
    deep = f"""(module
        (func $f (param $n i64) (result i64) {"".join(f"(local {name} i64)" for name in names)}
            i64.const 1 {before} drop
            local.get $n i64.eqz if (result i64) i64.const 0 else local.get $n i64.const 1 i64.sub call $f end
            {after})
        (func (export "compute") (result i64) i64.const 999 call $f))"""
    wanted = 0
    for n in range(1000):
        value = 1
        for _ in names:
            value = (value * n % 2**64) ^ 7
            wanted ^= value
    (answer,) = engine.run([job(deep, ValueType.I64)])
    assert answer.value == (wanted - 2**64 if wanted >= 2**63 else wanted)


def test_name_and_version(engine) -> None:
    assert engine.name in ("wasmer", "wasmtime")
    assert engine.version[0].isdigit()
