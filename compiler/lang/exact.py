"""The numbers of the reference interpreter and every operation on them, each checked.

A number is an ``int``, a ``Fraction`` that is not whole, or a ``float``. Whole numbers and fractions are exact; a
square root that is not exact is the nearest f64, and from there on arithmetic with it is f64 arithmetic. Every result
lies in [-2^63, 2^63) or is OVERFLOW; there are no infinities, no NaN, and zero has no sign. A result nearer to 0 than
1e-300 without being 0, and a fraction of more than 4,096 bits, is INEXACT.

Functions whose name starts with ``single`` are those of ``f32(...)``: operands and results are rounded to single
precision.
"""

from __future__ import annotations

import math
import operator
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, Final, NoReturn

from irmill.compiler.lang.errors import ErrorCode

Num = int | Fraction | float
"""A number; a Fraction is never whole, a float never infinite, NaN or -0.0."""

LOWEST: Final = -(2**63)
HIGHEST: Final = 2**63 - 1
END: Final = 2**63
"""Every number is below this."""

MAX_BITS: Final = 4_096
"""The longest numerator or denominator, in bits, that is still computed with."""

TINIEST: Final = Fraction(1, 10**300)
TINIEST_FLOAT: Final = 1e-300
_TINIEST_LOG2: Final = -300 * math.log2(10)


