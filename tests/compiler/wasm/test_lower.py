"""Loops that stand deep in others are functions of their own, and what they compute stays the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.lang.profiles import WILD
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.wasm import lower
from irmill.compiler.wasm.codebook import ImmediateKind
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.ir import Function
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.trace import trace_module

Program = Callable[[str], TypedProgram]


def loop_depths(function: Function) -> Iterable[int]:
    """How deep each loop of a function stands, itself counted."""
    openers: list[bool] = []
    for item in function.body:
        if item.opcode.immediate is ImmediateKind.BLOCK:
            openers.append(item.opcode.name == "loop")
            if openers[-1]:
                yield sum(openers)
        elif item.opcode.name == "end":
            openers.pop()


def deepest(emission: Emission) -> int:
    """The deepest nest of loops in any function of a module."""
    return max(depth for function in emission.body.functions for depth in loop_depths(function))


def outlines(emission: Emission) -> int:
    """How many loops are functions of their own."""
    return sum(function.name.rpartition(".")[2].isdecimal() for function in emission.body.functions)


def sums(depth: int, body: str = "1", bounds: str = "1, 1") -> str:
    """Sums in each other, with a variable each."""
    return "".join(f"sum(i{at}, {bounds}, " for at in range(depth)) + body + ")" * depth


def test_engines_see_no_deep_nest_however_many_there_are(program: Program) -> None:
    emission = emit_program(program(" + ".join([sums(200)] * 16) + " = "))
    assert deepest(emission) == lower.DEEPEST_LOOPS
    assert outlines(emission) == 16 * (199 // lower.DEEPEST_LOOPS)
    assert trace_module(emission.body, most_steps=10**6).value == 16


@pytest.mark.parametrize("depth", [lower.DEEPEST_LOOPS, lower.DEEPEST_LOOPS + 1, 3_000])
def test_deep_statements(program: Program, depth: int) -> None:
    typed = program("x = 1; " + "while x < 2 do { " * depth + "x = 2; " + "} " * depth + "x = ")
    emission = emit_program(typed)
    assert sum(len(list(loop_depths(function))) for function in emission.body.functions) == depth
    assert outlines(emission) == (depth - 1) // lower.DEEPEST_LOOPS
    assert deepest(emission) == min(depth, lower.DEEPEST_LOOPS)
    assert trace_module(emission.body).value == 2
    assert len(emission.wat) < 1_000 * depth


DEEP = [
    # variables of every level, read at the deepest
    sums(40, " + ".join(f"i{at} * {at}" for at in range(40)), "2, 3 by 2") + " = ",
    # the counters of outer loops hide and are hidden
    sums(20, sums(20, "i19 * i3 + i0")) + " = ",
    "a = [1, 2, 3]; " + sums(35, "a[i34] + a[i0]") + " = ",
    "x = 0.5; " + sums(35, "x * i2") + " = ",
    "f(n) = if n < 1 then 2 else " + sums(33, "f(n - 1) + n * i30") + "; f(3) = ",
    sums(33, "1 / (i20 - 1)") + " = ",
    "a = [1]; " + sums(33, "a[i20]") + " = ",
    "f32(" + sums(33, "0.1 * i32") + ") = ",
    # each level binds a variable of its own and one of the line; what the deepest binds is seen outside
    "x = 0; y = 0.5; a = [0, 0]; "
    + "".join(f"n{at} = 0; while n{at} < 1 do {{ n{at} = n{at} + 1; z{at} = x + n{at}; " for at in range(36))
    + "x = x + z30; y = y * 2; a[1] = x; "
    + "} " * 36
    + "x * 100 + y + a[1] = ",
    # a body that runs again starts with what it was left with
    "x = 0; n = 0; while n < 3 do { n = n + 1; "
    + "".join(f"m{at} = 1; while m{at} < 2 do {{ m{at} = 2; " for at in range(16))
    + "k = 0; while k < 2 do { k = k + 1; x = x + n * k; } "
    + "} " * 17
    + "x = ",
]


@pytest.mark.parametrize("text", DEEP)
@pytest.mark.parametrize("mode", [NumberMode.F64, NumberMode.FRACTION])
@pytest.mark.parametrize("limit", [1, 16])
def test_deep_loops_compute_what_the_language_says(
    program: Program, monkeypatch: pytest.MonkeyPatch, text: str, mode: NumberMode, limit: int
) -> None:
    if mode is NumberMode.FRACTION and "f32" in text:
        return
    monkeypatch.setattr(lower, "DEEPEST_LOOPS", limit)
    typed = program(text)
    emission = emit_program(typed, numbers=mode)
    assert outlines(emission) > 0
    trace, expected = trace_module(emission.body, most_steps=10**6), interpret(typed)
    assert trace.complete
    assert trace.error == expected.error
    if expected.value is not None:
        assert trace.value == pytest.approx(float(expected.value), rel=1e-6 if "f32" in text else 1e-12)


def test_outlining_changes_no_generated_program(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for tree in generate_programs(400, 9, WILD):
        try:
            typed = check_types(tree)
        except LanguageError:
            continue
        for mode in NumberMode:
            monkeypatch.setattr(lower, "DEEPEST_LOOPS", 1)
            try:
                emission = emit_program(typed, numbers=mode)
            except LanguageError:
                continue
            if outlines(emission) == 0:
                continue
            monkeypatch.setattr(lower, "DEEPEST_LOOPS", 16)
            plain = trace_module(emit_program(typed, numbers=mode).body, most_steps=4_000, most_kept=0)
            trace = trace_module(emission.body, most_steps=8_000, most_kept=0)
            if plain.complete and trace.complete:
                compared += 1
                assert (trace.value, trace.error) == (plain.value, plain.error)
    assert compared > 20


def test_more_variables_than_a_function_takes_stay_in_place_or_are_refused(program: Program) -> None:
    names = [f"x{at}" for at in range(1_001)]
    bound = "".join(f"{name} = 1; " for name in names)
    emission = emit_program(program(f"{bound}{sums(60, ' + '.join(names))} = "))
    assert deepest(emission) == 60
    with pytest.raises(LanguageError) as caught:
        emit_program(program(f"{bound}{sums(200, ' + '.join(names))} = "))
    assert caught.value.code is ErrorCode.UNSUPPORTED
