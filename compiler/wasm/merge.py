"""One module of many: the functions of emitted modules put together, so that an engine compiles them in one go.

A module of its own costs an engine more than its code does. What is the same in several modules (the functions of the
runtime) is there once. Programs whose ``compute`` differs in its constants alone share one function that takes those
that differ as parameters. Each program is called as if it were alone: a function ``reset`` puts globals and memory to
what they are in a fresh instance, and the bytes of the modules themselves are all that is gone by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from irmill.compiler.wasm.codebook import BY_NAME, VALUE_TYPE_BYTES, ValueType
from irmill.compiler.wasm.decode import (
    Code,
    ModuleParts,
    Names,
    Signature,
    Undecodable,
    constant_value,
    decode_code,
    decode_module,
)
from irmill.compiler.wasm.encode import MAGIC, name, section, signed_leb128, unsigned_leb128, vector
from irmill.compiler.wasm.faults import ERROR_GLOBAL
from irmill.compiler.wasm.runtime_arrays import PAGE_BYTES

RESET = "reset"
"""The merged module's function that makes it as new; it takes nothing and gives 1 where that takes a new instance.

It is there where there is anything to reset."""

LARGEST = 16 << 10
"""Bytes of a module that is merged; one that may take long to compile is to cost no other program its time."""

_MOST_FUNCTIONS = 100
_MOST_PARAMETERS = 64
_PAGES = 1
"""First pages of a memory that can be made as new by writing zeros."""

_I32 = VALUE_TYPE_BYTES[ValueType.I32]
_I32_CONST = BY_NAME["i32.const"].code
_I64_CONST = BY_NAME["i64.const"].code
_LOCAL_GET = BY_NAME["local.get"].code
_GLOBAL_SET = BY_NAME["global.set"].code
_MEMORY_SIZE = BY_NAME["memory.size"].code
_NOT_EQUAL = BY_NAME["i32.ne"].code
_END = b"\x0b"
_MEMORY_FILL = b"\xfc\x0b\x00"


Argument = tuple[int, int | float]
"""A parameter: its type's byte and its value."""


