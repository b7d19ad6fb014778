"""The runner: every case once a round, in turn (a/b/a/b), so that a busy machine slows all of them alike.

Ratios are taken within a round and their median is told, with the lowest and the highest; a figure is never the best of
many. What is told of a row is a function of the seconds alone.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from irmill.flows.bench.contest import Case, Contest, Measure

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of a figure over the rounds, with the lowest and the highest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """A goal as text, what was reached of it (the median), and whether that is enough."""

    goal: str
    found: float
    reached: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What was found of one case.

    Attributes:
        contest: the contest's name.
        case: the case's.
        unit: what ``rate`` counts; products for the ceiling.
        rate: units a second.
        times: how many times as fast as the baseline, unit for unit; 1 for the baseline itself, None for the ceiling.
        flop_rate: floating-point operations of its matrix products a second; None where it names none.
        of_ceiling: that as a part of the ceiling's own rate in the same round (bytes moved, where it names those);
            None without a ceiling.
        verdicts: its goals.
    """

    contest: str
    case: str
    unit: str
    rate: Spread
    times: Spread | None
    flop_rate: float | None
    of_ceiling: Spread | None
    verdicts: tuple[Verdict, ...]


def spread(values: Sequence[float]) -> Spread:
    """The spread of one figure over the rounds; there is at least one."""
    return Spread(median(values), min(values), max(values))


def take_turns(cases: Sequence[Case], rounds: int, clock: Clock = time.perf_counter) -> dict[str, list[float]]:
    """Seconds of every call, by case. Each case runs once unmeasured, then once a round, in order, ``rounds`` times.

    Every other round runs backwards, so that no case is always the one after another; the collector of garbage rests
    within a call.
    """
    for case in cases:
        case.work()
    seconds: dict[str, list[float]] = {case.name: [] for case in cases}
    for turn in range(rounds):
        for case in cases if turn % 2 == 0 else reversed(cases):
            gc.collect()
            gc.disable()
            try:
                start = clock()
                case.work()
                seconds[case.name].append(clock() - start)
            finally:
                gc.enable()
    return seconds


def rows_of(contest: Contest, seconds: Mapping[str, Sequence[float]]) -> list[Row]:
    """What the seconds of a contest say of each of its cases, all rounds of equal place compared."""
    return [_row(contest, case, seconds) for case in contest.cases]


def _row(contest: Contest, case: Case, seconds: Mapping[str, Sequence[float]]) -> Row:
    own = [case.count / second for second in seconds[case.name]]
    base = [contest.baseline.count / second for second in seconds[contest.baseline.name]]
    rate, times = spread(own), spread([mine / theirs for mine, theirs in zip(own, base, strict=True)])
    is_ceiling = case is contest.ceiling
    flop_rate = case.flop * rate.median / case.count if case.flop else None
    return Row(
        contest.name,
        case.name,
        "products" if is_ceiling else contest.unit,
        rate,
        None if is_ceiling else times,
        flop_rate,
        _of_ceiling(contest, case, seconds),
        _verdicts(case, rate, times),
    )


def _of_ceiling(contest: Contest, case: Case, seconds: Mapping[str, Sequence[float]]) -> Spread | None:
    top = contest.ceiling
    if top is None:
        return None
    work, most = (case.flop, top.flop) if case.flop and top.flop else (case.moved, top.moved)
    if not work or not most:
        return None
    pairs = zip(seconds[case.name], seconds[top.name], strict=True)
    return spread([(work / mine) / (most / theirs) for mine, theirs in pairs])


def _verdicts(case: Case, rate: Spread, times: Spread) -> tuple[Verdict, ...]:
    found = {Measure.TIMES: times.median, Measure.SHARE: 1.0 / times.median, Measure.RATE: rate.median}
    return tuple(
        Verdict(
            str(goal),
            found[goal.measure],
            found[goal.measure] <= goal.value if goal.measure is Measure.SHARE else found[goal.measure] >= goal.value,
        )
        for goal in case.goals
    )
