"""Rules for names, bindings, conditions, loops and calls."""

from __future__ import annotations

from collections.abc import Generator

from irmill.compiler.lang.ast import Bind, BuiltinCall, Call, Define, Expr, If, Loop, Name, Node, Number, Truth, While
from irmill.compiler.lang.ops import FOLDS
from irmill.compiler.wasm.arithmetic import emit_operation
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.ir import Immediate
from irmill.compiler.wasm.lower import Lowering, Steps
from irmill.compiler.wasm.plan import Kind


def lower_truth(low: Lowering, node: Truth) -> Steps:
    """``true`` is 1, ``false`` is 0."""
    low.emit("i32.const", int(node.value))
    yield from ()


def lower_name(low: Lowering, node: Name) -> Steps:
    """Reads a variable."""
    slot = low.plan.line.slots[node]
    kind = low.scope.parameters.get(slot, low.plan.slots[slot])
    low.load(low.slot_cell(slot, kind))
    low.convert_kind(kind, low.kind(node), node)
    yield from ()


def lower_bind(low: Lowering, node: Bind) -> Steps:
    """``name = value;``"""
    slot = low.plan.line.slots[node]
    kind = low.plan.slots[slot]
    yield node.value, kind
    low.store(low.slot_cell(slot, kind))


def lower_define(low: Lowering, node: Define) -> Steps:
    """A definition runs nothing: the forms of the function that are called are functions of the module."""
    yield from ()


def lower_if(low: Lowering, node: If) -> Steps:
    """Only the branch taken runs."""
    kind = low.kind(node)
    yield node.condition, Kind.TRUTH
    low.emit("if", low.types(kind))
    yield node.then_value, kind
    low.emit("else")
    yield node.else_value, kind
    low.emit("end")


def lower_while(low: Lowering, node: While) -> Steps:
    """The condition is tested at the loop's head; fuel is taken for each run of the body."""
    low.emit("loop")
    yield node.condition, Kind.TRUTH
    low.emit("if")
    low.call("burn")
    for statement in node.body:
        yield statement, None
    low.emit_text("br 1; end; end")


def lower_call(low: Lowering, node: Call) -> Steps:
    """Arguments from left to right, then the form of the function for where the call stands."""
    single = low.is_single(node)
    called = low.plan.functions[(node.function, single)]
    for slot, argument in zip(low.plan.line.parameter_slots[node.function], node.arguments, strict=True):
        yield argument, called.parameters[slot]
    low.call(function_symbol(low.prefix, node.function, single))


def function_symbol(prefix: str, name: str, single: bool) -> str:
    """The name of a program's function in the module; no runtime function has a dot in its name."""
    return f"{prefix}.{name}.f32" if single else f"{prefix}.{name}"


class _Operand:
    """A bound that is pushed again and again: a literal as the constant it is, anything else from a local."""

    def __init__(self, low: Lowering, node: Expr) -> None:
        self._low = low
        self._literal: tuple[str, Immediate] | None = None
        self.local = -1
        whole = isinstance(node, Number) and node.value.denominator == 1 and low.plan.proof.within(node, 63)
        if isinstance(node, Number) and whole and not low.is_single(node):
            self._literal = (f"{low.width}.const", node.value.numerator)

    def place(self) -> None:
        """Pops the bound's value into its local."""
        self.local = self._low.builder.new_local(self._low.width)
        self._low.emit("local.set", self.local)

    @property
    def is_literal(self) -> bool:
        """Whether it needs no local."""
        return self._literal is not None

    def push(self) -> None:
        """Pushes its value."""
        if self._literal is None:
            self._low.emit("local.get", self.local)
        else:
            self._low.emit(*self._literal)


