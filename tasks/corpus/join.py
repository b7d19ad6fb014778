"""Join the lanes: every executed program with its Warp kernel and its TASM program, and all answers compared.

The optimized TASM is what the corpus ships, so its answer is computed here, by the machine and from the program's own
operands, not taken over from the lane that made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import polars as pl
import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE, as_number, shown_agree
from irmill.compiler.base.rows import KEY_FIELDS, Progress, Reject, content_id, text_field, texts_field
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.compiler.lang.ast import literals
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.stages.columns import LENS_FIELD, ORIGIN_FIELDS
from irmill.optimizer.tasm.run import run_tasm

LANE = "corpus"


class JoinConfig(Section):
    """What the join tolerates.

    Attributes:
        max_disagreements: programs on which two backends may differ before the run fails.
        min_complete: the share of generated programs that must have every form; it does not bind a person's prompts.
    """

    max_disagreements: int = Field(default=0, ge=0)
    min_complete: float = Field(default=0.3, ge=0, le=1)


class JoinReason(StrEnum):
    """Why a program is not in the corpus."""

    DISAGREE = "DISAGREE"
    """two backends give different answers"""
    DUPLICATE = "DUPLICATE"
    """the same question came before"""


WARP_COLUMNS = ("warp_python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")

SCHEMA = pa.schema(
    [
        *KEY_FIELDS,
        text_field("question"),
        text_field("canonical"),
        texts_field("operands"),
        *ORIGIN_FIELDS,
        texts_field("operations"),
        LENS_FIELD,
        texts_field("ir"),
        text_field("wat"),
        text_field("bytes"),
        pa.field("module", pa.binary(), nullable=False),
        text_field("type"),
        text_field("type_by"),
        text_field("engine"),
        text_field("engine_version"),
        *(text_field(name, nullable=True) for name in WARP_COLUMNS),
        text_field("warp_dtype", nullable=True),
        text_field("gradient_status", nullable=True),
        pa.field("gradient_error", pa.float64(), nullable=True),
        text_field("cuda_status", nullable=True),
        text_field("tir", nullable=True),
        text_field("tasm", nullable=True),
        text_field("tasm_optimized", nullable=True),
        pa.field("cycles", pa.int64(), nullable=True),
        pa.field("cycles_optimized", pa.int64(), nullable=True),
        pa.field("padded_height", pa.int64(), nullable=True),
        pa.field("padded_height_optimized", pa.int64(), nullable=True),
        text_field("value"),
        text_field("wasm_value"),
        text_field("warp_value", nullable=True),
        text_field("tasm_value", nullable=True),
        pa.field("complete", pa.bool_(), nullable=False),
    ]
)
"""``value`` is the program's answer; ``*_value`` what each backend said, null where it cannot express the program (then
the columns of its form are null, too). ``operands`` are the literals, in order of appearance: what the Warp kernel
takes and the TASM program reads. ``complete`` programs have every form."""

KERNEL_COLUMNS = {
    "python": "warp_python",
    "cpp_forward": "cpp_forward",
    "cpp_adjoint": "cpp_adjoint",
    "cuda_forward": "cuda_forward",
    "cuda_adjoint": "cuda_adjoint",
    "dtype": "warp_dtype",
    "answer": "warp_value",
    "gradient_status": "gradient_status",
    "gradient_error": "gradient_error",
    "cuda_status": "cuda_status",
}
BLOCK_COLUMNS = {
    "tir": "tir",
    "tasm": "tasm",
    "tasm_optimized": "tasm_optimized",
    "cycles": "cycles",
    "cycles_after": "cycles_optimized",
    "padded_height": "padded_height",
    "padded_height_after": "padded_height_optimized",
    "public_input": "public_input",
}


def join(
    config: JoinConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """One row a program. Programs on which two backends differ are rejected as DISAGREE, repeated ones as DUPLICATE.

    Args:
        config: unused by the rows; the flow holds the counts against it.
        inputs: ``execute``, ``dedup`` and ``speculate``.
        seed: unused, the join is a function of its inputs.
        progress: told every program.
    """
    del config, seed
    programs = pl.from_arrow(inputs["execute"])
    assert isinstance(programs, pl.DataFrame)
    joined = (
        programs.lazy()
        .with_row_index("place")
        .join(_forms(inputs["dedup"], KERNEL_COLUMNS), on="id", how="left", maintain_order="left")
        .join(_forms(inputs["speculate"], BLOCK_COLUMNS), on="id", how="left", maintain_order="left")
        .sort("place")
        .collect()
    )
    rows: list[dict[str, object]] = []
    rejects: list[Reject] = []
    seen: set[str] = set()
    for row in joined.iter_rows(named=True):
        progress(1)
        row["tasm_value"] = _tasm_answer(row)
        problem = _problem(row, seen)
        seen.add(row["question"])
        if problem is not None:
            rejects.append(Reject(row["id"], problem[0], problem[1], row["canonical"]))
            continue
        rows.append(
            {
                **{name: row[name] for name in SCHEMA.names if name in row},
                "id": content_id("join", row["id"]),
                "parent_id": row["id"],
                "operands": [number.text for number in literals(parse_text(row["canonical"]))],
                "wasm_value": row["value"],
                "complete": row["warp_python"] is not None and row["tasm_optimized"] is not None,
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA), rejects


def _forms(table: pa.Table, columns: Mapping[str, str]) -> pl.LazyFrame:
    """The forms that were lowered from programs, one for each program, under the names they have in the join."""
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return (
        frame.lazy()
        .filter(pl.col("program_id").is_not_null())
        .unique("program_id", keep="first", maintain_order=True)
        .select(pl.col("program_id").alias("id"), *(pl.col(old).alias(new) for old, new in columns.items()))
    )


def _tasm_answer(row: Mapping[str, Any]) -> str | None:
    """What the optimized TASM writes for the program's operands; where it writes none, how it ended."""
    if row["tasm_optimized"] is None:
        return None
    run = run_tasm(
        row["tasm_optimized"], [int(word) for word in row["public_input"]], max_cycles=row["cycles_optimized"]
    )
    if run.status != "ok" or len(run.output) != 1:
        return f"{run.status}, output {' '.join(run.output) or 'nothing'}"
    return run.output[0]


def _problem(row: Mapping[str, str | None], seen: set[str]) -> tuple[JoinReason, str] | None:
    if row["question"] in seen:
        return JoinReason.DUPLICATE, "the same question came before"
    value = row["value"] or ""
    tolerance = SINGLE_TOLERANCE if row["warp_dtype"] == "float32" else TOLERANCE
    for backend, allowed in (("warp", tolerance), ("tasm", TOLERANCE)):
        answer = row[f"{backend}_value"]
        if answer is not None and not shown_agree(as_number(value), as_number(answer), allowed):
            return JoinReason.DISAGREE, f"wasm says {value}, {backend} says {answer}"
    return None


STAGE = Stage(
    lane=LANE,
    name="join",
    function=join,
    schema=SCHEMA,
    config=lambda config: config.join,
    parents=("compiler.execute", "synth.dedup", "optimizer.speculate"),
    sharding=Sharding.GATHER,
    unkeyed=frozenset({"max_disagreements", "min_complete"}),
)
