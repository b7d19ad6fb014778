"""Reading the binary format again, as far as putting the functions of one module into another needs it.

Only what the encoder writes is read: six sections, opcodes of the codebook, globals that are set to a constant, an
exported ``compute`` that takes nothing and an exported ``error``. Anything else is :class:`Undecodable`, which says
nothing against the module. Nothing is validated here: what comes of the parts is for an engine to validate.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from irmill.compiler.wasm.codebook import OPCODES, VALUE_TYPE_BYTES, ImmediateKind, ValueType
from irmill.compiler.wasm.encode import MAGIC
from irmill.compiler.wasm.faults import ERROR_GLOBAL
from irmill.compiler.wasm.ir import COMPUTE

Signature = tuple[bytes, bytes]
"""Parameter and result types of a function, a byte each."""


class Undecodable(Exception):
    """The bytes are not of the kind that is read here."""


class Names(IntEnum):
    """What an index in a function's code names."""

    FUNCTION = 0
    GLOBAL = 1
    TYPE = 2


Index = tuple[int, int, Names, int]
"""Where an index starts and ends in a function's code, what it names, and the index."""

Constant = tuple[int, int, int]
"""Where an instruction that pushes a constant starts and ends in a function's code, and the byte of its type."""

Local = tuple[int, int, int]
"""Where the index of a local starts and ends in a function's code, and the index."""


@dataclass(frozen=True, slots=True)
class Code:
    """A function's code as it stands in the code section, without its size.

    Attributes:
        data: declarations of locals, instructions, the last ``end``.
        indices: what it names outside of itself, in order.
        constants: its constants, in order.
        locals: where it reads and writes its locals, in order.
    """

    data: bytes
    indices: tuple[Index, ...]
    constants: tuple[Constant, ...]
    locals: tuple[Local, ...]

    def constant(self, place: int) -> bytes:
        """The instruction of a constant."""
        start, end, _ = self.constants[place]
        return self.data[start:end]


@dataclass(frozen=True, slots=True)
class ModuleParts:
    """What a module consists of.

    Attributes:
        types: its signatures.
        functions: the type of each function, as a place in ``types``.
        code: the code of each, not yet looked into.
        memory: first and most pages, None without a memory.
        globals: type's byte and first value of each.
        compute: the place of the exported function.
        error: the place of the exported global, None without one.
    """

    types: tuple[Signature, ...]
    functions: tuple[int, ...]
    code: tuple[bytes, ...]
    memory: tuple[int, int] | None
    globals: tuple[tuple[int, int], ...]
    compute: int
    error: int | None


_CONSTANTS = {
    0x41: VALUE_TYPE_BYTES[ValueType.I32],
    0x42: VALUE_TYPE_BYTES[ValueType.I64],
    0x43: VALUE_TYPE_BYTES[ValueType.F32],
    0x44: VALUE_TYPE_BYTES[ValueType.F64],
}
"""The type of what each constant's opcode pushes."""

_PLAIN, _LOCAL, _I32, _I64, _F32, _F64, _BLOCK, _LABEL, _FUNCTION, _GLOBAL, _ADDRESS, _MEMORY, _UNKNOWN = range(13)
_SHAPES = {
    ImmediateKind.NONE: _PLAIN,
    ImmediateKind.LOCAL: _LOCAL,
    ImmediateKind.I32: _I32,
    ImmediateKind.I64: _I64,
    ImmediateKind.F32: _F32,
    ImmediateKind.F64: _F64,
    ImmediateKind.BLOCK: _BLOCK,
    ImmediateKind.LABEL: _LABEL,
    ImmediateKind.FUNCTION: _FUNCTION,
    ImmediateKind.GLOBAL: _GLOBAL,
    ImmediateKind.ADDRESS: _ADDRESS,
    ImmediateKind.MEMORY: _MEMORY,
}
_OF_CODE = {row.code: _SHAPES[row.immediate] for row in OPCODES}
_IMMEDIATES: tuple[int, ...] = tuple(_OF_CODE.get(code, _UNKNOWN) for code in range(256))
"""What follows each opcode, as a number: the loop over the code is the time that reading takes."""

