"""Traced numbers: what a trace gives for other inputs is what running again gives, or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.lang.traced import Trace, Traced, TracedLiteral, Untraceable, call


def _branches(x, y, z):
    if x + y > 100:
        return x * 2 - y, z
    if not x:
        return z // 3, y % 7
    return (min(x, y, z), max(x - y, z)) if y != z else (-x, abs(y - x))


def _loops(x, y, z):
    total = 0
    while z > 0 and total < 50:
        total, z = total + x % 5, z - 1 - y // 2
    return total, z >> 1


def _divisions(x, y, z):
    if y == 0 or z == 0:
        return (0, 0)
    return x // y + x % z, -(-x // z) if x >= y else 10 // y


def _functions(x, y, z):
    return call(math.gcd, x, y) + call(math.isqrt, z), x**3 if x.bit_length() < 4 else 2 ** (y % 5)


def _bounds(x, y, z):
    inside = -(2**7) <= x - y < 2**7
    wide = x * z < 2**9
    return (x - y, 1) if inside and wide else (z, 2 if inside else 3)


PROGRAMS: list[Callable[..., tuple[int, int]]] = [_branches, _loops, _divisions, _functions, _bounds]
SMALL = st.integers(0, 12) | st.integers(0, 300)


@pytest.mark.parametrize("program", PROGRAMS)
@given(st.tuples(SMALL, SMALL, SMALL), st.lists(st.tuples(SMALL, SMALL, SMALL), max_size=20))
def test_a_formula_gives_what_running_gives_or_nothing(program, first, others) -> None:
    trace = Trace()
    inputs = [trace.input(value) for value in first]
    formula = trace.formula(program(*inputs))
    assert formula(*first) == program(*first)
    for other in others:
        assert formula(*other) in (None, program(*other))


@given(SMALL, SMALL, st.lists(st.tuples(SMALL, SMALL), max_size=20))
def test_inputs_that_answer_every_question_alike_are_of_the_class(x, y, others) -> None:
    """The class is as wide as the questions are: one bound, one order, one equality."""
    trace = Trace()
    one, other = trace.input(x), trace.input(y)
    answers = (one + other < 100, one > other, one == 5)
    formula = trace.formula([one])
    for a, b in others:
        assert (formula(a, b) is not None) == (answers == (a + b < 100, a > b, a == 5))


@pytest.mark.parametrize(
    "use",
    [
        int,
        float,
        range,
        str,
        "{}".format,
        hash,
        lambda x: math.gcd(x, 4),
        lambda x: [1, 2, 3][x],
        lambda x: Fraction(x, 3),
        lambda x: x + 0.5,
        lambda x: x == 0.5,
        lambda x: x < 0.5,
        lambda x: x + True if x == "1" else 0,
    ],
    ids=range(13),
)
def test_nothing_is_found_out_behind_the_trace(use) -> None:
    trace = Trace()
    with pytest.raises(TypeError):
        use(trace.input(2))


def test_dividing_by_a_traced_0_is_dividing_by_0() -> None:
    trace = Trace()
    zero, seven = trace.input(0), trace.input(7)
    with pytest.raises(ZeroDivisionError):
        _ = seven // zero
    with pytest.raises(ZeroDivisionError):
        _ = 1 % zero


@given(SMALL, st.integers(1, 40), st.integers(0, 40))
def test_a_literal_compares_as_its_fraction_does(numerator, denominator, other) -> None:
    trace = Trace()
    literal = TracedLiteral(trace.input(numerator), trace.input(denominator))
    value = Fraction(numerator, denominator)
    found = [literal >= other, literal > other, literal <= other, literal < other, literal == other]
    assert found == [value >= other, value > other, value <= other, value < other, value == other]


def test_two_functions_of_one_name_are_not_mixed_up() -> None:
    trace = Trace()
    x = trace.input(4)
    assert isinstance(call(math.isqrt, x), Traced)

    def isqrt(value: int) -> int:
        return value

    with pytest.raises(Untraceable):
        call(isqrt, x)
