"""Kernels compiled and executed: every generated one is right, and what goes wrong costs its own row alone."""

from __future__ import annotations

import json

import pytest

from irmill.synth.build import BuildConfig, Built, KernelJob, NotBuilt, build_kernels
from irmill.synth.launch import Argument, Launch
from irmill.synth.reasons import CudaStatus, GradientStatus, SynthReason

QUICK = BuildConfig(cuda="generated")
HEADER = "@wp.kernel\ndef {name}(x: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):\n    i = wp.tid()\n"


def job(name: str, body: str, values: tuple[float, ...] = (0.5, 1.5)) -> KernelJob:
    """A kernel over one array."""
    size = len(values)
    launch = Launch(size, (Argument("x", "float64", values, size), Argument("out", "float64", (), size, output=True)))
    return KernelJob(name, HEADER.format(name=name) + "".join(f"    {line}\n" for line in body.splitlines()), launch)


SQUARE = job("square", "out[i] = x[i] * x[i]")


def test_every_generated_kernel_is_right(generated, built):
    failed = [
        (kernel.python, outcome)
        for kernel, outcome in zip(generated, built, strict=True)
        if outcome.__class__ is not Built
    ]
    assert failed == []
    assert {outcome.gradient_status for outcome in built} == {GradientStatus.CHECKED}
    assert max(outcome.gradient_error for outcome in built) < 1e-5
    assert {outcome.cuda_status for outcome in built} == {CudaStatus.GENERATED}


def test_answers_are_the_outputs(generated, built):
    for kernel, outcome in zip(generated, built, strict=True):
        answer, reference = json.loads(outcome.answer), json.loads(outcome.reference)
        assert len(answer) == kernel.launch.outputs[0].size
        assert answer == pytest.approx(reference, rel=1e-3, abs=1e-3)


def test_outcomes_do_not_depend_on_batches_or_order(generated, built):
    chosen = list(range(0, 48, 6))
    jobs = [KernelJob(generated[i].name, generated[i].python, generated[i].launch) for i in reversed(chosen)]
    again = build_kernels(jobs, BuildConfig(cuda="generated", batch=3))
    assert again == [built[i] for i in reversed(chosen)]


@pytest.fixture(scope="module")
def mixed():
    """Good kernels with bad ones between them, built together."""
    jobs = [
        SQUARE,
        job("no_such_function", "out[i] = wp.nonsense(x[i])"),
        job("endless", "y = wp.float64(1.0)\nwhile y > wp.float64(0.0):\n    y = y + x[i]\nout[i] = y"),
        job("cube", "out[i] = x[i] * x[i] * x[i]"),
        job("out_of_bounds", "out[i + 900000000] = x[i]"),
        job("infinite", "out[i] = x[i] / (x[i] - x[i])"),
        job("constant", "out[i] = x[i] - x[i] + wp.float64(2.0)"),
        job("overwritten", "out[i] = x[i] * x[i]\nout[i] = out[i] * out[i]"),
        job("sine", "out[i] = wp.sin(x[i])"),
    ]
    done: list[int] = []
    outcomes = build_kernels(jobs, BuildConfig(cuda="generated", kernel_seconds=3.0), done.append)
    assert sum(done) == len(jobs)
    return dict(zip((made.name for made in jobs), outcomes, strict=True))


@pytest.mark.parametrize("name", ["square", "cube", "sine"])
def test_good_kernels_survive_bad_neighbours(mixed, name):
    assert isinstance(mixed[name], Built)
    assert mixed[name].gradient_status is GradientStatus.CHECKED


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("no_such_function", SynthReason.REJECTED),
        ("endless", SynthReason.TIMEOUT),
        ("out_of_bounds", SynthReason.WORKER),
        ("infinite", SynthReason.NON_FINITE),
        ("constant", SynthReason.NO_EFFECT),
        # Warp's adjoint of an element that is written twice is wrong, as its documentation warns: the check sees it.
        ("overwritten", SynthReason.GRADIENT),
    ],
)
def test_bad_kernels_are_told_apart(mixed, name, reason):
    outcome = mixed[name]
    assert isinstance(outcome, NotBuilt)
    assert outcome.reason is reason
    assert "\n" not in outcome.message
    assert outcome.message


def test_what_warp_says_is_kept(mixed):
    assert "nonsense" in mixed["no_such_function"].message
    assert "SIGSEGV" in mixed["out_of_bounds"].message or "SIGBUS" in mixed["out_of_bounds"].message


def test_a_wrong_program_value_is_a_disagreement():
    header = "@wp.kernel\ndef p(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):\n"
    launch = Launch(1, (Argument("operands", "float64", (50.0, 15.0), 2), Argument("result", "float64", (), 1, True)))
    source = header + "    result[0] = operands[0] - operands[1]\n"
    right, wrong, truth = build_kernels(
        [
            KernelJob("p", source, launch, ("35", False, False)),
            KernelJob("p", source, launch, ("65", False, False)),
            KernelJob("p", source, launch, ("true", True, False)),
        ],
        QUICK,
    )
    assert isinstance(right, Built)
    assert (right.answer, right.reference) == ("35", "35")
    assert isinstance(wrong, NotBuilt)
    assert wrong.reason is SynthReason.DISAGREE
    assert isinstance(truth, NotBuilt)
    assert truth.reason is SynthReason.DISAGREE


def test_cuda_text_is_compiled_where_nvrtc_is():
    (outcome,) = build_kernels([SQUARE], BuildConfig(cuda="compiled"))
    assert isinstance(outcome, Built)
    assert outcome.cuda_status in (CudaStatus.COMPILED, CudaStatus.GENERATED)
