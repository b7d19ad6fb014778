"""What every plain opcode computes of its operands, in Python: the arithmetic of the step trace.

Integers are kept as signed ints, ``f32`` as a float that single precision holds.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

from irmill.compiler.lang.errors import ErrorCode

Number = int | float


class Stopped(Exception):
    """The module trapped, or ran for long enough (no code)."""

    def __init__(self, code: ErrorCode | None) -> None:
        super().__init__(code)
        self.code = code


def _wrap(bits: int) -> Callable[[int], int]:
    half, whole = 1 << (bits - 1), 1 << bits
    return lambda value: (value + half) % whole - half


def _truncated(left: int, right: int) -> int:
    if right == 0:
        raise Stopped(ErrorCode.DIV_BY_ZERO)
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_Operations = dict[str, Callable[..., Number]]

_ORDERS: _Operations = {
    "lt": lambda a, b: int(a < b),
    "le": lambda a, b: int(a <= b),
    "gt": lambda a, b: int(a > b),
    "ge": lambda a, b: int(a >= b),
}


def _integer_operations(bits: int) -> _Operations:
    wrap, mask = _wrap(bits), (1 << bits) - 1

    def divide(left: int, right: int) -> int:
        quotient = _truncated(left, right)
        if quotient == 1 << (bits - 1):
            raise Stopped(ErrorCode.OVERFLOW)
        return quotient

    binary: dict[str, Callable[[int, int], int]] = {
        "add": lambda a, b: wrap(a + b),
        "sub": lambda a, b: wrap(a - b),
        "mul": lambda a, b: wrap(a * b),
        "div_s": divide,
        "rem_s": lambda a, b: a - b * _truncated(a, b),
        "div_u": lambda a, b: wrap(_truncated(a & mask, b & mask)),
        "rem_u": lambda a, b: wrap((a & mask) - (b & mask) * _truncated(a & mask, b & mask)),
        "shl": lambda a, b: wrap(a << (b % bits)),
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "xor": lambda a, b: a ^ b,
        "shr_u": lambda a, b: wrap((a & mask) >> (b % bits)),
        "shr_s": lambda a, b: a >> (b % bits),
        "eq": lambda a, b: int(a == b),
        "ne": lambda a, b: int(a != b),
    }
    signed = {f"{name}_s": order for name, order in _ORDERS.items()}
    unsigned = {f"{name}_u": lambda a, b, order=order: order(a & mask, b & mask) for name, order in _ORDERS.items()}
    unary: dict[str, Callable[[int], int]] = {
        "eqz": lambda a: int(a == 0),
        "clz": lambda a: bits - (a & mask).bit_length(),
    }
    return {**binary, **signed, **unsigned, **unary}


def single(value: float) -> float:
    """The number of single precision next to ``value``, or an infinity."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _divided(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _floored(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def _float_operations(rounded: Callable[[float], float]) -> _Operations:
    binary: dict[str, Callable[[float, float], float]] = {
        "add": lambda a, b: rounded(a + b),
        "sub": lambda a, b: rounded(a - b),
        "mul": lambda a, b: rounded(a * b),
        "div": lambda a, b: rounded(_divided(a, b)),
        "min": lambda a, b: min(a, b),
        "max": lambda a, b: max(a, b),
        "eq": lambda a, b: int(a == b),
        "ne": lambda a, b: int(a != b),
    }
    unary: dict[str, Callable[[float], float]] = {
        "abs": lambda a: abs(a),
        "neg": lambda a: -a,
        "floor": _floored,
        "sqrt": lambda a: rounded(math.sqrt(a)) if a >= 0 else math.nan,
    }
    return {**binary, **_ORDERS, **unary}


def _to_integer(value: float) -> int:
    if not -(2.0**63) <= value < 2.0**63:
        raise Stopped(ErrorCode.OVERFLOW)
    return math.trunc(value)


def _to_unsigned(value: float) -> int:
    if not -1.0 < value < 2.0**64:
        raise Stopped(ErrorCode.OVERFLOW)
    return _wrap(64)(math.trunc(value))


def _table() -> _Operations:
    """What every plain opcode computes of its operands."""
    found: _Operations = {}
    for kind, operations in (
        ("i32", _integer_operations(32)),
        ("i64", _integer_operations(64)),
        ("f32", _float_operations(single)),
        ("f64", _float_operations(float)),
    ):
        found.update({f"{kind}.{name}": operation for name, operation in operations.items()})
    for kind in ("i32", "i64"):
        found[f"f64.convert_{kind}_s"] = float
        # One rounding only: a whole number above 2^53 must not be rounded to f64 first.
        found[f"f32.convert_{kind}_s"] = _single_of_whole
    found["f64.convert_i64_u"] = lambda a: float(a % (1 << 64))
    found["f32.convert_i64_u"] = lambda a: _single_of_whole(int(a) % (1 << 64))
    found["i64.trunc_f64_u"] = _to_unsigned
    unsigned: Callable[[int], int] = lambda a: a & 0xFFFFFFFF  # noqa: E731
    found["i32.wrap_i64"] = _wrap(32)
    found["i64.extend_i32_s"] = int
    found["i64.extend_i32_u"] = unsigned
    found["i64.trunc_f64_s"] = _to_integer
    found["f32.demote_f64"] = single
    found["f64.promote_f32"] = float
    return found


def _single_of_whole(value: int) -> float:
    spare = max(0, abs(value).bit_length() - 26)
    kept = abs(value) >> spare
    if kept << spare != abs(value):
        kept |= 1
    return math.copysign(single(float(kept)) * 2.0**spare, value) if value else 0.0


OPERATIONS = _table()
"""By the name of the opcode. One that traps raises :class:`Stopped`."""
