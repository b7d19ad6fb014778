"""The lane's stages: rows in are rows out and rejects, and the bytes repeat."""

from __future__ import annotations

import inspect
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from irmill.compiler.base.answer import show
from irmill.compiler.base.rows import KEY_FIELDS, Reject, silent
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.synth.build import BuildConfig
from irmill.synth.extract import ExtractConfig
from irmill.synth.reasons import SynthError, SynthReason
from irmill.synth.stages import build, dedup, extract, kernels
from irmill.synth.stages.dedup import DedupConfig
from irmill.synth.stages.kernels import KernelsConfig
from irmill.synth.warp_process import WarpProcess

PROGRAMS = [
    "50 - 15 = ",
    "70 - 15 = ",
    "15 > 10 is ",
    "sum(i, 1, 10) = ",
    "a = [1, 2]; a[0] = ",
    "0.3 % 0.1 = ",
    "2 ^ 10 = ",
    "0.1 + 0.2 = ",
]
CONFIG = KernelsConfig(count=16)


def execute_table(programs: list[str]) -> pa.Table:
    """Executed programs as the compiler lane hands them on."""
    rows = []
    for index, text in enumerate(programs):
        value = interpret(check_types(parse_text(text))).value
        rows.append(
            {
                "id": f"{index:016x}",
                "parent_id": None,
                "seed": index,
                "canonical": text,
                "value": show(value),
                "split": "test" if index % 3 == 0 else "train",
            }
        )
    return pa.Table.from_pylist(rows)


def run_lane(execute: pa.Table, seed: int = 5, config: KernelsConfig = CONFIG):
    """Every stage's table and rejects, by name."""
    counted: list[int] = []
    found: dict[str, tuple[pa.Table, list[Reject]]] = {}
    inputs = {"execute": execute}
    for stage, own in (
        (kernels.STAGE, config),
        (extract.STAGE, ExtractConfig(batch=7)),
        (build.STAGE, BuildConfig(cuda="generated", batch=9)),
        (dedup.STAGE, DedupConfig()),
    ):
        found[stage.name] = stage.function(own, inputs, seed=seed, progress=counted.append)
        inputs = {stage.name: found[stage.name][0]}
    return found, sum(counted)


@pytest.fixture(scope="module")
def lane():
    return run_lane(execute_table(PROGRAMS))


