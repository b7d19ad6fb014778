"""What a normalizer's confidence is worth: as a probability, and the bounds below which a row is not to be trusted.

All of it is chosen on development rows (:func:`calibrate`) and kept in the model's card.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from irmill.compiler.base.atomic import replaced
from irmill.compiler.model.logistic import fit, logit, sigmoid

CALIBRATION = "calibration"
"""The field of a model's card."""
LOST = 0.01
"""The share of right rows that the threshold may cost."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """How to read a confidence; the default takes it as it is and trusts it always.

    Attributes:
        slope: of the log odds of being right over those of the confidence.
        intercept: of the same line.
        threshold: the normalizer abstains below this probability.
        unsure_below: with ``lens.veto: unsure`` the lens decides below this probability; above 1 it decides always.
        rows: development rows that these were chosen on.
        coverage: share of those with a program that are at the threshold or above.
        precision: share of the covered rows that are right.
    """

    slope: float = 1.0
    intercept: float = 0.0
    threshold: float = 0.0
    unsure_below: float = 2.0
    rows: int = 0
    coverage: float = 1.0
    precision: float = 0.0

    def probability(self, confidence: float) -> float:
        """The chance of being right that goes with a confidence."""
        if (self.slope, self.intercept) == (1.0, 0.0):
            return confidence
        return sigmoid(self.slope * logit(confidence) + self.intercept)


@dataclass(frozen=True, slots=True)
class Trial:
    """A development row that has a program: the confidence as the normalizer gives it, whether the program is right,
    and whether the lens reads other operations than it has."""

    confidence: float
    right: bool
    objected: bool = False


def calibrate(trials: Sequence[Trial], lost: float = LOST) -> Calibration:
    """The calibration of a normalizer, from rows that nothing was trained on.

    The threshold is the largest that costs at most ``lost`` of the right rows; the lens decides below the bound at
    which the wrong rows that its objections catch outnumber the right ones that they cost by most.
    """
    if not trials:
        return Calibration()
    slope, intercept = (float(weight) for weight in fit([[logit(row.confidence)] for row in trials], _right(trials)))
    if slope <= 0.0:  # confidence says nothing here, or less: left as it is
        slope, intercept = 1.0, 0.0
    line = Calibration(slope, intercept)
    judged = [Trial(line.probability(row.confidence), row.right, row.objected) for row in trials]
    threshold = _threshold(judged, lost)
    kept = [row for row in judged if row.confidence >= threshold]
    return Calibration(
        slope,
        intercept,
        threshold,
        _unsure_below(judged),
        len(judged),
        len(kept) / len(judged),
        sum(_right(kept)) / len(kept) if kept else 0.0,
    )


def _right(trials: Sequence[Trial]) -> list[bool]:
    return [row.right for row in trials]


def _threshold(judged: Sequence[Trial], lost: float) -> float:
    right = sorted(row.confidence for row in judged if row.right)
    return right[int(lost * len(right))] if right else 0.0


def _unsure_below(judged: Sequence[Trial]) -> float:
    best, gain, bound = 0, 0, 0.0
    objected = sorted((row for row in judged if row.objected), key=lambda row: row.confidence)
    for place, row in enumerate(objected):
        gain += -1 if row.right else 1
        last = place + 1 == len(objected)
        if gain > best and (last or objected[place + 1].confidence > row.confidence):
            best, bound = gain, 2.0 if last else objected[place + 1].confidence
    return bound


def calibration_of(facts: Mapping[str, Any]) -> Calibration:
    """The calibration that a model's card holds; the default where it holds none."""
    known = {field.name for field in fields(Calibration)}
    return Calibration(**{name: value for name, value in facts.get(CALIBRATION, {}).items() if name in known})


def write_calibration(card: Path, calibration: Calibration) -> None:
    """Put a calibration into a model's card."""
    facts = json.loads(card.read_text(encoding="utf-8"))
    facts = {**facts, "threshold": calibration.threshold, CALIBRATION: asdict(calibration)}
    with replaced(card) as new:
        new.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
