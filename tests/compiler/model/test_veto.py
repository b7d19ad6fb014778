"""What ways to reject catch and lose."""

from __future__ import annotations

import math

import pytest

from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.readings import LensReading
from irmill.compiler.model.veto import (
    BOTH,
    CONFIDENCE,
    CONFIDENCE_UNSURE,
    LENS,
    RANDOM,
    UNSURE,
    Counterfactual,
    Heard,
    Spoken,
    Veto,
    counterfactual,
    hear,
    shown,
)

ADD, SUBTRACT = Operation.ADD, Operation.SUBTRACT


def ways(found: Counterfactual) -> dict[str, Veto]:
    return {way.by: way for way in found.vetoes}


def heard(right: bool, confidence: float, objected: bool, support: float = 0.0) -> Heard:
    return Heard(right, confidence, objected, support, 0.25)


def test_wrong_rows_are_caught_and_right_ones_lost() -> None:
    rows = [heard(True, 0.9, False)] * 6 + [heard(True, 0.2, True)] + [heard(False, 0.1, True)] * 3
    rows += [heard(False, 0.8, False)] * 2
    found = counterfactual(rows)
    assert (found.right, found.wrong) == (7, 5)
    lens = ways(found)[LENS]
    assert (lens.rejected, lens.caught, lens.lost) == (4, 3, 1)


def test_confidence_rejects_as_many_rows_from_the_lowest_on() -> None:
    rows = [heard(True, 0.9, True), heard(True, 0.8, True), heard(False, 0.2, False), heard(False, 0.3, False)]
    found = ways(counterfactual(rows))
    assert (found[LENS].caught, found[LENS].lost) == (0, 2)
    assert (found[CONFIDENCE].rejected, found[CONFIDENCE].caught, found[CONFIDENCE].lost) == (2, 2, 0)


def test_a_random_way_is_an_expectation() -> None:
    found = ways(counterfactual([heard(True, 0.5, False)] * 8 + [heard(False, 0.5, True)] * 4))[RANDOM]
    assert (found.rejected, found.caught, found.lost) == (3.0, 1.0, 2.0)


def test_a_random_lens_is_right_as_often_and_blind() -> None:
    yes, no = LensReading(ADD, 0.9), LensReading(SUBTRACT, 0.6)
    rows = [
        Spoken(True, 0.5, (ADD, ADD), (yes, yes)),
        Spoken(True, 0.5, (ADD, ADD), (yes, no)),
        Spoken(False, 0.5, (ADD,), (no,)),
    ]
    first, second, third = hear(rows)
    assert [row.objected for row in (first, second, third)] == [False, True, True]
    assert first.blind == second.blind == pytest.approx(1 - 0.75**2)
    assert third.blind == pytest.approx(0.25)
    assert second.support == pytest.approx(math.log(0.9) + math.log(0.4))


def test_the_two_together_use_the_one_that_tells() -> None:
    """Where one of the two says nothing, the combination is as good as the other: it was fitted, not averaged."""
    by_confidence = [heard(place % 4 > 1, 0.9 if place % 4 > 1 else 0.3, place % 5 == 0) for place in range(200)]
    found = ways(counterfactual(by_confidence))
    assert (found[BOTH].caught, found[BOTH].lost) == (40, 0)
    by_lens = [heard(place % 4 > 1, 0.5, place % 4 < 2, -3.0 if place % 4 < 2 else -0.1) for place in range(200)]
    found = ways(counterfactual(by_lens))
    assert (found[BOTH].caught, found[BOTH].lost) == (100, 0)


def test_no_row_is_scored_by_a_fit_on_itself() -> None:
    """Halves that contradict each other: a fit on the other half takes all right rows for the wrong ones."""
    even, odd = [heard(True, 0.9, False), heard(False, 0.2, True)], [heard(False, 0.9, False), heard(True, 0.2, True)]
    rows = [row for _ in range(10) for pair in zip(even, odd, strict=True) for row in pair]
    both = ways(counterfactual(rows))[BOTH]
    assert (both.rejected, both.caught, both.lost) == (20, 0, 20)


def test_the_lens_is_heard_below_a_bound_of_the_other_half() -> None:
    """Objections are right where confidence is low and wrong where it is high."""
    low, high = [heard(False, 0.2, True)] * 20, [heard(True, 0.9, True)] * 20
    found = ways(counterfactual([*low, *high, *[heard(True, 0.5, False)] * 20]))
    assert (found[UNSURE].rejected, found[UNSURE].caught, found[UNSURE].lost) == (20, 20, 0)
    assert found[CONFIDENCE_UNSURE].rejected == 20
    halves = [row for pair in zip(low, high, strict=True) for row in pair]  # one half has all that is low
    found = ways(counterfactual(halves))
    assert (found[UNSURE].caught, found[UNSURE].lost) == (0, 20)


def test_shares_are_of_the_wrong_and_of_the_right() -> None:
    document = shown(counterfactual([heard(True, 0.9, True), heard(True, 0.9, False), heard(False, 0.1, True)]))
    lens = document["vetoes"][0]
    assert (document["right"], document["wrong"]) == (2, 1)
    assert (lens["by"], lens["caught_share"], lens["lost_share"]) == (LENS, 1.0, 0.5)
    assert shown(counterfactual([]))["vetoes"][0]["caught_share"] == 0.0
    assert shown(counterfactual([heard(True, 0.9, True)]))["vetoes"][2]["lost"] == 1.0
