"""Whether a kernel computes what it should: values against a reference, adjoints against central differences.

A generated kernel's outputs are compared with its own source run in float64 (:mod:`synth.reference`); a program's
kernel is compared with the value that the program is known to have. For float kernels one directional derivative of a
random weighting of the outputs, in a random direction of all input arrays, is compared with ``(L(x + h d) - L(x - h d))
/ 2 h`` of the reference. The two points must take the same decisions as each other: the quotient then stays on one
smooth piece.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from irmill.synth.launch import Argument, Launch
from irmill.synth.reasons import GradientStatus, SynthReason
from irmill.synth.reference import Reference, ReferenceRun, Unbounded
from irmill.synth.replay import adjoint_is_exact

STEP = 1e-6
"""Of the central difference, relative to the larger of 1 and the input."""

ROUNDING = 1e-8
"""What rounding may contribute to the difference quotient, relative to the largest value inside the kernel."""

ATTEMPTS = 12
"""Points that are tried for a program's gradient until one lies inside a smooth piece."""

RELATIVE = 1e-12
"""A program's value that is not whole, against its kernel's (language specification, "Errors"); float32: 1e-5."""
RELATIVE_FLOAT32 = 1e-5

Values = Mapping[str, Sequence[float] | float]


class Launcher(Protocol):
    """Runs one kernel natively."""

    def forward(self, changed: Values | None = None) -> dict[str, list[float] | list[int]]:
        """The outputs by name; ``changed`` arguments take other values than the launch's own."""
        ...

    def adjoint(self, weights: Mapping[str, Sequence[float]], changed: Values | None = None) -> dict[str, list[float]]:
        """The gradient of the weighted outputs by each float input array (Warp returns none by a single number)."""
        ...


@dataclass(frozen=True, slots=True)
class Expected:
    """A program's value: as the language shows it, whether it is a truth value, and whether the kernel may round."""

    value: str
    truth: bool
    rounds: bool


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Relative tolerances of generated kernels (outputs) and of all float kernels (gradients)."""

    value: float
    gradient: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks found.

    Attributes:
        answer: the program's value by its kernel, or a JSON list of a generated kernel's outputs.
        reference: what it was compared with, in the same form.
        gradient_status: whether an adjoint was compared.
        gradient_error: the directional derivatives' relative difference; None where none was compared.
        reason: None where everything agreed.
        message: one line about ``reason``.
    """

    answer: str
    reference: str
    gradient_status: GradientStatus
    gradient_error: float | None
    reason: SynthReason | None = None
    message: str = ""


class Failure(Exception):
    """A check that failed; it becomes the verdict's reason and message."""

    def __init__(self, reason: SynthReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


def check(
    source: str, name: str, launch: Launch, expected: Expected | None, launcher: Launcher, tolerances: Tolerances
) -> Verdict:
    """Runs every check that applies to the kernel; the verdict's reason is the first that failed."""
    answer, reference = "", expected.value if expected is not None else ""
    status, error = GradientStatus.NOT_APPLICABLE, None
    try:
        python = Reference(source, name)
        outputs = launcher.forward()
        if expected is not None:
            answer = shown(outputs["result"][0], expected.truth)
            compare_program(outputs["result"][0], expected, launch, python)
        else:
            run = python.run(launch)
            answer, reference = _listed(outputs, launch), _listed(run.outputs, launch)
            compare_outputs(outputs, run, tolerances.value)
            _compare_effect(launcher, launch, outputs)
        if differentiable(source, launch):
            error = _gradient_error(python, name, launch, launcher, tolerances.gradient, jitter=expected is not None)
            if error is not None:
                status = GradientStatus.CHECKED
    except Failure as failure:
        return Verdict(answer, reference, status, error, failure.reason, failure.message)
    return Verdict(answer, reference, status, error)


def differentiable(source: str, launch: Launch) -> bool:
    """Whether the kernel's adjoint can be compared: all its numbers are float, and Warp's adjoint can be exact."""
    return all(argument.is_float or argument.type == "int32" for argument in launch.arguments) and adjoint_is_exact(
        source
    )


def shown(value: float | int, truth: bool) -> str:
    """A kernel's number as the language shows the value it stands for."""
    if truth:
        return {1.0: "true", 0.0: "false"}.get(float(value), f"{value!r}")
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.15g}"


