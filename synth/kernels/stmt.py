"""Statements of generated kernels: a writer that leaves no dead code behind.

Values that were computed and not used yet are *pending*. Every statement takes pending values in and leaves one behind,
and the last one is stored, so each line of a kernel reaches its output.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from irmill.synth.kernels.expr import ARITHMETIC, LIMIT, SMOOTH, Expression, combine, constant, wrap
from irmill.synth.launch import Argument, ArgumentType

DOMAINS = ((-2.0, 2.0), (0.25, 2.5), (-1.0, 1.5), (0.5, 4.0))
"""Where the elements of an input array lie."""


@dataclass(slots=True)
class Writer:
    """A kernel under construction.

    Attributes:
        rng: decides everything.
        dtype: ``float64`` or ``float32``.
        threads: of the launch.
        lines: the body, indented.
        arguments: the inputs so far, in order.
        pending: values that are not used yet.
    """

    rng: random.Random
    dtype: ArgumentType
    threads: int
    lines: list[str] = field(default_factory=list[str])
    arguments: list[Argument] = field(default_factory=list[Argument])
    pending: list[Expression] = field(default_factory=list[Expression])
    _depth: int = 1
    _names: int = 0

    def literal(self, value: float) -> str:
        """A constant of the kernel's number type; Warp does not mix float64 with plain literals."""
        return f"wp.float64({value!r})" if self.dtype == "float64" else repr(value)

    def whole(self, text: str) -> str:
        """A whole number (a loop counter) as one of the kernel's number type."""
        return f"wp.float64({text})" if self.dtype == "float64" else f"float({text})"

    def line(self, text: str) -> None:
        """Adds a line at the current depth."""
        self.lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, header: str) -> Generator[None]:
        """What is written inside stands below a header, one block deeper."""
        self.line(header)
        self._depth += 1
        yield
        self._depth -= 1

    def fresh(self, prefix: str = "t") -> str:
        """A name that is not in use."""
        self._names += 1
        return f"{prefix}{self._names - 1}"

    def assign(self, value: Expression, prefix: str = "t") -> Expression:
        """Writes a value to a new name."""
        return self.assign_to(self.fresh(prefix), value)

    def assign_to(self, name: str, value: Expression) -> Expression:
        """Writes a value to a name that may be in use already; its former value does not count."""
        self.line(f"{name} = {value.text}")
        return Expression(name, value.low, value.high)

    def sum(self) -> str:
        """A new name that starts as zero: Warp wants a call here, for a plain literal is a constant to it."""
        return self.assign(Expression(self.whole("0.0"), 0.0, 0.0), "s").text

    def array(self, name: str, size: int | None = None) -> tuple[float, float]:
        """A new input array; returns the interval of its elements."""
        low, high = self.rng.choice(DOMAINS)
        size = self.threads if size is None else size
        values = [round(self.rng.uniform(low, high), 4) for _ in range(size)]
        self.arguments.append(Argument(name, self.dtype, values, size))
        return low, high

    def element(self, name: str, index: str = "i") -> Expression:
        """A new input array of one element a thread, and the read of the thread's own."""
        low, high = self.array(name)
        self.line(f"{name}_i = {name}[{index}]")
        return Expression(f"{name}_i", low, high)

    def scalar(self, name: str) -> Expression:
        """A new float argument."""
        low, high = self.rng.choice(DOMAINS)
        self.arguments.append(Argument(name, self.dtype, round(self.rng.uniform(low, high), 4), 0))
        return Expression(name, low, high)

    def count(self, name: str, low: int, high: int) -> str:
        """A new int32 argument."""
        self.arguments.append(Argument(name, "int32", self.rng.randint(low, high), 0))
        return name

    def take(self) -> Expression:
        """One of the pending values, at random; the caller uses it."""
        return self.pending.pop(self.rng.randrange(len(self.pending)))

    def constant(self) -> Expression:
        """A constant of the kernel's number type."""
        return constant(self.rng, self.literal)

    def expression(
        self, required: Sequence[Expression], operators: Sequence[str], functions: Sequence[str]
    ) -> Expression:
        """An expression that uses every one of ``required``, in random order and shape."""
        rng = self.rng
        parts = list(required)
        rng.shuffle(parts)
        if rng.random() < 0.6 or len(parts) == 1:
            parts.insert(rng.randrange(len(parts) + 1), self.constant())
        made = parts.pop()
        while parts:
            part = parts.pop()
            if functions and made.text[0].isalpha() and rng.random() < 0.45 and made.low != made.high:
                made = wrap(rng, made, self.literal, functions)
            made = combine(rng, made, part, operators) if rng.random() < 0.5 else combine(rng, part, made, operators)
        if functions and rng.random() < 0.5:
            made = wrap(rng, made, self.literal, functions)
        return made

    def mix(self, statements: int, operators: Sequence[str] = ARITHMETIC, functions: Sequence[str] = SMOOTH) -> None:
        """Adds assignments that consume pending values, each leaving one."""
        for _ in range(statements):
            required = [self.take()]
            while self.pending and len(required) < 3 and self.rng.random() < 0.7:
                required.append(self.take())
            self.pending.append(self.assign(self.expression(required, operators, functions)))

    def joined(self, operators: Sequence[str] = ARITHMETIC, functions: Sequence[str] = ()) -> Expression:
        """One expression of everything that is pending."""
        required, self.pending = self.pending, []
        return self.expression(required, operators, functions)

    def bounded(self, value: Expression, limit: float) -> Expression:
        """``value``, or a squashed form of it where its interval reaches past ``limit``."""
        if value.size <= min(limit, LIMIT):
            return value
        function, reach = ("sin", 1.0) if value.size <= 12.0 else ("atan", 1.5708)
        return Expression(f"wp.{function}({value.text})", -reach, reach)
