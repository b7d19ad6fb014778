"""A step trace: our own instructions run one by one, with what each left on the stack, wrote, and where it branched.

This interprets the emitted module, not the program, so it is also a third opinion on what the module computes. It is
slow and stops after a number of instructions; engines are for running.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.faults import CODES, ERROR_GLOBAL, Fault
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module
from irmill.compiler.wasm.runtime_arrays import PAGE_BYTES
from irmill.compiler.wasm.semantics import OPERATIONS, Number, Stopped, single

PAGE_STEPS: Final = 2_000
"""Steps of one page of a trace, unless told otherwise."""

MOST_STEPS: Final = 200_000
"""Instructions after which a run is cut short, unless a page lies farther on."""


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One instruction that ran.

    Attributes:
        number: which one of the run it was, from 1.
        function: the function it stands in.
        text: the instruction.
        stack: the operand stack of that function after it, the deepest first.
        locals: the parameters and locals of that function after it.
        written: what it wrote, and the value: ``local 1``, ``global fuel``, ``memory 24`` (the address of an ``i64``,
            unless it says another type); None where it wrote nothing.
        branch: the branch taken: ``then``, ``else``, or ``past`` where an ``if`` has none; ``taken`` or ``not taken``
            of a jump; empty for other instructions.
    """

    number: int
    function: str
    text: str
    stack: tuple[Number, ...]
    locals: tuple[Number, ...]
    written: tuple[str, Number] | None
    branch: str

    @property
    def line(self) -> str:
        """For a person: the instruction, the stack, and in brackets what else happened."""
        written = f"[{self.written[0]} = {self.written[1]}]" if self.written else ""
        branch = f"[{self.branch}]" if self.branch else ""
        shown = (f"{self.text:24}", " ".join(map(str, self.stack)), written, branch)
        return " ".join(part for part in shown if part).rstrip()


@dataclass(frozen=True, slots=True)
class Trace:
    """What a traced run came to: a value, an error, or neither where it was cut short.

    Attributes:
        steps: one page of the instructions that ran, in order.
        ran: how many instructions ran.
        value: what ``compute`` gave; None with an error, or without an end.
        error: why there is no value.
        complete: the module came to its end, with a value or an error; otherwise more instructions would have run.
    """

    steps: tuple[TraceStep, ...]
    ran: int
    value: Number | None
    error: ErrorCode | None
    complete: bool


@dataclass(slots=True)
class _Activation:
    """A function that runs: where it is, its locals, its operands and its open blocks (opener, stack height)."""

    function: Function
    locals: list[Number]
    ends: dict[int, tuple[int, int]]
    at: int = 0
    stack: list[Number] = field(default_factory=list[Number])
    blocks: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def _match_blocks(function: Function) -> dict[int, tuple[int, int]]:
    """For every opener, where its ``else`` (or its ``end``) and its ``end`` are."""
    found: dict[int, tuple[int, int]] = {}
    openers: list[tuple[int, int | None]] = []
    for at, item in enumerate(function.body):
        if item.opcode.immediate is ImmediateKind.BLOCK:
            openers.append((at, None))
        elif item.opcode.name == "else":
            openers[-1] = (openers[-1][0], at)
        elif item.opcode.name == "end":
            opener, middle = openers.pop()
            found[opener] = (middle if middle is not None else at, at)
    return found


_FORMATS = {"i32": "<i", "i64": "<q", "f32": "<f", "f64": "<d"}


