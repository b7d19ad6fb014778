"""Peephole rules for straight-line TASM: the cheap baseline, and the first thing that speculative lowering tries.

A rule has a name and a pattern; what it proposes is used only if the soundness test, the symbolic proof of equality
for every state of the given depth, accepts it. A wrong rule is therefore one that never fires.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.search.symbolic import proves
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Code, Op, cost_of, delta_of

Pattern = Callable[[Code], "Code | None"]
Soundness = Callable[[Sequence[Op], Sequence[Op], int], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of rewrite.

    Attributes:
        name: for reports and tests.
        length: how many operations the pattern looks at.
        pattern: the replacement of exactly that many operations, or None where it does not match.
        sound: decides whether old and new are the same at every depth from the given one up.
    """

    name: str
    length: int
    pattern: Pattern
    sound: Soundness = proves


_COMMUTATIVE = frozenset({"add", "mul", "eq", "and", "xor"})
_MERGED = frozenset({"pop", "write_io", "read_io", "divine"})


def _no_operation(code: Code) -> Code | None:
    op = code[0]
    idle = op.name == "nop" or (op.name in ("swap", "pick", "place", "addi") and op.argument == 0)
    return () if idle else None


def _merge_counts(code: Code) -> Code | None:
    first, second = code
    total = first.argument + second.argument
    if first.name == second.name and first.name in _MERGED and total <= 5:
        return (Op(first.name, total),)
    return None


def _add_constant(code: Code) -> Code | None:
    first, second = code
    return (Op("addi", first.argument),) if first.name == "push" and second.name == "add" else None


def _join_constants(code: Code) -> Code | None:
    first, second = code
    if first.name in ("push", "addi") and second.name == "addi":
        return (Op(first.name, (first.argument + second.argument) % MODULUS),)
    return None


def _times_one(code: Code) -> Code | None:
    return () if code == (Op("push", 1), Op("mul")) else None


def _fold_product(code: Code) -> Code | None:
    if code[0].name == code[1].name == "push" and code[2].name == "mul":
        return (Op("push", code[0].argument * code[1].argument % MODULUS),)
    return None


def _cancel_swaps(code: Code) -> Code | None:
    return () if code[0] == code[1] and code[0].name == "swap" else None


def _cancel_pick_place(code: Code) -> Code | None:
    names = {code[0].name, code[1].name}
    return () if names == {"pick", "place"} and code[0].argument == code[1].argument else None


def _drop_fresh(code: Code) -> Code | None:
    first, second = code
    if first.name in ("push", "dup") and second.name == "pop":
        return () if second.argument == 1 else (Op("pop", second.argument - 1),)
    return None


def _swap_commutative(code: Code) -> Code | None:
    return (code[1],) if code[0] == Op("swap", 1) and code[1].name in _COMMUTATIVE else None


def _swap_copies(code: Code) -> Code | None:
    return (code[0],) if code == (Op("dup", 0), Op("swap", 1)) else None


def _copy_over_itself(code: Code) -> Code | None:
    first, second, third = code
    itself = first.name == "dup" and second == Op("swap", first.argument + 1) and third == Op("pop", 1)
    return () if itself else None


def _push_under(code: Code) -> Code | None:
    if code[0].name == "push" and code[1] == Op("swap", 1) and code[2] == Op("pop", 1):
        return (code[2], code[0])
    return None


def _double_not(code: Code) -> Code | None:
    test = (Op("push", 0), Op("eq"))
    return test if code == test * 3 else None


RULES: tuple[Rule, ...] = (
    Rule("no_operation", 1, _no_operation),
    Rule("merge_counts", 2, _merge_counts),
    Rule("add_constant", 2, _add_constant),
    Rule("join_constants", 2, _join_constants),
    Rule("times_one", 2, _times_one),
    Rule("fold_product", 3, _fold_product),
    Rule("cancel_swaps", 2, _cancel_swaps),
    Rule("cancel_pick_place", 2, _cancel_pick_place),
    Rule("drop_fresh", 2, _drop_fresh),
    Rule("swap_commutative", 2, _swap_commutative),
    Rule("swap_copies", 2, _swap_copies),
    Rule("copy_over_itself", 3, _copy_over_itself),
    Rule("push_under", 3, _push_under),
    Rule("double_not", 6, _double_not),
)


def _fire(code: Code, at: int, depth: int, rules: Sequence[Rule]) -> tuple[Code, int] | None:
    """What the first rule that fires at a place puts there, and how many operations that replaces."""
    for rule in rules:
        window = code[at : at + rule.length]
        if len(window) < rule.length:
            continue
        replacement = rule.pattern(window)
        if (
            replacement is not None
            and cost_of(replacement).no_worse(cost_of(window))
            and rule.sound(window, replacement, depth)
        ):
            return replacement, rule.length
    return None


def peephole(code: Sequence[Op], floor: int = MINIMUM_DEPTH, rules: Sequence[Rule] = RULES) -> Code:
    """Apply the rules until none fires. Every rule shortens the line or moves a ``pop`` forward, so this ends.

    Args:
        code: a straight line.
        floor: how deep the stack is at its start, at least.
        rules: in order of preference.
    """
    current = tuple(code)
    longest = max((rule.length for rule in rules), default=0)
    depths = [floor]
    at = 0
    while at < len(current):
        fired = _fire(current, at, depths[at], rules)
        if fired is None:
            depths[at + 1 :] = [max(MINIMUM_DEPTH, depths[at] + delta_of(current[at]))]
            at += 1
            continue
        replacement, length = fired
        current = (*current[:at], *replacement, *current[at + length :])
        at = max(0, at - longest)
        del depths[at + 1 :]
    return current
