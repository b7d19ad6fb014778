"""The straight lines of a whole TASM program: where they are, and how better ones are put in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.flow import FlowFacts, Item, Items
from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.program import Instruction, Label
from irmill.optimizer.tasm.straight import Code, to_instruction, to_op


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line within a program: ``items[start:end]``, all of them instructions that go on to the next."""

    start: int
    end: int
    code: Code
    floor: int


def straight_lines(items: Sequence[Item], facts: FlowFacts) -> list[Line]:
    """The longest straight lines of reachable code; what follows a ``skiz`` may be skipped and belongs to none."""
    lines: list[Line] = []
    run: list[Instruction] = []
    start = number = first = 0
    skipped = False

    def flush(end: int) -> None:
        if run:
            lines.append(Line(start, end, tuple(to_op(item) for item in run), facts.floor[first]))
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
    return lines


def rewrite_lines(items: Items, facts: FlowFacts, improve: Callable[[Code, int], Code]) -> tuple[Items, int, int]:
    """Replace each straight line by what ``improve(code, floor)`` gives, which must be proved equal.

    Returns:
        The items, how many lines there were and how many changed.
    """
    lines = straight_lines(items, facts)
    result = list(items)
    changed = 0
    for line in reversed(lines):
        better = improve(line.code, line.floor)
        if better != line.code:
            changed += 1
            result[line.start : line.end] = [to_instruction(op) for op in better]
    return tuple(result), len(lines), changed
