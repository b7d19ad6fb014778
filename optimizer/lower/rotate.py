"""Loop rotation: the test of a counting loop moves to its end, and to the places from which the loop is entered."""

from __future__ import annotations

from dataclasses import replace

from irmill.optimizer.lower.flow import after_skiz, falls_into
from irmill.optimizer.lower.items import Item, Items, replaced, with_notes
from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.program import Instruction, Label

_LOOP_TEST = (
    Instruction("dup", 0),
    Instruction("push", 0),
    Instruction("eq"),
    Instruction("skiz"),
    Instruction("return"),
)


def rotate_loops(items: Items) -> Items:
    """Move the test of a counting loop to its end.

    ``f: dup 0; push 0; eq; skiz; return; body; recurse`` becomes ``f: body; dup 0; skiz; recurse; return``, entered by
    ``dup 0; skiz; call f`` in place of ``call f``: two cycles less an iteration. Done where the body has no other
    jump to the start, control cannot fall into the loop, and no call of it may be skipped.
    """
    for name in [item.name for item in items if isinstance(item, Label)]:
        after = _rotate(items, items.index(Label(name)), name)
        if after is not None:
            items = after
    return items


def _rotate(items: Items, at: int, name: str) -> Items | None:
    body_start = at + 1 + len(_LOOP_TEST)
    shared = at > 0 and isinstance(items[at - 1], Label)
    if items[at + 1 : body_start] != _LOOP_TEST or shared or falls_into(items, at):
        return None
    end = body_start
    while end < len(items):
        item = items[end]
        if isinstance(item, Label):
            return None
        if item.name == "recurse" and not after_skiz(items, end):
            break
        if item.opcode.flow not in (Flow.NEXT, Flow.SKIP, Flow.CALL, Flow.RETURN):
            return None
        end += 1
    if end >= len(items) or after_skiz(items, body_start):
        return None
    call = Instruction("call", name)
    if any(other == call and after_skiz(items, place) for place, other in enumerate(items)):
        return None
    tail: Items = (Instruction("dup", 0), Instruction("skiz"), Instruction("recurse"), Instruction("return"))
    rotated = (*items[: at + 1], *replaced(items[at + 1 :], 0, end - at, (*items[body_start:end], *tail)))
    result: list[Item] = []
    for other in rotated:
        if other == call:
            first = with_notes(Instruction("dup", 0), other.notes)
            result += (first, Instruction("skiz"), replace(call, behind=other.behind))
        else:
            result.append(other)
    return tuple(result)
