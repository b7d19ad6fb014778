"""Inlining: the bodies of functions in the place of calls, and labels that no call names any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.flow import after_skiz, falls_into
from irmill.optimizer.lower.items import Item, Items, all_notes, append_notes, with_notes, without
from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.program import Instruction, Label, Note


@dataclass(frozen=True, slots=True)
class Function:
    """A function that can be inlined: one label, a body without other labels, one ``return`` at its end.

    Attributes:
        label, end: places of the label and of the ``return``.
        body: what stands between them.
        entered_from_above: whether it must stay where it is: control may run into it, or it has another label.
    """

    label: int
    end: int
    body: Items
    entered_from_above: bool

    @property
    def words(self) -> int:
        """Words of the body, without the return."""
        return sum(item.opcode.words for item in self.body if isinstance(item, Instruction))


def _function_at(items: Items, at: int, name: str) -> Function | None:
    body: list[Item] = []
    for end in range(at + 1, len(items)):
        item = items[end]
        if isinstance(item, Label):
            return None
        if item.name == "return":
            if after_skiz(items, end):
                return None
            shared = at > 0 and isinstance(items[at - 1], Label)
            return Function(at, end, tuple(body), shared or falls_into(items, at))
        if item.opcode.flow not in (Flow.NEXT, Flow.SKIP, Flow.CALL) or item.argument == name:
            return None
        body.append(item)
    return None


def _inline_one(items: Items, function: Function, calls: Sequence[int], remove: bool) -> Items:
    result: list[Item] = []
    waiting: list[Note] = []
    chosen = set(calls)

    def keep(item: Item) -> None:
        result.append(with_notes(item, waiting))
        waiting.clear()

    for at, item in enumerate(items):
        if at in chosen:
            waiting += (*all_notes(item), *(all_notes(items[function.label]) if remove else ()))
            for inner in function.body:
                keep(inner)
            waiting += all_notes(items[function.end])
        elif not (remove and function.label <= at <= function.end):
            keep(item)
    return append_notes(result, waiting)


def inline_calls(items: Items, limit: int) -> Items:
    """Put bodies in the place of calls: functions called once, and those of at most ``limit`` words.

    A call that may be skipped stays, unless the body is one instruction.
    """
    turns = len(items)
    while turns > 0:
        turns -= 1
        after = _inline_next(items, limit)
        if after is None:
            return items
        items = after
    return items


def _inline_next(items: Items, limit: int) -> Items | None:
    calls: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        if isinstance(item, Instruction) and item.name == "call":
            calls.setdefault(str(item.argument), []).append(at)
    for at, item in enumerate(items):
        if not isinstance(item, Label) or item.name not in calls:
            continue
        function = _function_at(items, at, item.name)
        if function is None:
            continue
        places = calls[item.name]
        within = [place for place in places if function.label <= place <= function.end]
        free = [place for place in places if len(function.body) == 1 or not after_skiz(items, place)]
        if within or not free:
            continue
        whole = len(free) == len(places) and not function.entered_from_above
        if (whole and len(places) == 1) or function.words <= limit:
            return drop_unused_labels(_inline_one(items, function, free, whole))
    return None


def drop_unused_labels(items: Items) -> Items:
    """Remove labels that no call names."""
    used = {item.argument for item in items if isinstance(item, Instruction) and item.name == "call"}
    return without(items, [isinstance(item, Instruction) or item.name in used for item in items])
