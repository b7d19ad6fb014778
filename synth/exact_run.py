"""An exact run of a program's lowered form: is everything whole, how large does it get, how far do its loops reach?

That decides the kernel's number type, and it checks the lowering itself: the run has to give the program's own value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from irmill.compiler.base.answer import Value
from irmill.compiler.lang import exact
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, Operation, OpRow

Number = int | Fraction | float


class TooLong(Exception):
    """The run passed its limit of steps."""


@dataclass(slots=True)
class Facts:
    """What an exact run saw.

    Attributes:
        value: the program's value.
        whole: every operand that was read and every result was a whole number.
        largest: the largest magnitude among them.
        reach: for each loop and power, by its number in the lowered form, the largest magnitude of its bounds or
        exponent. inverted: powers whose exponent was negative.
    """

    value: Value = 0
    whole: bool = True
    largest: Number = 0
    reach: dict[int, int] = field(default_factory=dict[int, int])
    inverted: set[int] = field(default_factory=set[int])


class Recorder:
    """What the exact dialect calls."""

    def __init__(self, operands: Sequence[Fraction], max_steps: int) -> None:
        self.facts = Facts()
        self._operands = operands
        self._left = max_steps
        self._turns = max_steps

    def _seen(self, value: Number) -> Number:
        self._left -= 1
        if self._left < 0:
            raise TooLong
        facts = self.facts
        if isinstance(value, Fraction) and value.denominator == 1:
            value = value.numerator
        if isinstance(value, Fraction) or (isinstance(value, float) and not value.is_integer()):
            facts.whole = False
        if abs(value) > facts.largest:
            facts.largest = abs(value)
        return value

    def turn(self) -> None:
        """A round of a ``while``, which need not compute anything; there are as many as there are steps."""
        self._turns -= 1
        if self._turns < 0:
            raise TooLong

    def operand(self, index: int) -> Number:
        """A literal."""
        return self._seen(self._operands[index])

    def single(self, value: Number) -> Number:
        """A number rounded to single precision."""
        return self._seen(exact.single(value))

    def exactly(self, value: Number) -> Number:
        """What leaves ``f32``: outside, arithmetic with it is exact."""
        return self._seen(exact.exactly(value) if isinstance(value, float) else value)

    def arithmetic(self, operation: str, left: Number, right: Number, single: bool) -> Number:
        """An arithmetic operator, by its operation word."""
        return self._seen(_meaning(OPERATORS[Operation(operation)], single)(left, right))

    def negate(self, value: Number) -> Number:
        """``-value``"""
        return self._seen(exact.negate(value))

    def call(self, function: str, single: bool, *arguments: Number) -> Number:
        """A built-in of numbers, by its name."""
        row = BUILTINS[function]
        return self._seen(_meaning(row, single)(*((arguments,) if row.arity is None else arguments)))

    def power(self, number: int, base: Number, exponent: Number, single: bool) -> Number:
        """``base ^ exponent``; notes how large the exponent is."""
        whole = exact.whole(exponent, "an exponent")
        self._reached(number, whole)
        if whole < 0:
            self.facts.inverted.add(number)
        return self._seen(_meaning(OPERATORS[Operation.POWER], single)(base, exponent))

    def range(self, number: int, lower: Number, upper: Number, step: int) -> range:
        """A loop's counters; notes how far they reach. Raises TooLong where they are more than the steps left."""
        first, last = exact.whole(lower, "a bound"), exact.whole(upper, "a bound")
        self._reached(number, max(abs(first), abs(last)))
        if (last - first) // step > self._left:
            raise TooLong
        return range(first, last + (1 if step > 0 else -1), step)

    def count(self, number: int, first: Number, last: Number) -> Number:
        """``count(first, last)``"""
        begin, end = exact.whole(first, "a count"), exact.whole(last, "a count")
        self._reached(number, abs(end - begin))
        return self._seen(end)

    def _reached(self, number: int, magnitude: int) -> None:
        self.facts.reach[number] = max(self.facts.reach.get(number, 0), abs(magnitude))


def _meaning(row: OpRow, single: bool) -> Callable[..., Number]:
    function = row.single if single else row.exact
    assert function is not None
    return function


def run_exactly(lines: Sequence[str], operands: Sequence[Fraction], max_steps: int) -> Facts | None:
    """Runs the exact dialect's ``lines``, whose last one assigns ``answer``; None past ``max_steps`` operations.

    Raises:
        irmill.compiler.lang.exact.Trap: where the program has an error of its own.
    """
    recorder = Recorder(operands, max_steps)
    source = "\n".join(["def program(run):", *(f"    {line}" for line in lines), "    return answer"])
    namespace: dict[str, Any] = {}
    exec(compile(source, "<program>", "exec"), namespace)
    try:
        recorder.facts.value = namespace["program"](recorder)
    except TooLong:
        return None
    return recorder.facts
