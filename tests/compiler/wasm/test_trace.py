"""The step trace: what is on the stack after each instruction, and where it stops."""

from __future__ import annotations

import pytest

from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.trace import trace_module


def test_a_chain_step_by_step(program) -> None:
    trace = trace_module(emit_program(program("(16 - 3) * 5 = ")).body)
    assert [(step.text, step.stack) for step in trace.steps] == [
        ("i32.const 16", (16,)),
        ("i32.const 3", (16, 3)),
        ("i32.sub", (13,)),
        ("i32.const 5", (13, 5)),
        ("i32.mul", (65,)),
    ]
    assert (trace.value, trace.error, trace.complete) == (65, None, True)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1 / 0 = ", "DIV_BY_ZERO"),
        ("9223372036854775807 + 1 = ", "OVERFLOW"),
        ("a = [1]; a[3] = ", "OUT_OF_BOUNDS"),
        ("sqrt(-1) = ", "DOMAIN"),
        ("f(n) = f(n + 1); f(0) = ", "STACK"),
        ("10 / 4 = ", "INEXACT"),
    ],
)
def test_errors(program, text: str, error: str) -> None:
    trace = trace_module(emit_program(program(text)).body)
    assert (trace.value, trace.error, trace.complete) == (None, error, True)


def test_long_runs_are_cut_short(program) -> None:
    trace = trace_module(emit_program(program("while true do { } 1 = ")).body, most_steps=500, most_kept=7)
    assert (len(trace.steps), trace.value, trace.error, trace.complete) == (7, None, None, False)
