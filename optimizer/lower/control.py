"""Rewrites of control flow that keep what every run does: dead code, known skips, inlining, tail calls, rotated loops.

Each pass takes and gives the items of a program (instructions and labels). None of them moves an effect, changes a
value or a depth check: they only change how control gets from one straight line to the next. The jump stack cannot be
observed but by ``return``, ``recurse`` and ``recurse_or_return``, so a pass that drops a call also drops every one of
those that would have seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from irmill.compiler.base.rewrite import Pattern, Rewrite, Syntax
from irmill.optimizer.lower.flow import after_skiz, analyse, item_numbers, label_targets
from irmill.optimizer.lower.inline import drop_unused_labels, inline_calls
from irmill.optimizer.lower.items import Item, Items, replaced
from irmill.optimizer.lower.rotate import rotate_loops
from irmill.optimizer.search.equivalence import Comparison, compare_programs
from irmill.optimizer.tasm.assemble import Assembly
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.program import Instruction

TINY_WORDS = 2
"""A function whose body has no more words than a call is always inlined."""

SMALL_WORDS = 12
"""A function of at most this many words may be inlined at each of its calls, where that pays."""

Pass: TypeAlias = Callable[[Items], Items]
"""The program with the rewrite done wherever it may be."""

ProgramTest: TypeAlias = Callable[[Assembly, Assembly, Sequence[Case], int], Comparison]
"""Runs old and new on many inputs. :func:`irmill.optimizer.optimize.optimize_tasm` does so for all passes at once."""

ControlRewrite: TypeAlias = Rewrite[Pass, ProgramTest]


def drop_unreachable(items: Items) -> Items:
    """Remove what no path leads to, with all that belongs to it, then labels that no call names."""
    facts = analyse(items)
    reached = [number == len(facts.reachable) or facts.reachable[number] for number in item_numbers(items)]
    return drop_unused_labels(tuple(item for item, reachable in zip(items, reached, strict=True) if reachable))


_SYNTAX: Syntax[Item] = Syntax(
    lambda item: item.name if isinstance(item, Instruction) else "",
    lambda item: item.argument if isinstance(item, Instruction) else None,
    Instruction,
)


def _everywhere(text: str, allowed: Callable[[Sequence[Item], int], bool]) -> Pass:
    """A pass that does what the text says at each place where it is allowed, until there is none."""
    pattern = Pattern(text, _SYNTAX)

    def apply(items: Items) -> Items:
        result = list(items)
        at = 0
        while at < len(result):
            replacement = pattern.find(result, at)
            if replacement is None or not allowed(result, at):
                at += 1
                continue
            result = replaced(result, at, at + pattern.length, replacement)
            at = max(0, at - pattern.length)
        return tuple(result)

    return apply


def _cannot_be_skipped(items: Sequence[Item], at: int) -> bool:
    return not after_skiz(items, at)


def _always(_: Sequence[Item], __: int) -> bool:
    return True


def _calls_its_own_function(items: Sequence[Item], at: int) -> bool:
    """Whether the call at ``at`` runs in calls of the function that it names, and nowhere else."""
    call = items[at]
    contexts = analyse(items).contexts[item_numbers(items)[at]]
    return isinstance(call, Instruction) and contexts == frozenset({label_targets(items)[str(call.argument)]})


def _flat(
    name: str, text: str, invariant: str, before: str, after: str, allowed: Callable[[Sequence[Item], int], bool]
) -> ControlRewrite:
    return Rewrite(name, text, invariant, before, after, _everywhere(text, allowed), compare_programs)


_SKIPS: tuple[ControlRewrite, ...] = (
    _flat(
        "known_skip",
        "push 0; skiz; x ->",
        "An instruction that is always skipped never runs.",
        "push 0 skiz read_io 1 halt",
        "halt",
        _cannot_be_skipped,
    ),
    _flat(
        "known_run",
        "push a; skiz; x -> x where a!=0",
        "An instruction that is never skipped always runs.",
        "push 2 skiz read_io 1 halt",
        "read_io 1 halt",
        _cannot_be_skipped,
    ),
    _flat(
        "skipped_nop",
        "skiz; nop -> pop 1",
        "The condition goes and nothing happens either way, also where the skiz itself is skipped.",
        "read_io 1 skiz nop halt",
        "read_io 1 pop 1 halt",
        _always,
    ),
)


def _inlining(name: str, limit: int, invariant: str, before: str, after: str) -> ControlRewrite:
    text = "call f; ...; f: x; return -> x; ..."
    return Rewrite(name, text, invariant, before, after, partial(inline_calls, limit=limit), compare_programs)


_UNREACHABLE: ControlRewrite = Rewrite(
    "unreachable",
    "halt; x -> halt",
    "What no path leads to never runs, and no instruction knows its own address.",
    "read_io 1 write_io 1 halt push 1 f: push 2 return",
    "read_io 1 write_io 1 halt",
    drop_unreachable,
    compare_programs,
)
_INLINE_TINY = _inlining(
    "inline_tiny",
    TINY_WORDS,
    "A body with one return at its end, reached by one call or as short as a call, runs where the call stood.",
    "read_io 1 call f call f write_io 1 halt f: addi 7 return",
    "read_io 1 addi 7 addi 7 write_io 1 halt",
)
_INLINE_SMALL = _inlining(
    "inline_small",
    SMALL_WORDS,
    "A short body with one return at its end runs where each call stood.",
    "read_io 1 call f call f write_io 1 halt f: dup 0 mul addi 7 return",
    "read_io 1 dup 0 mul addi 7 dup 0 mul addi 7 write_io 1 halt",
)
_TAIL_CALL = _flat(
    "tail_call",
    "call f; return -> recurse; return",
    "In f alone, a call of f whose return returns at once may go to the start of f under the same return address.",
    "read_io 1 call f halt f: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 call f return",
    "read_io 1 call f halt f: dup 0 push 0 eq skiz return addi -1 dup 0 write_io 1 recurse return",
    _calls_its_own_function,
)
_ROTATE: ControlRewrite = Rewrite(
    "rotate_loop",
    "call f; ...; f: dup 0; push 0; eq; skiz; return; x; recurse"
    " -> dup 0; skiz; call f; ...; f: x; dup 0; skiz; recurse; return",
    "The count is tested before the first turn and after each, as before, and no other jump leads to the start.",
    "read_io 1 call f pop 1 halt f: dup 0 push 0 eq skiz return dup 0 write_io 1 addi -1 recurse",
    "read_io 1 dup 0 skiz call f pop 1 halt f: dup 0 write_io 1 addi -1 dup 0 skiz recurse return",
    rotate_loops,
    compare_programs,
)

CAREFUL: tuple[ControlRewrite, ...] = (_UNREACHABLE, *_SKIPS, _INLINE_TINY, _TAIL_CALL, _ROTATE)
"""What never makes a program longer."""

GENEROUS: tuple[ControlRewrite, ...] = (_UNREACHABLE, *_SKIPS, _INLINE_SMALL, _TAIL_CALL, _ROTATE)

CONTROL_REWRITES: tuple[ControlRewrite, ...] = tuple(dict.fromkeys((*CAREFUL, *GENEROUS)))
"""Every rewrite of control flow."""

_TURNS = 8


def simplify_skips(items: Items) -> Items:
    """Decide ``push c; skiz; x``, and turn ``skiz; nop`` into a pop."""
    for rewrite in _SKIPS:
        items = rewrite.matcher(items)
    return items


def control_variants(items: Items) -> list[Items]:
    """Programs that do the same, with simpler control flow: as careful as possible first, then with more inlining."""
    dead = drop_unreachable(items)
    careful = _settle(dead, CAREFUL)
    generous = _settle(careful, GENEROUS)
    return list(dict.fromkeys((generous, careful, dead)))


def _settle(items: Items, rewrites: Sequence[ControlRewrite]) -> Items:
    for _ in range(_TURNS):
        before = items
        for rewrite in rewrites:
            items = rewrite.matcher(items)
        if items == before:
            break
    return items
