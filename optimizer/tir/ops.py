"""The TIR in one table: 54 stack operations, and how an operation is written down.

Operands lie on the stack in the order in which they are computed, so that the right one is on top: ``lt`` of ``a b``
is ``a < b``, ``div_mod`` of ``n d`` pushes quotient and remainder. All words are elements of the Goldilocks field;
``lt``, ``and``, ``or``, ``xor``, ``pop_count``, ``div_mod``, ``shr`` and ``log2`` want u32 operands and trap on others,
as ``shl``, ``shr`` and ``pow`` do for the distance or exponent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Parameter(StrEnum):
    """What follows an operation's name."""

    LABEL = "label"
    NAME = "name"
    WORD = "word"  # a field element
    COUNT = "count"  # 1 to 5
    INDEX = "index"  # 0 to 15
    ASSERTED = "asserted"  # 1 or 5
    FIELDS = "fields"  # 0 to 9
    WIDTH = "width"  # 1 to 5
    TEXT = "text"  # verbatim lines


@dataclass(frozen=True, slots=True)
class TirOpcode:
    """One row of the table.

    Attributes:
        name: as written in text.
        number: the operation's id, 0 to 53: what the policy network sees.
        parameters: what follows the name.
        bodies: names of the nested lists of operations.
        pops: words read from the stack and removed, apart from ``pops_by``.
        pushes: words pushed, apart from ``pushes_by``.
        pops_by: how many words more are removed for each unit of the last parameter.
        pushes_by: the same for words pushed.
        ends_block: whether a basic block ends here.
    """

    name: str
    number: int
    parameters: tuple[Parameter, ...] = ()
    bodies: tuple[str, ...] = ()
    pops: int = 0
    pushes: int = 0
    pops_by: int = 0
    pushes_by: int = 0
    ends_block: bool = False


@dataclass(frozen=True, slots=True)
class TirOp:
    """One operation: a name of the table, its parameters and its bodies."""

    name: str
    arguments: tuple[int | str, ...] = ()
    bodies: tuple[tuple[TirOp, ...], ...] = ()

    @property
    def opcode(self) -> TirOpcode:
        """The row of the table."""
        return BY_NAME[self.name]


TirCode = tuple[TirOp, ...]

_P = Parameter

OPCODES: tuple[TirOpcode, ...] = (
    TirOpcode("call", 0, (_P.LABEL,), ends_block=True),
    TirOpcode("return", 1, ends_block=True),
    TirOpcode("halt", 2, ends_block=True),
    TirOpcode("if_else", 3, (), ("then", "else"), pops=1, ends_block=True),
    TirOpcode("if_only", 4, (), ("then",), pops=1, ends_block=True),
    TirOpcode("loop", 5, (_P.LABEL,), ("body",), pops=1, ends_block=True),
    TirOpcode("fn_start", 6, (_P.LABEL,), ends_block=True),
    TirOpcode("fn_end", 7, ends_block=True),
    TirOpcode("entry", 8, (_P.LABEL,), ends_block=True),
    TirOpcode("comment", 9, (_P.TEXT,)),
    TirOpcode("asm", 10, (_P.TEXT, _P.WORD), ends_block=True),
    TirOpcode("push", 11, (_P.WORD,), pushes=1),
    TirOpcode("pop", 12, (_P.COUNT,), pops_by=1),
    TirOpcode("dup", 13, (_P.INDEX,), pushes=1),
    TirOpcode("swap", 14, (_P.INDEX,)),
    TirOpcode("add", 15, pops=2, pushes=1),
    TirOpcode("sub", 16, pops=2, pushes=1),
    TirOpcode("mul", 17, pops=2, pushes=1),
    TirOpcode("neg", 18, pops=1, pushes=1),
    TirOpcode("invert", 19, pops=1, pushes=1),
    TirOpcode("eq", 20, pops=2, pushes=1),
    TirOpcode("lt", 21, pops=2, pushes=1),
    TirOpcode("and", 22, pops=2, pushes=1),
    TirOpcode("or", 23, pops=2, pushes=1),
    TirOpcode("xor", 24, pops=2, pushes=1),
    TirOpcode("pop_count", 25, pops=1, pushes=1),
    TirOpcode("split", 26, pops=1, pushes=2),
    TirOpcode("div_mod", 27, pops=2, pushes=2),
    TirOpcode("shl", 28, pops=2, pushes=1),
    TirOpcode("shr", 29, pops=2, pushes=1),
    TirOpcode("log2", 30, pops=1, pushes=1),
    TirOpcode("pow", 31, pops=2, pushes=1),
    TirOpcode("read_io", 32, (_P.COUNT,), pushes_by=1),
    TirOpcode("write_io", 33, (_P.COUNT,), pops_by=1),
    TirOpcode("read_mem", 34, (_P.COUNT,), pops=1, pushes=1, pushes_by=1),
    TirOpcode("write_mem", 35, (_P.COUNT,), pops=1, pushes=1, pops_by=1),
    TirOpcode("assert", 36, (_P.ASSERTED,), pops_by=1),
    TirOpcode("hash", 37, pops=10, pushes=5),
    TirOpcode("reveal", 38, (_P.NAME, _P.WORD, _P.FIELDS), pops_by=1),
    TirOpcode("seal", 39, (_P.NAME, _P.WORD, _P.FIELDS), pops_by=1),
    TirOpcode("ram_read", 40, (_P.WIDTH,), pops=1, pushes_by=1),
    TirOpcode("ram_write", 41, (_P.WIDTH,), pops=1, pops_by=1),
    TirOpcode("hint", 42, (_P.COUNT,), pushes_by=1),
    TirOpcode("sponge_init", 43),
    TirOpcode("sponge_absorb", 44, pops=10),
    TirOpcode("sponge_squeeze", 45, pushes=10),
    TirOpcode("sponge_load", 46, pops=5, pushes=5),
    TirOpcode("merkle_step", 47, pops=6, pushes=6),
    TirOpcode("merkle_load", 48, pops=8, pushes=8),
    TirOpcode("ext_mul", 49, pops=6, pushes=3),
    TirOpcode("ext_invert", 50, pops=3, pushes=3),
    TirOpcode("fold_ext", 51, pops=5, pushes=5),
    TirOpcode("fold_base", 52, pops=5, pushes=5),
    TirOpcode("proof_block", 53, (_P.NAME,), ("body",), ends_block=True),
)  # fmt: skip

BY_NAME: Mapping[str, TirOpcode] = MappingProxyType({opcode.name: opcode for opcode in OPCODES})


def op(name: str, *arguments: int | str, bodies: tuple[TirCode, ...] = ()) -> TirOp:
    """An operation, written briefly."""
    return TirOp(name, arguments, bodies)


def stack_effect(operation: TirOp) -> tuple[int, int]:
    """How many words the operation takes from the stack and how many it puts there, bodies not counted."""
    row = operation.opcode
    last = operation.arguments[-1] if operation.arguments else 0
    unit = last if isinstance(last, int) else 0
    return row.pops + row.pops_by * unit, row.pushes + row.pushes_by * unit


def in_portions(name: str, count: int) -> list[TirOp]:
    """An operation that moves at most five words, as often as ``count`` words need."""
    return [op(name, min(5, count - done)) for done in range(0, count, 5)]