@dataclass(frozen=True, slots=True)
class Call:
    """How a program of a merged module is run: the function exported under this number, with these arguments."""

    function: int
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged module, and the call that each program became, in order."""

    module: bytes
    calls: tuple[Call, ...]


class Mergeable:
    """A module taken to pieces, each checked to mean the same between the functions of other modules."""

    def __init__(self, module: bytes, known: dict[bytes, Code]) -> None:
        """Takes a module to pieces; ``known`` is the code that was read before.

        Raises:
            Undecodable: it has to be run as it is.
        """
        if len(module) > LARGEST:
            raise Undecodable("it is large")
        self.parts = decode_module(module)
        if len(self.parts.functions) > _MOST_FUNCTIONS:
            raise Undecodable("it has many functions")
        if self.parts.memory is not None and self.parts.memory[0] != _PAGES:
            raise Undecodable("its memory is not one page at first")
        self.code = [_looked_into(code, known) for code in self.parts.code]
        for code in self.code:
            _check(self.parts, code)

    @property
    def memory(self) -> tuple[int, int] | None:
        """First and most pages, None without a memory. Only modules that agree in them can be merged."""
        return self.parts.memory


def _looked_into(data: bytes, known: dict[bytes, Code]) -> Code:
    code = known.get(data)
    if code is None:
        code = known[data] = decode_code(data)
    return code


def _check(parts: ModuleParts, code: Code) -> None:
    """Refuses what is not valid in the module itself but might be, with other functions around it."""
    counts = (len(parts.functions), len(parts.globals), len(parts.types))
    for _, _, kind, value in code.indices:
        if value >= counts[kind]:
            raise Undecodable("it names what is not there")
        if kind is Names.FUNCTION and value == parts.compute:
            raise Undecodable("compute is called")


def merge_modules(modules: Sequence[Mergeable]) -> Merged:
    """One module of all; there is at least one, and all have the same memory or none."""
    merger = _Merger()
    families: dict[object, list[int]] = {}
    programs = [merger.program(module) for module in modules]
    for place, program in enumerate(programs):
        families.setdefault(program.family, []).append(place)
    calls: dict[int, Call] = {}
    for places in families.values():
        calls.update(zip(places, merger.family([programs[place] for place in places]), strict=True))
    return Merged(merger.module(modules[0].memory), tuple(calls[place] for place in range(len(programs))))


@dataclass(frozen=True, slots=True)
class _Program:
    """A program whose ``compute`` is not placed yet.

    Attributes:
        type: signature of ``compute``.
        code: of ``compute``.
        indices: what its indices are in the merged module, in order.
    """

    type: Signature
    code: Code
    indices: tuple[int, ...]

    @property
    def family(self) -> tuple[object, ...]:
        """What programs have in common that differ in constants alone."""
        rest: list[object] = [self.type, self.indices]
        at, data = 0, self.code.data
        for start, end, kind in self.code.constants:
            rest += (data[at:start], kind)
            at = end
        rest.append(data[at:])
        return tuple(rest)


@dataclass(slots=True)
class _Merger:
    """The merged module while it grows."""

    types: dict[Signature, int] = field(default_factory=dict[Signature, int])
    globals: dict[tuple[int, int, bool, int], int] = field(default_factory=dict[tuple[int, int, bool, int], int])
    functions: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    shared: dict[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    helpers: dict[tuple[object, ...], int] = field(default_factory=dict[tuple[object, ...], int])
    exported: dict[int, int] = field(default_factory=dict[int, int])

    def type(self, signature: Signature) -> int:
        """The place of a signature."""
        return self.types.setdefault(signature, len(self.types))

    def program(self, module: Mergeable) -> _Program:
        """Places all functions that a program calls, those that are there already left out."""
        placing = _Placing(self, module)
        compute = module.parts.compute
        indices = placing.indices(compute)
        return _Program(placing.signature(compute), module.code[compute], indices)

    def function(self, signature: Signature, data: bytes) -> int:
        """The place of a function whose code is final, which one of the same code and signature may have taken."""
        key = (self.type(signature), data)
        place = self.shared.get(key)
        if place is None:
            place = self.shared[key] = len(self.functions)
            self.functions.append(key)
        return place

    def helper(self, signature: Signature, code: Code, indices: tuple[int, ...]) -> int:
        """The place of a function that others may have placed before; it is rendered once."""
        key = (code.data, indices, signature)
        place = self.helpers.get(key)
        if place is None:
            place = self.helpers[key] = self.function(signature, _rendered(code, indices))
        return place

    def reserve(self, signature: Signature) -> int:
        """A place for a function that is called before its code is final."""
        self.functions.append((self.type(signature), b""))
        return len(self.functions) - 1

    def family(self, programs: Sequence[_Program]) -> list[Call]:
        """Places ``compute`` of programs that differ in constants alone, and says how each is called."""
        first = programs[0]
        differing = self._differing(programs)
        if differing is None:
            return [self._call(self.function(p.type, _rendered(p.code, p.indices))) for p in programs]
        kinds = [first.code.constants[place][2] for place in differing]
        data = _with_parameters(first, differing) if differing else _rendered(first.code, first.indices)
        function = self.function((bytes(kinds), first.type[1]), data)
        calls: list[Call] = []
        for program in programs:
            values = [constant_value(program.code.constant(place)) for place in differing]
            calls.append(self._call(function, tuple(zip(kinds, values, strict=True))))
        return calls

    def _differing(self, programs: Sequence[_Program]) -> list[int] | None:
        """The constants in which programs differ; None where they cannot be parameters."""
        if len(programs) == 1:
            return []
        places = range(len(programs[0].code.constants))
        texts = [{program.code.constant(place) for program in programs} for place in places]
        differing = [place for place, found in zip(places, texts, strict=True) if len(found) > 1]
        fit = len(differing) <= _MOST_PARAMETERS and all(_can_be_given(text) for at in differing for text in texts[at])
        return differing if fit else None

    def _call(self, place: int, arguments: tuple[Argument, ...] = ()) -> Call:
        return Call(self.exported.setdefault(place, len(self.exported)), arguments)

    def module(self, memory: tuple[int, int] | None) -> bytes:
        """The merged module."""
        exports = [name(str(number)) + b"\x00" + unsigned_leb128(place) for place, number in self.exported.items()]
        if self.globals or memory is not None:
            reset = self.function((b"", bytes((_I32,))), self._reset(memory))
            exports.append(name(RESET) + b"\x00" + unsigned_leb128(reset))
        cells: list[bytes] = []
        for (kind, value, is_error, _), place in self.globals.items():
            cells.append(bytes((kind, 1)) + _constant(kind, value) + _END)
            if is_error:
                exports.append(name(ERROR_GLOBAL) + b"\x03" + unsigned_leb128(place))
        sections = [
            (1, [b"\x60" + _bytes(takes) + _bytes(gives) for takes, gives in self.types]),
            (3, [unsigned_leb128(kind) for kind, _ in self.functions]),
            (5, [] if memory is None else [b"\x01" + unsigned_leb128(memory[0]) + unsigned_leb128(memory[1])]),
            (6, cells),
            (7, exports),
            (10, [_bytes(data) for _, data in self.functions]),
        ]
        return MAGIC + b"".join(section(number, vector(items)) for number, items in sections if items)

    def _reset(self, memory: tuple[int, int] | None) -> bytes:
        """Every global to its first value, the first pages to zeros; 1 where there are more pages than at first."""
        body = bytearray(b"\x00")
        for (kind, value, _, _), place in self.globals.items():
            body += _constant(kind, value) + bytes((_GLOBAL_SET,)) + unsigned_leb128(place)
        if memory is None:
            return bytes(body + _constant(_I32, 0) + _END)
        body += _constant(_I32, 0) * 2 + _constant(_I32, memory[0] * PAGE_BYTES) + _MEMORY_FILL
        body += bytes((_MEMORY_SIZE, 0)) + _constant(_I32, memory[0]) + bytes((_NOT_EQUAL,))
        return bytes(body + _END)


class _Placing:
    """The functions of one module on their way into the merged one."""

    def __init__(self, merger: _Merger, module: Mergeable) -> None:
        self._merger = merger
        self._parts = module.parts
        self._code = module.code
        self._globals = self._placed_globals()
        self._places: dict[int, int] = {}
        self._open: set[int] = set()

    def signature(self, function: int) -> Signature:
        """Parameter and result types of a function."""
        return self._parts.types[self._parts.functions[function]]

    def _placed_globals(self) -> list[int]:
        """The place of each global: those of one type and first value share one, for reset sets them alike."""
        counts: dict[tuple[int, int, bool], int] = {}
        found: list[int] = []
        places = self._merger.globals
        for place, (kind, value) in enumerate(self._parts.globals):
            key = (kind, value, place == self._parts.error)
            counts[key] = counts.get(key, -1) + 1
            found.append(places.setdefault((*key, counts[key]), len(places)))
        return found

    def indices(self, function: int) -> tuple[int, ...]:
        """What the indices in a function are in the merged module, all that it calls being placed."""
        self._open.add(function)
        found: list[int] = []
        for _, _, kind, value in self._code[function].indices:
            match kind:
                case Names.FUNCTION:
                    found.append(self._place(value))
                case Names.GLOBAL:
                    found.append(self._globals[value])
                case Names.TYPE:
                    found.append(self._merger.type(self._parts.types[value]))
        self._open.remove(function)
        return tuple(found)

    def _place(self, function: int) -> int:
        """The place of a function; one that is on the way already, because it calls itself, gets one of its own."""
        place = self._places.get(function)
        if place is not None:
            return place
        merger, signature = self._merger, self.signature(function)
        if function in self._open:
            place = self._places[function] = merger.reserve(signature)
            return place
        code, indices = self._code[function], self.indices(function)
        place = self._places.get(function)
        if place is None:
            place = self._places[function] = merger.helper(signature, code, indices)
        else:
            merger.functions[place] = (merger.type(signature), _rendered(code, indices))
        return place


def _rendered(code: Code, indices: tuple[int, ...]) -> bytes:
    """Code for the merged module, with its ``indices`` there."""
    return _replaced(code.data, _new_indices(code, indices)) if indices else code.data


def _with_parameters(program: _Program, differing: Sequence[int]) -> bytes:
    """The code of ``compute`` with parameters in place of some constants; its locals come after them."""
    code = program.code
    texts = _new_indices(code, program.indices)
    texts += [(start, end, unsigned_leb128(value + len(differing))) for start, end, value in code.locals]
    for parameter, place in enumerate(differing):
        start, end, _ = code.constants[place]
        texts.append((start, end, bytes((_LOCAL_GET,)) + unsigned_leb128(parameter)))
    return _replaced(code.data, sorted(texts))


def _new_indices(code: Code, indices: tuple[int, ...]) -> list[tuple[int, int, bytes]]:
    return [
        (start, end, signed_leb128(index) if kind is Names.TYPE else unsigned_leb128(index))
        for (start, end, kind, _), index in zip(code.indices, indices, strict=True)
    ]


def _replaced(data: bytes, texts: Sequence[tuple[int, int, bytes]]) -> bytes:
    """``data`` with other bytes in some places, which are in order."""
    parts: list[bytes] = []
    at = 0
    for start, end, text in texts:
        parts += (data[at:start], text)
        at = end
    parts.append(data[at:])
    return b"".join(parts)


def _can_be_given(instruction: bytes) -> bool:
    """Whether a constant is the same when the host gives it: a NaN may come out as another one."""
    try:
        value = constant_value(instruction)
    except Undecodable:
        return False
    return value == value


def _bytes(content: bytes) -> bytes:
    return unsigned_leb128(len(content)) + content


def _constant(kind: int, value: int) -> bytes:
    return bytes((_I32_CONST if kind == _I32 else _I64_CONST,)) + signed_leb128(value)
