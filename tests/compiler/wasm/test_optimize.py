"""--optimize: shared values, packed locals, and that no program changes its answer, its error or its fuel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.profiles import CORPUS, INTEGERS, WILD
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.wasm import rewrite
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.ir import COMPUTE, Function, assemble, instruction
from irmill.compiler.wasm.link import find_function, link_module
from irmill.compiler.wasm.optimize import optimize_functions, pack_locals
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.share import is_pure, share_values
from irmill.compiler.wasm.trace import trace_module
from irmill.compiler.wasm.verify import InvalidModule

Program = Callable[[str], TypedProgram]


def shared(source: str, locals_: int = 3) -> str:
    function = Function(COMPUTE, (), (ValueType.I64,), (ValueType.I64,) * locals_, assemble(source))
    return "; ".join(item.text for item in share_values(function, find_function).body)


AB = "local.get 0; local.get 1; i64.add"
LESS = "local.get 0; local.get 1; i64.lt_s"


@pytest.mark.parametrize(
    ("source", "after"),
    [
        (f"{AB}; {AB}; i64.mul", f"{AB}; local.tee 3; local.get 3; i64.mul"),
        (f"{AB}; {AB}; i64.mul; {AB}; i64.sub", f"{AB}; local.tee 3; local.get 3; i64.mul; local.get 3; i64.sub"),
        # a variable that holds the value is as good as a new local
        (f"{AB}; local.set 2; {AB}", f"{AB}; local.set 2; local.get 2"),
        # the whole is shared, not its parts
        (f"{AB}; i64.const 3; i64.mul; {AB}; i64.const 3; i64.mul; i64.sub", None),
        # what is known before a branch is known in it
        (
            f"{AB}; local.get 0; i64.eqz; if i64; {AB}; else; {AB}; end; i64.sub",
            f"{AB}; local.tee 3; local.get 0; i64.eqz; if (result i64); local.get 3; else; local.get 3; end; i64.sub",
        ),
        # a checked operation that did not trap will not
        (
            "local.get 0; local.get 1; call $i64_add; local.get 0; local.get 1; call $i64_add; i64.mul",
            "local.get 0; local.get 1; call $i64_add; local.tee 3; local.get 3; i64.mul",
        ),
    ],
)
def test_what_is_computed_twice_is_computed_once(source: str, after: str | None) -> None:
    expected = after or f"{AB}; i64.const 3; i64.mul; local.tee 3; local.get 3; i64.sub"
    assert shared(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        f"{AB}; local.get 2; local.set 0; {AB}; i64.mul",  # a variable changed
        f"{LESS}; if i64; {AB}; else; {AB}; end",  # one branch knows nothing of the other
        f"{LESS}; if; {AB}; local.set 2; end; {AB}",  # nor does what follows
        f"{AB}; local.set 2; {LESS}; if; i64.const 1; local.set 0; end; {AB}; local.get 2; i64.mul",
        f"{AB}; local.set 2; loop; {AB}; local.tee 0; local.tee 2; i64.eqz; br_if 0; end; local.get 2",  # each turn
        "i32.const 0; i64.load; i32.const 0; i64.load; i64.add",  # memory changes
        "global.get $fuel; i64.extend_i32_s; global.get $fuel; i64.extend_i32_s; i64.add",
        "i32.const 1; call $allocate; i32.const 1; call $allocate; i32.add; i64.extend_i32_s",
    ],
)
def test_what_may_differ_is_computed_again(source: str) -> None:
    assert shared(source) == "; ".join(item.text for item in assemble(source))


def test_pure_helpers_touch_nothing() -> None:
    assert [is_pure(name) for name in ("i64_add", "i64_power", "f64_in_range")] == [True] * 3
    assert [is_pure(name) for name in ("burn", "enter", "allocate", "element", "i64_array_sum")] == [False] * 5


def test_locals_are_packed() -> None:
    kinds = (ValueType.I64, ValueType.I32, ValueType.F64, ValueType.I32)
    body = assemble("local.get 0; drop; i32.const 1; local.set 4; local.get 2; drop; local.get 3; drop; i64.const 0")
    packed = pack_locals(Function(COMPUTE, (ValueType.I64,), (ValueType.I64,), kinds, body))
    assert packed.locals == (ValueType.F64, ValueType.I32, ValueType.I32)
    assert [item.immediate for item in packed.body if "local" in item.opcode.name] == [0, 3, 2, 1]


def test_a_rewrite_that_breaks_a_function_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = rewrite.REWRITES[0]
    sound = broken.matcher

    def find(body: list[rewrite.Instruction]) -> rewrite.Match | None:
        match = sound(body)
        return match and rewrite.Match(match.start, match.taken, (instruction("i64.const", 1), instruction("drop")))

    changed = rewrite.Rewrite(broken.name, broken.text, broken.invariant, "", "", find, lambda _, __: True)
    monkeypatch.setattr(rewrite, "REWRITES", (changed,))
    body = assemble("i64.const 1; i64.const 2; i64.add")
    with pytest.raises(InvalidModule):
        optimize_functions([Function(COMPUTE, (), (ValueType.I64,), (), body)])


LONGER = [
    "x = 3; y = 4; (x * y + 1) * (x * y - 1) + x * y = ",
    "x = 7; sum(i, 1, 20, i % 8 + i // 8 - x // 4) = ",
    "x = -7; x % 4 * 100 + x // 4 = ",
    "x = 5; x ^ 2 + x ^ 1 = ",
    "x = 3037000500; x ^ 2 = ",
    "n = 0; s = 0; while n < 30 do { n = n + 1; s = s + n * n + n * n; } s = ",
    "f(n) = if n * n > 50 then n * n else f(n + 1); f(1) = ",
    "a = [1, 2, 3]; a[0] = a[0] + 1; a[0] = a[0] + 1; a[0] * a[0] = ",
    "x = 9223372036854775807; y = x - 1; (x + y) * (x + y) = ",
    "x = 0.1; (x * 3 + 0.3) * (x * 3 + 0.3) = ",
]


@pytest.mark.parametrize("text", LONGER)
def test_answers_stay(program: Program, text: str) -> None:
    typed = program(text)
    for mode in NumberMode:
        plain, short = emit_program(typed, numbers=mode), emit_program(typed, numbers=mode, optimize=True)
        first, second = trace_module(plain.body), trace_module(short.body)
        assert (first.complete, second.complete) == (True, True)
        assert (first.value, first.error) == (second.value, second.error)
        assert second.ran <= first.ran
    assert len(short.module) <= len(plain.module) + 64


@pytest.mark.parametrize("profile", [CORPUS, INTEGERS, WILD], ids=["corpus", "integers", "wild"])
def test_no_generated_program_changes_its_answer(profile) -> None:
    changed = compared = 0
    for tree in generate_programs(60, 21, profile):
        for mode in NumberMode:
            try:
                typed = check_types(tree)
                plain, short = emit_program(typed, numbers=mode), emit_program(typed, numbers=mode, optimize=True)
            except LanguageError:
                continue
            changed += plain.module != short.module
            first = trace_module(plain.body, most_steps=3_000, most_kept=0)
            second = trace_module(short.body, most_steps=3_000, most_kept=0)
            if first.complete and second.complete:
                compared += 1
                assert (first.value, first.error) == (second.value, second.error)
    assert compared > 60
    assert changed > 20


def test_a_long_chain_is_optimized_in_linear_time(program: Program) -> None:
    chain = "x" + " * 1 + x" * 3_000
    emission = emit_program(program(f"x = 2; ({chain}) - ({chain}) = "), optimize=True)
    assert trace_module(emission.body, most_steps=10**6).value == 0
    assert link_module(emission.body.functions).functions == emission.body.functions
