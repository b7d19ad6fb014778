"""What a condition says about the variables that it compares, on the side where it came out one way."""

from __future__ import annotations

from typing import Final

from irmill.compiler.lang.ast import Binary, Expr, Name, Number, Unary
from irmill.compiler.lang.ops import COMPARISON, Operation
from irmill.compiler.lang.prove.intervals import HIGH, Interval, exactly, negate
from irmill.compiler.lang.types import TypedLine

Environment = dict[int, Interval]
"""The interval of each number slot that is bound."""

_CONDITIONS: Final = 32
"""How many parts of one condition are looked at."""

_MIRRORED = {
    Operation.LESS: Operation.GREATER,
    Operation.GREATER: Operation.LESS,
    Operation.LESS_EQUAL: Operation.GREATER_EQUAL,
    Operation.GREATER_EQUAL: Operation.LESS_EQUAL,
    Operation.EQUAL: Operation.EQUAL,
    Operation.NOT_EQUAL: Operation.NOT_EQUAL,
}
_NEGATED = {
    Operation.LESS: Operation.GREATER_EQUAL,
    Operation.GREATER: Operation.LESS_EQUAL,
    Operation.LESS_EQUAL: Operation.GREATER,
    Operation.GREATER_EQUAL: Operation.LESS,
    Operation.EQUAL: Operation.NOT_EQUAL,
    Operation.NOT_EQUAL: Operation.EQUAL,
}


def refine(line: TypedLine, condition: Expr, truth: bool, environment: Environment) -> None:
    """Narrow the variables that a condition compares, where it came out as ``truth``."""
    waiting: list[tuple[Expr, bool]] = [(condition, truth)]
    for _ in range(_CONDITIONS):
        if not waiting:
            return
        node, expected = waiting.pop()
        if isinstance(node, Unary) and node.operation is Operation.NOT:
            waiting.append((node.operand, not expected))
        elif isinstance(node, Binary):
            if node.operation is (Operation.AND if expected else Operation.OR):
                waiting += [(node.left, expected), (node.right, expected)]
            elif node.operation in COMPARISON:
                operation = node.operation if expected else _NEGATED[node.operation]
                _narrow(line, node.left, operation, node.right, environment)
                _narrow(line, node.right, _MIRRORED[operation], node.left, environment)


def _narrow(line: TypedLine, left: Expr, operation: Operation, right: Expr, environment: Environment) -> None:
    if not isinstance(left, Name):
        return
    slot = line.slots[left]
    known = environment.get(slot)
    limit = _simple(line, right, environment)
    if known is None or limit is None or not known.whole or not limit.whole:
        return
    lower, upper = known.lower, known.upper
    strict = operation in (Operation.LESS, Operation.GREATER)
    if operation in (Operation.LESS, Operation.LESS_EQUAL, Operation.EQUAL):
        upper = min(upper, limit.upper - strict)
    if operation in (Operation.GREATER, Operation.GREATER_EQUAL, Operation.EQUAL):
        lower = max(lower, limit.lower + strict)
    if operation is Operation.NOT_EQUAL and limit.lower == limit.upper:
        lower += lower == limit.lower
        upper -= upper == limit.lower
    if lower <= upper:
        environment[slot] = Interval(lower, upper, True, known.multiple)


def _simple(line: TypedLine, node: Expr, environment: Environment) -> Interval | None:
    """The interval of a literal, signed or not, or of a variable."""
    if isinstance(node, Name):
        return environment.get(line.slots[node])
    if isinstance(node, Unary) and isinstance(node.operand, Number):
        value = _simple(line, node.operand, environment)
        return None if value is None else negate(value)
    if isinstance(node, Number) and node.value.denominator == 1 and node.value.numerator <= HIGH:
        return exactly(node.value.numerator)
    return None
