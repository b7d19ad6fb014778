"""What is known about a whole TASM program before it runs: reachable code, the least depth of the stack, the digest.

A run starts on 16 words, the lowest five of which are the program's own digest. The analysis follows every path, each
function once for all its callers, and keeps two lower bounds at each instruction: on the depth itself, and on the
depth relative to the start of the function. Recursion that shrinks the stack widens to the machine's minimum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from irmill.optimizer.lower.items import Item
from irmill.optimizer.tasm.isa import DIGEST_WORDS, MINIMUM_DEPTH, Flow
from irmill.optimizer.tasm.program import Instruction, Label

ROOT = -1
"""The context of code that no call has entered."""

_BOTTOM = -(10**9)
_UPDATES = 8
_MAX_NODES = 200_000

_DIGEST_REACH = 16 - DIGEST_WORDS
"""The least index with which an instruction at depth 16 touches the digest."""


@dataclass(frozen=True, slots=True)
class FlowFacts:
    """Facts about a program, by instruction number (labels do not count).

    Attributes:
        reachable: whether any path leads there.
        floor: the least depth of the stack before it, over all paths; 16 for unreachable code.
        contexts: the functions (numbers of their first instructions, or ``ROOT``) in whose innermost call it may run.
    """

    reachable: tuple[bool, ...]
    floor: tuple[int, ...]
    contexts: tuple[frozenset[int], ...]


def instructions_of(items: Sequence[Item]) -> tuple[Instruction, ...]:
    """The instructions of a program, in order."""
    return tuple(item for item in items if isinstance(item, Instruction))


def label_targets(items: Sequence[Item]) -> dict[str, int]:
    """The number of the instruction that each label stands before; the number of instructions at the end."""
    targets: dict[str, int] = {}
    number = 0
    for item in items:
        if isinstance(item, Label):
            targets[item.name] = number
        else:
            number += 1
    return targets


def item_numbers(items: Sequence[Item]) -> list[int]:
    """For each item the number of the instruction at or after it."""
    numbers: list[int] = []
    count = 0
    for item in items:
        numbers.append(count)
        count += isinstance(item, Instruction)
    return numbers


def _instruction_before(items: Sequence[Item], at: int) -> tuple[int, Instruction] | None:
    for before in range(at - 1, -1, -1):
        item = items[before]
        if isinstance(item, Instruction):
            return before, item
    return None


def after_skiz(items: Sequence[Item], at: int) -> bool:
    """Whether the instruction at ``at`` may be skipped: the instruction before it is ``skiz``."""
    found = _instruction_before(items, at)
    return found is not None and found[1].name == "skiz"


def falls_into(items: Sequence[Item], at: int) -> bool:
    """Whether control may run into the item at ``at`` from the one above it."""
    found = _instruction_before(items, at)
    if found is None:
        return True
    before, instruction = found
    ends = instruction.opcode.flow in (Flow.RETURN, Flow.RECURSE, Flow.RECURSE_OR_RETURN, Flow.HALT)
    return not ends or after_skiz(items, before)


@dataclass(slots=True)
class _Context:
    bounds: dict[int, tuple[int, int]] = field(default_factory=dict[int, tuple[int, int]])
    updates: dict[int, int] = field(default_factory=dict[int, int])
    callers: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    net: int | None = None
    net_updates: int = 0


class _Analysis:
    """The fixed point: bounds only ever fall."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.code = instructions_of(items)
        self.targets = label_targets(items)
        self.contexts: dict[int, _Context] = {ROOT: _Context()}
        self.pending: list[tuple[int, int]] = []
        self.nodes = 0

    def run(self) -> bool:
        """Whether the fixed point was reached within the limit."""
        self.join(ROOT, 0, MINIMUM_DEPTH, 0)
        while self.pending:
            if self.nodes > _MAX_NODES:
                return False
            context, at = self.pending.pop()
            self.visit(context, at)
        return True

    def join(self, context: int, at: int, depth: int, relative: int) -> None:
        if at >= len(self.code):
            return
        record = self.contexts[context]
        old = record.bounds.get(at)
        if old is None:
            self.nodes += 1
            new = (depth, relative)
        else:
            new = (min(old[0], depth), min(old[1], relative))
            if new == old:
                return
            record.updates[at] = record.updates.get(at, 0) + 1
            if record.updates[at] > _UPDATES:
                new = (MINIMUM_DEPTH if new[0] < old[0] else new[0], _BOTTOM if new[1] < old[1] else new[1])
        record.bounds[at] = new
        self.pending.append((context, at))

    def visit(self, context: int, at: int) -> None:
        depth, relative = self.contexts[context].bounds[at]
        instruction = self.code[at]
        flow = instruction.opcode.flow
        argument = instruction.argument if isinstance(instruction.argument, int) else 0
        if flow in (Flow.NEXT, Flow.SKIP):
            delta = instruction.opcode.stack_delta(argument)
            after = (max(MINIMUM_DEPTH, depth + delta), max(_BOTTOM, relative + delta))
            self.join(context, at + 1, *after)
            if flow is Flow.SKIP:
                self.join(context, at + 2, *after)
        elif flow is Flow.CALL:
            self.call(context, at, depth, relative)
        if flow in (Flow.RECURSE, Flow.RECURSE_OR_RETURN) and context != ROOT:
            self.join(context, context, depth, relative)
        if flow in (Flow.RETURN, Flow.RECURSE_OR_RETURN) and context != ROOT:
            self.leave(context, relative)

    def call(self, context: int, at: int, depth: int, relative: int) -> None:
        target = self.targets[str(self.code[at].argument)]
        callee = self.contexts.setdefault(target, _Context())
        callee.callers.add((context, at))
        self.join(target, target, depth, 0)
        net = callee.net
        if net is not None:
            known = net > _BOTTOM // 2 and relative > _BOTTOM // 2
            self.join(context, at + 1, max(MINIMUM_DEPTH, depth + net), relative + net if known else _BOTTOM)

    def leave(self, context: int, relative: int) -> None:
        record = self.contexts[context]
        if record.net is not None and record.net <= relative:
            return
        record.net_updates += 1
        record.net = relative if record.net_updates <= _UPDATES else _BOTTOM
        self.pending.extend(record.callers)


