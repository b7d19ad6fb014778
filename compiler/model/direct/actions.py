"""The actions of a derivation: what two quantities (or one with itself) can become, with direction, type and value.

A pair is given with the earlier quantity first (slots, then results), so an action that is not symmetric exists in both
directions (``left - right`` and ``right - left``): the sign of an operation is part of the action, never of the order
of a pair. Comparisons alone take their pair as it begins in the text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import gcd, isqrt


class Kind(StrEnum):
    """What a quantity is."""

    NUMBER = "number"
    TRUTH = "truth"
    BRANCH = "branch"
    """a condition with its first alternative, waiting for the other"""
    LIST = "list"


Value = Fraction | bool | None
"""A quantity's exact value; None where it is not computed (lists, branches, long loops) and where the language has none
(a division by zero, a number out of its range)."""

_MOST_TERMS = 10_000
_LARGEST_EXPONENT = 64
_LARGEST = 2**63
_MOST_BITS = 4096


@dataclass(frozen=True, slots=True)
class Action:
    """One way to make a quantity of two.

    Attributes:
        name: unique.
        takes: the kinds of the earlier and the later quantity; an action on one quantity takes it as both.
        gives: the kind of the result.
        text: the program text, ``{0}`` and ``{1}`` for the operands' texts.
        value: the result's value, of number operands; None where there is none.
        unary: whether both operands are one quantity.
        swapped: whether the later quantity is the first operand.
    """

    name: str
    takes: tuple[Kind, Kind]
    gives: Kind
    text: str
    value: Callable[[Fraction, Fraction], Value]
    unary: bool = False
    swapped: bool = False


def _nothing(_first: Fraction, _second: Fraction) -> Value:
    return None


def _divide(a: Fraction, b: Fraction) -> Value:
    return a / b if b else None


def _floor_divide(a: Fraction, b: Fraction) -> Value:
    return Fraction(a // b) if b else None


def _modulo(a: Fraction, b: Fraction) -> Value:
    return a % b if b else None


def _power(a: Fraction, b: Fraction) -> Value:
    if b.denominator != 1 or abs(b) > _LARGEST_EXPONENT or (a == 0 and b < 0):
        return None
    return a ** int(b)


def _gcd(a: Fraction, b: Fraction) -> Value:
    return Fraction(gcd(int(a), int(b))) if a.denominator == b.denominator == 1 else None


def _range(a: Fraction, b: Fraction) -> range | None:
    if a.denominator != 1 or b.denominator != 1 or b - a > _MOST_TERMS:
        return None
    return range(int(a), int(b) + 1)


def _sum(a: Fraction, b: Fraction) -> Value:
    if a.denominator != 1 or b.denominator != 1:
        return None
    return (a + b) * (b - a + 1) / 2 if b >= a else Fraction(0)


def _squares(a: Fraction, b: Fraction) -> Value:
    terms = _range(a, b)
    return None if terms is None else Fraction(sum(term * term for term in terms))


def _product(a: Fraction, b: Fraction) -> Value:
    terms = _range(a, b)
    if terms is None:
        return None
    made = 1
    for term in terms:
        made *= term
        if abs(made) > _LARGEST:
            return None
    return Fraction(made)


def _count(_a: Fraction, b: Fraction) -> Value:
    return b


def _root(a: Fraction, _b: Fraction) -> Value:
    if a < 0 or a.denominator != 1:
        return None
    root = isqrt(int(a))
    return Fraction(root) if root * root == a else None


_N, _T, _B, _L = Kind.NUMBER, Kind.TRUTH, Kind.BRANCH, Kind.LIST


def _both(name: str, text: str, value: Callable[[Fraction, Fraction], Value]) -> tuple[Action, Action]:
    """An action in both directions."""
    return (
        Action(name, (_N, _N), _N, text, value),
        Action(f"{name}_swapped", (_N, _N), _N, text, value, swapped=True),
    )


def _of_one(name: str, text: str, value: Callable[[Fraction, Fraction], Value], kind: Kind = _N) -> Action:
    return Action(name, (kind, kind), _N, text, value, unary=True)


ACTIONS: tuple[Action, ...] = (
    Action("add", (_N, _N), _N, "( {0} + {1} )", lambda a, b: a + b),
    *_both("subtract", "( {0} - {1} )", lambda a, b: a - b),
    Action("multiply", (_N, _N), _N, "( {0} * {1} )", lambda a, b: a * b),
    *_both("divide", "( {0} / {1} )", _divide),
    Action("less", (_N, _N), _T, "( {0} < {1} )", lambda a, b: a < b),
    Action("greater", (_N, _N), _T, "( {0} > {1} )", lambda a, b: a > b),
    Action("less_equal", (_N, _N), _T, "( {0} <= {1} )", lambda a, b: a <= b),
    Action("greater_equal", (_N, _N), _T, "( {0} >= {1} )", lambda a, b: a >= b),
    Action("equal", (_N, _N), _T, "( {0} == {1} )", lambda a, b: a == b),
    Action("not_equal", (_N, _N), _T, "( {0} != {1} )", lambda a, b: a != b),
    *_both("floor_divide", "( {0} // {1} )", _floor_divide),
    *_both("modulo", "( {0} % {1} )", _modulo),
    *_both("power", "( {0} ^ {1} )", _power),
    Action("min", (_N, _N), _N, "min ( {0} , {1} )", min),
    Action("max", (_N, _N), _N, "max ( {0} , {1} )", max),
    Action("gcd", (_N, _N), _N, "gcd ( {0} , {1} )", _gcd),
    *_both("sum", "sum ( i , {0} , {1} )", _sum),
    *_both("squares", "sum ( i , {0} , {1} , i * i )", _squares),
    *_both("product", "product ( i , {0} , {1} )", _product),
    *_both("count", "count ( {0} , {1} )", _count),
    Action("then", (_N, _T), _B, "if {1} then {0}", _nothing),
    Action("else", (_N, _B), _N, "( {1} else {0} )", _nothing),
    Action("list", (_N, _N), _L, "{0} , {1}", _nothing),
    Action("append", (_N, _L), _L, "{1} , {0}", _nothing),
    _of_one("mean", "( sum ( [ {0} ] ) / len ( [ {0} ] ) )", _nothing, _L),
    _of_one("negate", "( - {0} )", lambda a, _: -a),
    _of_one("abs", "abs ( {0} )", lambda a, _: abs(a)),
    _of_one("sqrt", "sqrt ( {0} )", _root),
    _of_one("square", "( {0} * {0} )", lambda a, _: a * a),
    _of_one("double", "( {0} + {0} )", lambda a, _: a + a),
)
"""Every action; its place here is its number in the network's output."""

