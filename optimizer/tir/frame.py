"""Where a program's words live: variables at the bottom of the frame on the stack, or spilled to RAM.

On the stack a variable is read by ``dup`` and written by ``swap; pop``, which reach sixteen words. A program for which
that is not enough keeps all its variables in RAM, and only temporaries on the stack.
"""

from __future__ import annotations

from irmill.optimizer.tir.ops import TirOp, in_portions, op, stack_effect

SPILL_BASE = 1 << 30
"""Address of the first variable in RAM."""

MAX_ON_STACK = 12
MAX_INDEX = 15


class FrameError(Exception):
    """A variable lies deeper than any instruction reaches."""


class Frame:
    """The words of one program, and how high the stack stands above the frame's bottom while code is made.

    Attributes:
        height: words above the bottom, the variables on the stack included.
    """

    def __init__(self, variables: int, *, on_stack: bool) -> None:
        if on_stack and variables > MAX_ON_STACK:
            raise FrameError(f"{variables} variables do not fit")
        self._variables = variables
        self._on_stack = on_stack
        self.height = 0

    def prologue(self, inputs: int) -> list[TirOp]:
        """Read the first ``inputs`` variables from public input and make room for the others, which hold 0."""
        if self._on_stack:
            self.height = self._variables
            return [*in_portions("read_io", inputs), *[op("push", 0)] * (self._variables - inputs)]
        code: list[TirOp] = []
        for place in range(inputs):
            code += [op("read_io", 1), op("push", SPILL_BASE + place), op("ram_write", 1)]
        return code

    def emit(self, name: str, *arguments: int | str) -> list[TirOp]:
        """One operation, with the height kept."""
        operation = op(name, *arguments)
        pops, pushes = stack_effect(operation)
        self.height += pushes - pops
        return [operation]

    def fetch(self, place: int) -> list[TirOp]:
        """Push a variable, by its number.

        Raises:
            FrameError: if it lies too deep.
        """
        index = self._index(place)
        self.height += 1
        return [op("dup", index)] if self._on_stack else [op("push", SPILL_BASE + place), op("ram_read", 1)]

    def assign(self, place: int) -> list[TirOp]:
        """Move the top of the stack into a variable, by its number.

        Raises:
            FrameError: if it lies too deep.
        """
        index = self._index(place)
        self.height -= 1
        code = [op("swap", index), op("pop", 1)]
        return code if self._on_stack else [op("push", SPILL_BASE + place), op("ram_write", 1)]

    def _index(self, place: int) -> int:
        """How many words lie above a variable on the stack."""
        index = self.height - 1 - place
        if self._on_stack and index > MAX_INDEX:
            raise FrameError(f"variable {place} lies {index} words deep")
        return index
