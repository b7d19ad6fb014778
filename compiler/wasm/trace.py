"""A step trace: our own instructions run one by one, with the stack after each.

This interprets the emitted module, not the program, so it is also a third opinion on what the module computes. It is
slow and stops after a number of instructions; engines are for running.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.faults import CODES, ERROR_GLOBAL, Fault
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module
from irmill.compiler.wasm.runtime_arrays import PAGE_BYTES

Number = int | float


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One instruction that ran.

    Attributes:
        function: the function it stands in.
        text: the instruction.
        stack: the operand stack of that function after it, the deepest first.
    """

    function: str
    text: str
    stack: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """What a traced run came to: the steps that were kept, and a value, an error, or neither when it was cut short."""

    steps: tuple[TraceStep, ...]
    value: Number | None
    error: ErrorCode | None
    complete: bool


class _Stop(Exception):
    """The module trapped, or the trace is long enough (no code)."""

    def __init__(self, code: ErrorCode | None) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class _Activation:
    """A function that runs: where it is, its locals, its operands and its open blocks (opener, stack height)."""

    function: Function
    locals: list[Number]
    ends: dict[int, tuple[int, int]]
    at: int = 0
    stack: list[Number] = field(default_factory=list[Number])
    blocks: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])


def _wrap(bits: int) -> Callable[[int], int]:
    half, whole = 1 << (bits - 1), 1 << bits
    return lambda value: (value + half) % whole - half


def _truncated(left: int, right: int) -> int:
    if right == 0:
        raise _Stop(ErrorCode.DIV_BY_ZERO)
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_Operations = dict[str, Callable[..., Number]]

_ORDERS: _Operations = {
    "lt": lambda a, b: int(a < b),
    "le": lambda a, b: int(a <= b),
    "gt": lambda a, b: int(a > b),
    "ge": lambda a, b: int(a >= b),
}


def _integer_operations(bits: int) -> _Operations:
    wrap, mask = _wrap(bits), (1 << bits) - 1

    def divide(left: int, right: int) -> int:
        quotient = _truncated(left, right)
        if quotient == 1 << (bits - 1):
            raise _Stop(ErrorCode.OVERFLOW)
        return quotient

    binary: dict[str, Callable[[int, int], int]] = {
        "add": lambda a, b: wrap(a + b),
        "sub": lambda a, b: wrap(a - b),
        "mul": lambda a, b: wrap(a * b),
        "div_s": divide,
        "rem_s": lambda a, b: a - b * _truncated(a, b),
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "xor": lambda a, b: a ^ b,
        "shr_u": lambda a, b: wrap((a & mask) >> (b % bits)),
        "eq": lambda a, b: int(a == b),
        "ne": lambda a, b: int(a != b),
    }
    signed = {f"{name}_s": order for name, order in _ORDERS.items()}
    unsigned = {f"{name}_u": lambda a, b, order=order: order(a & mask, b & mask) for name, order in _ORDERS.items()}
    return {**binary, **signed, **unsigned, "eqz": lambda a: int(a == 0)}


