"""What intervals prove of the nodes of a line, as the questions that the lowering asks."""

from __future__ import annotations

from irmill.compiler.lang.ast import Expr, Loop, Node
from irmill.compiler.lang.intervals import analyse
from irmill.compiler.lang.types import TypedLine


class Bounds:
    """The intervals of a line.

    With ``assume_exact``, ``/`` and ``^`` of whole numbers are taken to be whole, for code that checks that they are.
    """

    def __init__(self, line: TypedLine, *, assume_exact: bool) -> None:
        self._intervals = analyse(line, assume_exact=assume_exact)

    def within(self, node: Node, bits: int) -> bool:
        """Whether every number that ``node`` computes lies in [-2^bits, 2^bits)."""
        interval = self._intervals.of(node)
        return -(1 << bits) <= interval.lower and interval.upper < 1 << bits

    def counter_within(self, loop: Loop, bits: int) -> bool:
        """The same for a loop's counter, the value that ends the loop included."""
        interval = self._intervals.counters.get(loop)
        return interval is not None and -(1 << bits) <= interval.lower and interval.upper < 1 << bits

    def at_least(self, node: Node, lowest: int) -> bool:
        """Whether no number that ``node`` computes is below ``lowest``."""
        return self._intervals.of(node).lower >= lowest

    def exact(self, node: Node) -> bool:
        """Whether a ``/`` of whole numbers leaves no remainder."""
        return node in self._intervals.exact_divisions

    def order(self, first: Expr, last: Expr) -> int | None:
        """1 where ``first`` is never above ``last``, -1 where it is never below, None where neither is proven."""
        one, other = self._intervals.of(first), self._intervals.of(last)
        if one.upper <= other.lower:
            return 1
        return -1 if one.lower >= other.upper else None
