"""Programs as kernels: the number type follows the program, the value is the program's, the structure is kept."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared

from irmill.compiler.base.answer import show
from irmill.compiler.lang.ast import Define, Loop, While, operation_nodes, operation_of, post_order
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.synth.build import BuildConfig, Built, KernelJob, NotBuilt, Outcome, build_kernels
from irmill.synth.from_program import ProgramKernel, lower_program
from irmill.synth.reasons import SynthError, SynthReason

PROFILE = replace(CORPUS, arrays=False, single=True, statements=3, depth=3)
"""Everything that a kernel can express, and recursion."""

QUICK = BuildConfig(cuda="generated")


def lowered(text: str, **limits: int) -> ProgramKernel:
    return lower_program(check_types(parse_text(text)), **limits)


def build(texts: list[str]) -> list[tuple[str, ProgramKernel, str, Outcome]]:
    """The programs with a value and a kernel, built."""
    jobs, kept = [], []
    for text in texts:
        typed = check_types(parse_text(text))
        outcome = interpret(typed, Budget(fuel=1_000_000))
        if outcome.value is None:
            continue
        try:
            kernel = lower_program(typed)
        except SynthError:
            continue
        value = show(outcome.value)
        if kernel.value is not None:
            assert show(kernel.value) == value, text
        jobs.append(KernelJob(kernel.name, kernel.python, kernel.launch, (value, kernel.truth, kernel.rounds)))
        kept.append((text, kernel, value))
    return [(*what, outcome) for what, outcome in zip(kept, build_kernels(jobs, QUICK), strict=True)]


@pytest.mark.parametrize("text", ["if 1 < 2 then 3 else min()", "f32(max())"])
def test_the_least_of_no_numbers_has_no_kernel(text):
    with pytest.raises(SynthError) as caught:
        lowered(text)
    assert caught.value.reason is SynthReason.UNSUPPORTED


@pytest.mark.parametrize("body", ["", "x = x; ", "x = if true then x else x + 1; "])
def test_a_loop_that_computes_nothing_is_too_long_for_an_exact_run(body):
    typed = check_types(parse_text(f"x = 1; while true do {{ {body}}} x"))
    assert lower_program(typed, max_steps=1_000).value is None


@pytest.mark.parametrize(
    ("text", "dtype", "rounds"),
    [
        ("50 - 15 = ", "float64", False),
        ("15 > 10 is ", "float64", False),
        ("48 / 6 = ", "float64", False),
        ("10 / 4 = ", "float64", True),
        ("sum(i, 1, 1000000) = ", "float64", False),
        ("sum(i, 1, 1000000, i * i) = ", "int64", False),
        ("product(i, 1, 20) = ", "int64", False),
        ("9007199254740993 - 1 = ", "int64", False),
        ("9007199254740992 - 1 = ", "float64", False),
        ("7 % 3 = ", "int64", False),
        ("-7 // 2 = ", "int64", False),
        ("2 ^ 10 = ", "int64", False),
        ("2 ^ -1 = ", "float64", True),
        ("gcd(48, 18) = ", "int64", False),
        ("sqrt(16) + 1 = ", "float64", False),
        ("0.1 + 0.2 = ", "float64", True),
        ("7.5 % 2 = ", "float64", True),
        ("f32(1 / 3) = ", "float32", True),
        ("f32(0.1) + 0.1 = ", "float64", True),
        ("a = 48; b = 18; while b != 0 do { t = a % b; a = b; b = t; }; a = ", "int64", False),
        ("x = 5; while x > 0 do { x = x - 2; } x = ", "float64", False),
    ],
)
def test_number_types(text, dtype, rounds):
    kernel = lowered(text)
    assert (kernel.dtype, kernel.rounds) == (dtype, rounds)


def test_operands_are_the_literals_in_order():
    kernel = lowered("f(x) = x * 2; a = 007; if a > 3.50 then f(a) else sum(i, 1, 9 by 2) = ")
    assert kernel.operands == ("2", "007", "3.50", "1", "9")
    assert kernel.launch.arguments[0].value == [2.0, 7.0, 3.5, 1.0, 9.0]


def test_only_the_last_line_is_computed():
    kernel = lowered("16 - 3 = \n13 - 4 = \n9 * 7 = ")
    assert kernel.operands == ("16", "3", "13", "4", "9", "7")
    assert "operands[4] * operands[5]" in kernel.python
    assert "operands[0]" not in kernel.python


def test_no_literal_stays_in_the_text():
    kernel = lowered("a = 12; b = 34; if a > 56 then a * 78 else sum(i, 1, 90, i * b) = ")
    numbers = {
        node.value
        for node in ast.walk(ast.parse(kernel.python))
        if isinstance(node, ast.Constant) and not isinstance(node.value, bool)
    }
    assert not numbers & {12, 34, 56, 78, 90}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = [1, 2]; a[0] = ", "arrays"),
        ("sum([1, 2, 3]) = ", "arrays"),
        ("len([4, 5]) = ", "arrays"),
        ("f(a) = a[0]; f([5, 6]) = ", "arrays"),
        ("fact(n) = if n < 2 then 1 else n * fact(n - 1); fact(5) = ", "recursive"),
        (
            "e(n) = if n == 0 then true else o(n - 1); o(n) = if n == 0 then false else e(n - 1); e(4) is ",
            "recursive",
        ),
        ("abs(" * 150 + "1" + ")" * 150 + " = ", "deep"),
        ("sum(i, 1, 2, " * 20 + "1" + ")" * 20 + " = ", "deep"),
        (" + ".join(["abs(sum(i, 1, 2))"] * 200) + " = ", "statements"),
        ("(-9223372036854775807 - 1) % 5 = ", "-2^63"),
    ],
)
def test_what_a_kernel_cannot_express(text, why):
    with pytest.raises(SynthError) as caught:
        lowered(text)
    assert caught.value.reason is SynthReason.UNSUPPORTED
    assert why in caught.value.message


@pytest.mark.parametrize(
    ("text", "code"),
    [("1 / 0 = ", ErrorCode.DIV_BY_ZERO), ("2 ^ 63 = ", ErrorCode.OVERFLOW), ("sqrt(-1) = ", ErrorCode.DOMAIN)],
)
def test_a_program_with_an_error_is_not_lowered(text, code):
    with pytest.raises(LanguageError) as caught:
        lowered(text)
    assert caught.value.code is code


def test_long_chains_are_walked_without_recursion():
    kernel = lowered(" + ".join(str(number) for number in range(1500)) + " = ")
    assert kernel.value == sum(range(1500))
    assert max(len(line) for line in kernel.python.splitlines()) < 200


def test_long_runs_are_decided_by_intervals():
    brief = {"max_steps": 10}
    kernel = lowered("sum(i, 1, 1000, i * 2) = ", **brief)
    assert (kernel.dtype, kernel.rounds, kernel.value) == ("float64", False, None)
    assert "for i in range(int(operands[0]), int(operands[1]) + 1):" in kernel.python
    assert lowered("sum(i, 1, 1000, i / 3) = ", **brief).dtype == "float64"
    assert lowered("x = 3; while x < 900000 do { x = x * x; }; x + sum(i, 1, 99) = ", **brief).dtype == "int64"
    far = lowered("sum(i, 3000000000, 3000000099, i) = ", **brief)
    assert "while i <=" in far.python, "Warp counts ranges in int32"


def test_names_that_python_or_the_kernel_takes_are_changed():
    kernel = lowered("lambda = 3; operands = 4; result = 5; wp = 6; t0 = 7; lambda + operands + result + wp + t0 = ")
    tree = ast.parse(kernel.python)
    assert [argument.arg for argument in tree.body[0].args.args] == ["operands", "result"]
    assert {"lambda_2", "operands_2", "result_2", "wp_2"} <= {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
    }


def test_a_loop_is_a_loop_and_a_branch_a_branch():
    text = "n = 27; c = 0; while n != 1 do { n = if n % 2 == 0 then n / 2 else 3 * n + 1; c = c + 1; }; sum(i, 1, c) = "
    kernel = lowered(text)
    tree = ast.parse(kernel.python)
    kinds = [type(node) for node in ast.walk(tree)]
    assert (kinds.count(ast.While), kinds.count(ast.For), kinds.count(ast.If)) == (1, 1, 1)


CASES = [
    "3 > 5 and 1 / 0 > 2 is ",
    "if 7 > 3 then 4 else 1 / 0 = ",
    "3 > 5 or 2 < 4 is ",
    "true == false is ",
    "not (1 > 2) and (true or false) is ",
    "true is ",
    "a = true; b = a != (1 < 2); if b then 1 else 2 = ",
    "-10 // 3 + -10 % 3 * 100 + 10 % -3 * 1000 + 7 // -2 = ",
    "-9223372036854775807 % 10 = ",
    "(-2) ^ 63 + 1 = ",
    "7 ^ 22 = ",
    "1 ^ 1000000000000 + (-1) ^ 999999999999 = ",
    "0 ^ 0 + 2 ^ -2 * 4 = ",
    "gcd(9223372036854775807, 7) + gcd(0, 5) + gcd(-12, 18) = ",
    "sum(i, 5, 1 by -1) * product(i, 3, 1) + sum(i, 1, 10 by 3) = ",
    "sum(i, 1, 3, sum(j, 1, i, product(k, 1, j))) = ",
    "i = 7; sum(i, 1, i) + i = ",
    "sum(i, 1, 3, sum(i, 1, i, i)) = ",
    "sum(i, 3000000000, 3000000003) = ",
    "count(5, -3) + count(-3, 5) = ",
    "x = 3; y = x; while x > 0 do { y = x; x = x - 1; z = y; x = x + 0 * z; } y = ",
    "a = 1; b = 2; n = 5; while n > 0 do { t = a; a = b; b = t; n = n - 1; }; a * 10 + b = ",
    "f(x, y) = x * y + 1; g(x) = f(x, x) - f(1, x); g(g(3)) = ",
    "f(x) = sum(i, 1, x, i * x); f(3) + f(4) = ",
    "x = 1; while x < 9 do { x = x * x + 1 / 7; }; x = ",
    "min(4, 2, 8) * max(1.5, -2) - abs(-3) + floor(-0.5) = ",
    "f32(0.1) + 0.1 = ",
    "f32(16777216 + 1) = ",
    "x = 0.1; f32(x + 0.2) * 3 = ",
    "g(x) = x / 3; f32(g(1)) = ",
    "f32(sum(i, 1, 4, 1 / i)) = ",
    "f32(sum(i, 0.9999999999, 2.00000001, 1)) = ",
    "1 + f32(count(16777215, 16777217)) = ",
    "if (if 1 > 2 then 3 > 2 else 5 > 4) then (if 2 > 1 then 10 else 20) else 30 = ",
    "x = 10; while x > 0 and 100 / x > 5 do { x = x - 3; } x = ",
    "5 = ",
]


@pytest.fixture(scope="module")
def hand_written():
    return build(CASES)


def test_every_case_is_lowered(hand_written):
    assert [text for text, *_ in hand_written] == CASES


def test_the_kernels_give_the_programs_values(hand_written):
    wrong = [
        (text, kernel.python, outcome) for text, kernel, _, outcome in hand_written if isinstance(outcome, NotBuilt)
    ]
    assert wrong == []
    for _, kernel, value, outcome in hand_written:
        assert isinstance(outcome, Built)
        if not kernel.rounds:
            assert outcome.answer == value


def test_a_kernel_with_another_operation_gives_another_value(hand_written):
    """The value is the program's own, so a lowering that writes a wrong operation cannot pass."""
    jobs = []
    for _, kernel, value, _ in hand_written:
        mutant = re.sub(
            r"(?<=\w\]) ([-+*]) (?=\w)", lambda found: " - " if found[1] != "-" else " + ", kernel.python, count=1
        )
        mutant = mutant if mutant != kernel.python else kernel.python.replace(" < ", " > ", 1)
        if mutant != kernel.python and "while" not in mutant and kernel.dtype != "float32":
            jobs.append(KernelJob(kernel.name, mutant, kernel.launch, (value, kernel.truth, kernel.rounds)))
    outcomes = build_kernels(jobs, QUICK)
    assert len(outcomes) >= 4
    assert all(isinstance(outcome, NotBuilt) for outcome in outcomes), list(zip(jobs, outcomes, strict=True))
    assert {outcome.reason for outcome in outcomes} <= {
        SynthReason.DISAGREE,
        SynthReason.NON_FINITE,
        SynthReason.INEXACT,
    }


