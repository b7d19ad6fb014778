"""The one table of WebAssembly opcodes: name, byte, immediate and stack effect.

The encoder, the disassembler, the verifier and the tracer all read this table and hold no opcode numbers of their own.
Source: WebAssembly Core Specification 2.0, sections 3.3 (typing) and 5.4 (binary format). Only what the lowering can
emit is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ValueType(StrEnum):
    """The number types of WebAssembly."""

    I32 = "i32"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"


VALUE_TYPE_BYTES = {ValueType.I32: 0x7F, ValueType.I64: 0x7E, ValueType.F32: 0x7D, ValueType.F64: 0x7C}
"""How the binary format writes a value type."""


class ImmediateKind(StrEnum):
    """What follows an opcode in the binary format."""

    NONE = "none"
    BLOCK = "block type"
    LABEL = "label depth"
    FUNCTION = "function"
    LOCAL = "local index"
    GLOBAL = "global"
    MEMORY = "memory index"
    ADDRESS = "alignment and offset"
    I32 = "i32 constant"
    I64 = "i64 constant"
    F32 = "f32 constant"
    F64 = "f64 constant"


@dataclass(frozen=True, slots=True)
class Opcode:
    """One row of the table.

    Attributes:
        name: as the text format writes it.
        code: the byte that the binary format writes.
        immediate: what follows the byte.
        pops: the operands' types, the deepest first; None where the effect depends on the context (control, locals,
            ``call``, ``drop``, ``select``), which the verifier then decides.
        pushes: the results' types; None together with ``pops``.
    """

    name: str
    code: int
    immediate: ImmediateKind
    pops: tuple[ValueType, ...] | None
    pushes: tuple[ValueType, ...] | None


def _contextual(name: str, code: int, immediate: ImmediateKind = ImmediateKind.NONE) -> Opcode:
    return Opcode(name, code, immediate, None, None)


def _plain(names: str, first: int, pops: str, pushes: str) -> list[Opcode]:
    """Opcodes with consecutive bytes and one stack effect."""
    taken = tuple(ValueType(item) for item in pops.split())
    given = tuple(ValueType(item) for item in pushes.split())
    return [Opcode(name, first + at, ImmediateKind.NONE, taken, given) for at, name in enumerate(names.split())]


def _family(kind: str, names: str, first: int, operands: int, result: str) -> list[Opcode]:
    """Opcodes of one type with consecutive bytes: ``kind.name`` for every name."""
    return _plain(" ".join(f"{kind}.{name}" for name in names.split()), first, f"{kind} " * operands, result)


_INTEGER_COMPARE = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
_FLOAT_COMPARE = "eq ne lt gt le ge"
_INTEGER_BINARY = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
_FLOAT_UNARY = "abs neg ceil floor trunc nearest sqrt"
_FLOAT_BINARY = "add sub mul div min max copysign"


def _memory_opcodes() -> list[Opcode]:
    rows = [
        Opcode(f"{kind}.load", 0x28 + at, ImmediateKind.ADDRESS, (ValueType.I32,), (kind,))
        for at, kind in enumerate(ValueType)
    ]
    rows += [
        Opcode(f"{kind}.store", 0x36 + at, ImmediateKind.ADDRESS, (ValueType.I32, kind), ())
        for at, kind in enumerate(ValueType)
    ]
    rows.append(Opcode("memory.size", 0x3F, ImmediateKind.MEMORY, (), (ValueType.I32,)))
    rows.append(Opcode("memory.grow", 0x40, ImmediateKind.MEMORY, (ValueType.I32,), (ValueType.I32,)))
    return rows


def _conversions() -> list[Opcode]:
    rows = _plain("i32.wrap_i64", 0xA7, "i64", "i32")
    rows += _plain("i64.extend_i32_s i64.extend_i32_u", 0xAC, "i32", "i64")
    rows += _plain("i64.trunc_f32_s", 0xAE, "f32", "i64")
    rows += _plain("i64.trunc_f64_s i64.trunc_f64_u", 0xB0, "f64", "i64")
    rows += _plain("f32.convert_i32_s f32.convert_i32_u", 0xB2, "i32", "f32")
    rows += _plain("f32.convert_i64_s f32.convert_i64_u", 0xB4, "i64", "f32")
    rows += _plain("f32.demote_f64", 0xB6, "f64", "f32")
    rows += _plain("f64.convert_i32_s f64.convert_i32_u", 0xB7, "i32", "f64")
    rows += _plain("f64.convert_i64_s f64.convert_i64_u", 0xB9, "i64", "f64")
    rows += _plain("f64.promote_f32", 0xBB, "f32", "f64")
    return rows


def _table() -> tuple[Opcode, ...]:
    kinds = ImmediateKind
    rows = [
        _contextual("unreachable", 0x00),
        _contextual("nop", 0x01),
        _contextual("block", 0x02, kinds.BLOCK),
        _contextual("loop", 0x03, kinds.BLOCK),
        _contextual("if", 0x04, kinds.BLOCK),
        _contextual("else", 0x05),
        _contextual("end", 0x0B),
        _contextual("br", 0x0C, kinds.LABEL),
        _contextual("br_if", 0x0D, kinds.LABEL),
        _contextual("return", 0x0F),
        _contextual("call", 0x10, kinds.FUNCTION),
        _contextual("drop", 0x1A),
        _contextual("select", 0x1B),
        _contextual("local.get", 0x20, kinds.LOCAL),
        _contextual("local.set", 0x21, kinds.LOCAL),
        _contextual("local.tee", 0x22, kinds.LOCAL),
        _contextual("global.get", 0x23, kinds.GLOBAL),
        _contextual("global.set", 0x24, kinds.GLOBAL),
        Opcode("i32.const", 0x41, kinds.I32, (), (ValueType.I32,)),
        Opcode("i64.const", 0x42, kinds.I64, (), (ValueType.I64,)),
        Opcode("f32.const", 0x43, kinds.F32, (), (ValueType.F32,)),
        Opcode("f64.const", 0x44, kinds.F64, (), (ValueType.F64,)),
    ]
    rows += _memory_opcodes()
    rows += _family("i32", "eqz", 0x45, 1, "i32") + _family("i32", _INTEGER_COMPARE, 0x46, 2, "i32")
    rows += _family("i64", "eqz", 0x50, 1, "i32") + _family("i64", _INTEGER_COMPARE, 0x51, 2, "i32")
    rows += _family("f32", _FLOAT_COMPARE, 0x5B, 2, "i32") + _family("f64", _FLOAT_COMPARE, 0x61, 2, "i32")
    rows += _family("i32", "clz ctz popcnt", 0x67, 1, "i32") + _family("i32", _INTEGER_BINARY, 0x6A, 2, "i32")
    rows += _family("i64", "clz ctz popcnt", 0x79, 1, "i64") + _family("i64", _INTEGER_BINARY, 0x7C, 2, "i64")
    rows += _family("f32", _FLOAT_UNARY, 0x8B, 1, "f32") + _family("f32", _FLOAT_BINARY, 0x92, 2, "f32")
    rows += _family("f64", _FLOAT_UNARY, 0x99, 1, "f64") + _family("f64", _FLOAT_BINARY, 0xA0, 2, "f64")
    rows += _conversions()
    return tuple(sorted(rows, key=lambda row: row.code))


OPCODES: tuple[Opcode, ...] = _table()
"""Every opcode that can be emitted, by byte."""

BY_NAME: dict[str, Opcode] = {row.name: row for row in OPCODES}
"""The same rows by their text name."""
