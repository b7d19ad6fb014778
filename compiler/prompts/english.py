"""The English prompts of the corpus, and the columns of every generated prompt."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from enum import StrEnum

from irmill.compiler.base.answer import show
from irmill.compiler.base.limits import STEPS
from irmill.compiler.base.rows import Row, content_id
from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.lang.ast import Program
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import check_types

Gold = tuple[str | None, str | None]
"""The canonical text and the answer of a question, None where nobody knows them."""


class Source(StrEnum):
    """Where a prompt comes from."""

    ENGLISH = "english"
    CANONICAL = "canonical"
    FILE = "file"


SEED_DIGITS = 8
DRAWS = 50
"""After so many draws a kind of prompt counts as exhausted: there are only so many different ones."""

REFERENCE = Budget(steps=STEPS)


def english_prompts(count: int, seed: int) -> list[Row]:
    """``count`` English problems, no two alike, with the program and the answer that their template knows.

    Fewer come back only where the templates have no more to give.
    """
    made: dict[str, Row] = {}
    for draw in seeds(seed, "english"):
        before = len(made)
        for problem in generate(count - len(made), draw, splits=frozenset(Split)):
            program = parse_text(problem.canonical)
            answer = gold_answer(program)
            if answer is not None:
                gold = (print_program(program), answer)
                row = prompt_row(problem.question, gold, problem.template, problem.family, problem.split.exported, draw)
                made.setdefault(row["id"], {**row, "source": Source.ENGLISH})
        if len(made) >= count or len(made) == before:
            break
    return list(made.values())


def gold_answer(program: Program) -> str | None:
    """A program's value as the language shows it; None where it has none (a division by zero, too much work)."""
    try:
        outcome = interpret(check_types(program), REFERENCE)
    except LanguageError:
        return None
    return None if outcome.value is None else show(outcome.value)


def prompt_row(question: str, gold: Gold, template: str, family: str, split: str, seed: int) -> Row:
    """The columns of a prompt but its source."""
    return {
        "id": content_id("prompts", question),
        "parent_id": None,
        "seed": seed,
        "question": question,
        "gold_canonical": gold[0],
        "gold_answer": gold[1],
        "template": template,
        "family": family,
        "split": split,
    }


def seeds(seed: int, kind: str) -> Iterator[int]:
    """A bounded number of seeds, of the shard's and of what is drawn, so that kinds do not move each other."""
    for draw in range(DRAWS):
        digest = hashlib.sha256(f"{seed}/{kind}/{draw}".encode()).digest()
        yield int.from_bytes(digest[:SEED_DIGITS], "big") >> 1
