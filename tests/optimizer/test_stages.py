"""The optimizer lane over small tables: rows are conserved, bytes repeat, weights flow as tables."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
import torch

from irmill.compiler.base.rows import content_id, silent
from irmill.optimizer.policy.evolve import EvolveConfig
from irmill.optimizer.policy.network import SHAPES
from irmill.optimizer.stages import blocks, coldstart, evolve, lower, speculate
from irmill.optimizer.stages.blocks import BlocksConfig
from irmill.optimizer.stages.coldstart import ColdstartConfig, weights_of
from irmill.optimizer.stages.lower import LowerConfig
from irmill.optimizer.stages.speculate import SpeculateConfig
from irmill.optimizer.tasm.run import run_tasm

PROGRAMS = {"2 + 3 * 4 = ": "14", "10 / 4 = ": "2.5", "7 > 5 is ": "true", "sum(i, 1, 9) = ": "45", "3 - 5 = ": "-2"}
SMALL_COLDSTART = ColdstartConfig(blocks=6, held_out=3, label_expansions=30, epochs=2)
SMALL_EVOLVE = EvolveConfig(population=4, generations=1, minibatch=2, expansions=8, held_out=3)


def executed() -> pa.Table:
    rows = [{"id": content_id("x", text), "canonical": text, "value": value} for text, value in PROGRAMS.items()]
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def lane() -> dict[str, pa.Table]:
    """Every stage's table, made once."""
    torch.set_num_threads(1)
    generated, _ = blocks.blocks(BlocksConfig(count=22), {}, seed=3, progress=silent)
    programs, rejects = blocks.blocks(BlocksConfig(count=0), {"execute": executed()}, seed=3, progress=silent)
    assert programs.num_rows + len(rejects) == len(PROGRAMS)
    table = pa.concat_tables([generated, programs])
    lowered, rejected = lower.lower(LowerConfig(), {"blocks": table}, seed=3, progress=silent)
    assert not rejected
    cold, _ = coldstart.coldstart(SMALL_COLDSTART, {"lower": lowered}, seed=3, progress=silent)
    evolved, _ = evolve.evolve(SMALL_EVOLVE, {"coldstart": cold, "lower": lowered}, seed=3, progress=silent)
    speculated, _ = speculate.speculate(
        SpeculateConfig(), {"lower": lowered, "evolve": evolved}, seed=3, progress=silent
    )
    return {"blocks": table, "lower": lowered, "coldstart": cold, "evolve": evolved, "speculate": speculated}


def test_tables_have_their_schemas_and_ids_are_unique(lane: dict[str, pa.Table]) -> None:
    for stage in (blocks.STAGE, lower.STAGE, coldstart.STAGE, evolve.STAGE, speculate.STAGE):
        assert lane[stage.name].schema.equals(stage.schema), stage.id
        ids = lane[stage.name].column("id").to_pylist()
        assert len(set(ids)) == len(ids), stage.id


def test_programs_that_the_machine_cannot_express_are_rejected(lane: dict[str, pa.Table]) -> None:
    made, rejects = blocks.blocks(BlocksConfig(count=0), {"execute": executed()}, seed=3, progress=silent)
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
    broken = pa.Table.from_pylist(rows, schema=blocks.SCHEMA)
    made, rejects = lower.lower(LowerConfig(), {"blocks": broken}, seed=3, progress=silent)
    assert made.num_rows == 2
    assert [(reject.id, reject.reason) for reject in rejects] == [(rows[0]["id"], "DISAGREE")]


def test_a_block_that_traps_is_rejected() -> None:
    row = {
        "id": "a", "parent_id": None, "seed": 1, "source": "generated", "kind": "x", "split": "train",
        "tir": "push 0\ninvert\nhalt\n", "operands": [], "public_input": [], "expected": None, "program_id": None,
    }  # fmt: skip
    table = pa.Table.from_pylist([row], schema=blocks.SCHEMA)
    made, rejects = lower.lower(LowerConfig(), {"blocks": table}, seed=3, progress=silent)
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
    weights = weights_of(lane["evolve"])
    assert {name: values.shape for name, values in weights.items()} == dict(SHAPES)
    with pytest.raises(ValueError, match="missing"):
        weights_of(lane["evolve"].slice(1))


def test_history_and_baselines_can_be_read(lane: dict[str, pa.Table]) -> None:
    history = {row["name"] for row in lane["coldstart"].to_pylist() if row["kind"] == "history"}
    assert {"train_loss", "held_out_accuracy"} <= history
    figures = {row["name"]: row["metric"] for row in lane["evolve"].to_pylist() if row["kind"] == "history"}
    shares = [figures[f"baseline.{way}.versus_classical"] for way in ("peephole", "uniform", "gradient", "evolved")]
    assert all(0 < share <= 1 for share in shares)


def test_bytes_repeat(lane: dict[str, pa.Table]) -> None:
    again, _ = coldstart.coldstart(SMALL_COLDSTART, {"lower": lane["lower"]}, seed=3, progress=silent)
    assert again.equals(lane["coldstart"])
    inputs = {"lower": lane["lower"].slice(0, 6), "evolve": lane["evolve"]}
    speculated, _ = speculate.speculate(SpeculateConfig(), inputs, seed=3, progress=silent)
    assert speculated.equals(lane["speculate"].slice(0, 6))


def test_training_material_never_holds_a_held_out_family(lane: dict[str, pa.Table]) -> None:
    splits = dict(zip(lane["blocks"]["kind"].to_pylist(), lane["blocks"]["split"].to_pylist(), strict=True))
    assert splits["limbs"] == splits["remainder"] == "held_out"
    assert splits["polynomial"] == "train"


def test_what_is_held_out_does_not_move_a_weight(lane: dict[str, pa.Table]) -> None:
    table = lane["lower"]
    trained_on = table.filter(pa.array([split != "held_out" for split in table["split"].to_pylist()]))
    assert 0 < trained_on.num_rows < table.num_rows
    cold, _ = coldstart.coldstart(SMALL_COLDSTART, {"lower": trained_on}, seed=3, progress=silent)
    before, now = weights_of(lane["coldstart"]), weights_of(cold)
    assert all((before[name] == now[name]).all() for name in before)