INDEX = {action.name: index for index, action in enumerate(ACTIONS)}
"""The number of each action."""
KINDS = tuple(Kind)
"""The kinds, in the order of their numbers."""
ARITHMETIC = frozenset(
    INDEX[name] for name in ("add", "subtract", "subtract_swapped", "multiply", "divide", "divide_swapped")
)
"""The actions that stories are made of."""
COMPARISONS = frozenset(
    INDEX[name] for name in ("less", "greater", "less_equal", "greater_equal", "equal", "not_equal")
)
"""The actions whose pair is in the order of the text, results too."""


def value_of_action(action: Action, first: Value, second: Value) -> Value:
    """The value of an action on two quantities in the order of the text."""
    if not isinstance(first, Fraction) or not isinstance(second, Fraction):
        return None
    value = action.value(second, first) if action.swapped else action.value(first, second)
    return None if isinstance(value, Fraction) and _outside(value) else value


def _outside(value: Fraction) -> bool:
    """Whether the language has no such number; steps on numbers without bounds would take without bounds, too."""
    return abs(value.numerator) >= _LARGEST * value.denominator or value.denominator.bit_length() > _MOST_BITS


def text_of_action(action: Action, first: str, second: str) -> str:
    """The program text of an action on two quantities in the order of the text."""
    return action.text.format(second, first) if action.swapped else action.text.format(first, second)