def parquet(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    return buffer.getvalue()


def test_rows_in_are_rows_out_and_rejects(lane):
    found, counted = lane
    rows_in = {"kernels": CONFIG.count + len(PROGRAMS)}
    order = ["kernels", "extract", "build", "dedup"]
    for stage, after in zip(order, [*order[1:], None], strict=True):
        table, rejects = found[stage]
        assert table.num_rows + len(rejects) == rows_in[stage]
        if after:
            rows_in[after] = table.num_rows
    assert counted == sum(rows_in.values())


def test_rejects_say_why(lane):
    found, _ = lane
    assert [(reject.id, reject.reason) for reject in found["kernels"][1]] == [("0000000000000004", "UNSUPPORTED")]
    assert [reject.reason for reject in found["build"][1]] == ["INEXACT"]
    assert found["extract"][1] == []
    before = {row["id"] for row in found["extract"][0].to_pylist()}
    assert {reject.id for reject in found["build"][1]} <= before


@pytest.mark.parametrize("stage", [kernels.STAGE, extract.STAGE, build.STAGE, dedup.STAGE], ids=lambda stage: stage.id)
def test_tables_have_their_schema(lane, stage):
    table, _ = lane[0][stage.name]
    schema = stage.schema
    assert table.schema == schema
    assert list(schema)[: len(KEY_FIELDS)] == KEY_FIELDS
    table.validate(full=True)
    for field in schema:
        assert field.nullable or table[field.name].null_count == 0, field.name
    ids = table["id"].to_pylist()
    assert len(set(ids)) == len(ids)


def test_programs_carry_their_operands_value_and_split(lane):
    rows = {row["program_id"]: row for row in lane[0]["dedup"][0].to_pylist() if row["source"] == "program"}
    first, truth = rows["0000000000000000"], rows["0000000000000002"]
    assert (first["operands"], first["value"], first["answer"], first["split"]) == (["50", "15"], "35", "35", "test")
    assert first["gradient_status"] == "checked"
    assert (truth["truth"], truth["answer"], truth["split"]) == (True, "true", "train")
    power = rows["0000000000000006"]
    assert (power["dtype"], power["gradient_status"], power["gradient_error"]) == ("int64", "not_applicable", None)
    assert power["cpp_adjoint"]


def test_generated_rows_hold_inputs_and_outputs(lane):
    rows = [row for row in lane[0]["dedup"][0].to_pylist() if row["source"] == "generated"]
    assert rows
    for row in rows:
        assert (row["operands"], row["program_id"], row["value"]) == ([], None, None)
        assert json.loads(row["inputs"])["threads"] == CONFIG.elements
        assert json.loads(row["answer"]) == pytest.approx(json.loads(row["reference"]), rel=1e-3, abs=1e-3)
        assert f"{row['kernel']}_cpu_kernel_forward" in row["cpp_forward"]
        assert f"{row['kernel']}_cuda_kernel_backward" in row["cuda_adjoint"]
        assert row["gradient_error"] < 1e-3


def test_bytes_repeat_whatever_the_batches(lane):
    config = KernelsConfig(count=4)
    found, _ = run_lane(execute_table(PROGRAMS[:3]), config=config)
    table = found["kernels"][0]
    again = extract.extract(ExtractConfig(batch=2), {"kernels": table}, seed=5, progress=silent)[0]
    assert parquet(again) == parquet(found["extract"][0])
    built = build.build(BuildConfig(cuda="generated", batch=3), {"extract": again}, seed=5, progress=silent)[0]
    assert parquet(built) == parquet(found["build"][0])
    text = json.dumps(built.to_pylist())
    assert "/tmp" not in text
    assert "/work" not in text


def test_structures_are_told_apart_by_program(lane):
    """Two differences of different programs stay; a second copy of a row goes."""
    table, rejects = lane[0]["dedup"]
    assert rejects == []
    rows = [row for row in table.to_pylist() if row["program_id"] in ("0000000000000000", "0000000000000001")]
    assert len({row["structure"] for row in rows}) == 1
    twice = pa.concat_tables([table, table])
    again, duplicates = dedup.dedup(DedupConfig(), {"build": twice}, seed=0, progress=silent)
    assert again.equals(table)
    assert {reject.reason for reject in duplicates} == {"DUPLICATE"}
    assert len(duplicates) == table.num_rows


def test_generated_duplicates_are_rejected(lane):
    rows = [row for row in lane[0]["build"][0].to_pylist() if row["source"] == "generated"]
    renamed = {**rows[0], "id": "f" * 16, "python": rows[0]["python"].replace(rows[0]["kernel"], "another_name")}
    table = pa.Table.from_pylist([*rows, renamed], schema=build.SCHEMA)
    kept, rejects = dedup.dedup(DedupConfig(), {"build": table}, seed=0, progress=silent)
    assert [reject.id for reject in rejects] == ["f" * 16]
    assert rows[0]["id"] in rejects[0].message
    assert dedup.dedup(DedupConfig(by="text"), {"build": table}, seed=0, progress=silent)[0].num_rows == len(rows) + 1
    assert kept.num_rows == len(rows)


def test_a_wrong_program_value_turns_the_lane_red():
    """The middle of the lane is broken: the value of a row is not its program's."""
    table = execute_table(["50 - 15 = ", "7 * 8 = "])
    rows = table.to_pylist()
    rows[1]["value"] = "57"
    found, _ = run_lane(pa.Table.from_pylist(rows), config=KernelsConfig(count=0))
    assert [(reject.id, reject.reason) for reject in found["kernels"][1]] == [("0000000000000001", "DISAGREE")]


def test_a_kernel_of_another_operation_turns_the_build_red(lane):
    rows = [row for row in lane[0]["extract"][0].to_pylist() if row["source"] == "program"][:2]
    rows[0]["python"] = rows[0]["python"].replace(" - ", " + ")
    table = pa.Table.from_pylist(rows, schema=extract.SCHEMA)
    built, rejects = build.build(BuildConfig(cuda="generated"), {"extract": table}, seed=0, progress=silent)
    assert [(reject.id, reject.reason) for reject in rejects] == [(rows[0]["id"], "DISAGREE")]
    assert built.num_rows == 1


def test_a_wrong_adjoint_turns_the_build_red(lane):
    """Warp's adjoint of an output that is written twice is not its gradient; the forward values are right."""
    row = next(row for row in lane[0]["extract"][0].to_pylist() if row["family"] == "elementwise")
    row["python"] += "    out[i] = out[i] * out[i]\n"
    table = pa.Table.from_pylist([row], schema=extract.SCHEMA)
    built, rejects = build.build(BuildConfig(cuda="generated"), {"extract": table}, seed=0, progress=silent)
    assert [(reject.id, reject.reason) for reject in rejects] == [(row["id"], "GRADIENT")]
    assert built.num_rows == 0


@pytest.mark.parametrize(("stage", "reason"), [(extract.STAGE, "WORKER"), (build.STAGE, "WORKER")])
def test_a_row_that_failed_for_a_reason_outside_of_it_is_tried_again(lane, monkeypatch, stage, reason):
    """A worker is lost once, in the middle of a batch; nothing of that is left in the rows."""
    reply = WarpProcess.reply
    replies: list[str] = []

    def lost_once(worker, seconds):
        message = reply(worker, seconds)
        if {"texts", "answer"} & message.keys():
            replies.append(reason)
            if len(replies) == 3:
                worker.close()
                raise SynthError(SynthReason(reason), "the machine was at fault")
        return message

    monkeypatch.setattr(WarpProcess, "reply", lost_once)
    found, _ = lane
    (parent,) = (name.partition(".")[2] for name in stage.parents)
    rows = found[parent][0].slice(0, 5)
    config = ExtractConfig() if stage is extract.STAGE else BuildConfig(cuda="generated")
    counted: list[int] = []
    again, rejects = stage.function(config, {parent: rows}, seed=5, progress=counted.append)
    assert (again, rejects) == (found[stage.name][0].slice(0, 5), [])
    assert (len(replies), sum(counted)) == (rows.num_rows + 1, rows.num_rows)


def test_the_count_of_kernels_is_that_of_the_run():
    config = KernelsConfig(count=5000)
    pieces = kernels.STAGE.source_configs(config)
    assert len(pieces) > 1
    assert sum(dict(piece)["count"] for piece in pieces) == config.count
    assert "each shard" not in inspect.getsource(KernelsConfig)


def test_no_programs_is_a_source_stage():
    table, rejects = kernels.kernels(KernelsConfig(count=3), {}, seed=8, progress=silent)
    assert (table.num_rows, rejects) == (3, [])
    other, _ = kernels.kernels(KernelsConfig(count=3), {}, seed=9, progress=silent)
    assert not set(table["id"].to_pylist()) & set(other["id"].to_pylist())
