"""A program as the rewrites see it: instructions and labels, each with what belongs to it and has no words.

Comments, hints and breaks stand before an item or behind it, the number of an error stands on its assertion. They count
for no comparison of items, so a rewrite that keeps an item keeps them, and what it drops is passed on here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TypeAlias

from irmill.optimizer.tasm.program import Comment, ErrorId, Hint, Instruction, Label, Note, Statement

Item: TypeAlias = Instruction | Label
"""A statement that has words or is jumped to."""

Items: TypeAlias = tuple[Item, ...]
"""A program."""


def items_of(statements: Iterable[Statement]) -> Items:
    """The instructions and labels of a program, with what belongs to them."""
    items: list[Item] = []
    waiting: list[Note] = []
    for statement in statements:
        if isinstance(statement, Instruction | Label):
            items.append(replace(statement, notes=(*waiting,)) if waiting else statement)
            waiting.clear()
        elif isinstance(statement, ErrorId):
            last = items[-1]
            items[-1] = replace(last, error_id=statement.value) if isinstance(last, Instruction) else last
        elif items and isinstance(statement, Comment) and statement.trailing and not waiting:
            items[-1] = replace(items[-1], behind=(*items[-1].behind, statement))
        else:
            waiting.append(statement)
    return append_notes(items, waiting)


def statements_of(items: Iterable[Item]) -> tuple[Statement, ...]:
    """The statements of a program; what :func:`items_of` gathered stands on its own again."""
    found: list[Statement] = []
    for item in items:
        found += item.notes
        if isinstance(item, Label):
            found.append(Label(item.name))
        else:
            found.append(Instruction(item.name, item.argument))
        number = _number(item)
        found += (*(() if number is None else (ErrorId(number),)), *item.behind)
    return tuple(found)


def _number(item: Item) -> int | None:
    return item.error_id if isinstance(item, Instruction) else None


def with_notes(item: Item, notes: Sequence[Note]) -> Item:
    """The item with notes before those it has."""
    return replace(item, notes=(*notes, *item.notes)) if notes else item


def append_notes(items: Sequence[Item], notes: Sequence[Note]) -> Items:
    """The program with notes behind its last item. Without any item there is no place for them."""
    if not items or not notes:
        return tuple(items)
    return (*items[:-1], replace(items[-1], behind=(*items[-1].behind, *notes)))


def all_notes(item: Item) -> tuple[Note, ...]:
    """What belongs to an item, in order; what stood behind it has lines of its own now."""
    behind = (replace(note, trailing=False) if isinstance(note, Comment) else note for note in item.behind)
    return (*item.notes, *behind)


def without(items: Sequence[Item], kept: Sequence[bool]) -> Items:
    """The items that are kept; what belongs to the others goes to the next one."""
    result: list[Item] = []
    waiting: list[Note] = []
    for item, stays in zip(items, kept, strict=True):
        if stays:
            result.append(with_notes(item, waiting))
            waiting.clear()
        else:
            waiting += all_notes(item)
    return append_notes(result, waiting)


def replaced(items: Sequence[Item], start: int, end: int, new: Sequence[Item]) -> list[Item]:
    """The items with ``new`` in the place of ``items[start:end]``; what belonged there goes to what is left of it.

    Hints are kept where the stack is known to be the same: before the first item.
    """
    old = items[start:end]
    if not any(item.notes or item.behind or _number(item) is not None for item in old):
        return [*items[:start], *new, *items[end:]]
    home = aligned(old, new)
    result = list(new)
    rest: list[Note] = []
    for place in range(len(old) - 1, -1, -1):
        item, target = old[place], home[place]
        notes = [note for note in all_notes(item) if place == 0 or not isinstance(note, Hint)]
        if target >= len(result):
            rest[:0] = notes
            continue
        found = with_notes(result[target], notes)
        if isinstance(found, Instruction) and found == item:
            found = replace(found, error_id=_number(item))
        result[target] = found
    after = list(items[end:])
    if after:
        after[0] = with_notes(after[0], rest)
        return [*items[:start], *result, *after]
    return list(append_notes((*items[:start], *result), rest))


def aligned(old: Sequence[object], new: Sequence[object]) -> list[int]:
    """For each old place the new one where the same stands, else the next such one, else the length of ``new``."""
    home = [-1] * len(old)
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            home[block.a + offset] = block.b + offset
    following = len(new)
    for place in range(len(old) - 1, -1, -1):
        if home[place] < 0:
            home[place] = following
        following = home[place]
    return home
