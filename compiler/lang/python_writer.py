"""Python functions being written: statements, temporaries, constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_STATE: Final = "nonlocal fuel, steps, calls, elements"


@dataclass(frozen=True, slots=True)
class Translation:
    """A line as Python.

    Attributes:
        source: defines ``build(fuel, steps)``, which returns the function that computes the line's value, and one that
            says how many of the steps are left.
        constants: global names that the source uses besides those of the runtime.
        frames: how many Python frames one open call of the program takes at most.
    """

    source: str
    constants: Mapping[str, object]
    frames: int


class PythonWriter:
    """The functions of one translation.

    Attributes:
        constants: values by the global names that the text uses.
        functions: the lines of the functions that are finished.
        lines: those of the function that is being written.
        level: its current indentation.
        hot: how many loops and functions stand around what is written now.
        work: the steps that an iteration or a call of each takes, the innermost last; the first is straight code.
    """

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        self.functions: list[str] = []
        self.lines: list[str] = []
        self.level = 0
        self.count = 0
        self.hot = 0
        self.work = [0]
        self._unpriced: list[int] = []

    def put(self, text: str, work: int = 1) -> None:
        """Add a statement at the current depth; it takes about so many steps."""
        self.lines.append(" " * self.level + text)
        self.work[-1] += work

    def new(self) -> str:
        """A name that is not in use."""
        self.count += 1
        return f"t{self.count}"

    def temp(self, code: str, work: int = 1) -> str:
        """A value as a new variable."""
        name = self.new()
        self.put(f"{name} = {code}", work)
        return name

    def constant(self, value: object) -> str:
        """A global name for a value."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def enter(self) -> None:
        """Begin an iteration or a call: takes one of the fuel, and the steps of what follows."""
        self.hot += 1
        self.put("fuel -= 1")
        self._unpriced.append(len(self.lines))
        self.put("")
        self.put("if steps < 0 or fuel < 0: spent(fuel)")
        self.work.append(0)

    def leave(self) -> None:
        """End it, in the Python function that it was begun in: what it takes is known now."""
        place = self._unpriced.pop()
        self.lines[place] += f"steps -= {self.work.pop() + 3}"
        self.hot -= 1

    def begin(self, header: str) -> tuple[list[str], int, int]:
        """Start a Python function; returns what :meth:`finish` needs to go on where this one was called for."""
        saved = (self.lines, self.level, self.hot)
        self.lines, self.level = [header], 1
        self.put(_STATE)
        return saved

    def finish(self, saved: tuple[list[str], int, int], result: str) -> None:
        """End a Python function with what it returns."""
        self.put(f"return {result}")
        self.functions.extend(self.lines)
        self.lines, self.level, self.hot = saved
