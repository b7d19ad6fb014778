"""Python functions being written: statements, temporaries, constants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_STATE: Final = "nonlocal fuel, mark, calls, elements"


@dataclass(frozen=True, slots=True)
class Translation:
    """A line as Python.

    Attributes:
        source: defines ``build(fuel, mark)``, which returns the function that computes the line's value.
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
    """

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        self.functions: list[str] = []
        self.lines: list[str] = []
        self.level = 0
        self.count = 0
        self.hot = 0

    def put(self, text: str) -> None:
        """Add a statement at the current depth."""
        self.lines.append(" " * self.level + text)

    def new(self) -> str:
        """A name that is not in use."""
        self.count += 1
        return f"t{self.count}"

    def temp(self, code: str) -> str:
        """A value as a new variable."""
        name = self.new()
        self.put(f"{name} = {code}")
        return name

    def constant(self, value: object) -> str:
        """A global name for a value."""
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name

    def spend(self) -> None:
        """Take one of the fuel."""
        self.put("fuel -= 1")
        self.put("if fuel < mark: mark = clock(fuel)")

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
