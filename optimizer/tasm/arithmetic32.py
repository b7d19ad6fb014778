"""What the instructions on 32-bit words compute, and the entries that they make in the U32 table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import and_, xor
from types import MappingProxyType

from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.tasm.isa import U32Operation
from irmill.optimizer.tasm.semantics import Step, StepFactory
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.trap import Trap, TrapSignal


def not_u32(value: int) -> TrapSignal:
    """The trap for a word that should fit 32 bits."""
    return TrapSignal(Trap.NOT_U32, f"{value} does not fit 32 bits")


def _split(state: MachineState, argument: int) -> Step:
    stack, append, enter = state.stack, state.stack.append, state.u32[U32Operation.SPLIT].add

    def step() -> None:
        high, low = divmod(stack[-1], U32_LIMIT)
        enter(low << 32 | high)
        stack[-1] = high
        append(low)

    return step


def _on_two(operation: U32Operation, compute: Callable[[int, int], int]) -> StepFactory:
    """An instruction on two u32 words, the top on the left, and the entry that it makes."""

    def make(state: MachineState, argument: int) -> Step:
        stack, pop, enter = state.stack, state.stack.pop, state.u32[operation].add

        def step() -> None:
            left, right = pop(), stack[-1]
            if left >= U32_LIMIT or right >= U32_LIMIT:
                raise not_u32(left if left >= U32_LIMIT else right)
            enter(left << 32 | right)
            stack[-1] = compute(left, right)

        return step

    return make


def _on_one(operation: U32Operation, compute: Callable[[int], int]) -> StepFactory:
    """An instruction on one u32 word, and the entry that it makes."""

    def make(state: MachineState, argument: int) -> Step:
        stack, enter = state.stack, state.u32[operation].add

        def step() -> None:
            value = stack[-1]
            if value >= U32_LIMIT:
                raise not_u32(value)
            stack[-1] = compute(value)
            enter(value << 32)

        return step

    return make


def _log_2_floor(value: int) -> int:
    if value == 0:
        raise TrapSignal(Trap.LOGARITHM_OF_ZERO, "0 has no logarithm")
    return value.bit_length() - 1


def _pow(state: MachineState, argument: int) -> Step:
    stack, pop, enter = state.stack, state.stack.pop, state.u32[U32Operation.POW].add

    def step() -> None:
        base, exponent = pop(), stack[-1]
        if exponent >= U32_LIMIT:
            raise not_u32(exponent)
        enter(base << 32 | exponent)
        stack[-1] = pow(base, exponent, MODULUS)

    return step


def _div_mod(state: MachineState, argument: int) -> Step:
    stack = state.stack
    enter_lt, enter_split = state.u32[U32Operation.LT].add, state.u32[U32Operation.SPLIT].add

    def step() -> None:
        numerator, denominator = stack[-1], stack[-2]
        if numerator >= U32_LIMIT or denominator >= U32_LIMIT:
            raise not_u32(numerator if numerator >= U32_LIMIT else denominator)
        if denominator == 0:
            raise TrapSignal(Trap.DIVISION_BY_ZERO, "division by 0")
        quotient, remainder = divmod(numerator, denominator)
        enter_lt(remainder << 32 | denominator)
        enter_split(numerator << 32 | quotient)
        stack[-2], stack[-1] = quotient, remainder

    return step


U32_STEPS: Mapping[str, StepFactory] = MappingProxyType(
    {
        "split": _split,
        "lt": _on_two(U32Operation.LT, lambda left, right: 1 if left < right else 0),
        "and": _on_two(U32Operation.AND, and_),
        "xor": _on_two(U32Operation.AND, xor),  # a ^ b = a + b - 2(a & b): the entry is that of `and`
        "log_2_floor": _on_one(U32Operation.LOG_2_FLOOR, _log_2_floor),
        "pop_count": _on_one(U32Operation.POP_COUNT, int.bit_count),
        "pow": _pow,
        "div_mod": _div_mod,
    }
)
"""Name to step, for every instruction that uses the U32 table but not the Hash table."""
