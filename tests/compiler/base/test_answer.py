"""How values are shown and when they agree."""

from __future__ import annotations

from fractions import Fraction

import pytest

from irmill.compiler.base.answer import SINGLE_TOLERANCE, agree, relative_error, show, show_array, shown_agree


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-(2**63), "-9223372036854775808"),
        (2**63 - 1, "9223372036854775807"),
        (Fraction(4, 2), "2"),
        (Fraction(5, 2), "2.5"),
        (Fraction(1, 3), "0.333333333333333"),
        (Fraction(2**64 - 1, 2), "9.22337203685478e+18"),
        (Fraction(1, 10**5), "1e-05"),
        (2.0, "2"),
        (0.1 + 0.2, "0.3"),
        (2.0000000000000004, "2"),
        (1e18, "1000000000000000000"),
        (-0.0, "0"),
    ],
)
def test_show(value, shown):
    assert show(value) == shown


def test_show_array():
    assert show_array([1, Fraction(1, 2), 3.0]) == "[1, 0.5, 3]"


def test_truth_values_and_numbers_never_agree():
    assert agree(True, True)
    assert not agree(True, False)
    assert not agree(1, True)
    assert not agree(False, 0)


def test_whole_numbers_must_be_identical():
    assert agree(5, 5.0)
    assert not agree(9007199254740993, 9007199254740992.0)
    assert agree(3, 3.0000000000000004)
    assert not agree(3, 3.1)
    assert not agree(4503599627370497, 4503599627370496.5)


def test_other_numbers_may_be_off_a_little():
    assert agree(Fraction(1, 3), 1 / 3)
    assert not agree(Fraction(1, 3), 0.33333333333)
    assert agree(Fraction(1, 3), 0.333333, SINGLE_TOLERANCE)
    assert agree(16777217, 16777216, SINGLE_TOLERANCE)
    assert not agree(0, 1e-20)
    assert relative_error(Fraction(1, 4), 0.5) == 1
    assert relative_error(0, 1) == float("inf")


def test_shown_values_agree_like_values():
    assert shown_agree("true", "true")
    assert not shown_agree("true", "false")
    assert not shown_agree("1", "true")
    assert not shown_agree("100000000000000000", "100000000000000001")
    assert shown_agree("0.333333333333333", "0.3333333333333333")
    assert not shown_agree("0.3333333333", "0.3333333334")
    assert shown_agree("9.22337203685478e+18", "9.22337203685477581e+18")
    assert not shown_agree("nonsense", "1")
