"""Where a program's words live: variables at the bottom of the frame on the stack, or spilled to RAM.

On the stack a variable is read by ``dup`` and written by ``swap; pop``, which reach sixteen words. A program for which
that is not enough keeps all its variables in RAM, and only temporaries on the stack.
"""

from __future__ import annotations

from dataclasses import dataclass

from irmill.optimizer.tir.ops import TirOp, op, stack_effect

SPILL_BASE = 1 << 30
"""Address of the first variable in RAM."""

MAX_ON_STACK = 12
MAX_INDEX = 15


class FrameError(Exception):
    """A variable lies deeper than any instruction reaches."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where one variable lives: ``place`` counts from the bottom of the frame, or from the first address."""

    place: int
    on_stack: bool


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

    def home(self, place: int) -> Home:
        """The home of a variable by its number."""
        return Home(place, self._on_stack)

    def prologue(self, inputs: int) -> list[TirOp]:
        """Read the first ``inputs`` variables from public input and make room for the others, which hold 0."""
        code: list[TirOp] = []
        if self._on_stack:
            left = inputs
            while left:
                code.append(op("read_io", min(5, left)))
                left -= min(5, left)
            code.extend(op("push", 0) for _ in range(self._variables - inputs))
            self.height = self._variables
            return code
        for place in range(inputs):
            code += [op("read_io", 1), op("push", SPILL_BASE + place), op("ram_write", 1)]
        return code

    def emit(self, name: str, *arguments: int | str) -> list[TirOp]:
        """One operation, with the height kept."""
        operation = op(name, *arguments)
        pops, pushes = stack_effect(operation)
        self.height += pushes - pops
        return [operation]

    def fetch(self, home: Home) -> list[TirOp]:
        """Push a variable.

        Raises:
            FrameError: if it lies too deep.
        """
        if not home.on_stack:
            self.height += 1
            return [op("push", SPILL_BASE + home.place), op("ram_read", 1)]
        index = self.height - 1 - home.place
        if index > MAX_INDEX:
            raise FrameError(f"variable {home.place} lies {index} words deep")
        self.height += 1
        return [op("dup", index)]

    def assign(self, home: Home) -> list[TirOp]:
        """Move the top of the stack into a variable.

        Raises:
            FrameError: if it lies too deep.
        """
        self.height -= 1
        if not home.on_stack:
            return [op("push", SPILL_BASE + home.place), op("ram_write", 1)]
        index = self.height - home.place
        if index > MAX_INDEX:
            raise FrameError(f"variable {home.place} lies {index} words deep")
        return [op("swap", index), op("pop", 1)]
