"""Machine types: what each number of a line is in the module, decided before anything is emitted.

Every number node has a kind. ``WHOLE`` numbers are integers, i32 where intervals prove that every step of the line
fits, else i64 with a check at every step that is not proven to fit. ``REAL`` numbers are f64 (or exact fractions, when
the program is emitted again for that); decimals and ``sqrt`` start them, and whatever they flow into is real too.
``SINGLE`` is f32, inside ``f32(...)``. Kinds are inferred to a fixed point over the slots, functions and arrays of the
line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from irmill.compiler.lang import ast
from irmill.compiler.lang.ops import ARITHMETIC, BUILTINS, OPERATORS, Builtin, Operation, Type, Whole
from irmill.compiler.lang.prove.analyse import analyse
from irmill.compiler.lang.prove.singles import inside_single
from irmill.compiler.lang.types import TypedLine
from irmill.compiler.wasm.codebook import ValueType


class NumberMode(StrEnum):
    """What ``/`` gives, and what a real number is.

    ``whole``: an integer, with a remainder check where intervals do not prove the division exact. ``f64``: a real
    number. ``fraction``: a real number, and real numbers are fractions, exact or refused.
    """

    WHOLE = "whole"
    F64 = "f64"
    FRACTION = "fraction"


class Kind(StrEnum):
    """What a value is in the module."""

    WHOLE = "whole"
    REAL = "real"
    SINGLE = "single"
    TRUTH = "truth"
    ARRAY = "array"


class TypeRule(StrEnum):
    """Which rule decided the machine type of a result: the ``type_by`` column."""

    INTERVAL_I32 = "interval_i32"
    INTERVAL_I64 = "interval_i64"
    CHECKED_I64 = "checked_i64"
    DECIMAL = "decimal"
    SQRT = "sqrt"
    SINGLE = "f32"
    INEXACT_DIVISION = "inexact_division"
    FRACTION = "fraction"


def join(first: Kind, second: Kind) -> Kind:
    """The kind that holds both."""
    return first if first is second else Kind.REAL


FunctionKey = tuple[str, bool]
"""A function of the line, and whether this is its single-precision form."""


@dataclass(slots=True)
class ScopePlan:
    """The line itself, or one form of one of its functions.

    Attributes:
        roots: the statements and expressions that it computes, in order.
        nodes: every node below the roots, parts first.
        singles: those that are computed in single precision.
        kinds: the kind of every expression.
        parameters: the kind of each parameter, by slot.
        result: the kind of the function's result.
    """

    roots: tuple[ast.Node, ...]
    nodes: list[ast.Node]
    singles: set[ast.Node]
    kinds: dict[ast.Expr, Kind] = field(default_factory=dict[ast.Expr, Kind])
    parameters: dict[int, Kind] = field(default_factory=dict[int, Kind])
    result: Kind = Kind.WHOLE


_KIND_OF_TYPE = {Type.NUMBER: Kind.WHOLE, Type.TRUTH: Kind.TRUTH, Type.ARRAY: Kind.ARRAY}


class LinePlan:
    """The kinds of a line and the width of its whole numbers."""

    def __init__(self, line: TypedLine, mode: NumberMode, *, near: bool = False) -> None:
        """Args:
        line: the line.
        mode: what ``/`` gives and what a real number is.
        near: in fractions, a square root that is no fraction is the f64 one, not INEXACT.
        """
        self.line = line
        self.near = near
        self.proof = analyse(line, assume_exact=mode is NumberMode.WHOLE)
        self.mode = mode
        self.slots = [_KIND_OF_TYPE[kind] for kind in line.slot_types]
        self.elements = Kind.WHOLE
        roots = (*(part for part in line.line.statements if not isinstance(part, ast.Define)), line.line.value)
        self.main = _scope(roots, False)
        self.functions: dict[FunctionKey, ScopePlan] = {}
        self._changed = True
        while self._changed:
            self._changed = False
            self._infer(self.main)
            for key in list(self.functions):
                self._infer(self.functions[key])
        self.width = self._width()

    def _infer(self, scope: ScopePlan) -> None:
        for node in scope.nodes:
            match node:
                case ast.Bind():
                    self._join_slot(self.line.slots[node], scope.kinds[node.value])
                case ast.Store():
                    self._join_elements(scope.kinds[node.value])
                case ast.While() | ast.Define():
                    continue
                case _ if node in self.line.types:
                    scope.kinds[node] = self._kind(scope, node)  # pyright: ignore[reportArgumentType]
                case _:
                    continue
        last = scope.roots[-1]
        result = scope.kinds[last]  # pyright: ignore[reportArgumentType]
        if result is not scope.result and scope.result is not Kind.REAL:
            scope.result = result if scope.result is Kind.WHOLE else Kind.REAL
            self._changed = True

    def _join_slot(self, slot: int, kind: Kind) -> None:
        joined = join(self.slots[slot], kind)
        if joined is not self.slots[slot]:
            self.slots[slot] = joined
            self._changed = True

    def _join_elements(self, kind: Kind) -> None:
        if kind is not Kind.WHOLE and self.elements is Kind.WHOLE:
            self.elements = Kind.REAL
            self._changed = True

    def _kind(self, scope: ScopePlan, node: ast.Expr) -> Kind:
        kinds = scope.kinds
        match node:
            case ast.Call():
                return self._call(scope, node)
            case ast.ArrayLiteral():
                for part in node.elements:
                    self._join_elements(kinds[part])
                return Kind.ARRAY
            case _ if node in scope.singles and self.line.types[node] is Type.NUMBER:
                return Kind.SINGLE
            case ast.Number():
                return Kind.WHOLE if node.value.denominator == 1 else Kind.REAL
            case ast.Name():
                slot = self.line.slots[node]
                return scope.parameters.get(slot, self.slots[slot])
            case ast.Unary() if node.operation is Operation.NEGATE:
                return Kind.WHOLE if kinds[node.operand] is Kind.WHOLE else Kind.REAL
            case ast.Binary() if node.operation in ARITHMETIC:
                return self._arithmetic(scope, node, node.operation, node.left, node.right)
            case ast.If():
                return join(kinds[node.then_value], kinds[node.else_value])
            case ast.Loop():
                return Kind.WHOLE if node.body is None or kinds[node.body] is Kind.WHOLE else Kind.REAL
            case ast.Index():
                return self.elements
            case ast.BuiltinCall():
                return self._builtin(scope, node)
            case ast.Unary() | ast.Binary() | ast.Truth():
                return Kind.TRUTH

    def _arithmetic(
        self, scope: ScopePlan, node: ast.Expr, operation: Operation, left: ast.Expr, right: ast.Expr
    ) -> Kind:
        if scope.kinds[left] is not Kind.WHOLE:
            return Kind.REAL
        if operation is Operation.POWER:
            if scope.kinds[right] is Kind.WHOLE and (self.mode is NumberMode.WHOLE or self.proof.at_least(right, 0)):
                return Kind.WHOLE
            return Kind.REAL
        if scope.kinds[right] is not Kind.WHOLE:
            return Kind.REAL
        if (
            operation is Operation.DIVIDE
            and self.mode is not NumberMode.WHOLE
            and node not in self.proof.exact_divisions
        ):
            return Kind.REAL
        return Kind.WHOLE

    def _call(self, scope: ScopePlan, node: ast.Call) -> Kind:
        single = node in scope.singles
        key = (node.function, single)
        called = self.functions.get(key)
        slots = self.line.parameter_slots[node.function]
        if called is None:
            called = _scope((self.line.definitions[node.function].body,), single)
            called.parameters = {slot: _KIND_OF_TYPE[self.line.slot_types[slot]] for slot in slots}
            called.result = _KIND_OF_TYPE[self.line.functions[node.function].result]
            self.functions[key] = called
            self._changed = True
        for slot, argument in zip(slots, node.arguments, strict=True):
            joined = join(called.parameters[slot], scope.kinds[argument])
            if joined is not called.parameters[slot]:
                called.parameters[slot] = joined
                self._changed = True
        return called.result

    def _builtin(self, scope: ScopePlan, node: ast.BuiltinCall) -> Kind:
        kinds = [scope.kinds[argument] for argument in node.arguments]
        row = BUILTINS[node.builtin]
        if node.builtin is Builtin.F32:
            return Kind.SINGLE
        if node.builtin is Builtin.POW:
            return self._arithmetic(scope, node, Operation.POWER, node.arguments[0], node.arguments[1])
        # the floor of a real number stays the real number that the instruction gives
        if row.whole is Whole.NEVER or (row.whole is Whole.ALWAYS and node.builtin is not Builtin.FLOOR):
            return Kind.REAL if row.whole is Whole.NEVER else Kind.WHOLE
        if kinds == [Kind.ARRAY]:
            return self.elements
        return Kind.WHOLE if all(kind is Kind.WHOLE for kind in kinds) else Kind.REAL

    def scopes(self) -> Iterable[ScopePlan]:
        """The line itself, then the forms of its functions that are called."""
        yield self.main
        yield from self.functions.values()

    def _width(self) -> ValueType:
        """i32 where every whole number of the line is proven to fit, with room for the last step of each counter."""
        for scope in self.scopes():
            for node in scope.nodes:
                if isinstance(node, ast.Loop) and not self.proof.counter_within(node, 31):
                    return ValueType.I64
                kind = scope.kinds.get(node)  # pyright: ignore[reportArgumentType]
                if kind is Kind.WHOLE and not self.proof.within(node, 31):
                    return ValueType.I64
                if any(scope.kinds[part] is not Kind.WHOLE for part in _whole_parts(node)):
                    return ValueType.I64
        return ValueType.I32

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """Every kind that a value of the line is of."""
        return frozenset(kind for scope in self.scopes() for kind in scope.kinds.values())

    @cached_property
    def rounds(self) -> bool:
        """Whether a number of the module may differ from that of the language: f64, and f32 where it is computed by
        more than one rounding. All else is exact, checked, or single precision as the language has it."""
        if Kind.REAL in self.kinds and self.mode is not NumberMode.FRACTION:
            return True
        if self.near and any(_is_root(node) for scope in self.scopes() for node in scope.nodes):
            return True
        return any(_rounds_twice(node) for scope in self.scopes() for node in scope.singles)

    def rule(self) -> TypeRule:
        """Which rule decided the type of the line's value."""
        kind = self.main.kinds[self.line.line.value]
        if kind is Kind.SINGLE:
            return TypeRule.SINGLE
        if kind is Kind.WHOLE or not self.kinds & {Kind.REAL, Kind.SINGLE}:
            return self._whole_rule()
        return self.rounding_rule()

    def rounding_rule(self) -> TypeRule:
        """What brought numbers into the line that are not whole."""
        if self.mode is NumberMode.FRACTION:
            return TypeRule.FRACTION
        nodes = [node for scope in self.scopes() for node in scope.nodes]
        if any(isinstance(node, ast.Number) and node.value.denominator != 1 for node in nodes):
            return TypeRule.DECIMAL
        if any(map(_is_root, nodes)):
            return TypeRule.SQRT
        return TypeRule.INEXACT_DIVISION if self.mode is NumberMode.F64 else TypeRule.SINGLE

    def _whole_rule(self) -> TypeRule:
        if self.width is ValueType.I32:
            return TypeRule.INTERVAL_I32
        proven = all(
            self.proof.within(node, 63)
            for scope in self.scopes()
            for node, kind in scope.kinds.items()
            if kind is Kind.WHOLE
        )
        return TypeRule.INTERVAL_I64 if proven else TypeRule.CHECKED_I64


