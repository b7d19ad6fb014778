"""Which templates train, which validate and which test: by template, and by family."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from irmill.compiler.base.splits import DIRECT_QUESTIONS, QUESTIONS, Split
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.quantities import NormalForm, normal_form
from irmill.compiler.english.unheld import says_held_word

if TYPE_CHECKING:
    from irmill.compiler.english.templates import Template

HELD_FAMILIES = frozenset({"library", "orchard"})
"""Families of which nothing is trained on."""

_DIRECT = frozenset({"imperative", "question", "signs", "chain", "loop", "comparison", "conditional", "function"})
"""Families that name their operation."""


def split_of(template: Template) -> Split:
    """The split of a template: held-out families, operations and words, else by a hash of the template's text."""
    return _split_of(template.family, template.text, template.expression)


@lru_cache(maxsize=4096)
def _split_of(family: str, text: str, expression: str) -> Split:
    if family in HELD_FAMILIES:
        return Split.TEST_FAMILY
    if holds_held_pair(expression):
        return Split.TEST_PAIR
    if says_held_word(text):
        return Split.TEST_WORDS
    rule = DIRECT_QUESTIONS if family in _DIRECT else QUESTIONS
    return rule.split_of(f"{text}|{expression}")


PUBLISHED = (
    "Add 11 and 94",
    "Subtract 49 from 69",
    "Multiply 7 by 8",
    "Divide 48 by 6",
    "The sum of 25 and 17 is",
    "The difference of 100 and 37 is",
    "The difference of 69 and 49 is",
    "What is 12 times 9?",
    "What is 144 divided by 12?",
    "Janet has 50 apples. She gives away 15.",
    "Janet has 50 apples. She gives away 15. How many remain?",
    "Each box holds 8 items. How many in 7 boxes?",
    "A tank has 200 gallons. 75 leak out.",
    "Tickets cost 15 dollars each. Cost for 4?",
    "Janet's ducks lay 16 eggs daily, she eats 3 for breakfast...",
    "16 - 3, then multiply by 5",
    "Add 10 and 20, then subtract 5",
    "Multiply 4 by 7, then add 8",
    "Start with 50, subtract 20, ÷ 3",
    "Start with 50, subtract 20, divide by 3",
    "6 * 7, then add 10",
    "100 - 40, then divide by 2",
    "Sum 1 to 10",
    "Sum 1 to 100",
    "Sum 1 to 1000000",
    "Add numbers from 5 to 15",
    "Sum from 1 to 5",
    "Multiply 1 to 5",
    "Product of 1 to 6",
    "Multiply numbers from 2 to 4",
    "Count down from 10",
    "Count from 5 to 0",
    "Is 15 greater than 10?",
    "Is 10 less than 15?",
    "Is 5 equal to 5?",
)
"""The sentences that the published results were measured on: never generated, so never trained on."""


_MOST_PUBLISHED = 3
"""The quantities of the one with the most."""


@lru_cache(maxsize=1)
def _published_forms() -> frozenset[tuple[tuple[str, ...], tuple[str, ...]]]:
    forms = [normal_form(text) for text in PUBLISHED]
    return frozenset((_loose(form.tokens), tuple(q.text for q in form.quantities)) for form in forms)


def _loose(tokens: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(token for token in tokens if token not in (".", "?", "!", ","))


def is_published(question: str) -> bool:
    """Whether a question is one of :data:`PUBLISHED`, but for case, blanks and punctuation."""
    return is_published_form(normal_form(question))


def is_published_form(form: NormalForm) -> bool:
    """Whether a question of this normal form is one of :data:`PUBLISHED`."""
    if len(form.quantities) > _MOST_PUBLISHED:
        return False
    return (_loose(form.tokens), tuple(q.text for q in form.quantities)) in _published_forms()
