"""The interpreter's own proof of whole numbers: it changes the speed of a program, nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.lang import translate
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_node
from irmill.compiler.lang.profiles import CORPUS, INTEGERS, WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.lang.whole import whole_nodes

PROFILES = [CORPUS, INTEGERS, replace(CORPUS, single=True), replace(WILD, mistyped=0.0, lines=1, largest=30)]


def outcome(typed):
    found = interpret(typed, Budget(fuel=1_000), steps=True)
    return repr(found.value), found.error, found.message, [(step.text, step.value) for step in found.steps]


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_the_fast_path_is_the_slow_one(seed):
    for profile in PROFILES:
        typed = check_types(generate_programs(1, seed, profile)[0])
        fast = outcome(typed)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(translate, "whole_nodes", lambda _line: frozenset())
            assert fast == outcome(typed)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("a = 3; a * 2 + 1", ["a * 2", "a * 2 + 1"]),
        ("a = 3 / 1; a * 2 + 1", []),
        ("a = [1]; a[0] = 0.5; a[0] + 1", []),
        ("f(x) = x + 1; f(2) + f(3)", ["x + 1", "f(2)", "f(3)", "f(2) + f(3)"]),
        ("f(x) = x + 1; f(2) + f(0.5)", []),
        ("x = 1 / 2; sum(i, 1, 9, i * i + 2)", ["i * i", "i * i + 2", "sum(i, 1, 9, i * i + 2)"]),
        ("y = 0.5; x = 3; y + 1 > x * 2", ["x * 2"]),
        ("x = 1; y = x; z = y; x = 0.5; z + 1", []),
        ("a = [1, 2]; b = [0.5]; a[0] + 1", []),
        ("2 ^ 3 + 2 ^ -1", ["2 ^ 3", "-1"]),
        ("floor(0.5) + 1", ["floor(0.5)", "floor(0.5) + 1"]),
        ("g(x) = x * 3; f32(g(7))", []),
        ("g(a) = a[a[0]] + 1; f32(g([1, 2]))", []),
    ],
)
def test_what_counts_as_whole(text, whole):
    line = check_types(parse_text(text)).lines[0]
    proved = whole_nodes(line)
    shown = [print_node(node) for node in proved if type(node).__name__ not in ("Number", "Name", "ArrayLiteral")]
    assert sorted(shown) == sorted(whole)
