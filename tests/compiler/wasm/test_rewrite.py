"""Rewrites: each applies where it should, none where it would not be sound, and none changes an answer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.profiles import INTEGERS
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.ir import COMPUTE, Function, assemble
from irmill.compiler.wasm.link import all_helpers, link_module
from irmill.compiler.wasm.rewrite import REWRITES, WasmRewrite, rewrite_function
from irmill.compiler.wasm.trace import trace_module
from irmill.compiler.wasm.verify import InvalidModule, verify_module


def rewritten(source: str, locals_: int = 0) -> tuple[tuple[str, ...], dict[str, int]]:
    function = Function("f", (), (), (ValueType.I64,) * locals_, assemble(source))
    changed, done = rewrite_function(function)
    return tuple(item.text for item in changed.body), dict(done)


WORDS = (-(1 << 63), -(1 << 31), -7, -1, 0, 1, 2, 6, (1 << 31) - 1, (1 << 63) - 1)


def outcomes(source: str, words: Sequence[int] = WORDS) -> list[tuple[object, object]]:
    """Value and error of instructions that leave one word, for several words in local 0."""
    locals_ = (ValueType.I64, ValueType.I64)
    found = []
    for word in words:
        body = assemble(f"i64.const {word}; local.set 0; {source}")
        for result in ValueType:
            module = link_module([Function(COMPUTE, (), (result,), locals_, body)])
            try:
                verify_module(module)
            except InvalidModule:
                continue
            trace = trace_module(module)
            assert trace.complete
            found.append((trace.value, trace.error))
    assert len(found) == len(words)
    return found


@pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.name)
def test_each_rule_does_what_its_case_says_and_changes_no_answer(rule: WasmRewrite) -> None:
    after = tuple(item.text for item in assemble(rule.after))
    assert rewritten(rule.before, 2) == (after, {rule.name: 1})
    assert outcomes(rule.before) == outcomes(rule.after)
    assert rule.invariant.endswith(".")


PLAIN = ("add", "sub", "mul", "div_s", "rem_s", "eq", "ne", "lt_s", "le_s", "gt_s", "ge_s")
CHECKED = ("add", "subtract", "multiply", "floor_divide", "minimum", "maximum")
OPERATIONS = [f"{kind}.{name}" for kind in ("i32", "i64") for name in PLAIN]
OPERATIONS += [f"call ${name}" for name in all_helpers() if name[:4] in ("i32_", "i64_") and name[4:] in CHECKED]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_on_edges_keeps_its_answer(operation: str) -> None:
    kind = operation.removeprefix("call $")[:3]
    edge = 1 << (int(kind[1:]) - 1)
    edges = (-edge, -2, -1, 0, 1, 2, edge - 1)
    for left, right in itertools.product(edges, edges):
        source = f"{kind}.const {left}; {kind}.const {right}; {operation}"
        text = "; ".join(rewritten(source)[0])
        if text != source:
            assert outcomes(text, (0,)) == outcomes(source, (0,)), (source, text)


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
        "sum(i, 200000000, 1 by -1) = ",
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
