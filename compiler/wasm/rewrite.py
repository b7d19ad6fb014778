"""Rewrites of instruction lists, for ``--optimize`` only: without it nothing is folded.

A rewrite is looked for at the end of the body written so far. Its side condition decides whether what was found may be
used. All keep the value, the error and the fuel of every program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from irmill.compiler.base.limits import FUEL
from irmill.compiler.base.rewrite import Pattern, Rewrite, Syntax
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.ir import Function, Instruction, instruction

Body = list[Instruction]

VERIFIED_EACH = 1_000
"""Functions of so many instructions are verified after every rewrite, longer ones after all of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern applies: the end of the body from ``start`` on, ``taken``, may become ``replacement``."""

    start: int
    taken: tuple[Instruction, ...]
    replacement: tuple[Instruction, ...]


SideCondition: TypeAlias = Callable[[Function, Match], bool]
"""Whether a match may be used, given the function as it was."""

WasmRewrite: TypeAlias = Rewrite[Callable[[Body], Match | None], SideCondition]


def _match(body: Body, start: int, replacement: tuple[Instruction, ...]) -> Match:
    return Match(start, tuple(body[start:]), replacement)


_RANGES = {"i32": 31, "i64": 63}


def _type(item: Instruction) -> str:
    return item.opcode.name.partition(".")[0]


def _constant(item: Instruction) -> int | None:
    is_constant = item.opcode.immediate in (ImmediateKind.I32, ImmediateKind.I64)
    return item.immediate if is_constant and isinstance(item.immediate, int) else None


def _always(_: Function, __: Match) -> bool:
    """The pattern says it all."""
    return True


def _fits(_: Function, match: Match) -> bool:
    """A result outside its type stays an operation, so that it overflows where the program says so."""
    value = _constant(match.replacement[0])
    bits = _RANGES[_type(match.replacement[0])]
    return value is not None and -(1 << bits) <= value < 1 << bits


_SYNTAX: Syntax[Instruction] = Syntax(lambda item: item.opcode.name, lambda item: item.immediate, instruction)


def _flat(name: str, text: str, invariant: str, before: str, after: str, sound: SideCondition) -> WasmRewrite:
    """A rewrite whose text says all that it looks for."""
    pattern = Pattern(text, _SYNTAX)

    def find(body: Body) -> Match | None:
        start = len(body) - pattern.length
        replacement = pattern.find(body, start)
        return None if replacement is None else _match(body, start, replacement)

    return Rewrite(name, text, invariant, before, after, find, sound)


def _fold(operation: str, result: str, before: str, after: str) -> WasmRewrite:
    """``operation`` is one of two constants; ``result`` is the constant that it gives."""
    text = f"t.const a; t.const b; {operation} -> {result} where t in i32 i64"
    invariant = "The operation gives the same constant every time, and one outside its type stays an operation."
    return _flat(f"fold {operation.split()[0].removeprefix('t.')}", text, invariant, before, after, _fits)


def _find_branch(body: Body) -> Match | None:
    """``const; if A else B end`` as the branch that is taken, in a block where labels must keep their depth."""
    at = len(body) - 1
    if body[at].opcode.name != "end":
        return None
    depth, middle = 0, at
    for place in range(at - 1, 0, -1):
        name = body[place].opcode.name
        if name == "end":
            depth += 1
        elif name == "else" and depth == 0:
            middle = place
        elif name in ("block", "loop", "if"):
            if depth == 0:
                return _taken(body, place, middle, at) if name == "if" else None
            depth -= 1
    return None


def _taken(body: Body, start: int, middle: int, end: int) -> Match | None:
    condition = _constant(body[start - 1])
    if condition is None:
        return None
    branch = body[start + 1 : middle] if condition else body[middle + 1 : end]
    if not any(item.opcode.immediate is ImmediateKind.LABEL for item in branch):
        return _match(body, start - 1, tuple(branch))
    block = instruction("block", body[start].immediate)
    return _match(body, start - 1, (block, *branch, body[end]))


_SUM = (
    "{t}.const 0; local.set {c}; {t}.const {a}; local.tee {i}; {t}.const {b}; {t}.{test}; if; loop; "
    "call $burn; local.get {c}; local.get {i}; {t}.add; local.set {c}; local.get {i}; {t}.const {s}; {t}.add; "
    "local.tee {i}; {t}.const {b}; {t}.{test}; br_if 0; end; end; local.get {c}"
)
"""What the lowering emits for ``sum(i, a, b by s)`` whose steps are all proven to fit, after "stored and read"."""


def _sum(name: str, test: str, conditions: str, example: tuple[int, int, int], after: str) -> WasmRewrite:
    text = _SUM.format(t="t", c="c", i="i", a="a", b="b", s="s", test=test)
    closed = "i32.const n; call $burn_many; t.const n*a+s*(n*(n-1)//2)"
    first, last, step = example
    return _flat(
        name,
        f"{text} -> {closed} where t in i32 i64, {conditions}",
        "The closed form is the sum, it takes the fuel of all turns at once, and nothing else reads the loop's locals.",
        _SUM.format(t="i64", c=0, i=1, a=first, b=last, s=step, test=test),
        after,
        _locals_unused,
    )


def _locals_unused(function: Function, match: Match) -> bool:
    """Nothing outside the loop reads its locals, and it can run to its end."""
    count = _constant(match.replacement[0])
    inside = Counter(_locals(match.taken))
    everywhere = Counter(_locals(function.body))
    return count is not None and count <= FUEL and all(everywhere[local] == inside[local] for local in inside)


def _never_read(function: Function, match: Match) -> bool:
    """No instruction of the function reads the local that the match writes."""
    local = match.taken[0].immediate
    return not any(item.opcode.name == "local.get" and item.immediate == local for item in function.body)


def _is_straight(_: Function, match: Match) -> bool:
    """What is left out neither opens nor ends a block."""
    left_out = match.taken[-1].opcode
    return left_out.immediate is not ImmediateKind.BLOCK and left_out.name not in ("else", "end")


def _find_shift(body: Body) -> Match | None:
    """A floor division or remainder by a power of two, as a shift or a mask."""
    if len(body) < 2 or body[-1].opcode.name != "call":
        return None
    kind, _, operation = str(body[-1].immediate).partition("_")
    divisor = _constant(body[-2])
    if kind not in _RANGES or operation not in ("floor_divide", "modulo"):
        return None
    if divisor is None or divisor < 1 or divisor & (divisor - 1):
        return None
    if operation == "modulo":
        changed = (instruction(f"{kind}.const", divisor - 1), instruction(f"{kind}.and"))
    else:
        changed = (instruction(f"{kind}.const", divisor.bit_length() - 1), instruction(f"{kind}.shr_s"))
    return _match(body, len(body) - 2, changed)


def _locals(items: Sequence[Instruction]) -> list[int]:
    return [int(str(item.immediate)) for item in items if item.opcode.immediate is ImmediateKind.LOCAL]


REWRITES: tuple[WasmRewrite, ...] = (
    _fold("t.add | call $t_add", "t.const a+b", "i32.const 2; i32.const 3; i32.add", "i32.const 5"),
    _fold("t.sub | call $t_subtract", "t.const a-b", "i64.const 2; i64.const 3; call $i64_subtract", "i64.const -1"),
    _fold("t.mul | call $t_multiply", "t.const a*b", "i32.const 2; i32.const 3; i32.mul", "i32.const 6"),
    _fold("t.eq", "i32.const a==b", "i64.const 2; i64.const 2; i64.eq", "i32.const 1"),
    _fold("t.ne", "i32.const a!=b", "i64.const 2; i64.const 2; i64.ne", "i32.const 0"),
    _fold("t.lt_s", "i32.const a<b", "i64.const 2; i64.const 3; i64.lt_s", "i32.const 1"),
    _fold("t.le_s", "i32.const a<=b", "i64.const 4; i64.const 3; i64.le_s", "i32.const 0"),
    _fold("t.gt_s", "i32.const a>b", "i32.const 2; i32.const 3; i32.gt_s", "i32.const 0"),
    _fold("t.ge_s", "i32.const a>=b", "i32.const 3; i32.const 3; i32.ge_s", "i32.const 1"),
    _flat(
        "fold eqz",
        "t.const a; t.eqz -> i32.const a==0 where t in i32 i64",
        "A test for zero of a constant is the same every time.",
        "i64.const 4; i64.eqz",
        "i32.const 0",
        _always,
    ),
    _flat(
        "neutral zero",
        "t.const 0; t.add | call $t_add | t.sub | call $t_subtract -> where t in i32 i64",
        "Zero changes no whole number; real numbers, where it may change a sign, are left alone.",
        "local.get 0; i64.const 0; i64.add",
        "local.get 0",
        _always,
    ),
    _flat(
        "neutral one",
        "t.const 1; t.mul | call $t_multiply | t.div_s | call $t_floor_divide -> where t in i32 i64",
        "One changes no whole number.",
        "local.get 0; i64.const 1; call $i64_multiply",
        "local.get 0",
        _always,
    ),
    _flat(
        "first power",
        "t.const 1; call $t_power -> where t in i32 i64",
        "The first power is the number itself.",
        "local.get 0; i64.const 1; call $i64_power",
        "local.get 0",
        _always,
    ),
    _flat(
        "square",
        "local.get a; t.const 2; call $t_power -> local.get a; local.get a; call $t_multiply where t in i64",
        "A square is one checked product: the helper's own, without its loop.",
        "local.get 0; i64.const 2; call $i64_power",
        "local.get 0; local.get 0; call $i64_multiply",
        _always,
    ),
    Rewrite(
        "shift",
        "t.const 2^n; call $t_floor_divide | call $t_modulo -> t.const n; t.shr_s | t.const 2^n-1; t.and",
        "A signed shift rounds down as it drops bits, and what it drops is the remainder.",
        "local.get 0; i64.const 8; call $i64_floor_divide",
        "local.get 0; i64.const 3; i64.shr_s",
        _find_shift,
        _always,
    ),
    _flat(
        "stored and read",
        "local.set a; local.get a -> local.tee a",
        "One instruction stores what is on the stack and leaves it there.",
        "i64.const 5; local.set 1; local.get 1; local.get 1; i64.add",
        "i64.const 5; local.tee 1; local.get 1; i64.add",
        _always,
    ),
    _flat(
        "stored for nobody",
        "local.set a -> drop",
        "Nothing reads the local.",
        "local.get 0; call $i64_negate; local.set 1; i64.const 1",
        "local.get 0; call $i64_negate; drop; i64.const 1",
        _never_read,
    ),
    _flat(
        "kept for nobody",
        "local.tee a ->",
        "Nothing reads the local.",
        "local.get 0; local.tee 1",
        "local.get 0",
        _never_read,
    ),
    _flat(
        "stored from itself",
        "local.get a; local.set a ->",
        "The local holds the value already.",
        "local.get 0; local.set 0; i64.const 1",
        "i64.const 1",
        _always,
    ),
    _flat(
        "dropped constant",
        "t.const a; drop -> where t in i32 i64",
        "A constant does nothing but stand on the stack.",
        "i64.const 5; drop; i64.const 1",
        "i64.const 1",
        _always,
    ),
    _flat(
        "dropped local",
        "local.get a; drop ->",
        "Reading a local does nothing but put it on the stack.",
        "local.get 0; drop; i64.const 1",
        "i64.const 1",
        _always,
    ),
    _flat(
        "dropped operation",
        "t.add | t.sub | t.mul | t.eq | t.ne | t.lt_s | t.gt_s; drop -> drop; drop where t in i32 i64",
        "The operation cannot trap, so only its operands are left to compute.",
        "call $burn; local.get 0; call $i64_negate; local.get 0; call $i64_negate; i64.add; drop; i64.const 1",
        "call $burn; local.get 0; call $i64_negate; local.get 0; call $i64_negate; drop; drop; i64.const 1",
        _always,
    ),
    _flat(
        "never reached",
        "unreachable; x -> unreachable",
        "Nothing runs after a trap up to the end of its block.",
        "local.get 0; i64.eqz; if; unreachable; call $burn; end; i64.const 1",
        "local.get 0; i64.eqz; if; unreachable; end; i64.const 1",
        _is_straight,
    ),
    Rewrite(
        "known branch",
        "i32.const a; if t; ...; else; ...; end -> ...",
        "The branch that is taken runs alone, in a block where it has jumps, so that labels keep their depth.",
        "i32.const 0; if i64; i64.const 1; else; i64.const 2; end",
        "i64.const 2",
        _find_branch,
        _always,
    ),
    _sum("sum up", "le_s", "s>0, a<=b, n=(b-a)//s+1", (1, 10, 2), "i32.const 5; call $burn_many; i64.const 25"),
    _sum("sum down", "ge_s", "s<0, a>=b, n=(b-a)//s+1", (10, 1, -3), "i32.const 4; call $burn_many; i64.const 22"),
    _sum("empty sum up", "le_s", "s>0, a>b, n=0", (5, 1, 1), "i32.const 0; call $burn_many; i64.const 0"),
    _sum("empty sum down", "ge_s", "s<0, a<b, n=0", (1, 5, -1), "i32.const 0; call $burn_many; i64.const 0"),
)
"""Every rewrite, in the order in which they are tried."""


def rewrite_function(
    function: Function, verify: Callable[[Function], None] | None = None
) -> tuple[Function, Counter[str]]:
    """The function after every rewrite that applies, and how often each did.

    The body is built again from the front, and each new end is tried, so that what one rewrite leaves can be the next
    one's pattern.

    Args:
        function: a valid function.
        verify: is shown the whole function after every rewrite; in one of more than :data:`VERIFIED_EACH` instructions
            only at the end, so that the time stays linear.
    """
    done: Counter[str] = Counter()
    body: Body = []
    each = len(function.body) <= VERIFIED_EACH
    for at, item in enumerate(function.body):
        body.append(item)
        while body and (found := _first_match(function, body)) is not None:
            name, match = found
            done[name] += 1
            body[match.start :] = match.replacement
            if verify is not None and each:
                verify(replace(function, body=(*body, *function.body[at + 1 :])))
    changed = replace(function, body=tuple(body)) if done else function
    if verify is not None and done:
        verify(changed)
    return changed, done


def _first_match(function: Function, body: Body) -> tuple[str, Match] | None:
    for rule in REWRITES:
        match = rule.matcher(body)
        if match is not None and rule.sound(function, match):
            return rule.name, match
    return None
