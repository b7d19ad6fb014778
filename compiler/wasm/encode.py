"""The binary format: LEB128, sections with full-length sizes, complete modules.

Source: WebAssembly Core Specification 2.0, chapter 5.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from itertools import groupby

from irmill.compiler.wasm.codebook import VALUE_TYPE_BYTES, ImmediateKind, Opcode, ValueType
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


def vector(items: Sequence[bytes]) -> bytes:
    """Items one after another, their number first."""
    return unsigned_leb128(len(items)) + b"".join(items)


def section(number: int, content: bytes) -> bytes:
    """A section of a module, its number and its length first."""
    return bytes((number,)) + unsigned_leb128(len(content)) + content


def name(text: str) -> bytes:
    """A name, its length first."""
    encoded = text.encode()
    return unsigned_leb128(len(encoded)) + encoded


def _types(types: Iterable[ValueType]) -> bytes:
    return vector([bytes((VALUE_TYPE_BYTES[kind],)) for kind in types])


def code_section(functions: Sequence[bytes]) -> bytes:
    """The code section of functions as :meth:`Encoder.function` gives them."""
    return section(10, vector(functions))


def locals_of(function: Function) -> bytes:
    """The declarations of a function's locals."""
    groups = [(len(list(group)), kind) for kind, group in groupby(function.locals)]
    return vector([unsigned_leb128(count) + bytes((VALUE_TYPE_BYTES[kind],)) for count, kind in groups])


def function_entry(declared: bytes, body: bytes) -> bytes:
    """An entry of the code section, of declarations and instructions."""
    return b"".join((unsigned_leb128(len(declared) + len(body) + 1), declared, body, b"\x0b"))


def encode_constant(opcode: Opcode, value: int | float) -> bytes:
    """An instruction that pushes a constant."""
    head = bytes((opcode.code,))
    match opcode.immediate:
        case ImmediateKind.F32:
            return head + struct.pack("<f", value)
        case ImmediateKind.F64:
            return head + struct.pack("<d", value)
        case _:
            return head + signed_leb128(int(value))


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
                return encode_constant(item.opcode, value)
            case ImmediateKind.F32 | ImmediateKind.F64 if isinstance(value, float):
                return encode_constant(item.opcode, value)
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

    def function(self, function: Function, body: bytes | None = None) -> bytes:
        """A function's entry in the code section; ``body`` is its instructions where they are encoded already."""
        return function_entry(locals_of(function), self.body(function.body) if body is None else body)

    def module(self) -> bytes:
        """The complete module."""
        return self.head() + code_section([self.function(function) for function in self._module.functions])

    def head(self) -> bytes:
        """All that stands before the code section."""
        module = self._module
        out = bytearray(MAGIC)
        signatures = [b"\x60" + _types(takes) + _types(gives) for takes, gives in self._signatures]
        out += section(1, vector(signatures))
        indices = [unsigned_leb128(self._signatures[function.signature]) for function in module.functions]
        out += section(3, vector(indices))
        if module.memory is not None:
            first, most = module.memory
            out += section(5, vector([b"\x01" + unsigned_leb128(first) + unsigned_leb128(most)]))
        if module.globals:
            cells = [
                bytes((VALUE_TYPE_BYTES[item.type], 1, 0x41 if item.type is ValueType.I32 else 0x42))
                + signed_leb128(item.initial)
                + b"\x0b"
                for item in module.globals
            ]
            out += section(6, vector(cells))
        exports = [name(COMPUTE) + b"\x00" + unsigned_leb128(self._functions[COMPUTE])]
        exports += [
            name(item.name) + b"\x03" + unsigned_leb128(at) for at, item in enumerate(module.globals) if item.exported
        ]
        out += section(7, vector(exports))
        return bytes(out)


def encode_module(module: Module) -> bytes:
    """The binary form of ``module``. Raises KeyError for a call or a global that it does not have."""
    return Encoder(module).module()
