"""Rules for arithmetic, signs and comparisons: one instruction where nothing can go wrong, else a checked function."""

from __future__ import annotations

from irmill.compiler.lang.ast import Binary, Expr, Number, Unary
from irmill.compiler.lang.ops import ARITHMETIC, LOGIC, Operation
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.lower import Lowering, Steps
from irmill.compiler.wasm.plan import Kind, join

_OPCODES = {Operation.ADD: "add", Operation.SUBTRACT: "sub", Operation.MULTIPLY: "mul", Operation.DIVIDE: "div"}
_COMPARES = {
    Operation.LESS: "lt",
    Operation.LESS_EQUAL: "le",
    Operation.GREATER: "gt",
    Operation.GREATER_EQUAL: "ge",
    Operation.EQUAL: "eq",
    Operation.NOT_EQUAL: "ne",
}
_SIGNED = frozenset({"lt", "le", "gt", "ge"})
TAME_BITS = 52
"""Real results that intervals place within 2^52 need no check: rounding moves them by far less than is left to 2^63."""

_SINGLE_EXACT = 1 << 24


def lower_binary(low: Lowering, node: Binary) -> Steps:
    """``a + b`` and the like, comparisons, ``and`` and ``or``."""
    if node.operation in ARITHMETIC:
        yield from lower_arithmetic(low, node, node.operation, node.left, node.right)
    elif node.operation in LOGIC:
        yield from _lower_logic(low, node)
    else:
        yield from _lower_compare(low, node)


def lower_arithmetic(low: Lowering, node: Expr, operation: Operation, left: Expr, right: Expr) -> Steps:
    """Both operands, then the operation in the kind of the result."""
    kind = low.kind(node)
    yield left, kind
    if operation is Operation.POWER:
        yield from _lower_exponent(low, kind, right)
        low.call(f"{low.prefix_of(kind)}_power")
        return
    yield right, kind
    emit_operation(low, node, operation, kind, (left, right))


def _lower_exponent(low: Lowering, kind: Kind, node: Expr) -> Steps:
    """A whole exponent: as wide as a whole base, an i64 for any other."""
    if kind is Kind.SINGLE and not (isinstance(node, Number) and node.value < _SINGLE_EXACT):
        yield node, Kind.SINGLE
        low.call("f32_whole")
        return
    yield node, Kind.WHOLE
    if kind is not Kind.WHOLE and low.width is ValueType.I32:
        low.emit("i64.extend_i32_s")


def emit_operation(
    low: Lowering, node: Expr, operation: Operation, kind: Kind, parts: tuple[Expr, Expr] | None
) -> None:
    """The operation on two values of ``kind`` on the stack, whose result has the bounds of ``node``.

    ``parts`` are the operands where they are expressions of their own, for what their bounds prove.
    """
    if kind is Kind.WHOLE:
        _emit_whole(low, node, operation, parts)
    elif kind is Kind.REAL and low.fractions:
        low.call(f"fraction_{operation}")
    else:
        _emit_real(low, node, operation, kind, parts)


def _emit_whole(low: Lowering, node: Expr, operation: Operation, parts: tuple[Expr, Expr] | None) -> None:
    proof, width = low.plan.proof, low.width
    if operation in (Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY):
        plain = width is ValueType.I32 or proof.within(node, 63)
        opcode = _OPCODES[operation]
    elif operation is Operation.DIVIDE:
        plain, opcode = node in proof.exact_divisions, "div_s"
    else:
        # Truncation and floor agree where no operand is negative; a zero divisor traps in the instruction itself.
        plain = parts is not None and proof.at_least(parts[0], 0) and proof.at_least(parts[1], 0)
        opcode = "div_s" if operation is Operation.FLOOR_DIVIDE else "rem_s"
    if plain:
        low.emit(f"{width}.{opcode}")
    else:
        low.call(f"{width}_{operation}")


def _emit_real(low: Lowering, node: Expr, operation: Operation, kind: Kind, parts: tuple[Expr, Expr] | None) -> None:
    proof, prefix = low.plan.proof, low.prefix_of(kind)
    if operation in (Operation.FLOOR_DIVIDE, Operation.MODULO):
        low.call(f"{prefix}_{operation}")
        return
    tame = proof.within(node, TAME_BITS)
    if operation is Operation.DIVIDE:
        if parts is None or not isinstance(parts[1], Number) or parts[1].value == 0:
            low.call(f"{prefix}_divide")
            return
        tame = tame and proof.at_least(parts[0], 0)
    elif operation is Operation.MULTIPLY:
        # A product of 0 and a negative number would be a negative zero.
        tame = tame and parts is not None and proof.at_least(parts[0], 0) and proof.at_least(parts[1], 0)
    low.emit(f"{prefix}.{_OPCODES[operation]}")
    if not tame:
        low.call(f"{prefix}_in_range")


def lower_unary(low: Lowering, node: Unary) -> Steps:
    """``-x`` and ``not x``."""
    if node.operation is Operation.NOT:
        yield node.operand, Kind.TRUTH
        low.emit("i32.eqz")
        return
    kind = low.kind(node)
    proof, prefix = low.plan.proof, low.prefix_of(kind)
    if prefix == "fraction" or (kind is Kind.WHOLE and low.width is ValueType.I64 and not proof.within(node, 63)):
        yield node.operand, kind
        low.call(f"{prefix}_negate")
        return
    low.constant(0, kind)
    yield node.operand, kind
    low.emit(f"{prefix}.sub")
    if kind is not Kind.WHOLE and not proof.within(node, TAME_BITS):
        low.call(f"{prefix}_in_range")


def _lower_compare(low: Lowering, node: Binary) -> Steps:
    kind = join(low.kind(node.left), low.kind(node.right))
    yield node.left, kind
    yield node.right, kind
    name = _COMPARES[node.operation]
    prefix = low.prefix_of(kind)
    if prefix == "fraction":
        low.call(f"fraction_{name}")
        return
    signed = kind is Kind.WHOLE and name in _SIGNED
    low.emit(f"{prefix}.{name}_s" if signed else f"{prefix}.{name}")


def _lower_logic(low: Lowering, node: Binary) -> Steps:
    """The right operand runs only where the left one does not decide."""
    yield node.left, Kind.TRUTH
    low.emit("if", (ValueType.I32,))
    if node.operation is Operation.OR:
        low.emit_text("i32.const 1; else")
    yield node.right, Kind.TRUTH
    if node.operation is Operation.AND:
        low.emit_text("else; i32.const 0")
    low.emit("end")
