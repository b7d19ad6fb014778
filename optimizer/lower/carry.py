"""What belongs to a basic block and has no words, put where it is right in the code that replaces the block.

The number of an error must be the one that the original would stop with, so the new line makes the checks of numbered
assertions in the same order among all checks, or it is not taken. A hint names words of the stack, so it goes where the
same words lie, and away where they lie nowhere. A comment goes to the instruction that it stood at, or the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from irmill.optimizer.lower.blocks import BasicBlock, basic_blocks
from irmill.optimizer.lower.flow import FlowFacts
from irmill.optimizer.lower.items import Item, Items, aligned, append_notes, replaced, with_notes
from irmill.optimizer.search.symbolic import Condition, State, essential, reach, run
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.program import Hint, Instruction, Note
from irmill.optimizer.tasm.straight import Code, delta_of, lowest, to_instruction

Improve = Callable[[Code, int], Code]
"""A line that is proved to do what the given one does from the given depth."""

Numbers = tuple[int | None, ...]
"""The error number of each instruction."""

_DEEPEST_HINT = 64


def rewrite_blocks(items: Items, facts: FlowFacts, improve: Improve) -> Items:
    """Replace each block by what ``improve(code, floor)`` gives, which must be proved equal."""
    result = list(items)
    for block in reversed(basic_blocks(items, facts)):
        better = improved_items(items, block, improve)
        if better:
            result[block.start : block.end] = better
        else:
            result = replaced(result, block.start, block.end, ())
    return tuple(result)


def improved_items(items: Items, block: BasicBlock, improve: Improve) -> list[Item]:
    """The items in the place of a block: made better, with what belongs to them."""
    old = [item for item in items[block.start : block.end] if isinstance(item, Instruction)]
    numbers = tuple(item.error_id for item in old)
    new = improve(block.code, block.floor)
    found = numbers if new == block.code else kept_numbers(block.code, new, numbers, block.floor)
    if found is None:
        new, found = _in_pieces(block, numbers, improve)
    if new == block.code:
        return list(old)
    result: list[Item] = [replace(to_instruction(op), error_id=number) for op, number in zip(new, found, strict=True)]
    return _with_notes_of(old, block.code, new, result)


def _in_pieces(block: BasicBlock, numbers: Numbers, improve: Improve) -> tuple[Code, Numbers]:
    """The block with the numbered assertions where they are and what lies between them made better."""
    code: list[Code] = []
    found: list[int | None] = []
    depth, start = block.floor, 0
    for at in [*(at for at, number in enumerate(numbers) if number is not None), len(numbers)]:
        piece = block.code[start:at]
        better = improve(piece, depth) if piece else piece
        code += [better, block.code[at : at + 1]]
        found += [*([None] * len(better)), *numbers[at : at + 1]]
        for op in block.code[start : at + 1]:
            depth = max(MINIMUM_DEPTH, depth + delta_of(op))
        start = at + 1
    return tuple(op for piece in code for op in piece), tuple(found)


def kept_numbers(old: Code, new: Code, numbers: Numbers, floor: int) -> Numbers | None:
    """The error number of each new instruction, such that every failing run stops with the number it did.

    Returns:
        None where that is not certain: the checks come in another order, or the stack may run out in between.
    """
    if not any(number is not None for number in numbers):
        return (None,) * len(new)
    if floor + lowest(old) < MINIMUM_DEPTH:
        return None
    values = Values()
    depth = max(reach(old), reach(new))
    first, second = run(values, old, depth), run(values, new, depth)
    wanted = _Order(zip(_checks(values, first), numbers, strict=True))
    found: list[int | None] = []
    for checks in _checks(values, second):
        number = wanted.take(checks)
        if number is False:
            return None
        found.append(number)
    return _certain(old, new, numbers, found) if wanted.done() else None


class _Order:
    """The checks of a line in order: runs of those without a number, and numbered ones between them."""

    def __init__(self, checks: Iterator[tuple[frozenset[Condition], int | None]]) -> None:
        self.parts: list[tuple[set[Condition], int | None]] = [(set(), None)]
        for conditions, number in checks:
            if conditions and number is not None:
                self.parts += [(set(conditions), number), (set(), None)]
            else:
                self.parts[-1][0].update(conditions)
        self.parts.reverse()

    def take(self, checks: frozenset[Condition]) -> int | bool | None:
        """The number with which these checks fail, next in order; False where it is not their turn."""
        if not checks:
            return None
        while self.parts and not self.parts[-1][0]:
            self.parts.pop()
        if not self.parts:
            return False
        conditions, number = self.parts[-1]
        if number is not None:
            self.parts.pop()
            return number if checks == frozenset(conditions) else False
        if not checks <= conditions:
            return False
        conditions -= checks
        return None

    def done(self) -> bool:
        return not any(conditions for conditions, _ in self.parts)


def _checks(values: Values, states: Sequence[State]) -> list[frozenset[Condition]]:
    """For each operation the checks that it is the first to make and that can fail."""
    sure = states[-1].effects.conditions - essential(values, states[-1].effects).conditions
    return [after.effects.conditions - before.effects.conditions - sure for before, after in pairwise(states)]


def _certain(old: Code, new: Code, numbers: Numbers, found: list[int | None]) -> Numbers:
    """Assertions that cannot fail keep the number that they had, too."""
    for place, target in enumerate(aligned(old, new)):
        if target < len(new) and new[target] == old[place] and found[target] is None:
            found[target] = numbers[place]
    return tuple(found)


def _with_notes_of(old: Sequence[Instruction], code: Code, new: Code, result: list[Item]) -> list[Item]:
    if not any(item.notes or item.behind for item in old):
        return result
    home = aligned(code, new)
    waiting: list[list[Note]] = [[] for _ in range(len(new) + 1)]
    hints: list[tuple[int, Hint]] = []
    for place, item in enumerate(old):
        for note in item.notes:
            if isinstance(note, Hint) and place:
                hints.append((place, note))
            else:
                waiting[home[place] if place else 0].append(note)
        waiting[min(home[place] + 1, len(new))] += item.behind
    for at, hint in _placed(hints, code, new, home):
        waiting[at].append(hint)
    result = [with_notes(item, notes) for item, notes in zip(result, waiting, strict=False)]
    return list(append_notes(result, waiting[-1]))


def _placed(hints: Sequence[tuple[int, Hint]], old: Code, new: Code, home: Sequence[int]) -> Iterator[tuple[int, Hint]]:
    """The hints that are true somewhere in the new line, each with the place before which it is, nearest to its own."""
    if not hints:
        return
    values = Values()
    depth = max(reach(old), reach(new), _DEEPEST_HINT)
    first, second = run(values, old, depth), run(values, new, depth)
    for place, hint in hints:
        words = first[place].stack[::-1][hint.start : hint.end]
        if hint.end > _DEEPEST_HINT or len(words) < hint.end - hint.start:
            continue
        nearest = _after_kept(place, old, new, home)
        for at in sorted(range(len(second)), key=lambda at: (abs(at - nearest), at)):
            stack = second[at].stack[::-1]
            starts = sorted(range(len(stack)), key=lambda start: abs(start - hint.start))
            start = next((start for start in starts if stack[start : start + len(words)] == words), None)
            if start is not None:
                yield at, replace(hint, start=start, end=start + len(words))
                break


def _after_kept(place: int, old: Code, new: Code, home: Sequence[int]) -> int:
    """The place behind the last operation before ``place`` that stands in both lines."""
    kept = (home[at] for at in range(place) if home[at] < len(new) and new[home[at]] == old[at])
    return max(kept, default=-1) + 1
