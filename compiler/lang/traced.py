"""Whole numbers that remember what they were computed from, and what was asked about them.

An analysis that is run once on traced literals leaves two things behind: the questions that it decided by (is this sum
below 2^31?), and the formulas of what it made. Other literals that answer every question alike are of one class, and
the formulas give what the analysis would make of them, without it.

A traced number is no ``int``: whatever needs a plain one raises TypeError, so that nothing about a literal can be found
out behind the trace's back.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Whole = Any
"""An ``int`` or a :class:`Traced`; to the type checker they are one, because everything is written for ``int``."""


class Untraceable(TypeError):
    """What was asked of a traced number cannot be asked of others in the same way."""


_NAME: Final = re.compile(r"[tx][0-9]+")


@dataclass(slots=True)
class Trace:
    """What was computed from the traced numbers, and what was asked, in order."""

    _inputs: int = 0
    _lines: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    _known: dict[str, Traced] = field(default_factory=dict[str, "Traced"])
    _bounds: dict[str, tuple[int | None, int | None]] = field(
        default_factory=dict[str, "tuple[int | None, int | None]"]
    )
    _bounded: set[str] = field(default_factory=set[str])
    _functions: dict[str, Callable[..., int]] = field(default_factory=dict[str, "Callable[..., int]"])

    def input(self, value: int) -> Traced:
        """The next input, which is never negative."""
        name = f"x{self._inputs}"
        self._inputs += 1
        self._bounds[name] = (0, None)
        return Traced(self, value, name)

    def computed(self, text: str, value: int | float) -> Traced:
        """A number that is ``text``; the same text is the same number."""
        found = self._known.get(text)
        if found is None:
            name = f"t{len(self._known)}"
            self._lines.append((name, text))
            found = self._known[text] = Traced(self, value, name)
        return found

    def applied(self, function: Callable[..., int], arguments: Sequence[Whole]) -> Traced:
        """What a function gives that is taken as a whole."""
        name = f"f_{function.__name__}"
        if self._functions.setdefault(name, function) is not function:
            raise Untraceable(f"there are two functions {function.__name__}")
        value = function(*(item.value if isinstance(item, Traced) else item for item in arguments))
        return self.computed(f"{name}({', '.join(map(_text, arguments))})", value)

    def at_least(self, number: Traced, lowest: int) -> bool:
        """Whether a number is at least ``lowest``: known, or asked from now on."""
        low, high = self._bounds.get(number.name, (None, None))
        if low is not None and low >= lowest:
            return True
        if high is not None and high < lowest:
            return False
        answer = bool(number.value >= lowest)
        self._bounds[number.name] = (lowest, high) if answer else (low, lowest - 1)
        if number.name not in self._bounded:
            # the strictest bounds of all are checked where the first are asked for
            self._bounded.add(number.name)
            self._lines.append(("", number.name))
        return answer

    def ask(self, sign: str, left: Whole, right: Whole, answer: bool) -> bool:
        """A comparison of two traced numbers, or an equality with any, by its answer."""
        text = f"{_text(left)} {sign} {_text(right)}"
        line = ("", text if answer else f"not {text}")
        if line not in self._lines:
            self._lines.append(line)
        return answer

    def formula(self, wanted: Sequence[Whole]) -> Callable[..., tuple[int | float, ...] | None]:
        """A function of the inputs: the ``wanted`` numbers for others, None where these are of another class."""
        result = "".join(f"{_text(item)}, " for item in wanted)
        used = set(_NAME.findall(result))
        body = [f"return ({result})"]
        for name, text in reversed(self._lines):
            if name and name not in used:
                continue
            used.update(_NAME.findall(text))
            body.append(f"{name} = {text}" if name else f"if not ({self._question(text)}): return None")
        inputs = ", ".join(f"x{place}" for place in range(self._inputs))
        source = "".join(f"    {line}\n" for line in reversed(body))
        names: dict[str, Any] = {**self._functions}
        exec(compile(f"def formula({inputs}):\n{source}", "<trace>", "exec"), names)  # the source is our own
        return names["formula"]

    def _question(self, text: str) -> str:
        """A question as it is asked in the end: of a number alone, whether it is within its bounds."""
        if text not in self._bounded:
            return text
        low, high = self._bounds[text]
        return f"{'' if low is None else f'{low} <= '}{text}{'' if high is None else f' <= {high}'}"


def _text(item: Whole) -> str:
    if isinstance(item, Traced):
        return item.name
    return f"({item})" if item < 0 else str(item)


_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "/": operator.truediv,
    ">>": operator.rshift,
}


_NEUTRAL: Final = {"+": 0, "-": 0, "*": 1, "//": 1}
"""Operands on the right that change nothing."""


class Traced:
    """A number with its name in the trace. See the module."""

    __slots__ = ("name", "trace", "value")
    __hash__ = None  # pyright: ignore[reportAssignmentType]

    def __init__(self, trace: Trace, value: int | float, name: str) -> None:
        self.trace = trace
        self.value = value
        self.name = name

    def _apply(self, sign: str, left: Whole, right: Whole) -> Traced:
        for item in (left, right):
            if not isinstance(item, Traced | int):
                raise Untraceable(f"{sign} with a {type(item).__name__}")
        one, other = (int(item) if isinstance(item, bool) else item for item in (left, right))
        if isinstance(one, Traced) and isinstance(other, int) and other == _NEUTRAL.get(sign):
            return one
        values = [item.value if isinstance(item, Traced) else item for item in (one, other)]
        return self.trace.computed(f"{_text(one)} {sign} {_text(other)}", _OPERATORS[sign](*values))

    def __add__(self, other: Whole) -> Traced:
        return self._apply("+", self, other)

    def __radd__(self, other: Whole) -> Traced:
        return self._apply("+", other, self)

    def __sub__(self, other: Whole) -> Traced:
        return self._apply("-", self, other)

    def __rsub__(self, other: Whole) -> Traced:
        return self._apply("-", other, self)

    def __mul__(self, other: Whole) -> Traced:
        return self._apply("*", self, other)

    def __rmul__(self, other: Whole) -> Traced:
        return self._apply("*", other, self)

    def __floordiv__(self, other: Whole) -> Traced:
        return self._divided("//", self, other)

    def __rfloordiv__(self, other: Whole) -> Traced:
        return self._divided("//", other, self)

    def __mod__(self, other: Whole) -> Traced:
        return self._divided("%", self, other)

    def __rmod__(self, other: Whole) -> Traced:
        return self._divided("%", other, self)

    def __truediv__(self, other: Whole) -> Traced:
        return self._divided("/", self, other)

    def __rtruediv__(self, other: Whole) -> Traced:
        return self._divided("/", other, self)

    def _divided(self, sign: str, left: Whole, right: Whole) -> Traced:
        """A division, which others may only reach with a divisor that is not 0 either."""
        if right == 0:
            raise ZeroDivisionError("division by a traced 0")
        return self._apply(sign, left, right)

    def __pow__(self, other: Whole) -> Traced:
        return self._apply("**", self, other)

    def __rpow__(self, other: Whole) -> Traced:
        return self._apply("**", other, self)

    def __rshift__(self, other: Whole) -> Traced:
        return self._apply(">>", self, other)

    def __neg__(self) -> Traced:
        return self.trace.computed(f"-{self.name}", -self.value)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Traced:
        return self.trace.computed(f"abs({self.name})", abs(self.value))

    def bit_length(self) -> Traced:
        """Bits of the magnitude."""
        return self.trace.computed(f"{self.name}.bit_length()", int(self.value).bit_length())

    # --- questions ---

    def __ge__(self, other: Whole) -> bool:
        if isinstance(other, Traced):
            return self is other or self.name == other.name or not other._above(self)
        return self.trace.at_least(self, _plain(other))

    def __lt__(self, other: Whole) -> bool:
        return not self >= other

    def __gt__(self, other: Whole) -> bool:
        if isinstance(other, Traced):
            return self.name != other.name and self._above(other)
        return self.trace.at_least(self, _plain(other) + 1)

    def __le__(self, other: Whole) -> bool:
        return not self > other

    def _above(self, other: Traced) -> bool:
        return self.trace.ask(">", self, other, self.value > other.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Traced) and self.name == other.name:
            return True
        if not isinstance(other, Traced | int):
            raise Untraceable(f"== with a {type(other).__name__}")
        value = other.value if isinstance(other, Traced) else other
        return self.trace.ask("==", self, other, self.value == value)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __bool__(self) -> bool:
        return bool(self != 0)

    def __repr__(self) -> str:
        raise Untraceable("a traced number has no text")

    def __format__(self, form: str) -> str:
        raise Untraceable("a traced number has no text")


def _plain(item: object) -> int:
    if isinstance(item, int):
        return int(item)
    raise Untraceable(f"a comparison with a {type(item).__name__}")


def call(function: Callable[..., int], *arguments: Whole) -> Whole:
    """What a function of whole numbers gives, traced where an argument is."""
    for argument in arguments:
        if isinstance(argument, Traced):
            return argument.trace.applied(function, arguments)
    return function(*arguments)


@dataclass(frozen=True, slots=True, eq=False)
class TracedLiteral:
    """The value of a literal, as far as analyses ask for one: a numerator and a denominator above 0."""

    numerator: Traced
    denominator: Whole

    def __ge__(self, other: int) -> bool:
        return bool(self.numerator >= other * self.denominator)

    def __lt__(self, other: int) -> bool:
        return not self >= other

    def __gt__(self, other: int) -> bool:
        return bool(self.numerator > other * self.denominator)

    def __le__(self, other: int) -> bool:
        return not self > other

    def __eq__(self, other: object) -> bool:
        return bool(self.numerator == other * self.denominator)  # pyright: ignore[reportOperatorIssue]
