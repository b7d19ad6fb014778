"""Emission, engines and driver against the second oracle; each way of numbers by itself; the limits of a line."""

from __future__ import annotations

import pytest
from fuzz.edges import ARRAYS, BOUNDS, EDGES, FLOW, REAL, SERIES, WHOLE
from fuzz.examine import Examiner
from fuzz.oracle.walk import answer

from irmill.compiler.base.answer import agree
from irmill.compiler.execute.engine import Job
from irmill.compiler.execute.run import Emitted, run_programs
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.trace import trace_module


@pytest.fixture(scope="module")
def examiner():
    with Examiner() as opened:
        yield opened


def test_edges(examiner):
    tally = examiner.examine([("edge", text) for text in EDGES])
    assert not tally.findings
    assert tally.counts["edge", "INEXACT"] <= 8  # each of them is INEXACT for the oracle, too
    assert tally.counts["edge", "UNSUPPORTED"] == 0


def typed(program, parts):
    """The texts of some parts that have types, with them."""
    for part in parts:
        for line in part.strip().splitlines():
            text = line.replace("\\n", "\n") + " "
            try:
                yield text, program(text)
            except LanguageError:
                continue


def raw(examiner, programs, numbers):
    """What the last engine says of each program in one way of numbers, with nothing to correct it."""
    found = []
    for text, one in programs:
        try:
            emission = emit_program(one, numbers=numbers)
        except LanguageError:
            continue
        found.append((text, emission, Job(emission.module, emission.type, emission.truth)))
    answers = examiner.engines[-1].run([job for _, _, job in found])
    return [(text, emission, said) for (text, emission, _), said in zip(found, answers, strict=True)]


def test_whole_numbers_need_nobody_to_correct_them(examiner, program):
    """A module that rounds nothing is right, or stops for a remainder."""
    compared = 0
    for text, emission, said in raw(examiner, typed(program, (SERIES, BOUNDS, WHOLE, ARRAYS, FLOW)), NumberMode.WHOLE):
        value, error = answer(text)
        if emission.rounds or said.error == "INEXACT":
            continue
        assert (said.value, said.error) == (value, error), text
        compared += 1
    assert compared > 250


def test_fractions_are_exact_or_too_narrow(examiner, program):
    compared = 0
    for text, emission, said in raw(examiner, typed(program, (SERIES, WHOLE, REAL, ARRAYS, FLOW)), NumberMode.FRACTION):
        value, error = answer(text)
        if said.error in ("INEXACT", "OVERFLOW") or isinstance(value, float) or emission.rounds:
            continue
        assert str(said.error) == str(error), text
        if error is None:  # a fraction leaves its module as an f64
            assert agree(float(value) if isinstance(said.value, float) else value, said.value), text
        compared += 1
    assert compared > 250


FLOATS = (
    "0.5 + 0.25 =", "0.5 - 0.75 =", "0.5 * 0.25 =", "0.5 / 0.25 =", "5.5 // 2 =", "-5.5 // 2 =", "5.5 // -2 =",
    "5.5 % 2 =", "-5.5 % 2 =", "5.5 % -2 =", "0.5 / 0 =", "0.5 // 0 =", "0.5 % 0 =", "x = 0; 0.5 / x =",
    "floor(-2.5) =", "abs(-0.5) =", "min(0.5, 0.25, 1) =", "max(0.5, 0.25, 1) =", "sqrt(2.25) =", "sqrt(-0.25) =",
    "1.5 ^ 3 =", "0.5 ^ -2 =", "(-0.5) ^ 3 =", "(-0.5) ^ -3 =", "0.0 ^ -1 =", "0.5 ^ 0 =", "1.5 ^ 108 =",
    "9223372036854774784.5 + 9223372036854774784.5 =", "-9223372036854774784.5 * 2 =",
    "4611686018427387904.5 * 2 =", "1000000000000.5 ^ 2 =", "2.5 ^ 1.5 =", "0.5 < 0.25 is", "0.5 >= 0.5 is",
    "sum([0.5, 0.25]) =", "product([0.5, 4]) =", "min([0.5, 0.25]) =", "max([0.5, 0.25]) =", "a = [0.5]; a[0.5] =",
    "sum(i, 1, 4, i / 2) =", "product(i, 1, 4, i * 0.5) =", "sum(i, 0.5, 2) =",
    "x = 0.5; while x < 3 do { x = x * 2; } x =",
    "if 1 < 2 then 0.5 else 1 =", "f(x) = x / 2; f(3) + f(0.5) =", "x = 6; x / 4 =", "-(2.5) =", "12 / 5 =",
)  # fmt: skip


def test_floats_are_right_where_nothing_is_lost(examiner, program):
    """Of numbers that f64 holds, f64 gives the exact result and the same error; fractions have nothing to mend."""
    for text, _, said in raw(examiner, [(text, program(text)) for text in FLOATS], NumberMode.F64):
        value, error = answer(text)
        assert str(said.error) == str(error), (text, said)
        assert error is not None or agree(value, said.value), (text, said)


def test_the_trace_says_what_the_engines_say(examiner, program):
    for mode in NumberMode:
        for text, emission, said in raw(examiner, typed(program, (WHOLE, REAL, ARRAYS)), mode):
            trace = trace_module(emission.body, most_steps=3_000, most_kept=0)
            if trace.complete:
                assert str(trace.error) == str(said.error), text
                assert said.error is not None or trace.value == said.value, (text, mode)


ELEMENTS = 4096
FULL = f"sum(i, 1, {2**23 // ELEMENTS}, len([{', '.join('0' * ELEMENTS)}]))"
"""As many array elements as a line may create."""


def test_every_line_has_its_own_memory_to_the_last_element(examiner, program):
    """The limit itself is allowed, one more is not, and what lines before created counts for nothing."""
    whole = [f"{FULL} = ", f"{FULL} = \n{FULL} = \n{FULL} = ", f"{FULL} + len([1]) = ", f"{FULL} + len([]) = "]
    for engine in examiner.engines:
        done = run_programs([Emitted.of(program(text)) for text in whole], engine)
        assert [one.value or one.error for one in done] == ["8388608", "8388608", "MEMORY", "8388608"]
    assert interpret(program(whole[1])).value == 2**23


def test_every_line_has_its_own_fuel_and_calls(examiner, program):
    line = "f(n) = if n < 2 then 1 else 1 + f(n - 1); f(1000) + count(0, 60000000) = "
    (done,) = run_programs([Emitted.of(program(f"{line}\n{line}"))], examiner.engines[-1])
    assert done.value == "60001000"
