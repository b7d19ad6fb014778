"""The checks themselves turn red: a wrong value, a wrong adjoint and a wrong program value are all noticed."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from irmill.synth.kernels.render import GeneratedKernel
from irmill.synth.launch import Argument, Launch
from irmill.synth.reasons import GradientStatus, SynthReason
from irmill.synth.reference import Reference
from irmill.synth.validate import Expected, Tolerances, Verdict, check, shown

TOLERANCES = Tolerances(1e-9, 1e-5)


class PythonLauncher:
    """A launcher that computes by the reference, with one-sided differences as its adjoint; ``spoil`` may tamper."""

    def __init__(self, source: str, name: str, launch: Launch) -> None:
        self.reference = Reference(source, name)
        self.launch = launch
        self.spoil: Callable[[dict[str, list[float]]], None] = lambda gradient: None
        self.outputs: Callable[[dict[str, list[float]]], dict[str, list[float]]] = lambda outputs: outputs

    def forward(self, changed=None):
        return self.outputs(dict(self.reference.run(self.launch, changed).outputs))

    def adjoint(self, weights, changed=None):
        at = {
            argument.name: list((changed or {}).get(argument.name, argument.value))
            for argument in self.launch.arguments
            if argument.is_array and argument.is_float and not argument.output
        }
        gradient = {name: [self._slope(weights, at, name, place) for place in range(len(at[name]))] for name in at}
        self.spoil(gradient)
        return gradient

    def _slope(self, weights, at, name, place):
        totals = []
        for sign in (1, -1):
            moved = {key: list(values) for key, values in at.items()}
            moved[name][place] += sign * 1e-5
            outputs = self.reference.run(self.launch, moved).outputs
            totals.append(sum(w * y for key in weights for w, y in zip(weights[key], outputs[key], strict=True)))
        return (totals[0] - totals[1]) / 2e-5


def verdict(kernel: GeneratedKernel, prepare: Callable[[PythonLauncher], None]) -> Verdict:
    launcher = PythonLauncher(kernel.python, kernel.name, kernel.launch)
    prepare(launcher)
    return check(kernel.python, kernel.name, kernel.launch, None, launcher, TOLERANCES)


def test_right_kernels_pass(generated):
    for kernel in generated[:17]:
        found = verdict(kernel, lambda _launcher: None)
        assert found.reason is None, (kernel.python, found)
        assert found.gradient_status is GradientStatus.CHECKED


def test_a_wrong_adjoint_is_noticed(generated):
    """One element off by a hundredth, of any input of any kernel."""
    rng = random.Random(1)
    for kernel in generated[:17]:

        def spoil(gradient: dict[str, list[float]]) -> None:
            name = rng.choice(sorted(gradient))
            place = rng.randrange(len(gradient[name]))
            gradient[name][place] += 0.01 * max(1.0, abs(gradient[name][place]))

        def prepare(launcher: PythonLauncher, spoil=spoil) -> None:
            launcher.spoil = spoil

        assert verdict(kernel, prepare).reason is SynthReason.GRADIENT, kernel.python


def test_swapped_inputs_of_an_adjoint_are_noticed(generated):
    kernel = next(kernel for kernel in generated if " y: wp.array" in kernel.python and kernel.form == "rational")

    def swap(gradient: dict[str, list[float]]) -> None:
        gradient["x"], gradient["y"] = gradient["y"], gradient["x"]

    def prepare(launcher: PythonLauncher) -> None:
        launcher.spoil = swap

    assert verdict(kernel, prepare).reason is SynthReason.GRADIENT


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda value: value + 1e-3, SynthReason.VALUE),
        (lambda value: -value, SynthReason.VALUE),
        (lambda value: float("nan"), SynthReason.NON_FINITE),
        (lambda value: float("inf"), SynthReason.NON_FINITE),
    ],
)
def test_a_wrong_output_is_noticed(generated, change, reason):
    def prepare(launcher: PythonLauncher) -> None:
        launcher.outputs = lambda outputs: {name: [change(values[0]), *values[1:]] for name, values in outputs.items()}

    assert verdict(generated[0], prepare).reason is reason


@pytest.mark.parametrize(
    ("old", "new"), [(" + ", " - "), (" * ", " + "), ("wp.sin", "wp.cos"), ("wp.exp", "wp.sin"), (" < ", " > ")]
)
def test_kernels_with_another_operation_are_noticed(generated, old, new):
    """The compiled kernel is a mutant of the text that the row shows."""
    found = 0
    for kernel in generated:
        head, body = kernel.python.split(":\n", 1)
        if old not in body or kernel.form == "window":
            continue
        mutant = f"{head}:\n{body.replace(old, new, 1)}"
        launcher = PythonLauncher(mutant, kernel.name, kernel.launch)
        reason = check(kernel.python, kernel.name, kernel.launch, None, launcher, TOLERANCES).reason
        assert reason is not None, (kernel.python, mutant)
        found += 1
    assert found


def test_a_kernel_that_ignores_its_inputs_is_noticed(generated):
    def prepare(launcher: PythonLauncher) -> None:
        fixed = launcher.forward()
        launcher.outputs = lambda _: {name: list(values) for name, values in fixed.items()}

    assert verdict(generated[0], prepare).reason is SynthReason.NO_EFFECT


def program(source: str, *operands: float, dtype: str = "float64") -> tuple[str, Launch]:
    array = f"wp.array(dtype=wp.{dtype})"
    text = f"@wp.kernel\ndef p(operands: {array}, result: {array}):\n{source}"
    values = Argument("operands", dtype, operands, len(operands))
    return text, Launch(1, (values, Argument("result", dtype, (), 1, output=True)))


def check_program(source: str, expected: Expected, *operands: float) -> Verdict:
    text, launch = program(source, *operands)
    return check(text, "p", launch, expected, PythonLauncher(text, "p", launch), TOLERANCES)


def test_a_program_agrees_or_not():
    difference = "    result[0] = operands[0] - operands[1]\n"
    assert check_program(difference, Expected("35", False, False), 50, 15).reason is None
    assert check_program(difference, Expected("36", False, False), 50, 15).reason is SynthReason.DISAGREE
    assert check_program(difference, Expected("36", False, True), 50, 15).reason is SynthReason.DISAGREE
    assert check_program(difference, Expected("0.1", False, True), 0.3, 0.2).reason is None
    assert check_program(difference, Expected("35", False, False), 50, 15.000000000001).reason is SynthReason.DISAGREE
    assert check_program(difference, Expected("0.10001", False, True), 0.3, 0.2).reason is SynthReason.DISAGREE


def test_rounding_is_told_from_a_wrong_operation():
    """0.3 % 0.1 is 0 exactly, and 0.1 in float64; with numbers that cannot round it would be a disagreement."""
    modulo = "    result[0] = operands[0] - wp.floor(operands[0] / operands[1]) * operands[1]\n"
    assert check_program(modulo, Expected("0", False, True), 0.3, 0.1).reason is SynthReason.INEXACT
    assert check_program(modulo, Expected("0", False, False), 0.3, 0.1).reason is SynthReason.DISAGREE
    assert check_program(modulo, Expected("0.05", False, True), 0.3, 0.1).reason is SynthReason.DISAGREE


def test_ties_and_loop_ends_do_not_spoil_a_gradient():
    """The program's own operands lie on an edge of the comparison; the gradient is taken beside it."""
    source = (
        "    t = operands[0] * operands[1]\n    if t <= operands[2]:\n        t = t + operands[0]\n    result[0] = t\n"
    )
    found = check_program(source, Expected("9", False, False), 3, 2, 6)
    assert (found.reason, found.gradient_status) == (None, GradientStatus.CHECKED)


def test_points_on_two_sides_of_a_branch_are_not_compared():
    """The branch changes sides every few millionths, as far as the two points of a difference are apart."""
    source = (
        "    t = operands[0]\n    if wp.sin(operands[0] * 1000000.0) > 0.0:\n        t = t + 1.0\n    result[0] = t\n"
    )
    text, launch = program(source, 3.0)
    launcher = PythonLauncher(text, "p", launch)
    launcher.adjoint = lambda weights, changed=None: {"operands": list(weights["result"])}
    expected = Expected(shown(launcher.forward()["result"][0], False), False, True)
    found = check(text, "p", launch, expected, launcher, TOLERANCES)
    assert (found.reason, found.gradient_status) == (None, GradientStatus.CHECKED)


@pytest.mark.parametrize(
    ("value", "truth", "text"),
    [
        (35.0, False, "35"),
        (-3, False, "-3"),
        (2.5, False, "2.5"),
        (1.0, True, "true"),
        (0, True, "false"),
        (-0.0, False, "0"),
    ],
)
def test_values_are_shown_as_the_language_shows_them(value, truth, text):
    assert shown(value, truth) == text
