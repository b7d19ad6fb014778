"""A TASM program as parsed: a flat tuple of statements, of which only instructions take room in program memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from irmill.optimizer.tasm.isa import BY_NAME, Opcode


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        name: a name of ``isa.BY_NAME``.
        argument: None without an argument; the label's name for ``call``; else the value, for ``push`` and ``addi``
            the canonical field element (0 <= value < p, so ``push -1`` holds p - 1).
    """

    name: str
    argument: int | str | None = None

    @property
    def opcode(self) -> Opcode:
        """The row of the instruction table."""
        return BY_NAME[self.name]


@dataclass(frozen=True, slots=True)
class Label:
    """``name:``, the address of the next instruction or, at the end, the address after the last word."""

    name: str


@dataclass(frozen=True, slots=True)
class Break:
    """``break``: a stop for debuggers, without words or effect."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """The type in a hint: ``pointers`` stars, a name, and generic arguments."""

    name: str
    pointers: int = 0
    arguments: tuple[TypeName, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """``hint name: type = stack[start..end]``, without words or effect.

    Attributes:
        end: exclusive; ``start + 1`` for the form ``stack[start]``.
    """

    name: str
    type: TypeName | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ErrorId:
    """``error_id value`` directly after an assertion; it changes the text of the error only."""

    value: int


Statement: TypeAlias = Instruction | Label | Break | Hint | ErrorId
