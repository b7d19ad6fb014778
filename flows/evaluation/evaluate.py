"""Problems through the compiler, judged: a result of each, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from irmill.compiler.english.likeness import Corpus
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.wholes import all_whole, comes_in_ones
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.model.baselines import BASELINES, Baseline
from irmill.compiler.model.scores import (
    Score,
    Share,
    by_group,
    coverage,
    is_fractional,
    is_negative,
    risk_area,
    share,
)
from irmill.flows.cli.inputs import read_rows, text_field
from irmill.flows.evaluation.problems import AnsweredProblem, is_right

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation, Compiler
    from irmill.compiler.model.training.corpus import Example

GROUPS = ("source", "family", "steps", "operations", "corpus")
"""What rows are grouped by, where that says anything: what a row says of itself; the operations of the model's program;
whether a question of the training corpora is like it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a model was trained on: its questions, and the baseline that copies the program of the nearest one."""

    questions: Corpus
    nearest: Baseline


@dataclass(frozen=True, slots=True)
class Judgement:
    """A problem with its compilation, which went to the end whatever threshold and lens say.

    Attributes:
        problem: the problem.
        compilation: what the compiler made of it.
        groups: the problem's, with the operations of the model's program and likeness to the corpora.
    """

    problem: AnsweredProblem
    compilation: Compilation
    groups: Mapping[str, str]

    @property
    def right(self) -> bool:
        """Whether the value is right, before threshold and lens."""
        return self.compilation.error is None and is_right(self.compilation.value, self.problem.answer)

    @property
    def correct(self) -> bool:
        """Whether it is right and kept: what the flow's own setting answers rightly."""
        return self.right and self.compilation.rejection is None

    @property
    def score(self) -> Score:
        """The row for curves."""
        made = self.compilation
        confidence = made.confidence if made.canonical is not None else 0.0
        return Score(self.right, made.rejection is None, confidence)


def evaluate(
    problems: Sequence[AnsweredProblem], compiler: Compiler, known: Known | None = None, *, model_only: bool = False
) -> list[Judgement]:
    """Every problem through the compiler, in order."""
    compilations = compiler.compile_all(
        [problem.question for problem in problems], model_only=model_only, rejecting=False
    )
    return [
        Judgement(problem, made, {**problem.groups, **_more_groups(made, known)})
        for problem, made in zip(problems, compilations, strict=True)
    ]


def read_known(paths: Iterable[str]) -> Known | None:
    """What the files hold that a model was trained on; None for no file. Raises InputError for a bad one."""
    from irmill.compiler.model.nearest import Nearest
    from irmill.compiler.model.training.corpus import example_of

    questions: list[str] = []
    examples: list[Example] = []
    for path in paths:
        for number, row in enumerate(read_rows(path, "question"), 1):
            questions.append(text_field(row, "question", f"{path}:{number}"))
            example = example_of(row, "") if isinstance(row.get("answer"), int | float) else None
            examples += [] if example is None else [example]
    return Known(Corpus(questions), Nearest(examples).guess) if questions else None


def _more_groups(made: Compilation, known: Known | None) -> dict[str, str]:
    groups: dict[str, str] = {}
    if made.canonical is not None:
        groups["operations"] = "3 and more" if len(made.operations) > 2 else str(len(made.operations))
    if known is not None:
        groups["corpus"] = "like a question of it" if known.questions.has_like(made.text) else "unlike all of it"
    return groups


def result(judgement: Judgement) -> dict[str, Any]:
    """One result of the command's JSON document: in the flow's own setting, so a rejected row has no value."""
    made, rejection = judgement.compilation, judgement.compilation.rejection
    error, message, stage = made.error, made.message, made.stage
    if rejection is not None:
        error, message, stage = rejection.error, rejection.message, rejection.stage
    return {
        "question": made.text,
        "answer": judgement.problem.raw,
        "value": made.value if error is None else None,
        "canonical": None if error is ErrorCode.ABSTAINED else made.canonical,
        "confidence": made.confidence,
        "correct": judgement.correct,
        "abstained": error is ErrorCode.ABSTAINED,
        "error": None if error is None else {"code": str(error), "message": message},
        "stage": stage,
        **{name: judgement.groups[name] for name in GROUPS if name in judgement.groups},
    }


