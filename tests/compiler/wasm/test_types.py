"""Machine types: intervals decide, not the answer, and the rule that decided is named."""

from __future__ import annotations

import pytest

from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.plan import NumberMode


@pytest.mark.parametrize(
    ("text", "type_", "rule"),
    [
        ("50 - 15 = ", "i32", "interval_i32"),
        ("2147483647 + 0 = ", "i32", "interval_i32"),
        ("2147483647 + 1 = ", "i64", "interval_i64"),
        ("2147483647 + 1 - 1 = ", "i64", "interval_i64"),
        ("-2147483647 - 1 = ", "i32", "interval_i32"),
        ("3000000000 * 3 = ", "i64", "interval_i64"),
        ("9223372036854775807 + 1 = ", "i64", "checked_i64"),
        ("x = 2; while x < 100 do { x = x * x; }; x = ", "i32", "interval_i32"),
        ("sum(i, 1, 1000000) = ", "i64", "interval_i64"),
        ("48 / 6 = ", "i32", "interval_i32"),
        ("1.25 * 4 = ", "f64", "decimal"),
        ("sqrt(16) = ", "f64", "sqrt"),
        ("f32(0.1) = ", "f32", "f32"),
        ("f32(0.1) + 0.1 = ", "f64", "decimal"),
        ("15 > 10 is ", "i32", "interval_i32"),
        ("1.5 > 1 is ", "i32", "decimal"),
    ],
)
def test_types(program, text: str, type_: str, rule: str) -> None:
    emission = emit_program(program(text))
    assert (emission.type, emission.type_by) == (type_, rule)


def test_unproven_divisions_are_checked_and_real_in_f64(program) -> None:
    typed = program("10 / 4 = ")
    assert emit_program(typed).instructions[-1] in ("call $i32_divide", "call $i64_divide")
    real = emit_program(typed, numbers=NumberMode.F64)
    assert real.instructions == ("f64.const 10.0", "f64.const 4.0", "f64.div")
    assert (real.type, real.type_by) == ("f64", "inexact_division")


def test_proven_steps_have_no_checks_and_unproven_ones_do(program) -> None:
    assert "i64.add" in emit_program(program("3000000000 + 5 = ")).instructions
    assert "call $i64_add" in emit_program(program("9223372036854775807 + 5 = ")).instructions


def test_floors_truncate_only_where_nothing_is_negative(program) -> None:
    assert emit_program(program("10 // 3 = ")).instructions[-1] == "i32.div_s"
    assert emit_program(program("10 % 3 = ")).instructions[-1] == "i32.rem_s"
    assert emit_program(program("-10 // 3 = ")).instructions[-1] == "call $i32_floor_divide"
    assert emit_program(program("10 % -3 = ")).instructions[-1] == "call $i32_modulo"


def test_counters_stay_whole_among_real_numbers(program) -> None:
    emission = emit_program(program("sum(i, 1, 10, i * 0.5) = "))
    assert emission.type == "f64"
    assert "f64.convert_i32_s" in emission.instructions
    assert "i32.add" in emission.instructions


def test_single_precision_rounds_operands(program) -> None:
    emission = emit_program(program("f32(0.1 + 0.2) = "))
    assert emission.instructions[:3] == (
        "f32.const 0.10000000149011612",
        "f32.const 0.20000000298023224",
        "f32.add",
    )


def test_single_precision_becomes_a_fraction_and_back(program) -> None:
    emission = emit_program(program("x = f32(0.1) + 0.1; f32(x) + 0.1 = "), numbers=NumberMode.FRACTION)
    assert emission.instructions.count("call $fraction_of_f32") == 2
    assert emission.instructions.count("call $fraction_to_f32") == 1
    assert not emission.rounds
    assert emit_program(program("f32(0.1 ^ 2) + 0.1 = "), numbers=NumberMode.FRACTION).rounds
