"""What each instruction that needs no table of its own computes, as closures over one machine's state.

``PLAIN_STEPS`` maps a name to a function that takes the state and the argument and returns the instruction as a
callable. Depth of the stack and the instruction pointer are the machine's business: a step may take for granted that
its net effect leaves 16 words. ``arithmetic32``, ``hashing`` and ``control`` hold the other instructions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from irmill.optimizer.field import extension, goldilocks
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.trap import Trap, TrapSignal

Step: TypeAlias = Callable[[], object]
StepFactory: TypeAlias = Callable[[MachineState, int], Step]


def _pop(state: MachineState, argument: int) -> Step:
    stack = state.stack
    if argument == 1:
        return stack.pop

    def step() -> None:
        del stack[-argument:]

    return step


def _dup(state: MachineState, argument: int) -> Step:
    stack, append, place = state.stack, state.stack.append, -1 - argument
    return lambda: append(stack[place])


def _swap(state: MachineState, argument: int) -> Step:
    stack, place = state.stack, -1 - argument

    def step() -> None:
        stack[-1], stack[place] = stack[place], stack[-1]

    return step


def _pick(state: MachineState, argument: int) -> Step:
    pop, append, place = state.stack.pop, state.stack.append, -1 - argument
    return lambda: append(pop(place))


def _place(state: MachineState, argument: int) -> Step:
    if argument == 0:
        return _nothing
    pop, insert = state.stack.pop, state.stack.insert
    return lambda: insert(-argument, pop())


def _nothing() -> None:
    """The step of ``nop`` and of its like."""


def _read(state: MachineState, count: int, source: list[int], trap: Trap, kind: str) -> Step:
    append, take = state.stack.append, source.pop

    def step() -> None:
        if len(source) < count:
            raise TrapSignal(trap, f"{kind} input holds {len(source)} more words, not {count}")
        for _ in range(count):
            append(take())

    return step


def _write_io(state: MachineState, argument: int) -> Step:
    pop, write = state.stack.pop, state.output.append

    def step() -> None:
        for _ in range(argument):
            write(pop())

    return step


def _read_mem(state: MachineState, argument: int) -> Step:
    pop, append, get = state.stack.pop, state.stack.append, state.ram.get

    def step() -> None:
        pointer = pop()
        for _ in range(argument):
            append(get(pointer, 0))
            pointer = (pointer - 1) % MODULUS
        append(pointer)

    return step


def _write_mem(state: MachineState, argument: int) -> Step:
    pop, append, ram = state.stack.pop, state.stack.append, state.ram

    def step() -> None:
        pointer = pop()
        for _ in range(argument):
            ram[pointer] = pop()
            pointer = (pointer + 1) % MODULUS
        append(pointer)

    return step


def _assert(state: MachineState, argument: int) -> Step:
    pop = state.stack.pop

    def step() -> None:
        value = pop()
        if value != 1:
            raise TrapSignal(Trap.ASSERTION, f"expected 1, got {value}")

    return step


def _assert_vector(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        for place in range(5):
            got, wanted = stack[-1 - place], stack[-6 - place]
            if got != wanted:
                raise TrapSignal(
                    Trap.VECTOR_ASSERTION, f"stack[{place}] != stack[{place + 5}]: expected {got}, got {wanted}"
                )
        del stack[-5:]

    return step


def _add(state: MachineState, argument: int) -> Step:
    stack, pop = state.stack, state.stack.pop

    def step() -> None:
        stack[-1] = (pop() + stack[-1]) % MODULUS

    return step


def _addi(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        stack[-1] = (stack[-1] + argument) % MODULUS

    return step


def _mul(state: MachineState, argument: int) -> Step:
    stack, pop = state.stack, state.stack.pop

    def step() -> None:
        stack[-1] = pop() * stack[-1] % MODULUS

    return step


def _eq(state: MachineState, argument: int) -> Step:
    stack, pop = state.stack, state.stack.pop

    def step() -> None:
        stack[-1] = 1 if pop() == stack[-1] else 0

    return step


def _invert(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        if stack[-1] == 0:
            raise TrapSignal(Trap.INVERSE_OF_ZERO, "0 has no inverse")
        stack[-1] = goldilocks.inverse(stack[-1])

    return step


def _extension_operation(
    state: MachineState, operation: Callable[[extension.Extension, extension.Extension], extension.Extension]
) -> Step:
    stack = state.stack

    def step() -> None:
        result = operation((stack[-1], stack[-2], stack[-3]), (stack[-4], stack[-5], stack[-6]))
        stack[-6:] = result[::-1]

    return step


def _x_invert(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        value = (stack[-1], stack[-2], stack[-3])
        if value == extension.ZERO:
            raise TrapSignal(Trap.INVERSE_OF_ZERO, "0 has no inverse in the extension field")
        stack[-3:] = extension.inverse(value)[::-1]

    return step


def _xb_mul(state: MachineState, argument: int) -> Step:
    stack = state.stack

    def step() -> None:
        stack[-4:] = extension.scale(stack[-1], (stack[-2], stack[-3], stack[-4]))[::-1]

    return step


def _dot_step(state: MachineState, left_words: int) -> Step:
    """Adds a product of words in memory, of which the left one has one word or is an element of the extension."""
    stack, load = state.stack, state.load

    def step() -> None:
        left, right = stack[-1], stack[-2]
        first, second = load(left, left_words), load(right, 3)
        element = (second[0], second[1], second[2])
        if left_words == 1:
            product = extension.scale(first[0], element)
        else:
            product = extension.mul((first[0], first[1], first[2]), element)
        total = extension.add((stack[-3], stack[-4], stack[-5]), product)
        stack[-5:] = (*total[::-1], (right + 3) % MODULUS, (left + left_words) % MODULUS)

    return step


PLAIN_STEPS: Mapping[str, StepFactory] = MappingProxyType(
    {
        "push": lambda state, argument: partial(state.stack.append, argument),
        "pop": _pop,
        "dup": _dup,
        "swap": _swap,
        "pick": _pick,
        "place": _place,
        "nop": lambda state, argument: _nothing,
        "divine": lambda state, argument: _read(state, argument, state.secret, Trap.SECRET_INPUT_EMPTY, "secret"),
        "read_io": lambda state, argument: _read(state, argument, state.public, Trap.PUBLIC_INPUT_EMPTY, "public"),
        "write_io": _write_io,
        "read_mem": _read_mem,
        "write_mem": _write_mem,
        "assert": _assert,
        "assert_vector": _assert_vector,
        "add": _add,
        "addi": _addi,
        "mul": _mul,
        "eq": _eq,
        "invert": _invert,
        "xx_add": lambda state, argument: _extension_operation(state, extension.add),
        "xx_mul": lambda state, argument: _extension_operation(state, extension.mul),
        "x_invert": _x_invert,
        "xb_mul": _xb_mul,
        "xx_dot_step": lambda state, argument: _dot_step(state, 3),
        "xb_dot_step": lambda state, argument: _dot_step(state, 1),
    }
)
"""Name to step, for every instruction that neither jumps nor uses the Hash or U32 table."""
