"""What a bench measures: ways to do one thing, side by side in one run, and what is asked of them.

A contest has a baseline that its rows are ratios to, and, where arithmetic is what bounds it, a ceiling: bare matrix
products of the same shapes, timed in the same rounds, so that a row also says how far from the machine it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What of a row a goal is about."""

    TIMES = "times"
    """How many times as fast as the baseline, for the same work: at least the goal's value."""
    SHARE = "share"
    """The part of the baseline's time that it takes: at most the goal's value."""
    RATE = "rate"
    """Units a second: at least the goal's value."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a case is to reach; see :class:`Measure` for whether that is from above or below."""

    measure: Measure
    value: float

    def __str__(self) -> str:
        sign = "<=" if self.measure is Measure.SHARE else ">="
        return f"{self.measure} {sign} {self.value:,.4g}"


@dataclass(frozen=True, slots=True)
class Case:
    """One way to do the work of a contest.

    Attributes:
        name: what a person reads.
        work: does it once; what it returns is not looked at.
        count: how many units one call does.
        flop: floating-point operations of one call's matrix products; 0 where they are not what bounds it.
        moved: bytes that one call must move, where that is what bounds it; else 0.
        goals: what it is to reach.
    """

    name: str
    work: Callable[[], object]
    count: float
    flop: float = 0.0
    moved: float = 0.0
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class Contest:
    """Cases that do the same work; ``unit`` names what they count (``problems``), ``about`` is one line on what bounds
    them. The ceiling's own flop and bytes a second are what the others are held against."""

    name: str
    unit: str
    baseline: Case
    others: tuple[Case, ...]
    ceiling: Case | None = None
    about: str = ""

    @property
    def cases(self) -> tuple[Case, ...]:
        """All that is timed, the baseline first and the ceiling last; names are distinct."""
        ceiling = () if self.ceiling is None else (self.ceiling,)
        return (self.baseline, *self.others, *ceiling)
