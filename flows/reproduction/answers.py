"""Tables of inputs with answers: the program, the IR, the operation, and which part did the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.parse import is_canonical
from irmill.compiler.model.baselines import keyword
from irmill.compiler.model.outcomes import Answer, is_right
from irmill.compiler.stages.classify import may_veto
from irmill.flows.reproduction.claims import Claim
from irmill.flows.reproduction.setting import Row, Setting, Table, measured

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation

PARSER, MODEL, CHECKED = "parser", "model", "model, and the lens could have rejected it"
"""Which part turned the text into a program: a canonical text needs no model. The lens never makes a program: where
``lens.veto`` lets it, it rejects one."""
REFUSED = frozenset(ErrorCode) - {ErrorCode.WORKER, ErrorCode.DISAGREE}
"""Errors that say what is wrong with an input."""


def answers(claims: Sequence[Claim], about: str) -> Callable[[Setting], Table]:
    """A table whose inputs must be answered as expected."""
    return _table(claims, about, refusing=False)


def answers_or_errors(claims: Sequence[Claim], about: str) -> Callable[[Setting], Table]:
    """A table whose inputs must be answered as expected or refused with a typed error, and never answered otherwise."""
    return _table(claims, about, refusing=True)


def _table(claims: Sequence[Claim], about: str, *, refusing: bool) -> Callable[[Setting], Table]:
    def table(setting: Setting) -> Table:
        found = setting.compile([claim.text for claim in claims])
        rows = [_row(setting, *pair, refusing=refusing) for pair in zip(claims, found, strict=True)]
        return measured(rows, about, work=_work(rows))

    return table


def _row(setting: Setting, claim: Claim, made: Compilation, *, refusing: bool) -> Row:
    ours = made.value if made.error is None else str(made.error)
    right = ours == claim.expected
    return {
        "input": claim.text,
        "canonical": made.canonical or "",
        "operation": " ".join(made.operations),
        "ir": list(made.emission.instructions) if made.emission else [],
        "expected": claim.expected,
        "ours": ours,
        "seed": claim.reported,
        "work": _part(setting, made),
        "lens": _heard(made),
        "without a model": _alone(claim),
        "correct": right or (refusing and made.error in REFUSED),
    }


def _part(setting: Setting, made: Compilation) -> str:
    if not made.english:
        return PARSER
    rejects = made.lens and may_veto(made.confidence, setting.config.lens, setting.compiler.model)
    return CHECKED if rejects else MODEL


def _heard(made: Compilation) -> str:
    """What the lens reads of the program: the same operations, or the first other one."""
    if not made.lens:
        return ""
    heard = [reading.operation for reading in made.lens]
    wrong = [(word, said) for word, said in zip(made.operations, heard, strict=False) if word is not said]
    return f"{wrong[0][1]} for {wrong[0][0]}" if wrong else "the same"


def _alone(claim: Claim) -> str:
    """What answers the input without any model: the parser, a rule of keywords, or nothing."""
    if is_canonical(claim.text):
        return PARSER
    return "keywords" if is_right(keyword(claim.text), _answer(claim.expected)) else ""


def _answer(expected: str) -> Answer:
    return expected == "true" if expected in ("true", "false") else float(expected)


def _work(rows: Sequence[Row]) -> dict[str, int]:
    """Of the right rows: how many each part read, those where the lens says the same, those that need no model."""
    right = [row for row in rows if row["correct"]]
    return {
        **{part: sum(row["work"] == part for row in right) for part in (PARSER, MODEL, CHECKED)},
        "the lens says the same": sum(row["lens"] == "the same" and row["work"] != PARSER for row in right),
        "no model needed": sum(bool(row["without a model"]) for row in right),
    }
