"""Whether a question is about things that come in ones, so that a negative or a fractional answer is no answer."""

from __future__ import annotations

from itertools import pairwise

from irmill.compiler.english.quantities import NormalForm, is_unit, value_of

_PARTS = frozenset(
    {
        *("half", "halves", "third", "thirds", "quarter", "quarters", "fourth", "fourths", "fifth", "fifths", "sixth"),
        *("sixths", "eighth", "eighths", "tenth", "tenths", "fraction", "percent", "percentage", "%", "ratio", "rate"),
        *("average", "mean", "probability", "gallon", "gallons", "mile", "miles", "cup", "cups", "degree", "degrees"),
    }
)
"""Words of parts, of what is measured and is no unit to :func:`is_unit`."""


def all_whole(form: NormalForm) -> bool:
    """Whether every number of the text is whole."""
    return all(value_of(quantity).denominator == 1 for quantity in form.quantities)


def comes_in_ones(form: NormalForm) -> bool:
    """Whether a text asks how many, and all of it is whole and counted: its numbers are whole, and no word of it is a
    unit of measure or a part."""
    tokens = form.tokens
    asks = any(pair == ("how", "many") for pair in pairwise(tokens))
    return asks and all_whole(form) and not any(is_unit(token) or token in _PARTS for token in tokens)
