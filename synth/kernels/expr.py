"""Expressions of generated kernels: text that carries the interval its value lies in.

The intervals keep every kernel total: a square root, a logarithm or a division is only written where the operand's
interval allows it, and magnitudes stay below :data:`LIMIT`, so that no input of the kernel's domain gives an infinity
or a NaN.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

LIMIT = 60.0
"""No expression's interval reaches past this magnitude."""

SAFE = 0.05
"""How far from zero the operands of a division, a logarithm or a square root stay."""


@dataclass(frozen=True, slots=True)
class Expression:
    """Source text of a number.

    Attributes:
        text: the source.
        low: a lower bound of its value on the kernel's domain.
        high: an upper bound.
        level: 0 for names, calls and constants, 1 for products, 2 for sums: what needs parentheses inside another.
    """

    text: str
    low: float
    high: float
    level: int = 0

    @property
    def size(self) -> float:
        """The largest magnitude."""
        return max(abs(self.low), abs(self.high))

    def inside(self, level: int) -> str:
        """The text as an operand of an operator of ``level``."""
        return f"({self.text})" if self.level > level else self.text


ConstantText = Callable[[float], str]
"""Writes a constant in the kernel's number type."""


def constant(rng: random.Random, literal: ConstantText, low: float = 0.25, high: float = 3.0) -> Expression:
    """A positive constant with at most two decimals."""
    value = round(rng.uniform(low, high), 2)
    return Expression(literal(value), value, value)


def add(left: Expression, right: Expression) -> Expression:
    """``left + right``"""
    return Expression(f"{left.inside(2)} + {right.inside(1)}", left.low + right.low, left.high + right.high, 2)


def subtract(left: Expression, right: Expression) -> Expression:
    """``left - right``"""
    return Expression(f"{left.inside(2)} - {right.inside(1)}", left.low - right.high, left.high - right.low, 2)


def multiply(left: Expression, right: Expression) -> Expression:
    """``left * right``"""
    corners = [x * y for x in (left.low, left.high) for y in (right.low, right.high)]
    return Expression(f"{left.inside(1)} * {right.inside(0)}", min(corners), max(corners), 1)


def divide(left: Expression, right: Expression) -> Expression:
    """``left / right``; the interval of ``right`` keeps clear of zero."""
    corners = [x / y for x in (left.low, left.high) for y in (right.low, right.high)]
    return Expression(f"{left.inside(1)} / {right.inside(0)}", min(corners), max(corners), 1)


def divisible(right: Expression) -> bool:
    """Whether an expression may be divided by."""
    return right.low >= SAFE or right.high <= -SAFE


def call(function: str, operand: Expression) -> Expression:
    """``wp.function(operand)``; :func:`callable_on` says where it may be written."""
    compute, _, bounded = _UNARY[function]
    low, high = bounded(operand.low, operand.high) if bounded else (compute(operand.low), compute(operand.high))
    return Expression(f"wp.{function}({operand.text})", low, high)


def callable_on(function: str, operand: Expression) -> bool:
    """Whether the operand's interval lies in the function's safe domain."""
    return _UNARY[function][1](operand.low, operand.high)


def extremum(function: str, left: Expression, right: Expression) -> Expression:
    """``wp.min(left, right)`` or ``wp.max``."""
    pick = min if function == "min" else max
    text = f"wp.{function}({left.text}, {right.text})"
    return Expression(text, pick(left.low, right.low), pick(left.high, right.high))


def overlap(left: Expression, right: Expression) -> bool:
    """Whether neither interval lies wholly beside the other: a minimum or a comparison may go either way."""
    return left.low < right.high and right.low < left.high


def _sine(_low: float, _high: float) -> tuple[float, float]:
    return (-1.0, 1.0)


def _absolute(low: float, high: float) -> tuple[float, float]:
    return (0.0 if low <= 0.0 <= high else min(abs(low), abs(high)), max(abs(low), abs(high)))


Bounds = Callable[[float, float], tuple[float, float]]

_UNARY: dict[str, tuple[Callable[[float], float], Callable[[float, float], bool], Bounds | None]] = {
    "sin": (math.sin, lambda low, high: max(abs(low), abs(high)) <= 12.0, _sine),
    "cos": (math.cos, lambda low, high: max(abs(low), abs(high)) <= 12.0, _sine),
    "tanh": (math.tanh, lambda low, high: max(abs(low), abs(high)) <= 4.0, None),
    "atan": (math.atan, lambda _low, _high: True, None),
    "exp": (math.exp, lambda low, high: low >= -6.0 and high <= 3.0, None),
    "log": (math.log, lambda low, _high: low >= SAFE, None),
    "sqrt": (math.sqrt, lambda low, _high: low >= SAFE, None),
    "abs": (abs, lambda low, high: low < -SAFE and high > SAFE, _absolute),
}

_BINARY: dict[str, Callable[[Expression, Expression], Expression]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "min": partial(extremum, "min"),
    "max": partial(extremum, "max"),
}

ARITHMETIC = ("add", "subtract", "multiply")
SMOOTH = ("sin", "cos", "tanh", "atan", "exp", "log", "sqrt")
FUNCTIONS = (*SMOOTH, "abs")


def combine(
    rng: random.Random, left: Expression, right: Expression, operators: Sequence[str] = ARITHMETIC
) -> Expression:
    """Both operands under one of ``operators`` (``divide``, ``min`` and ``max`` may be among them), in safe form.

    Operands of equal text are never subtracted, divided or compared: the result would not depend on the inputs.
    """
    same = left.text == right.text
    for operator in rng.sample(list(operators), len(operators)):
        if same and operator in ("subtract", "divide", "min", "max"):
            continue
        if operator == "divide" and not divisible(right):
            continue
        if operator in ("min", "max") and not overlap(left, right):
            continue
        made = _BINARY[operator](left, right)
        if made.size <= LIMIT:
            return made
    made = add(left, right)
    return made if made.size <= LIMIT else Expression(f"wp.tanh({made.text})", -1.0, 1.0)


def wrap(
    rng: random.Random, operand: Expression, literal: ConstantText, functions: Sequence[str] = FUNCTIONS
) -> Expression:
    """The operand under one of ``functions``; a domain that does not fit is reached by squaring and adding."""
    for function in rng.sample(list(functions), len(functions)):
        if callable_on(function, operand):
            made = call(function, operand)
            if made.size <= LIMIT:
                return made
    if operand.size * operand.size <= LIMIT:
        square = Expression(f"{operand.inside(1)} * {operand.inside(0)}", 0.0, operand.size**2, 1)
        shifted = add(constant(rng, literal, 0.5, 1.5), square)
        return call("sqrt", shifted)
    return call("atan", operand)
