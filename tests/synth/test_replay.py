"""Which adjoints can be right at all, checked against what Warp really computes."""

from __future__ import annotations

import pytest

from irmill.synth import validate
from irmill.synth.build import BuildConfig, Built, KernelJob, build_kernels
from irmill.synth.launch import Argument, Launch
from irmill.synth.reasons import GradientStatus
from irmill.synth.replay import adjoint_is_exact

HEADER = "@wp.kernel\ndef {name}(operands: wp.array(dtype=wp.float64), result: wp.array(dtype=wp.float64)):\n"
SUM = "s = wp.float64(0.0)\nfor i in range(int(operands[0]), int(operands[1]) + 1):\n    s = s + "

EXACT = {
    "straight": "result[0] = operands[0] * operands[1]",
    "plain_sum": f"{SUM}wp.float64(i)\nresult[0] = s",
    "sum_of_products": f"{SUM}wp.float64(i) * operands[2]\nresult[0] = s + operands[2]",
    "sum_through_temporary": f"{SUM}operands[2]\n    u = wp.float64(i) * operands[2]\n    s = s + u * u\nresult[0] = s",
    "scaled_by_a_constant": f"{SUM}operands[2] * operands[2]\nresult[0] = -s * wp.float64(3.0) / wp.float64(2.0)",
    "nested_sums": f"{SUM}operands[2]\n    r = wp.float64(0.0)\n    for j in range(int(operands[0]), i + 1):\n"
    "        r = r + wp.float64(j) * operands[2]\n    s = s + r\nresult[0] = s",
    "unrolled_recurrence": "s = operands[0]\nfor k in range(3):\n    s = s * s * operands[2]\nresult[0] = s",
}
NOT_EXACT = {
    "factor_after_the_loop": f"{SUM}wp.float64(i) * operands[2]\nresult[0] = s * operands[2]",
    "product": "s = wp.float64(1.0)\nfor i in range(int(operands[0]), int(operands[1]) + 1):\n"
    "    s = s * (wp.float64(i) + operands[2])\nresult[0] = s",
    "function_of_the_sum": f"{SUM}wp.float64(i) * operands[2]\nresult[0] = wp.sin(s)",
    "branch_on_the_sum": f"{SUM}operands[2]\nif s > operands[2]:\n    s = s * wp.float64(2.0)\nresult[0] = s",
    "nested_factor": f"{SUM}operands[2]\n    r = wp.float64(0.0)\n    for j in range(int(operands[0]), i + 1):\n"
    "        r = r + operands[2]\n    s = s + r * operands[2]\nresult[0] = s",
    "while_loop": "s = operands[0]\nwhile s < operands[1]:\n    s = s * operands[2]\nresult[0] = s",
    "long_recurrence": "s = operands[0]\nfor k in range(40):\n    s = wp.sin(s)\nresult[0] = s",
}


def source(name: str, body: str) -> str:
    return HEADER.format(name=name) + "".join(f"    {line}\n" for line in body.split("\n"))


@pytest.mark.parametrize("name", EXACT)
def test_replayed_kernels(name):
    assert adjoint_is_exact(source(name, EXACT[name]))


@pytest.mark.parametrize("name", NOT_EXACT)
def test_kernels_that_warp_does_not_replay(name):
    assert not adjoint_is_exact(source(name, NOT_EXACT[name]))


def test_warp_agrees_with_the_rule():
    """Those called exact pass the gradient check; a value of their own is what the reference says."""
    launch = Launch(
        1, (Argument("operands", "float64", (1.0, 3.0, 2.0), 3), Argument("result", "float64", (), 1, output=True))
    )
    jobs = []
    for name, body in EXACT.items():
        text = source(name, body)
        value = validate.Reference(text, name).run(launch).outputs["result"][0]
        jobs.append(KernelJob(name, text, launch, (validate.shown(value, False), False, True)))
    for job, outcome in zip(jobs, build_kernels(jobs, BuildConfig(cuda="generated")), strict=True):
        assert isinstance(outcome, Built), (job.source, outcome)
        assert outcome.gradient_status is GradientStatus.CHECKED
