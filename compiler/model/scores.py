"""Figures over rows whose right answer is known: shares with their intervals, by group, by how sure the model was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, sqrt

COVERAGES = (1.0, 0.9, 0.75)
"""The shares of the rows that accuracy is given at, the surest first."""


@dataclass(frozen=True, slots=True)
class Score:
    """One row.

    Attributes:
        right: whether the answer is right, whatever threshold and lens say of it.
        kept: whether neither of them rejects it.
        confidence: the normalizer's, in [0, 1]; 0 where there is no program.
    """

    right: bool
    kept: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many rows, and the share's 95 % interval (0 and 1 where there are no rows)."""

    correct: int
    rows: int
    low: float
    high: float

    @property
    def accuracy(self) -> float:
        """The share; 0 of no rows."""
        return self.correct / self.rows if self.rows else 0.0


@dataclass(frozen=True, slots=True)
class Covered:
    """The surest rows, as many as the coverage says: how many of them are right, and the confidence of the last."""

    coverage: float
    rows: int
    correct: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """Of the rows covered."""
        return self.correct / self.rows if self.rows else 0.0


def share(found: Iterable[bool]) -> Share:
    """The share of what is true."""
    rows = list(found)
    correct = sum(rows)
    low, high = wilson_interval(correct, len(rows)) if rows else (0.0, 1.0)
    return Share(correct, len(rows), low, high)


def wilson_interval(correct: int, rows: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, 1927); ``rows`` is positive."""
    z = 1.959963984540054
    part = correct / rows
    centre = (part + z * z / (2 * rows)) / (1 + z * z / rows)
    reach = z / (1 + z * z / rows) * sqrt(part * (1 - part) / rows + z * z / (4 * rows * rows))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def by_group(rows: Iterable[tuple[str, bool]]) -> Mapping[str, Share]:
    """The share of right rows of each group, by name, of rows that say their group and whether they are right."""
    found: dict[str, list[bool]] = {}
    for name, right in rows:
        found.setdefault(name, []).append(right)
    return {name: share(found[name]) for name in sorted(found)}


def coverage(scores: Sequence[Score], shares: Sequence[float] = COVERAGES) -> list[Covered]:
    """Accuracy at each coverage, without threshold and lens: rows are given up from the least confident on."""
    ranked = _surest_first(scores)
    found: list[Covered] = []
    for part in shares:
        kept = ranked[: ceil(part * len(ranked) - 1e-9)]
        found.append(Covered(part, len(kept), sum(row.right for row in kept), kept[-1].confidence if kept else 0.0))
    return found


def risk_area(scores: Sequence[Score]) -> float:
    """The area under the curve of risk (share of wrong rows) over coverage: the mean risk of the surest 1, 2, ... rows.
    0 is best; of no rows it is 0."""
    wrong, total = 0, 0.0
    for place, row in enumerate(_surest_first(scores), 1):
        wrong += not row.right
        total += wrong / place
    return total / len(scores) if scores else 0.0


def is_negative(value: Fraction | float | bool | None) -> bool:
    """Whether an answer is below zero."""
    return value is not None and not isinstance(value, bool) and value < 0


def is_fractional(value: Fraction | float | bool | None) -> bool:
    """Whether an answer is a number and not whole."""
    return value is not None and not isinstance(value, bool) and value % 1 != 0


def _surest_first(scores: Sequence[Score]) -> list[Score]:
    return sorted(scores, key=lambda row: -row.confidence)
