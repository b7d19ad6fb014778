"""A validator of the emitted subset: stack typing, label depths, locals, globals, calls.

Source: the validation algorithm of the WebAssembly Core Specification 2.0, appendix "Validation Algorithm", restricted
to the opcodes of the codebook. It works on the instruction list, so a fault is named by function and instruction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from irmill.compiler.wasm.codebook import ImmediateKind, ValueType
from irmill.compiler.wasm.ir import COMPUTE, Function, Instruction, Module


class InvalidModule(Exception):
    """The module is not valid WebAssembly; the message names function, instruction and fault."""


@dataclass(slots=True)
class _Frame:
    opener: str
    results: tuple[ValueType, ...]
    height: int
    unreachable: bool = False

    @property
    def label(self) -> tuple[ValueType, ...]:
        """What a branch to this frame takes: nothing for a loop, else its results."""
        return () if self.opener == "loop" else self.results


@dataclass(slots=True)
class _Checker:
    """The state of one function's validation: operand types (None: unknown, after a jump) and open frames."""

    module_functions: dict[str, Function]
    globals: dict[str, ValueType]
    memory: bool
    function: Function
    stack: list[ValueType | None] = field(default_factory=list[ValueType | None])
    frames: list[_Frame] = field(default_factory=list[_Frame])
    at: int = -1

    def pop(self, wanted: ValueType | None = None) -> ValueType | None:
        frame = self.frames[-1]
        if len(self.stack) == frame.height:
            if frame.unreachable:
                return wanted
            raise InvalidModule(f"an operand ({wanted or 'any'}) is missing")
        found = self.stack.pop()
        if wanted is not None and found is not None and found is not wanted:
            raise InvalidModule(f"{wanted} is wanted, {found} is there")
        return found if found is not None else wanted

    def pop_all(self, types: tuple[ValueType, ...]) -> None:
        for kind in reversed(types):
            self.pop(kind)

    def open(self, opener: str, results: tuple[ValueType, ...]) -> None:
        self.frames.append(_Frame(opener, results, len(self.stack)))

    def close(self) -> _Frame:
        frame = self.frames[-1]
        self.pop_all(frame.results)
        if len(self.stack) != frame.height:
            raise InvalidModule(f"{len(self.stack) - frame.height} operands are left over")
        return self.frames.pop()

    def jump(self) -> None:
        frame = self.frames[-1]
        del self.stack[frame.height :]
        frame.unreachable = True

    def local(self, index: object) -> ValueType:
        types = self.function.parameters + self.function.locals
        if not isinstance(index, int) or not 0 <= index < len(types):
            raise InvalidModule(f"there is no local {index}")
        return types[index]

    def target(self, depth: object) -> tuple[ValueType, ...]:
        if not isinstance(depth, int) or not 0 <= depth < len(self.frames):
            raise InvalidModule(f"there is no label {depth}")
        return self.frames[-1 - depth].label

    def step(self, item: Instruction) -> None:
        opcode = item.opcode
        if opcode.immediate in (ImmediateKind.ADDRESS, ImmediateKind.MEMORY) and not self.memory:
            raise InvalidModule("the module has no memory")
        if opcode.pops is not None and opcode.pushes is not None:
            self._constant(item)
            self.pop_all(opcode.pops)
            self.stack.extend(opcode.pushes)
        elif opcode.immediate in (ImmediateKind.LOCAL, ImmediateKind.GLOBAL, ImmediateKind.FUNCTION):
            self._named(item)
        else:
            self._control(item)

    def _constant(self, item: Instruction) -> None:
        bits = {ImmediateKind.I32: 31, ImmediateKind.I64: 63}.get(item.opcode.immediate)
        value = item.immediate
        if bits is not None and not (isinstance(value, int) and -(1 << bits) <= value < 1 << bits):
            raise InvalidModule(f"the constant {value!r} does not fit")

    def _named(self, item: Instruction) -> None:
        match item.opcode.name:
            case "local.get":
                self.stack.append(self.local(item.immediate))
            case "local.set":
                self.pop(self.local(item.immediate))
            case "local.tee":
                kind = self.local(item.immediate)
                self.pop(kind)
                self.stack.append(kind)
            case "global.get" | "global.set" as name:
                if item.immediate not in self.globals:
                    raise InvalidModule(f"there is no global {item.immediate}")
                kind = self.globals[str(item.immediate)]
                if name == "global.get":
                    self.stack.append(kind)
                else:
                    self.pop(kind)
            case _:
                if item.immediate not in self.module_functions:
                    raise InvalidModule(f"there is no function {item.immediate}")
                called = self.module_functions[str(item.immediate)]
                self.pop_all(called.parameters)
                self.stack.extend(called.results)

    def _block(self, item: Instruction) -> None:
        match item.opcode.name:
            case "else":
                if self.frames[-1].opener != "if":
                    raise InvalidModule("else without an if")
                frame = self.close()
                self.open("else", frame.results)
            case "end":
                if len(self.frames) < 2:
                    raise InvalidModule("end without a block")
                frame = self.close()
                if frame.opener == "if" and frame.results:
                    raise InvalidModule("an if with results needs an else")
                self.stack.extend(frame.results)
            case opener:
                if opener == "if":
                    self.pop(ValueType.I32)
                self.open(opener, item.immediate if isinstance(item.immediate, tuple) else ())

    def _control(self, item: Instruction) -> None:
        match item.opcode.name:
            case "block" | "loop" | "if" | "else" | "end":
                self._block(item)
            case "br":
                self.pop_all(self.target(item.immediate))
                self.jump()
            case "br_if":
                self.pop(ValueType.I32)
                types = self.target(item.immediate)
                self.pop_all(types)
                self.stack.extend(types)
            case "return":
                self.pop_all(self.function.results)
                self.jump()
            case "unreachable":
                self.jump()
            case "drop":
                self.pop()
            case "select":
                self.pop(ValueType.I32)
                kind = self.pop()
                other = self.pop(kind)
                self.stack.append(kind if kind is not None else other)
            case name:
                if name != "nop":
                    raise InvalidModule(f"{name} is not known to the verifier")


def verify_module(module: Module) -> None:
    """Checks every function of ``module``.

    Raises:
        InvalidModule: at the first fault.
    """
    functions = {function.name: function for function in module.functions}
    if len(functions) != len(module.functions):
        raise InvalidModule("two functions have one name")
    if COMPUTE not in functions or functions[COMPUTE].parameters or len(functions[COMPUTE].results) != 1:
        raise InvalidModule(f"{COMPUTE} must exist, take nothing and give one value")
    globals_ = {item.name: item.type for item in module.globals}
    for function in module.functions:
        verify_function(function, functions, globals_, memory=module.memory is not None)


def verify_function(
    function: Function, functions: dict[str, Function], globals_: dict[str, ValueType], *, memory: bool
) -> None:
    """Checks one function among those that it may call.

    Raises:
        InvalidModule: at the first fault.
    """
    checker = _Checker(functions, globals_, memory, function)
    checker.open("function", function.results)
    try:
        for item in function.body:
            checker.at += 1
            checker.step(item)
        if len(checker.frames) != 1:
            raise InvalidModule(f"{len(checker.frames) - 1} blocks are open at the end")
        checker.close()
    except InvalidModule as fault:
        text = function.body[checker.at].text if function.body else "the end"
        raise InvalidModule(f"function {function.name}, instruction {checker.at} ({text}): {fault}") from None
