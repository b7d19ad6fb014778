"""Which nodes are computed in single precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from irmill.compiler.lang.ast import BuiltinCall, Index, Loop, Node, Number, children
from irmill.compiler.lang.ops import Builtin

_EXACT = 1 << 24
"""Every whole number up to this is one of single precision."""


def inside_single(nodes: Sequence[Node], roots: Iterable[Node] = ()) -> set[Node]:
    """The nodes in single precision: ``roots``, the calls of ``f32``, and what both compute with.

    Args:
        nodes: all nodes below the roots, parts before the whole.
        roots: those that are in single precision themselves: the body of a function that is called there.
    """
    found = set(roots)
    for node in reversed(nodes):
        if isinstance(node, BuiltinCall) and node.builtin is Builtin.F32:
            found.add(node)
        if node in found:
            found.update(_single_parts(node))
    return found


def _single_parts(node: Node) -> Iterable[Node]:
    """The parts of a node in single precision that are in single precision too.

    What is needed as a whole number for counting and is a small literal stays one: rounding does not change it.
    """
    match node:
        case Loop():
            body = () if node.body is None else (node.body,)
            return (*_rounded((node.lower, node.upper)), *body)
        case Index():
            return _rounded((node.index,))
        case BuiltinCall() if node.builtin is Builtin.COUNT:
            return _rounded(node.arguments)
        case _:
            return children(node)


def _rounded(parts: Iterable[Node]) -> list[Node]:
    return [part for part in parts if not is_exact(part)]


def is_exact(node: Node) -> bool:
    """Whether a node is a whole literal that single precision holds."""
    return isinstance(node, Number) and node.value.denominator == 1 and node.value <= _EXACT
