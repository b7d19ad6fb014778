"""TIR as text: one operation a line, bodies in braces, two blanks of indentation for each level.

    push 5
    if_else {
      push 1
    } else {
      push 2
    }
    asm "recurse" 0

``print_tir`` and ``parse_tir`` are inverse to each other. Texts are JSON strings; labels and names are bare words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tir.ops import BY_NAME, Parameter, TirCode, TirOp

MAX_NESTING = 300

_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\S+')
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")

_RANGES = {
    Parameter.WORD: range(MODULUS),
    Parameter.COUNT: range(1, 6),
    Parameter.INDEX: range(16),
    Parameter.ASSERTED: (1, 5),
    Parameter.FIELDS: range(10),
    Parameter.WIDTH: range(1, 6),
}


class TirSyntaxError(Exception):
    """The text is no TIR.

    Attributes:
        line: number of the line to blame, from 1.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(f"line {line}: {message}")
        self.line = line


def print_tir(code: Sequence[TirOp]) -> str:
    """The text of a list of operations, with a line end after each."""
    return "".join(f"{line}\n" for line in _lines(code, 0))


def _lines(code: Sequence[TirOp], level: int) -> Iterator[str]:
    indent = "  " * level
    for operation in code:
        parameters = operation.opcode.parameters
        written = [operation.name]
        for parameter, argument in zip(parameters, operation.arguments, strict=True):
            written.append(json.dumps(argument) if parameter is Parameter.TEXT else str(argument))
        head = indent + " ".join(written)
        if not operation.bodies:
            yield head
            continue
        yield head + " {"
        for at, body in enumerate(operation.bodies):
            if at:
                yield f"{indent}}} {operation.opcode.bodies[at]} {{"
            yield from _lines(body, level + 1)
        yield indent + "}"


def parse_tir(text: str) -> TirCode:
    """Read operations from text.

    Raises:
        TirSyntaxError: names the first line that is wrong.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    reader = _Reader([(number, line) for number, line in lines if line])
    code = reader.body(0)
    if reader.at < len(reader.lines):
        raise TirSyntaxError("a closing brace without an opening one", reader.lines[reader.at][0])
    return code


class _Reader:
    """Reads lines one after the other; ``at`` is the next one."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self.lines = lines
        self.at = 0

    def body(self, level: int) -> TirCode:
        code: list[TirOp] = []
        while self.at < len(self.lines):
            number, line = self.lines[self.at]
            if level > MAX_NESTING:
                raise TirSyntaxError(f"nested deeper than {MAX_NESTING}", number)
            if line.startswith("}"):
                return tuple(code)
            self.at += 1
            code.append(self.operation(number, line, level))
        return tuple(code)

    def operation(self, number: int, line: str, level: int) -> TirOp:
        opened = line.endswith(" {")
        words = _WORD.findall(line[:-2] if opened else line)
        row = BY_NAME.get(words[0])
        if row is None:
            raise TirSyntaxError(f"unknown operation {words[0]}", number)
        if len(words) - 1 != len(row.parameters):
            raise TirSyntaxError(f"{row.name} takes {len(row.parameters)} parameters", number)
        if opened != bool(row.bodies):
            raise TirSyntaxError(f"{row.name} {'needs' if row.bodies else 'takes no'} braces", number)
        arguments = tuple(
            _argument(parameter, word, number) for parameter, word in zip(row.parameters, words[1:], strict=True)
        )
        bodies: list[TirCode] = []
        for at in range(len(row.bodies)):
            bodies.append(self.body(level + 1))
            last = at + 1 == len(row.bodies)
            self.close("}" if last else f"}} {row.bodies[at + 1]} {{", number)
        return TirOp(row.name, arguments, tuple(bodies))

    def close(self, wanted: str, opened: int) -> None:
        if self.at >= len(self.lines):
            raise TirSyntaxError("the braces opened here are never closed", opened)
        number, line = self.lines[self.at]
        if line != wanted:
            raise TirSyntaxError(f"{wanted} is wanted here", number)
        self.at += 1


def _argument(parameter: Parameter, word: str, number: int) -> int | str:
    if parameter is Parameter.TEXT:
        try:
            value = json.loads(word)
        except ValueError:
            value = None
        if not isinstance(value, str):
            raise TirSyntaxError(f"{word} is no text in quotes", number)
        return value
    if parameter in (Parameter.LABEL, Parameter.NAME):
        if not _NAME.match(word):
            raise TirSyntaxError(f"{word} is no name", number)
        return word
    if not re.fullmatch(r"-?[0-9]{1,20}", word, re.ASCII):
        raise TirSyntaxError(f"{word} is no number", number)
    value = int(word) % MODULUS if parameter is Parameter.WORD else int(word)
    if value not in _RANGES[parameter]:
        raise TirSyntaxError(f"{word} is out of range", number)
    return value
