"""A second opinion on what a kernel computes: its own source, run by Python with a stand-in for ``wp``.

Every number is float64 and knows the :class:`Trace` of its run: which way each comparison went, how close it was, and
how large the values got. Two runs with the same decisions lie on one smooth piece of the kernel's function, which is
what central differences need. ``wp.float32`` does not round here: the reference stands for the exact function.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from irmill.synth.launch import Launch

MAX_STEPS = 100_000
"""Operations of one run; past them :class:`Unbounded` is raised."""


class Unbounded(Exception):
    """The kernel did not end within :data:`MAX_STEPS` operations."""


@dataclass(slots=True)
class Trace:
    """What one run did.

    Attributes:
        decisions: for each comparison, minimum, maximum, absolute value or whole part, which way it went, in order.
        outcomes: the comparisons' outcomes by source line.
        margin: the smallest difference that a comparison saw.
        largest: the largest magnitude of any result.
        steps: operations run.
    """

    decisions: list[int] = field(default_factory=list[int])
    outcomes: set[tuple[int, bool]] = field(default_factory=set[tuple[int, bool]])
    margin: float = math.inf
    largest: float = 0.0
    steps: int = 0

    def decide(self, outcome: bool, difference: float) -> bool:
        """Records a comparison, under the line of the kernel that made it, and returns its outcome."""
        self.decisions.append(int(outcome))
        frame = inspect.currentframe()
        while frame is not None and frame.f_code.co_filename == __file__:
            frame = frame.f_back
        self.outcomes.add((0 if frame is None else frame.f_lineno, outcome))
        self.margin = min(self.margin, abs(difference))
        return outcome


class Real:
    """A float64 that reports to a trace. Arithmetic is IEEE: a division by zero is an infinity, as it is on the
    machine."""

    __slots__ = ("trace", "value")

    def __init__(self, value: float, trace: Trace) -> None:
        self.value = value
        self.trace = trace

    def made(self, value: float) -> Real:
        """A result of an operation on this number."""
        trace = self.trace
        trace.steps += 1
        if trace.steps > MAX_STEPS:
            raise Unbounded
        if abs(value) > trace.largest:
            trace.largest = abs(value)
        return Real(value, trace)

    def __add__(self, other: Number) -> Real:
        return self.made(self.value + plain(other))

    __radd__ = __add__

    def __sub__(self, other: Number) -> Real:
        return self.made(self.value - plain(other))

    def __rsub__(self, other: Number) -> Real:
        return self.made(plain(other) - self.value)

    def __mul__(self, other: Number) -> Real:
        return self.made(self.value * plain(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Real:
        return self.made(_divide(self.value, plain(other)))

    def __rtruediv__(self, other: Number) -> Real:
        return self.made(_divide(plain(other), self.value))

    def __neg__(self) -> Real:
        return self.made(-self.value)

    def __lt__(self, other: Number) -> bool:
        return self.trace.decide(self.value < plain(other), self.value - plain(other))

    def __le__(self, other: Number) -> bool:
        return self.trace.decide(self.value <= plain(other), self.value - plain(other))

    def __gt__(self, other: Number) -> bool:
        return self.trace.decide(self.value > plain(other), self.value - plain(other))

    def __ge__(self, other: Number) -> bool:
        return self.trace.decide(self.value >= plain(other), self.value - plain(other))

    def __eq__(self, other: object) -> bool:
        value = plain(other)
        return self.trace.decide(self.value == value, self.value - value)

    def __ne__(self, other: object) -> bool:
        value = plain(other)
        return self.trace.decide(self.value != value, self.value - value)

    __hash__ = None  # type: ignore[assignment]

    def __int__(self) -> int:
        whole = int(self.value)
        self.trace.decisions.append(whole)
        return whole


Number = Real | float | int


def plain(value: object) -> float:
    """The float behind a number."""
    return value.value if isinstance(value, Real) else float(value)  # type: ignore[arg-type]


def _divide(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    return math.nan if left == 0.0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1.0, right)


def _function(compute: Callable[..., float]) -> Callable[..., Any]:
    """A function of ``math`` over traced numbers; outside its domain it gives NaN, as the machine's does."""

    def call(*arguments: Number) -> Any:
        try:
            value = compute(*(plain(argument) for argument in arguments))
        except (ValueError, OverflowError):
            value = math.nan
        traced = next((argument for argument in arguments if isinstance(argument, Real)), None)
        return value if traced is None else traced.made(value)

    return call


