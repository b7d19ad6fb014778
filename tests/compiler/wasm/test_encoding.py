"""LEB128 against a plain decoder, the codebook against an assembler, and sections longer than 127 bytes."""

from __future__ import annotations

import struct

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.wasm.codebook import OPCODES, ImmediateKind, ValueType
from irmill.compiler.wasm.encode import Encoder, encode_module, signed_leb128, unsigned_leb128
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module, assemble
from irmill.compiler.wasm.wat import print_wat


def read_unsigned(data: bytes) -> tuple[int, int]:
    """A plain decoder: value and bytes read."""
    value = 0
    for at, byte in enumerate(data):
        value += (byte & 0x7F) << (7 * at)
        if not byte & 0x80:
            return value, at + 1
    raise AssertionError("no end")


def read_signed(data: bytes) -> tuple[int, int]:
    value, read = read_unsigned(data)
    return (value - (1 << (7 * read)) if data[read - 1] & 0x40 else value), read


@given(st.integers(0, 2**64 - 1))
def test_unsigned_leb128_round_trip(value: int) -> None:
    data = unsigned_leb128(value)
    assert read_unsigned(data) == (value, len(data))
    assert len(data) == max(1, -(-value.bit_length() // 7))


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_leb128_round_trip(value: int) -> None:
    data = signed_leb128(value)
    assert read_signed(data) == (value, len(data))
    if len(data) > 1:
        # One group less would not hold the value.
        assert not -(1 << (7 * (len(data) - 1) - 1)) <= value < 1 << (7 * (len(data) - 1) - 1)


def test_known_encodings() -> None:
    assert unsigned_leb128(624485) == bytes.fromhex("e58e26")
    assert signed_leb128(-123456) == bytes.fromhex("c0bb78")
    assert signed_leb128(64) == bytes.fromhex("c000")
    assert signed_leb128(-64) == b"\x40"
    with pytest.raises(ValueError, match="negative"):
        unsigned_leb128(-1)


_SAMPLES = {
    ImmediateKind.I32: -70000,
    ImmediateKind.I64: -(2**63),
    ImmediateKind.F32: 0.5,
    ImmediateKind.F64: 0.1,
    ImmediateKind.ADDRESS: 300,
    ImmediateKind.MEMORY: 0,
}


@pytest.mark.parametrize("opcode", [row for row in OPCODES if row.pops is not None], ids=lambda row: row.name)
def test_every_plain_opcode_is_what_an_assembler_makes_of_its_name(opcode) -> None:
    """Name, byte and stack effect of the table, checked by wasmtime: it must take the text and validate the bytes."""
    constants = {kind: Instruction(by_name(f"{kind}.const"), 0.0 if kind[0] == "f" else 0) for kind in ValueType}
    body = [constants[kind] for kind in opcode.pops]
    body.append(Instruction(opcode, _SAMPLES.get(opcode.immediate)))
    body += [*assemble("drop")] * len(opcode.pushes)
    # The results are given to locals of their types, so that a wrong type in the table is refused.
    locals_ = tuple(opcode.pushes)
    stores = [Instruction(by_name("local.set"), at) for at in range(len(locals_))]
    body = body[: len(body) - len(opcode.pushes)] + stores
    function = Function(COMPUTE, (), (ValueType.I32,), locals_, (*body, *assemble("i32.const 1")))
    module = Module((function,), (), (1, 1))
    data = encode_module(module)
    assert wasmtime.wat2wasm(print_wat(module)) == data
    wasmtime.Module.validate(wasmtime.Engine(), data)


def by_name(name: str):
    return next(row for row in OPCODES if row.name == name)


def test_bytes_are_unique() -> None:
    assert len({row.code for row in OPCODES}) == len(OPCODES)


def test_long_bodies_have_long_lengths() -> None:
    """A body of more than 127 (and more than 16,383) bytes: lengths take as many bytes as they need."""
    for count in (60, 300, 20_000):
        body = assemble("i32.const 1") + assemble("i32.const 1; i32.add") * count
        module = Module((Function(COMPUTE, (), (ValueType.I32,), (), body),))
        data = encode_module(module)
        assert wasmtime.wat2wasm(print_wat(module)) == data
        assert Encoder(module).body(body) == b"\x41\x01" + b"\x41\x01\x6a" * count


def test_float_constants_are_ieee_little_endian() -> None:
    module = Module((Function(COMPUTE, (), (ValueType.F64,), (), assemble("f64.const 0.1")),))
    assert Encoder(module).body(module.functions[0].body) == b"\x44" + struct.pack("<d", 0.1)


def test_unknown_symbols_and_immediates_are_refused() -> None:
    module = Module((Function(COMPUTE, (), (), (), assemble("call $nothing")),))
    with pytest.raises(KeyError):
        encode_module(module)
    with pytest.raises(ValueError, match="cannot have the immediate"):
        Encoder(module).instruction(Instruction(by_name("i32.const"), "text"))
