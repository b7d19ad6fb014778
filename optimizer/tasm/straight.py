"""Straight-line TASM as the search sees it: short tuples of operations, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from irmill.optimizer.tasm.isa import BY_NAME, ArgumentKind, Flow
from irmill.optimizer.tasm.program import Instruction


class Op(NamedTuple):
    """One instruction without control flow.

    Attributes:
        name: a name of the instruction table whose flow is NEXT.
        argument: index, count or canonical field element; 0 where the instruction takes none.
    """

    name: str
    argument: int = 0


Code = tuple[Op, ...]
"""A straight line of operations."""


class Cost(NamedTuple):
    """What one execution of a straight line adds to the tables, and what its text adds to the program.

    Attributes:
        cycles: rows of the Processor and JumpStack tables.
        op_stack: rows of the OpStack table.
        ram: rows of the RAM table.
        hash: rows of the Hash table (permutations and sponge_init).
        u32: instructions with entries in the U32 table, one for each entry (its rows depend on the operands).
        words: words of program memory, which set the Program table and most of Hash and Cascade.
    """

    cycles: int
    op_stack: int
    ram: int
    hash: int
    u32: int
    words: int

    def no_worse(self, other: Cost) -> bool:
        """Whether this is at most ``other`` in every component."""
        return all(mine <= theirs for mine, theirs in zip(self, other, strict=True))

    def weight(self) -> int:
        """One number for the search: every component counts, cycles most (a U32 entry is some 16 rows)."""
        return (
            CYCLE * self.cycles
            + OP_STACK * self.op_stack
            + RAM * self.ram
            + HASH * self.hash
            + U32 * self.u32
            + WORD * self.words
        )


CYCLE, OP_STACK, RAM, HASH, U32, WORD = 4, 1, 1, 4, 32, 2
"""Weights of the components in :meth:`Cost.weight`."""


def op_cost(op: Op) -> Cost:
    """The cost of one operation."""
    row = BY_NAME[op.name]
    argument = op.argument
    return Cost(1, row.op_stack_rows(argument), row.ram_rows(argument), row.hash_rows, len(row.u32), row.words)


def cost_of(code: Iterable[Op]) -> Cost:
    """The cost of a straight line: the sum over its operations."""
    totals = [0, 0, 0, 0, 0, 0]
    for op in code:
        for at, value in enumerate(op_cost(op)):
            totals[at] += value
    return Cost(*totals)


def delta_of(op: Op) -> int:
    """Change of the stack's height by one operation."""
    return BY_NAME[op.name].stack_delta(op.argument)


def lowest(code: Sequence[Op]) -> int:
    """The lowest height of the stack after any operation, relative to the start; at most 0.

    The machine checks the height after every instruction, so a line that starts at depth ``d`` underflows exactly if
    ``d + lowest(code) < 16``.
    """
    height = low = 0
    for op in code:
        height += delta_of(op)
        low = min(low, height)
    return low


def is_straight(instruction: Instruction) -> bool:
    """Whether control always goes on to the next instruction."""
    return instruction.opcode.flow is Flow.NEXT


def to_op(instruction: Instruction) -> Op:
    """The search's form of an instruction without control flow.

    Raises:
        ValueError: for an instruction with control flow.
    """
    if not is_straight(instruction):
        raise ValueError(f"{instruction.name} is not straight-line code")
    argument = instruction.argument
    return Op(instruction.name, argument if isinstance(argument, int) else 0)


def to_instruction(op: Op) -> Instruction:
    """The inverse of :func:`to_op`."""
    return Instruction(op.name, None if BY_NAME[op.name].argument is ArgumentKind.NONE else op.argument)
