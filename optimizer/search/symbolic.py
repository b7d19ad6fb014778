"""A symbolic stack machine for straight-line TASM, and the proof of equality that every rewrite must pass.

A line of code maps the words that it may touch, named by position, to a final stack of values, the final memory and
sponge, the words written, how much it takes of each input, and the conditions under which it does not trap. Two lines
with the same summary do the same for every input: a run traps exactly if one of the conditions fails, so equal sets of
conditions mean that both trap or neither, and where neither does, equal values are equal words. A condition also holds
the number of words written before it was first checked, so that even a run that traps has written the same.

The depth check of the real machine is not part of the summary, since it depends on the depth at the start:
:func:`same_depth_checks` decides it.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from irmill.optimizer.search.pure import PURE, extension_product, u32_check
from irmill.optimizer.search.values import Store, Values
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Op, delta_of, lowest

Condition = tuple[Hashable, int]
"""(what must hold, words written before it is first checked)."""


class Effects(NamedTuple):
    """Everything but the stack. Counts and lists are relative to the start of the line.

    Attributes:
        reads: words taken from public input.
        divines: words taken from secret input.
        digests: digests taken from secret input.
        outputs: ids of the words written, in order.
        memory: the stores, in normal form.
        sponge: id of the sponge's state.
        conditions: what must hold lest the line traps.
    """

    reads: int
    divines: int
    digests: int
    outputs: tuple[int, ...]
    memory: Store
    sponge: int
    conditions: frozenset[Condition]


class State(NamedTuple):
    """A state of the symbolic machine: ``stack`` holds value ids, the top last."""

    stack: tuple[int, ...]
    effects: Effects


TOUCHES: Mapping[str, int] = MappingProxyType(
    {
        "nop": 0, "push": 0, "read_io": 0, "divine": 0, "sponge_init": 0, "sponge_squeeze": 0,
        "addi": 1, "invert": 1, "split": 1, "log_2_floor": 1, "pop_count": 1, "assert": 1, "read_mem": 1,
        "add": 2, "mul": 2, "eq": 2, "lt": 2, "and": 2, "xor": 2, "pow": 2, "div_mod": 2,
        "x_invert": 3, "xb_mul": 4, "xx_dot_step": 5, "xb_dot_step": 5, "sponge_absorb_mem": 5,
        "xx_add": 6, "xx_mul": 6, "merkle_step": 6, "merkle_step_mem": 8,
        "hash": 10, "assert_vector": 10, "sponge_absorb": 10,
    }
)  # fmt: skip
"""Words from the top that an operation reads or replaces, for operations without an index or count."""


def touches(op: Op) -> int:
    """Words from the top that the operation reads, moves or replaces."""
    match op.name:
        case "dup" | "swap" | "pick" | "place":
            return op.argument + 1
        case "pop" | "write_io":
            return op.argument
        case "write_mem":
            return op.argument + 1
        case _:
            return TOUCHES[op.name]


def reach(code: Sequence[Op]) -> int:
    """How many words of the stack at the start the line touches."""
    height = deepest = 0
    for op in code:
        deepest = max(deepest, touches(op) - height)
        height += delta_of(op)
    return max(deepest, -lowest(code))


def entry(values: Values, depth: int) -> State:
    """The state at the start of a line: ``depth`` words named by their position, the top last."""
    stack = tuple(values.atom(("stack", position)) for position in reversed(range(depth)))
    return State(stack, Effects(0, 0, 0, (), (), values.atom(("sponge",)), frozenset()))


def _demand(effects: Effects, *needs: Hashable) -> Effects:
    """The effects after checks at this point; a check that was already made is not made again."""
    if not needs:
        return effects
    position = len(effects.outputs)
    conditions = set(effects.conditions)
    for need in needs:
        if not any((need, earlier) in conditions for earlier in range(position + 1)):
            conditions.add((need, position))
    return effects._replace(conditions=frozenset(conditions))


def _input(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    secret = op.name == "divine"
    start = effects.divines if secret else effects.reads
    keys = [(op.name, start + k) for k in range(op.argument)]
    words = tuple(values.atom(key) for key in keys)
    effects = _demand(effects, *(("available", *key) for key in keys))
    after = start + op.argument
    effects = effects._replace(divines=after) if secret else effects._replace(reads=after)
    return State(stack + words, effects)


def _read_mem(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    pointer, count = stack[-1], op.argument
    words = tuple(values.load(effects.memory, values.add_constant(pointer, -k)) for k in range(count))
    return State((*stack[:-1], *words, values.add_constant(pointer, -count)), effects)


def _write_mem(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    pointer, count = stack[-1], op.argument
    memory = effects.memory
    for k in range(count):
        memory = values.store(memory, values.add_constant(pointer, k), stack[-2 - k])
    rest = stack[: len(stack) - 1 - count]
    return State((*rest, values.add_constant(pointer, count)), effects._replace(memory=memory))


def _dot_step(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    first, second = stack[-1], stack[-2]
    base = op.name == "xb_dot_step"
    memory = effects.memory
    left = [values.load(memory, values.add_constant(first, k)) for k in range(1 if base else 3)]
    right = [values.load(memory, values.add_constant(second, k)) for k in range(3)]
    product = extension_product(values, left, right)
    sums = tuple(values.add(stack[-3 - k], product[k]) for k in (2, 1, 0))
    pointers = (values.add_constant(second, 3), values.add_constant(first, len(left)))
    return State((*stack[:-5], *sums, *pointers), effects)


def _sponge(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    before = effects.sponge
    if op.name == "sponge_init":
        return State(stack, effects._replace(sponge=values.atom(("sponge_init",))))
    if before == values.atom(("sponge",)):
        effects = _demand(effects, ("sponge_ready",))
    if op.name == "sponge_absorb":
        after = values.atom(("absorb", before, stack[-10:]))
        return State(stack[:-10], effects._replace(sponge=after))
    if op.name == "sponge_squeeze":
        words = tuple(values.atom(("squeezed", lane, before)) for lane in reversed(range(10)))
        return State(stack + words, effects._replace(sponge=values.atom(("squeeze", before))))
    pointer = stack[-1]
    words = tuple(values.load(effects.memory, values.add_constant(pointer, k)) for k in range(10))
    context = (before, words, stack[-5:-1])
    lanes = tuple(values.atom(("absorbed", lane, context)) for lane in (3, 2, 1, 0))
    after = values.atom(("absorb_mem", context))
    return State((*stack[:-5], *lanes, values.add_constant(pointer, 10)), effects._replace(sponge=after))


def _merkle(values: Values, state: State, op: Op) -> State:
    stack, effects = state
    index, node = stack[-6], stack[-5:]
    effects = _demand(effects, *u32_check(values, index))
    rest = stack[:-6]
    if op.name == "merkle_step":
        effects = _demand(effects, ("available", "digest", effects.digests))
        sibling = tuple(values.atom(("digest", effects.digests, k)) for k in range(5))
        effects = effects._replace(digests=effects.digests + 1)
    else:
        pointer = stack[-8]
        sibling = tuple(values.load(effects.memory, values.add_constant(pointer, k)) for k in range(5))
        rest = (*stack[:-8], values.add_constant(pointer, 5), stack[-7])
    parent = tuple(values.atom(("parent", k, index, node, sibling)) for k in reversed(range(5)))
    return State((*rest, values.atom(("half", index), u32=True), *parent), effects)


def _move(stack: tuple[int, ...], op: Op) -> tuple[int, ...]:
    at = len(stack) - 1 - op.argument
    match op.name:
        case "dup":
            return (*stack, stack[at])
        case "swap":
            if not op.argument:
                return stack
            return (*stack[:at], stack[-1], *stack[at + 1 : -1], stack[at])
        case "pick":
            return (*stack[:at], *stack[at + 1 :], stack[at])
        case _:
            return (*stack[:at], stack[-1], *stack[at:-1])


def step(values: Values, state: State, op: Op) -> State | None:
    """The state after one operation, or None where the operation touches words below the ones that are modelled."""
    stack, effects = state
    name = op.name
    if touches(op) > len(stack):
        return None
    match name:
        case "push":
            return State((*stack, values.constant(op.argument)), effects)
        case "nop":
            return state
        case "dup" | "swap" | "pick" | "place":
            return State(_move(stack, op), effects)
        case "pop":
            return State(stack[: len(stack) - op.argument], effects)
        case "write_io":
            written = tuple(reversed(stack[len(stack) - op.argument :]))
            return State(stack[: len(stack) - op.argument], effects._replace(outputs=effects.outputs + written))
        case "read_io" | "divine":
            return _input(values, state, op)
        case "read_mem":
            return _read_mem(values, state, op)
        case "write_mem":
            return _write_mem(values, state, op)
        case "xx_dot_step" | "xb_dot_step":
            return _dot_step(values, state, op)
        case "merkle_step" | "merkle_step_mem":
            return _merkle(values, state, op)
        case "sponge_init" | "sponge_absorb" | "sponge_absorb_mem" | "sponge_squeeze":
            return _sponge(values, state, op)
        case _:
            count = TOUCHES[name]
            pure = PURE[name](values, stack[: -count - 1 : -1], op.argument)
            return State(stack[: len(stack) - count] + pure.results, _demand(effects, *pure.conditions))


def run(values: Values, code: Sequence[Op], depth: int) -> list[State]:
    """The states before the first operation and after each.

    Raises:
        ValueError: if the line touches more than ``depth`` words of the stack at its start.
    """
    states = [entry(values, depth)]
    for op in code:
        after = step(values, states[-1], op)
        if after is None:
            raise ValueError(f"{op.name} touches more than the {depth} words given")
        states.append(after)
    return states


def essential(values: Values, effects: Effects) -> Effects:
    """The effects without the checks that cannot fail by what is known now."""
    if not effects.conditions:
        return effects
    certain = {("u32", identity) for identity in values.u32}
    known = frozenset(condition for condition in effects.conditions if condition[0] in certain)
    return effects._replace(conditions=effects.conditions - known) if known else effects


def summary(values: Values, state: State) -> State:
    """What a line does to every stack deep enough: its last state, without the checks that cannot fail."""
    return State(state.stack, essential(values, state.effects))


def same_depth_checks(old: Sequence[Op], new: Sequence[Op], floor: int) -> bool:
    """Whether the machine's depth check fails for both lines or for neither, at every depth from ``floor`` up.

    Where the old line can underflow, both must go equally low and neither may write in between, lest they trap after
    different outputs.
    """
    before, after = lowest(old), lowest(new)
    if floor + before >= MINIMUM_DEPTH:
        return floor + after >= MINIMUM_DEPTH
    if before != after:
        return False
    return not any(op.name == "write_io" for op in old)


def proves(old: Sequence[Op], new: Sequence[Op], floor: int = MINIMUM_DEPTH) -> bool:
    """Whether the two lines provably do the same from every state whose stack is at least ``floor`` deep."""
    if not same_depth_checks(old, new, floor):
        return False
    values = Values()
    depth = max(reach(old), reach(new))
    first, second = run(values, old, depth)[-1], run(values, new, depth)[-1]
    return summary(values, first) == summary(values, second)