class _Machine:
    """A module that runs."""

    def __init__(self, module: Module, page: range) -> None:
        self.functions = {function.name: function for function in module.functions}
        self.blocks = {name: _match_blocks(function) for name, function in self.functions.items()}
        self.globals: dict[str, Number] = {item.name: item.initial for item in module.globals}
        self.memory = bytearray(PAGE_BYTES * module.memory[0]) if module.memory else bytearray()
        self.most_pages = module.memory[1] if module.memory else 0
        self.page = page
        self.ran = 0
        self.steps: list[TraceStep] = []
        self.written: tuple[str, Number] | None = None
        self.branch = ""
        self.active: list[_Activation] = []

    def run(self, most_steps: int) -> Number:
        self._enter(self.functions[COMPUTE], [])
        while True:
            frame = self.active[-1]
            if frame.at >= len(frame.function.body):
                self.active.pop()
                results = frame.stack[len(frame.stack) - len(frame.function.results) :]
                if not self.active:
                    return results[0]
                self.active[-1].stack += results
                continue
            item = frame.function.body[frame.at]
            frame.at += 1
            if self.ran == most_steps:
                raise Stopped(None)
            self.written, self.branch = None, ""
            self.ran += 1
            try:
                self._step(frame, item)
            finally:
                if self.ran in self.page:
                    self._keep(frame, item)

    def _keep(self, frame: _Activation, item: Instruction) -> None:
        step = TraceStep(
            number=self.ran,
            function=frame.function.name,
            text=item.text,
            stack=tuple(frame.stack),
            locals=tuple(frame.locals),
            written=self.written,
            branch=self.branch,
        )
        self.steps.append(step)

    def _write(self, place: str, value: Number) -> Number:
        self.written = (place, value)
        return value

    def _enter(self, function: Function, arguments: list[Number]) -> None:
        zeros: list[Number] = [0.0 if kind.startswith("f") else 0 for kind in function.locals]
        self.active.append(_Activation(function, arguments + zeros, self.blocks[function.name]))

    def _step(self, frame: _Activation, item: Instruction) -> None:
        name, stack = item.opcode.name, frame.stack
        operation = OPERATIONS.get(name)
        if operation is not None:
            count = len(item.opcode.pops or ())
            operands = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            stack.append(operation(*operands))
        elif name.endswith(".const"):
            value = item.immediate
            if isinstance(value, int | float):
                stack.append(single(value) if name == "f32.const" else value)
        elif item.opcode.immediate in (ImmediateKind.LOCAL, ImmediateKind.GLOBAL, ImmediateKind.FUNCTION):
            self._named(frame, name, item)
        elif item.opcode.immediate in (ImmediateKind.ADDRESS, ImmediateKind.MEMORY):
            self._remember(stack, name, int(str(item.immediate)))
        else:
            self._control(frame, name, item)

    def _named(self, frame: _Activation, name: str, item: Instruction) -> None:
        symbol, stack = str(item.immediate), frame.stack
        match name:
            case "local.get":
                stack.append(frame.locals[int(symbol)])
            case "local.set":
                frame.locals[int(symbol)] = self._write(f"local {symbol}", stack.pop())
            case "local.tee":
                frame.locals[int(symbol)] = self._write(f"local {symbol}", stack[-1])
            case "global.get":
                stack.append(self.globals[symbol])
            case "global.set":
                self.globals[symbol] = self._write(f"global {symbol}", stack.pop())
            case _:
                function = self.functions[symbol]
                count = len(function.parameters)
                arguments = stack[len(stack) - count :]
                del stack[len(stack) - count :]
                self._enter(function, arguments)

    def _remember(self, stack: list[Number], name: str, offset: int) -> None:
        kind, _, action = name.partition(".")
        if action == "size":
            stack.append(len(self.memory) // PAGE_BYTES)
        elif action == "grow":
            before, more = len(self.memory) // PAGE_BYTES, int(stack.pop())
            if before + more > self.most_pages:
                stack.append(-1)
                return
            self.memory.extend(bytes(more * PAGE_BYTES))
            stack.append(before)
        else:
            value = stack.pop() if action == "store" else 0
            try:
                if action == "store":
                    address = int(stack.pop()) + offset
                    struct.pack_into(_FORMATS[kind], self.memory, address, value)
                    self._write(f"memory {address}" + ("" if kind == "i64" else f" {kind}"), value)
                else:
                    stack.append(struct.unpack_from(_FORMATS[kind], self.memory, int(stack.pop()) + offset)[0])
            except struct.error as error:
                raise Stopped(ErrorCode.OUT_OF_BOUNDS) from error

    def _control(self, frame: _Activation, name: str, item: Instruction) -> None:
        stack, opener = frame.stack, frame.at - 1
        match name:
            case "block" | "loop":
                frame.blocks.append((opener, len(stack)))
            case "if":
                taken = stack.pop()
                middle, end = frame.ends[opener]
                frame.blocks.append((opener, len(stack)))
                self.branch = "then" if taken else "else" if middle != end else "past"
                if not taken:
                    frame.at = middle + (middle != end)
            case "else":
                frame.at = frame.ends[frame.blocks[-1][0]][1]
            case "end":
                frame.blocks.pop()
            case "br_if" if not stack.pop():
                self.branch = "not taken"
            case "br" | "br_if":
                self.branch = "taken"
                self._jump(frame, int(str(item.immediate)))
            case "return":
                frame.at = len(frame.function.body)
            case "drop":
                stack.pop()
            case "select":
                condition, second = stack.pop(), stack.pop()
                stack[-1] = stack[-1] if condition else second
            case _:
                fault = int(self.globals.get(ERROR_GLOBAL, 0))
                raise Stopped(CODES[Fault(fault)] if fault in CODES else ErrorCode.UNSUPPORTED)

    def _jump(self, frame: _Activation, depth: int) -> None:
        """To the head of a loop or past the end of a block; no label of ours carries values."""
        del frame.blocks[len(frame.blocks) - depth :]
        opener, height = frame.blocks[-1]
        del frame.stack[height:]
        if frame.function.body[opener].opcode.name == "loop":
            frame.at = opener + 1
        else:
            frame.blocks.pop()
            frame.at = frame.ends[opener][1] + 1


def trace_module(module: Module, *, first: int = 1, most_kept: int = PAGE_STEPS, most_steps: int = MOST_STEPS) -> Trace:
    """Runs a module instruction by instruction, from its beginning.

    Args:
        module: what to run.
        first: the first step of the page that is kept, from 1.
        most_kept: the steps of that page.
        most_steps: instructions after which the run is cut short; never within the page.
    """
    page = range(first, first + most_kept)
    machine = _Machine(module, page)
    value: Number | None = None
    error: ErrorCode | None = None
    complete = True
    try:
        value = machine.run(max(most_steps, page.stop - 1))
    except Stopped as stop:
        error, complete = stop.code, stop.code is not None
    return Trace(tuple(machine.steps), machine.ran, value, error, complete)
