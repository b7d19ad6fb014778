"""Checks that a TIR program makes sense before it is lowered: labels, the height of the stack, nesting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tir.ops import TirCode, TirOp, stack_effect


class TirError(Exception):
    """The program breaks a rule of the TIR; the message names the operation."""


def walk(code: Sequence[TirOp]) -> Iterator[TirOp]:
    """Every operation, bodies included, each before its bodies."""
    for operation in code:
        yield operation
        for body in operation.bodies:
            yield from walk(body)


def verify(code: Sequence[TirOp]) -> None:
    """Check labels and the balance of the stack.

    Every label is defined once and every called one is defined; ``if_only`` and loop bodies leave the stack as high as
    they found it, both branches of ``if_else`` end equally high.

    Raises:
        TirError: for the first operation that breaks a rule.
    """
    defined: set[str] = set()
    for operation in walk(code):
        if operation.name in ("fn_start", "loop"):
            label = str(operation.arguments[0])
            if label in defined:
                raise TirError(f"{operation.name} {label}: the label is defined twice")
            defined.add(label)
    for operation in walk(code):
        if operation.name in ("call", "entry") and operation.arguments[0] not in defined:
            raise TirError(f"{operation.name} {operation.arguments[0]}: no such label")
    height_of(code)


def height_of(code: Sequence[TirOp]) -> int | None:
    """What a straight list does to the height of the stack; None where a call hides it.

    Raises:
        TirError: where the parts of an operation do not fit together.
    """
    height: int | None = 0
    for operation in code:
        effect = _effect(operation)
        height = None if height is None or effect is None else height + effect
    return height


def _effect(operation: TirOp) -> int | None:
    heights = [height_of(body) for body in operation.bodies]
    match operation.name:
        case "call" | "entry":
            return None
        case "asm":
            effect = int(operation.arguments[1])
            return effect - MODULUS if effect > MODULUS // 2 else effect
        case "if_else":
            if None not in heights and heights[0] != heights[1] and not any(map(_leaves, operation.bodies)):
                raise TirError(f"if_else: the branches end {heights[0]} and {heights[1]} words higher")
            return None if heights[0] is None else heights[0] - 1
        case "if_only" | "loop":
            if heights[0] not in (0, None) and not _leaves(operation.bodies[0]):
                raise TirError(f"{operation.name}: the body ends {heights[0]} words higher than it began")
            return -1
        case "proof_block":
            return heights[0]
        case _:
            pops, pushes = stack_effect(operation)
            return pushes - pops


def _leaves(code: TirCode) -> bool:
    """Whether the list ends by leaving the function or the program."""
    return bool(code) and code[-1].name in ("return", "halt")
