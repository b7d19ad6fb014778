"""The checked numbers: simplest forms, range, powers, and single precision against numpy."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from irmill.compiler.lang import exact
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.exact import Trap

FRACTIONS = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
SINGLES = st.floats(width=32, min_value=-(2.0**40), max_value=2.0**40, allow_subnormal=False)


def code_of(function, *values):
    with pytest.raises(Trap) as caught:
        function(*values)
    return caught.value.code


@given(FRACTIONS, FRACTIONS)
def test_fractions_are_exact_and_in_simplest_form(left, right):
    one, other = exact.settle(left), exact.settle(right)
    for function, expected in (
        (exact.add, left + right),
        (exact.subtract, left - right),
        (exact.multiply, left * right),
    ):
        found = function(one, other)
        assert found == expected
        assert isinstance(found, int) == (expected.denominator == 1)
    assume(right != 0)
    assert exact.divide(one, other) == left / right
    quotient, rest = exact.floor_divide(one, other), exact.modulo(one, other)
    assert quotient * right + rest == left
    assert isinstance(quotient, int)
    assert rest == 0 or (rest > 0) == (right > 0)
    assert abs(rest) < abs(right)


@given(st.integers(-30, 30), st.integers(-12, 12), st.integers(1, 9))
def test_powers(base, exponent, denominator):
    assume(base != 0 or exponent >= 0)
    value = Fraction(base, denominator)
    expected = value**exponent
    if -(2**63) <= expected < 2**63:
        assert exact.power(exact.settle(value), exponent) == expected
    else:
        assert code_of(exact.power, exact.settle(value), exponent) is ErrorCode.OVERFLOW


def test_the_range_holds_for_every_kind_of_number():
    for value in (2**63, -(2**63) - 1, Fraction(2**64 + 1, 2), -(2.0**63) * 1.001, 2.0**63, math.inf):
        assert code_of(exact.settle, value) is ErrorCode.OVERFLOW
    for value in (2**63 - 1, -(2**63), -(2.0**63), Fraction(2**64 - 1, 2)):
        assert exact.settle(value) == value


def test_what_is_too_small_or_too_long_is_inexact():
    assert code_of(exact.settle, Fraction(1, 10**301)) is ErrorCode.INEXACT
    assert exact.settle(Fraction(1, 10**300)) == Fraction(1, 10**300)
    assert code_of(exact.settle, 1e-301) is ErrorCode.INEXACT
    assert code_of(exact.multiply, 1e-200, 1e-200) is ErrorCode.INEXACT
    assert code_of(exact.divide, 1e-200, 1e300 / 1e100) is ErrorCode.INEXACT
    long = Fraction(2**4096 - 1, 2**4095)
    assert exact.settle(long) == long
    assert code_of(exact.settle, Fraction(2**4097 - 1, 2**4096)) is ErrorCode.INEXACT


def test_zero_has_no_sign():
    for value in (exact.settle(-0.0), exact.negate(0.0), exact.multiply(0.0, -1.5), exact.single(-0.0)):
        assert math.copysign(1, value) == 1


def test_square_roots_are_exact_where_they_can_be():
    assert exact.sqrt(49) == 7
    assert isinstance(exact.sqrt(49), int)
    assert exact.sqrt(Fraction(9, 16)) == Fraction(3, 4)
    assert exact.sqrt(2) == math.sqrt(2)
    assert isinstance(exact.sqrt(4.0), float)


@given(st.floats(min_value=-(2.0**62), max_value=2.0**62))
def test_single_rounds_as_numpy_does(value):
    assert exact.single(value) == float(np.float32(value))


@given(st.integers(-(2**62), 2**62), st.integers(1, 2**40))
def test_single_rounds_exact_numbers_once(above, below):
    value = Fraction(above, below)
    found = Fraction(exact.single(value))
    nearest = np.float32(float(value))
    neighbours = [Fraction(float(np.nextafter(nearest, np.float32(end)))) for end in (-np.inf, np.inf)]
    assert all(abs(found - value) <= abs(other - value) for other in (*neighbours, Fraction(float(nearest))))


def test_single_rounding_is_not_doubled():
    # the nearest double is half-way between two singles, the number itself just above
    value = Fraction(1) + Fraction(1, 2**24) + Fraction(1, 2**60)
    assert float(np.float32(float(value))) == 1.0
    assert exact.single(value) == 1 + 2.0**-23


@given(SINGLES, SINGLES)
def test_single_arithmetic_is_that_of_numpy(left, right):
    one, other = np.float32(left), np.float32(right)
    for function, expected in (
        (exact.rounded(exact.add), one + other),
        (exact.rounded(exact.subtract), one - other),
    ):
        assert function(left, right) == float(expected)
    product = left * right
    if abs(product) < 2.0**62:
        assert exact.rounded(exact.multiply)(left, right) == float(one * other)
    if right != 0 and abs(left / right) < 2.0**62:
        assert exact.rounded(exact.divide)(left, right) == float(one / other)
    if left >= 0:
        assert exact.rounded(exact.sqrt)(left) == float(np.sqrt(one))


def test_only_whole_numbers_are_whole():
    assert exact.whole(5, "x") == 5
    assert exact.whole(5.0, "x") == 5
    assert isinstance(exact.whole(5.0, "x"), int)
    assert code_of(exact.whole, Fraction(1, 2), "x") is ErrorCode.DOMAIN
    assert code_of(exact.whole, 0.5, "x") is ErrorCode.DOMAIN
