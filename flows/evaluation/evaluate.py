"""Problems through the compiler, judged: a result of each, and the totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from irmill.compiler.english.likeness import Corpus
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.wholes import all_whole, comes_in_ones
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.model.baselines import Baseline
from irmill.compiler.model.outcomes import Outcome, share_document, totals
from irmill.compiler.model.scores import by_group, is_fractional, is_negative
from irmill.flows.cli.inputs import read_rows, text_field
from irmill.flows.evaluation.problems import AnsweredProblem

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
    def outcome(self) -> Outcome:
        """The row for totals."""
        made, program = self.compilation, self.compilation.canonical is not None
        rejection = made.error if made.rejection is None else made.rejection.error
        return Outcome(
            self.problem.question,
            self.problem.answer,
            made.value if made.error is None else None,
            made.confidence if program else 0.0,
            kept=made.rejection is None,
            abstained=rejection is ErrorCode.ABSTAINED,
            operations=made.operations,
            lens=made.lens if made.english else (),
        )


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
        "correct": judgement.outcome.correct,
        "abstained": error is ErrorCode.ABSTAINED,
        "error": None if error is None else {"code": str(error), "message": message},
        "stage": stage,
        **{name: judgement.groups[name] for name in GROUPS if name in judgement.groups},
    }


def summary(judgements: Sequence[Judgement], known: Known | None = None) -> dict[str, Any]:
    """The totals of at least one row, with the 95 % interval of the accuracy (Wilson's)."""
    results = [result(row) for row in judgements]
    errors = Counter(f"{row['stage']}: {row['error']['code']}" for row in results if row["error"])
    copying = {} if known is None else {"the program of the nearest question of the corpora": known.nearest}
    return {
        **totals([row.outcome for row in judgements], copying),
        "errors": dict(errors.most_common()),
        "groups": _groups(judgements),
        "implausible": implausible(judgements),
    }


def _groups(judgements: Sequence[Judgement]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for kind in GROUPS:
        shares = by_group((row.groups[kind], row.outcome.correct) for row in judgements if kind in row.groups)
        if len(shares) > 1 or (kind not in ("source", "family") and shares):
            found[kind] = {name: share_document(one) for name, one in shares.items()}
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
