"""Loops over a body that is a linear function of the loop's variable, decided without running them.

The outcome is exactly that of running: the same value, and the same error where one comes first. The checks need only
the ends, because a linear function is monotone and the partial sums of one turn at most once.
"""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.lang.ast import Binary, Expr, Loop, Name, Node, Number, Unary, post_order
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.exact import HIGHEST, LOWEST, Trap, overflow
from irmill.compiler.lang.ops import Operation


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """``slope * i + offset``, the value of ``node`` for the loop's variable ``i``."""

    node: Node
    slope: int
    offset: int

    def at(self, counter: int) -> int:
        """The value for one value of the variable."""
        return self.slope * counter + self.offset


def linear_parts(loop: Loop) -> tuple[Linear, ...] | None:
    """Every node of a loop's body as a linear function with whole coefficients, the body last; None where one is not.

    A loop without a body has its variable for one, with the loop as the node.
    """
    if loop.body is None:
        return (Linear(loop, 1, 0),)
    found: dict[Node, Linear] = {}
    for node in post_order(loop.body):
        linear = _linear(node, loop.variable, found)
        if linear is None:
            return None
        found[node] = linear
    return tuple(found.values())


def _linear(node: Node, variable: str, found: dict[Node, Linear]) -> Linear | None:
    match node:
        case Number():
            # a literal outside the range is an error of its own kind, which running finds
            whole = node.value.denominator == 1 and node.value <= HIGHEST
            return Linear(node, 0, node.value.numerator) if whole else None
        case Name():
            return Linear(node, 1, 0) if node.name == variable else None
        case Unary(operation=Operation.NEGATE):
            part = found[node.operand]
            return Linear(node, -part.slope, -part.offset)
        case Binary():
            return _combined(node, found[node.left], found[node.right])
        case _:
            return None


def _combined(node: Binary, left: Linear, right: Linear) -> Linear | None:
    if node.operation is Operation.ADD:
        return Linear(node, left.slope + right.slope, left.offset + right.offset)
    if node.operation is Operation.SUBTRACT:
        return Linear(node, left.slope - right.slope, left.offset - right.offset)
    if node.operation is Operation.MULTIPLY and right.slope == 0:
        return Linear(node, left.slope * right.offset, left.offset * right.offset)
    if node.operation is Operation.MULTIPLY and left.slope == 0:
        return Linear(node, right.slope * left.offset, right.offset * left.offset)
    return None


def is_bare(node: Expr | None, variable: str) -> bool:
    """Whether a loop's body is its variable and nothing else."""
    return node is None or (isinstance(node, Name) and node.name == variable)


def sum_series(bounds: range, parts: tuple[Linear, ...], fuel: int) -> tuple[int, int]:
    """The sum of the last of ``parts`` over ``bounds``.

    Args:
        bounds: the values of the loop's variable.
        parts: what every iteration computes.
        fuel: how many iterations there still may be.

    Returns:
        The sum, and the fuel that is left.

    Raises:
        Trap: OVERFLOW or FUEL, whichever iteration by iteration comes first.
    """
    count = _length(bounds)
    if count == 0:
        return 0, fuel
    runs = min(count, fuel)
    if runs > 0:
        ends = (bounds.start, bounds.start + (runs - 1) * bounds.step)
        if any(not LOWEST <= part.at(end) <= HIGHEST for part in parts for end in ends):
            overflow()
        body = parts[-1]
        first, change = body.at(bounds.start), body.slope * bounds.step
        turn = -first // change if change else 0
        places = {1, runs, *(min(max(turn + near, 1), runs) for near in (-1, 0, 1, 2))}
        if any(not LOWEST <= _partial(first, change, place) <= HIGHEST for place in places):
            overflow()
        if count <= fuel:
            return _partial(first, change, count), fuel - count
    raise Trap(ErrorCode.FUEL, "too many loop iterations and calls")


def product_series(bounds: range, fuel: int) -> tuple[int, int]:
    """The product of the values of a loop's variable; as :func:`sum_series`. Once it is 0 it stays 0."""
    count = _length(bounds)
    result = 1
    for place, counter in enumerate(bounds):
        if place == fuel or result == 0:
            break
        result *= counter
        if not LOWEST <= result <= HIGHEST:
            overflow()
    if count > fuel:
        raise Trap(ErrorCode.FUEL, "too many loop iterations and calls")
    return result, fuel - count


def _length(bounds: range) -> int:
    """The number of values; ``len`` refuses more than 2^63 - 1."""
    if bounds.step > 0:
        return max(0, (bounds.stop - bounds.start + bounds.step - 1) // bounds.step)
    return max(0, (bounds.start - bounds.stop - bounds.step - 1) // -bounds.step)


def _partial(first: int, change: int, count: int) -> int:
    """The sum of ``count`` terms of an arithmetic series."""
    return count * first + change * (count * (count - 1) // 2)
