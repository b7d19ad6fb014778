"""Numbers for a scene: drawn once, so that as many of its questions as can be have sensible steps."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache

from irmill.compiler.english.numbers import postfix
from irmill.compiler.english.scenes.scene import Scene

_SCALES, _SCALE_WEIGHTS = (12, 30, 100, 1000, 5000), (20, 42, 27, 9, 2)
_FACTOR_LIMIT = 60
"""What a letter that is a factor somewhere is at most drawn as, where the scene does not say."""
_DIVISOR_LIMITS = (6, 9, 12, 20)
_LARGEST = 10**7
_MOVES = 4
_DRAWS = 24
_DECIMAL_SHARE = 0.35
_REPEATING_SHARE = 0.1
"""How often two letters may have one value, and decimal letters are decimal."""


def draw_values(
    scene: Scene, expressions: Sequence[str], letters: Sequence[str], rng: random.Random
) -> tuple[dict[str, Fraction], tuple[int, ...]] | None:
    """A value for each letter, and the expressions, by index, that are sensible with them; None where none is.

    Of some draws the one with the most sensible expressions is taken. Each draw is mended until the expressions, in
    random order, come out.
    """
    order = list(range(len(expressions)))
    rng.shuffle(order)
    decimal = bool(scene.decimals) and rng.random() < _DECIMAL_SHARE
    exact = scene.counts or (not decimal and rng.random() < 0.8)
    repeating = rng.random() < _REPEATING_SHARE
    divisors, factors = _roles("|".join(expressions))
    bounds = {letter: (value, value) for letter, value in scene.fixed.items()} | dict(scene.ranges)
    best: tuple[dict[str, Fraction], tuple[int, ...]] | None = None
    for draw in range(_DRAWS):
        values = _draw(scene, letters, decimal, divisors, factors, rng)
        for index in order:
            _mend(postfix(expressions[index]), values, bounds, exact=exact)
        if not repeating and len(set(values.values())) < len(values):
            continue
        good = tuple(i for i in order if _sensible(postfix(expressions[i]), values, exact=exact))
        if good and (best is None or len(good) > len(best[1])):
            best = values, good
        if best is not None and (len(best[1]) == len(order) or draw >= 5):
            break
    return best


@lru_cache(maxsize=4096)
def _roles(expressions: str) -> tuple[frozenset[str], frozenset[str]]:
    """The letters that are divided by, and those that are factors."""
    divisors = frozenset(re.findall(r"/ ([a-z])", expressions))
    factors = frozenset(re.findall(r"\* ([a-z])", expressions) + re.findall(r"([a-z]) \*", expressions))
    return divisors, factors


def _draw(
    scene: Scene,
    letters: Sequence[str],
    decimal: bool,
    divisors: frozenset[str],
    factors: frozenset[str],
    rng: random.Random,
) -> dict[str, Fraction]:
    scale = rng.choices(_SCALES, _SCALE_WEIGHTS)[0]
    values: dict[str, Fraction] = {}
    for letter in letters:
        if letter in scene.fixed:
            values[letter] = Fraction(scene.fixed[letter])
        elif decimal and letter in scene.decimals:
            low, high = scene.ranges.get(letter, (1, 60))
            values[letter] = Fraction(rng.randint(low * 100 + 1, high * 100), rng.choice((100, 100, 100)))
        elif letter in scene.ranges:
            values[letter] = Fraction(rng.randint(*scene.ranges[letter]))
        elif letter in divisors:
            values[letter] = Fraction(rng.randint(2, rng.choice(_DIVISOR_LIMITS)))
        elif letter in factors:
            values[letter] = Fraction(rng.randint(2, min(scale, _FACTOR_LIMIT)))
        else:
            values[letter] = Fraction(rng.randint(2, scale))
    return values


def _mend(
    steps: Sequence[str], values: dict[str, Fraction], bounds: Mapping[str, tuple[int, int]], *, exact: bool
) -> None:
    """Raises left operands until the steps come out; what would leave its bounds stays."""
    for _ in range(_MOVES):
        found = _first_wrong(steps, values, exact=exact)
        if found is None or not found[0]:
            return
        letter, shift = found
        raised = values[letter] + shift
        low, high = bounds.get(letter, (0, _LARGEST))
        if not low <= raised <= high:
            return
        values[letter] = raised


def _sensible(steps: Sequence[str], values: Mapping[str, Fraction], *, exact: bool) -> bool:
    return _first_wrong(steps, values, exact=exact) is None


def _first_wrong(steps: Sequence[str], values: Mapping[str, Fraction], *, exact: bool) -> tuple[str, Fraction] | None:
    """The first step that is not sensible: the letter that could be raised for it (or nothing), and by how much."""
    stack: list[tuple[Fraction, str]] = []
    for symbol in steps:
        if symbol in values:
            stack.append((values[symbol], symbol))
            continue
        (right, _), (left, movable) = stack.pop(), stack.pop()
        if symbol == "+":
            value = left + right
        elif symbol == "-":
            value = left - right
            if value <= 0:
                shift = right - left + right // 3 + 2
                return ("", shift) if right.denominator != 1 or left.denominator != 1 else (movable, shift)
        elif symbol == "*":
            value = left * right
        else:
            value = left / right
            if value == 1 or (exact and value.denominator != 1):
                shift = right - left % right + right * (left < 2 * right)
                return ("", shift) if right.denominator != 1 or left.denominator != 1 else (movable, shift)
        if value > _LARGEST or (not exact and (value * 10000).denominator != 1):
            return "", Fraction(0)
        stack.append((value, movable if symbol in "+-" else ""))
    return None
