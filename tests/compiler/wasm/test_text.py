"""The text form: golden files, and assembling it gives the encoder's bytes for every kind of program."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import wasmtime
from shared_data import shared

from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.profiles import WILD
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.verify import verify_module

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "wasm"

CASES = {
    "subtract": ("50 - 15 = ", NumberMode.WHOLE),
    "chain": ("(16 - 3) * 5 = ", NumberMode.WHOLE),
    "compare": ("15 > 10 is ", NumberMode.WHOLE),
    "sum_loop": ("sum(i, 1, 100) = ", NumberMode.WHOLE),
    "countdown": ("count(10, 0) = ", NumberMode.WHOLE),
    "wide_step": ("sum(i, 9223372036854775000, 9223372036854775807 by 500, 1) = ", NumberMode.WHOLE),
    "checked_division": ("10 / 4 = ", NumberMode.WHOLE),
    "f64_division": ("10 / 4 = ", NumberMode.F64),
    "fraction_division": ("10 / 4 = ", NumberMode.FRACTION),
    "single": ("f32(0.1 + 0.2) = ", NumberMode.WHOLE),
    "short_circuit": ("3 > 5 and 1 / 0 > 2 is ", NumberMode.WHOLE),
    "collatz": (
        "n = 27; c = 0; while n != 1 do { n = if n % 2 == 0 then n / 2 else 3 * n + 1; c = c + 1; }; c = ",
        NumberMode.WHOLE,
    ),
    "array": ("a = [3, 9, 2]; a[1] = 5; a[0] + a[1] = ", NumberMode.WHOLE),
    "recursion": ("fact(n) = if n < 2 then 1 else n * fact(n - 1); fact(5) = ", NumberMode.WHOLE),
    "two_lines": ("sum(i, 1, 3) = \ncount(5, 3) = ", NumberMode.WHOLE),
}


@pytest.mark.parametrize("name", CASES)
def test_golden(program, name: str) -> None:
    """To renew a file after a wanted change: write ``emission.wat`` there and read the difference."""
    text, mode = CASES[name]
    emission = emit_program(program(text), numbers=mode)
    golden = (GOLDEN / f"{name}.wat").read_text()
    assert emission.wat == golden
    assert wasmtime.wat2wasm(golden) == emission.module


def test_every_golden_file_has_a_case() -> None:
    assert {path.stem for path in GOLDEN.glob("*.wat")} == set(CASES)


def emit_or_refuse(typed, mode: NumberMode, optimize: bool) -> Emission | None:
    """None where fractions cannot express the program, which is the only reason there is."""
    try:
        return emit_program(typed, numbers=mode, optimize=optimize)
    except LanguageError as error:
        if error.code == "UNSUPPORTED" and mode is NumberMode.FRACTION:
            return None
        raise


def assert_assembles(typed, engine: wasmtime.Engine) -> int:
    """Every emission of a program, checked; how many there were."""
    options = [(mode, optimize) for mode in NumberMode for optimize in (False, True)]
    emissions = [emission for option in options if (emission := emit_or_refuse(typed, *option)) is not None]
    for emission in emissions:
        verify_module(emission.body)
        assert wasmtime.wat2wasm(emission.wat) == emission.module
        wasmtime.Module.validate(engine, emission.module)
    return len(emissions)


def test_random_programs_assemble_to_the_same_bytes() -> None:
    checked, engine = 0, wasmtime.Engine()
    for untyped in generate_programs(60, 5, WILD):
        try:
            typed = check_types(untyped)
        except LanguageError:
            continue
        checked += assert_assembles(typed, engine)
    assert checked > 150


def test_shared_cases_assemble_to_the_same_bytes(program) -> None:
    checked, engine = 0, wasmtime.Engine()
    for line in shared("data/language/cases.jsonl").read_text().splitlines():
        text = json.loads(line)["text"]
        try:
            typed = program(text)
        except LanguageError:
            continue
        if len(text) < 500:
            checked += assert_assembles(typed, engine)
    assert checked > 500
