"""Held-out figures of a model: right answers and lens readings by family, and what the lens is worth.

The counterfactual asks what LENS_DISAGREES does: of the rows whose answer is wrong, how many the lens catches; of the
right ones, how many it costs; and the same for a random lens, which is right as often as the real one but blind.
"""

from __future__ import annotations

import random
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
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import LoadedModel
from irmill.compiler.model.normalized import Normalized, checked
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.readings import LensItem, LensReading

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
    def agrees(self) -> bool:
        """Whether the lens reads the operations that the normalizer wrote."""
        return tuple(reading.operation for reading in self.lens) == self.operations


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


def judge(model: LoadedModel, problems: Sequence[Problem]) -> list[Judged]:
    """Every problem through normalizer and lens."""
    answers = make_normalizer(model).normalize([problem.question for problem in problems])
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


def counterfactual(judged: Sequence[Judged]) -> dict[str, float]:
    """What rejecting the rows where lens and program disagree does, beside a random lens of equal accuracy.

    The random lens says the right operation with the real lens's accuracy on right programs, and any other operation
    that occurs otherwise, without looking at the question.
    """
    answered = [row for row in judged if row.answer.canonical is not None]
    right = [row for row in answered if row.correct]
    wrong = [row for row in answered if not row.correct]
    readings = sum(len(row.operations) for row in right)
    hits = sum(a.operation is b for row in right for a, b in zip(row.lens, row.operations, strict=True))
    accuracy = hits / readings if readings else 0.0
    rng = random.Random(0)

    def uninformed(row: Judged) -> bool:
        return all(rng.random() < accuracy for _ in row.operations)

    kept = [row for row in answered if row.agrees]
    return {
        "rows": len(judged),
        "answered": len(answered),
        "accuracy_before": len(right) / max(1, len(answered)),
        "accuracy_after": sum(row.correct for row in kept) / max(1, len(kept)),
        "wrong_caught": sum(not row.agrees for row in wrong) / max(1, len(wrong)),
        "right_lost": sum(not row.agrees for row in right) / max(1, len(right)),
        "random_wrong_caught": sum(not uninformed(row) for row in wrong) / max(1, len(wrong)),
        "random_right_lost": sum(not uninformed(row) for row in right) / max(1, len(right)),
        "lens_accuracy": accuracy,
    }


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


def held_out_report(model: LoadedModel, problems: int, extra: Sequence[Problem] = ()) -> dict[str, Any]:
    """Figures on ``problems`` of each held-out split of the generator and of ``extra``: answers, lens, and what the
    lens is worth."""
    sets = {
        split.value: list(generate(problems, SEED, splits=frozenset({split})))
        for split in (Split.VALIDATION, Split.TEST, Split.TEST_FAMILY)
    }
    if extra:
        sets["corpus"] = list(extra[:problems])
    found: dict[str, Any] = {}
    for name, chosen in sets.items():
        judged = judge(model, chosen)
        found[name] = {
            "answers": figures(judged),
            "lens": lens_accuracy(model, chosen),
            "counterfactual": counterfactual(judged),
        }
    return found