def compare_program(value: float, expected: Expected, launch: Launch, python: Reference) -> None:
    """Compares a kernel's result with the program's value.

    Raises:
        Failure: NON_FINITE; INEXACT where the kernel may round and rounding explains the difference; else DISAGREE.
    """
    if not math.isfinite(value):
        raise Failure(SynthReason.NON_FINITE, f"the kernel gives {value}, the program {expected.value}")
    if _agrees(value, expected, launch):
        return
    reason = SynthReason.INEXACT if expected.rounds and _by_rounding(expected, launch, python) else SynthReason.DISAGREE
    raise Failure(reason, f"the kernel gives {shown(value, expected.truth)}, the program {expected.value}")


def _agrees(value: float, expected: Expected, launch: Launch) -> bool:
    """Truth values and whole numbers must be identical (in float64 and int64), others within the type's tolerance."""
    if shown(value, expected.truth) == expected.value:
        return True
    dtype = launch.outputs[0].type
    if expected.truth or dtype == "int64" or (dtype == "float64" and _is_whole(expected.value)):
        return False
    wanted = float(expected.value)
    return abs(value - wanted) <= (RELATIVE_FLOAT32 if dtype == "float32" else RELATIVE) * abs(wanted)


def _by_rounding(expected: Expected, launch: Launch, python: Reference) -> bool:
    """Whether operands that are off by some roundings give the expected value: the program sits on an edge there."""
    rng = random.Random(expected.value)
    operands = next(argument for argument in launch.arguments if not argument.output)
    for _ in range(ATTEMPTS):
        moved = [x * (1.0 + rng.uniform(-1.0, 1.0) * 1e-12) for x in _as_list(operands)]
        try:
            value = python.run(launch, {operands.name: moved}).outputs["result"][0]
        except Unbounded:
            return False
        except (ValueError, OverflowError):
            continue
        if expected.truth:
            near = shown(value, True) == expected.value
        else:
            near = math.isclose(value, float(expected.value), rel_tol=1e-9, abs_tol=1e-9)
        if near:
            return True
    return False


def _is_whole(text: str) -> bool:
    return text.lstrip("-").isdigit()


def compare_outputs(outputs: Mapping[str, Sequence[float]], run: ReferenceRun, tolerance: float) -> None:
    """Compares a generated kernel's outputs with the reference's. Raises Failure NON_FINITE or VALUE."""
    scale = max(1.0, *(abs(value) for values in run.outputs.values() for value in values))
    for name, wanted in run.outputs.items():
        for index, (value, other) in enumerate(zip(outputs[name], wanted, strict=True)):
            if not math.isfinite(value):
                raise Failure(SynthReason.NON_FINITE, f"{name}[{index}] is {value}")
            if abs(value - other) > tolerance * scale:
                raise Failure(SynthReason.VALUE, f"{name}[{index}] is {value:.9g}, the reference gives {other:.9g}")


def _compare_effect(launcher: Launcher, launch: Launch, outputs: Mapping[str, Sequence[float]]) -> None:
    """Raises Failure NO_EFFECT where other inputs give the same outputs."""
    changed: dict[str, Sequence[float] | float] = {}
    for position, argument in enumerate(launch.arguments):
        if argument.output or not argument.is_float:
            continue
        # Arguments move by different amounts, so that their differences change too.
        shift = 0.05 * 1.7**position
        value = argument.value
        changed[argument.name] = [item + shift for item in value] if isinstance(value, Sequence) else value + shift
    if launcher.forward(changed) == outputs:
        raise Failure(SynthReason.NO_EFFECT, "other inputs give the same outputs")


