"""The exact bytes of the seeds' single operations and chains, and the shape of their loops."""

from __future__ import annotations

import pytest

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.wasm.emit import emit_program
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.trace import trace_module

SINGLE = [
    ("11 + 94 = ", "410b 41de00 6a", 105),
    ("69 - 49 = ", "41c500 4131 6b", 20),
    ("7 * 8 = ", "4107 4108 6c", 56),
    ("48 / 6 = ", "4130 4106 6d", 8),
    ("25 + 17 = ", "4119 4111 6a", 42),
    ("100 - 37 = ", "41e400 4125 6b", 63),
    ("12 * 9 = ", "410c 4109 6c", 108),
    ("144 / 12 = ", "419001 410c 6d", 12),
    ("50 - 15 = ", "4132 410f 6b", 35),
    ("8 * 7 = ", "4108 4107 6c", 56),
    ("200 - 75 = ", "41c801 41cb00 6b", 125),
    ("15 * 4 = ", "410f 4104 6c", 60),
]
CHAINS = [
    ("(16 - 3) * 5 = ", "4110 4103 6b 4105 6c", 65),
    ("10 + 20 - 5 = ", "410a 4114 6a 4105 6b", 25),
    ("4 * 7 + 8 = ", "4104 4107 6c 4108 6a", 36),
    ("(50 - 20) / 3 = ", "4132 4114 6b 4103 6d", 10),
    ("(8 + 4) * 3 = ", "4108 4104 6a 4103 6c", 36),
    ("(20 - 5) * 2 = ", "4114 4105 6b 4102 6c", 30),
    ("6 * 7 + 10 = ", "4106 4107 6c 410a 6a", 52),
    ("(100 - 40) / 2 = ", "41e400 4128 6b 4102 6d", 30),
]
LOOPS = [
    ("sum(i, 1, 10) = ", 55),
    ("sum(i, 1, 100) = ", 5050),
    ("sum(i, 5, 15) = ", 110),
    ("sum(i, 1, 5) = ", 15),
    ("product(i, 1, 5) = ", 120),
    ("product(i, 1, 6) = ", 720),
    ("product(i, 2, 4) = ", 24),
    ("count(10, 0) = ", 0),
    ("count(5, 0) = ", 0),
]


@pytest.mark.parametrize(("text", "code", "value"), SINGLE + CHAINS)
def test_operations_have_exact_bytes(program, text: str, code: str, value: int) -> None:
    emission = emit_program(program(text))
    assert emission.code == bytes.fromhex(code)
    assert (emission.type, emission.type_by) == ("i32", "interval_i32")
    assert trace_module(emission.body).value == value


@pytest.mark.parametrize(("text", "value"), LOOPS)
def test_loops_loop(program, text: str, value: int) -> None:
    """The loop runs (fuel is taken once an iteration), whatever its result could be computed from."""
    emission = emit_program(program(text))
    trace = trace_module(emission.body)
    assert trace.value == value
    assert "loop" in emission.instructions
    assert emission.type == "i32"


def test_the_sum_loop_has_the_seeds_shape(program) -> None:
    """acc = 0; counter = lo; guard; loop { fuel; acc += counter; counter++; counter <= hi: again }; acc."""
    code = emit_program(program("sum(i, 1, 100) = ")).code
    init = "4100 2100 4101 2101"
    guard = "2001 41e400 4c 0440"
    loop = "0340 1001 2000 2001 6a 2100 2001 4101 6a 2201 41e400 4c 0d00 0b"
    assert code == bytes.fromhex(f"{init} {guard} {loop} 0b 2000")


def test_comparison_bytes(program) -> None:
    emission = emit_program(program("15 > 10 is "))
    assert emission.code == bytes.fromhex("410f 410a 4a")
    assert (emission.type, emission.truth) == ("i32", True)


def test_nothing_is_folded_unless_asked(program) -> None:
    typed = program("if 1 < 2 then 3 * 4 + 0 else 5 = ")
    plain = emit_program(typed)
    assert {"i32.lt_s", "i32.mul", "i32.add", "if (result i32)"} <= set(plain.instructions)
    assert emit_program(typed, optimize=True).instructions == ("i32.const 12",)


def test_every_line_runs(program) -> None:
    emission = emit_program(program("16 - 3 = \n13 - 4 = \n9 * 7 = "))
    assert emission.code == bytes.fromhex("4110 4103 6b 1a 410d 4104 6b 1a 4109 4107 6c")


@pytest.mark.parametrize("count", [16_000])
def test_chains_of_any_length(program, count: int) -> None:
    assert emit_program(program("1" + " + 1" * count)).code == b"\x41\x01" + b"\x41\x01\x6a" * count
    assert len(emit_program(program("-" * count + "5")).instructions) == 2 * count + 1
    assert len(emit_program(program("2" + " ^ 1" * count)).instructions) == 2 * count + 1
    assert len(emit_program(program("not " * 5_000 + "true is ")).instructions) == 5_001


@pytest.mark.parametrize("fold", ["sum", "product", "min", "max"])
def test_single_precision_has_no_fractions(program, fold: str) -> None:
    with pytest.raises(LanguageError, match="no fractions"):
        emit_program(program(f"a = [0.5, 0.25]; f32({fold}(a)) = "), numbers=NumberMode.FRACTION)
