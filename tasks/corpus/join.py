"""Join the lanes: every executed program with its Warp kernel and its TASM program, and all answers compared.

The optimized TASM is what the corpus ships, so its answer is computed here, by the machine and from the program's own
operands, not taken over from the lane that made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import pyarrow as pa

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE, shown_agree
from irmill.compiler.base.rows import Progress, Reject, content_id
from irmill.compiler.lang.ast import literals
from irmill.compiler.lang.parse import parse_text
from irmill.optimizer.tasm.run import run_tasm
from irmill.tasks.corpus.config import JoinConfig
from irmill.tasks.corpus.rows import PROGRAMS, JoinReason

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
                **{name: row[name] for name in PROGRAMS.names if name in row},
                "id": content_id("join", row["id"]),
                "parent_id": row["id"],
                "operands": [number.text for number in literals(parse_text(row["canonical"]))],
                "wasm_value": row["value"],
                "complete": row["warp_python"] is not None and row["tasm_optimized"] is not None,
            }
        )
    return pa.Table.from_pylist(rows, schema=PROGRAMS), rejects


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
        if answer is not None and not shown_agree(_as_number(value), _as_number(answer), allowed):
            return JoinReason.DISAGREE, f"wasm says {value}, {backend} says {answer}"
    return None


def _as_number(answer: str) -> str:
    """Warp and TASM give a truth value as 1 or 0."""
    return {"true": "1", "false": "0"}.get(answer, answer)
