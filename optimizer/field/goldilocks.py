"""The prime field with p = 2^64 - 2^32 + 1 elements: exact arithmetic on Python ints and on numpy uint64 arrays.

Every element is canonical: an int with 0 <= value < p, or a uint64 array of such values. The functions on arrays
broadcast as numpy does; they never form a product in more than 64 bits, yet reduce the whole 128-bit product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from irmill.optimizer.field.modulus import MODULUS

GENERATOR = 7
"""Generates the multiplicative group."""

Elements: TypeAlias = npt.NDArray[np.uint64]

_EPSILON = (1 << 32) - 1
"""2^64 modulo p."""


def add(a: int, b: int) -> int:
    """Sum."""
    return (a + b) % MODULUS


def sub(a: int, b: int) -> int:
    """Difference."""
    return (a - b) % MODULUS


def mul(a: int, b: int) -> int:
    """Product."""
    return a * b % MODULUS


def neg(a: int) -> int:
    """Additive inverse."""
    return -a % MODULUS


def power(a: int, exponent: int) -> int:
    """``a`` to an exponent >= 0; 0 to the 0 is 1."""
    return pow(a, exponent, MODULUS)


def inverse(a: int) -> int:
    """Multiplicative inverse.

    Raises:
        ZeroDivisionError: for 0.
    """
    if a == 0:
        raise ZeroDivisionError("0 has no inverse")
    return pow(a, -1, MODULUS)


def batch_inverse(values: Sequence[int]) -> list[int]:
    """The inverses of all values with one inversion (Montgomery's trick).

    Raises:
        ZeroDivisionError: if any value is 0.
    """
    prefix: list[int] = []
    product = 1
    for value in values:
        prefix.append(product)
        product = product * value % MODULUS
    rest = inverse(product)
    inverses = [0] * len(values)
    for index in range(len(values) - 1, -1, -1):
        inverses[index] = rest * prefix[index] % MODULUS
        rest = rest * values[index] % MODULUS
    return inverses


def signed(a: int) -> int:
    """The representative of least absolute value, in -(p-1)/2 .. (p-1)/2."""
    return a - MODULUS if a > MODULUS >> 1 else a


def elements(values: Sequence[int]) -> Elements:
    """An array from ints of any size and sign, reduced."""
    return np.array([value % MODULUS for value in values], dtype=np.uint64)


def add_vector(a: Elements, b: Elements) -> Elements:
    """Sums."""
    total = a + b
    total = np.where(total < a, total + np.uint64(_EPSILON), total)  # the carry out of 64 bits is worth 2^32 - 1
    return _canonical(total)


def sub_vector(a: Elements, b: Elements) -> Elements:
    """Differences."""
    difference = a - b
    return np.where(a < b, difference - np.uint64(_EPSILON), difference)


def neg_vector(a: Elements) -> Elements:
    """Additive inverses."""
    return np.where(a == 0, a, np.uint64(MODULUS) - a)


def mul_vector(a: Elements, b: Elements) -> Elements:
    """Products, from the four products of 32-bit halves."""
    half, low_mask = np.uint64(32), np.uint64(_EPSILON)
    a_low, a_high, b_low, b_high = a & low_mask, a >> half, b & low_mask, b >> half
    low = a_low * b_low
    middle = a_high * b_low + (low >> half)
    cross = a_low * b_high + (middle & low_mask)
    high = a_high * b_high + (middle >> half) + (cross >> half)
    return _reduce(high, (cross << half) | (low & low_mask))


def power_vector(a: Elements, exponent: int) -> Elements:
    """Powers with one exponent >= 0."""
    result = np.ones_like(a)
    square = a
    while exponent:
        if exponent & 1:
            result = mul_vector(result, square)
        exponent >>= 1
        if exponent:
            square = mul_vector(square, square)
    return result


def inverse_vector(a: Elements) -> Elements:
    """Multiplicative inverses.

    Raises:
        ZeroDivisionError: if any element is 0.
    """
    if not np.all(a):
        raise ZeroDivisionError("0 has no inverse")
    return power_vector(a, MODULUS - 2)


def _reduce(high: Elements, low: Elements) -> Elements:
    """``high * 2^64 + low`` modulo p, by 2^64 = 2^32 - 1 and 2^96 = -1."""
    top = high >> np.uint64(32)
    bottom = high & np.uint64(_EPSILON)
    part = low - top
    part = np.where(low < top, part - np.uint64(_EPSILON), part)
    addend = bottom * np.uint64(_EPSILON)
    total = part + addend
    total = np.where(total < addend, total + np.uint64(_EPSILON), total)
    return _canonical(total)


def _canonical(a: Elements) -> Elements:
    return np.where(a >= np.uint64(MODULUS), a - np.uint64(MODULUS), a)
