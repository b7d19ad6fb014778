"""What the search knows of a line before it starts: its states, the words and constants that matter, its prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from irmill.optimizer.search.symbolic import State, reach, run, touches
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Code, Op, delta_of, op_cost

MAX_CONSTANTS = 8
SPARE_HEIGHT = 2
"""How much higher than in the given line the stack may grow during the search."""

COUNTED = frozenset({"read_io", "write_io", "divine", "read_mem", "write_mem"})
"""Operations that take a count: one action for each."""

MOVES = frozenset({"push", "dup", "swap", "pick", "place", "pop", "addi", "nop"})
"""Operations that the search may put anywhere, so that no value demands one."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of code to be made cheaper.

    Attributes:
        code: the line.
        floor: how deep the stack is at its start, at least.
        values: the table of its values.
        states: before its first operation and after each.
        useful: ids that may lie on the stack.
        constants: constants worth pushing.
        demands: for the value or check of an operation, the operations of the line that it needs, as a bit set.
        height: how high the stack may grow.
    """

    code: Code
    floor: int
    values: Values
    states: tuple[State, ...]
    useful: frozenset[int]
    constants: tuple[int, ...]
    demands: dict[Hashable, int]
    prices: tuple[tuple[int, int], ...]
    active: frozenset[int]
    height: int

    @property
    def start(self) -> State:
        """Where the search starts."""
        return self.states[0]

    @property
    def goal(self) -> State:
        """Where it must end."""
        return self.states[-1]


def make_problem(code: Sequence[Op], floor: int = MINIMUM_DEPTH) -> Problem:
    """Run the line symbolically and collect what the search needs to know of it."""
    values = Values()
    states = tuple(run(values, code, reach(code)))
    useful = frozenset(identity for state in states for identity in state.stack)
    demands: dict[Hashable, int] = {}
    constants: Counter[int] = Counter()
    for identity in sorted(useful):
        value = values.constant_value(identity)
        if value is not None:
            constants[identity] += sum(state.stack.count(identity) > 0 for state in states)
    for at, op in enumerate(code):
        before, after = states[at], states[at + 1]
        if op.name in MOVES:
            continue
        mask = 1 << at
        count = touches(op)
        for identity in before.stack[len(before.stack) - count :]:
            mask |= demands.get(identity, 0)
        for identity in after.stack[len(before.stack) - count :]:
            demands.setdefault(identity, mask)
        for condition in after.effects.conditions - before.effects.conditions:
            demands.setdefault(condition, mask)
    for identity in states[0].stack:
        demands.pop(identity, None)
    for identity in constants:
        demands.pop(identity, None)
    height = max(len(state.stack) for state in states) + SPARE_HEIGHT
    chosen = tuple(identity for identity, _ in constants.most_common(MAX_CONSTANTS))
    prices = tuple(_price(values, states[at], op) for at, op in enumerate(code))
    return Problem(tuple(code), floor, values, states, useful, chosen, demands, prices, _active(code, states), height)


def _price(values: Values, before: State, op: Op) -> tuple[int, int]:
    """The least price of what the operation does, and what it does to the height: ``push; add`` may be an ``addi``."""
    if op.name == "add" and any(values.constant_value(identity) is not None for identity in before.stack[-2:]):
        return weight_of(Op("addi", 1)), 0
    price = 0 if op.name in COUNTED else weight_of(op)
    return price, delta_of(op)


def _active(code: Sequence[Op], states: Sequence[State]) -> frozenset[int]:
    """The ids that some operation reads or copies, or that end elsewhere than they began."""
    start, goal = states[0].stack, states[-1].stack
    active = {identity for state in states for identity in state.stack} - set(start)
    for at, identity in enumerate(start):
        if at >= len(goal) or goal[at] != identity:
            active.add(identity)
    active.update(goal[len(start) :])
    for at, op in enumerate(code):
        stack = states[at].stack
        if op.name == "dup":
            active.add(stack[-1 - op.argument])
        elif (op.name not in MOVES and touches(op)) or op.name in ("addi", "pop"):
            active.update(stack[-touches(op) :])
    return frozenset(active)


@lru_cache(maxsize=1 << 14)
def weight_of(op: Op) -> int:
    """The price of one operation."""
    return op_cost(op).weight()
