"""The binary format: LEB128, sections with full-length sizes, complete modules.

Source: WebAssembly Core Specification 2.0, chapter 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import groupby

from irmill.compiler.wasm.codebook import VALUE_TYPE_BYTES, ImmediateKind, ValueType
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module

MAGIC = b"\x00asm\x01\x00\x00\x00"
_ADDRESS_ALIGNMENT = {"i32": 2, "f32": 2, "i64": 3, "f64": 3}


def unsigned_leb128(value: int) -> bytes:
    """``value`` (not negative) in the least number of 7-bit groups, low group first."""
    if value < 0:
        raise ValueError(f"{value} is negative")
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed_leb128(value: int) -> bytes:
    """``value`` in the least number of 7-bit groups, low group first, the last one's bit 6 being the sign."""
    if -0x40 <= value < 0x40:
        return bytes((value & 0x7F,))
    out = bytearray()
    while not -0x40 <= value < 0x40:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value & 0x7F)
    return bytes(out)


def _vector(items: Sequence[bytes]) -> bytes:
    return unsigned_leb128(len(items)) + b"".join(items)


def _section(number: int, content: bytes) -> bytes:
    return bytes((number,)) + unsigned_leb128(len(content)) + content


def _name(text: str) -> bytes:
    encoded = text.encode()
    return unsigned_leb128(len(encoded)) + encoded


def _types(types: Iterable[ValueType]) -> bytes:
    return _vector([bytes((VALUE_TYPE_BYTES[kind],)) for kind in types])


class Encoder:
    """Turns functions of one module into bytes; holds the indices behind the module's symbols."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._signatures = {signature: at for at, signature in enumerate(module.signatures)}
        self._functions = {function.name: at for at, function in enumerate(module.functions)}
        self._globals = {item.name: at for at, item in enumerate(module.globals)}

    def instruction(self, item: Instruction) -> bytes:
        """One instruction. Raises KeyError for a symbol that the module does not have."""
        head = bytes((item.opcode.code,))
        value = item.immediate
        match item.opcode.immediate:
            case ImmediateKind.NONE:
                return head
            case ImmediateKind.I32 | ImmediateKind.I64 if isinstance(value, int):
                return head + signed_leb128(value)
            case ImmediateKind.F32 if isinstance(value, float):
                return head + struct.pack("<f", value)
            case ImmediateKind.F64 if isinstance(value, float):
                return head + struct.pack("<d", value)
            case ImmediateKind.LOCAL | ImmediateKind.LABEL | ImmediateKind.MEMORY if isinstance(value, int):
                return head + unsigned_leb128(value)
            case ImmediateKind.FUNCTION if isinstance(value, str):
                return head + unsigned_leb128(self._functions[value])
            case ImmediateKind.GLOBAL if isinstance(value, str):
                return head + unsigned_leb128(self._globals[value])
            case ImmediateKind.ADDRESS if isinstance(value, int):
                alignment = _ADDRESS_ALIGNMENT[item.opcode.name[:3]]
                return head + unsigned_leb128(alignment) + unsigned_leb128(value)
            case ImmediateKind.BLOCK if isinstance(value, tuple):
                return head + self._block(value)
            case _:
                raise ValueError(f"{item.opcode.name} cannot have the immediate {value!r}")

    def _block(self, results: tuple[ValueType, ...]) -> bytes:
        if not results:
            return b"\x40"
        if len(results) == 1:
            return bytes((VALUE_TYPE_BYTES[results[0]],))
        return signed_leb128(self._signatures[((), results)])

    def body(self, instructions: Iterable[Instruction]) -> bytes:
        """Instructions one after another, without a closing ``end``."""
        return b"".join(map(self.instruction, instructions))

    def _function(self, function: Function) -> bytes:
        groups = [
            unsigned_leb128(len(list(group))) + bytes((VALUE_TYPE_BYTES[kind],))
            for kind, group in groupby(function.locals)
        ]
        content = _vector(groups) + self.body(function.body) + b"\x0b"
        return unsigned_leb128(len(content)) + content

    def module(self) -> bytes:
        """The complete module."""
        module = self._module
        out = bytearray(MAGIC)
        signatures = [b"\x60" + _types(takes) + _types(gives) for takes, gives in self._signatures]
        out += _section(1, _vector(signatures))
        indices = [unsigned_leb128(self._signatures[function.signature]) for function in module.functions]
        out += _section(3, _vector(indices))
        if module.memory is not None:
            first, most = module.memory
            out += _section(5, _vector([b"\x01" + unsigned_leb128(first) + unsigned_leb128(most)]))
        if module.globals:
            cells = [
                bytes((VALUE_TYPE_BYTES[item.type], 1, 0x41 if item.type is ValueType.I32 else 0x42))
                + signed_leb128(item.initial)
                + b"\x0b"
                for item in module.globals
            ]
            out += _section(6, _vector(cells))
        exports = [_name(COMPUTE) + b"\x00" + unsigned_leb128(self._functions[COMPUTE])]
        exports += [
            _name(item.name) + b"\x03" + unsigned_leb128(at) for at, item in enumerate(module.globals) if item.exported
        ]
        out += _section(7, _vector(exports))
        out += _section(10, _vector([self._function(function) for function in module.functions]))
        return bytes(out)


def encode_module(module: Module) -> bytes:
    """The binary form of ``module``. Raises KeyError for a call or a global that it does not have."""
    return Encoder(module).module()
