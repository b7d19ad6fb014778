"""Shares, groups, and accuracy at a coverage."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.model.scores import (
    Score,
    by_group,
    coverage,
    is_fractional,
    is_negative,
    risk_area,
    share,
    wilson_interval,
)

SURE_AND_RIGHT = [Score(right=place >= 4, kept=True, confidence=place / 20) for place in range(20)]
"""The four least confident of twenty are wrong."""


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share(rows: int, data: st.DataObject) -> None:
    correct = data.draw(st.integers(0, rows))
    low, high = wilson_interval(correct, rows)
    assert 0 <= low <= correct / rows + 1e-12
    assert correct / rows - 1e-12 <= high <= 1


def test_no_rows_have_no_accuracy_and_any_interval() -> None:
    nothing = share([])
    assert (nothing.accuracy, nothing.rows, nothing.low, nothing.high) == (0.0, 0, 0.0, 1.0)


def test_groups_are_counted_apart() -> None:
    found = by_group([("b", True), ("a", False), ("b", False), ("b", True)])
    assert {name: (one.correct, one.rows) for name, one in found.items()} == {"a": (0, 1), "b": (2, 3)}


def test_the_least_confident_rows_are_given_up_first() -> None:
    full, most, some = coverage(SURE_AND_RIGHT)
    assert (full.rows, full.correct, full.confidence) == (20, 16, 0.0)
    assert (most.rows, most.correct, most.confidence) == (18, 16, 0.1)
    assert (some.rows, some.correct, some.accuracy) == (15, 15, 1.0)


def test_a_coverage_is_at_least_what_it_says() -> None:
    (found,) = coverage(SURE_AND_RIGHT[:7], [0.9])
    assert found.rows == 7
    assert coverage([], [1.0])[0].accuracy == 0.0


def test_coverage_asks_nothing_of_threshold_and_lens() -> None:
    dropped = [Score(row.right, kept=False, confidence=row.confidence) for row in SURE_AND_RIGHT]
    assert coverage(dropped) == coverage(SURE_AND_RIGHT)


def test_the_area_is_the_mean_risk_of_the_surest_rows() -> None:
    assert risk_area([Score(True, True, 0.9), Score(False, True, 0.5)]) == pytest.approx((0 + 1 / 2) / 2)
    assert risk_area([Score(True, True, 0.5), Score(False, True, 0.9)]) == pytest.approx((1 + 1 / 2) / 2)
    assert risk_area([]) == 0.0


@pytest.mark.parametrize(
    ("value", "negative", "fractional"),
    [
        (Fraction(-3), True, False),
        (-2.5, True, True),
        (0.0, False, False),
        (Fraction(1, 3), False, True),
        (4.0, False, False),
        (True, False, False),
        (None, False, False),
    ],
)
def test_negative_and_fractional_answers(value: float | None, negative: bool, fractional: bool) -> None:
    assert (is_negative(value), is_fractional(value)) == (negative, fractional)
