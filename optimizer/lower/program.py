"""Rewrites of whole TASM programs that keep what every run does: dead code, inlining, loop rotation, tail recursion.

Each pass takes and gives the items of a program (instructions and labels). None of them moves an effect, changes a
value or a depth check: they only change how control gets from one straight line to the next. The jump stack cannot be
observed but by ``return``, ``recurse`` and ``recurse_or_return``, so a pass that drops a call also drops every one of
those that would have seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.flow import ROOT, FlowFacts, Item, analyse, label_targets
from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.program import Instruction, Label
from irmill.optimizer.tasm.straight import Code, to_instruction, to_op

Items = tuple[Item, ...]

TINY_WORDS = 2
"""A function whose body has no more words than a call is always inlined."""

SMALL_WORDS = 12
"""A function of at most this many words may be inlined at each of its calls, where that pays."""

_LOOP_TEST = (
    Instruction("dup", 0),
    Instruction("push", 0),
    Instruction("eq"),
    Instruction("skiz"),
    Instruction("return"),
)


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


def _numbers(items: Sequence[Item]) -> list[int]:
    """For each item the number of the instruction at or after it."""
    numbers: list[int] = []
    count = 0
    for item in items:
        numbers.append(count)
        count += isinstance(item, Instruction)
    return numbers


def drop_unreachable(items: Items) -> Items:
    """Remove instructions that no path leads to, then labels that no call names."""
    facts = analyse(items)
    if not facts.complete:
        return items
    numbers = _numbers(items)
    kept = tuple(
        item for item, number in zip(items, numbers, strict=True) if isinstance(item, Label) or facts.reachable[number]
    )
    return drop_unused_labels(kept)


def drop_unused_labels(items: Items) -> Items:
    """Remove labels that no call names."""
    used = {item.argument for item in items if isinstance(item, Instruction) and item.name == "call"}
    return tuple(item for item in items if isinstance(item, Instruction) or item.name in used)


def _after_skiz(items: Sequence[Item], at: int) -> bool:
    """Whether the instruction at ``at`` may be skipped: the instruction before it is ``skiz``."""
    before = at - 1
    while before >= 0:
        item = items[before]
        if isinstance(item, Instruction):
            return item.name == "skiz"
        before -= 1
    return False


def _falls_into(items: Sequence[Item], at: int) -> bool:
    """Whether control may run into the item at ``at`` from the one above it."""
    before = at - 1
    while before >= 0:
        item = items[before]
        if isinstance(item, Instruction):
            ends = item.opcode.flow in (Flow.RETURN, Flow.RECURSE, Flow.RECURSE_OR_RETURN, Flow.HALT)
            return not ends or _after_skiz(items, before)
        before -= 1
    return True


def simplify_skips(items: Items) -> Items:
    """Decide ``push c; skiz; x``, and turn ``skiz; nop`` into a pop."""
    result = list(items)
    at = 0
    while at + 2 < len(result):
        first, second, third = result[at : at + 3]
        if (
            isinstance(first, Instruction)
            and first.name == "push"
            and second == Instruction("skiz")
            and isinstance(third, Instruction)
            and not _after_skiz(result, at)
        ):
            result[at : at + 3] = [third] if first.argument else []
            at = max(0, at - 2)
            continue
        idle = second == Instruction("skiz") and third == Instruction("nop")
        if idle and isinstance(first, Instruction) and first.name != "skiz":
            result[at + 1 : at + 3] = [Instruction("pop", 1)]
            continue
        at += 1
    return tuple(result)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that can be inlined: one label, a body without other labels, one ``return`` at its end.

    Attributes:
        name: its label.
        label, end: places of the label and of the ``return``.
        body: what stands between them.
        entered_from_above: whether it must stay where it is: control may run into it, or it has another label.
    """

    name: str
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
            if _after_skiz(items, end):
                return None
            shared = at > 0 and isinstance(items[at - 1], Label)
            return Function(name, at, end, tuple(body), shared or _falls_into(items, at))
        if item.opcode.flow not in (Flow.NEXT, Flow.SKIP, Flow.CALL) or item.argument == name:
            return None
        body.append(item)
    return None


def _inline_one(items: Items, function: Function, calls: Sequence[int], remove: bool) -> Items:
    result: list[Item] = []
    chosen = set(calls)
    for at, item in enumerate(items):
        if at in chosen:
            result.extend(function.body)
        elif not (remove and function.label <= at <= function.end):
            result.append(item)
    return tuple(result)


def inline_calls(items: Items, limit: int = TINY_WORDS) -> Items:
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
        free = [place for place in places if len(function.body) == 1 or not _after_skiz(items, place)]
        if within or not free:
            continue
        whole = len(free) == len(places) and not function.entered_from_above
        if (whole and len(places) == 1) or function.words <= limit:
            return drop_unused_labels(_inline_one(items, function, free, whole))
    return None


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
    if items[at + 1 : body_start] != _LOOP_TEST or shared or _falls_into(items, at):
        return None
    end = body_start
    while end < len(items):
        item = items[end]
        if isinstance(item, Label):
            return None
        if item.name == "recurse" and not _after_skiz(items, end):
            break
        if item.opcode.flow not in (Flow.NEXT, Flow.SKIP, Flow.CALL, Flow.RETURN):
            return None
        end += 1
    if end >= len(items) or _after_skiz(items, body_start):
        return None
    call = Instruction("call", name)
    if any(other == call and _after_skiz(items, place) for place, other in enumerate(items)):
        return None
    tail: Items = (Instruction("dup", 0), Instruction("skiz"), Instruction("recurse"), Instruction("return"))
    rotated = (*items[: at + 1], *items[body_start:end], *tail, *items[end + 1 :])
    result: list[Item] = []
    for other in rotated:
        result.extend((Instruction("dup", 0), Instruction("skiz"), call) if other == call else (other,))
    return tuple(result)


def loop_tail_calls(items: Items) -> Items:
    """Turn a function's ``call`` of itself that is followed by ``return`` into ``recurse``."""
    facts = analyse(items)
    targets = label_targets(items)
    numbers = _numbers(items)
    result: list[Item] = list(items)
    for at in range(len(items) - 2, -1, -1):
        item, following = items[at], items[at + 1]
        if not (isinstance(item, Instruction) and item.name == "call" and following == Instruction("return")):
            continue
        contexts = facts.contexts[numbers[at]]
        if contexts != frozenset({targets[str(item.argument)]}) or ROOT in contexts:
            continue
        result[at : at + 2] = [Instruction("recurse"), *([following] if _after_skiz(items, at) else [])]
    return tuple(result)


def control_variants(items: Items) -> list[Items]:
    """Programs that do the same, with simpler control flow: as careful as possible first, then with more inlining."""
    dead = drop_unreachable(items)
    careful = _settle(dead, TINY_WORDS)
    generous = _settle(careful, SMALL_WORDS)
    variants: list[Items] = []
    for variant in (generous, careful, dead):
        if variant not in variants:
            variants.append(variant)
    return variants


def _settle(items: Items, limit: int) -> Items:
    for _ in range(8):
        before = items
        items = drop_unreachable(items)
        items = simplify_skips(items)
        items = inline_calls(items, limit)
        items = loop_tail_calls(items)
        items = rotate_loops(items)
        if items == before:
            break
    return items