def _single(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def _divided(left: float, right: float) -> float:
    if right == 0:
        return math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def _floored(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def _float_operations(rounded: Callable[[float], float]) -> _Operations:
    binary: dict[str, Callable[[float, float], float]] = {
        "add": lambda a, b: rounded(a + b),
        "sub": lambda a, b: rounded(a - b),
        "mul": lambda a, b: rounded(a * b),
        "div": lambda a, b: rounded(_divided(a, b)),
        "min": lambda a, b: min(a, b),
        "max": lambda a, b: max(a, b),
        "eq": lambda a, b: int(a == b),
        "ne": lambda a, b: int(a != b),
    }
    unary: dict[str, Callable[[float], float]] = {
        "abs": lambda a: abs(a),
        "floor": _floored,
        "sqrt": lambda a: rounded(math.sqrt(a)) if a >= 0 else math.nan,
    }
    return {**binary, **_ORDERS, **unary}


def _to_integer(value: float) -> int:
    if not -(2.0**63) <= value < 2.0**63:
        raise _Stop(ErrorCode.OVERFLOW)
    return math.trunc(value)


def _table() -> _Operations:
    """What every plain opcode computes of its operands."""
    found: _Operations = {}
    for kind, operations in (
        ("i32", _integer_operations(32)),
        ("i64", _integer_operations(64)),
        ("f32", _float_operations(_single)),
        ("f64", _float_operations(float)),
    ):
        found.update({f"{kind}.{name}": operation for name, operation in operations.items()})
    for kind in ("i32", "i64"):
        found[f"f64.convert_{kind}_s"] = float
        # One rounding only: a whole number above 2^53 must not be rounded to f64 first.
        found[f"f32.convert_{kind}_s"] = _single_of_whole
    unsigned: Callable[[int], int] = lambda a: a & 0xFFFFFFFF  # noqa: E731
    found["i32.wrap_i64"] = _wrap(32)
    found["i64.extend_i32_s"] = int
    found["i64.extend_i32_u"] = unsigned
    found["i64.trunc_f64_s"] = _to_integer
    found["f32.demote_f64"] = _single
    found["f64.promote_f32"] = float
    return found


def _single_of_whole(value: int) -> float:
    spare = max(0, abs(value).bit_length() - 26)
    kept = abs(value) >> spare
    if kept << spare != abs(value):
        kept |= 1
    return math.copysign(_single(float(kept)) * 2.0**spare, value) if value else 0.0


_OPERATIONS = _table()


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

    def __init__(self, module: Module, most_steps: int, most_kept: int) -> None:
        self.functions = {function.name: function for function in module.functions}
        self.blocks = {name: _match_blocks(function) for name, function in self.functions.items()}
        self.globals: dict[str, Number] = {item.name: item.initial for item in module.globals}
        self.memory = bytearray(PAGE_BYTES * module.memory[0]) if module.memory else bytearray()
        self.most_pages = module.memory[1] if module.memory else 0
        self.left = most_steps
        self.most_kept = most_kept
        self.steps: list[TraceStep] = []
        self.active: list[_Activation] = []

    def run(self) -> Number:
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
            self._step(frame, item)
            self.left -= 1
            if len(self.steps) < self.most_kept:
                self.steps.append(TraceStep(frame.function.name, item.text, tuple(frame.stack)))
            if self.left <= 0:
                raise _Stop(None)

    def _enter(self, function: Function, arguments: list[Number]) -> None:
        zeros: list[Number] = [0.0 if kind.startswith("f") else 0 for kind in function.locals]
        self.active.append(_Activation(function, arguments + zeros, self.blocks[function.name]))

    def _step(self, frame: _Activation, item: Instruction) -> None:
        name, stack = item.opcode.name, frame.stack
        operation = _OPERATIONS.get(name)
        if operation is not None:
            count = len(item.opcode.pops or ())
            operands = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            stack.append(operation(*operands))
        elif name.endswith(".const"):
            value = item.immediate
            if isinstance(value, int | float):
                stack.append(_single(value) if name == "f32.const" else value)
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
                frame.locals[int(symbol)] = stack.pop()
            case "local.tee":
                frame.locals[int(symbol)] = stack[-1]
            case "global.get":
                stack.append(self.globals[symbol])
            case "global.set":
                self.globals[symbol] = stack.pop()
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
                    struct.pack_into(_FORMATS[kind], self.memory, int(stack.pop()) + offset, value)
                else:
                    stack.append(struct.unpack_from(_FORMATS[kind], self.memory, int(stack.pop()) + offset)[0])
            except struct.error as error:
                raise _Stop(ErrorCode.OUT_OF_BOUNDS) from error

    def _control(self, frame: _Activation, name: str, item: Instruction) -> None:
        stack, opener = frame.stack, frame.at - 1
        match name:
            case "block" | "loop":
                frame.blocks.append((opener, len(stack)))
            case "if":
                taken = stack.pop()
                middle, end = frame.ends[opener]
                frame.blocks.append((opener, len(stack)))
                if not taken:
                    frame.at = middle + (middle != end)
            case "else":
                frame.at = frame.ends[frame.blocks[-1][0]][1]
            case "end":
                frame.blocks.pop()
            case "br_if" if not stack.pop():
                return
            case "br" | "br_if":
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
                raise _Stop(CODES[Fault(fault)] if fault in CODES else ErrorCode.UNSUPPORTED)

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


def trace_module(module: Module, *, most_steps: int = 200_000, most_kept: int = 2_000) -> Trace:
    """Runs a module instruction by instruction.

    Args:
        module: what to run.
        most_steps: instructions after which the trace is cut short.
        most_kept: instructions, from the first on, that are kept with the stack after each.
    """
    machine = _Machine(module, most_steps, most_kept)
    try:
        value = machine.run()
    except _Stop as stop:
        return Trace(tuple(machine.steps), None, stop.code, stop.code is not None)
    return Trace(tuple(machine.steps), value, None, True)
