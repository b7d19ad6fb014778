"""Numbers for a template: sampled until every step of its expression is positive and, unless told, whole."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from irmill.compiler.english.templates import Template
from irmill.compiler.lang.ast import Binary, Line, Name, Program, post_order
from irmill.compiler.lang.ops import SIGNS
from irmill.compiler.lang.parse import parse_text

SYMBOL = re.compile(r"\d+|[a-z]+|<=|>=|==|!=|//|[-+*/%^(),<>=\[\];]")
"""The symbols of a template's expression."""
_PLAIN = ("+", "-", "*", "/")
_SCALES, _SCALE_WEIGHTS = (12, 30, 100, 1000, 20000), (20, 30, 35, 12, 3)
_LARGEST = 10**9
_DRAWS, _MOVES = 60, 4


def sample_numbers(template: Template, letters: Sequence[str], rng: random.Random) -> dict[str, Fraction] | None:
    """A value for each letter, or None where no draw worked out."""
    steps = _plain(template.expression)
    decimal = bool(template.decimals) and rng.random() < 0.25
    exact = not (decimal or template.inexact)
    bound = {*template.fixed, *template.ranges}
    for _ in range(_DRAWS):
        values = _draw(template, letters, decimal, rng)
        if len(set(values.values())) < len(values) and rng.random() < 0.9:
            continue
        if steps is None:
            return values
        before = dict(values)
        moves = 0
        while isinstance(verdict := _check(steps, values, exact=exact), str) and moves < _MOVES:
            moves += 1
        if verdict is True and all(values[letter] == before[letter] for letter in bound if letter in before):
            return values
    return None


def _draw(template: Template, letters: Sequence[str], decimal: bool, rng: random.Random) -> dict[str, Fraction]:
    scale = rng.choices(_SCALES, _SCALE_WEIGHTS)[0]
    divisors = set(re.findall(r"/ ([a-z])", template.expression))
    values: dict[str, Fraction] = {}
    for letter in letters:
        if letter in template.fixed:
            values[letter] = Fraction(template.fixed[letter])
        elif letter in template.ranges:
            values[letter] = Fraction(rng.randint(*template.ranges[letter]))
        elif decimal and letter in template.decimals:
            values[letter] = Fraction(rng.randint(11, 9999), rng.choice((10, 100, 100)))
        elif letter in divisors:
            values[letter] = Fraction(rng.randint(2, rng.choice((9, 12, 25))))
        else:
            values[letter] = Fraction(rng.randint(2, scale))
    return values


def postfix(expression: str) -> tuple[str, ...]:
    """The expression in postfix order. Raises ValueError if it is more than plain arithmetic over letters."""
    steps = _plain(expression)
    if steps is None:
        raise ValueError(f"no plain arithmetic: {expression}")
    return steps


@lru_cache(maxsize=4096)
def _plain(expression: str) -> tuple[str, ...] | None:
    """The expression in postfix order if it is plain arithmetic over letters, else None."""
    output: list[str] = []
    for node in post_order(parse_text(expression)):
        match node:
            case Name():
                output.append(node.name)
            case Binary() if SIGNS[node.operation] in _PLAIN:
                output.append(SIGNS[node.operation])
            case Line() | Program():
                continue
            case _:
                return None
    return tuple(output)


def _check(steps: Sequence[str], values: dict[str, Fraction], *, exact: bool) -> bool | str:
    """Whether every step is sensible. Where moving a letter's value would mend a step, it is moved and named."""
    stack: list[tuple[Fraction, str]] = []
    for symbol in steps:
        if symbol in values:
            stack.append((values[symbol], symbol))
            continue
        (right, _), (left, movable) = stack.pop(), stack.pop()
        if symbol == "/" and right == 0:
            return False
        value = {"+": left + right, "-": left - right, "*": left * right}.get(symbol)
        value = left / right if value is None else value
        shift = _shift(symbol, left, right, value, exact)
        if shift:
            if not movable or right.denominator != 1:
                return False
            values[movable] += shift
            return movable
        if not 0 < value <= _LARGEST or (symbol == "/" and value == 1):
            return False
        if not exact and (value * 10000).denominator != 1:
            return False
        stack.append((value, movable if symbol in "+-" else ""))
    return True


def _shift(sign: str, left: Fraction, right: Fraction, value: Fraction, exact: bool) -> Fraction:
    """How much more the left operand must be for a positive difference, or for a division that comes out."""
    if sign == "-" and value <= 0:
        return right - left + right // 3 + 2
    if sign == "/" and exact and value.denominator != 1:
        return right - left % right + right * (left < 2 * right)
    return Fraction(0)
