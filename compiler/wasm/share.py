"""Values that are computed once: a pass of ``--optimize`` over one function.

Every value on the stack gets a number; equal numbers are equal values (an operation, a constant or a pure helper, of
equal operands). Instructions that compute again what is known where they stand become a ``local.get``: of a variable
that holds it, else of a new local that its first computation is kept in. What is computed in a block, a branch or a
loop is known up to its end. A first computation that traps ends the program, so what is left out can never be the first
to trap.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

from irmill.compiler.wasm.codebook import ImmediateKind, ValueType
from irmill.compiler.wasm.ir import Function, Instruction, instruction
from irmill.compiler.wasm.link import find_function

_IMPURE = frozenset({ImmediateKind.ADDRESS, ImmediateKind.MEMORY})


@functools.cache
def is_pure(name: str) -> bool:
    """Whether a runtime function does nothing but give a value of its operands, or trap."""
    body = find_function(name).body
    touched = {item.immediate for item in body if item.opcode.immediate is ImmediateKind.GLOBAL}
    called = [str(item.immediate) for item in body if item.opcode.immediate is ImmediateKind.FUNCTION]
    return (
        touched <= {"error"}
        and not any(item.opcode.immediate in _IMPURE for item in body)
        and all(is_pure(other) for other in called)
    )


@dataclass(frozen=True, slots=True)
class _Item:
    """A value on the stack: its number, and the instructions that do nothing but compute it (``first`` -1: unknown)."""

    number: int
    first: int = -1
    last: int = -1


@dataclass(slots=True)
class _Known:
    """Where a value was computed first, and the new local that keeps it; -1 until it is needed."""

    last: int
    type: ValueType
    local: int = -1


@dataclass(frozen=True, slots=True)
class _Frame:
    """An open block: its opener, the stack and the variables when it was opened, what was known, what it assigns."""

    opener: int
    height: int
    variables: dict[int, int]
    known: int


class _Pass:
    """One walk over a function's body."""

    def __init__(self, function: Function, called: Callable[[str], Function]) -> None:
        self.function = function
        self.called = called
        self.assigned = _assigned(function)
        self.fresh = 0
        self.numbers: dict[tuple[object, ...], int] = {}
        self.variables: dict[int, int] = {}
        self.holders: dict[int, int] = {}
        self.known: dict[int, _Known] = {}
        self.order: list[int] = []
        self.stack: list[_Item] = []
        self.frames: list[_Frame] = []
        self.cuts: list[tuple[int, int, int | _Known]] = []

    def run(self) -> Function:
        """The function, changed or as it was."""
        for at, item in enumerate(self.function.body):
            self._step(at, item)
        if not self.cuts:
            return self.function
        locals_ = list(self.function.locals)
        for _, _, source in self.cuts:
            if isinstance(source, _Known) and source.local < 0:
                source.local = len(self.function.parameters) + len(locals_)
                locals_.append(source.type)
        return replace(self.function, locals=tuple(locals_), body=tuple(self._rewritten()))

    def _rewritten(self) -> list[Instruction]:
        kept = {source.last: source.local for _, _, source in self.cuts if isinstance(source, _Known)}
        body: list[Instruction] = []
        at = 0
        for first, last, source in [*self.cuts, (len(self.function.body), 0, 0)]:
            for place in range(at, first):
                body.append(self.function.body[place])
                if place in kept:
                    body.append(instruction("local.tee", kept[place]))
            if first < len(self.function.body):
                body.append(instruction("local.get", source.local if isinstance(source, _Known) else source))
            at = last + 1
        return body

    # --- numbers and the stack ---

    def _new(self) -> int:
        self.fresh += 1
        return -self.fresh

    def _pop(self) -> _Item:
        floor = self.frames[-1].height if self.frames else 0
        return self.stack.pop() if len(self.stack) > floor else _Item(self._new())

    def _variable(self, local: int) -> int:
        return self.variables.setdefault(local, self._new())

    def _assign(self, local: int, number: int) -> None:
        self.variables[local] = number
        self.holders[number] = local

    # --- the walk ---

    def _step(self, at: int, item: Instruction) -> None:
        name, opcode = item.opcode.name, item.opcode
        if opcode.pops is not None and opcode.pushes is not None:
            pure = opcode.immediate not in _IMPURE and name != "memory.grow"
            self._operation(at, (name, repr(item.immediate)), len(opcode.pops), opcode.pushes, pure=pure)
        elif opcode.immediate is ImmediateKind.FUNCTION:
            symbol = str(item.immediate)
            called = self.called(symbol)
            pure = "." not in symbol and len(called.results) == 1 and is_pure(symbol)
            self._operation(at, (name, symbol), len(called.parameters), called.results, pure=pure)
        elif name == "local.get":
            self.stack.append(_Item(self._variable(int(str(item.immediate))), at, at))
        elif name == "local.set":
            self._assign(int(str(item.immediate)), self._pop().number)
        elif name == "local.tee":
            number = self._pop().number
            self._assign(int(str(item.immediate)), number)
            self.stack.append(_Item(number))
        else:
            self._control(at, name)

    def _operation(
        self, at: int, key: tuple[object, ...], count: int, pushes: tuple[ValueType, ...], *, pure: bool
    ) -> None:
        parts = [self._pop() for _ in range(count)][::-1]
        if not pure or len(pushes) != 1:
            self.stack += [_Item(self._new()) for _ in pushes]
            return
        number = self.numbers.setdefault((*key, *(part.number for part in parts)), len(self.numbers))
        first = _first(parts, at)
        self.stack.append(_Item(number, first, at))
        if not parts:
            return
        entry = self.known.get(number)
        holder = self.holders.get(number, -1)
        if first >= 0 and self.variables.get(holder) == number:
            self._cut(first, at, holder)
        elif first >= 0 and entry is not None and (at - first > 1 or key[0] == "call"):
            self._cut(first, at, entry)
        elif entry is None:
            self.known[number] = _Known(at, pushes[0])
            self.order.append(number)

    def _cut(self, first: int, last: int, source: int | _Known) -> None:
        """Leaves instructions out; what they were the first to compute, or cut themselves, is forgotten."""
        while self.order and self.known[self.order[-1]].last >= first:
            del self.known[self.order.pop()]
        while self.cuts and self.cuts[-1][0] >= first:
            self.cuts.pop()
        self.cuts.append((first, last, source))

    def _control(self, at: int, name: str) -> None:
        match name:
            case "block" | "loop" | "if":
                if name == "if":
                    self._pop()
                self.frames.append(_Frame(at, len(self.stack), dict(self.variables), len(self.order)))
                if name == "loop":
                    self._forget(at)
            case "else":
                self._leave(self.frames[-1])
                self.variables = dict(self.frames[-1].variables)
            case "end":
                frame = self.frames.pop()
                self._leave(frame)
                self.variables = frame.variables
                self._forget(frame.opener)
                results = self.function.body[frame.opener].immediate
                self.stack += [_Item(self._new()) for _ in (results if isinstance(results, tuple) else ())]
            case "select":
                for _ in range(3):
                    self._pop()
                self.stack.append(_Item(self._new()))
            case "drop" | "br_if":
                self._pop()
            case _:
                del self.stack[self.frames[-1].height if self.frames else 0 :]

    def _leave(self, frame: _Frame) -> None:
        """What was computed in a block is not known after it."""
        del self.stack[frame.height :]
        while len(self.order) > frame.known:
            del self.known[self.order.pop()]

    def _forget(self, opener: int) -> None:
        """What a block assigns may be anything."""
        for local in self.assigned[opener]:
            self.variables[local] = self._new()


def _first(parts: list[_Item], at: int) -> int:
    """Where the instructions begin that compute ``parts`` and nothing else, and end before ``at``; -1 for none."""
    end = at
    for part in reversed(parts):
        if part.first < 0 or part.last + 1 != end:
            return -1
        end = part.first
    return end


def _assigned(function: Function) -> dict[int, set[int]]:
    """The locals that are assigned in each block, by where it opens."""
    found: dict[int, set[int]] = {}
    openers: list[int] = []
    for at, item in enumerate(function.body):
        if item.opcode.immediate is ImmediateKind.BLOCK:
            openers.append(at)
            found[at] = set()
        elif item.opcode.name == "end":
            inner = found[openers.pop()]
            if openers:
                found[openers[-1]] |= inner
        elif item.opcode.name in ("local.set", "local.tee") and openers:
            found[openers[-1]].add(int(str(item.immediate)))
    return found


def share_values(function: Function, called: Callable[[str], Function]) -> Function:
    """The function without what it computes a second time; the same object where there is nothing to share.

    Args:
        function: a valid function.
        called: the function behind a symbol, of the program or of the runtime.
    """
    return _Pass(function, called).run()
