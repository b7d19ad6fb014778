"""Forward passes beside iterations: what is counted is what happens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from irmill.compiler.compile import Compilation, Compiler
from irmill.compiler.execute.engine import WasmEngine, open_engine
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.emit import emit_program
from irmill.flows.config import load_config
from irmill.flows.reproduction import passes
from irmill.flows.reproduction.passes import CHOOSES, LENS, READS, counted, forward_passes, iterations
from irmill.flows.reproduction.setting import Setting


@pytest.fixture(scope="module")
def engine() -> Iterator[WasmEngine]:
    with open_engine() as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "ran"),
    [
        ("1 + 2 = ", 0),
        ("sum(i, 5, 1) = ", 0),
        ("sum(i, 1, 37) = ", 37),
        ("sum(i, 1, 37 by 2) = ", 19),
        ("sum(i, 1, 5, sum(j, 1, 3, j)) = ", 20),
        ("n = 0; while n < 100000 do { n = n + 1; }; n = ", 100_000),
        ("f(n) = if n == 0 then 0 else f(n - 1); f(9) = ", 10),
        ("1 / 0 = ", 0),
    ],
)
def test_the_engine_counts_iterations_and_calls(engine: WasmEngine, text: str, ran: int) -> None:
    assert iterations(emit_program(check_types(parse_text(text))), engine) == ran


@pytest.fixture(scope="module")
def compiler() -> Iterator[Compiler]:
    with Compiler(load_config("base", []).compiler) as opened:
        yield opened


def test_passes_are_counted_while_they_happen_and_not_after(compiler: Compiler) -> None:
    with counted(compiler.model) as nothing:
        pass
    with counted(compiler.model) as parsed:
        compiler.compile_all(["1 + 2 = "])
    with counted(compiler.model) as read:
        compiler.compile_all(["Add 11 and 94"])
    with counted(compiler.model) as twice:
        compiler.compile_all(["Add 11 and 94"])
        compiler.compile_all(["Add 11 and 94"])
    assert not nothing
    assert (parsed[READS], parsed[CHOOSES], parsed[LENS]) == (0, 0, 1)
    assert read[READS] >= 1
    assert read[CHOOSES] > read[READS]
    assert read[LENS] == 1
    assert all(twice[name] == 2 * count for name, count in read.items())


def test_iterations_cost_no_forward_pass(compiler: Compiler) -> None:
    table = forward_passes(Setting(compiler, load_config("base", [])))
    assert [row["iterations"] for row in table["rows"]] == [10, 100, 1_000, 10_000, 100_000, 1_000_000]
    assert table["correct"] == table["total"] == 6


def test_a_pass_more_is_told(compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that reads longer loops twice is not what is claimed."""

    class Twice(Compiler):
        def compile_all(self, texts: Sequence[str], **options: Any) -> list[Compilation]:
            if texts[0].endswith("00"):
                compiler.compile_all(texts, **options)
            return compiler.compile_all(texts, **options)

        model = compiler.model

        def engine(self) -> WasmEngine:
            return compiler.engine()

    monkeypatch.setattr(passes, "ENDS", (10, 100))
    table = forward_passes(Setting(Twice(compiler.config), load_config("base", [])))
    assert [row["correct"] for row in table["rows"]] == [True, False]
