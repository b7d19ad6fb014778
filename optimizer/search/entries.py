"""Which entries a straight line makes in the U32 table, as symbolic values.

An entry is stored once, however often it is made. A line whose entries are among those of another therefore never has
more rows, whatever the operands are and whatever the rest of the program puts there.
"""

from __future__ import annotations

from collections.abc import Sequence

from irmill.optimizer.search.symbolic import State, reach, run
from irmill.optimizer.search.values import Values
from irmill.optimizer.tasm.straight import Op

Entry = tuple[str, int, int]
"""An operation of the U32 table and the ids of its operands."""


def entries_within(new: Sequence[Op], old: Sequence[Op]) -> bool:
    """Whether every entry that the new line makes is one that the old line makes, for every input."""
    values = Values()
    depth = max(reach(old), reach(new))
    return u32_entries(values, new, depth) <= u32_entries(values, old, depth)


def u32_entries(values: Values, code: Sequence[Op], depth: int) -> frozenset[Entry]:
    """The entries that a line makes, where nothing traps, from a stack of ``depth`` words named by position."""
    states = run(values, code, depth)
    found: set[Entry] = set()
    for op, before, after in zip(code, states, states[1:], strict=False):
        found.update(_entries(values, op, before, after))
    return frozenset(found)


def _entries(values: Values, op: Op, before: State, after: State) -> tuple[Entry, ...]:
    stack, made = before.stack, after.stack
    none = values.zero
    match op.name:
        case "split":
            return (("split", made[-1], made[-2]),)
        case "lt" | "pow":
            return ((op.name, stack[-1], stack[-2]),)
        case "and" | "xor":
            return (("and", stack[-1], stack[-2]),)
        case "log_2_floor" | "pop_count":
            return ((op.name, stack[-1], none),)
        case "div_mod":
            return (("lt", made[-1], stack[-2]), ("split", stack[-1], made[-2]))
        case "merkle_step" | "merkle_step_mem":
            return (("split", stack[-6], made[-6]),)
        case _:
            return ()
