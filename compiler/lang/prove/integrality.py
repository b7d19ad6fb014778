"""Which variables and functions of a line only ever hold exact whole numbers, by its operations alone."""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.lang import ast
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, Operation, Type, Whole
from irmill.compiler.lang.prove.singles import inside_single
from irmill.compiler.lang.types import TypedLine

_PASSES = 6


@dataclass(frozen=True, slots=True, eq=False)
class Integrality:
    """What is proved whole, outside ``f32``: slots of the line, results of its functions, and its number nodes."""

    slots: frozenset[int]
    functions: frozenset[str]
    nodes: frozenset[ast.Node]


def prove_integrality(line: TypedLine, *, assume_exact: bool = False) -> Integrality:
    """Assume everything whole and take back what an operation contradicts, until nothing changes.

    A line in which that takes more than a few passes is given up: nothing is proved. With ``assume_exact`` quotients
    and powers of whole numbers are taken to be whole.
    """
    proof = _Proof(line, assume_exact)
    for _ in range(_PASSES):
        if not proof.contradicted():
            return Integrality(
                frozenset(proof.slots), frozenset(proof.functions), frozenset(proof.whole - proof.singles)
            )
    return Integrality(frozenset(), frozenset(), frozenset())


class _Proof:
    """What is still assumed whole. Arrays are one: their elements are all whole, or none is known to be."""

    def __init__(self, line: TypedLine, assume_exact: bool) -> None:
        self.line = line
        self.assume_exact = assume_exact
        self.order = ast.post_order(line.line)
        self.singles = inside_single(self.order)
        self.slots = {slot for slot, kind in enumerate(line.slot_types) if kind is Type.NUMBER}
        self.functions = {name for name, kind in line.functions.items() if kind.result is Type.NUMBER}
        self.elements = True
        self.whole: set[ast.Node] = set()
        for name in self._called_single():
            # its parameters and results are single-precision numbers there, and so are its arrays
            self.slots.difference_update(line.parameter_slots[name])
            self.functions.discard(name)
            body = ast.post_order(line.definitions[name].body)
            self.elements = self.elements and not any(isinstance(node, ast.ArrayLiteral) for node in body)

    def _called_single(self) -> set[str]:
        """The functions that are called inside ``f32``, from other functions as well."""
        waiting = [node.function for node in self.singles if isinstance(node, ast.Call)]
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                body = ast.post_order(self.line.definitions[name].body)
                waiting += [node.function for node in body if isinstance(node, ast.Call)]
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

    def _certain(self, node: ast.Expr) -> bool:
        return node in self.whole and node not in self.singles

    def _take_back(self, node: ast.Node) -> None:
        """Drop the assumptions that a node contradicts."""
        match node:
            case ast.Bind():
                if not self._certain(node.value):
                    self.slots.discard(self.line.slots[node])
            case ast.Call():
                slots = self.line.parameter_slots[node.function]
                for slot, part in zip(slots, node.arguments, strict=True):
                    if not self._certain(part):
                        self.slots.discard(slot)
            case ast.Define():
                if node.body not in self.whole:
                    self.functions.discard(node.name)
            case ast.ArrayLiteral():
                self.elements = self.elements and all(self._certain(part) for part in node.elements)
            case ast.Store():
                self.elements = self.elements and self._certain(node.value)
            case _:
                return

    def _is_whole(self, node: ast.Node) -> bool:
        match node:
            case ast.Number():
                return node.value.denominator == 1
            case ast.Name():
                # an array is as whole as its elements
                slot = self.line.slots[node]
                return slot in self.slots or (self.elements and self.line.slot_types[slot] is Type.ARRAY)
            case ast.Index() | ast.ArrayLiteral():
                return self.elements
            case ast.Unary() | ast.Binary() | ast.BuiltinCall():
                return self._is_whole_result(node)
            case ast.If():
                return node.then_value in self.whole and node.else_value in self.whole
            case ast.Call():
                kind = self.line.types[node]
                return node.function in self.functions or (self.elements and kind is Type.ARRAY)
            case ast.Loop():
                return node.body is None or node.body in self.whole
            case _:
                return False

    def _is_whole_result(self, node: ast.Unary | ast.Binary | ast.BuiltinCall) -> bool:
        row = BUILTINS[node.builtin] if isinstance(node, ast.BuiltinCall) else OPERATORS[node.operation]
        parts = ast.children(node)
        if row.whole is Whole.EXACT and row.operation is Operation.POWER:
            natural = isinstance(parts[1], ast.Number) and parts[1] in self.whole
            return parts[0] in self.whole and (natural or self.assume_exact)
        kept = row.whole is Whole.KEPT or (row.whole is Whole.EXACT and self.assume_exact)
        return row.whole is Whole.ALWAYS or (kept and len(parts) > 0 and all(part in self.whole for part in parts))