_END = 0x0B


def decode_unsigned(data: bytes, at: int) -> tuple[int, int]:
    """The number of at most 32 bits at ``at``, and where it ends. Raises Undecodable for a longer one."""
    value = data[at]
    if value < 0x80:
        return value, at + 1
    value &= 0x7F
    for place in range(1, 5):
        byte = data[at + place]
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            if value >> 32:
                break
            return value, at + place + 1
    raise Undecodable("an index is too long")


def decode_signed(data: bytes, at: int, bits: int) -> tuple[int, int]:
    """The signed number of at most ``bits`` bits at ``at``, and where it ends. Raises Undecodable for a longer one."""
    value = shift = 0
    for place in range(at, at + (bits + 6) // 7):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            value -= (byte & 0x40) << 1 << shift - 7
            if not -(1 << bits - 1) <= value < 1 << bits - 1:
                break
            return value, place + 1
    raise Undecodable("a constant is too long")


def decode_module(data: bytes) -> ModuleParts:
    """The parts of a module. Raises Undecodable."""
    if not data.startswith(MAGIC):
        raise Undecodable("it does not start as a binary module does")
    try:
        return _Reader(data).module()
    except (IndexError, struct.error):
        raise Undecodable("it ends too early") from None


class _Reader:
    """A place in the bytes of a module."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = len(MAGIC)

    def number(self) -> int:
        value, self.at = decode_unsigned(self.data, self.at)
        return value

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1]

    def bytes(self) -> bytes:
        """A vector of bytes."""
        length = self.number()
        start = self.at
        self.at += length
        if self.at > len(self.data):
            raise Undecodable("it ends too early")
        return self.data[start : self.at]

    def module(self) -> ModuleParts:
        types: tuple[Signature, ...] = ()
        functions: tuple[int, ...] = ()
        code: tuple[bytes, ...] = ()
        memory: tuple[int, int] | None = None
        globals_: tuple[tuple[int, int], ...] = ()
        exports: dict[str, tuple[int, int]] = {}
        last = 0
        while self.at < len(self.data):
            section = self.byte()
            end = self.number() + self.at
            if section <= last or end > len(self.data):
                raise Undecodable(f"the section {section} is not where it should be")
            last = section
            match section:
                case 1:
                    types = tuple(self._type() for _ in range(self.number()))
                case 3:
                    functions = tuple(self.number() for _ in range(self.number()))
                case 5:
                    memory = self._memory()
                case 6:
                    globals_ = tuple(self._global() for _ in range(self.number()))
                case 7:
                    exports = self._exports()
                case 10:
                    code = tuple(self.bytes() for _ in range(self.number()))
                case _:
                    raise Undecodable(f"there is a section {section}")
            if self.at != end:
                raise Undecodable(f"the section {section} has another length")
        return _parts(types, functions, code, memory, globals_, exports)

    def _type(self) -> Signature:
        if self.byte() != 0x60:
            raise Undecodable("a type is no function's")
        return self.bytes(), self.bytes()

    def _memory(self) -> tuple[int, int]:
        if self.number() != 1 or self.byte() != 1:
            raise Undecodable("not one memory with a limit")
        return self.number(), self.number()

    def _global(self) -> tuple[int, int]:
        kind = self.byte()
        bits = {0x7F: 32, 0x7E: 64}.get(kind)
        if bits is None or self.byte() != 1 or self.byte() != (0x41 if bits == 32 else 0x42):
            raise Undecodable("a global is no whole number that may change")
        value, self.at = decode_signed(self.data, self.at, bits)
        if self.byte() != _END:
            raise Undecodable("a global is not set to a constant")
        return kind, value

    def _exports(self) -> dict[str, tuple[int, int]]:
        count = self.number()
        found: dict[str, tuple[int, int]] = {}
        for _ in range(count):
            name = self.bytes().decode("utf-8", "replace")
            found[name] = (self.byte(), self.number())
        if len(found) != count:
            raise Undecodable("two exports have one name")
        return found


def _parts(
    types: tuple[Signature, ...],
    functions: tuple[int, ...],
    code: tuple[bytes, ...],
    memory: tuple[int, int] | None,
    globals_: tuple[tuple[int, int], ...],
    exports: dict[str, tuple[int, int]],
) -> ModuleParts:
    """The parts, where they fit together and no more is exported than an emitted module exports."""
    compute_kind, compute = exports.pop(COMPUTE, (-1, 0))
    error_kind, error = exports.pop(ERROR_GLOBAL, (3, None))
    if exports or compute_kind != 0 or error_kind != 3:
        raise Undecodable("it exports something else")
    if len(code) != len(functions) or any(place >= len(types) for place in functions):
        raise Undecodable("functions and code do not fit together")
    if error is not None and error < len(globals_) and globals_[error] != (VALUE_TYPE_BYTES[ValueType.I32], 0):
        raise Undecodable("the error is not 0 at first")
    if compute >= len(functions) or (error is not None and error >= len(globals_)):
        raise Undecodable("an export is not there")
    takes, gives = types[functions[compute]]
    if takes or len(gives) != 1:
        raise Undecodable("compute must take nothing and give one value")
    return ModuleParts(types, functions, code, memory, globals_, compute, error)


def decode_code(data: bytes) -> Code:
    """A function's code with its marks. Raises Undecodable."""
    try:
        return _decoded(data)
    except (IndexError, struct.error):
        raise Undecodable("the code ends too early") from None


def _decoded(data: bytes) -> Code:
    groups, at = decode_unsigned(data, 0)
    for _ in range(groups):
        at = decode_unsigned(data, at)[1] + 1
    reading = _CodeReader(data)
    reading.read(at)
    return Code(data, tuple(reading.indices), tuple(reading.constants), tuple(reading.locals))


class _CodeReader:
    """What is found on the way through a function's instructions."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.indices: list[Index] = []
        self.constants: list[Constant] = []
        self.locals: list[Local] = []

    def read(self, at: int) -> None:
        """Reads from ``at`` to the last ``end``, which must be the last byte."""
        data, immediates, depth = self.data, _IMMEDIATES, 0
        while True:
            code = data[at]
            at += 1
            kind = immediates[code]
            if kind == _PLAIN:
                if code == _END:
                    depth -= 1
                    if depth < 0:
                        break
            elif kind == _LOCAL:
                value, end = decode_unsigned(data, at)
                self.locals.append((at, end, value))
                at = end
            elif kind <= _F64:
                at = self._constant(at, kind)
            else:
                depth += kind == _BLOCK
                at = self._other(at, kind)
        if at != len(data):
            raise Undecodable("the code goes on after its end")

    def _constant(self, at: int, kind: int) -> int:
        data, start = self.data, at - 1
        if kind <= _I64:
            while data[at] >= 0x80:
                at += 1
            at += 1
        else:
            at += 4 if kind == _F32 else 8
        self.constants.append((start, at, _CONSTANTS[data[start]]))
        return at

    def _other(self, at: int, kind: int) -> int:
        data = self.data
        if kind == _BLOCK:
            value, end = decode_signed(data, at, 33)
            if value >= 0:
                self.indices.append((at, end, Names.TYPE, value))
            return end
        if kind == _LABEL:
            return decode_unsigned(data, at)[1]
        if kind in (_FUNCTION, _GLOBAL):
            value, end = decode_unsigned(data, at)
            self.indices.append((at, end, Names.FUNCTION if kind == _FUNCTION else Names.GLOBAL, value))
            return end
        if kind == _UNKNOWN:
            raise Undecodable("an opcode is not in the codebook")
        return at + 1 if kind == _MEMORY else decode_unsigned(data, decode_unsigned(data, at)[1])[1]


def constant_value(instruction: bytes) -> int | float:
    """The number that an instruction pushes. Raises Undecodable for a constant that is too long."""
    match instruction[0]:
        case 0x41:
            return decode_signed(instruction, 1, 32)[0]
        case 0x42:
            return decode_signed(instruction, 1, 64)[0]
        case 0x43:
            return struct.unpack_from("<f", instruction, 1)[0]
        case _:
            return struct.unpack_from("<d", instruction, 1)[0]
