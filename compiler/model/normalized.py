"""What a normalizer makes of a question, whatever the model, and the checks that every program passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm, Quantity, normal_form, value_of
from irmill.compiler.lang.ast import Program, literals
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram, check_types

LONGEST_TEXT = 8192
"""Characters of a question that is read at all."""
_LONGEST_NUMBER = 400
"""Characters of a number that is read; the language's own end at 2^63."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """What the normalizer made of one question.

    Attributes:
        typed: the checked program, or None where the normalizer abstained.
        slots: the program over slots, empty where the model does not use them.
        confidence: the probability of the answer, in [0, 1].
        abstained: whether there is no program.
        message: why there is none, for a person; else empty.
        error: the code that goes with the message.
        doubt: for a program, why its confidence is too low for it to be used; empty where it is not.
    """

    typed: TypedProgram | None
    slots: str
    confidence: float
    abstained: bool
    message: str
    error: ErrorCode | None = None
    doubt: str = ""

    @property
    def canonical(self) -> str | None:
        """The program as the printer writes it."""
        return None if self.typed is None else print_program(self.typed.program)


def abstain(message: str, confidence: float = 0.0, slots: str = "") -> Normalized:
    """No program, and why."""
    return Normalized(None, slots, confidence, True, message, ErrorCode.ABSTAINED)


def readable(question: str, tokens: int) -> NormalForm | Normalized:
    """The normal form of a question of at most ``tokens`` words, or the abstention where it is too long or has no
    quantity or too many."""
    if len(question) > LONGEST_TEXT:
        return abstain(f"the text has {len(question)} characters; at most {LONGEST_TEXT} are read")
    form = normal_form(question)
    if not form.quantities:
        return abstain("the text names no number")
    if len(form.quantities) > MAX_SLOTS:
        return abstain(f"the text names {len(form.quantities)} numbers; at most {MAX_SLOTS} are read")
    if (longest := max(len(quantity.text) for quantity in form.quantities)) > _LONGEST_NUMBER:
        return abstain(f"the text has a number of {longest} digits; at most {_LONGEST_NUMBER} are read")
    if len(form.tokens) > tokens:
        return abstain(f"the text has {len(form.tokens)} words; at most {tokens} are read")
    return form


def checked(text: str | None) -> TypedProgram | None:
    """A program if the text is one that types."""
    if text is None:
        return None
    try:
        return check_types(parse_text(text))
    except LanguageError:
        return None


def invents(program: Program, quantities: Sequence[Quantity]) -> bool:
    """Whether a program has a number that its text neither writes nor implies."""
    known = {value_of(quantity) for quantity in quantities}
    return any(literal.value not in known for literal in literals(program))
