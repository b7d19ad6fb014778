"""Where execution goes after the instructions that decide it, as closures over one machine's state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from irmill.optimizer.tasm.isa import Flow
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.trap import Trap, TrapSignal

Jump: TypeAlias = Callable[[], int]
JumpFactory: TypeAlias = Callable[[MachineState, int, int, int | None], Jump]
"""(state, argument, next address, address after the next instruction or None without one) to a jump.

A jump performs its instruction and gives the next address, or HALTED.
"""

HALTED = -1


def _halt(state: MachineState, argument: int, after: int, skipped: int | None) -> Jump:
    return lambda: HALTED


def _skiz(state: MachineState, argument: int, after: int, skipped: int | None) -> Jump:
    pop = state.stack.pop
    if skipped is None:

        def last() -> int:
            if pop() == 0:
                raise TrapSignal(Trap.INSTRUCTION_POINTER, "no instruction to skip")
            return after

        return last
    return lambda: after if pop() else skipped


def _call(state: MachineState, argument: int, after: int, skipped: int | None) -> Jump:
    enter, frame = state.jumps.append, (after, argument)

    def jump() -> int:
        enter(frame)
        return argument

    return jump


def _on_innermost(take: Callable[[list[tuple[int, int]], list[int]], int]) -> JumpFactory:
    """A jump that the innermost call decides; there must be one."""

    def make(state: MachineState, argument: int, after: int, skipped: int | None) -> Jump:
        jumps, stack = state.jumps, state.stack

        def jump() -> int:
            if not jumps:
                raise TrapSignal(Trap.JUMP_STACK_EMPTY, "the jump stack is empty")
            return take(jumps, stack)

        return jump

    return make


JUMPS: Mapping[Flow, JumpFactory] = MappingProxyType(
    {
        Flow.HALT: _halt,
        Flow.SKIP: _skiz,
        Flow.CALL: _call,
        Flow.RETURN: _on_innermost(lambda jumps, stack: jumps.pop()[0]),
        Flow.RECURSE: _on_innermost(lambda jumps, stack: jumps[-1][1]),
        Flow.RECURSE_OR_RETURN: _on_innermost(
            lambda jumps, stack: jumps.pop()[0] if stack[-6] == stack[-7] else jumps[-1][1]
        ),
    }
)
"""Kind of flow to jump, for every kind but ``Flow.NEXT``."""
