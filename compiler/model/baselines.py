"""What a question can be answered by without a model: the figures that a model must beat, each an honest few lines.

A baseline maps a question to a guess (a number, a truth value, or None where it does not apply).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from irmill.compiler.english.quantities import NormalForm, normal_form, value_of

Guess = float | bool | None
Baseline = Callable[[str], Guess]

_KEYWORDS = (
    ("*", ("times", "multiply", "multiplied", "product", "each", "every", "per", "twice", "double", "dozen")),
    ("/", ("divide", "divided", "divides", "split", "share", "shared", "shares", "equally", "half", "average")),
    ("-", ("minus", "subtract", "difference", "left", "remain", "remaining", "fewer", "less", "gave", "gives", "lost",
           "loses", "spent", "ate", "sold", "away", "than", "change", "remove")),
    ("+", ("plus", "add", "sum", "total", "altogether", "all", "more", "together", "both")),
)  # fmt: skip
_TRUTH = (
    (">", ("greater", "more", "bigger", "larger", "above", "exceed")),
    ("<", ("less", "smaller", "below", "under", "fewer")),
    ("==", ("equal", "equals", "same")),
)


def _first_two(form: NormalForm) -> tuple[Fraction, Fraction] | None:
    written = [value_of(quantity) for quantity in form.quantities if quantity.written]
    values = written if len(written) >= 2 else [value_of(quantity) for quantity in form.quantities]
    return (values[0], values[1]) if len(values) >= 2 else None


def _apply(sign: str, a: Fraction, b: Fraction) -> Guess:
    if sign == "/":
        large, small = max(a, b), min(a, b)
        return float(large / small) if small else None
    return float({"+": a + b, "-": max(a, b) - min(a, b), "*": a * b}[sign])


def majority(question: str) -> Guess:
    """The larger of the first two numbers less the other: subtraction is the most frequent operation of one-step
    word problems."""
    pair = _first_two(normal_form(question))
    return None if pair is None else _apply("-", *pair)


def subtraction(question: str) -> Guess:
    """The first number less the second, as they stand."""
    pair = _first_two(normal_form(question))
    return None if pair is None else float(pair[0] - pair[1])


def addition(question: str) -> Guess:
    """The sum of the first two numbers."""
    pair = _first_two(normal_form(question))
    return None if pair is None else _apply("+", *pair)


def keyword(question: str) -> Guess:
    """The first two numbers with the operation that a keyword names, the list read in a fixed order; else their sum."""
    form = normal_form(question)
    pair = _first_two(form)
    if pair is None:
        return None
    words = set(form.tokens)
    if words & {"is", "check", "are", "does"} and form.tokens[0] in ("is", "check", "are", "does"):
        for sign, names in _TRUTH:
            if words & set(names):
                return {">": pair[0] > pair[1], "<": pair[0] < pair[1], "==": pair[0] == pair[1]}[sign]
    for sign, names in _KEYWORDS:
        if words & set(names):
            return _apply(sign, *pair)
    return _apply("+", *pair)


BASELINES: Mapping[str, Baseline] = {
    "majority: first two numbers subtracted": majority,
    "first number less the second": subtraction,
    "first two numbers added": addition,
    "keyword: first two numbers, operation by keyword": keyword,
}
"""The baselines by name."""
