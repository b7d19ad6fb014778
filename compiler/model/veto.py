"""What rejecting rows is worth: the lens's veto beside a blind lens, the normalizer's own confidence, and both.

The counterfactual asks, of each way to reject, how many wrong rows it catches and how many right ones it costs. Those
that order the rows reject as many as the lens does, so that their figures can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.calibration import Trial, calibrate
from irmill.compiler.model.logistic import fit, logit
from irmill.compiler.model.readings import LensReading

LENS = "the lens disagrees"
RANDOM = "a random lens of equal accuracy"
CONFIDENCE = "lowest confidence, as many rows"
UNSURE = "the lens disagrees, where confidence is low"
CONFIDENCE_UNSURE = "lowest confidence, as many as those"
BOTH = "confidence and lens together, as many rows"


@dataclass(frozen=True, slots=True)
class Heard:
    """A row that has a program, with what the normalizer and the lens say of it.

    Attributes:
        right: whether the program's value is the right one.
        confidence: the normalizer's, in [0, 1].
        objected: whether the lens reads other operations.
        support: the log of the lens's probability of the program's operations; 0 where it is not known.
        blind: the probability that a random lens objects.
    """

    right: bool
    confidence: float
    objected: bool
    support: float
    blind: float


@dataclass(frozen=True, slots=True)
class Veto:
    """One way to reject: how many rows it rejects, how many wrong ones it catches, how many right ones are lost. Those
    of a random way are expectations."""

    by: str
    rejected: float
    caught: float
    lost: float


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Rows by whether their value is right, and the ways to reject them side by side."""

    right: int
    wrong: int
    vetoes: tuple[Veto, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A program's operations beside the lens's readings of them, both post-order, and whether its value is right."""

    right: bool
    confidence: float
    operations: tuple[Operation, ...]
    lens: tuple[LensReading, ...]

    @property
    def agreed(self) -> int:
        """The operations that the lens reads as they are."""
        return sum(reading.operation is word for reading, word in zip(self.lens, self.operations, strict=True))

    @property
    def support(self) -> float:
        """The log of the lens's probability of the operations; of one that it does not read, at most what is left."""
        return sum(
            math.log(max(reading.probability if reading.operation is word else 1.0 - reading.probability, 1e-6))
            for reading, word in zip(self.lens, self.operations, strict=True)
        )


def lens_accuracy_of(rows: Sequence[Spoken]) -> float:
    """The share of the operations of right programs that the lens reads as they are; 0 where there are none."""
    operations = sum(len(row.operations) for row in rows if row.right)
    return sum(row.agreed for row in rows if row.right) / operations if operations else 0.0


def hear(rows: Sequence[Spoken]) -> list[Heard]:
    """The rows beside a random lens, which reads each operation as it is with the real one's accuracy on right
    programs, without looking at the question."""
    accuracy = lens_accuracy_of(rows)
    return [
        Heard(
            row.right,
            row.confidence,
            row.agreed < len(row.operations),
            row.support,
            1.0 - accuracy ** len(row.operations),
        )
        for row in rows
    ]


def counterfactual(rows: Sequence[Heard], random: str = RANDOM) -> Counterfactual:
    """What each way to reject does to the rows; ``random`` says what the random way is."""
    count = sum(row.objected for row in rows)
    unsure = objected_where_unsure(rows)
    ways = (
        _veto(LENS, rows, [float(row.objected) for row in rows]),
        _veto(random, rows, [row.blind for row in rows]),
        _veto(CONFIDENCE, rows, _lowest([row.confidence for row in rows], count)),
        _veto(BOTH, rows, _lowest(together(rows), count)),
        _veto(UNSURE, rows, [float(row) for row in unsure]),
        _veto(CONFIDENCE_UNSURE, rows, _lowest([row.confidence for row in rows], sum(unsure))),
    )
    right = sum(row.right for row in rows)
    return Counterfactual(right, len(rows) - right, ways)


def objected_where_unsure(rows: Sequence[Heard]) -> list[bool]:
    """Whether each row would be rejected by ``lens.veto: unsure``, its bound chosen on the other half of the rows."""
    rejected = [False] * len(rows)
    for half in (0, 1):
        other = [Trial(row.confidence, row.right, row.objected) for row in rows[1 - half :: 2]]
        chosen = calibrate(other)
        for at in range(half, len(rows), 2):
            sure = chosen.probability(rows[at].confidence) >= chosen.unsure_below
            rejected[at] = rows[at].objected and not sure
    return rejected


def together(rows: Sequence[Heard]) -> list[float]:
    """The log odds of each row's being right by confidence and lens: a logistic regression on the log odds of the
    confidence, the lens's support and its objection, fitted on the other half of the rows (even and odd places)."""
    features = [(logit(row.confidence), row.support, float(row.objected)) for row in rows]
    odds = [0.0] * len(rows)
    for half in (0, 1):
        other = range(1 - half, len(rows), 2)
        if len(other) == 0:
            continue
        *weights, intercept = (float(w) for w in fit([features[at] for at in other], [rows[at].right for at in other]))
        for at in range(half, len(rows), 2):
            odds[at] = intercept + sum(w * feature for w, feature in zip(weights, features[at], strict=True))
    return odds


def _lowest(scores: Sequence[float], count: int) -> list[float]:
    """1 for the ``count`` lowest scores, else 0; of equal scores the first rows are rejected first."""
    rejected = set(sorted(range(len(scores)), key=lambda at: scores[at])[:count])
    return [float(at in rejected) for at in range(len(scores))]


def _veto(by: str, rows: Sequence[Heard], rejects: Sequence[float]) -> Veto:
    caught = sum(share for row, share in zip(rows, rejects, strict=True) if not row.right)
    lost = sum(share for row, share in zip(rows, rejects, strict=True) if row.right)
    return Veto(by, caught + lost, caught, lost)


def shown(found: Counterfactual) -> dict[str, Any]:
    """A counterfactual as a document: counts, and shares of the wrong and of the right rows."""
    return {
        "right": found.right,
        "wrong": found.wrong,
        "vetoes": [
            {
                **asdict(way),
                "caught_share": way.caught / found.wrong if found.wrong else 0.0,
                "lost_share": way.lost / found.right if found.right else 0.0,
            }
            for way in found.vetoes
        ],
    }
