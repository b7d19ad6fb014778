"""What became of questions whose right answer is known, and the totals of many: accuracy, coverage, baselines, lens.

``irmill eval`` and the reports of trainings both count here: they ask in ways of their own, but say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.baselines import BASELINES, Baseline
from irmill.compiler.model.readings import LensReading
from irmill.compiler.model.scores import Score, Share, coverage, risk_area, share
from irmill.compiler.model.veto import Spoken, counterfactual, hear, lens_accuracy_of, shown

Answer = float | bool
"""What is right: a number or a truth value."""

RELATIVE_TOLERANCE = 1e-4
"""An answer is right within this times max(1, |answer|) (design, section 8)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, carried to the end whatever threshold and lens say.

    Attributes:
        question: the text.
        answer: the right one.
        value: what came out, as a value or as the language shows it; None where nothing did.
        confidence: the normalizer's, in [0, 1]; 0 where there is no program.
        kept: whether neither threshold nor lens rejects it.
        abstained: whether there is no program, or one below the threshold.
        operations: of the program, post-order.
        lens: what the lens reads for them; empty where it was not asked about the question.
    """

    question: str
    answer: Answer
    value: str | float | bool | None
    confidence: float
    kept: bool
    abstained: bool
    operations: tuple[Operation, ...] = ()
    lens: tuple[LensReading, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the value is right, before threshold and lens."""
        return is_right(self.value, self.answer)

    @property
    def correct(self) -> bool:
        """Whether it is right and kept: what the flow's own setting answers rightly."""
        return self.right and self.kept

    @property
    def score(self) -> Score:
        """The row for curves."""
        return Score(self.right, self.kept, self.confidence)

    @property
    def spoken(self) -> Spoken:
        """The row for what the lens is worth."""
        return Spoken(self.right, self.confidence, self.operations, self.lens)


def is_right(value: str | float | bool | None, answer: Answer) -> bool:
    """Whether a value (or a baseline's guess) is the answer, within the tolerance of the contract."""
    if value is None:
        return False
    if isinstance(value, str) and value in ("true", "false"):
        value = value == "true"
    if isinstance(value, bool) or isinstance(answer, bool):
        return value is answer
    return abs(float(value) - answer) <= RELATIVE_TOLERANCE * max(1.0, abs(answer))


def totals(rows: Sequence[Outcome], more_baselines: Mapping[str, Baseline] | None = None) -> dict[str, Any]:
    """The totals of at least one row, shares with their 95 % intervals (Wilson's); ``lens`` is None where the lens was
    asked of no row that has a value."""
    scores = [row.score for row in rows]
    return {
        "rows": len(rows),
        "abstained": sum(row.abstained for row in rows),
        **share_document(share(row.correct for row in rows)),
        "before_rejection": share_document(share(row.right for row in rows)),
        "baselines": {
            name: share(is_right(guess(row.question), row.answer) for row in rows).accuracy
            for name, guess in {**BASELINES, **(more_baselines or {})}.items()
        },
        "coverage": [{**asdict(one), "accuracy": one.accuracy} for one in coverage(scores)],
        "risk_coverage_area": risk_area(scores),
        "lens": lens_worth(heard) if (heard := answered(rows)) else None,
    }


def answered(rows: Sequence[Outcome]) -> list[Outcome]:
    """The rows that have a value and that the lens was asked about."""
    return [row for row in rows if row.value is not None and row.lens]


def lens_worth(rows: Sequence[Outcome]) -> dict[str, Any]:
    """What the lens's veto would be worth on rows that it was asked about, beside other ways to reject as many, and how
    often it reads the operations of right programs."""
    spoken = [row.spoken for row in rows]
    return {"accuracy": lens_accuracy_of(spoken), **shown(counterfactual(hear(spoken)))}


def share_document(found: Share) -> dict[str, Any]:
    """A share as a document."""
    return {
        "correct": found.correct,
        "rows": found.rows,
        "accuracy": found.accuracy,
        "interval": [found.low, found.high],
    }
