"""Best-first search for the cheapest straight line that provably does what a given one does.

The search runs on the symbolic machine. Its actions are stack moves, the constants of the line, and operations whose
results the line itself computes; effects happen in the line's own order. What it finds is right by construction and is
proved once more, in a fresh table, before it is returned. A prior (the policy network) may make some actions look
dearer than others; it changes the order of the search and never what is accepted.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.search.problem import COUNTED, MOVES, Problem, weight_of
from irmill.optimizer.search.pure import PURE
from irmill.optimizer.search.symbolic import Effects, State, essential, proves, step, touches
from irmill.optimizer.search.values import Store
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import CYCLE, OP_STACK, WORD, Code, Op, cost_of, delta_of, lowest

_MOVE = 2 * WORD + CYCLE
"""The price of an instruction of two words that leaves the height as it is."""

_COPY = _MOVE + OP_STACK
"""The price of a ``dup`` or ``push``."""

_ALWAYS = ("add", "mul")

STACK_MOVES = frozenset({"dup", "swap", "pick", "place", "pop", "nop", "write_io"})
"""What makes no word that is not there already."""

GREED = 2.5
"""At the budgets used here (10 to 400 states) this finds most; 1 would be admissible, and ten times slower."""


class Prior(Protocol):
    """What a policy says about the actions in a state of one problem."""

    def penalties(self, state: State, actions: Sequence[Op], last: Op | None) -> Sequence[int]:
        """One number for each action, in units of :meth:`Cost.weight` and never negative: 0 for the best.

        Args:
            state: where the search is.
            actions: what it may do.
            last: how it came there; None at the start.
        """
        ...


class PriorSource(Protocol):
    """Makes the prior of one problem (a network encodes the line once)."""

    def prior(self, problem: Problem) -> Prior:
        """The prior for the states of ``problem``."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome of one search.

    Attributes:
        code: the best line, which is the given one where nothing cheaper was found.
        expansions: states expanded.
        exhausted: whether an admissible search covered its whole space within the budget: no line in it is cheaper.
            The space holds the lines of stack moves, constants, ``addi``, ``add``, ``mul`` and the instructions of the
            given line, on whose stacks lie no other words than on those of the given line, and at most two more.
    """

    code: Code
    expansions: int
    exhausted: bool


class ActionSpace:
    """One run of the search: the frontier, the best prices seen, and the pruning rules.

    ``complete`` leaves out every rule that may cut off a cheaper line, and bounds prices by what is certain.
    """

    def __init__(self, problem: Problem, *, complete: bool = False) -> None:
        self.problem = problem
        self.complete = complete
        self.goal = State(problem.goal.stack, essential(problem.values, problem.goal.effects))
        self.wanted_items = list(Counter(self.goal.stack).items())
        effects = [state.effects for state in problem.states]
        self.memories = frozenset(effect.memory for effect in effects)
        self.writes = _pending_writes(problem)
        self.sponges = frozenset(effect.sponge for effect in effects)
        self.checks = frozenset(check for effect in effects for check in effect.conditions)
        names = {op.name for op in problem.code}
        self.counted = [Op(name, n) for name in sorted(names & COUNTED) for n in range(1, 6)]
        pure = [name for name in sorted(names | set(_ALWAYS)) if name in PURE and name != "addi"]
        rest = sorted(names - set(PURE) - COUNTED - MOVES)
        self.operations = [Op(name) for name in (*pure, *rest)]
        constants = sorted(self._constants()) if complete else problem.constants
        self.pushes = [Op("push", problem.values.constant_value(identity) or 0) for identity in constants]
        self.active = problem.useful if complete else problem.active
        self.shifts: dict[Hashable, list[tuple[int, int]]] = {}
        for identity in sorted(problem.useful):
            key, term = problem.values.without_constant(identity)
            if key or complete:
                self.shifts.setdefault(key, []).append((identity, term))
        before = lowest(problem.code)
        depth = len(problem.start.stack)
        guarded = problem.floor + before >= MINIMUM_DEPTH
        self.least = depth + (MINIMUM_DEPTH - problem.floor if guarded else before)
        self._estimates: dict[tuple[tuple[int, ...], int], int] = {}
        self._bounds = _Bounds([*self.counted, *self.operations])

    def _constants(self) -> set[int]:
        values = self.problem.values
        return {identity for identity in self.problem.useful if values.constant_value(identity) is not None}

    def actions(self, state: State) -> Iterator[Op]:
        """The operations worth trying in a state."""
        stack, height = state.stack, len(state.stack)
        reachable = min(height, 16)
        yield from self.counted
        if height:
            key, term = self.problem.values.without_constant(stack[-1])
            for identity, other in self.shifts.get(key, ()):
                if identity != stack[-1]:
                    yield Op("addi", (other - term) % MODULUS)
        yield from self.operations
        active, goal = self.active, self.goal.stack
        if height < self.problem.height:
            yield from self.pushes
            seen: set[int] = set()
            for i in range(reachable):
                value = stack[-1 - i]
                if value in active and value not in seen:
                    seen.add(value)
                    yield Op("dup", i)
        for i in range(1, reachable):
            value = stack[-1 - i]
            if value in active and value != stack[-1]:
                yield Op("swap", i)
                if i > 1:
                    yield Op("pick", i)
            place = height - 1 - i
            if i > 1 and (self.complete or i == 2 or (place < len(goal) and goal[place] == stack[-1])):
                yield Op("place", i)
        for n in range(1, min(5, height) + 1):
            if stack[-n] not in active:
                break
            yield Op("pop", n)

    def successors(self, state: State) -> list[tuple[Op, State]]:
        """The operations that lead somewhere new from where the goal can still be reached, and where they lead."""
        found: list[tuple[Op, State]] = []
        for op in self.actions(state):
            after = step(self.problem.values, state, op)
            if after is not None and after is not state and self.allowed(state, after):
                found.append((op, after))
        return found

    def allowed(self, before: State, after: State) -> bool:
        """Whether a successor can still lead to the goal."""
        stack, effects = after
        if len(stack) < self.least or len(stack) > self.problem.height:
            return False
        useful = self.problem.useful
        if not all(value in useful for value in stack[-10:]):
            return False
        if effects is before.effects:
            return True
        goal = self.goal.effects
        return (
            effects.reads <= goal.reads
            and effects.divines <= goal.divines
            and effects.digests <= goal.digests
            and effects.outputs == goal.outputs[: len(effects.outputs)]
            and effects.memory in self.memories
            and effects.sponge in self.sponges
            and effects.conditions <= self.checks
        )

    def estimate(self, state: State, key: int) -> int:
        """A lower bound on the price of what is left to do; but for rare shortcuts, unless the search is complete."""
        known = self._estimates.get((state.stack, key))
        if known is None:
            known = self._bound(state) if self.complete else self._estimate(state)
            self._estimates[state.stack, key] = known
        return known

    def _bound(self, state: State) -> int:
        """What the words still missing, the height and the open effects cost at least, whatever is done."""
        stack, goal = state.stack, self.goal
        effects = essential(self.problem.values, state.effects)
        if stack == goal.stack and effects == goal.effects:
            return 0
        open_effects = _waiting(effects, goal.effects)
        taken = goal.effects.reads - effects.reads + goal.effects.divines - effects.divines
        grown = len(goal.stack) - len(stack) - taken + len(goal.effects.outputs) - len(effects.outputs)
        missing = len(set(goal.stack) - set(stack))
        return max(open_effects + self._bounds.of_height(grown), self._bounds.of_words(missing))

    def _estimate(self, state: State) -> int:
        stack, effects = state
        goal, demands = self.goal, self.problem.demands
        available = set(stack)
        missing = copies = 0
        for value, count in self.wanted_items:
            if value not in available:
                missing |= demands.get(value, 0)
                copies += count - 1 if value in demands else count
            elif count > 1:
                copies += max(0, count - stack.count(value))
        grown = len(goal.stack) - len(stack)
        price = 0
        if effects != goal.effects:
            missing |= self._pending(effects, available)
            price += _waiting(effects, goal.effects)
            grown += len(goal.effects.outputs) - len(effects.outputs)
        for value in available:
            missing &= ~demands.get(value, 0)
        if not missing and effects == goal.effects and grown == 0 and not copies:
            return 0 if stack == goal.stack else _MOVE
        for at, (least, delta) in enumerate(self.problem.prices):
            if missing >> at & 1:
                price += least
                grown -= delta
        if grown < 0:
            price += _MOVE * -(grown // 5) - grown
        return price + _COPY * max(copies, grown)

    def _pending(self, effects: Effects, available: set[int]) -> int:
        """The operations that checks, output and memory still need, as a bit set."""
        goal, demands = self.goal.effects, self.problem.demands
        missing = 0
        for condition in goal.conditions - effects.conditions:
            missing |= demands.get(condition, 0)
        for value in goal.outputs[len(effects.outputs) :]:
            if value not in available:
                missing |= demands.get(value, 0)
        return missing if effects.memory == goal.memory else missing | self.writes[effects.memory]


class _Bounds:
    """What changes cost at least, whichever instructions of a search space make them."""

    def __init__(self, operations: Sequence[Op]) -> None:
        moves = [Op("push"), Op("dup"), Op("addi"), Op("swap", 1), *(Op("pop", n) for n in range(1, 6))]
        every = [*operations, *moves]
        others = [op for op in every if op.name not in ("read_io", "divine", "write_io")]
        self.least = min(weight_of(op) for op in every)
        self.up = min(weight_of(op) / delta_of(op) for op in others if delta_of(op) > 0)
        self.down = min(weight_of(op) / -delta_of(op) for op in others if delta_of(op) < 0)
        self.made = max(touches(op) + max(0, delta_of(op)) for op in every if op.name not in STACK_MOVES)

    def of_height(self, grown: int) -> int:
        """The least price of changing the height by so many words, by anything but input and output."""
        return int(grown * self.up if grown > 0 else -grown * self.down)

    def of_words(self, missing: int) -> int:
        """The least price of making so many words that do not lie on the stack, or of doing anything at all."""
        return self.least * max(1, -(-missing // self.made))


def _pending_writes(problem: Problem) -> dict[Store, int]:
    """For each memory of the line, the stores that follow it, as a bit set."""
    pending: dict[Store, int] = {}
    mask = 0
    for at in range(len(problem.code), -1, -1):
        pending.setdefault(problem.states[at].effects.memory, mask)
        if at and problem.code[at - 1].name == "write_mem":
            mask |= 1 << (at - 1)
    return pending


def _waiting(effects: Effects, goal: Effects) -> int:
    """The price of input, output and memory that are still to be done, in the largest portions there are."""
    price = 0
    for count in (
        goal.reads - effects.reads,
        goal.divines - effects.divines,
        len(goal.outputs) - len(effects.outputs),
    ):
        price += _MOVE * -(-count // 5) + count
    if effects.memory != goal.memory:
        price += _MOVE
    return price


def search(
    problem: Problem, budget: int, prior: Prior | None = None, greed: float = GREED, *, admissible: bool = False
) -> Found:
    """Search for a cheaper line.

    Args:
        problem: the line.
        budget: how many states may be expanded.
        prior: what a policy says, or None for no preference.
        greed: factor on the estimate; above 1 finds come sooner, and cheaper ones may follow.
        admissible: search without shortcuts, so that an exhausted space is a proof; much slower.

    Returns:
        The cheapest line found that is no worse in any component of its cost, or the given one.
    """
    machine = ActionSpace(problem, complete=admissible)
    limit = cost_of(problem.code)
    bound = limit.weight()
    start, values = problem.start, problem.values
    effect_ids: dict[Effects, int] = {start.effects: 0}
    prices: dict[tuple[tuple[int, ...], int], int] = {(start.stack, 0): 0}
    nodes: list[tuple[State, int, int, Op | None, int]] = [(start, 0, -1, None, 0)]
    frontier: list[tuple[float, int]] = [(greed * machine.estimate(start, 0), 0)]
    expansions = 0
    best = problem.code
    while frontier and expansions < budget:
        _, index = heapq.heappop(frontier)
        state, price, _, last, burden = nodes[index]
        key = effect_ids[state.effects]
        if prices[state.stack, key] < price or price >= bound:
            continue
        if state.stack == machine.goal.stack and essential(values, state.effects) == machine.goal.effects:
            code = _path(nodes, index)
            if price < bound and cost_of(code).no_worse(limit) and proves(problem.code, code, problem.floor):
                best, bound = code, price
            continue
        expansions += 1
        successors = machine.successors(state)
        penalties = prior.penalties(state, [op for op, _ in successors], last) if prior else None
        for at, (op, after) in enumerate(successors):
            key = effect_ids.setdefault(after.effects, len(effect_ids))
            total = price + weight_of(op)
            if total >= bound or prices.get((after.stack, key), bound) <= total:
                continue
            rest = machine.estimate(after, key)
            if total + rest >= bound:
                continue
            prices[after.stack, key] = total
            extra = burden + (penalties[at] if penalties is not None else 0)
            nodes.append((after, total, index, op, extra))
            heapq.heappush(frontier, (total + greed * rest + extra, len(nodes) - 1))
    return Found(best, expansions, admissible and not frontier)


def _path(nodes: Sequence[tuple[State, int, int, Op | None, int]], index: int) -> Code:
    path: list[Op] = []
    while index > 0:
        _, _, parent, op, _ = nodes[index]
        if op is not None:
            path.append(op)
        index = parent
    return tuple(reversed(path))
