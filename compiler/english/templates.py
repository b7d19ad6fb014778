"""What a template is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Template:
    """Text with choices, over quantities that an expression combines.

    Attributes:
        name: unique; what splits are made by.
        family: the kind of problem.
        text: ``[a|b|]`` is a choice, ``<a>`` a sampled quantity, ``<k=half>`` words that imply one, ``{x}`` a word.
        expression: the program, over the quantities' letters; ``u`` is a ratio of two units of the text.
        fixed: the numbers that the text implies, by letter.
        ranges: inclusive bounds of letters that are not sampled freely.
        decimals: letters that may be decimal fractions (then all divisions may leave a remainder).
        droppable: whether the last question goes without saying.
        story: whether sentences may be joined and irrelevant ones put in.
        inexact: whether divisions may leave a remainder.
    """

    name: str
    family: str
    text: str
    expression: str
    fixed: Mapping[str, int] = field(default_factory=dict[str, int])
    ranges: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])
    decimals: str = ""
    droppable: bool = False
    story: bool = True
    inexact: bool = False


def numbered(templates: Sequence[Template]) -> list[Template]:
    """The templates of one family, named by their place in it."""
    return [replace(template, name=f"{template.family}-{index:02d}") for index, template in enumerate(templates)]
