"""The reference interpreter: values, errors, limits and steps, on our own cases and on the shared ones."""

from __future__ import annotations

import json
import sys

import pytest
from fuzz.mutate import mutate
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import shared

from irmill.compiler.base.answer import show, shown_agree
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import WILD
from irmill.compiler.lang.types import check_types

MOST = 2**63 - 1


def answer(text, limits=None):
    """The shown value, or the error's code."""
    try:
        outcome = interpret(check_types(parse_text(text)), limits)
    except LanguageError as error:
        return error.code.value
    if outcome.error is not None:
        assert outcome.value is None
        assert outcome.message
        return outcome.error.value
    assert outcome.value is not None
    return show(outcome.value)


CASES = [
    # arithmetic
    ("17 - 4 * 3 = ", "5"),
    ("-7 // 2", "-4"),
    ("7 // -2", "-4"),
    ("-7 % 2", "1"),
    ("7 % -2", "-1"),
    ("-7.5 // 2", "-4"),
    ("-0.5 % 0.2", "0.1"),
    ("1 / 3 * 3", "1"),
    ("0.1 * 3 == 0.3 is ", "true"),
    ("1 / 3 + 1 / 6 == 0.5", "true"),
    ("2 ^ 10 ^ 0", "2"),
    ("(-2) ^ 3", "-8"),
    ("(-2) ^ -3", "-0.125"),
    ("0.5 ^ -2", "4"),
    ("0 ^ 5", "0"),
    ("0 ^ (1 - 1)", "1"),
    ("1 ^ 9223372036854775807", "1"),
    ("(-1) ^ 9223372036854775807", "-1"),
    ("(-1) ^ (-9223372036854775807)", "-1"),
    ("0 - 0", "0"),
    ("-0", "0"),
    ("0 * -5", "0"),
    ("-0.0", "0"),
    ("2 / 3", "0.666666666666667"),
    ("1 / 100000", "1e-05"),
    ("1234567.125", "1234567.125"),
    ("pow(2, -1)", "0.5"),
    # range
    (f"{MOST}", f"{MOST}"),
    (f"-{MOST} - 1", f"{-MOST - 1}"),
    (f"-{MOST} - 1.5", "OVERFLOW"),
    (f"{MOST}.999", "9.22337203685478e+18"),
    (f"{MOST} + 0.5", "9.22337203685478e+18"),
    (f"{MOST} + 1", "OVERFLOW"),
    (f"{MOST + 1} - 1", "OVERFLOW"),
    (f"-(-{MOST} - 1)", "OVERFLOW"),
    (f"abs(-{MOST} - 1)", "OVERFLOW"),
    (f"(-{MOST} - 1) / -1", "OVERFLOW"),
    (f"(-{MOST} - 1) // -1", "OVERFLOW"),
    (f"(-{MOST} - 1) % -1", "0"),
    ("3037000500 * 3037000500", "OVERFLOW"),
    ("3037000499 * 3037000499", "9223372030926249001"),
    ("if true then 1 else 9223372036854775808", "1"),
    ("if false then 1 else 9223372036854775808", "OVERFLOW"),
    ("10 ^ 400", "OVERFLOW"),
    ("2 ^ 9223372036854775807", "OVERFLOW"),
    ("1.0000001 ^ 9223372036854775807", "OVERFLOW"),
    ("0.5 ^ 9223372036854775807", "INEXACT"),
    ("0.5 ^ 900", "1.18305218616677e-271"),
    ("0.5 ^ 997 > 0", "INEXACT"),
    ("0.5 ^ 996 > 0", "true"),
    ("1.5 ^ 100 / 1.4 ^ 100", "991.567623334999"),
    ("1.0001 ^ 300 < 1.0306", "true"),
    ("1.0001 ^ 1000", "INEXACT"),
    ("0." + "0" * 305 + "1", "INEXACT"),
    ("0." + "0" * 2000 + "1 * 0", "INEXACT"),
    ("1." + "0" * 5000 + " + 1", "2"),
    ("sum([9223372036854775807, 1, -1])", "OVERFLOW"),
    ("sum(i, 1, 3, 9223372036854775807)", "OVERFLOW"),
    # zero divisors, domains
    ("1 // 0", "DIV_BY_ZERO"),
    ("1 % 0.0", "DIV_BY_ZERO"),
    ("0 / 0", "DIV_BY_ZERO"),
    ("0 ^ -1", "DIV_BY_ZERO"),
    ("0 ^ -0.5", "DOMAIN"),
    ("4 ^ 0.5", "DOMAIN"),
    ("4 ^ 1.0", "4"),
    ("sqrt(0 - 0.01)", "DOMAIN"),
    ("gcd(1.5, 2)", "DOMAIN"),
    ("gcd(0, 0)", "0"),
    ("gcd(-12, 18)", "6"),
    ("min()", "DOMAIN"),
    ("min([])", "DOMAIN"),
    ("sum([])", "0"),
    ("min(1, 0.5, 2)", "0.5"),
    ("max(1 / 3, 0.3333)", "0.333333333333333"),
    ("floor(-0.001)", "-1"),
    ("floor(7)", "7"),
    # square roots
    ("sqrt(9 / 4)", "1.5"),
    ("sqrt(1 / 9) * 3 == 1", "true"),
    ("sqrt(17) * sqrt(17) == 17", "true"),
    ("sqrt(2) * sqrt(2) == 2", "false"),
    ("a = [5, 6]; a[sqrt(17) * sqrt(17) - 16]", "6"),
    ("a = [5, 6]; a[sqrt(2)]", "DOMAIN"),
    ("floor(sqrt(2)) + 9007199254740993", "9007199254740994"),
    ("sqrt(2) - sqrt(2)", "0"),
    ("-(sqrt(2) - sqrt(2))", "0"),
    ("1 / (sqrt(2) - sqrt(2))", "DIV_BY_ZERO"),
    ("sqrt(2) * 9223372036854775807", "OVERFLOW"),
    ("sqrt(2) ^ 1000", "OVERFLOW"),
    ("sqrt(0.5) ^ 3000", "INEXACT"),
    ("sqrt(2) * 0 + 0.1 == 0.1", "true"),
    ("max(sqrt(2), 1)", "1.4142135623731"),
    # order and short cuts
    ("false and 1 / 0 > 1", "false"),
    ("true or 1 / 0 > 1", "true"),
    ("true and 1 / 0 > 1", "DIV_BY_ZERO"),
    ("1 / 0 > 1 and false", "DIV_BY_ZERO"),
    ("if 1 > 2 then 1 / 0 else sqrt(-1)", "DOMAIN"),
    ("a = [1]; a[1] = sqrt(-1); 1", "OUT_OF_BOUNDS"),
    ("a = [1]; a[0.5] = sqrt(-1); 1", "DOMAIN"),
    ("a = [1]; a[sqrt(-1)] = 1 / 0; 1", "DOMAIN"),
    ("count(0.5, 1 / 0)", "DIV_BY_ZERO"),
    ("sum(i, 0.5, 1 / 0)", "DIV_BY_ZERO"),
    ("max(sqrt(-1), 1 / 0)", "DOMAIN"),
    ("[1 / 0, sqrt(-1)] == 1", "TYPE"),
    ("sum([1 / 0, sqrt(-1)])", "DIV_BY_ZERO"),
    ("f(x) = sqrt(-1); f(1 / 0)", "DIV_BY_ZERO"),
    ("x = 1 / 0; 5", "DIV_BY_ZERO"),
    ("1 / 0\n5", "DIV_BY_ZERO"),
    ("5\n1 / 0", "DIV_BY_ZERO"),
    ("f(x) = 1 / 0; 5", "5"),
    # arrays
    ("a = [1, 2, 3]; b = a; b[2] = 9; a[2] + b[0]", "10"),
    ("f(a) = a[0]; x = [1]; y = x; x[0] = 5; f(y)", "5"),
    ("a = [1]; b = [1]; a[0] = 2; b[0]", "1"),
    ("n = 0; a = [0, 0]; while n < 2 do { b = [n]; a[n] = b[0] + 1; n = n + 1; } a[0] * 10 + a[1]", "12"),
    ("a = [1, 2]; a[2]", "OUT_OF_BOUNDS"),
    ("a = [1, 2]; a[-1]", "OUT_OF_BOUNDS"),
    ("a = [1, 2]; a[4 / 2 - 1]", "2"),
    ("a = []; a[0]", "OUT_OF_BOUNDS"),
    ("product([2, 0.5, 3])", "3"),
    ("len([])", "0"),
    # loops
    ("sum(i, 3, 3)", "3"),
    ("sum(i, 10, 1 by -4)", "18"),
    ("sum(i, 1, 2 by 9223372036854775808)", "1"),
    ("sum(i, 9223372036854775807, 9223372036854775807)", "9223372036854775807"),
    ("product(i, 9223372036854775806, 9223372036854775807, 1)", "1"),
    ("sum(i, -3, 3, i ^ 2)", "28"),
    ("sum(i, 1, 4, sum(j, i, 4, i / j))", "7"),
    ("sum(i, 4, 1, 1 / 0)", "0"),
    ("product(i, 4, 1, 1 / 0)", "1"),
    ("sum(i, 1, 4, 1 / (i - 3))", "DIV_BY_ZERO"),
    ("i = 3; sum(i, i, i + 2, i) + i", "15"),
    ("sum(i, 1, 2.0)", "3"),
    ("count(7, -7)", "-7"),
    ("product(i, -5, 5)", "0"),
    ("product(i, -4, -1)", "24"),
    ("product(i, 30, 1 by -1)", "OVERFLOW"),
    ("sum(i, 0, 100, 2 * i - 50)", "5050"),
    ("sum(i, 4611686018427387904, 4611686018427387906)", "OVERFLOW"),
    ("sum(i, 1, 3, i * 9223372036854775807)", "OVERFLOW"),
    ("sum(i, -4000000000, 4000000000 by 1000000000, i * 3)", "0"),
    # while
    ("x = 10; while x > 0 do { x = x - 3; } x", "-2"),
    ("x = 0; while false do { x = 1 / 0; } x", "0"),
    ("x = 3; y = 0; while x > 0 do { z = x; while z > 0 do { z = z - 1; y = y + 1; } x = x - 1; }; y", "6"),
    ("s = 0; x = 3; while x > 0 do { t = x * 2; s = s + t; x = x - 1; }; s", "12"),
    # functions
    ("f(n) = if n == 0 then 0 else g(n - 1); g(n) = if n == 0 then 1 else f(n - 1); f(501)", "1"),
    ("f(x) = sum(i, 1, x, i); f(4) + f(0)", "10"),
    ("f(x, y) = if y == 0 then x else f(y, x % y); f(84, 36)", "12"),
    ("x = 5; f(x) = x + 1; f(1) + x", "7"),
    ("f(n) = if n < 1 then 0 else f(n - 1) + f(n - 1); f(12)", "0"),
    # f32
    ("f32(1 / 3) == 1 / 3", "false"),
    ("f32(16777217)", "16777216"),
    ("f32(16777217 - 16777216)", "0"),
    ("x = 16777217; f32(x)", "16777216"),
    ("f(x) = x + 1; f32(f(16777216))", "16777216"),
    ("f(x) = x + 1; f(16777216) - f32(f(16777216))", "1"),
    ("f32(if 16777217 == 16777216 then 1 else 2)", "1"),
    ("f32(sum(i, 16777217, 16777217, 1))", "1"),
    ("f32(sum(i, 16777217, 16777217))", "16777216"),
    ("f(n) = sum(i, 1, n, i); f32(f(4))", "10"),
    ("f(n) = sum(i, g(n), n + 1, i); g(n) = n - 1; f32(f(4)) + f(4)", "24"),
    ("f(a) = a[a[0]] + len(a); g(x) = [x, x + 1]; f32(f(g(1)))", "4"),
    ("a = [0.1, 0.2]; f32(sum(a)) - f32(0.3)", "0"),
    ("f32(f32(0.1)) == f32(0.1)", "true"),
    ("f32(9223372036854775807)", "OVERFLOW"),
    ("f32(9223371761976868863)", "9223371487098961920"),
    ("f32(9223371761976868864)", "OVERFLOW"),
    ("f32(1 / 0)", "DIV_BY_ZERO"),
    ("f32(sqrt(2)) == sqrt(2)", "false"),
    ("f32(2 ^ 0.5)", "DOMAIN"),
    ("f32(gcd(12, 18) + min(3, 4) + abs(-1) + floor(2.5) + count(1, 3) + pow(2, 3))", "23"),
    ("f32(0 * -1)", "0"),
    ("f32(10 // 3 + 10 % 3)", "4"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_value_or_error(text, expected):
    found = answer(text)
    assert found == expected or (expected[-1].isdigit() and shown_agree(found, expected))


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_keeping_steps_changes_nothing(text, expected):
    try:
        typed = check_types(parse_text(text))
    except LanguageError:
        return
    plain, kept = interpret(typed), interpret(typed, steps=True)
    assert (plain.value, plain.error, plain.message) == (kept.value, kept.error, kept.message)
    assert plain.steps == ()


def test_shared_cases():
    rows = [json.loads(row) for row in shared("data/language/cases.jsonl").read_text().splitlines()]
    assert len(rows) > 200
    wrong = []
    for row in rows:
        # with less fuel the same programs run out of it
        limits = Budget(fuel=2_000_000) if row.get("error") in ("FUEL", "MEMORY") else None
        found = answer(row["text"], limits)
        right = row["error"] == found if "error" in row else shown_agree(found, row["value"])
        if not right:
            wrong.append((row, found))
    assert wrong == []


# --- limits ---

DOWN = "f(n) = if n < 1 then 0 else 1 + f(n - 1); "


def test_a_thousand_calls_may_be_open():
    assert answer(DOWN + "f(999)") == "999"
    assert answer(DOWN + "f(1000)") == "STACK"
    assert answer(DOWN + "f(999) + f(999)") == "1998"
    assert answer("f(n) = f(n); f(0)") == "STACK"
    assert answer(DOWN + "f(2)", Budget(calls=2)) == "STACK"


@pytest.mark.parametrize(
    ("text", "fuel"),
    [
        ("sum(i, 1, 100)", 100),
        ("sum(i, 1, 100, 2 * i)", 100),
        ("sum(i, 1, 100, i * i)", 100),
        ("product(i, 0, 99)", 100),
        ("product(i, 1, 100, 1)", 100),
        ("sum(i, 1, 10, sum(j, 1, 9, i * j))", 100),
        ("count(1, 101)", 100),
        ("count(101, 1)", 100),
        ("x = 0; while x < 100 do { x = x + 1; } x", 100),
        ("f(x) = x; sum(i, 1, 50, f(i))", 100),
        (DOWN + "f(99)", 100),
    ],
)
def test_iterations_and_calls_share_the_fuel(text, fuel):
    assert answer(text, Budget(fuel=fuel)) not in ErrorCode.__members__
    assert answer(text, Budget(fuel=fuel - 1)) == "FUEL"


def test_what_happens_before_the_fuel_is_gone_happens():
    assert answer("sum(i, 1, 1000, 1 / (50 - i))", Budget(fuel=100)) == "DIV_BY_ZERO"
    assert answer("sum(i, 1, 1000, 1 / (50 - i))", Budget(fuel=10)) == "FUEL"
    assert answer("sum(i, 1, 1000, i * 100000000000000000)", Budget(fuel=100)) == "OVERFLOW"
    assert answer("sum(i, 1, 1000, i * 100000000000000000)", Budget(fuel=5)) == "FUEL"
    assert answer("product(i, 1, 100)", Budget(fuel=21)) == "OVERFLOW"
    assert answer("product(i, 1, 100)", Budget(fuel=20)) == "FUEL"


def test_long_linear_loops_are_decided_at_once():
    assert answer("sum(i, 1, 100000000)") == "5000000050000000"
    assert answer("sum(i, 1, 100000001)") == "FUEL"
    assert answer("sum(i, 1, 1000000000000)") == "FUEL"
    assert answer("sum(i, 100000000000, 1000000000000)") == "OVERFLOW"
    assert answer("product(i, -1, 1000000000000)") == "FUEL"
    assert answer("sum(i, 1, 100000000, 1)") == "100000000"
    assert answer("sum(i, -9223372036854775807, 9223372036854775807)") == "OVERFLOW"
    assert answer("sum(i, -9223372036854775807, 9223372036854775807 by 9223372036854775807)") == "0"


def test_array_elements_are_counted_as_they_are_created():
    eight = "[1, 2, 3, 4, 5, 6, 7, 8]"
    assert answer(f"x = 0; while x < 4 do {{ b = {eight}; x = x + 1; }} x", Budget(memory=4 * 64)) == "4"
    assert answer(f"x = 0; while x < 5 do {{ b = {eight}; x = x + 1; }} x", Budget(memory=4 * 64)) == "MEMORY"
    assert answer(f"len({eight})\nlen({eight})", Budget(memory=64)) == "8"
    assert answer("len([1, 1 / 0])", Budget(memory=8)) == "DIV_BY_ZERO"
    assert answer("a = 0; while true do { b = [" + "1, " * 999 + "1]; } a") == "MEMORY"


@pytest.mark.parametrize(
    "text",
    [
        "x = 0; while x < 5000 do { x = x + 1; } x",
        "f(n) = if n < 1 then 0 else f(n - 1) + f(n - 1); f(12)",
        "sum(i, 1, 50, sum(j, 1, 50, i * j % 7))",
        "sum(i, 1, 1000, 0.1)",
        "f32(sum(i, 1, 1000, 0.1))",
        "a = [1, 2, 3]; x = 0; while x < 500 do { x = x + sum(a); } x",
    ],
)
def test_the_same_work_takes_the_same_steps(text):
    """What is not finished depends on the program alone; keeping steps takes none."""
    typed = check_types(parse_text(text))
    least, most = 0, 1 << 20
    assert interpret(typed, Budget(steps=most)).finished
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if interpret(typed, Budget(steps=middle)).finished else (middle, most)
    assert most > 500
    for keep in (False, True):
        assert interpret(typed, Budget(steps=most), steps=keep).finished
        short = interpret(typed, Budget(steps=most - 1), steps=keep)
        assert (short.value, short.error, short.finished) == (None, None, False)
        assert short.message == f"not finished within {most - 1:,} steps"


def test_long_numbers_and_long_arrays_take_more_steps():
    """Bounds of time in steps: an addition of fractions of 4,000 bits, and a sum of 1,000 elements, are no one step."""
    long = "x = sum(i, 1, 1500, 1 / i); y = 0; sum(i, 1, 1000, x - i)"
    assert not interpret(check_types(parse_text(long)), Budget(steps=1_000_000)).finished
    array = "a = [" + "1, " * 999 + "1]; x = 0; while x < 1000 do { x = x + 1; y = sum(a); } x"
    assert not interpret(check_types(parse_text(array)), Budget(steps=1_000_000)).finished
    assert interpret(check_types(parse_text(array)), Budget(steps=20_000_000)).value == 1000


def test_the_steps_are_those_of_all_lines_and_fuel_comes_first():
    line = "x = 0; while x < 1000 do { x = x + 1; } x"
    assert answer(line, Budget(steps=12_000)) == "1000"
    assert not interpret(check_types(parse_text(f"{line}\n{line}")), Budget(steps=12_000)).finished
    assert answer(line, Budget(fuel=10, steps=12_000)) == "FUEL"


# --- single precision ---


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("f32(sum(i, 16777215, 16777217, 1))", "2"),
        ("f32(sum(i, 16777217, 16777218, 1))", "3"),
        ("f32(count(16777215, 16777217))", "16777216"),
        ("f32(sum(i, 16777218, 16777219))", "50331660"),
        ("f32(sum(i, 16777218, 16777219, i))", "50331660"),
        ("f32(product(i, 16777217, 16777217))", "16777216"),
        ("f32(sum(i, 0.9999999999, 2, 1))", "2"),
        ("f32(sum(i, 0.9999999, 2, 1))", "DOMAIN"),
        ("f32(sum(i, 9223372036854775806, 9223372036854775807, 1))", "OVERFLOW"),
        ("f32(product(i, 0.5, 1 / 0))", "DIV_BY_ZERO"),
        ("a = [1, 2, 3]; f32(a[0.9999999999])", "2"),
        ("a = [1, 2, 3]; f32(a[1 / 3 * 3])", "2"),
        ("a = [1, 2, 3]; a[1 / 3 * 3]", "2"),
        ("f(n) = sum(i, n, 16777217, 1); f32(f(16777216)) + f(16777216)", "3"),
        ("x = f32(1); x / 10 * 3 == 0.3 is ", "true"),
        ("f32(1) / 3 * 3", "1"),
        ("f32(0.5) + 9007199254740993", "9.00719925474099e+15"),
        ("floor(f32(0.5) + 9007199254740993)", "9007199254740993"),
        ("f32(7 // 0.1)", "69"),
        ("f32(1.1 ^ 20)", "6.72750282287598"),
        ("f32(2 ^ -2000)", "0"),
        ("f32(0.5 ^ -2000)", "OVERFLOW"),
        ("f32(0 ^ -1)", "DIV_BY_ZERO"),
        ("f32(0 ^ 0)", "1"),
    ],
)
def test_single_precision_is_rounded_inside_and_exact_outside(text, value):
    assert answer(text) == value


