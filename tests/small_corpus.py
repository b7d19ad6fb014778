"""A store with one small entry a stage, in the schemas that the lanes declare."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from irmill.compiler.base.rows import Reject, reject_table
from irmill.flows.config import STAGES
from irmill.tasks.corpus.join import SCHEMA, JoinConfig, join
from irmill.tasks.store.filesystem import file_digest
from irmill.tasks.store.layout import MANIFEST, part_name, rejected_name
from irmill.tasks.store.manifest import ArtifactRef, FileRecord, KeyParts, Manifest, Report, ShardRecord
from irmill.tasks.store.store import Store

SCHEMAS = {stage.id: stage.schema for stage in STAGES}

TASM = "read_io 1\nread_io 1\nadd\nwrite_io 1\nhalt\n"


def filled(schema: pa.Schema, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with something harmless in every column that is not given."""

    def empty(kind: pa.DataType) -> Any:
        if pa.types.is_list(kind):
            return []
        if pa.types.is_boolean(kind):
            return False
        if pa.types.is_integer(kind):
            return 0
        if pa.types.is_floating(kind):
            return 0.0
        return b"" if pa.types.is_binary(kind) else ""

    return {field.name: row.get(field.name, None if field.nullable else empty(field.type)) for field in schema}


def make_table(stage: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = SCHEMAS[stage]
    return pa.Table.from_pylist([filled(schema, row) for row in rows], schema=schema)


def program(number: int, **more: Any) -> dict[str, Any]:
    """An executed program ``number + 2``, in the split of its number."""
    return {
        "id": f"program-{number}",
        "seed": 1,
        "question": f"Add {number} and 2",
        "canonical": f"{number} + 2 = ",
        "gold_answer": str(number + 2),
        "template": f"template-{number % 5}",
        "split": ("train", "train", "train", "validation", "test")[number % 5],
        "source": "english",
        "operations": ["add"],
        "value": str(number + 2),
        "engine": "wasmer",
        **more,
    }


def kernel(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"kernel-{number}",
        "source": "program",
        "split": "train",
        "python": f"def kernel_{number}(): pass",
        "structure": f"{number:016x}",
        "dtype": "float64",
        "program_id": f"program-{number}",
        "answer": str(number + 2),
        "cuda_status": "generated",
        "gradient_status": "checked",
        **more,
    }


def block(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"block-{number}",
        "source": "program",
        "split": "program",
        "tir": f"push {number}",
        "tasm": TASM,
        "tasm_optimized": TASM,
        "cycles": 9,
        "cycles_after": 5,
        "public_input": [str(number), "2"],
        "program_id": f"program-{number}",
        "answer": str(number + 2),
        **more,
    }


class Corpus:
    """Tables of three lanes, their join, and a store that holds them."""

    def __init__(self, home: Path) -> None:
        self.store = Store(home)
        self.store.prepare()
        self.refs: dict[str, ArtifactRef] = {}

    def put(self, stage: str, table: pa.Table, rejects: list[Reject] | None = None, key: str = "0" * 16) -> ArtifactRef:
        lane, _, name = stage.partition(".")
        folder = self.store.layout.entry(lane, name, key)
        folder.mkdir(parents=True, exist_ok=True)
        refused = reject_table(rejects or [])
        records = []
        for file, rows in ((part_name(0), table), (rejected_name(0), refused)):
            pq.write_table(rows, folder / file)
            size = (folder / file).stat().st_size
            records.append(FileRecord(name=file, sha256=file_digest(folder / file), bytes=size, rows=rows.num_rows))
        reasons: dict[str, int] = {}
        for reject in rejects or []:
            reasons[reject.reason] = reasons.get(reject.reason, 0) + 1
        rows_in = table.num_rows + refused.num_rows
        manifest = Manifest(
            lane=lane,
            stage=name,
            key=key,
            schema_version=1,
            columns={},
            shards=(ShardRecord(index=0, rows_in=rows_in, part=records[0], rejected=records[1], reasons=reasons),),
            parts=KeyParts(stage=stage, schema_version=1, config="{}"),
            report=Report(rows_in=rows_in, reasons=reasons),
        )
        (folder / MANIFEST).write_text(manifest.model_dump_json())
        self.refs[stage] = manifest.ref
        return manifest.ref

    def fill(self, programs: int = 20) -> None:
        """Put ``programs`` programs, every one with a kernel and every second one with a TASM program."""
        executed = make_table("compiler.execute", [program(n) for n in range(programs)])
        kernels = make_table("synth.dedup", [kernel(n) for n in range(programs)])
        blocks = make_table("optimizer.speculate", [block(n) for n in range(0, programs, 2)])
        self.put("compiler.execute", executed)
        self.put("synth.dedup", kernels)
        self.put("optimizer.speculate", blocks)
        joined, rejects = join_tables(executed, kernels, blocks)
        self.put("corpus.join", joined, rejects)


def join_tables(executed: pa.Table, kernels: pa.Table, blocks: pa.Table) -> tuple[pa.Table, list[Reject]]:
    inputs = {"execute": executed, "dedup": kernels, "speculate": blocks}
    table, rejects = join(JoinConfig(), inputs, seed=0, progress=lambda rows: None)
    assert table.schema == SCHEMA
    assert table.num_rows + len(rejects) == executed.num_rows
    return table, rejects
