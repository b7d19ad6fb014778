"""Classical lowering: TASM for every row of TIR, run on its input."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum

import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out, text_field
from irmill.compiler.base.stage import Section, Stage
from irmill.compiler.lang.errors import ErrorCode
from irmill.optimizer.lower.classical import lower_program
from irmill.optimizer.stages import blocks
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.vm import RunLimits, execute
from irmill.optimizer.tir.text import parse_tir


class LowerConfig(Section):
    """Classical lowering."""

    max_cycles: int = Field(default=1_000_000, ge=1)


class LowerReason(StrEnum):
    """Why a row is rejected here, beside the language's own error codes."""

    TRAPPED = "TRAPPED"
    """the classical code of a generated block does not run to its end on the block's own input"""


SCHEMA = pa.schema(
    [
        *blocks.SCHEMA,
        text_field("tasm"),
        pa.field("cycles", pa.int64(), nullable=False),
        pa.field("padded_height", pa.int64(), nullable=False),
        text_field("heights"),
        text_field("answer"),
    ]
)
"""``heights`` is JSON; ``answer`` is the first word of the output, empty where nothing is written."""

BOUNDS = {ErrorCode.DISAGREE: 0.0, "*": 0.02}


def lower(
    config: LowerConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Each row of the ``blocks`` table with its TASM."""

    def outcomes() -> Iterator[Row | Reject]:
        for row in inputs["blocks"].to_pylist():
            yield lower_row(row, config, seed)
            progress(1)

    return sorted_out(outcomes(), SCHEMA)


def lower_row(row: Row, config: LowerConfig, seed: int) -> Row | Reject:
    """One row of TIR with its TASM. An output other than the expected one is DISAGREE."""
    statements = lower_program(parse_tir(row["tir"]))
    words = tuple(int(word) for word in row["public_input"])
    run = execute(assemble(statements), words, limits=RunLimits(max_cycles=config.max_cycles))
    if run.heights is None:
        return Reject(row["id"], LowerReason.TRAPPED, run.message, row["tir"])
    output = [str(word) for word in run.output]
    if row["expected"] is not None and output != row["expected"]:
        message = f"the machine wrote {' '.join(output)} where {' '.join(row['expected'])} was expected"
        return Reject(row["id"], ErrorCode.DISAGREE, message, row["tir"])
    text = print_tasm(statements)
    return {
        **row,
        "id": content_id("lower", row["id"], text),
        "parent_id": row["id"],
        "seed": seed,
        "tasm": text,
        "cycles": run.cycles,
        "padded_height": run.heights.padded,
        "heights": json.dumps(run.heights.as_dict()),
        "answer": output[0] if output else "",
    }


STAGE = Stage(
    lane="optimizer",
    name="lower",
    function=lower,
    schema=SCHEMA,
    config=lambda config: config.lower,
    parents=("optimizer.blocks",),
    bounds=BOUNDS,
)
