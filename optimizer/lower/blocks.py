"""The basic blocks of a whole TASM program: where they are, and how better ones are put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.flow import FlowFacts
from irmill.optimizer.lower.items import Item
from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.program import Instruction, Label
from irmill.optimizer.tasm.straight import Code, to_op


@dataclass(frozen=True, slots=True)
class BasicBlock:
    """Straight-line code within a program: ``items[start:end]``, instructions that go on to the next.

    Attributes:
        start, end: its place.
        code: the instructions.
        floor: how deep the stack is at its start, at least.
    """

    start: int
    end: int
    code: Code
    floor: int


def basic_blocks(items: Sequence[Item], facts: FlowFacts) -> list[BasicBlock]:
    """The longest blocks of reachable code; what follows a ``skiz`` may be skipped and belongs to none."""
    blocks: list[BasicBlock] = []
    run: list[Instruction] = []
    start = number = first = 0
    skipped = False

    def flush(end: int) -> None:
        if run:
            blocks.append(BasicBlock(start, end, tuple(to_op(item) for item in run), facts.floor[first]))
            run.clear()

    for at, item in enumerate(items):
        if isinstance(item, Label):
            flush(at)
            continue
        ordinary = item.opcode.flow is Flow.NEXT and not skipped and facts.reachable[number]
        if not ordinary:
            flush(at)
        else:
            if not run:
                start, first = at, number
            run.append(item)
        skipped = item.opcode.flow is Flow.SKIP
        number += 1
    flush(len(items))
    return blocks
