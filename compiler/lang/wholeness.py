"""Which variables and functions of a line only ever hold exact whole numbers: a cheap proof for the fast path.

This looks at operations alone, not at ranges (``irmill.compiler.lang.intervals`` does that), so that the reference
interpreter depends on nothing that it is used to check.
"""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.lang.ast import (
    ArrayLiteral,
    Binary,
    Bind,
    Builtin,
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
    Operation,
    Store,
    Unary,
    post_order,
)
from irmill.compiler.lang.types import Type, TypedLine

_PASSES = 6
_KEEPS_WHOLE = frozenset(
    {Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.FLOOR_DIVIDE, Operation.MODULO}
)
_ALWAYS_WHOLE = frozenset({Builtin.FLOOR, Builtin.GCD, Builtin.LEN, Builtin.COUNT})
_OF_PARTS = frozenset({Builtin.MIN, Builtin.MAX, Builtin.ABS, Builtin.SUM, Builtin.PRODUCT})


@dataclass(frozen=True, slots=True, eq=False)
class Wholeness:
    """What is proved whole, outside ``f32``: slots of the line, results of its functions, and its number nodes."""

    slots: frozenset[int]
    functions: frozenset[str]
    nodes: frozenset[Node]


def prove_whole(line: TypedLine, *, assume_exact: bool = False) -> Wholeness:
    """Assume everything whole and take back what an operation contradicts, until nothing changes.

    A line in which that takes more than a few passes is given up: nothing is proved. With ``assume_exact`` quotients
    and powers of whole numbers are taken to be whole.
    """
    proof = _Proof(line, assume_exact)
    for _ in range(_PASSES):
        if not proof.contradicted():
            return Wholeness(frozenset(proof.slots), frozenset(proof.functions), frozenset(proof.whole - proof.singles))
    return Wholeness(frozenset(), frozenset(), frozenset())


class _Proof:
    """What is still assumed whole. Arrays are one: their elements are all whole, or none is known to be."""

    def __init__(self, line: TypedLine, assume_exact: bool) -> None:
        self.line = line
        self.assume_exact = assume_exact
        self.order = list(post_order(line.line))
        self.singles = _inside_single(self.order)
        self.slots = {slot for slot, kind in enumerate(line.slot_types) if kind is Type.NUMBER}
        self.functions = {name for name, kind in line.functions.items() if kind.result is Type.NUMBER}
        self.elements = True
        self.whole: set[Node] = set()
        for name in self._called_single():
            # its parameters and results are single-precision numbers there, and so are its arrays
            self.slots.difference_update(line.parameter_slots[name])
            self.functions.discard(name)
            body = post_order(line.definitions[name].body)
            self.elements = self.elements and not any(isinstance(node, ArrayLiteral) for node in body)

    def _called_single(self) -> set[str]:
        """The functions that are called inside ``f32``, from other functions as well."""
        waiting = [node.function for node in self.singles if isinstance(node, Call)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                body = post_order(self.line.definitions[name].body)
                waiting += [node.function for node in body if isinstance(node, Call)]
        return found

    def contradicted(self) -> bool:
        """Go over the line once; whether an assumption had to be taken back."""
        before = (len(self.slots), len(self.functions), self.elements)
        self.whole = set()
        for node in self.order:
            if self._is_whole(node):
                self.whole.add(node)
            self._take_back(node)
        return before != (len(self.slots), len(self.functions), self.elements)

    def _certain(self, node: Expr) -> bool:
        return node in self.whole and node not in self.singles

    def _take_back(self, node: Node) -> None:
        """Drop the assumptions that a node contradicts."""
        match node:
            case Bind():
                if not self._certain(node.value):
                    self.slots.discard(self.line.slots[node])
            case Call():
                slots = self.line.parameter_slots[node.function]
                for slot, part in zip(slots, node.arguments, strict=True):
                    if not self._certain(part):
                        self.slots.discard(slot)
            case Define():
                if node.body not in self.whole:
                    self.functions.discard(node.name)
            case ArrayLiteral():
                self.elements = self.elements and all(self._certain(part) for part in node.elements)
            case Store():
                self.elements = self.elements and self._certain(node.value)
            case _:
                return

    def _is_whole(self, node: Node) -> bool:
        match node:
            case Number():
                return node.value.denominator == 1
            case Name():
                # an array is as whole as its elements
                slot = self.line.slots[node]
                return slot in self.slots or (self.elements and self.line.slot_types[slot] is Type.ARRAY)
            case Index() | ArrayLiteral():
                return self.elements
            case Unary():
                return node.operation is Operation.NEGATE and node.operand in self.whole
            case Binary():
                return self._is_whole_binary(node.operation, node.left, node.right)
            case If():
                return node.then_value in self.whole and node.else_value in self.whole
            case Call():
                kind = self.line.types[node]
                return node.function in self.functions or (self.elements and kind is Type.ARRAY)
            case BuiltinCall():
                if node.builtin is Builtin.POW:
                    return self._is_whole_binary(Operation.POWER, *node.arguments)
                if node.builtin in _OF_PARTS:
                    return len(node.arguments) > 0 and all(part in self.whole for part in node.arguments)
                return node.builtin in _ALWAYS_WHOLE
            case Loop():
                return node.body is None or node.body in self.whole
            case _:
                return False

    def _is_whole_binary(self, operation: Operation, left: Expr, right: Expr) -> bool:
        if operation is Operation.POWER:
            natural = isinstance(right, Number) and right.value.denominator == 1
            return left in self.whole and (natural or self.assume_exact)
        keeps = operation in _KEEPS_WHOLE or (operation is Operation.DIVIDE and self.assume_exact)
        return keeps and left in self.whole and right in self.whole


def _inside_single(nodes: list[Node]) -> set[Node]:
    """The nodes that are computed in single precision where they stand."""
    found: set[Node] = set()
    for node in reversed(nodes):
        if isinstance(node, BuiltinCall) and node.builtin is Builtin.F32 and node not in found:
            found.update(post_order(node))
    return found