def test_shared_cases():
    """Every case of the language that has a value and needs no array and no recursion."""
    rows = [json.loads(line) for line in shared("data/language/cases.jsonl").read_text().splitlines()]
    texts = [row["text"] for row in rows if "value" in row and len(row["text"]) < 2000]
    values = {row["text"]: row.get("value") for row in rows}
    results = build(texts)
    assert len(results) > 80
    for text, kernel, value, outcome in results:
        assert value == values[text] or not value.lstrip("-").isdigit()
        if isinstance(outcome, NotBuilt):
            assert outcome.reason is SynthReason.INEXACT, (text, kernel.python, outcome)
    assert sum(isinstance(outcome, NotBuilt) for *_, outcome in results) <= 2


@given(st.integers(0, 10**9))
def test_the_exact_run_is_the_interpreter(seed):
    """The lowered structure computes what the program does, whatever the dialect."""
    (program,) = generate_programs(1, seed, PROFILE)
    text = print_program(program)
    typed = check_types(parse_text(text))
    outcome = interpret(typed, Budget(fuel=20_000))
    kernel, code = attempt(typed)
    if kernel is None:
        assert code in (SynthReason.UNSUPPORTED, outcome.error)
        return
    if outcome.value is not None and kernel.value is not None:
        assert show(kernel.value) == show(outcome.value)
    line = typed.program.lines[-1]
    parts = [*(statement for statement in line.statements if not isinstance(statement, Define)), line.value]
    loops = sum(isinstance(node, Loop | While) for part in parts for node in post_order(part))
    found = sum(isinstance(node, ast.For | ast.While) for node in ast.walk(ast.parse(kernel.python)))
    if not any(operation_of(node) in _LOOPING for node in operation_nodes(typed.program)):
        assert found == loops


def attempt(typed: TypedProgram) -> tuple[ProgramKernel | None, str]:
    """The kernel, or the code of why there is none."""
    try:
        return lower_program(typed, max_steps=100_000), ""
    except LanguageError as error:
        return None, error.code
    except SynthError as error:
        return None, error.reason


_LOOPING = (Operation.POWER, Operation.COUNT, Operation.GCD, Operation.CALL)


def test_random_programs_agree():
    results = build([print_program(program) for program in generate_programs(70, 7, PROFILE)])
    assert len(results) > 40
    for text, kernel, _, outcome in results:
        if isinstance(outcome, NotBuilt):
            assert outcome.reason is SynthReason.INEXACT, (text, kernel.python, outcome)
