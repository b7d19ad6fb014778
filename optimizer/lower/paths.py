"""Whole programs compared path by path: the old one is followed symbolically, and the new one under its decisions.

A path is a list of decisions: which tested words are zero. The paths of the old program cover every input, but for
those that are cut because they decide too often or take too long. For each path that ends, the new program must need
no other decision and end in the same state. That holds for every input of the path, whatever the words are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.flow import instructions_of, label_targets
from irmill.optimizer.lower.items import Item
from irmill.optimizer.lower.verdict import EVERY_INPUT
from irmill.optimizer.search.symbolic import Effects, State, essential, step
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.isa import DIGEST_WORDS, MINIMUM_DEPTH, Flow
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import to_op
from irmill.optimizer.tasm.trap import Trap

MAX_DECISIONS = 8
"""A path with more decisions is cut."""

MAX_STEPS = 4_000
"""Instructions that all paths together may take; a path that would take more is cut."""

_HALT = "halt"


@dataclass(frozen=True, slots=True)
class PathCheck:
    """What following the paths showed.

    Attributes:
        same: whether every path that ends is the same in both, for all its inputs.
        paths: how many such paths there are.
        cut: how many were cut.
    """

    same: bool
    paths: int
    cut: int

    def covers(self) -> str:
        """For which inputs the two programs are the same by this."""
        return EVERY_INPUT if not self.cut else "every input that takes one of these paths"


@dataclass(frozen=True, slots=True)
class _End:
    """Where a path ended: how, in which state (the digest apart), after which decisions."""

    how: str
    stack: tuple[int, ...]
    effects: Effects


class _Follower:
    """One program, followed in a table of values that both programs share."""

    def __init__(self, values: Values, items: Sequence[Item]) -> None:
        self.values = values
        self.code = instructions_of(items)
        self.targets = label_targets(items)
        digest = tuple(values.atom(("own_digest", place)) for place in range(DIGEST_WORDS))
        stack = (*digest, *([values.zero] * (MINIMUM_DEPTH - DIGEST_WORDS)))
        self.start = State(stack, Effects(0, 0, 0, (), (), values.atom(("sponge",)), frozenset()))

    def follow(self, decisions: Mapping[int, bool], steps: int) -> tuple[_End | int | None, int]:
        """The end under these decisions, the word that must be decided next, or None for too many steps; steps left."""
        state, at = self.start, 0
        jumps: list[tuple[int, int]] = []
        while steps > 0:
            steps -= 1
            if at >= len(self.code):
                return self.end(Trap.INSTRUCTION_POINTER, state), steps
            instruction = self.code[at]
            flow = instruction.opcode.flow
            argument = instruction.argument if isinstance(instruction.argument, int) else 0
            if len(state.stack) + instruction.opcode.stack_delta(argument) < MINIMUM_DEPTH:
                return self.end(Trap.STACK_TOO_SHALLOW, state), steps
            if flow is Flow.HALT:
                return self.end(_HALT, state), steps
            if flow is Flow.NEXT:
                after = step(self.values, state, to_op(instruction))
                if after is None:
                    raise AssertionError(f"{instruction.name} reaches below the stack")
                state, at = after, at + 1
                continue
            tested = self.tested(instruction, state)
            zero = False if tested is None else self.is_zero(tested, decisions)
            if zero is None and tested is not None:
                return self.values.zero_form(tested)[0], steps
            if flow is Flow.SKIP:
                state = State(state.stack[:-1], state.effects)
                if zero and at + 1 >= len(self.code):
                    return self.end(Trap.INSTRUCTION_POINTER, state), steps
                at += 2 if zero else 1
            elif flow is Flow.CALL:
                target = self.targets[str(instruction.argument)]
                jumps.append((at + 1, target))
                at = target
            elif not jumps:
                return self.end(Trap.JUMP_STACK_EMPTY, state), steps
            elif flow is Flow.RETURN or (flow is Flow.RECURSE_OR_RETURN and zero):
                at = jumps.pop()[0]
            else:
                at = jumps[-1][1]
        return None, 0

    def tested(self, instruction: Instruction, state: State) -> int | None:
        """The word on whose being zero it hangs where control goes."""
        if instruction.opcode.flow is Flow.SKIP:
            return state.stack[-1]
        if instruction.opcode.flow is Flow.RECURSE_OR_RETURN:
            return self.values.subtract(state.stack[-6], state.stack[-7])
        return None

    def is_zero(self, identity: int, decisions: Mapping[int, bool]) -> bool | None:
        """Whether a word is zero, as far as that is known."""
        constant = self.values.constant_value(identity)
        if constant is not None:
            return constant == 0
        form, straight = self.values.zero_form(identity)
        known = decisions.get(form)
        return None if known is None else known == straight

    def end(self, how: str, state: State) -> _End:
        stack = state.stack[DIGEST_WORDS:] if how == _HALT else ()
        return _End(how if how == _HALT else "trap", stack, essential(self.values, state.effects))


def compare_paths(old: Sequence[Item], new: Sequence[Item]) -> PathCheck:
    """Follow both programs. Neither may read its own digest."""
    values = Values()
    first, second = _Follower(values, old), _Follower(values, new)
    steps, cut = MAX_STEPS, 0
    pending: list[dict[int, bool]] = [{}]
    ends: list[tuple[dict[int, bool], _End]] = []
    while pending:
        decisions = pending.pop()
        found, steps = first.follow(decisions, steps)
        if isinstance(found, _End):
            ends.append((decisions, found))
        elif found is None or len(decisions) == MAX_DECISIONS:
            cut += 1
        else:
            pending += [{**decisions, found: False}, {**decisions, found: True}]
    for decisions, wanted in ends:
        if second.follow(decisions, MAX_STEPS)[0] != wanted:
            return PathCheck(False, 0, cut)
    return PathCheck(True, len(ends), cut)