def test_the_python_stack_is_left_as_it_was():
    before = sys.getrecursionlimit()
    nested = "if n > 0 then " * 200 + "f(n - 1) + 1" + " else 0" * 200
    assert answer(f"f(n) = {nested}; f(999)") == "999"
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-" * 20_000 + "1", "1"),
        ("1" + " + 1" * 16_000, "16001"),
        ("2" + "^1" * 10_000, "2"),
        ("not " * 16_001 + "true", "false"),
        ("false" + " or false" * 7_000, "false"),
        ("if true then " * 255 + "1" + " else 0" * 255, "1"),
        ("if false then 0 else " * 255 + "1", "1"),
        ("1" + " + (1" * 255 + ")" * 255, "256"),
        ("sum(i, 1, 1, " * 250 + "i" + ")" * 250, "1"),
        ("x = 0; " + "while x < 1 do { " * 300 + "x = 1; " + "} " * 300 + "x", "1"),
        ("x = 0; y = 1; " + "while x < 1 do { " * 60 + "x = 1; y = y + 1; t = y; " + "} " * 60 + "y + x", "3"),
        ("true" + " and (true" * 255 + ")" * 255, "true"),
        ("a = [" + "1, " * 20_000 + "1]; sum(a)", "20001"),
        ("max(" + "1, " * 20_000 + "2)", "2"),
    ],
    ids=range(14),
)
def test_extreme_shapes_run(text, expected):
    assert answer(text) == expected


