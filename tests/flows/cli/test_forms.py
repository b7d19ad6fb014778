"""`--trace` shows the forms that the corpus would have, by the configuration of the run."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from irmill.compiler.base.rows import Row, silent
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.flows.cli.forms import other_forms
from irmill.flows.config import RunConfig, load_config
from irmill.optimizer.stages import blocks, lower
from irmill.synth.stages import build, extract, kernels
from irmill.tasks.corpus.backends import BACKENDS, TASM, WARP, Backend

PROGRAMS = {
    "50 - 15 = ": "35",
    "15 > 10 is ": "true",
    "0.3 % 0.1 = ": "0",
    "a = [1, 2]; a[0] = ": "1",
    "3 - 5 = ": "-2",
    "x = 1; while x < 9 do { x = x + 3; }; x = ": "10",
}
SETS = ["build.cuda=generated", "speculate.expansions=60", "speculate.trials=2"]


def traced(*sets: str, programs: dict[str, str] = PROGRAMS, backends: tuple[Backend, ...] = BACKENDS) -> list[Row]:
    compiled = [(check_types(parse_text(text)), value) for text, value in programs.items()]
    return other_forms(compiled, load_config("base", [*SETS, *sets]), backends)


def lane(stages: Any, config: RunConfig) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What a lane's table functions make of the programs: rows by program, and reasons of rejects by program."""
    rows = [{"id": text, "seed": 0, "canonical": text, "value": value} for text, value in PROGRAMS.items()]
    inputs = {"execute": pa.Table.from_pylist(rows)}
    origin: dict[str, str] = {text: text for text in PROGRAMS}
    refused: dict[str, str] = {}
    for module in stages:
        own = module.STAGE.config(config)
        own = own.model_copy(update={"count": 0}) if "count" in dict(own) else own
        table, rejects = module.STAGE.function(own, inputs, seed=0, progress=silent)
        refused |= {origin[reject.id]: reject.reason for reject in rejects}
        origin |= {row["id"]: row["program_id"] for row in table.to_pylist()}
        inputs = {module.STAGE.name: table}
    return {row["program_id"]: row for row in table.to_pylist()}, refused


def test_the_forms_are_those_of_the_corpus() -> None:
    config = load_config("base", SETS)
    made, refused = lane((kernels, extract, build), config)
    lowered, not_lowered = lane((blocks, lower), config)
    assert made
    assert lowered
    assert set(refused.values()) == {"UNSUPPORTED", "INEXACT"}
    assert set(not_lowered.values()) == {"UNSUPPORTED"}
    for text, form in zip(PROGRAMS, traced(), strict=True):
        if text in made:
            row = made[text]
            assert (form["operands"], form["warp_python"], form["warp_answer"]) == (
                row["operands"], row["python"], row["answer"],
            )  # fmt: skip
            assert {name: form[name] for name in extract.TEXTS} == {name: row[name] for name in extract.TEXTS}
            assert (form["gradient"], form["cuda_status"]) == (row["gradient_status"], "generated")
        else:
            assert form["warp_answer"].startswith(f"{refused[text]}: ")
        if text in lowered:
            row = lowered[text]
            assert (form["tir"], form["tasm"], form["tasm_answer"]) == (row["tir"], row["tasm"], row["answer"])
            assert form["tasm_cycles"][0] == row["cycles"] >= form["tasm_cycles"][1]
            assert form["tasm_optimized_answer"] == row["answer"]
        else:
            assert list(form)[-1] == "tasm_answer"
            assert form["tasm_answer"].startswith(f"{not_lowered[text]}: ")


@pytest.mark.parametrize(
    ("backend", "key", "names", "said"),
    [
        (WARP, "kernels.max_statements=1", [], "UNSUPPORTED"),
        (WARP, "extract.kernel_seconds=0.000001", ["operands", "warp_python"], "TIMEOUT"),
        (TASM, "blocks.max_nodes=1", [], "UNSUPPORTED"),
        (TASM, "blocks.max_cycles=3", [], "UNSUPPORTED"),
        (TASM, "lower.max_cycles=3", ["tir"], "TRAPPED"),
    ],
)
def test_a_set_changes_what_is_shown(backend: Backend, key: str, names: list[str], said: str) -> None:
    text = "x = 1; while x < 9 do { x = x + 3; }; x = "
    (form,) = traced(key, programs={text: PROGRAMS[text]}, backends=(backend,))
    assert list(form) == [*names, f"{backend.name.lower()}_answer"]
    assert list(form.values())[-1].startswith(f"{said}: ")


def test_the_search_is_as_hard_as_the_configuration_says() -> None:
    programs = {"sum(i, 1, 9, i * i) = ": "285"}
    (little,), (much,) = (traced(f"speculate.expansions={n}", programs=programs, backends=(TASM,)) for n in (0, 2000))
    assert much["tasm_cycles"][1] < little["tasm_cycles"][1] <= little["tasm_cycles"][0]
