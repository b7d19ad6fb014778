"""Held-out figures of a model: right answers and lens readings by family, and what the lens is worth."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from irmill.compiler.base.answer import agree
from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.lang.ast import operation_words
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.baselines import BASELINES
from irmill.compiler.model.calibration import Trial
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import LoadedModel
from irmill.compiler.model.normalized import Normalized, checked
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.readings import LensItem, LensReading
from irmill.compiler.model.scores import Score, coverage
from irmill.compiler.model.veto import Spoken, counterfactual, hear, lens_accuracy_of, shown

_BUDGET = Budget(fuel=10**6)
SEED = 2026
"""Of the problems that held-out figures are on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out problem with what the model made of it."""

    problem: Problem
    answer: Normalized
    correct: bool
    operations: tuple[Operation, ...]
    lens: tuple[LensReading, ...]

    @property
    def spoken(self) -> Spoken:
        """The row for what the lens is worth."""
        return Spoken(self.correct, self.answer.confidence, self.operations, self.lens)

    @property
    def score(self) -> Score:
        """The row for curves."""
        sure = self.answer.confidence if self.answer.typed is not None else 0.0
        return Score(self.correct, not self.answer.doubt, sure)


def trials(judged: Sequence[Judged]) -> list[Trial]:
    """The rows that have a program, for :func:`calibrate`: of a model that is not calibrated yet."""
    spoken = [row.spoken for row in judged if row.answer.typed is not None]
    return [Trial(row.confidence, row.right, row.agreed < len(row.operations)) for row in spoken]


def value_of_text(text: str) -> Any:
    """The exact value of a canonical text, None where it has none."""
    typed = checked(text)
    return None if typed is None else interpret(typed, _BUDGET).value


def same_value(first: str | None, second: str) -> bool:
    """Whether two programs have one value."""
    if first is None:
        return False
    a, b = value_of_text(first), value_of_text(second)
    return a is not None and b is not None and isinstance(a, bool) == isinstance(b, bool) and agree(b, a)


def operations_in(text: str) -> tuple[Operation, ...]:
    """The operation words of a canonical text, post-order."""
    return operation_words(parse_text(text))


def judge(model: LoadedModel, problems: Sequence[Problem], config: NormalizerConfig | None = None) -> list[Judged]:
    """Every problem through normalizer and lens."""
    answers = make_normalizer(model, config).normalize([problem.question for problem in problems])
    items = [
        LensItem(p.question, answer.typed.program if answer.typed else parse_text(p.canonical))
        for p, answer in zip(problems, answers, strict=True)
    ]
    return [
        Judged(
            problem,
            answer,
            same_value(answer.canonical, problem.canonical),
            operations_in(answer.canonical or problem.canonical),
            tuple(readings),
        )
        for problem, answer, readings in zip(problems, answers, classify(model, items), strict=True)
    ]


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
    spoken = [row.spoken for row in judged if row.answer.typed is not None]
    return {"answered": len(spoken), "lens_accuracy": lens_accuracy_of(spoken), **shown(counterfactual(hear(spoken)))}


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Right answers by family and over all, abstentions, and the baselines on the same problems."""
    by_family: dict[str, list[bool]] = defaultdict(list)
    for row in judged:
        by_family[row.problem.family].append(row.correct)
        by_family["all"].append(row.correct)
    return {
        "problems": len(judged),
        "correct": {name: sum(found) / len(found) for name, found in sorted(by_family.items())},
        "abstained": sum(row.answer.abstained for row in judged) / max(1, len(judged)),
        "coverage": {f"{one.coverage:.0%}": one.accuracy for one in coverage([row.score for row in judged])},
        "baselines": {
            name: sum(_guessed(guess(row.problem.question), row.problem.canonical) for row in judged)
            / max(1, len(judged))
            for name, guess in BASELINES.items()
        },
    }


def _guessed(guess: float | bool | None, canonical: str) -> bool:
    value = value_of_text(canonical)
    if guess is None or value is None or isinstance(guess, bool) != isinstance(value, bool):
        return False
    return (
        guess is value if isinstance(guess, bool) else abs(float(value) - guess) <= 1e-4 * max(1.0, abs(float(value)))
    )


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
