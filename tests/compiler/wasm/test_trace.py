"""The step trace: what is on the stack after each instruction, and where it stops."""

from __future__ import annotations

import pytest

from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.link import all_helpers, find_function
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.semantics import OPERATIONS
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
    assert (len(trace.steps), trace.ran, trace.value, trace.error, trace.complete) == (7, 500, None, None, False)


def test_locals_writes_and_branches_of_every_step(program) -> None:
    text = "x = 2; a = [5, 0.5]; n = 0; while n < 2 do { n = n + 1; a[n - 1] = n * 3; } if x < n then 1 else a[1] = "
    emission = emit_program(program(text))
    steps = trace_module(emission.body).steps
    held: dict[str, list[int | float]] = {}
    for step in steps:
        locals_ = held.get(step.function, [0] * len(step.locals)) if step.function == "compute" else list(step.locals)
        if step.written and step.written[0].startswith("local") and step.function == "compute":
            locals_[int(step.written[0].split()[1])] = step.written[1]
        if step.function == "compute":
            # what is written is all that changes
            assert list(step.locals) == locals_
            held["compute"] = locals_
    written = [step.written for step in steps if step.written and step.written[0].startswith("memory")]
    assert [value for _, value in written if value in (5, 0.5, 3, 6)] == [5, 0.5, 3, 6]
    places = [place for place, value in written if value in (5, 3)]
    assert len(places) == 2, "the element that was made is the one that is stored into"
    assert places[0] == places[1]
    branches = [(step.text.split()[0], step.branch) for step in steps if step.branch and step.function == "compute"]
    assert branches == [
        ("if", "then"),
        ("br", "taken"),
        ("if", "then"),
        ("br", "taken"),
        ("if", "past"),
        ("if", "else"),
    ]
    assert "[local " in next(step.line for step in steps if step.text == "local.set 0")


def test_pages_make_up_the_whole(program) -> None:
    body = emit_program(program("sum(i, 1, 9) = ")).body
    whole = trace_module(body)
    assert (whole.complete, whole.ran) == (True, len(whole.steps))
    pages = [trace_module(body, first=first, most_kept=7) for first in range(1, whole.ran + 1, 7)]
    assert [step for page in pages for step in page.steps] == list(whole.steps)
    assert {(page.ran, page.value, page.complete) for page in pages} == {(whole.ran, 45, True)}
    assert trace_module(body, first=whole.ran + 1).steps == ()


def test_a_page_is_reached_however_far_it_lies(program) -> None:
    trace = trace_module(emit_program(program("while true do { } 1 = ")).body, first=900, most_kept=50, most_steps=500)
    assert [step.number for step in trace.steps] == list(range(900, 950))
    assert (trace.ran, trace.complete) == (949, False)


def test_the_instruction_that_stops_is_shown(program) -> None:
    trace = trace_module(emit_program(program("1 / 0 = ")).body)
    assert (trace.steps[-1].number, trace.error) == (trace.ran, "DIV_BY_ZERO")


def test_every_plain_instruction_of_the_runtime_has_a_meaning() -> None:
    used = {item.opcode.name for name in all_helpers() for item in find_function(name).body}
    plain = {name for name in used if "." in name and name.split(".")[0] in ("i32", "i64", "f32", "f64")}
    other = {name for name in plain if name.rpartition(".")[2].startswith(("const", "load", "store"))}
    assert plain - other <= OPERATIONS.keys()


def test_fractions_of_128_bits_are_traced_to_the_end(program) -> None:
    for text, last in (("9223372036854775806.5 * 1 - 0.5 = ", 9223372036854775806.0), ("f32(0.5) + 0.25 = ", 0.75)):
        trace = trace_module(emit_program(program(text), numbers=NumberMode.FRACTION).body)
        assert (trace.value, trace.error, trace.complete) == (last, None, True)
