"""Interval analysis: sound against the interpreter on random programs, sharp where the machine type depends on it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.lang.ast import Binary, Loop, Operation, post_order
from irmill.compiler.lang.generate import CORPUS, INTEGERS, WILD, generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.intervals import MachineType, analyse
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.ranges import Interval, join, widen
from irmill.compiler.lang.types import Type, check_types
from irmill.compiler.lang.wholeness import prove_whole

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
        whole = prove_whole(typed.lines[0]).nodes
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


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("50 - 15", MachineType.I32),
        ("2147483647", MachineType.I32),
        ("2147483648", MachineType.I64),
        ("2147483647 + 1", MachineType.I64),
        ("-2147483647 - 1", MachineType.I32),
        ("48 / 6", MachineType.I32),
        ("48 / 7", MachineType.F64),
        ("48 * 6 / 4 / 3", MachineType.I32),
        ("1.5", MachineType.F64),
        ("sqrt(16)", MachineType.I32),
        ("sqrt(17)", MachineType.F64),
        ("sum(i, 1, 100)", MachineType.I32),
        ("sum(i, 1, 1000000)", MachineType.I64),
        ("product(i, 1, 10)", MachineType.I32),
        ("product(i, 1, 20)", MachineType.I64),
        ("product(i, 1, 21)", MachineType.CHECKED),
        ("sum(i, 1, 2147483647, 0)", MachineType.I64),
        ("9223372036854775807", MachineType.I64),
        ("9223372036854775807 + 1", MachineType.CHECKED),
        ("-9223372036854775807 - 1", MachineType.I64),
        ("3000000000 * 3", MachineType.I64),
        ("99999 * 99999", MachineType.I64),
        ("a = [3, 9, 2]; sum(i, 0, len(a) - 1, a[i] * 2)", MachineType.I32),
        ("a = [1]; a[0] = 5000000000; a[0]", MachineType.I64),
        ("a = [1]; a[0] = a[0] * 3; a[0] / 3", MachineType.F64),
        ("x = 100; while x > 0 do { x = x - 3; } x", MachineType.I32),
        ("a = 48; b = 18; while b != 0 do { t = a % b; a = b; b = t; } a", MachineType.I32),
        ("x = 1; while true do { x = x * 2; } x", MachineType.CHECKED),
        ("f(x) = x * x; f(1000) + f(3)", MachineType.I32),
        ("f(n) = if n < 2 then 1 else n * f(n - 1); f(5)", MachineType.CHECKED),
        ("if 1 < 2 then 1 else 5000000000", MachineType.I64),
        ("2 ^ 30", MachineType.I32),
        ("2 ^ 62", MachineType.I64),
        ("2 ^ -1", MachineType.F64),
        ("gcd(12, 18) + abs(-3) + min(1, 2) + 7 % 3 + 7 // 2 + floor(2) + count(1, 9)", MachineType.I32),
        ("f32(1)", MachineType.F64),
    ],
)
def test_machine_type(text, kind):
    assert analyse(line_of(text)).machine_type() is kind


def test_assuming_exact_divisions_makes_a_line_whole():
    line = line_of("n = 27; while n != 1 do { n = if n % 2 == 0 then n / 2 else 3 * n + 1; } n")
    assert analyse(line).machine_type() is MachineType.F64
    assert analyse(line, assume_exact=True).machine_type() is MachineType.CHECKED


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
    assert analyse(line).of(line.line.value) == Interval(1000, 998_001, whole=True) or analyse(line).within(32)


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
