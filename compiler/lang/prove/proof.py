"""What is proved about a line: the result of :func:`compiler.lang.prove.analyse.analyse`, and the questions to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from irmill.compiler.lang.ast import Loop, Node
from irmill.compiler.lang.prove.intervals import ANY, Interval
from irmill.compiler.lang.types import TypedLine


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Proof:
    """What is proved about every run of a line, up to its first error.

    Attributes:
        line: the line.
        nodes: for each number node, an interval of every number that it computes, before its range check; a loop's is
            one of all its partial results.
        counters: for each loop, an interval of its variable, with the value that ends the loop.
        exact_divisions: the ``/`` nodes whose quotient is whole whenever there is one.
    """

    line: TypedLine
    nodes: Mapping[Node, Interval]
    counters: Mapping[Loop, Interval]
    exact_divisions: frozenset[Node]

    def of(self, node: Node) -> Interval:
        """The interval of a number node; any number, of a node that nothing is known about."""
        return self.nodes.get(node, ANY)

    def within(self, node: Node, bits: int) -> bool:
        """Whether every number that a node computes lies in [-2^bits, 2^bits)."""
        return self.of(node).within(bits)

    def counter_within(self, loop: Loop, bits: int) -> bool:
        """The same for a loop's variable, the value that ends the loop included."""
        counter = self.counters.get(loop)
        return counter is not None and counter.within(bits)

    def at_least(self, node: Node, lowest: int) -> bool:
        """Whether no number that a node computes is below ``lowest``."""
        return self.of(node).lower >= lowest

    def order(self, first: Node, last: Node) -> int | None:
        """1 where ``first`` is never above ``last``, -1 where it is never below, None where neither is proved."""
        one, other = self.of(first), self.of(last)
        if one.upper <= other.lower:
            return 1
        return -1 if one.lower >= other.upper else None

    @property
    def whole(self) -> bool:
        """Whether every number of the line is whole."""
        return all(interval.whole for interval in self.nodes.values())

    def fits(self, bits: int) -> bool:
        """Whether every number and every counter of the line is whole and lies in [-2^bits, 2^bits)."""
        steps = (*self.nodes.values(), *self.counters.values())
        return all(interval.whole and interval.within(bits) for interval in steps)
