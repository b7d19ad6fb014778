"""Problems with answers: the rows of a file, or the generator's own that nothing was trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from irmill.compiler.base.splits import Split
from irmill.compiler.lang.ast import operation_words
from irmill.compiler.lang.errors import InputError, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.outcomes import Answer
from irmill.flows.cli.inputs import read_rows, text_field

HELD_OUT = tuple(split for split in Split if split.value.startswith("test"))
"""The generator's splits that nothing is trained on: templates, families, and what else is held out."""
SEED = 2026
"""Of the generator's held-out problems."""


@dataclass(frozen=True, slots=True)
class AnsweredProblem:
    """A question whose answer is known.

    Attributes:
        question: the text.
        raw: the answer as the file has it.
        answer: the answer.
        groups: what the row says of itself: ``source``, ``family``, ``steps`` (operations of the right program).
    """

    question: str
    raw: Any
    answer: Answer
    groups: Mapping[str, str] = field(default_factory=dict[str, str])


def read_problems(dataset: str) -> list[AnsweredProblem]:
    """The problems of a file of JSON lines, ``-`` for standard input. Raises InputError for a bad row."""
    found: list[AnsweredProblem] = []
    for number, row in enumerate(read_rows(dataset, "question", "answer"), 1):
        where = f"{dataset}:{number}"
        question, answer = text_field(row, "question", where), read_answer(row["answer"], where)
        found.append(AnsweredProblem(question, row["answer"], answer, _groups(row)))
    return found


def held_out_problems(count: int, split: Split) -> Iterator[AnsweredProblem]:
    """``count`` problems of one held-out split of the generator, the same ones each time."""
    from irmill.compiler.english.corpus import generate
    from irmill.compiler.model.report import answer_of_text

    for problem in generate(count, SEED, splits=frozenset({split})):
        answer = answer_of_text(problem.canonical)
        if answer is None:
            continue
        steps = len(operation_words(parse_text(problem.canonical)))
        groups = {"source": split.value, "family": problem.family, "steps": _steps_name(steps)}
        yield AnsweredProblem(problem.question, answer, answer, groups)


def read_answer(value: object, where: str) -> Answer:
    """The right answer of a row: a number, a truth value, or a text of one (``70,000``). Raises InputError else."""
    wrong = InputError(f"{where}: the field 'answer' must be a number or a truth value, not {value!r:.60}")
    text = value.strip().replace(",", "") if isinstance(value, str) else value
    if isinstance(text, bool) or text in ("true", "false"):
        return text in (True, "true")
    if not isinstance(text, str | int | float):
        raise wrong
    try:
        answer = float(text)
    except (ValueError, OverflowError):
        raise wrong from None
    if not isfinite(answer):
        raise wrong
    return answer


def _groups(row: Mapping[str, Any]) -> dict[str, str]:
    groups = {name: row[name] for name in ("source", "family") if isinstance(row.get(name), str)}
    steps = _steps_of(row)
    return groups if steps is None else {**groups, "steps": _steps_name(steps)}


def _steps_of(row: Mapping[str, Any]) -> int | None:
    """The operations of a row's right program, by its field ``steps`` (a list), ``canonical`` or ``equation``."""
    if isinstance(row.get("steps"), list):
        return len(row["steps"])
    for name, suffix in (("canonical", ""), ("equation", " =")):
        if isinstance(row.get(name), str):
            try:
                return len(operation_words(parse_text(row[name] + suffix)))
            except LanguageError:
                return None
    return None


def _steps_name(steps: int) -> str:
    return "3 and more" if steps > 2 else str(steps)
