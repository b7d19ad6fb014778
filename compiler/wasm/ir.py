"""The typed instruction list: instructions, functions, globals and modules, before they are bytes or text.

An instruction list is flat and structured as the binary format is (``block``, ``loop``, ``if`` up to their ``end``).
Functions and globals are named by a symbol; the encoder and the disassembler turn symbols into indices.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from irmill.compiler.wasm.codebook import BY_NAME, ImmediateKind, Opcode, ValueType

Immediate = int | float | str | tuple[ValueType, ...] | None
"""An integer (constants, locals, labels, offsets), a float (float constants), a symbol (functions, globals), or the
result types of a block."""

COMPUTE = "compute"
"""The exported function: no parameters, one result."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: a row of the codebook and its immediate."""

    opcode: Opcode
    immediate: Immediate = None

    @property
    def text(self) -> str:
        """As a person reads it: the text format, with symbols for functions and globals."""
        match self.immediate:
            case None:
                return self.opcode.name
            case tuple():
                results = "".join(f" {result}" for result in self.immediate)
                return f"{self.opcode.name} (result{results})" if self.immediate else self.opcode.name
            case str():
                return f"{self.opcode.name} ${self.immediate}"
            case _ if self.opcode.immediate is ImmediateKind.MEMORY:
                return self.opcode.name
            case _ if self.opcode.immediate is ImmediateKind.ADDRESS:
                return f"{self.opcode.name} offset={self.immediate}" if self.immediate else self.opcode.name
            case _:
                return f"{self.opcode.name} {self.immediate!r}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function. ``body`` leaves out the last ``end``; ``locals`` come after the parameters."""

    name: str
    parameters: tuple[ValueType, ...]
    results: tuple[ValueType, ...]
    locals: tuple[ValueType, ...]
    body: tuple[Instruction, ...]

    @property
    def signature(self) -> tuple[tuple[ValueType, ...], tuple[ValueType, ...]]:
        """Parameter and result types: what the type section lists."""
        return (self.parameters, self.results)


@dataclass(frozen=True, slots=True)
class Global:
    """A mutable global of an integer type; exported under its name when ``exported``."""

    name: str
    type: ValueType
    initial: int
    exported: bool = False


@dataclass(frozen=True, slots=True)
class Module:
    """A complete module. The first function is :data:`COMPUTE`; ``memory`` is (first, most) pages of 64 KiB."""

    functions: tuple[Function, ...]
    globals: tuple[Global, ...] = ()
    memory: tuple[int, int] | None = None

    @property
    def signatures(self) -> list[tuple[tuple[ValueType, ...], tuple[ValueType, ...]]]:
        """The type section: function signatures in order of first use, then those of blocks with several results."""
        found = dict.fromkeys(function.signature for function in self.functions)
        for function in self.functions:
            for instruction in function.body:
                if isinstance(instruction.immediate, tuple) and len(instruction.immediate) > 1:
                    found.setdefault(((), instruction.immediate))
        return list(found)


def instruction(name: str, immediate: Immediate = None) -> Instruction:
    """The instruction with that name.

    Raises:
        KeyError: the codebook has no such opcode.
    """
    return _bare(name) if immediate is None else Instruction(BY_NAME[name], immediate)


@functools.cache
def _bare(name: str) -> Instruction:
    """The instruction with that name and the immediate that it has where none is given."""
    opcode = BY_NAME[name]
    if opcode.immediate is ImmediateKind.BLOCK:
        return Instruction(opcode, ())
    return Instruction(opcode, 0 if opcode.immediate in (ImmediateKind.ADDRESS, ImmediateKind.MEMORY) else None)


@functools.lru_cache(maxsize=4_096)
def assemble(source: str) -> tuple[Instruction, ...]:
    """Instructions from text, one a line or separated by ``;``: ``local.get 0; i64.const -1; call $multiply``.

    Blocks name their results after a blank: ``if i64``. Raises KeyError for an unknown name.
    """
    found: list[Instruction] = []
    for part in source.replace(";", "\n").splitlines():
        words = part.split()
        if not words:
            continue
        kind = BY_NAME[words[0]].immediate
        immediate: Immediate = None
        if kind is ImmediateKind.BLOCK:
            immediate = tuple(ValueType(word) for word in words[1:])
        elif len(words) > 1:
            word = words[1]
            if word.startswith("$"):
                immediate = word[1:]
            elif kind in (ImmediateKind.F32, ImmediateKind.F64):
                immediate = float(word)
            else:
                immediate = int(word)
        found.append(instruction(words[0], immediate))
    return tuple(found)
