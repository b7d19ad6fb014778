"""Fixed-point numbers with 16 fraction bits, exact on integers and the same inside the Goldilocks field.

A real x is the integer round(x * 2^16); arrays are int64. A product of two such numbers has 32 fraction bits, and a sum
of products keeps them: a layer adds all its products exactly and comes back to 16 bits once, with a rounding shift
``(x + 2^15) >> 16`` of the signed sum. Sums must stay below 2^46 in absolute value: then the shift can also be done
and proved on the machine in six instructions, since ``(x + 2^46 + 2^15) * 2^16`` is below 2^63, so its upper half as
``split`` gives it is the result plus 2^30.

Why not scale back by a multiplication with the field's inverse of 2^16, which would spare the shift: that is exact
division in the ring, not rounding. If a * b = q * 2^16 + r, then a * b / 2^16 is q - r * (2^48 - 2^16) modulo p, which
is near q only for r = 0: for all but one in 65,536 products it is a number of 48 to 63 bits without meaning as a real,
0.1 * 0.1 for one. Laws of the field hold for it nevertheless, so that tests of these laws show nothing.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FRACTION_BITS = 16
SCALE = 1 << FRACTION_BITS
"""The integer that stands for 1."""

SUM_BOUND = 1 << 46
"""What the absolute value of a sum of products must stay below."""

Fixed: TypeAlias = npt.NDArray[np.int64]

_HALF = 1 << (FRACTION_BITS - 1)
_EXACT_IN_DOUBLE = 1 << 53


def encode(values: npt.ArrayLike) -> Fixed:
    """Reals to fixed point, to the nearest, ties to even.

    Raises:
        OverflowError: if a value is not finite or not below 2^46 in its integer form.
    """
    scaled = np.rint(np.asarray(values, dtype=np.float64) * SCALE)
    if not np.all(np.abs(scaled) < SUM_BOUND):  # also catches NaN
        raise OverflowError("a value is too large for fixed point")
    return scaled.astype(np.int64)


def decode(values: Fixed) -> npt.NDArray[np.float64]:
    """Fixed point to reals, exactly: the integers below 2^53 are doubles."""
    return values.astype(np.float64) / SCALE


def rescale(sums: Fixed) -> Fixed:
    """From 32 fraction bits to 16: the nearest, ties upwards.

    Raises:
        OverflowError: if a sum reaches 2^46 in absolute value.
    """
    if np.any(sums >= SUM_BOUND) or np.any(sums <= -SUM_BOUND):
        raise OverflowError("a sum of products is too large for the rescaling shift")
    return (sums + _HALF) >> FRACTION_BITS


def multiply(left: Fixed, right: Fixed) -> Fixed:
    """Elementwise products, within half of 2^-16 of those of the reals.

    Raises:
        OverflowError: as ``rescale``.
    """
    if _magnitude(left) * _magnitude(right) >= 1 << 63:
        raise OverflowError("a product does not fit 64 bits")
    return rescale(left * right)


def accumulate(left: Fixed, right: Fixed) -> Fixed:
    """The matrix product with 32 fraction bits, exact; to be added to and rescaled once.

    Doubles do the work where no partial sum can leave 53 bits, since then they round nothing.

    Raises:
        OverflowError: if a partial sum could leave 64 bits.
    """
    bound = _magnitude(left) * _magnitude(right) * left.shape[-1]
    if bound < _EXACT_IN_DOUBLE:
        return (left.astype(np.float64) @ right.astype(np.float64)).astype(np.int64)
    if bound >= 1 << 63:
        raise OverflowError("a sum of products does not fit 64 bits")
    return left @ right


def matmul(left: Fixed, right: Fixed, bias: Fixed | None = None) -> Fixed:
    """The matrix product, plus a bias with 16 fraction bits, rounded once.

    Raises:
        OverflowError: as ``accumulate`` and ``rescale``.
    """
    sums = accumulate(left, right)
    return rescale(sums if bias is None else sums + (bias << FRACTION_BITS))


def relu(values: Fixed) -> Fixed:
    """The positive part."""
    return np.maximum(values, 0)


def _magnitude(values: Fixed) -> int:
    """The largest absolute value, as an int of any size."""
    return max(int(values.max()), -int(values.min())) if values.size else 0
