"""Programs of the language on the machine: the interpreter's answer, or UNSUPPORTED; never another answer."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest

from irmill.compiler.base.answer import show
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS
from irmill.compiler.lang.types import check_types
from irmill.optimizer.lower.classical import lower_program
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.optimize import optimize_tasm
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.vm import Execution, RunLimits, Status, execute
from irmill.optimizer.tir.from_program import LoweredProgram, lower_typed

NATURALS = dataclasses.replace(CORPUS, decimals=False, arrays=False, functions=False, careful=True)


def lowered(text: str) -> LoweredProgram:
    return lower_typed(check_types(parse_text(text)))


def run(program: LoweredProgram, operands: tuple[int, ...] | None = None) -> Execution:
    words = program.operands if operands is None else operands
    return execute(assemble(lower_program(program.code)), words, limits=RunLimits(200_000))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2 + 3 * 4 = ", 14), ("100 - 40 - 10 = ", 50), ("10 // 3 = ", 3), ("10 % 4 = ", 2), ("48 / 6 = ", 8),
        ("2 ^ 3 ^ 2 = ", 512), ("0 ^ 0 = ", 1), ("1 ^ 4000000000 = ", 1), ("2 ^ 31 = ", 2**31), ("0 ^ 5 = ", 0),
        ("15 > 10 is ", 1), ("5 <= 5 is ", 1), ("5 >= 6 is ", 0), ("3 != 3 is ", 0), ("not 3 > 5 is ", 1),
        ("1 < 2 and 2 < 1 is ", 0), ("1 > 2 or 2 > 1 is ", 1), ("1 == 2 and 1 / 0 == 1 is ", 0),
        ("if 3 > 2 then 10 else 1 / 0 = ", 10), ("(if 3 < 2 then 10 else 20) + 1 = ", 21),
        ("sum(i, 1, 10) = ", 55), ("sum(i, 5, 1) = ", 0), ("sum(i, 5, 1 by -1) = ", 15), ("product(i, 1, 5) = ", 120),
        ("sum(i, 1, 10 by 3, i * i) = ", 1 + 16 + 49 + 100), ("sum(i, 1, 4, sum(j, i, 4, i * j)) = ", 65),
        ("product(i, 3, 1) = ", 1), ("count(3, 9) = ", 9), ("count(9, 3) = ", 3), ("min(4, 2, 9) = ", 2),
        ("max(4, 2, 9) = ", 9), ("abs(7) = ", 7), ("floor(7) = ", 7), ("gcd(12, 18) = ", 6), ("gcd(0, 5) = ", 5),
        ("pow(3, 4) = ", 81), ("a = 3; b = a * a; a = b + 1; a * b = ", 90),
        ("n = 6; f = 1; while n > 1 do { f = f * n; n = n - 1; } f = ", 720),
        ("4294967295 + 0 = ", 2**32 - 1), ("3 - 2 = \n4 + 5 = ", 9), ("sum(i, 4294967290, 4294967295, 1) = ", 6),
    ],
)  # fmt: skip
def test_known_answers(text: str, answer: int) -> None:
    execution = run(lowered(text))
    assert execution.status is Status.OK, execution.message
    assert execution.output == (answer,)


@pytest.mark.parametrize("text", ["2.5 + 1 = ", "sqrt(4) = ", "f32(1) = ", "[1, 2][0] = ", "f(x) = x; f(1) = ",
                                  "a = [1]; a[0] = ", "len([1]) = ", "5000000000 - 1 = ", "1.0 + 1 = "])  # fmt: skip
def test_what_the_machine_cannot_express_is_unsupported(text: str) -> None:
    try:
        typed = check_types(parse_text(text))
    except LanguageError:
        return
    with pytest.raises(LanguageError) as caught:
        lower_typed(typed)
    assert caught.value.code is ErrorCode.UNSUPPORTED


@pytest.mark.parametrize(
    "text",
    ["3 - 4 = ", "2 - 5 + 4 = ", "70000 * 70000 = ", "4294967295 + 1 = ", "10 / 4 = ", "5 // 0 = ", "5 % 0 = ",
     "2 ^ 32 = ", "3 ^ 200 = ", "65536 ^ 4 = ", "-3 + 5 = ", "sum(i, 1, 3, i - 2) = ", "7 / 0 = ", "2 ^ (3 - 4) = ",
     "product(i, 1, 20) = ", "18 ^ 1000000 = "],
)  # fmt: skip
def test_a_step_outside_the_numbers_traps(text: str) -> None:
    assert run(lowered(text)).status is Status.TRAP


def test_the_same_code_is_right_or_traps_on_other_literals() -> None:
    """The code holds no literal: on any other operands it gives what the program would with them, or it traps."""
    for text in ("({} - {}) * {} // {} = ", "{} ^ {} % {} = ", "if {} > {} then {} - {} else {} = ", "min({}, {}) = "):
        count = text.count("{}")
        program = lowered(text.format(*range(9, 9 - count, -1)))
        for shift in range(12):
            operands = tuple((5 * place + shift * (place + 2)) % 23 for place in range(count))
            outcome = interpret(check_types(parse_text(text.format(*operands))))
            execution = run(program, operands)
            if execution.status is Status.OK:
                assert outcome.value is not None
                assert str(execution.output[0]) == show(outcome.value), (text, operands)


def test_random_programs_agree_with_the_interpreter() -> None:
    seen: Counter[str] = Counter()
    for typed in map(check_types, generate_programs(200, 23, NATURALS)):
        outcome = interpret(typed, Budget(fuel=5_000))
        try:
            program = lower_typed(typed)
        except LanguageError as error:
            seen[error.code] += 1
            continue
        execution = run(program)
        seen[execution.status] += 1
        if execution.status is Status.OK:
            assert outcome.value is not None, print_program(typed.program)
            answer = {"true": "1", "false": "0"}.get(show(outcome.value), show(outcome.value))
            assert str(execution.output[0]) == answer, print_program(typed.program)
    assert seen[Status.OK] > 30, seen
    assert set(seen) <= {Status.OK, Status.TRAP, Status.CYCLE_LIMIT, ErrorCode.UNSUPPORTED}


def test_optimised_programs_still_give_the_answer() -> None:
    checked = 0
    for typed in map(check_types, generate_programs(24, 5, NATURALS)):
        try:
            program = lower_typed(typed)
        except LanguageError:
            continue
        before = run(program)
        if before.status is not Status.OK or before.cycles > 5_000:
            continue
        text = print_tasm(lower_program(program.code))
        result = optimize_tasm(text, program.operands, effort=Effort(500, 30, (4,), 12), trials=4)
        assert result.after is not None
        assert result.after.cycles <= before.cycles
        checked += 1
    assert checked > 3


def test_variables_move_to_memory_when_the_stack_does_not_reach() -> None:
    names = [f"v{i}" for i in range(20)]
    text = "".join(f"{name} = {i}; " for i, name in enumerate(names)) + " + ".join(names) + " = "
    assert run(lowered(text)).output == (190,)
    deep = "if 1 < 2 then " + "(1 + " * 30 + "1" + ")" * 30 + " else 0 = "
    assert run(lowered(deep)).output == (31,)


def test_long_chains_need_no_recursion() -> None:
    text = " + ".join(["1"] * 900) + " = "
    assert run(lowered(text)).output == (900,)
    with pytest.raises(LanguageError, match="nodes"):
        lower_typed(check_types(parse_text(" + ".join(["1"] * 3_000) + " = ")))
