"""Intervals of numbers, and what every operation makes of them.

An :class:`Interval` holds every number that a node can compute *before* the language's own check of [-2^63, 2^63):
where it lies inside a machine type, the operation needs no check in that type. Operands are clipped first, because an
operand has passed its check. Bounds are whole numbers, also those of numbers that are not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Final

from irmill.compiler.lang.traced import call

LOW: Final = -(2**63)
HIGH: Final = 2**63 - 1
_EXACT_FLOATS: Final = 2**53
_HUGE: Final = 2**256


@dataclass(frozen=True, slots=True)
class Interval:
    """Every number from ``lower`` to ``upper``.

    Attributes:
        lower: a whole number that none is below.
        upper: a whole number that none is above.
        whole: every number is an exact whole number.
        multiple: where all are whole: a number that divides every one of them; 0 if all are 0.
    """

    lower: int
    upper: int
    whole: bool
    multiple: int = 1

    def within(self, bits: int) -> bool:
        """Whether every number lies in [-2^bits, 2^bits)."""
        return -(1 << bits) <= self.lower and self.upper < 1 << bits

    def holds(self, value: int | float | Fraction) -> bool:
        """Whether a number is one of these."""
        if not self.lower <= value <= self.upper:
            return False
        if not self.whole:
            return True
        if not isinstance(value, int):
            return False
        return value == 0 if self.multiple == 0 else value % self.multiple == 0

    def clipped(self) -> Interval:
        """What is left after the check of the language."""
        top = HIGH if self.whole else HIGH + 1
        if self.lower >= LOW and self.upper <= top:
            return self
        return Interval(min(max(self.lower, LOW), top), max(min(self.upper, top), LOW), self.whole, self.multiple)


ANY: Final = Interval(LOW, HIGH + 1, whole=False)
"""Any number of the language."""

ANY_WHOLE: Final = Interval(LOW, HIGH, whole=True)
"""Any whole number of the language."""


def any_number(whole: bool) -> Interval:
    """All numbers, or all whole ones."""
    return ANY_WHOLE if whole else ANY


def exactly(value: int) -> Interval:
    """One whole number."""
    return Interval(value, value, whole=True, multiple=abs(value))


def between(lower: int, upper: int, whole: bool, multiple: int = 1) -> Interval:
    """An interval, widened by what f64 rounding may add where the numbers are not whole and larger than 2^53."""
    if whole:
        if lower == upper:
            multiple = abs(lower)
        return Interval(max(lower, -_HUGE), min(upper, _HUGE), True, multiple)
    if lower < -_EXACT_FLOATS:
        lower += lower >> 50
    if upper > _EXACT_FLOATS:
        upper += (upper >> 50) + 1
    return Interval(max(lower, -_HUGE), min(upper, _HUGE), False)


def _common(first: int, second: int) -> int:
    """The greatest common divisor, of traced numbers too."""
    try:
        return math.gcd(first, second)
    except TypeError:
        return call(math.gcd, first, second)


def _root(value: int) -> int:
    """The whole part of the square root, of a traced number too."""
    return call(math.isqrt, value)


def _product(first: int, last: int) -> int:
    return math.prod(range(first, last + 1))


def join(first: Interval, second: Interval) -> Interval:
    """The least interval that holds both."""
    whole = first.whole and second.whole
    multiple = _common(first.multiple, second.multiple) if whole else 1
    return Interval(min(first.lower, second.lower), max(first.upper, second.upper), whole, multiple)


def widen(before: Interval, after: Interval) -> Interval:
    """``after``, with each bound that moved since ``before`` put to the next of a few ends, so that growth stops."""
    lower, upper = after.lower, after.upper
    if lower < before.lower:
        lower = next((end for end in (0, -(2**31)) if end <= lower), LOW)
    if upper > before.upper:
        upper = next((end for end in (0, 2**31 - 1) if end >= upper), HIGH if after.whole else HIGH + 1)
    multiple = after.multiple if after.multiple == before.multiple else 1
    return Interval(min(lower, after.lower), max(upper, after.upper), after.whole, multiple)


def add(left: Interval, right: Interval) -> Interval:
    """``left + right``."""
    multiple = _common(left.multiple, right.multiple)
    return between(left.lower + right.lower, left.upper + right.upper, left.whole and right.whole, multiple)


def subtract(left: Interval, right: Interval) -> Interval:
    """``left - right``."""
    return add(left, negate(right))


def negate(value: Interval) -> Interval:
    """``-value``."""
    return Interval(-value.upper, -value.lower, value.whole, value.multiple)


def multiply(left: Interval, right: Interval) -> Interval:
    """``left * right``."""
    corners = [one * other for one in (left.lower, left.upper) for other in (right.lower, right.upper)]
    whole = left.whole and right.whole
    return between(min(corners), max(corners), whole, left.multiple * right.multiple)


def divides(left: Interval, right: Interval) -> bool:
    """Whether ``left / right`` is always whole, or an error."""
    if not left.whole or not right.whole or right.lower != right.upper:
        return False
    return right.lower == 0 or left.multiple % right.lower == 0


def divide(left: Interval, right: Interval, assume_exact: bool) -> Interval:
    """``left / right``; with ``assume_exact`` a quotient of whole numbers is whole."""
    exact = divides(left, right)
    whole = exact or (assume_exact and left.whole and right.whole)
    ends = _divisors(right)
    if not ends:
        return ANY_WHOLE if whole else ANY
    corners = [(one, other) for one in (left.lower, left.upper) for other in ends]
    floors, ceilings = [one // other for one, other in corners], [-(-one // other) for one, other in corners]
    multiple = left.multiple // abs(right.lower) if exact and right.lower != 0 else 1
    if whole:
        return between(min(ceilings), max(*floors, min(ceilings)), True, multiple)
    return between(min(floors), max(ceilings), False)


def floor_divide(left: Interval, right: Interval) -> Interval:
    """``left // right``."""
    ends = _divisors(right)
    whole = left.whole and right.whole
    if not ends:
        return any_number(whole)
    corners = [one // other for one in (left.lower, left.upper) for other in ends]
    multiple = left.multiple // abs(right.lower) if divides(left, right) and right.lower != 0 else 1
    # the quotient of two f64 may round across a whole number
    slack = 0 if whole else 1
    return between(min(corners) - slack, max(corners) + slack, whole, multiple)


def _divisors(right: Interval) -> list[int]:
    """The divisors at which a quotient is extreme; none where a divisor may be any fraction near 0."""
    if right.lower > 0 or right.upper < 0:
        return [right.lower, right.upper]
    if not right.whole:
        return []
    ends: list[int] = []
    if right.lower < 0:
        ends += [right.lower, -1]
    if right.upper > 0:
        ends += [1, right.upper]
    return ends


def modulo(left: Interval, right: Interval) -> Interval:
    """``left % right``: it has the sign of ``right`` and is nearer to 0."""
    whole = left.whole and right.whole
    least = 1 if whole else 0
    lower = min(right.lower + least, 0)
    upper = max(right.upper - least, 0)
    if whole and left.lower >= 0 and right.lower > 0:
        upper = min(upper, left.upper)
        if left.upper < right.lower:
            return left
    return between(lower, upper, whole, _common(left.multiple, right.multiple))


def power(base: Interval, exponent: Interval, assume_exact: bool) -> Interval:
    """``base ^ exponent``; an exponent is whole or an error."""
    whole = base.whole and (exponent.lower >= 0 or assume_exact)
    highest = max(exponent.upper, 0)
    if exponent.lower < 0 and not base.whole:
        return ANY
    top = _largest_power(base, highest)
    if base.lower == base.upper and exponent.lower == exponent.upper and exponent.lower >= 0 and whole:
        return exactly(base.lower**exponent.lower) if top < _HUGE else between(-top, top, whole)
    # a power of a whole number other than 0 is at least 1 away from 0, or at most 1 away with a negative exponent
    lower = 0 if base.lower >= 0 else -top
    return between(lower, max(top, 1), whole)


def _largest_power(base: Interval, exponent: int) -> int:
    """The largest magnitude of a power with an exponent from 0 on, or a number that is huge."""
    magnitude = max(abs(base.lower), abs(base.upper))
    if magnitude <= 1:
        return 1
    return _HUGE if exponent * magnitude.bit_length() > 256 else magnitude**exponent


def absolute(value: Interval) -> Interval:
    """``abs(value)``."""
    if value.lower >= 0:
        return value
    if value.upper <= 0:
        return negate(value)
    return Interval(0, max(-value.lower, value.upper), value.whole, value.multiple)


def floor(value: Interval) -> Interval:
    """``floor(value)``."""
    return Interval(value.lower, value.upper, True, value.multiple if value.whole else 1)


def sqrt(value: Interval) -> Interval:
    """``sqrt(value)``; whole only of one perfect square."""
    highest = max(value.upper, 0)
    root = _root(highest)
    if value.whole and value.lower == value.upper == root * root:
        return exactly(root)
    return Interval(_root(max(value.lower, 0)), root + 1, whole=False)


def greatest_divisor(left: Interval, right: Interval) -> Interval:
    """``gcd(left, right)``."""
    most = max(abs(left.lower), abs(left.upper), abs(right.lower), abs(right.upper))
    return between(0, most, True)


def least(*parts: Interval) -> Interval:
    """The least of one number of each interval."""
    whole = all(part.whole for part in parts)
    multiple = reduce(_common, (part.multiple for part in parts)) if whole else 1
    return Interval(min(part.lower for part in parts), min(part.upper for part in parts), whole, multiple)


def greatest(*parts: Interval) -> Interval:
    """The greatest of one number of each interval."""
    return negate(least(*(negate(part) for part in parts)))


def count(_first: Interval, last: Interval) -> Interval:
    """``count(first, last)``, which counts to a whole number."""
    return Interval(last.lower, last.upper, True)


def length(_elements: Interval, length: Interval) -> Interval:
    """``len`` of an array."""
    return length


def total(elements: Interval, length: Interval) -> Interval:
    """``sum`` of an array, and its partial sums."""
    return summed(elements, length.upper)


def whole_product(elements: Interval, length: Interval) -> Interval:
    """``product`` of an array, and its partial products."""
    return multiplied(elements, length.upper)


def summed(body: Interval, most: int) -> Interval:
    """Every partial sum of at most ``most`` numbers of ``body``, from 0 on."""
    return _accumulated(min(0, most * body.lower), max(0, most * body.upper), body.whole, body.multiple)


def multiplied(body: Interval, most: int) -> Interval:
    """Every partial product of at most ``most`` numbers of ``body``, from 1 on."""
    top = _largest_power(body, most)
    lower = -top if body.lower < 0 else (1 if body.lower >= 1 else 0)
    return _accumulated(lower, top, body.whole, 1)


def factorial(counter: Interval) -> Interval:
    """The products of the whole numbers of an interval that starts at 1 or above, from the first on."""
    return between(1, call(_product, counter.lower, counter.upper), True)


def _accumulated(lower: int, upper: int, whole: bool, multiple: int) -> Interval:
    """As :func:`between`, for results of many operations: past 2^53 their roundings add up."""
    if not whole and max(-lower, upper) > _EXACT_FLOATS:
        return Interval(-_HUGE, _HUGE, False)
    return between(lower, upper, whole, multiple)