def _listed(outputs: Mapping[str, Sequence[float]], launch: Launch) -> str:
    digits = 7 if any(argument.type == "float32" for argument in launch.outputs) else 12
    return json.dumps([float(f"{value:.{digits}g}") for output in launch.outputs for value in outputs[output.name]])


def _gradient_error(
    python: Reference, name: str, launch: Launch, launcher: Launcher, tolerance: float, *, jitter: bool
) -> float | None:
    """The relative difference of the two directional derivatives; None where the run is long or no point is smooth.

    Raises:
        Failure: GRADIENT or NON_FINITE.
    """
    rng = random.Random(f"gradient:{name}")
    inputs = [item for item in launch.arguments if item.is_float and item.is_array and not item.output]
    weights = {argument.name: _draw(rng, argument.size) for argument in launch.outputs}
    for _ in range(ATTEMPTS):
        at = {argument.name: _near(rng, argument) if jitter else _as_list(argument) for argument in inputs}
        direction = {
            key: [rng.choice((-1, 1)) * rng.uniform(0.5, 1.0) * max(1.0, abs(x)) for x in at[key]] for key in at
        }
        try:
            quotient = _quotient(python, launch, at, direction, weights)
        except Unbounded:
            return None
        if quotient is None:
            continue
        difference, largest = quotient
        gradient = launcher.adjoint(weights, at)
        terms = [x * d for key in at for x, d in zip(gradient[key], direction[key], strict=True)]
        if not all(math.isfinite(term) for term in terms):
            raise Failure(SynthReason.NON_FINITE, "the adjoint is not finite")
        scale = max(1.0, abs(difference), sum(abs(term) for term in terms))
        error = abs(sum(terms) - difference)
        if error > tolerance * scale + ROUNDING * largest:
            message = f"the adjoint gives {sum(terms):.9g}, central differences {difference:.9g}"
            raise Failure(SynthReason.GRADIENT, message)
        return float(f"{error / scale:.2g}")
    return None


def _quotient(
    python: Reference,
    launch: Launch,
    at: Mapping[str, list[float]],
    direction: Mapping[str, list[float]],
    weights: Mapping[str, Sequence[float]],
) -> tuple[float, float] | None:
    """The central difference and the largest value inside, or None where the points lie on different pieces.

    Raises:
        Unbounded: the run is too long to be repeated in Python.
    """
    totals: list[float] = []
    runs: list[ReferenceRun] = []
    for sign in (1.0, -1.0):
        moved = {key: [x + sign * STEP * d for x, d in zip(at[key], direction[key], strict=True)] for key in at}
        try:
            run = python.run(launch, moved)
        except (OverflowError, ValueError):
            return None
        totals.append(sum(w * y for key in weights for w, y in zip(weights[key], run.outputs[key], strict=True)))
        runs.append(run)
    largest = max(run.trace.largest for run in runs)
    if runs[0].trace.decisions != runs[1].trace.decisions or not math.isfinite(largest):
        return None
    if not all(math.isfinite(total) for total in totals):
        return None
    return (totals[0] - totals[1]) / (2.0 * STEP), largest


def _draw(rng: random.Random, size: int) -> list[float]:
    return [round(rng.uniform(0.5, 1.5) * rng.choice((-1, 1)), 3) for _ in range(max(size, 1))]


def _as_list(argument: Argument) -> list[float]:
    assert isinstance(argument.value, Sequence)
    return [float(item) for item in argument.value]


def _near(rng: random.Random, argument: Argument) -> list[float]:
    """A point near the argument's own, off the whole numbers where comparisons tie and loops end."""
    return [x + rng.uniform(0.05, 0.45) * rng.choice((1, 1, -1)) for x in _as_list(argument)]
