"""Rewrites: each applies where it should, none where it would not be sound, and none changes an answer."""

from __future__ import annotations

import pytest

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import INTEGERS, generate_programs
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.ir import Function, assemble
from irmill.compiler.wasm.rewrite import REWRITES, rewrite_function
from irmill.compiler.wasm.trace import trace_module


def rewritten(source: str, locals_: int = 0) -> tuple[tuple[str, ...], dict[str, int]]:
    function = Function("f", (), (), (ValueType.I64,) * locals_, assemble(source))
    changed, done = rewrite_function(function)
    return tuple(item.text for item in changed.body), dict(done)


@pytest.mark.parametrize(
    ("source", "expected", "name"),
    [
        ("i32.const 2; i32.const 3; i32.mul", ("i32.const 6",), "constants"),
        ("i64.const 2; i64.const 3; call $i64_subtract", ("i64.const -1",), "constants"),
        ("i64.const 2; i64.const 3; i64.lt_s", ("i32.const 1",), "constants"),
        ("local.get 0; i64.const 0; i64.add", ("local.get 0",), "neutral operand"),
        ("local.get 0; i64.const 1; call $i64_multiply", ("local.get 0",), "neutral operand"),
        (
            "i32.const 0; if i64; i64.const 1; else; i64.const 2; end",
            ("block (result i64)", "i64.const 2", "end"),
            "known branch",
        ),
    ],
)
def test_applies(source: str, expected: tuple[str, ...], name: str) -> None:
    assert rewritten(source, 1) == (expected, {name: 1})


@pytest.mark.parametrize(
    "source",
    [
        "i32.const 2147483647; i32.const 1; i32.add",
        "i64.const 9223372036854775807; i64.const 1; call $i64_add",
        "i64.const 1; i64.const 0; call $i64_divide",
        "f64.const 0.1; f64.const 0; f64.add",
        "i64.const 0; local.get 0; i64.sub",
    ],
)
def test_does_not_apply(source: str) -> None:
    text = tuple(item.text for item in assemble(source))
    assert rewritten(source, 1) == (text, {})


def test_the_sum_of_a_counter_becomes_its_closed_form(program) -> None:
    emission = emit_program(program("sum(i, 1, 1000000) = "), optimize=True)
    assert emission.instructions == ("i32.const 1000000", "call $burn_many", "i64.const 500000500000")
    downward = emit_program(program("sum(i, 10, 1 by -3) = "), optimize=True)
    assert trace_module(downward.body).value == 22
    assert trace_module(emit_program(program("sum(i, 5, 1) = "), optimize=True).body).value == 0


@pytest.mark.parametrize(
    "text",
    [
        "sum(i, 1, 200000000) = ",  # more iterations than there is fuel
        "sum(i, 1, 6000000000000000000 by 1000000000000000000) = ",  # a partial sum leaves i64
        "sum(i, 1, 10, i * i) = ",
        "product(i, 1, 5) = ",
    ],
)
def test_other_loops_stay(program, text: str) -> None:
    assert "loop" in emit_program(program(text), optimize=True).instructions


def test_fuel_is_still_taken(program) -> None:
    text = "sum(i, 1, 90000000) + sum(i, 1, 90000000) = "
    assert trace_module(emit_program(program(text), optimize=True).body).error == "FUEL"


def test_no_answer_changes() -> None:
    applied = 0
    for untyped in generate_programs(150, 11, INTEGERS):
        try:
            typed = check_types(untyped)
        except LanguageError:
            continue
        plain, short = emit_program(typed), emit_program(typed, optimize=True)
        applied += plain.module != short.module
        first, second = trace_module(plain.body, most_steps=20_000), trace_module(short.body, most_steps=20_000)
        if first.complete and second.complete:
            assert (first.value, first.error) == (second.value, second.error)
    assert applied > 40
    assert len({rule.name for rule in REWRITES}) == len(REWRITES)
