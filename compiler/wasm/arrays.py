"""Rules for arrays in linear memory.

An array is an address: its length in the first eight bytes, then its elements, eight bytes each (thirty-two for
fractions). The empty array is address 0, where the memory is zero. Arrays are never freed: what a line may create is
limited.
"""

from __future__ import annotations

from irmill.compiler.lang.ast import ArrayLiteral, BuiltinCall, Expr, Index, Store
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.ops import Builtin
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.lower import Lowering, Steps
from irmill.compiler.wasm.plan import Kind
from irmill.compiler.wasm.runtime_arrays import ELEMENT_BYTES, HEADER_BYTES

_FOLDS = {Builtin.SUM: "sum", Builtin.PRODUCT: "product", Builtin.MIN: "minimum", Builtin.MAX: "maximum"}


def _wide(low: Lowering) -> bool:
    """Whether elements are fractions."""
    return low.fractions and low.plan.elements is Kind.REAL


def _element_prefix(low: Lowering) -> str:
    return low.prefix_of(low.plan.elements)


def lower_array(low: Lowering, node: ArrayLiteral) -> Steps:
    """A literal makes a new array each time."""
    array = low.builder.new_local(ValueType.I32)
    size = ELEMENT_BYTES[len(low.types(low.plan.elements))]
    low.emit("i32.const", len(node.elements))
    low.call("wide_allocate" if _wide(low) else "allocate")
    low.emit("local.set", array)
    for place, element in enumerate(node.elements):
        low.emit("local.get", array)
        if _wide(low):
            low.emit_text(f"i32.const {size * place}; i32.add")
        yield element, low.plan.elements
        if _wide(low):
            low.call("fraction_store")
        else:
            low.emit(f"{_element_prefix(low)}.store", HEADER_BYTES + size * place)
    low.emit("local.get", array)


def _lower_address(low: Lowering, node: Index | Store, index: Expr) -> Steps:
    """The address of an element, its header not yet added: the index is checked before anything else happens."""
    slot = low.plan.line.slots[node]
    low.load(low.slot_cell(slot, Kind.ARRAY))
    yield index, Kind.WHOLE
    if low.width is ValueType.I32:
        low.emit("i64.extend_i32_s")
    low.call("wide_element" if _wide(low) else "element")


def lower_index(low: Lowering, node: Index) -> Steps:
    """``name[index]``"""
    yield from _lower_address(low, node, node.index)
    if _wide(low):
        low.call("fraction_load")
    else:
        low.emit(f"{_element_prefix(low)}.load", HEADER_BYTES)
    low.convert_kind(low.plan.elements, low.kind(node), node)


def lower_store(low: Lowering, node: Store) -> Steps:
    """``name[index] = value;``"""
    yield from _lower_address(low, node, node.index)
    yield node.value, low.plan.elements
    if _wide(low):
        low.call("fraction_store")
    else:
        low.emit(f"{_element_prefix(low)}.store", HEADER_BYTES)


def lower_length(low: Lowering, node: BuiltinCall) -> Steps:
    """``len(array)``"""
    yield node.arguments[0], Kind.ARRAY
    low.emit("i32.load")
    if low.width is ValueType.I64:
        low.emit("i64.extend_i32_u")
    low.convert_kind(Kind.WHOLE, low.kind(node), node)


def lower_fold(low: Lowering, node: BuiltinCall) -> Steps:
    """``sum``, ``product``, ``min`` and ``max`` of an array."""
    kind, name = low.kind(node), _FOLDS[node.builtin]
    yield node.arguments[0], Kind.ARRAY
    prefix = _element_prefix(low)
    if kind is Kind.SINGLE and _wide(low):
        raise LanguageError(ErrorCode.UNSUPPORTED, "single precision has no fractions")
    if kind is Kind.SINGLE and node.builtin in (Builtin.SUM, Builtin.PRODUCT):
        low.call(f"f32_array_{name}_of_{prefix}")
        return
    low.call(f"{prefix}_array_{name}")
    low.convert_kind(low.plan.elements, kind, node)
