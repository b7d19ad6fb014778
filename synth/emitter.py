"""Python statements being written: depth, names that are not taken, and the limits of what may be written."""

from __future__ import annotations

import keyword
from collections.abc import Generator
from contextlib import contextmanager
from typing import NoReturn

from irmill.synth.dialects import ATOM, Code
from irmill.synth.reasons import SynthError, SynthReason

LINE_LENGTH = 100
"""An expression longer than this becomes a variable."""

MAX_LOOPS = 18
"""Loops inside one another; Python allows 20."""

MAX_BLOCKS = 80
"""Blocks inside one another; Python allows 100."""

_RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, "wp", "operands", "result", "answer", "run"}
    | {"int", "float", "bool", "range", "abs", "min", "max", "len", "print", "round", "pow", "sum"}
)


def unsupported(message: str) -> NoReturn:
    """Raises SynthError UNSUPPORTED."""
    raise SynthError(SynthReason.UNSUPPORTED, message)


class Emitter:
    """The statements of one kernel. ``lines`` holds them, indented."""

    def __init__(self, max_statements: int) -> None:
        """Args:
        max_statements: more are UNSUPPORTED.
        """
        self.lines: list[str] = []
        self._max_statements = max_statements
        self._level = 0
        self._loops = 0
        self._temporaries = 0
        self._used: set[str] = set(_RESERVED)

    def put(self, text: str) -> None:
        """Adds a statement at the current depth. Raises SynthError UNSUPPORTED past the limit."""
        if len(self.lines) >= self._max_statements:
            unsupported(f"it lowers to more than {self._max_statements} statements")
        self.lines.append("    " * self._level + text)

    def fresh(self, base: str) -> str:
        """A name that is not in use: ``base``, or ``base`` with a number."""
        name, number = base, 1
        while name in self._used:
            number += 1
            name = f"{base}_{number}"
        self._used.add(name)
        return name

    def temporary(self) -> str:
        """A name for a value that the program has no name for."""
        while f"t{self._temporaries}" in self._used:
            self._temporaries += 1
        return self.fresh(f"t{self._temporaries}")

    def assigned(self, code: Code) -> Code:
        """The value as a new variable."""
        name = self.temporary()
        self.put(f"{name} = {code.text}")
        return Code(name)

    def atom(self, code: Code) -> Code:
        """The value as a name or an operand, to be written more than once."""
        return code if code.level == ATOM and "(" not in code.text else self.assigned(code)

    def short(self, code: Code) -> Code:
        """The value, as a new variable where its text is long."""
        return self.assigned(code) if len(code.text) > LINE_LENGTH else code

    @contextmanager
    def block(self, header: str, *, loop: bool = False) -> Generator[None]:
        """What is put inside stands below a header, one block deeper.

        Raises:
            SynthError: UNSUPPORTED where that is too deep.
        """
        self.put(header)
        self._level += 1
        self._loops += loop
        if self._level > MAX_BLOCKS or self._loops > MAX_LOOPS:
            unsupported("its loops and branches are nested too deep")
        yield
        self._level -= 1
        self._loops -= loop