def _rounds_twice(node: ast.Node) -> bool:
    """Whether the module's single-precision form of an operation computes in f64 first."""
    match node:
        case ast.Binary():
            return node.operation in _IN_DOUBLE
        case ast.BuiltinCall():
            return node.builtin is Builtin.POW
        case _:
            return False


_IN_DOUBLE = frozenset({Operation.POWER, Operation.FLOOR_DIVIDE})


def _is_root(node: ast.Node) -> bool:
    return isinstance(node, ast.BuiltinCall) and node.builtin is Builtin.SQRT


def _scope(roots: tuple[ast.Node, ...], single: bool) -> ScopePlan:
    nodes = [node for root in roots for node in ast.post_order(root)]
    return ScopePlan(roots, nodes, inside_single(nodes, roots if single else ()))


def _whole_parts(node: ast.Node) -> tuple[ast.Expr, ...]:
    """The parts of which a whole number is needed: a real one there is checked, and becomes an i64."""
    match node:
        case ast.Loop():
            return (node.lower, node.upper)
        case ast.Index() | ast.Store():
            return (node.index,)
        case ast.Binary() if OPERATORS[node.operation].asks_whole:
            return (node.right,)
        case ast.BuiltinCall():
            return tuple(node.arguments[place] for place in BUILTINS[node.builtin].asks_whole)
        case _:
            return ()
