"""Which numbers of a line are ints whenever the reference interpreter computes them: what its fast path rests on.

This proof is the interpreter's own and small on purpose. :mod:`compiler.lang.prove` knows far more, but what the
interpreter is used to check must not decide how it computes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from irmill.compiler.lang import ast
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, Builtin, Operation, OpRow, Type, Whole
from irmill.compiler.lang.types import TypedLine

_ELEMENTS: Final = "[]"
_ROUNDS: Final = 6
_PUTS: Final = (ast.Bind, ast.Store, ast.Define, ast.Call, ast.ArrayLiteral)

_Holder = int | str
"""What holds numbers: a variable's slot, a function's result by its name, or the elements of all arrays."""


def whole_nodes(line: TypedLine) -> frozenset[ast.Node]:
    """The nodes of a line, outside of ``f32``, whose value is an int.

    Everything that holds numbers is trusted to hold whole ones until something else is put into it; a line in which
    that takes more than a few rounds is given up, but for what is made of literals and counters.
    """
    nodes = ast.post_order(line.line)
    counters = {line.slots[node] for node in nodes if isinstance(node, ast.Loop)}
    trusted: set[_Holder] = {*range(len(line.slot_types)), *line.functions, _ELEMENTS}
    if any(isinstance(node, ast.BuiltinCall) and node.builtin is Builtin.F32 for node in nodes):
        # what is called or made inside holds floats
        trusted -= {_ELEMENTS, *(slot for slots in line.parameter_slots.values() for slot in slots)}
    kept = [put for node in nodes if isinstance(node, _PUTS) for put in _kept(line, node)]
    for _ in range(_ROUNDS):
        whole = _whole(line, nodes, trusted)
        refuted = {holder for holder, part in kept if part not in whole} & trusted
        if not refuted:
            return frozenset(whole)
        trusted -= refuted
    return frozenset(_whole(line, nodes, counters))


def _kept(
    line: TypedLine, node: ast.Bind | ast.Store | ast.Define | ast.Call | ast.ArrayLiteral
) -> Iterable[tuple[_Holder, ast.Expr]]:
    """The numbers that a node puts into something."""
    match node:
        case ast.Bind():
            kept = [(line.slots[node], node.value)]
        case ast.Store():
            kept = [(_ELEMENTS, node.value)]
        case ast.Define():
            kept = [(node.name, node.body)]
        case ast.Call():
            kept = zip(line.parameter_slots[node.function], node.arguments, strict=True)
        case ast.ArrayLiteral():
            kept = [(_ELEMENTS, element) for element in node.elements]
    return [(holder, part) for holder, part in kept if line.types[part] is Type.NUMBER]


def _whole(line: TypedLine, nodes: list[ast.Node], trusted: Collection[_Holder]) -> set[ast.Node]:
    """The whole nodes, where what is trusted holds whole numbers. An array is as whole as its elements."""
    found: set[ast.Node] = set()
    for node in nodes:
        match node:
            case ast.Number():
                whole = node.value.denominator == 1
            case ast.Name() | ast.Call() | ast.Index():
                holder = node.function if isinstance(node, ast.Call) else line.slots[node]
                element = isinstance(node, ast.Index) or line.types[node] is Type.ARRAY
                whole = (_ELEMENTS if element else holder) in trusted
            case ast.If():
                whole = node.then_value in found and node.else_value in found
            case ast.Loop():
                whole = node.body is None or node.body in found
            case ast.Unary():
                whole = OPERATORS[node.operation].whole is Whole.KEPT and node.operand in found
            case ast.Binary():
                whole = _of_parts(OPERATORS[node.operation], (node.left, node.right), found)
            case ast.BuiltinCall():
                whole = _of_parts(BUILTINS[node.builtin], node.arguments, found)
            case ast.ArrayLiteral():
                whole = all(part in found for part in node.elements)
            case _:
                whole = False
        if whole:
            found.add(node)
    return found


def _of_parts(row: OpRow, parts: tuple[ast.Expr, ...], found: set[ast.Node]) -> bool:
    if row.whole is Whole.ALWAYS:
        return True
    # a literal exponent has no sign, so the power is no inverse
    kept = row.whole is Whole.KEPT or (row.operation is Operation.POWER and isinstance(parts[1], ast.Number))
    return kept and all(part in found for part in parts)
