"""The driver: shared cases through both engines, random programs against the interpreter, and what each error means."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from shared_data import shared

from irmill.compiler.base.answer import shown_agree
from irmill.compiler.execute import run as driver
from irmill.compiler.execute.engine import (
    Answer,
    EngineConfig,
    EngineName,
    EngineUnavailable,
    Job,
    WasmEngine,
    error_answer,
    open_engine,
)
from irmill.compiler.execute.run import Emitted, run_programs
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.emit import emit_program


@pytest.fixture(scope="module", params=[EngineName.WASMER, EngineName.WASMTIME])
def engine(request) -> Iterator[WasmEngine]:
    try:
        opened = open_engine(EngineConfig(name=request.param, timeout_seconds=60))
    except EngineUnavailable as error:
        pytest.skip(f"the environment of {request.param} is not here: {error}")
    with opened:
        yield opened


def test_shared_cases(engine, program) -> None:
    rows = [json.loads(line) for line in shared("data/language/cases.jsonl").read_text().splitlines()]
    wanted, programs, wrong = [], [], []
    for row in rows:
        try:
            programs.append(program(row["text"]))
            wanted.append(row)
        except LanguageError as error:
            if error.code != row.get("error"):
                wrong.append((row["text"][:80], row, error.code))
    assert len(programs) > 150
    for row, done in zip(
        wanted, run_programs([Emitted.of(one) for one in programs], engine, reference_seconds=1), strict=True
    ):
        said = done.error or done.value
        expected = row.get("error") or row["value"]
        if said != expected and not (done.error is None and shown_agree(expected, done.value or "")):
            wrong.append((row["text"][:80], expected, said, done.message))
    assert not wrong


@pytest.mark.parametrize(("profile", "seed", "count"), [(CORPUS, 21, 120), (WILD, 22, 60)], ids=["corpus", "wild"])
def test_random_programs_agree_with_the_interpreter(engine, profile, seed: int, count: int) -> None:
    typed = []
    for untyped in generate_programs(count, seed, profile):
        try:
            typed.append(check_types(untyped))
        except LanguageError:
            continue
    for source, done in zip(
        typed, run_programs([Emitted.of(one) for one in typed], engine, reference_seconds=0.5), strict=True
    ):
        text = print_program(source.program)
        assert done.error not in ("DISAGREE", "UNSUPPORTED", "WORKER", "TIMEOUT"), (done.message, text)
        if done.reference.error not in (None, "TIMEOUT"):
            assert done.error == done.reference.error, text


VALUES = [
    ("10 / 4 = ", "2.5", "f64", "inexact_division"),
    ("1.1 * 10 = ", "11", "f64", "decimal"),
    ("0.1 + 0.2 == 0.3 is ", "true", "i32", "fraction"),
    ("0.3 % 0.1 = ", "0", "i64", "fraction"),
    ("sqrt(16) + 9007199254740993 = ", "9007199254740997", "i64", "fraction"),
    ("x = 0; while x != 1 do { x = x + 0.1; } x = ", "1", "i64", "fraction"),
    ("a = [0.1, 0.2]; sum(a) == 0.3 is ", "true", "i32", "fraction"),
    ("f(x) = x + 0.2; f(0.1) * 10 == 3 is ", "true", "i32", "fraction"),
    ("sum(i, 1, 10, 1 / i) = ", "2.92896825396825", "f64", "inexact_division"),
    ("9223372036854775807.5 = ", "9.22337203685478e+18", "f64", "decimal"),
    ("-0.5 * 0 = ", "0", "f64", "decimal"),
    ("f32(16777216 + 1) = ", "16777216", "f32", "f32"),
    ("2 ^ -1 = ", "0.5", "f64", "inexact_division"),
    ("(-1) ^ -3 = ", "-1", "i32", None),
    ("-7 // 2 = ", "-4", "i32", None),
    ("-7 % 2 = ", "1", "i32", None),
    ("7 // -2 = ", "-4", "i32", None),
    ("7 % -2 = ", "-1", "i32", None),
    ("sum(i, 9223372036854775806, 9223372036854775807, 1) = ", "2", "i64", "interval_i64"),
    ("sum(i, -9223372036854775807 - 1, -9223372036854775807 by 5, 1) = ", "1", "i64", None),
]


@pytest.mark.parametrize(("text", "value", "type_", "rule"), VALUES)
def test_values(engine, program, text: str, value: str, type_: str, rule: str | None) -> None:
    first = emit_program(program(text))
    (done,) = run_programs([Emitted.of(program(text), first)], engine)
    assert (done.value, done.error) == (value, None)
    decided = done.emission or first
    assert decided.type == type_
    assert rule is None or decided.type_by == rule
    assert (done.engine, done.engine_version) == (engine.name, engine.version)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1/0 = \n5 = ", "DIV_BY_ZERO"),
        ("1 / 0 + 9223372036854775808 = ", "DIV_BY_ZERO"),
        ("9223372036854775808 + 1 / 0 = ", "OVERFLOW"),
        ("sum(i, 0.5, 1 / 0) = ", "DIV_BY_ZERO"),
        ("gcd(0.5, 1 / 0) = ", "DIV_BY_ZERO"),
        ("abs(-9223372036854775807 - 1) = ", "OVERFLOW"),
        ("(-9223372036854775807 - 1) // -1 = ", "OVERFLOW"),
        ("(-9223372036854775807 - 1) / -1 = ", "OVERFLOW"),
        ("3037000500 * 3037000500 = ", "OVERFLOW"),
        ("1e = ", None),
        ("0.5 ^ 2000 = ", "INEXACT"),
        ("f32(9223372036854775807) = ", "OVERFLOW"),
        ("a = [1, 2]; a[2] = 1 / 0; 1 = ", "OUT_OF_BOUNDS"),
        ("min() = ", "DOMAIN"),
        ("f(n) = if n < 1 then 0 else 1 + f(n - 1); f(1000) = ", "STACK"),
    ],
)
def test_errors(engine, program, text: str, error: str | None) -> None:
    if error is None:
        with pytest.raises(LanguageError):
            program(text)
        return
    (done,) = run_programs([Emitted.of(program(text))], engine)
    assert (done.value, done.error) == (None, error)
    assert done.message


def test_overflow_limits_are_exact(engine, program) -> None:
    texts = ["-9223372036854775807 - 1 = ", "(-2) ^ 63 = ", "2 ^ 62 * 2 = ", "-9223372036854775807 - 2 = "]
    done = run_programs([Emitted.of(program(text)) for text in texts], engine)
    assert [row.value for row in done] == ["-9223372036854775808", "-9223372036854775808", None, None]


def test_every_line_has_its_own_fuel(engine, program) -> None:
    line = "count(0, 60000000) = "
    (done,) = run_programs([Emitted.of(program(line + "\n" + line))], engine)
    assert done.value == "60000000"
    (over,) = run_programs([Emitted.of(program("count(0, 60000000) + count(0, 60000000) = "))], engine)
    assert over.error == "FUEL"


class _Lying:
    """An engine whose answers are changed on the way out."""

    name, version = "lying", "0"

    def __init__(self, engine: WasmEngine, change) -> None:
        self.engine, self.change = engine, change

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        return [self.change(job, answer) for job, answer in zip(jobs, self.engine.run(jobs), strict=True)]


def test_an_engine_that_answers_0_is_found_out(engine, program) -> None:
    lying = _Lying(engine, lambda job, answer: replace(answer, value=0))
    done = run_programs([Emitted.of(program("50 - 15 = ")), Emitted.of(program("0.5 + 0.25 = "))], lying)
    assert [row.error for row in done] == ["DISAGREE", "INEXACT"]
    assert "35" in done[0].message


def test_a_wrong_opcode_is_found_out(engine, program, monkeypatch) -> None:
    from irmill.compiler.lang.ops import Operation
    from irmill.compiler.wasm import arithmetic

    monkeypatch.setitem(arithmetic._OPCODES, Operation.SUBTRACT, "add")
    done = run_programs([Emitted.of(program("50 - 15 = ")), Emitted.of(program("50 + 15 = "))], engine)
    assert [row.error for row in done] == ["DISAGREE", None]


def test_failures_of_the_engine_are_not_compared(engine, program) -> None:
    for code in (ErrorCode.TIMEOUT, ErrorCode.WORKER):
        lying = _Lying(engine, lambda job, answer, code=code: error_answer(job, code, "gone"))
        (done,) = run_programs([Emitted.of(program("0.5 + 1 = "))], lying)
        assert (done.value, done.error, done.message) == (None, code, "gone")


def test_where_the_interpreter_has_no_time_the_answer_stands(engine, program) -> None:
    (done,) = run_programs(
        [Emitted.of(program("x = 0; while x < 3000000 do { x = x + 1; } x = "))], engine, reference_seconds=0.01
    )
    assert done.value == "3000000"
    assert done.reference.error == "TIMEOUT"


def test_an_invalid_emission_costs_its_own_row(engine, program, monkeypatch) -> None:
    plain = driver.emit_program

    def emit(typed, **options):
        if print_program(typed.program).startswith("1"):
            raise driver.InvalidModule("broken")
        return plain(typed, **options)

    programs = [Emitted.of(program("1 / 2 = ")), Emitted.of(program("3 / 2 = "))]
    monkeypatch.setattr(driver, "emit_program", emit)
    done = run_programs(programs, engine)
    assert [(row.value, row.error) for row in done] == [(None, "UNSUPPORTED"), ("1.5", None)]
    assert done[0].emission is None


def test_the_module_that_is_given_is_the_one_that_runs(engine, program, monkeypatch) -> None:
    """Whole numbers on which engine and interpreter agree are emitted once, by whoever calls."""
    texts = ("50 - 15 = ", "7 > 3 is ", "2 ^ 40 = ", "1 / 0 = ")
    programs = [replace(Emitted.of(program(text)), emission=None) for text in texts]  # as a table has them
    monkeypatch.setattr(driver, "emit_program", lambda *_, **__: pytest.fail("emitted again"))
    done = run_programs(programs, engine)
    assert [row.value or row.error for row in done] == ["35", "true", "1099511627776", "DIV_BY_ZERO"]
    assert [row.emission for row in done] == [None] * 4


def test_steps_can_be_left_out(engine, program) -> None:
    typed = program("(16 - 3) * 5 = ")
    (plain,) = run_programs([Emitted.of(typed)], engine)
    assert (plain.value, plain.reference.steps) == ("65", ())
    (kept,) = run_programs([Emitted.of(typed)], engine, steps=True)
    assert [step.value for step in kept.reference.steps] == ["13", "65"]


def test_optimized_programs_give_the_same(engine, program) -> None:
    texts = ["sum(i, 1, 100) * 2 = ", "if 1 < 2 then 10 / 4 else 0 = ", "7 / 0 = "]
    done = run_programs([Emitted.of(program(text)) for text in texts], engine, optimize=True)
    assert [row.value or row.error for row in done] == ["10100", "2.5", "DIV_BY_ZERO"]
