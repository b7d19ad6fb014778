"""Which numbers of a line are ints whenever the reference interpreter computes them: what its fast path rests on.

This proof is the interpreter's own and small on purpose. :mod:`compiler.lang.prove` knows far more, but what the
interpreter is used to check must not decide how it computes.
"""

from __future__ import annotations

from irmill.compiler.lang.ast import (
    ArrayLiteral,
    Binary,
    Bind,
    BuiltinCall,
    Call,
    Define,
    Expr,
    If,
    Index,
    Loop,
    Name,
    Node,
    Number,
    Store,
    Unary,
    children,
    post_order,
)
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, Builtin, Type, Whole
from irmill.compiler.lang.types import TypedLine


def whole_nodes(line: TypedLine) -> frozenset[Node]:
    """The nodes of a line, outside of ``f32``, whose value is an int.

    Either nothing but whole numbers is bound, stored, passed and returned anywhere in the line, or only what is made
    of literals and counters counts as whole.
    """
    nodes = list(post_order(line.line))
    whole = _whole(line, nodes, names=True)
    single = any(isinstance(node, BuiltinCall) and node.builtin is Builtin.F32 for node in nodes)
    if single or not all(part in whole for node in nodes for part in _kept(node) if line.types[part] is Type.NUMBER):
        whole = _whole(line, nodes, names=False)
    return frozenset(whole)


def _kept(node: Node) -> tuple[Expr, ...]:
    """The parts of a node whose values something else reads later."""
    match node:
        case Bind() | Store():
            return (node.value,)
        case Define():
            return (node.body,)
        case Call():
            return node.arguments
        case ArrayLiteral():
            return node.elements
        case _:
            return ()


def _whole(line: TypedLine, nodes: list[Node], *, names: bool) -> set[Node]:
    """The whole nodes; with ``names``, where all variables, elements and results of functions are whole."""
    counters = {line.slots[node] for node in nodes if isinstance(node, Loop)}
    found: set[Node] = set()
    for node in nodes:
        match node:
            case Number():
                whole = node.value.denominator == 1
            case Name():
                whole = names or line.slots[node] in counters
            case Index() | Call():
                whole = names
            case If():
                whole = node.then_value in found and node.else_value in found
            case Loop():
                whole = node.body is None or node.body in found
            case Unary() | Binary() | BuiltinCall():
                row = BUILTINS[node.builtin] if isinstance(node, BuiltinCall) else OPERATORS[node.operation]
                parts = list(children(node))
                # a literal has no sign, so a whole one as an exponent is no inverse
                kept = row.whole is Whole.KEPT or (
                    row.whole is Whole.EXACT and row.asks_whole and isinstance(parts[1], Number)
                )
                whole = row.whole is Whole.ALWAYS or (kept and all(part in found for part in parts))
            case ArrayLiteral():
                whole = all(part in found for part in node.elements)
            case _:
                whole = False
        if whole:
            found.add(node)
    return found
