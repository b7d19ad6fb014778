"""Generated kernels by themselves: repeatable, diverse, without dead code, sound on their inputs."""

from __future__ import annotations

import ast
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.synth.kernels import expr
from irmill.synth.kernels.families import FAMILIES
from irmill.synth.kernels.render import MARGIN, generate_kernels, is_sound
from irmill.synth.launch import Launch
from irmill.synth.reference import Reference


@pytest.fixture(scope="module")
def many():
    return list(generate_kernels(340, 3, list(FAMILIES)))


def test_the_same_seed_gives_the_same_kernels(many):
    assert list(generate_kernels(340, 3, list(FAMILIES))) == many
    other = {kernel.python for kernel in generate_kernels(340, 4, list(FAMILIES))}
    assert not other & {kernel.python for kernel in many}


def test_a_prefix_does_not_depend_on_how_many_follow(many):
    assert list(generate_kernels(20, 3, list(FAMILIES))) == many[:20]


def test_every_form_comes_up_and_no_text_twice(many):
    assert {(kernel.family, kernel.form) for kernel in many} == {
        (family, form) for family, forms in FAMILIES.items() for form in forms
    }
    assert len({kernel.python for kernel in many}) == len(many)
    assert {kernel.dtype for kernel in many} == {"float32", "float64"}


def test_each_family_keeps_one_form_for_its_test_split(many):
    for family, forms in FAMILIES.items():
        held = {kernel.form for kernel in many if kernel.family == family and kernel.split == "test"}
        trained = {kernel.form for kernel in many if kernel.family == family and kernel.split == "train"}
        assert held == {list(forms)[-1]}
        assert trained == set(forms) - {list(forms)[-1]}


def test_no_kernel_has_dead_code(many):
    for kernel in many:
        function = ast.parse(kernel.python).body[0]
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
        written = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        counters = {node.target.id for node in ast.walk(function) if isinstance(node, ast.For)}
        assert written - counters <= read, kernel.python
        assert {argument.arg for argument in function.args.args} <= read, kernel.python


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), family=st.sampled_from(sorted(FAMILIES)))
def test_kernels_are_finite_decided_clearly_and_depend_on_every_input(seed, family):
    (kernel,) = generate_kernels(1, seed, [family])
    assert is_sound(kernel.python, kernel.name, kernel.launch, random.Random(seed))
    run = Reference(kernel.python, kernel.name).run(kernel.launch)
    assert all(math.isfinite(value) for value in run.outputs["out"])
    assert run.trace.margin >= MARGIN


def test_an_unsound_kernel_is_noticed():
    source = (
        "@wp.kernel\ndef k(x: wp.array(dtype=wp.float64), out: wp.array(dtype=wp.float64)):\n"
        "    i = wp.tid()\n    out[i] = {}\n"
    )
    arguments = [
        {"name": "x", "type": "float64", "values": [0.5, -1.0]},
        {"name": "out", "type": "float64", "output": True, "size": 2},
    ]
    import json

    launch = Launch.from_json(json.dumps({"threads": 2, "arguments": arguments}))
    rng = random.Random(0)
    assert is_sound(source.format("x[i] * x[i]"), "k", launch, rng)
    assert not is_sound(source.format("wp.log(x[i])"), "k", launch, rng), "not finite"
    assert not is_sound(source.format("x[i] - x[i]"), "k", launch, rng), "does not depend on its input"
    assert not is_sound(source.format("wp.min(x[i], wp.float64(5.0))"), "k", launch, rng), "one branch only"
    assert not is_sound(source.format("wp.min(x[i], wp.float64(0.4999))"), "k", launch, rng), "too narrow"


def test_launches_survive_json(many):
    for kernel in many[:40]:
        assert Launch.from_json(kernel.launch.to_json()).to_json() == kernel.launch.to_json()


@given(
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.sampled_from(["add", "subtract", "multiply", "divide", "min", "max"]),
    st.integers(0, 1000),
)
def test_intervals_hold_the_value(left, right, operator, seed):
    """Whatever an expression's text computes lies in its interval."""
    a = expr.Expression("a", min(left, 0.0), max(left, 0.0))
    b = expr.Expression("b", min(right, 1.0), max(right, 1.0))
    made = expr.combine(random.Random(seed), a, b, [operator])
    made = expr.wrap(random.Random(seed), made, str)
    names = {name: getattr(math, name) for name in (*expr.SMOOTH, "tanh")} | {"min": min, "max": max, "abs": abs}
    functions = type("wp", (), {name: staticmethod(function) for name, function in names.items()})
    value = eval(made.text, {"wp": functions, "a": left, "b": right})
    assert made.low - 1e-6 <= value <= made.high + 1e-6
