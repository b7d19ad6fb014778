"""The table of backends: its rows fit the stages, and one more row is all that the corpus needs of a new backend."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
import yaml

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE
from irmill.compiler.base.rows import KEY_FIELDS, text_field
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.flows.cli.forms import other_forms
from irmill.flows.config import STAGES, RunConfig
from irmill.flows.provenance import package_versions
from irmill.tasks.corpus.backends import BACKENDS, Backend, Column, Dataset
from irmill.tasks.corpus.card import Provenance, backends_table
from irmill.tasks.corpus.export import ExportConfig, export_dataset
from irmill.tasks.corpus.join import SCHEMA, join_programs, schema_of

ROOT = Path(__file__).resolve().parents[3]

TOY = Backend(
    name="Toy",
    form="a word for each literal",
    stage="toy.spell",
    program="program_id",
    columns=(Column(text_field("toy_words", nullable=True), "words"),),
    value=text_field("toy_value", nullable=True),
    answer=lambda row: row["said"],
    reads=("said",),
    complete="toy_words",
    dataset=Dataset("toys", "toy.spell", "programs in words", "words"),
    costs=("letters", "letters_after"),
    tags=("toy",),
    limits=("Toys break.",),
    versions=("pytest",),
    forms="toy_backend.forms:toy_forms",
)
WITH_TOY = (*BACKENDS, TOY)

TOY_FORMS = """
def toy_forms(programs, config):
    return [{"toy_words": f"{row['canonical']}{config.kernels.count}", "toy_answer": row["value"]} for row in programs]
"""


def toys(said: dict[int, str]) -> pa.Table:
    """A table of the toy's stage: what it says of each program, and one row that is made of no program."""
    schema = pa.schema(
        [
            *KEY_FIELDS,
            *map(text_field, ("source", "split", "words", "said")),
            text_field("program_id", nullable=True),
            *(pa.field(name, pa.int64(), nullable=False) for name in TOY.costs or ()),
        ]
    )
    rows = [
        {"id": f"toy-{n}", "seed": 1, "source": "program", "split": "train", "words": f"word {n}", "said": answer,
         "program_id": f"program-{n}", "letters": 9, "letters_after": 4}
        for n, answer in said.items()
    ]  # fmt: skip
    rows.append(rows[0] | {"id": "toy", "source": "generated", "split": "held_out", "program_id": None})
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_a_row_fits_its_stage(backend: Backend) -> None:
    (stage,) = (stage for stage in STAGES if stage.id == backend.stage)
    names = set(stage.schema.names)
    assert {backend.program, *backend.sources, *(backend.costs or ())} <= names
    for column in backend.columns:
        source = stage.schema.field(column.source)
        assert (source.type, source.nullable <= column.field.nullable) == (column.field.type, True), column
    assert {backend.complete, backend.value.name} <= set(SCHEMA.names)
    assert backend.dataset.stage == backend.stage
    assert {backend.dataset.group or "split", "split"} <= names
    assert backend.forms is None or callable(pkgutil.resolve_name(backend.forms))
    assert package_versions((backend,)).keys() >= set(backend.versions)


def test_describing_backends_loads_no_engine() -> None:
    code = (
        "import sys, irmill.tasks.corpus.backends\n"
        "print([n for n in sys.modules if n.startswith(('irmill.synth', 'irmill.optimizer', 'torch', 'warp'))])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_numbers_in_single_precision_may_be_off_further() -> None:
    assert [[backend.tolerance({"dtype": dtype}) for dtype in ("float32", "float64")] for backend in BACKENDS] == [
        [TOLERANCE, TOLERANCE],
        [SINGLE_TOLERANCE, TOLERANCE],
        [TOLERANCE, TOLERANCE],
    ]


def test_the_readmes_table_is_that_of_the_code() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"<!-- backends -->\n{backends_table()}\n<!-- /backends -->" in readme


def joined_with_toys(corpus, said: dict[int, str]) -> None:
    """Put the toy's stage and the join of four backends into a corpus."""
    corpus.fill(20)
    corpus.put("toy.spell", toys(said))
    inputs = {ref.partition(".")[2]: corpus.store.table(corpus.refs[ref]) for ref in list(corpus.refs)}
    corpus.put("corpus.join", *join_programs(inputs, WITH_TOY))


def test_a_new_backend_is_joined_and_its_answers_are_compared(corpus) -> None:
    joined_with_toys(corpus, {2: "4", 4: "seven", 5: "7", 6: "8"})
    table = corpus.store.table(corpus.refs["corpus.join"])
    assert table.schema == schema_of(WITH_TOY)
    assert [name for name in table.schema.names if name not in SCHEMA.names] == ["toy_words", "toy_value"]
    rows = {row["parent_id"]: row for row in table.to_pylist()}
    assert len(rows) == 19
    assert [(row["toy_words"], row["toy_value"]) for row in map(rows.get, ("program-2", "program-3")) if row] == [
        ("word 2", "4"),
        (None, None),
    ]
    assert {name for name, row in rows.items() if row["complete"]} == {"program-2", "program-6"}
    (reject,) = corpus.store.rejects(corpus.refs["corpus.join"]).to_pylist()
    assert (reject["id"], reject["reason"]) == ("program-4", "DISAGREE")
    assert reject["message"] == "wasm says 6, toy says seven"


def test_a_new_backend_is_in_the_export_its_report_and_its_card(corpus) -> None:
    joined_with_toys(corpus, {2: "4", 4: "6", 5: "7"})
    provenance = Provenance("run-1", "base", {}, "", package_versions(WITH_TOY))
    made = export_dataset(
        corpus.store, corpus.refs, ExportConfig(plots=False), provenance, formats=("parquet",), backends=WITH_TOY
    )
    values = pl.read_parquet(made.path / "data/programs/*.parquet")["toy_value"].drop_nulls()
    assert sorted(values) == ["4", "6", "7"]
    assert sum(file.rows for file in made.files if file.config == "toys") == 4
    report = json.loads((made.path / "report.json").read_text())
    assert report["answered"] == {"WASM": 20, "Warp": 20, "TASM": 10, "Toy": 3}
    assert (report["complete"], report["blocks"], report["improved"]) == (2, 14, 14)
    assert report["cycles_after"][-4:] == [4, 4, 4, 4]
    card = (made.path / "README.md").read_text()
    matter = yaml.safe_load(card.split("---\n")[1])
    assert [config["config_name"] for config in matter["configs"]] == ["programs", "wasm", "kernels", "blocks", "toys"]
    assert matter["tags"][-1] == "toy"
    for line in (
        "| Toy | 3 |",
        "14 of 14 TASM and Toy programs got faster",
        "| `toys` | programs in words |",
        "(`kernels`, `blocks`, `toys`: the form without its numbers)",
        "- Toys break.",
        "| pytest | ",
    ):
        assert line in card, line
    assert "| Toy | a word for each literal | `toy.spell` | `toy_value` | 1e-12 | `toys` |" in backends_table(WITH_TOY)


def test_a_new_backend_is_in_the_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "toy_backend"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "forms.py").write_text(TOY_FORMS)
    monkeypatch.syspath_prepend(tmp_path)
    program = (check_types(parse_text("50 - 15 = ")), "35")
    config = RunConfig.model_validate({"kernels": {"count": 3}})
    assert other_forms([None, program], config, (TOY,)) == [
        {},
        {"toy_words": "50 - 15 = 3", "toy_answer": "35"},
    ]