class Trap(Exception):
    """A program stops with an error of the closed set."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def overflow() -> NoReturn:
    """Stop with OVERFLOW."""
    raise Trap(ErrorCode.OVERFLOW, "a number lies outside [-2^63, 2^63)")


def divided_by_zero() -> NoReturn:
    """Stop with DIV_BY_ZERO."""
    raise Trap(ErrorCode.DIV_BY_ZERO, "division by zero")


def _too_small() -> NoReturn:
    raise Trap(ErrorCode.INEXACT, "a number is nearer to 0 than 1e-300 and is not 0")


def settle(value: Num) -> Num:
    """A computed number as a number of the language: checked, and in its simplest form.

    Raises:
        Trap: OVERFLOW or INEXACT.
    """
    if isinstance(value, int):
        if not LOWEST <= value <= HIGHEST:
            overflow()
        return value
    if isinstance(value, float):
        if not LOWEST <= value < END:
            overflow()
        if -TINIEST_FLOAT < value < TINIEST_FLOAT:
            if value:
                _too_small()
            return 0.0
        return value
    numerator, denominator = value.numerator, value.denominator
    if not LOWEST * denominator <= numerator < END * denominator:
        overflow()
    if denominator == 1:
        return numerator
    bits = denominator.bit_length()
    # only a denominator of almost 1,000 bits can make a number that small
    if bits > 990 and abs(value) < TINIEST:
        _too_small()
    if bits > MAX_BITS or numerator.bit_length() > MAX_BITS:
        raise Trap(ErrorCode.INEXACT, f"an exact number needs more than {MAX_BITS:,} bits")
    return value


def add(left: Num, right: Num) -> Num:
    """``left + right``."""
    if isinstance(left, float) or isinstance(right, float):
        return settle(float(left) + float(right))
    return settle(left + right)


def subtract(left: Num, right: Num) -> Num:
    """``left - right``."""
    if isinstance(left, float) or isinstance(right, float):
        return settle(float(left) - float(right))
    return settle(left - right)


def multiply(left: Num, right: Num) -> Num:
    """``left * right``."""
    if isinstance(left, float) or isinstance(right, float):
        product = float(left) * float(right)
        if product == 0 and left != 0 and right != 0:
            _too_small()
        return settle(product)
    return settle(left * right)


def divide(left: Num, right: Num) -> Num:
    """``left / right``, exact for exact numbers."""
    if right == 0:
        divided_by_zero()
    if isinstance(left, float) or isinstance(right, float):
        quotient = float(left) / float(right)
        if quotient == 0 and left != 0:
            _too_small()
        return settle(quotient)
    if isinstance(left, int) and isinstance(right, int):
        quotient, rest = divmod(left, right)
        return settle(Fraction(left, right) if rest else quotient)
    return settle(Fraction(left) / right)


def floor_divide(left: Num, right: Num) -> Num:
    """``left // right``: the quotient rounded down."""
    if right == 0:
        divided_by_zero()
    if isinstance(left, float) or isinstance(right, float):
        return settle(float(left) // float(right))
    return settle(left // right)


def modulo(left: Num, right: Num) -> Num:
    """``left % right``: what the floored quotient leaves; it has the sign of ``right``."""
    if right == 0:
        divided_by_zero()
    if isinstance(left, float) or isinstance(right, float):
        return settle(float(left) % float(right))
    return settle(left % right)


def power(base: Num, exponent: Num) -> Num:
    """``base ^ exponent`` for a whole exponent; ``0 ^ 0`` is 1."""
    whole_exponent = whole(exponent, "an exponent")
    if base == 0:
        if whole_exponent < 0:
            divided_by_zero()
        result: Num = 1 if whole_exponent == 0 else 0
    elif isinstance(base, float):
        result = _float_power(base, whole_exponent)
    else:
        result = _exact_power(base, whole_exponent)
    if isinstance(base, float) or isinstance(exponent, float):
        return settle(float(result))
    return settle(result)


def _float_power(base: float, exponent: int) -> float:
    try:
        result = math.pow(base, exponent)
    except OverflowError:
        overflow()
    if result == 0:
        _too_small()
    return result


def _exact_power(base: int | Fraction, exponent: int) -> int | Fraction:
    """The power of an exact number that is not 0; results that no check would let pass are never computed."""
    if base in (1, -1) or exponent == 0:
        return 1 if base == 1 or exponent % 2 == 0 else -1
    numerator, denominator = abs(base.numerator), base.denominator
    size = exponent * _log2(numerator, denominator)
    if size > 64:
        overflow()
    if size < _TINIEST_LOG2 - 1:
        _too_small()
    longest = max(numerator.bit_length(), denominator.bit_length()) - 1
    if longest * abs(exponent) > 4 * MAX_BITS:
        if size >= 63:
            overflow()
        raise Trap(ErrorCode.INEXACT, f"an exact number needs more than {MAX_BITS:,} bits")
    return Fraction(base) ** exponent if exponent < 0 else base**exponent


def _log2(numerator: int, denominator: int) -> float:
    """log2 of a positive fraction, accurate near 1 as well."""
    difference = Fraction(numerator - denominator, denominator)
    if abs(difference) < Fraction(1, 2):
        return math.log1p(float(difference)) / math.log(2)
    return math.log2(numerator) - math.log2(denominator)


def negate(value: Num) -> Num:
    """``-value``; 0 has no sign."""
    return settle(-value)


def absolute(value: Num) -> Num:
    """``abs(value)``."""
    return settle(abs(value))


def floor(value: Num) -> Num:
    """The greatest whole number that is not above ``value``."""
    return math.floor(value)


def sqrt(value: Num) -> Num:
    """The square root: exact where one is, else the f64 one."""
    if value < 0:
        raise Trap(ErrorCode.DOMAIN, "the square root of a negative number")
    if not isinstance(value, float):
        above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
        if above * above == value.numerator and below * below == value.denominator:
            return above if below == 1 else Fraction(above, below)
    return settle(math.sqrt(value))


def greatest_divisor(left: Num, right: Num) -> Num:
    """``gcd(left, right)`` of whole numbers, never negative."""
    return settle(math.gcd(whole(left, "an operand of gcd"), whole(right, "an operand of gcd")))


def whole(value: Num, what: str) -> int:
    """A number where a whole one is needed; a whole f64 counts.

    Raises:
        Trap: DOMAIN.
    """
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    raise Trap(ErrorCode.DOMAIN, f"{what} is a whole number")


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[Num, Num], bool]:
    """A comparison: exact for exact numbers, as f64 where one of them is."""

    def compare(left: Num, right: Num) -> bool:
        if isinstance(left, float) or isinstance(right, float):
            return test(float(left), float(right))
        return test(left, right)

    return compare


less = _comparison(operator.lt)
less_equal = _comparison(operator.le)
greater = _comparison(operator.gt)
greater_equal = _comparison(operator.ge)
equal = _comparison(operator.eq)
not_equal = _comparison(operator.ne)


def least(values: Sequence[Num]) -> Num:
    """The first of the least numbers.

    Raises:
        Trap: DOMAIN, of none.
    """
    if not values:
        raise Trap(ErrorCode.DOMAIN, "the least of no numbers")
    return reduce(lambda best, value: value if less(value, best) else best, values)


def greatest(values: Sequence[Num]) -> Num:
    """The first of the greatest numbers.

    Raises:
        Trap: DOMAIN, of none.
    """
    if not values:
        raise Trap(ErrorCode.DOMAIN, "the greatest of no numbers")
    return reduce(lambda best, value: value if less(best, value) else best, values)


def count(first: Num, last: Num) -> int:
    """Where a count from ``first`` to ``last``, one by one, ends."""
    whole(first, "a bound")
    return whole(last, "a bound")


def total(values: Sequence[Num]) -> Num:
    """The sum of an array, from its first element on; 0 of none."""
    return reduce(add, values, 0)


def whole_product(values: Sequence[Num]) -> Num:
    """The product of an array, from its first element on; 1 of none."""
    return reduce(multiply, values, 1)


# --- single precision ---

_SINGLE = struct.Struct("<f")
_BITS = struct.Struct("<q")
_DOUBLE = struct.Struct("<d")


def single(value: Num) -> float:
    """A number rounded to single precision, to nearest, ties to even, in one rounding.

    Raises:
        Trap: OVERFLOW, where rounding leaves the range.
    """
    if not LOWEST <= value < END:
        overflow()
    nearest = float(value)
    if nearest != value and not _BITS.unpack(_DOUBLE.pack(nearest))[0] & 1:
        # rounding to odd first keeps the second rounding from being one of a rounded number
        nearest = math.nextafter(nearest, math.inf if value > nearest else -math.inf)
    rounded: float = _SINGLE.unpack(_SINGLE.pack(nearest))[0]
    if not LOWEST <= rounded < END:
        overflow()
    return rounded or 0.0


def exactly(value: float) -> int | Fraction:
    """A number of single precision as the exact number that it is: what leaves ``f32``."""
    return int(value) if value.is_integer() else Fraction(value)


def rounded(function: Callable[..., Num]) -> Callable[..., Num]:
    """An operation in single precision: of operands that are rounded already, its result rounded."""

    def compute(*operands: Any) -> Num:
        return single(function(*operands))

    return compute


def single_power(base: Num, exponent: Num) -> Num:
    """``base ^ exponent`` in single precision: the exact power, rounded once, or of more than 680 the f64 one."""
    rounded = single(base)
    whole_exponent = whole(single(exponent), "an exponent")
    if rounded == 0:
        if whole_exponent < 0:
            divided_by_zero()
        return 0.0 if whole_exponent else 1.0
    exact = Fraction(rounded)
    size = whole_exponent * _log2(abs(exact.numerator), exact.denominator)
    if size > 64:
        overflow()
    if size < -200:
        return 0.0
    if 24 * abs(whole_exponent) > 4 * MAX_BITS:
        return single(math.pow(rounded, whole_exponent))
    return single(exact**whole_exponent)


def single_floor_divide(left: Num, right: Num) -> Num:
    """``left // right`` in single precision: the exact quotient, rounded down, then once to single precision."""
    if right == 0:
        divided_by_zero()
    return single(Fraction(left) // Fraction(right))


def single_total(values: Sequence[Num]) -> Num:
    """The sum of an array in single precision."""
    return reduce(rounded(add), map(single, values), 0.0)


def single_whole_product(values: Sequence[Num]) -> Num:
    """The product of an array in single precision."""
    return reduce(rounded(multiply), map(single, values), 1.0)