def _lower_bounds(
    low: Lowering, counter: int, first: Expr, last: Expr
) -> Generator[tuple[Node, Kind | None], None, _Operand]:
    """Both bounds, from left to right, the first into ``counter``; then each is checked to be whole, in that order."""
    upper = _Operand(low, last)
    if low.kind(first) is Kind.WHOLE:
        yield first, Kind.WHOLE
        low.emit("local.set", counter)
        if not upper.is_literal:
            yield last, Kind.WHOLE
            upper.place()
        return upper
    yield first, low.kind(first)
    yield last, low.kind(last)
    kept = low.new_cell(low.kind(last))
    low.store(kept)
    low.convert(first, Kind.WHOLE)
    low.emit("local.set", counter)
    low.load(kept)
    low.convert(last, Kind.WHOLE)
    if upper.is_literal:
        low.emit("drop")
    else:
        upper.place()
    return upper


def lower_loop(low: Lowering, node: Loop) -> Steps:
    """``sum`` and ``product``: accumulator and counter, a zero-trip guard, then the loop with fuel at its head."""
    kind, width = low.kind(node), low.width
    total = low.new_cell(kind)
    operation, start = FOLDS[node.operation]
    low.constant(start, kind)
    low.store(total)
    counter = low.slot_cell(low.plan.line.slots[node], Kind.WHOLE).locals[0]
    upper = yield from _lower_bounds(low, counter, node.lower, node.upper)
    low.emit("local.get", counter)
    upper.push()
    low.emit_text(f"{width}.{_reached(node)}; if; loop; call $burn")
    low.load(total)
    if node.body is None:
        low.emit("local.get", counter)
        low.convert_kind(Kind.WHOLE, kind, node.upper)
    else:
        yield node.body, kind
    emit_operation(low, node, operation, kind, None)
    low.store(total)
    _advance(low, node, counter, upper)
    low.emit_text("end; end")
    low.load(total)


def _reached(node: Loop) -> str:
    """The test that the counter has not passed the upper bound."""
    return "le_s" if node.step > 0 else "ge_s"


def _advance(low: Lowering, node: Loop, counter: int, upper: _Operand) -> None:
    """Takes the step and goes back to the loop's head, unless the counter passes the upper bound."""
    width, bits = low.width, 31 if low.width is ValueType.I32 else 63
    if low.plan.proof.counter_within(node, bits):
        low.emit_text(f"local.get {counter}; {width}.const {node.step}; {width}.add; local.tee {counter}")
        upper.push()
        low.emit_text(f"{width}.{_reached(node)}; br_if 0")
        return
    if abs(node.step) >= 1 << 64:
        return
    # Near the ends of i64 the step could wrap round: what is left to go is compared instead, without a sign.
    if node.step > 0:
        upper.push()
        low.emit("local.get", counter)
    else:
        low.emit("local.get", counter)
        upper.push()
    low.emit_text(f"i64.sub; i64.const {_signed(abs(node.step))}; i64.ge_u; if; local.get {counter}")
    low.emit_text(f"i64.const {_signed(node.step)}; i64.add; local.set {counter}; br 1; end")


def _signed(value: int) -> int:
    """The i64 with the same lowest 64 bits."""
    return (value + (1 << 63)) % (1 << 64) - (1 << 63)


def lower_count(low: Lowering, node: BuiltinCall) -> Steps:
    """``count(a, b)``: a counter that goes from a to b one by one, in either direction."""
    width, proof = low.width, low.plan.proof
    first, last = node.arguments
    counter = low.builder.new_local(width)
    upper = yield from _lower_bounds(low, counter, first, last)
    direction = proof.order(first, last)
    step = 0
    if direction is None:
        step = low.builder.new_local(width)
        upper.push()
        low.emit_text(f"local.get {counter}; {width}.gt_s")
        upper.push()
        low.emit_text(f"local.get {counter}; {width}.lt_s; i32.sub")
        if width is ValueType.I64:
            low.emit("i64.extend_i32_s")
        low.emit("local.set", step)
    low.emit("local.get", counter)
    upper.push()
    low.emit_text(f"{width}.ne; if; loop; call $burn; local.get {counter}")
    if direction is None:
        low.emit("local.get", step)
    else:
        low.emit(f"{width}.const", direction)
    low.emit_text(f"{width}.add; local.tee {counter}")
    upper.push()
    low.emit_text(f"{width}.ne; br_if 0; end; end; local.get {counter}")
    low.convert_kind(Kind.WHOLE, low.kind(node), node)
