"""Which nodes are computed in single precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from irmill.compiler.lang.ast import BuiltinCall, Index, Loop, Node, children
from irmill.compiler.lang.ops import Builtin


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
    """The parts of a node in single precision that are in single precision too: what counts or indexes stays whole."""
    match node:
        case Loop():
            return () if node.body is None else (node.body,)
        case Index():
            return ()
        case BuiltinCall() if node.builtin is Builtin.COUNT:
            return ()
        case _:
            return children(node)