def analyse(items: Sequence[Item]) -> FlowFacts:
    """Analyse a program whose labels are all defined. Of one too large to be analysed, the worst is assumed."""
    analysis = _Analysis(items)
    count = len(analysis.code)
    if not analysis.run():
        everywhere = frozenset({ROOT, *range(count)})
        return FlowFacts((True,) * count, (MINIMUM_DEPTH,) * count, (everywhere,) * count)
    floor: list[int | None] = [None] * count
    contexts: list[set[int]] = [set() for _ in range(count)]
    for number, record in analysis.contexts.items():
        for at, (depth, _) in record.bounds.items():
            known = floor[at]
            floor[at] = depth if known is None else min(known, depth)
            contexts[at].add(number)
    return FlowFacts(
        tuple(depth is not None for depth in floor),
        tuple(MINIMUM_DEPTH if depth is None else depth for depth in floor),
        tuple(frozenset(numbers) for numbers in contexts),
    )


def touches_digest(items: Sequence[Item], facts: FlowFacts) -> bool:
    """Whether the program may read or move a word of its own digest.

    Only stack moves reach that far: every other instruction touches ten words at most, and the machine's depth check
    keeps those above the digest. At depth ``d`` an index ``i`` touches the word ``d - 1 - i`` from the bottom.
    """
    for at, instruction in enumerate(instructions_of(items)):
        if instruction.name in ("dup", "swap", "pick", "place") and facts.reachable[at]:
            index = instruction.argument if isinstance(instruction.argument, int) else 0
            if index >= _DIGEST_REACH and facts.floor[at] - 1 - index < DIGEST_WORDS:
                return True
    return False