def _minimum(left: Real, right: Real) -> Real:
    return left if left.trace.decide(left.value <= right.value, left.value - right.value) else right


def _maximum(left: Real, right: Real) -> Real:
    return left if left.trace.decide(left.value >= right.value, left.value - right.value) else right


def _absolute(value: Real) -> Real:
    return value if value.trace.decide(value.value >= 0.0, value.value) else -value


def _floor(value: Real) -> Real:
    whole = math.floor(value.value)
    value.trace.decisions.append(whole)
    return value.made(float(whole))


class Buffer:
    """An array argument."""

    __slots__ = ("items",)

    def __init__(self, values: Sequence[float], trace: Trace) -> None:
        self.items = [Real(value, trace) for value in values]

    def __getitem__(self, index: int) -> Real:
        if not 0 <= index < len(self.items):
            raise IndexError(f"index {index} of an array of {len(self.items)}")
        return self.items[index]

    def __setitem__(self, index: int, value: Real) -> None:
        if not 0 <= index < len(self.items):
            raise IndexError(f"index {index} of an array of {len(self.items)}")
        self.items[index] = value


@dataclass(frozen=True, slots=True)
class ReferenceRun:
    """The outputs by argument name, and the trace of the whole launch."""

    outputs: Mapping[str, list[float]]
    trace: Trace


class Reference:
    """A kernel's source, ready to be run on any inputs of its launch."""

    def __init__(self, source: str, name: str) -> None:
        """Args:
        source: ``@wp.kernel`` and the function.
        name: the function's name.
        """
        self._thread = 0
        self._trace = Trace()
        namespace: dict[str, Any] = {"wp": self._warp()}
        exec(compile(source, f"<{name}>", "exec"), namespace)
        self._function = namespace[name]

    def run(self, launch: Launch, changed: Mapping[str, Sequence[float] | float] | None = None) -> ReferenceRun:
        """Runs every thread of ``launch`` in order.

        Args:
            launch: the arguments and the number of threads.
            changed: float arguments that take other values than the launch's own.

        Raises:
            Unbounded: it does not end.
        """
        self._trace = Trace()
        arguments: list[Any] = []
        outputs: dict[str, Buffer] = {}
        for argument in launch.arguments:
            value = (changed or {}).get(argument.name, argument.value)
            if argument.output:
                buffer = Buffer([0.0] * argument.size, self._trace)
                outputs[argument.name] = buffer
                arguments.append(buffer)
            elif isinstance(value, Sequence):
                arguments.append(Buffer([float(item) for item in value], self._trace))
            elif argument.type == "int32":
                arguments.append(int(value))
            else:
                arguments.append(Real(float(value), self._trace))
        for self._thread in range(launch.threads):
            self._function(*arguments)
        return ReferenceRun(
            {name: [plain(item) for item in buffer.items] for name, buffer in outputs.items()}, self._trace
        )

    def _real(self, value: Number) -> Real:
        return value if isinstance(value, Real) else Real(float(value), self._trace)

    def _add_atomically(self, buffer: Buffer, index: int, value: Real) -> None:
        buffer[index] = buffer[index] + value

    def _warp(self) -> SimpleNamespace:
        functions = {name: _function(getattr(math, name)) for name in _MATH}
        return SimpleNamespace(
            kernel=lambda function: function,  # type: ignore[misc]
            array=lambda **_options: None,  # type: ignore[misc]
            tid=lambda: self._thread,
            float64=self._real,
            float32=self._real,
            int32=int,
            min=lambda left, right: _minimum(self._real(left), self._real(right)),  # type: ignore[misc]
            max=lambda left, right: _maximum(self._real(left), self._real(right)),  # type: ignore[misc]
            abs=lambda value: _absolute(self._real(value)),  # type: ignore[misc]
            floor=lambda value: _floor(self._real(value)),  # type: ignore[misc]
            where=lambda condition, left, right: left if condition else right,  # type: ignore[misc]
            atomic_add=self._add_atomically,
            **functions,
        )


_MATH = ("sin", "cos", "tan", "tanh", "atan", "exp", "log", "sqrt", "pow")
