"""Structures: names and numbers do not count, everything else does."""

from __future__ import annotations

import random
import re

from irmill.synth.kernels.families import FAMILIES
from irmill.synth.kernels.render import generate_kernels
from irmill.synth.structure import structure, structure_id

KERNEL = """@wp.kernel
def first(x: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):
    i = wp.tid()
    y = x[i] * wp.float64(2.5)
    if y > wp.float64(1.0):
        y = y + x[i]
    out[i] = y
"""


def test_names_and_numbers_do_not_count():
    other = re.sub(r"\by\b", "z", re.sub(r"\bx\b", "values", KERNEL)).replace("first", "second").replace("2.5", "7.25")
    assert other != KERNEL
    assert structure(other) == structure(KERNEL)


def test_everything_else_counts():
    changes = [("*", "+"), (">", ">="), ("float64", "float32"), ("y + x[i]", "x[i] + y"), ("y = y +", "y = x[i] +")]
    seen = {structure_id(KERNEL)}
    for old, new in changes:
        changed = structure_id(KERNEL.replace(old, new))
        assert changed not in seen, (old, new)
        seen.add(changed)


def test_truth_values_are_no_numbers():
    true, false = (structure(KERNEL.replace("wp.float64(2.5)", word)) for word in ("True", "False"))
    assert true != false


def test_which_operand_is_read_counts():
    first = "@wp.kernel\ndef p(operands: a, result: a):\n    result[0] = operands[0] - operands[1]\n"
    assert structure(first) != structure(first.replace("operands[0] - operands[1]", "operands[1] - operands[0]"))
    assert structure(first) != structure(first.replace("operands[1]", "operands[0]"))


def test_renamed_generated_kernels_are_duplicates():
    """Whatever the kernel: other names, other numbers, the same structure."""
    rng = random.Random(5)
    for kernel in generate_kernels(60, 9, list(FAMILIES)):
        renamed = re.sub(r"\b([a-z]\d|[xyz]_i|[xyz])\b", r"renamed_\1", kernel.python)
        renamed = re.sub(r"\d+\.\d+", lambda _: f"{rng.uniform(1, 9):.3f}", renamed)
        assert structure(renamed) == structure(kernel.python)


def test_most_generated_kernels_are_no_duplicates():
    kernels = list(generate_kernels(400, 21, list(FAMILIES)))
    assert len({structure_id(kernel.python) for kernel in kernels}) > 0.8 * len(kernels)
