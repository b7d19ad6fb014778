"""The prime field with p = 2^64 - 2^32 + 1 elements; every element is a canonical int, 0 <= value < p."""

from __future__ import annotations

from irmill.optimizer.field.modulus import MODULUS


def mul(a: int, b: int) -> int:
    """Product."""
    return a * b % MODULUS


def inverse(a: int) -> int:
    """Multiplicative inverse.

    Raises:
        ZeroDivisionError: for 0.
    """
    if a == 0:
        raise ZeroDivisionError("0 has no inverse")
    return pow(a, -1, MODULUS)


def signed(a: int) -> int:
    """The representative of least absolute value, in -(p-1)/2 .. (p-1)/2."""
    return a - MODULUS if a > MODULUS >> 1 else a
