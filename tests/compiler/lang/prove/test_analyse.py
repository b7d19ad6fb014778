"""Interval analysis: sound against the interpreter on random programs, sharp where the machine type depends on it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.lang.ast import Binary, Loop, post_order
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation, Type
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS, INTEGERS, WILD
from irmill.compiler.lang.prove.analyse import analyse
from irmill.compiler.lang.prove.integrality import prove_integrality
from irmill.compiler.lang.prove.intervals import Interval, join, widen
from irmill.compiler.lang.types import check_types

PROFILES = [
    CORPUS,
    INTEGERS,
    replace(CORPUS, single=True),
    replace(WILD, mistyped=0.0, lines=1),
    replace(WILD, mistyped=0.0, lines=1, largest=10, single=False),
]


def line_of(text):
    return check_types(parse_text(text)).lines[0]


def close(interval, value):
    """Whether a shown value lies in an interval, up to what showing rounds."""
    slack = abs(value) * Fraction(1, 10**13) + Fraction(1, 10**13) if value.denominator != 1 else 0
    if not interval.lower - slack <= value <= interval.upper + slack:
        return False
    return not interval.whole or interval.holds(int(value) if value.denominator == 1 else value)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_every_number_that_is_computed_lies_in_its_interval(seed):
    for profile in PROFILES:
        program = generate_programs(1, seed, profile)[0]
        typed = check_types(program)
        intervals = analyse(typed.lines[0])
        # running with little fuel shows what earlier iterations computed
        for fuel in (2, 6, 25, 2_000):
            for step in interpret(typed, Budget(fuel=fuel), steps=True).steps:
                if typed.lines[0].types.get(step.node) is Type.NUMBER:
                    value = Fraction(step.value)
                    assert close(intervals.of(step.node), value), (step.text, step.value, print_program(program))
                    if step.node in intervals.exact_divisions:
                        assert value.denominator == 1


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_what_is_proved_whole_is_whole(seed):
    for profile in PROFILES:
        typed = check_types(generate_programs(1, seed, profile)[0])
        whole = prove_integrality(typed.lines[0]).nodes
        for step in interpret(typed, Budget(fuel=500), steps=True).steps:
            if step.node in whole:
                assert Fraction(step.value).denominator == 1


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_without_inexact_divisions_the_assumption_holds(seed):
    typed = check_types(generate_programs(1, seed, replace(INTEGERS, operators=CORPUS.operators))[0])
    outcome = interpret(typed, Budget(fuel=500), steps=True)
    numbers = [step for step in outcome.steps if typed.lines[0].types.get(step.node) is Type.NUMBER]
    quotients = [step for step in numbers if isinstance(step.node, Binary)]
    if all(Fraction(step.value).denominator == 1 for step in quotients) and not outcome.error:
        intervals = analyse(typed.lines[0], assume_exact=True)
        steps = [step for step in numbers if _runs_once(step.node, typed.lines[0])]
        assert all(close(intervals.of(step.node), Fraction(step.value)) for step in steps)


def _runs_once(node, line):
    """Whether the last value of a node is its only one."""
    several = (*(part for part in post_order(line.line) if isinstance(part, Loop)), *line.definitions.values())
    return not several and not any(type(part).__name__ == "While" for part in line.line.statements)


def test_exact_divisions_are_named():
    line = line_of("x = 7; (x * 12) / 4 + x / 2")
    exact = analyse(line).exact_divisions
    divisions = [
        node for node in post_order(line.line) if isinstance(node, Binary) and node.operation is Operation.DIVIDE
    ]
    assert [node in exact for node in divisions] == [True, False]


def test_counters_include_the_value_that_ends_the_loop():
    line = line_of("sum(i, 1, 10 by 4)")
    loop = line.line.value
    assert isinstance(loop, Loop)
    counter = analyse(line).counters[loop]
    assert counter.lower == 1
    assert counter.upper == 14


def test_conditions_narrow_what_they_compare():
    line = line_of("x = 3; while x < 1000 do { x = x * x; } x")
    assert analyse(line).of(line.line.value) == Interval(1000, 998_001, whole=True) or analyse(line).fits(31)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-" * 20_000 + "1", 1),
        ("1" + " + 1" * 10_000, 10_001),
        ("true" + " and 1 < 2" * 5_000, 0),
        ("while true do { " * 2_000 + "} " * 2_000 + "1", 1),
        ("x = 0; " + "while x < 1 do { " * 500 + "x = x + 1; " + "} " * 500 + "x", 1),
        ("".join(f"g{i}(x) = g{i + 1}(x) + g{i + 1}(x); " for i in range(40)) + "g40(x) = x; g0(1)", 2**40),
    ],
    ids=range(6),
)
def test_extreme_shapes_are_analysed(text, value):
    line = line_of(text)
    intervals = analyse(line)
    number = line.types[line.line.value] is Type.NUMBER
    assert not number or intervals.of(line.line.value).holds(value)


@given(st.integers(-99, 99), st.integers(0, 50), st.integers(-99, 99), st.integers(0, 50))
def test_join_and_widen_hold_both(low, length, other_low, other_length):
    first = Interval(low, low + length, whole=True)
    second = Interval(other_low, other_low + other_length, whole=True)
    both = join(first, second)
    wide = widen(first, both)
    for value in (low, low + length, other_low, other_low + other_length):
        assert both.holds(value)
        assert wide.holds(value)