# --- steps ---


def steps_of(text):
    outcome = interpret(check_types(parse_text(text)), steps=True)
    return [(step.text, step.value) for step in outcome.steps]


def test_steps_are_the_operations_in_order_with_their_last_values():
    assert steps_of("a = 16 - 3; b = a - 4; b * 7 = ") == [("16 - 3", "13"), ("a - 4", "9"), ("b * 7", "63")]
    assert steps_of("sum(i, 1, 3, i * i) > 10 is ") == [
        ("i * i", "9"),
        ("sum(i, 1, 3, i * i)", "14"),
        ("sum(i, 1, 3, i * i) > 10", "true"),
    ]
    assert steps_of("sum(i, 1, 4, -(2 * i)) = ") == [
        ("2 * i", "8"),
        ("-(2 * i)", "-8"),
        ("sum(i, 1, 4, -(2 * i))", "-20"),
    ]
    assert steps_of("if 1 < 2 then 3 + 4 else 5 + 6 = ") == [
        ("1 < 2", "true"),
        ("3 + 4", "7"),
        ("if 1 < 2 then 3 + 4 else 5 + 6", "7"),
    ]
    assert steps_of("f(x) = [x, x / 2]; a = f(1); a[1] = 4; a[0]\n1 + 1") == [
        ("x / 2", "0.5"),
        ("f(1)", "[1, 0.5]"),
        ("a[1] = 4; ", "4"),
        ("a[0]", "1"),
        ("1 + 1", "2"),
    ]
    assert steps_of("x = 2; while x > 0 do { x = x - 1; } x") == [
        ("x > 0", "false"),
        ("x - 1", "0"),
        ("while x > 0 do { x = x - 1; }; ", "false"),
    ]


def test_steps_before_an_error_are_kept():
    assert steps_of("1 + 2 + 1 / 0 = ") == [("1 + 2", "3")]


def test_steps_of_a_long_chain_stay_short():
    steps = steps_of("1" + " + 1" * 5_000)
    assert len(steps) == 5_000
    assert steps[-1] == ("... + 1", "5001")
    assert max(len(text) for text, _ in steps) < 300


# --- properties ---


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_any_program_has_an_outcome(seed):
    limits = Budget(fuel=3_000)
    for program in generate_programs(2, seed, WILD):
        text = print_program(program)
        for source in (text, mutate(text, seed)):
            try:
                typed = check_types(parse_text(source))
            except LanguageError:
                continue
            plain, kept = interpret(typed, limits), interpret(typed, limits, steps=True)
            assert (plain.value, plain.error) == (kept.value, kept.error)
            assert (plain.value is None) == (plain.error is not None)
