"""Problems from templates: a question, its canonical text, and its program over the question's slots.

Everything is a function of the random generator handed in, so equal seeds give equal problems.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from irmill.compiler.base.splits import Split
from irmill.compiler.english.numbers import SYMBOL, sample_numbers
from irmill.compiler.english.order import ordered
from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm, fill, normal_form
from irmill.compiler.english.rendering import MARK, draw_words, render, vary
from irmill.compiler.english.scenarios import all_templates
from irmill.compiler.english.splits import is_published, split_of
from irmill.compiler.english.templates import Template
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program

FAMILY_WEIGHTS = {
    "imperative": 0.9,
    "question": 0.9,
    "chain": 1.0,
    "loop": 0.6,
    "comparison": 0.9,
    "function": 0.4,
    "conditional": 0.2,
}
"""How often a family is drawn beside the others, times its templates to the power 0.7; 1 where not named."""
_COMPARISONS = ("<", ">", "==", "!=")
_VARIABLE = "i"


@dataclass(frozen=True, slots=True)
class Problem:
    """One English problem.

    Attributes:
        question: the text.
        slots: the program over the slots of the question's normal form (``( N0 - N1 ) * N2 =``).
        template: name of the template it was made from.
        family: the kind of problem.
        split: which part of the corpus the template belongs to.
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


def generate(count: int, seed: int, *, splits: Collection[Split] = frozenset({Split.TRAIN})) -> Iterator[Problem]:
    """``count`` problems of the given splits; families are drawn by weight, then a template, then its words."""
    rng = random.Random(seed)
    families: dict[str, list[Template]] = {}
    for template in all_templates():
        if split_of(template) in splits:
            families.setdefault(template.family, []).append(template)
    names = list(families)
    weights = [FAMILY_WEIGHTS.get(name, 1.0) * len(families[name]) ** 0.7 for name in names]
    made = 0
    while made < count:
        problem = make_problem(rng.choice(families[rng.choices(names, weights)[0]]), rng)
        if problem is not None:
            made += 1
            yield problem


def make_problem(template: Template, rng: random.Random) -> Problem | None:
    """One problem of a template, or None where the draw did not work out (numbers, too many quantities)."""
    text = vary(template, rng)
    letters = list(dict.fromkeys([*(mark.group(1) for mark in MARK.finditer(text)), *template.fixed]))
    values = sample_numbers(template, letters, rng)
    if values is None:
        return None
    question, offsets = render(text, values, draw_words(rng), rng)
    form = normal_form(question)
    if len(form.quantities) > MAX_SLOTS or is_published(question):
        return None
    slots = _to_slots(template, values, offsets, form)
    if slots is None:
        return None
    return Problem(question, ordered(slots), template.name, template.family, split_of(template))


def _to_slots(
    template: Template, values: Mapping[str, Fraction], offsets: Mapping[str, int], form: NormalForm
) -> str | None:
    """The expression over the slots of the normal form, or None where a quantity was not found in the text."""
    slots: dict[str, str] = {}
    for letter, offset in offsets.items():
        for index, quantity in enumerate(form.quantities):
            if quantity.start <= offset < quantity.end:
                if Fraction(quantity.text) != values[letter]:
                    return None
                slots[letter] = f"N{index}"
    for letter, value in template.fixed.items():
        for index, quantity in enumerate(form.quantities):
            if letter not in slots and quantity.start < 0 and Fraction(quantity.text) == value:
                slots[letter] = f"N{index}"
    parts: list[str] = []
    for symbol in SYMBOL.findall(template.expression):
        if len(symbol) == 1 and symbol.isalpha() and symbol != _VARIABLE:
            if symbol not in slots:
                return None
            parts.append(slots[symbol])
        else:
            parts.append(symbol)
    return " ".join([*parts, "is" if _asks_truth(template.expression) else "="])


def _asks_truth(expression: str) -> bool:
    """Whether the expression asks for a truth value: a comparison that no ``if`` takes."""
    return not expression.startswith("if ") and any(sign in expression for sign in _COMPARISONS)