def summary(judgements: Sequence[Judgement], known: Known | None = None) -> dict[str, Any]:
    """The totals of at least one row, with the 95 % interval of the accuracy (Wilson's)."""
    results = [result(row) for row in judgements]
    total = share(row.correct for row in judgements)
    errors = Counter(f"{row['stage']}: {row['error']['code']}" for row in results if row["error"])
    scores = [row.score for row in judgements]
    return {
        "rows": total.rows,
        "correct": total.correct,
        "abstained": sum(row["abstained"] for row in results),
        "accuracy": total.accuracy,
        "interval": [total.low, total.high],
        "before_rejection": _shown(share(row.right for row in judgements)),
        "baselines": _baselines(judgements, known),
        "errors": dict(errors.most_common()),
        "groups": _groups(judgements),
        "coverage": [{**asdict(one), "accuracy": one.accuracy} for one in coverage(scores)],
        "risk_coverage_area": risk_area(scores),
        "implausible": implausible(judgements),
        "lens": _lens(judgements),
    }


def _baselines(judgements: Sequence[Judgement], known: Known | None) -> dict[str, float]:
    copying = {} if known is None else {"the program of the nearest question of the corpora": known.nearest}
    return {
        name: share(is_right(guess(row.problem.question), row.problem.answer) for row in judgements).accuracy
        for name, guess in {**BASELINES, **copying}.items()
    }


def _groups(judgements: Sequence[Judgement]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for kind in GROUPS:
        shares = by_group((row.groups[kind], row.correct) for row in judgements if kind in row.groups)
        if len(shares) > 1 or (kind not in ("source", "family") and shares):
            found[kind] = {name: _shown(one) for name, one in shares.items()}
    return found


def implausible(judgements: Sequence[Judgement]) -> dict[str, dict[str, Any]]:
    """Negative and fractional answers, before threshold and lens: of the problems all of whose numbers are whole, and
    of those about things that come in ones; ``share`` is of the rows that have a number. Problems whose right answer is
    negative or fractional itself are left out."""
    found: dict[str, dict[str, Any]] = {}
    for name, belongs in (("whole numbers", all_whole), ("things in ones", comes_in_ones)):
        values = [
            float(row.compilation.value)
            for row in judgements
            if row.compilation.value not in (None, "true", "false")
            and not is_negative(row.problem.answer)
            and not is_fractional(row.problem.answer)
            and belongs(normal_form(row.problem.question))
        ]
        negative, fractional = sum(map(is_negative, values)), sum(map(is_fractional, values))
        odd = sum(is_negative(value) or is_fractional(value) for value in values)
        found[name] = {
            "rows": len(values),
            "negative": negative,
            "fractional": fractional,
            "share": odd / len(values) if values else 0.0,
        }
    return found


def _lens(judgements: Sequence[Judgement]) -> dict[str, Any] | None:
    """What the lens's veto would be worth, on English rows that have a value; None where there are none."""
    from irmill.compiler.model.veto import Spoken, counterfactual, hear, lens_accuracy_of, shown

    spoken = [
        Spoken(row.right, row.compilation.confidence, row.compilation.operations, row.compilation.lens)
        for row in judgements
        if row.compilation.english and row.compilation.value is not None and row.compilation.lens
    ]
    return {"accuracy": lens_accuracy_of(spoken), **shown(counterfactual(hear(spoken)))} if spoken else None


def _shown(found: Share) -> dict[str, Any]:
    return {
        "correct": found.correct,
        "rows": found.rows,
        "accuracy": found.accuracy,
        "interval": [found.low, found.high],
    }
