"""Held-out figures of a model: right answers and lens readings by family, and what the lens is worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.lang.ast import operation_words
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.calibration import Trial
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import LoadedModel
from irmill.compiler.model.normalized import Normalized, checked
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.outcomes import Answer, Outcome, answered, lens_worth, totals
from irmill.compiler.model.readings import LensItem, LensReading
from irmill.compiler.model.scores import by_group

_BUDGET = Budget(fuel=10**6)
SEED = 2026
"""Of the problems that held-out figures are on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out problem with what the model made of it."""

    problem: Problem
    answer: Normalized
    outcome: Outcome


def trials(judged: Sequence[Judged]) -> list[Trial]:
    """The rows that have a program, for :func:`calibrate`: of a model that is not calibrated yet."""
    spoken = [row.outcome.spoken for row in judged if row.answer.typed is not None]
    return [Trial(row.confidence, row.right, row.agreed < len(row.operations)) for row in spoken]


def answer_of_text(text: str | None) -> Answer | None:
    """The value of a canonical text as an answer, None where it has none."""
    typed = checked(text)
    value = None if typed is None else interpret(typed, _BUDGET).value
    if isinstance(value, bool):
        return value
    return float(value) if isinstance(value, int | float | Fraction) else None


def operations_in(text: str) -> tuple[Operation, ...]:
    """The operation words of a canonical text, post-order."""
    return operation_words(parse_text(text))


def judge(model: LoadedModel, problems: Sequence[Problem], config: NormalizerConfig | None = None) -> list[Judged]:
    """Every problem that has an answer through normalizer, reference interpreter and lens."""
    asked = [(problem, right) for problem in problems if (right := answer_of_text(problem.canonical)) is not None]
    answers = make_normalizer(model, config).normalize([problem.question for problem, _ in asked])
    items = [
        LensItem(problem.question, answer.typed.program if answer.typed else parse_text(problem.canonical))
        for (problem, _), answer in zip(asked, answers, strict=True)
    ]
    return [
        Judged(problem, answer, _outcome(problem.question, right, answer, tuple(readings)))
        for (problem, right), answer, readings in zip(asked, answers, classify(model, items), strict=True)
    ]


def _outcome(question: str, right: Answer, answer: Normalized, readings: tuple[LensReading, ...]) -> Outcome:
    program = answer.canonical
    if program is None:
        return Outcome(question, right, None, 0.0, kept=True, abstained=True)
    return Outcome(
        question,
        right,
        answer_of_text(program),
        answer.confidence,
        kept=not answer.doubt,
        abstained=bool(answer.doubt),
        operations=operations_in(program),
        lens=readings,
    )


def lens_accuracy(model: LoadedModel, problems: Sequence[Problem]) -> dict[str, float]:
    """How often the lens reads the operation of a right program, by family and over ``all``; ``rows`` counts problems
    all of whose operations are read right."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    whole = 0
    items = [LensItem(problem.question, parse_text(problem.canonical)) for problem in problems]
    for problem, readings in zip(problems, classify(model, items), strict=True):
        gold = operations_in(problem.canonical)
        hits = sum(reading.operation is operation for reading, operation in zip(readings, gold, strict=True))
        whole += hits == len(gold)
        for name in (problem.family, "all"):
            right[name] += hits
            total[name] += len(gold)
    return {name: right[name] / total[name] for name in sorted(total)} | {"rows": whole / max(1, len(problems))}


def worth(judged: Sequence[Judged]) -> dict[str, Any]:
    """What rejecting the rows where lens and program disagree does, beside other ways to reject as many."""
    outcomes = answered([row.outcome for row in judged])
    found = lens_worth(outcomes)
    return {"answered": len(outcomes), "lens_accuracy": found.pop("accuracy"), **found}


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Right answers by family and over all, before threshold and lens, abstentions, and the baselines on the same
    problems."""
    found = totals([row.outcome for row in judged])
    families = by_group((row.problem.family, row.outcome.right) for row in judged)
    correct = {"all": found["before_rejection"]["accuracy"], **{name: one.accuracy for name, one in families.items()}}
    return {
        "problems": found["rows"],
        "correct": dict(sorted(correct.items())),
        "abstained": found["abstained"] / found["rows"],
        "coverage": {f"{one['coverage']:.0%}": one["accuracy"] for one in found["coverage"]},
        "baselines": found["baselines"],
    }


def development_problems(problems: int, extra: Sequence[Problem] = ()) -> list[Problem]:
    """What confidence is calibrated on: problems of the validation split, and those of ``extra`` that are no figure's
    (every other one)."""
    return [*generate(problems, SEED, splits=frozenset({Split.VALIDATION})), *extra[1::2]]


def held_out_report(model: LoadedModel, problems: int, extra: Sequence[Problem] = ()) -> dict[str, Any]:
    """Figures on ``problems`` of each held-out split of the generator and of ``extra``: answers, lens, and what the
    lens is worth."""
    sets = {
        split.value: list(generate(problems, SEED, splits=frozenset({split})))
        for split in Split
        if split is Split.VALIDATION or split.value.startswith("test")
    }
    if extra:
        sets["corpus"] = list(extra[::2][:problems])
    found: dict[str, Any] = {}
    for name, chosen in sets.items():
        judged = judge(model, chosen)
        found[name] = {
            "answers": figures(judged),
            "lens": lens_accuracy(model, chosen),
            "counterfactual": worth(judged),
        }
    return found
