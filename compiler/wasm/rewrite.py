"""Rewrites of instruction lists, for ``--optimize`` only: without it nothing is folded.

Every rewrite is a name, a pattern that finds where it applies, and a soundness test that decides whether it may. All
keep the value, the error and the fuel of every program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from irmill.compiler.base.limits import FUEL
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.ir import Function, Instruction, assemble, instruction

Body = list[Instruction]


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern applies: the end of the body from ``start`` on, ``taken``, may become ``replacement``."""

    start: int
    taken: tuple[Instruction, ...]
    replacement: tuple[Instruction, ...]


def _match(body: Body, start: int, replacement: tuple[Instruction, ...]) -> Match:
    return Match(start, tuple(body[start:]), replacement)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One rewrite.

    Attributes:
        name: what it is called in reports.
        pattern: what it finds at the end of a body, or None.
        sound: whether that may be rewritten, given the function as it was.
    """

    name: str
    pattern: Callable[[Body], Match | None]
    sound: Callable[[Function, Match], bool]


_RANGES = {"i32": 31, "i64": 63}
_FOLDED: dict[str, Callable[[int, int], int]] = {
    "add": lambda left, right: left + right,
    "sub": lambda left, right: left - right,
    "mul": lambda left, right: left * right,
    "subtract": lambda left, right: left - right,
    "multiply": lambda left, right: left * right,
    "eq": lambda left, right: int(left == right),
    "ne": lambda left, right: int(left != right),
    "lt_s": lambda left, right: int(left < right),
    "le_s": lambda left, right: int(left <= right),
    "gt_s": lambda left, right: int(left > right),
    "ge_s": lambda left, right: int(left >= right),
}
_TESTS = frozenset({"eq", "ne", "lt_s", "le_s", "gt_s", "ge_s"})


def _operation(item: Instruction) -> tuple[str, str]:
    """Type and operation of a plain opcode or of a call of a checked one: ``("i64", "add")``."""
    if item.opcode.name == "call":
        kind, _, name = str(item.immediate).partition("_")
        return kind, name
    kind, _, name = item.opcode.name.partition(".")
    return kind, name


def _constant(item: Instruction) -> int | None:
    is_constant = item.opcode.immediate in (ImmediateKind.I32, ImmediateKind.I64)
    return item.immediate if is_constant and isinstance(item.immediate, int) else None


def _find_constants(body: Body) -> Match | None:
    """``const; const; op`` as the constant it gives."""
    kind, name = _operation(body[-1])
    if len(body) < 3 or kind not in _RANGES or name not in _FOLDED:
        return None
    left, right = _constant(body[-3]), _constant(body[-2])
    if left is None or right is None:
        return None
    result = "i32" if name in _TESTS else kind
    return _match(body, len(body) - 3, (instruction(f"{result}.const", _FOLDED[name](left, right)),))


def _fits(_: Function, match: Match) -> bool:
    """A result outside its type stays an operation, so that it overflows where the program says so."""
    item = match.replacement[0]
    value = _constant(item)
    bits = _RANGES[_operation(item)[0]]
    return value is not None and -(1 << bits) <= value < 1 << bits


_NEUTRAL = {("add", 0), ("sub", 0), ("mul", 1), ("subtract", 0), ("multiply", 1), ("div_s", 1), ("floor_divide", 1)}


def _find_neutral(body: Body) -> Match | None:
    """``x; const; op`` where the constant changes nothing, as ``x``. Real numbers are left alone."""
    kind, name = _operation(body[-1])
    if len(body) < 2 or kind not in _RANGES:
        return None
    value = _constant(body[-2])
    return _match(body, len(body) - 2, ()) if (name, value) in _NEUTRAL else None


def _find_branch(body: Body) -> Match | None:
    """``const; if A else B end`` as a block around the branch that is taken, so that labels keep their depth."""
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
    block = instruction("block", body[start].immediate)
    return _match(body, start - 1, (block, *branch, body[end]))


_SUM_LENGTH = 24


def _sum_loop(kind: str, total: object, counter: object, first: int, last: int, step: int) -> tuple[Instruction, ...]:
    """What the lowering emits for ``sum(i, first, last by step)`` whose steps are all proven to fit."""
    test = f"{kind}.{'le_s' if step > 0 else 'ge_s'}"
    return assemble(
        f"""{kind}.const 0; local.set {total}; {kind}.const {first}; local.set {counter}
        local.get {counter}; {kind}.const {last}; {test}; if; loop; call $burn
        local.get {total}; local.get {counter}; {kind}.add; local.set {total}
        local.get {counter}; {kind}.const {step}; {kind}.add; local.tee {counter}
        {kind}.const {last}; {test}; br_if 0; end; end; local.get {total}"""
    )


def _find_sum(body: Body) -> Match | None:
    """The sum of a counter between constants, as its closed form; the fuel is taken at once."""
    if len(body) < _SUM_LENGTH or body[-2].opcode.name != "end" or body[-1].opcode.name != "local.get":
        return None
    items = body[-_SUM_LENGTH:]
    if any(items[place].opcode.name != "local.set" for place in (1, 3)):
        return None
    kind = _operation(items[0])[0]
    first, last, step = (_constant(items[place]) for place in (2, 5, 15))
    if kind not in _RANGES or first is None or last is None or not step:
        return None
    if tuple(items) != _sum_loop(kind, items[1].immediate, items[3].immediate, first, last, step):
        return None
    counters = range(first, last + (1 if step > 0 else -1), step)
    count = max(0, (counters[-1] - first) // step + 1) if counters else 0
    total = count * first + step * (count * (count - 1) // 2)
    source = f"i32.const {min(count, FUEL + 1)}; call $burn_many; {kind}.const {total}"
    return _match(body, len(body) - _SUM_LENGTH, assemble(source))


def _locals_unused(function: Function, match: Match) -> bool:
    """Nothing outside the loop reads its locals, and it can run to its end."""
    count = _constant(match.replacement[0])
    inside = Counter(_locals(match.taken))
    everywhere = Counter(_locals(function.body))
    return count is not None and count <= FUEL and all(everywhere[local] == inside[local] for local in inside)


def _locals(items: Sequence[Instruction]) -> list[int]:
    return [int(str(item.immediate)) for item in items if item.opcode.immediate is ImmediateKind.LOCAL]


def _always(_: Function, __: Match) -> bool:
    """The pattern says it all."""
    return True


REWRITES: tuple[Rewrite, ...] = (
    Rewrite("constants", _find_constants, _fits),
    Rewrite("neutral operand", _find_neutral, _always),
    Rewrite("known branch", _find_branch, _always),
    Rewrite("sum of a counter", _find_sum, _locals_unused),
)
"""Every rewrite, in the order in which they are tried."""


def rewrite_function(function: Function) -> tuple[Function, Counter[str]]:
    """The function after every rewrite that applies, and how often each did.

    The body is built again from the front, and each new end is tried, so that what one rewrite leaves can be the next
    one's pattern.
    """
    done: Counter[str] = Counter()
    body: Body = []
    for item in function.body:
        body.append(item)
        while body and (found := _first_match(function, body)) is not None:
            name, match = found
            done[name] += 1
            body[match.start :] = match.replacement
    return Function(function.name, function.parameters, function.results, function.locals, tuple(body)), done


def _first_match(function: Function, body: Body) -> tuple[str, Match] | None:
    for rule in REWRITES:
        match = rule.pattern(body)
        if match is not None and rule.sound(function, match):
            return rule.name, match
    return None
