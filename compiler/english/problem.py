"""What a generated problem is, and how an expression over letters becomes a program over the slots of its question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from irmill.compiler.base.splits import Split
from irmill.compiler.english.numbers import SYMBOL
from irmill.compiler.english.quantities import NormalForm, fill, normal_form
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program

_COMPARISONS = ("<", ">", "==", "!=")
_VARIABLE = "i"


@dataclass(frozen=True, slots=True)
class Problem:
    """One English problem.

    Attributes:
        question: the text.
        slots: the program over the slots of the question's normal form (``( N0 - N1 ) * N2 =``).
        template: name of the template, or of the scene's question (``family/name``), that it was made from.
        family: the kind of problem.
        split: which part of the corpus it belongs to.
    """

    question: str
    slots: str
    template: str
    family: str
    split: Split

    @property
    def canonical(self) -> str:
        """The program with the question's numbers, as the printer writes it."""
        filled = fill(self.slots, normal_form(self.question).quantities)
        assert filled is not None  # the slots were taken from this question
        return print_program(parse_text(filled))


def slots_of(
    expression: str,
    fixed: Mapping[str, int],
    values: Mapping[str, Fraction],
    offsets: Mapping[str, int],
    form: NormalForm,
) -> str | None:
    """An expression over the slots of a normal form, or None where a quantity was not found in the text.

    ``fixed`` are the letters that the words imply, ``offsets`` where each letter's quantity stands in the text first.
    """
    slots: dict[str, str] = {}
    for letter, offset in offsets.items():
        for index, quantity in enumerate(form.quantities):
            if quantity.start <= offset < quantity.end:
                if Fraction(quantity.text) != values[letter]:
                    return None
                slots[letter] = f"N{index}"
    for letter, value in fixed.items():
        for index, quantity in enumerate(form.quantities):
            if letter not in slots and quantity.start < 0 and Fraction(quantity.text) == value:
                slots[letter] = f"N{index}"
    parts: list[str] = []
    for symbol in SYMBOL.findall(expression):
        if len(symbol) == 1 and symbol.isalpha() and symbol != _VARIABLE:
            if symbol not in slots:
                return None
            parts.append(slots[symbol])
        else:
            parts.append(symbol)
    return " ".join([*parts, "is" if _asks_truth(expression) else "="])


def _asks_truth(expression: str) -> bool:
    """Whether the expression asks for a truth value: a comparison that no ``if`` takes."""
    return not expression.startswith("if ") and any(sign in expression for sign in _COMPARISONS)
