"""The verifier: it refuses what WebAssembly refuses, and agrees with wasmtime on damaged functions."""

from __future__ import annotations

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.encode import encode_module
from irmill.compiler.wasm.ir import COMPUTE, Function, Global, Module, assemble
from irmill.compiler.wasm.verify import InvalidModule, verify_module

I32 = ValueType.I32


def module_of(source: str, locals_: tuple[ValueType, ...] = (), memory: tuple[int, int] | None = None) -> Module:
    cell = Global("cell", ValueType.I64, 0)
    return Module((Function(COMPUTE, (), (I32,), locals_, assemble(source)),), (cell,), memory)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("", "is missing"),
        ("i32.const 1; i32.const 2", "left over"),
        ("i32.const 1; i32.add", "is missing"),
        ("i64.const 1", "i32 is wanted, i64 is there"),
        ("i32.const 1; i64.const 1; i32.add", "i32 is wanted"),
        ("local.get 0", "no local 0"),
        ("global.get $none; drop; i32.const 1", "no global"),
        ("call $none", "no function"),
        ("br 1", "no label 1"),
        ("loop; i32.const 1", "are open at the end|left over"),
        ("i32.const 1; end", "end without a block"),
        ("i32.const 1; if i32; i32.const 1; end", "needs an else"),
        ("block; else; end; i32.const 1", "else without an if"),
        ("i32.const 1; i64.const 1; i32.const 1; select", "is wanted"),
        ("i32.const 4294967296", "does not fit"),
        ("i32.const 0; i32.load", "no memory"),
        ("i64.const 1; global.set $cell; i32.const 1; global.set $cell; i32.const 1", "i64 is wanted"),
        ("nop; nop; br_if 0", "is missing"),
    ],
)
def test_refused(source: str, fault: str) -> None:
    module = module_of(source)
    with pytest.raises(InvalidModule, match=fault):
        verify_module(module)


@pytest.mark.parametrize(
    "source",
    [
        "unreachable",
        "unreachable; i32.add",
        "i32.const 1; return; i64.const 2; drop",
        "block i32; i32.const 1; br 0; end",
        "loop; br 0; end; i32.const 1",
        "loop i32; br 0; end",
        "i32.const 1; if i32; i32.const 1; else; unreachable; end",
        "i32.const 1; i32.const 2; i32.const 3; select",
        "i32.const 1; if; end; i32.const 2",
    ],
)
def test_accepted(source: str) -> None:
    module = module_of(source)
    verify_module(module)
    wasmtime.Module.validate(wasmtime.Engine(), encode_module(module))


def test_compute_must_exist_and_give_one_value() -> None:
    with pytest.raises(InvalidModule, match="compute"):
        verify_module(Module((Function("other", (), (), (), ()),)))
    with pytest.raises(InvalidModule, match="one name"):
        verify_module(Module((Function(COMPUTE, (), (I32,), (), assemble("i32.const 1")),) * 2))


_SOURCES = (
    "sum(i, 1, 9, i * i / 2) = ",
    "a = [1, 2]; a[1] = 7; if a[0] < 3 and len(a) == 2 then max(a) else 0.5 = ",
    "f(n) = if n < 2 then n else f(n - 1) + f(n - 2); x = 3; while x < 9 do { x = x + f(x); } x = ",
)


@given(st.sampled_from(_SOURCES), st.integers(0, 10**6), st.sampled_from(["drop", "swap", "twice", "local"]))
def test_damaged_modules_are_judged_as_wasmtime_judges_them(text: str, place: int, how: str) -> None:
    module = emit_program(check_types(parse_text(text))).body
    function = module.functions[0]
    body = list(function.body)
    place %= len(body) - 1
    if how == "drop":
        del body[place]
    elif how == "swap":
        body[place], body[place + 1] = body[place + 1], body[place]
    elif how == "twice":
        body.insert(place, body[place])
    else:
        body[place : place + 1] = assemble("local.get 0")
    damaged = Function(function.name, function.parameters, function.results, function.locals, tuple(body))
    changed = Module((damaged, *module.functions[1:]), module.globals, module.memory)
    try:
        verify_module(changed)
        ours = True
    except InvalidModule:
        ours = False
    try:
        wasmtime.Module.validate(wasmtime.Engine(), encode_module(changed))
        theirs = True
    except wasmtime.WasmtimeError:
        theirs = False
    assert ours == theirs
