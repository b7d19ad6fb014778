"""Shapes: programs that differ in their literals alone are lowered once for all that the same is proved about.

The shape of a program is its text without its numbers. When a shape comes a second time, it is lowered on traced
literals (:mod:`compiler.lang.traced`): the trace knows which questions decided what was emitted, and which constants
come of which literals. A program whose literals answer all of them alike is of that class; its module is the class's
with its own constants, byte for byte what :func:`compiler.wasm.emit.emit_program` gives. Nothing else of it is parsed,
typed, proved, lowered or verified.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from irmill.compiler.lang.ast import Number, literals
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.traced import Trace, Traced, TracedLiteral
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.wasm.emit import Emission, Lowered, check_module, emit_program, lower_program
from irmill.compiler.wasm.encode import Encoder, code_section, encode_constant, function_entry, locals_of
from irmill.compiler.wasm.ir import Function, Instruction, Module
from irmill.compiler.wasm.plan import NumberMode

MOST_SHAPES = 4096
"""Shapes that are remembered; with one more, all are forgotten."""

MOST_CLASSES = 8
"""Classes of a shape; programs of further ones are emitted by themselves."""

_LONGEST = 4096
"""Characters of a text that is looked at: the formulas of a long one would take longer to make than they save."""

_NUMBER = re.compile(r"(?<!by )(?<!by -)\b([0-9]+)(\.[0-9]+)?")
"""A literal of a printed program. Steps of loops are no literals: they belong to the shape."""


@dataclass(slots=True)
class _Shape:
    """A shape that came before: the classes that are known, and whether there may be more."""

    classes: list[_Class] = field(default_factory=list["_Class"])
    open: bool = True


class Shapes:
    """Emits programs, and remembers their shapes. What it gives does not depend on what it remembers."""

    def __init__(self) -> None:
        self._shapes: dict[str, _Shape] = {}

    def emit(self, canonical: str, typed: Callable[[], TypedProgram]) -> Emission:
        """The emission of a program, as :func:`emit_program` gives it, with what that raises.

        Args:
            canonical: the program as the printer writes it.
            typed: it, read; called where its shape is new.
        """
        if len(canonical) > _LONGEST:
            return emit_program(typed())
        name = _NUMBER.sub(_placeholder, canonical)
        shape = self._shapes.get(name)
        if shape is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            self._shapes[name] = _Shape()
            return emit_program(typed())
        values = _inputs(_NUMBER.findall(canonical))
        for known in shape.classes:
            constants = known.formula(*values)
            if constants is not None:
                return known.emission(constants)
        return self._new_class(shape, canonical, values, typed)

    def _new_class(
        self, shape: _Shape, canonical: str, values: Sequence[int], typed: Callable[[], TypedProgram]
    ) -> Emission:
        """The emission of a program of a class that is not known, which is then, where it can be."""
        if not shape.open:
            return emit_program(typed())
        found = _traced(canonical, values)
        constants = None if found is None else found.formula(*values)
        if found is None or constants is None:
            shape.open = False
            return emit_program(typed())
        shape.classes.append(found)
        shape.open = len(shape.classes) < MOST_CLASSES
        emission = found.emission(constants)
        check_module(emission.body)
        return emission


def _placeholder(found: re.Match[str]) -> str:
    return "#.#" if found[2] else "#"


def _inputs(numbers: Sequence[tuple[str, str]]) -> list[int]:
    """The inputs of a class: of a whole literal its value, of a decimal one numerator and denominator, reduced."""
    values: list[int] = []
    for whole, fraction in numbers:
        if not fraction:
            values.append(int(whole))
            continue
        numerator, denominator = int(whole + fraction[1:]), 10 ** (len(fraction) - 1)
        common = math.gcd(numerator, denominator)
        values += (numerator // common, denominator // common)
    return values


class _Class:
    """A class of a shape: its lowering, with holes where constants depend on literals.

    Attributes:
        formula: the constants for literals, None for those of another class.
    """

    def __init__(self, lowered: Lowered, trace: Trace) -> None:
        """Raises TypeError where some instruction keeps a traced number that is no constant."""
        functions = lowered.body.functions
        self._lowered = lowered
        self._holes = [
            (place, at)
            for place, function in enumerate(functions)
            for at, item in enumerate(function.body)
            if isinstance(item.immediate, Traced)
        ]
        self.formula = trace.formula([functions[place].body[at].immediate for place, at in self._holes])
        encoder = Encoder(lowered.body)
        self._head = encoder.head()
        self._entries = [_Entry(encoder, function, self._holes_of(place)) for place, function in enumerate(functions)]

    def _holes_of(self, place: int) -> list[int]:
        return [at for where, at in self._holes if where == place]

    def emission(self, constants: Sequence[int | float]) -> Emission:
        """The emission with these constants in the holes."""
        left = iter(constants)
        codes = [entry.code(left) for entry in self._entries]
        entries = [entry.whole(code) for entry, code in zip(self._entries, codes, strict=True)]
        module = self._head + code_section(entries)
        return self._lowered.emission(lambda: self._body(constants), module, codes[0])

    def _body(self, constants: Sequence[int | float]) -> Module:
        """The module as instructions with these constants."""
        functions = list(self._lowered.body.functions)
        bodies = [list(function.body) for function in functions]
        for (place, at), constant in zip(self._holes, constants, strict=True):
            bodies[place][at] = Instruction(bodies[place][at].opcode, constant)
        functions = [replace(function, body=tuple(body)) for function, body in zip(functions, bodies, strict=True)]
        return replace(self._lowered.body, functions=tuple(functions))


class _Entry:
    """A function of a class in the code section."""

    def __init__(self, encoder: Encoder, function: Function, holes: Sequence[int]) -> None:
        """``holes`` are the places of the instructions whose constants are not known."""
        edges = [-1, *holes, len(function.body)]
        self._parts = [encoder.body(function.body[edges[at] + 1 : edges[at + 1]]) for at in range(len(edges) - 1)]
        self._opcodes = [function.body[at].opcode for at in holes]
        self._locals = locals_of(function)
        self._whole = None if holes else encoder.function(function, self._parts[0])

    def code(self, constants: Iterator[int | float]) -> bytes:
        """The instructions, with the next ``constants`` in the holes."""
        code = [self._parts[0]]
        for opcode, part in zip(self._opcodes, self._parts[1:], strict=True):
            code += (encode_constant(opcode, next(constants)), part)
        return b"".join(code)

    def whole(self, code: bytes) -> bytes:
        """The entry with its code."""
        return self._whole or function_entry(self._locals, code)


def _traced(canonical: str, values: Sequence[int]) -> _Class | None:
    """The class of a program, which is read once more, into nodes with traced values; None where it has none."""
    typed = check_types(parse_text(canonical))
    trace = Trace()
    nodes = literals(typed.program)
    found = _NUMBER.findall(" ".join(node.text for node in nodes))
    if _inputs(found) != list(values):
        return None
    for node, (_, fraction) in zip(nodes, found, strict=True):
        _replace_value(node, trace, bool(fraction))
    try:
        return _Class(lower_program(typed, NumberMode.WHOLE), trace)
    except TypeError:
        return None


def _replace_value(node: Number, trace: Trace, decimal: bool) -> None:
    """Gives a literal its traced value. Nodes are frozen for whoever shares them; nobody shares these."""
    numerator = trace.input(node.value.numerator)
    denominator = trace.input(node.value.denominator) if decimal else 1
    object.__setattr__(node, "value", TracedLiteral(numerator, denominator))
