"""The cubic extension F_p[X]/(X^3 - X + 1) of the Goldilocks field.

An element is a tuple of three canonical field elements, coefficient of 1 first.
"""

from __future__ import annotations

from typing import TypeAlias

from irmill.optimizer.field import goldilocks
from irmill.optimizer.field.modulus import MODULUS

Extension: TypeAlias = tuple[int, int, int]

ZERO: Extension = (0, 0, 0)


def add(a: Extension, b: Extension) -> Extension:
    """Sum."""
    return ((a[0] + b[0]) % MODULUS, (a[1] + b[1]) % MODULUS, (a[2] + b[2]) % MODULUS)


def mul(a: Extension, b: Extension) -> Extension:
    """Product; X^3 = X - 1 and X^4 = X^2 - X fold the two upper coefficients back."""
    a0, a1, a2 = a
    b0, b1, b2 = b
    cubic = a1 * b2 + a2 * b1
    quartic = a2 * b2
    return (
        (a0 * b0 - cubic) % MODULUS,
        (a0 * b1 + a1 * b0 + cubic - quartic) % MODULUS,
        (a0 * b2 + a1 * b1 + a2 * b0 + quartic) % MODULUS,
    )


def scale(factor: int, a: Extension) -> Extension:
    """Product with a base field element."""
    return (factor * a[0] % MODULUS, factor * a[1] % MODULUS, factor * a[2] % MODULUS)


def inverse(a: Extension) -> Extension:
    """Multiplicative inverse: the first column of the inverse of the matrix that multiplies by ``a``.

    Raises:
        ZeroDivisionError: for zero.
    """
    a0, a1, a2 = a
    # columns a, a*X, a*X^2 of the matrix, in rows
    m00, m01, m02 = a0, -a2, -a1
    m10, m11, m12 = a1, a0 + a2, a1 - a2
    m20, m21, m22 = a2, a1, a0 + a2
    c0 = m11 * m22 - m12 * m21
    c1 = m12 * m20 - m10 * m22
    c2 = m10 * m21 - m11 * m20
    factor = goldilocks.inverse((m00 * c0 + m01 * c1 + m02 * c2) % MODULUS)
    return (c0 * factor % MODULUS, c1 * factor % MODULUS, c2 * factor % MODULUS)
