"""A TASM program as parsed: a flat tuple of statements, of which only instructions take room in program memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from irmill.optimizer.tasm.isa import BY_NAME, Opcode


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        name: a name of ``isa.BY_NAME``.
        argument: None without an argument; the label's name for ``call``; else the value, for ``push`` and ``addi``
            the canonical field element (0 <= value < p, so ``push -1`` holds p - 1).
        error_id: of an assertion among the items of a program (see ``lower.items``); in parsed text it is a statement
            of its own. It counts for no comparison, nor do the next two.
        notes: what stands before an item and has no words.
        behind: what stands behind it.
    """

    name: str
    argument: int | str | None = None
    error_id: int | None = field(default=None, compare=False)
    notes: tuple[Note, ...] = field(default=(), compare=False)
    behind: tuple[Note, ...] = field(default=(), compare=False)

    @property
    def opcode(self) -> Opcode:
        """The row of the instruction table."""
        return BY_NAME[self.name]


@dataclass(frozen=True, slots=True)
class Label:
    """``name:``, the address of the next instruction or, at the end, the address after the last word.

    Attributes:
        name: the label.
        notes: what stands before an item and has no words; it counts for no comparison.
        behind: what stands behind it.
    """

    name: str
    notes: tuple[Note, ...] = field(default=(), compare=False)
    behind: tuple[Note, ...] = field(default=(), compare=False)


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
class Comment:
    """A comment, which only a reader that is asked for comments gives.

    Attributes:
        text: with its signs, without the end of its line.
        trailing: whether something stands before it in its line.
    """

    text: str
    trailing: bool = False


@dataclass(frozen=True, slots=True)
class ErrorId:
    """``error_id value`` directly after an assertion; it changes the text of the error only."""

    value: int


Note: TypeAlias = Break | Hint | Comment
"""What has neither words nor effect, and may stand anywhere."""

Statement: TypeAlias = Instruction | Label | ErrorId | Note
