"""The optimizer lane over small tables: rows are conserved, bytes repeat, weights flow as tables."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
import torch

from irmill.compiler.base.rows import content_id
from irmill.optimizer import rows as schemas
from irmill.optimizer import stages
from irmill.optimizer.config import BlocksConfig, ColdstartConfig, EvolveConfig, LowerConfig, SpeculateConfig
from irmill.optimizer.policy.network import SHAPES
from irmill.optimizer.tasm.run import run_tasm

PROGRAMS = {"2 + 3 * 4 = ": "14", "10 / 4 = ": "2.5", "7 > 5 is ": "true", "sum(i, 1, 9) = ": "45", "3 - 5 = ": "-2"}
SMALL_COLDSTART = ColdstartConfig(blocks=6, held_out=3, label_expansions=30, epochs=2)
SMALL_EVOLVE = EvolveConfig(population=4, generations=1, minibatch=2, expansions=8, held_out=3)


def nothing(_: int) -> None:
    """Progress that nobody sees."""


def executed() -> pa.Table:
    rows = [{"id": content_id("x", text), "canonical": text, "value": value} for text, value in PROGRAMS.items()]
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def lane() -> dict[str, pa.Table]:
    """Every stage's table, made once."""
    torch.set_num_threads(1)
    generated, _ = stages.blocks(BlocksConfig(count=22), {}, seed=3, progress=nothing)
    programs, rejects = stages.blocks(BlocksConfig(count=0), {"execute": executed()}, seed=3, progress=nothing)
    assert programs.num_rows + len(rejects) == len(PROGRAMS)
    table = pa.concat_tables([generated, programs])
    lower, rejected = stages.lower(LowerConfig(), {"blocks": table}, seed=3, progress=nothing)
    assert not rejected
    cold, _ = stages.coldstart(SMALL_COLDSTART, {"lower": lower}, seed=3, progress=nothing)
    evolved, _ = stages.evolve(SMALL_EVOLVE, {"coldstart": cold, "lower": lower}, seed=3, progress=nothing)
    speculated, _ = stages.speculate(SpeculateConfig(), {"lower": lower, "evolve": evolved}, seed=3, progress=nothing)
    return {"blocks": table, "lower": lower, "coldstart": cold, "evolve": evolved, "speculate": speculated}


def test_tables_have_their_schemas_and_ids_are_unique(lane: dict[str, pa.Table]) -> None:
    for name, schema in (
        ("blocks", schemas.BLOCKS),
        ("lower", schemas.LOWER),
        ("coldstart", schemas.COLDSTART),
        ("evolve", schemas.EVOLVE),
        ("speculate", schemas.SPECULATE),
    ):
        assert lane[name].schema.equals(schema), name
        ids = lane[name].column("id").to_pylist()
        assert len(set(ids)) == len(ids), name


def test_programs_that_the_machine_cannot_express_are_rejected(lane: dict[str, pa.Table]) -> None:
    made, rejects = stages.blocks(BlocksConfig(count=0), {"execute": executed()}, seed=3, progress=nothing)
    assert {reject.text for reject in rejects} == {"10 / 4 = ", "3 - 5 = "}
    assert {reject.reason for reject in rejects} == {"UNSUPPORTED"}
    assert made.column("expected").to_pylist() == [["14"], ["1"], ["45"]]
    assert made.column("operands").to_pylist()[0] == ["2", "3", "4"]


def test_answers_are_those_of_the_programs(lane: dict[str, pa.Table]) -> None:
    rows = [row for row in lane["lower"].to_pylist() if row["source"] == "program"]
    assert [row["answer"] for row in rows] == ["14", "1", "45"]


def test_a_wrong_answer_is_a_disagreement(lane: dict[str, pa.Table]) -> None:
    rows = [row for row in lane["blocks"].to_pylist() if row["source"] == "program"]
    rows[0]["expected"] = ["15"]
    broken = pa.Table.from_pylist(rows, schema=schemas.BLOCKS)
    made, rejects = stages.lower(LowerConfig(), {"blocks": broken}, seed=3, progress=nothing)
    assert made.num_rows == 2
    assert [(reject.id, reject.reason) for reject in rejects] == [(rows[0]["id"], "DISAGREE")]


def test_a_block_that_traps_is_rejected() -> None:
    row = {
        "id": "a", "parent_id": None, "seed": 1, "source": "generated", "kind": "x", "split": "train",
        "tir": "push 0\ninvert\nhalt\n", "operands": [], "public_input": [], "expected": None, "program_id": None,
    }  # fmt: skip
    table = pa.Table.from_pylist([row], schema=schemas.BLOCKS)
    made, rejects = stages.lower(LowerConfig(), {"blocks": table}, seed=3, progress=nothing)
    assert made.num_rows == 0
    assert rejects[0].reason == "TRAPPED"


def test_speculation_is_never_worse_and_answers_the_same(lane: dict[str, pa.Table]) -> None:
    rows = lane["speculate"].to_pylist()
    assert len(rows) == lane["lower"].num_rows
    for row in rows:
        assert row["cycles_after"] <= row["cycles_peephole"] <= row["cycles"]
        assert row["padded_height_after"] <= row["padded_height"]
        run = run_tasm(row["tasm_optimized"], [int(word) for word in row["public_input"]])
        assert run.output[0] == row["answer"]
        assert dict(run.heights or {}) == json.loads(row["heights_after"])
        assert row["verified"] == ("execution" if row["improved"] else "unchanged")
    assert sum(row["improved"] for row in rows) > len(rows) // 2


def test_weights_come_back_from_their_table(lane: dict[str, pa.Table]) -> None:
    weights = stages.weights_of(lane["evolve"])
    assert {name: values.shape for name, values in weights.items()} == dict(SHAPES)
    with pytest.raises(ValueError, match="missing"):
        stages.weights_of(lane["evolve"].slice(1))


def test_history_and_baselines_can_be_read(lane: dict[str, pa.Table]) -> None:
    names = {point.name for point in stages.history_of(lane["coldstart"])}
    assert {"train_loss", "held_out_accuracy"} <= names
    rows = stages.baseline_rows(lane["evolve"])
    assert [row["name"] for row in rows] == ["peephole", "uniform", "gradient", "evolved"]
    assert all(0 < float(row["versus_classical"]) <= 1 for row in rows)


def test_bytes_repeat(lane: dict[str, pa.Table]) -> None:
    again, _ = stages.coldstart(SMALL_COLDSTART, {"lower": lane["lower"]}, seed=3, progress=nothing)
    assert again.equals(lane["coldstart"])
    inputs = {"lower": lane["lower"].slice(0, 6), "evolve": lane["evolve"]}
    speculated, _ = stages.speculate(SpeculateConfig(), inputs, seed=3, progress=nothing)
    assert speculated.equals(lane["speculate"].slice(0, 6))


def test_training_material_never_holds_a_held_out_family(lane: dict[str, pa.Table]) -> None:
    splits = dict(zip(lane["blocks"]["kind"].to_pylist(), lane["blocks"]["split"].to_pylist(), strict=True))
    assert splits["limbs"] == splits["remainder"] == "held_out"
    assert splits["polynomial"] == "train"
