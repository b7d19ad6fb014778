"""The runner of benches: whose turn it is, and what seconds are made into. No test here waits for a clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from irmill.flows.bench.contest import Case, Contest, Goal, Measure
from irmill.flows.bench.measure import Row, rows_of, spread, take_turns


def idle() -> None:
    """No work: the seconds are given."""


def rows(contest: Contest, **seconds: list[float]) -> dict[str, Row]:
    return {row.case: row for row in rows_of(contest, seconds)}


def test_cases_take_turns_after_a_round_that_is_not_measured() -> None:
    calls: list[str] = []
    now = [0.0]

    def lasting(name: str, seconds: float) -> Callable[[], None]:
        def work() -> None:
            calls.append(name)
            now[0] += seconds

        return work

    cases = [Case("a", lasting("a", 1.0), 1), Case("b", lasting("b", 3.0), 1)]
    found = take_turns(cases, 3, lambda: now[0])
    assert "".join(calls) == "ab" + "ab" + "ba" + "ab"
    assert found == {"a": [1.0, 1.0, 1.0], "b": [3.0, 3.0, 3.0]}


def test_ratios_are_of_one_round_and_counts_may_differ() -> None:
    contest = Contest("c", "things", Case("slow", idle, 10), (Case("quick", idle, 20),))
    # the machine was half as quick in the second round: the rates say so, the ratio does not
    found = rows(contest, slow=[1.0, 2.0, 1.0], quick=[0.5, 1.0, 0.4])
    assert found["slow"].times == spread([1.0])
    assert (found["quick"].rate.median, found["quick"].rate.low, found["quick"].rate.high) == (40.0, 20.0, 50.0)
    assert found["quick"].times is not None
    assert (found["quick"].times.median, found["quick"].times.low) == (4.0, 4.0)
    assert found["quick"].times.high == pytest.approx(5.0)


def test_a_row_says_how_far_from_the_ceiling_it_is() -> None:
    top = Case("top", idle, 1, flop=100.0, moved=8.0)
    counted, streamed = Case("counted", idle, 4, flop=40.0), Case("streamed", idle, 4, moved=2.0)
    contest = Contest("c", "things", Case("plain", idle, 4), (counted, streamed), top)
    found = rows(contest, plain=[1.0], counted=[0.5], streamed=[0.5], top=[1.0])
    assert found["counted"].flop_rate == 80.0
    assert found["counted"].of_ceiling == spread([0.8])
    assert found["streamed"].of_ceiling == spread([0.5])
    assert found["plain"].of_ceiling is None
    assert (found["top"].unit, found["top"].times, found["top"].of_ceiling) == ("products", None, spread([1.0]))


@pytest.mark.parametrize(
    ("goal", "found", "reached"),
    [
        (Goal(Measure.TIMES, 5.0), 4.0, False),
        (Goal(Measure.TIMES, 4.0), 4.0, True),
        (Goal(Measure.SHARE, 0.2), 0.25, False),
        (Goal(Measure.SHARE, 0.3), 0.25, True),
        (Goal(Measure.RATE, 500.0), 8.0, False),
        (Goal(Measure.RATE, 7.0), 8.0, True),
    ],
)
def test_goals_are_held_against_the_median(goal: Goal, found: float, reached: bool) -> None:
    contest = Contest("c", "things", Case("base", idle, 1), (Case("other", idle, 1, goals=(goal,)),))
    row = rows(contest, base=[0.5, 0.5, 0.5], other=[0.125, 0.125, 50.0])["other"]
    (verdict,) = row.verdicts
    assert (verdict.found, verdict.reached) == (found, reached)
    assert verdict.goal == str(goal)
