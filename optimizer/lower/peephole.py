"""Peephole rules for straight-line TASM: the cheap baseline, and the first thing that speculative lowering tries.

What a rule proposes is used only if its soundness test, the symbolic proof of equality for every state of the given
depth, accepts it. A wrong rule is therefore one that never fires.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TypeAlias

from irmill.compiler.base.rewrite import Argument, Pattern, Rewrite, Syntax
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.search.symbolic import proves
from irmill.optimizer.tasm.isa import BY_NAME, MINIMUM_DEPTH, ArgumentKind
from irmill.optimizer.tasm.straight import Code, Op, cost_of, delta_of

LineProof: TypeAlias = Callable[[Sequence[Op], Sequence[Op], int], bool]
"""Decides whether old and new do the same at every depth from the given one up."""

PeepholeRule: TypeAlias = Rewrite[Pattern[Op], LineProof]


def _make(name: str, argument: Argument | None) -> Op:
    """The operation, a field element reduced. That counts and indices are in range is for the rule's text to say."""
    if not isinstance(argument, int):
        return Op(name)
    return Op(name, argument % MODULUS if BY_NAME[name].argument is ArgumentKind.FIELD else argument)


_SYNTAX: Syntax[Op] = Syntax(attrgetter("name"), attrgetter("argument"), _make)


def peephole_rule(
    name: str, text: str, invariant: str, before: str = "", after: str = "", sound: LineProof = proves
) -> PeepholeRule:
    """A rule that is proved wherever it applies, unless another soundness test is given."""
    return Rewrite(name, text, invariant, before, after, Pattern(text, _SYNTAX), sound)


RULES: tuple[PeepholeRule, ...] = (
    peephole_rule(
        "no_operation",
        "nop | swap 0 | pick 0 | place 0 | addi 0 ->",
        "The instruction leaves every word where and as it is.",
        "push 7 pick 0 write_io 1",
        "push 7 write_io 1",
    ),
    peephole_rule(
        "merge_counts",
        "x a; x b -> x a+b where x in pop write_io read_io divine, a+b<=5",
        "Words are taken and given in the same order, and both the old and the new line stop at the same one.",
        "read_io 2 read_io 3",
        "read_io 5",
    ),
    peephole_rule(
        "add_constant",
        "push a; add -> addi a",
        "Both add the constant to the top.",
        "push 4 add",
        "addi 4",
    ),
    peephole_rule(
        "join_constants",
        "x a; addi b -> x a+b where x in push addi",
        "Addition in the field is associative.",
        "push 5 addi -7",
        "push -2",
    ),
    peephole_rule("times_one", "push 1; mul ->", "One is neutral.", "push 1 mul write_io 1", "write_io 1"),
    peephole_rule(
        "fold_product",
        "push a; push b; mul -> push a*b",
        "The product of two constants is a constant.",
        "push 3 push -4 mul",
        "push -12",
    ),
    peephole_rule(
        "cancel_swaps",
        "swap a; swap a ->",
        "An exchange is its own inverse.",
        "swap 3 swap 3 write_io 2",
        "write_io 2",
    ),
    peephole_rule(
        "cancel_pick_place",
        "pick a; place a ->",
        "The word goes back to where it was taken.",
        "pick 4 place 4 write_io 2",
        "write_io 2",
    ),
    peephole_rule(
        "cancel_place_pick",
        "place a; pick a ->",
        "The word is taken back from where it went.",
        "place 4 pick 4 write_io 2",
        "write_io 2",
    ),
    peephole_rule(
        "drop_fresh",
        "x a; pop 1 -> where x in push dup",
        "A word that is dropped at once need not be pushed.",
        "dup 2 pop 1 write_io 1",
        "write_io 1",
    ),
    peephole_rule(
        "drop_fresh_of_several",
        "x a; pop b -> pop b-1 where x in push dup, b>1",
        "A word that is dropped at once need not be pushed.",
        "push 9 pop 3 write_io 1",
        "pop 2 write_io 1",
    ),
    peephole_rule(
        "swap_commutative",
        "swap 1; x -> x where x in add mul eq and xor",
        "The operation gives the same for its operands in either order.",
        "swap 1 xor",
        "xor",
    ),
    peephole_rule("swap_copies", "dup 0; swap 1 -> dup 0", "Two equal words change places.", "dup 0 swap 1", "dup 0"),
    peephole_rule(
        "copy_over_itself",
        "dup a; swap a+1; pop 1 ->",
        "The word that is written is the one that stood there.",
        "dup 2 swap 3 pop 1 write_io 3",
        "write_io 3",
    ),
    peephole_rule(
        "push_under",
        "push a; swap 1; pop 1 -> pop 1; push a",
        "The old top goes and the constant takes its place.",
        "push 5 swap 1 pop 1",
        "pop 1 push 5",
    ),
    peephole_rule(
        "double_not",
        "push 0; eq; push 0; eq; push 0; eq -> push 0; eq",
        "Not of a truth value, twice, is that truth value.",
        "push 0 eq push 0 eq push 0 eq",
        "push 0 eq",
    ),
)


def _fire(code: Code, at: int, depth: int, rules: Sequence[PeepholeRule]) -> tuple[Code, int] | None:
    """What the first rule that fires at a place puts there, and how many operations that replaces."""
    for rule in rules:
        replacement = rule.matcher.find(code, at)
        if replacement is None:
            continue
        window = code[at : at + rule.matcher.length]
        if cost_of(replacement).no_worse(cost_of(window)) and rule.sound(window, replacement, depth):
            return replacement, rule.matcher.length
    return None


def peephole(code: Sequence[Op], floor: int = MINIMUM_DEPTH, rules: Sequence[PeepholeRule] = RULES) -> Code:
    """Apply the rules until none fires. Every rule shortens the line or moves a ``pop`` forward, so this ends.

    Args:
        code: a straight line.
        floor: how deep the stack is at its start, at least.
        rules: in order of preference.
    """
    current = tuple(code)
    longest = max((rule.matcher.length for rule in rules), default=0)
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
