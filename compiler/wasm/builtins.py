"""Rules for the built-in functions of numbers, and the functions that they alone call."""

from __future__ import annotations

from irmill.compiler.lang.ast import BuiltinCall
from irmill.compiler.lang.ops import Builtin, Operation
from irmill.compiler.wasm.arithmetic import TAME_BITS, lower_arithmetic
from irmill.compiler.wasm.arrays import lower_fold, lower_length
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.control import lower_count
from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.lower import Lowering, Steps
from irmill.compiler.wasm.plan import Kind
from irmill.compiler.wasm.runtime import Helper, read_helpers, widened

_GCD = """
i64_gcd: i64 i64 -> i64, i64
block; loop; local.get 1; i64.eqz; br_if 1
local.get 0; local.get 1; i64.rem_s; local.set 2; local.get 1; local.set 0; local.get 2; local.set 1
br 0; end; end; local.get 0; call $i64_absolute
"""


def builtin_helpers() -> dict[str, Helper]:
    """The functions of built-ins of whole numbers, by name."""
    return {**read_helpers(_GCD), "i32_gcd": widened("gcd")}


def lower_builtin(low: Lowering, node: BuiltinCall) -> Steps:
    """A call of a built-in function."""
    match node.builtin:
        case Builtin.POW:
            yield from lower_arithmetic(low, node, Operation.POWER, node.arguments[0], node.arguments[1])
        case Builtin.COUNT:
            yield from lower_count(low, node)
        case Builtin.GCD:
            yield from _lower_gcd(low, node)
        case Builtin.LEN:
            yield from lower_length(low, node)
        case Builtin.F32:
            yield node.arguments[0], Kind.SINGLE
        case Builtin.ABS | Builtin.FLOOR | Builtin.SQRT:
            yield from _lower_one(low, node)
        case Builtin.SUM | Builtin.PRODUCT:
            yield from lower_fold(low, node)
        case Builtin.MIN | Builtin.MAX:
            yield from _lower_extreme(low, node)


def _lower_gcd(low: Lowering, node: BuiltinCall) -> Steps:
    """Both operands are computed before either is checked to be whole."""
    first, second = node.arguments
    if low.kind(first) is Kind.WHOLE:
        yield first, Kind.WHOLE
        yield second, Kind.WHOLE
    else:
        yield first, low.kind(first)
        yield second, low.kind(second)
        kept = low.new_cell(low.kind(second))
        low.store(kept)
        low.convert(first, Kind.WHOLE)
        low.load(kept)
        low.convert(second, Kind.WHOLE)
    low.call(f"{low.width}_gcd")
    low.convert_kind(Kind.WHOLE, low.kind(node), node)


def _lower_one(low: Lowering, node: BuiltinCall) -> Steps:
    """``abs``, ``floor`` and ``sqrt``."""
    (argument,) = node.arguments
    kind = low.kind(node)
    prefix = low.prefix_of(kind)
    yield argument, kind
    if prefix == "fraction":
        root = "fraction_near_root" if low.plan.near else "fraction_root"
        low.call({Builtin.ABS: "fraction_absolute", Builtin.FLOOR: "fraction_floor"}.get(node.builtin, root))
    elif node.builtin is Builtin.SQRT:
        if low.plan.proof.at_least(argument, 0) and low.kind(argument) is Kind.WHOLE:
            low.emit(f"{prefix}.sqrt")
        else:
            low.call(f"{prefix}_square_root")
    elif node.builtin is Builtin.FLOOR:
        if kind is not Kind.WHOLE:
            low.emit(f"{prefix}.floor")
    elif kind is Kind.WHOLE:
        low.call(f"{low.width}_absolute")
    else:
        low.emit(f"{prefix}.abs")
        if not low.plan.proof.within(node, TAME_BITS):
            low.call(f"{prefix}_in_range")


def _lower_extreme(low: Lowering, node: BuiltinCall) -> Steps:
    """``min`` and ``max`` of any number of arguments, or of an array."""
    if not node.arguments:
        low.fail(Fault.DOMAIN)
        return
    if low.kind(node.arguments[0]) is Kind.ARRAY:
        yield from lower_fold(low, node)
        return
    kind = low.kind(node)
    prefix = low.prefix_of(kind)
    name = "minimum" if node.builtin is Builtin.MIN else "maximum"
    for place, argument in enumerate(node.arguments):
        yield argument, kind
        if place and prefix in (ValueType.F64, ValueType.F32):
            low.emit(f"{prefix}.{node.builtin}")
        elif place:
            low.call(f"{prefix}_{name}")
