"""The driver: shared cases through both engines, random programs against the interpreter, and what each error means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from shared_data import shared

from irmill.compiler.base.answer import shown_agree
from irmill.compiler.execute import run as driver
from irmill.compiler.execute.engine import (
    Answer,
    Job,
    WasmEngine,
    error_answer,
)
from irmill.compiler.execute.run import Emitted, run_programs
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.plan import NumberMode


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
        wanted, run_programs([Emitted.of(one) for one in programs], engine, reference_steps=1_000_000), strict=True
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
        typed, run_programs([Emitted.of(one) for one in typed], engine, reference_steps=500_000), strict=True
    ):
        text = print_program(source.program)
        assert done.error not in ("DISAGREE", "UNSUPPORTED", "WORKER", "TIMEOUT"), (done.message, text)
        assert (done.confirmed_by is None) == (done.value is None)
        if done.reference.error is not None:
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


UNCONFIRMED = [
    ("x = 0; while x < 3000 do { x = x + 1; } x = ", "3000", "checked"),
    ("sum(i, 1, 300000, 0.1) = ", "30000", "fractions"),
    ("x = 0; n = 0; while x < 10000 do { x = x + 0.1; n = n + 1; }; n = ", "100000", "fractions"),
    ("x = 0; while x < 30 do { x = x + 0.1; } x == 30 is ", "true", "fractions"),
    ("sum(i, 1, 1000, 0.1) * 90000000000000 = ", "9000000000000000", "fractions"),
    ("sum(i, 1, 1000, 0.1) * 90000000000000 + 0.5 = ", "9e+15", "fractions"),
    ("sum(i, 1, 1000, 0.1) * 90071992547409.93 = ", "9007199254740993", "fractions"),
    ("sum(i, 1, 1000, 0.1) * 90071992547409.95 - 0.5 = ", "9.00719925474099e+15", "fractions"),
    ("f32(sum(i, 1, 1000, 0.1)) = ", "99.9990463256836", "checked"),
    ("x = 0.5; y = 0; while x < 1000 do { x = x + 0.5; y = y + 1; } 1 / (y - 1999) = ", "DIV_BY_ZERO", None),
    ("sum(i, 1, 1000, sqrt(i)) = ", "INEXACT", None),
    ("sum(i, 1, 1000, 1 / i) = ", "INEXACT", None),
    ("f32(sum(i, 1, 1000, 1.1 ^ 20 * i)) = ", "INEXACT", None),
]
"""With few steps for the interpreter: what is shown is exact, and says by what; what is not exact is no answer."""


@pytest.mark.parametrize(("text", "said", "confirmed_by"), UNCONFIRMED)
def test_what_the_interpreter_did_not_confirm_is_exact_or_an_error(engine, program, text, said, confirmed_by) -> None:
    (done,) = run_programs([Emitted.of(program(text))], engine, reference_steps=100)
    assert not done.reference.finished
    assert (done.error or done.value, done.confirmed_by) == (said, confirmed_by)
    if confirmed_by == "fractions":
        assert done.emission is not None
        assert not done.emission.rounds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = f32(0); floor((0.1 + 0.7) * 10) + 1000000 = ", "1000008"),
        ("f32(0) = \n100000000000000000 * (1.1 - 1 - 0.1) + 1000000000 = ", "1000000000"),
        ("f32(16777216) + 1 = ", "16777217"),
        ("f32(0.1) + 0.2 = ", "0.300000001490116"),
        ("x = f32(1); x / 10 * 3 == 0.3 is ", "true"),
        ("f32(9007199254740990 - 3) + 9007199254740989 = ", "18014398509481981"),
        ("f(x) = floor(x); f32(f(-94906266.999)) + f(-9007199254740989) = ", "-9007199349647253"),
        ("a = [0.1, f32(0.1)]; f32(sum(a)) + a[0] * 0 + 9007199254740993 = ", "9.00719925474099e+15"),
    ],
)
def test_single_precision_relaxes_nothing_outside_of_it(engine, program, text, said) -> None:
    (done,) = run_programs([Emitted.of(program(text))], engine)
    assert (done.error or done.value) == said, done.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9223372036854775806.5 * 1 - 0.5 = ", "9223372036854775806"),
        ("9223372036854775807.5 + 0.4 > 9223372036854775807.8 is ", "true"),
        ("9223372036854775807.5 + 0.5 = ", "OVERFLOW"),
        ("-9223372036854775807.5 - 0.5 = ", "-9223372036854775808"),
        ("-9223372036854775807.5 - 0.6 = ", "OVERFLOW"),
        ("floor(9223372036854775807.999999999999) = ", "9223372036854775807"),
        ("(0.1 - 9223372036854775807) % 4611686018427387905.5 * 2 = ", "8.2"),
        ("sum([0.001, 9223372036854775805, -9223372036854775805.001]) = ", "0"),
        ("f(x) = x % 3; f(f32(33554433 / 0.5)) + f(9223372036854775807) = ", "2"),
        ("sum(i, 9223372036854775803, 9223372036854775807 - 0.5 by 2147483647, 0.5) = ", "DOMAIN"),
        ("1.1 ^ 36 * 10 ^ 15 % 1 == 0.448838 / 10 ^ 9 is ", "false"),
        ("sqrt(2.25 * 10 ^ 18) * 6 + 9007199254740993 = ", "9007208254740993"),
    ],
)
def test_fractions_reach_to_the_ends_of_the_range(engine, program, text: str, said: str) -> None:
    (done,) = run_programs([Emitted.of(program(text))], engine)
    assert (done.error or done.value) == said, done.message


def test_single_precision_is_compared_bit_for_bit(engine, program) -> None:
    for text, error in (("f32(0.1 + 0.2) = ", "DISAGREE"), ("f32(1.1 ^ 20) = ", "INEXACT")):
        (done,) = run_programs([Emitted.of(program(text))], engine)
        assert done.confirmed_by == "reference"
        lying = _Lying(engine, lambda job, answer: replace(answer, value=answer.value * (1 + 2**-23)))
        (done,) = run_programs([Emitted.of(program(text))], lying)
        assert (done.value, done.error, done.confirmed_by) == (None, error, None)


def test_a_module_that_rounds_is_not_called_a_checked_one(program) -> None:
    text = "x = 0; n = 0; while x < 100 do { x = x + 0.1; n = n + 1; } n = "
    assert emit_program(program(text)).type_by == "decimal"
    assert emit_program(program("0.5 = \n9223372036854775807 + 1 = ")).type_by == "decimal"
    assert emit_program(program("x = f32(0.5); 9223372036854775807 + 1 = ")).type_by == "checked_i64"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("f32(sum(i, 16777215, 16777217, 1)) = ", "2"),
        ("f32(sum(i, 16777217, 16777218, 1)) = ", "3"),
        ("f32(sum(i, 0.9999999999, 2, 1)) = ", "2"),
        ("f32(sum(i, 1 / 3 * 3, 2, 1)) = ", "2"),
        ("f32(count(16777215, 16777217)) = ", "16777216"),
        ("f32(sum(i, 0.5, 1 / 0)) = ", "DIV_BY_ZERO"),
        ("f32(sum(i, 1, 9223372036854775807)) = ", "OVERFLOW"),
        ("f32(len([9223372036854775807])) = ", "OVERFLOW"),
        ("a = [1, 2, 3]; f32(a[0.9999999999]) = ", "2"),
        ("a = [1, 2, 3]; f32(a[1 / 3 * 3]) = ", "2"),
        ("n = 16777217; f32(sum(i, 16777216, n, 1)) + sum(i, 16777216, n, 1) = ", "3"),
        ("f(n) = sum(i, n, 16777217, 1); f32(f(16777216)) + f(16777216) = ", "3"),
    ],
)
def test_bounds_and_indices_are_rounded_inside_f32(engine, program, text: str, said: str) -> None:
    (done,) = run_programs([Emitted.of(program(text))], engine)
    assert (done.error or done.value) == said, done.message


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


def test_an_invalid_module_of_fractions_is_said_to_be_one(engine, program, monkeypatch) -> None:
    plain = driver.emit_program

    def emit(typed, **options):
        if options.get("numbers") is NumberMode.FRACTION:
            raise driver.InvalidModule("broken")
        return plain(typed, **options)

    monkeypatch.setattr(driver, "emit_program", emit)
    done = run_programs([Emitted.of(program(text)) for text in ("1.1 - 1 - 0.1 = ", "3 / 2 = ")], engine)
    assert [(row.value, row.error) for row in done] == [(None, "UNSUPPORTED"), ("1.5", None)]
    assert "not valid: broken" in done[0].message


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


def test_what_has_no_module_is_not_interpreted(engine, program, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the interpreter was asked")

    monkeypatch.setattr(driver, "interpret", asked)
    good = Emitted.of(program("1 + 1 = "))
    (execution,) = run_programs([replace(good, module=b"no module")], engine)
    assert (execution.value, execution.error) == (None, ErrorCode.UNSUPPORTED)
    assert not execution.reference.finished
