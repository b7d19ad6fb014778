"""Join the lanes: every executed program with its form in every backend, and all answers compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import polars as pl
import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.answer import as_number, shown_agree
from irmill.compiler.base.rows import (
    KEY_FIELDS,
    Progress,
    Reject,
    Row,
    content_id,
    silent,
    sorted_out,
    text_field,
    texts_field,
)
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.compiler.lang.ast import literals
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.stages.columns import LENS_FIELD, ORIGIN_FIELDS
from irmill.tasks.corpus.backends import BACKENDS, PROGRAMS, Backend

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


_PROGRAM_FIELDS = [
    text_field("question"),
    text_field("canonical"),
    texts_field("operands"),
    *ORIGIN_FIELDS,
    texts_field("operations"),
    LENS_FIELD,
]


def schema_of(backends: Sequence[Backend]) -> pa.Schema:
    """The table of joined programs: one row a program, its forms and its answers side by side.

    ``value`` is the program's answer; ``*_value`` what each backend said, null where it cannot express the program
    (then the columns of its form are null, too). ``operands`` are the literals, in order of appearance: what the Warp
    kernel takes and the TASM program reads. ``complete`` programs have every form.
    """
    return pa.schema(
        [
            *KEY_FIELDS,
            *_PROGRAM_FIELDS,
            *(column.field for backend in backends for column in backend.columns),
            text_field("value"),
            *(backend.value for backend in backends),
            pa.field("complete", pa.bool_(), nullable=False),
        ]
    )


SCHEMA = schema_of(BACKENDS)


def join(
    config: JoinConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """One row a program. The rows are a function of the inputs; the flow holds their counts against ``config``."""
    del config, seed
    return join_programs(inputs, BACKENDS, progress)


def join_programs(
    inputs: Mapping[str, pa.Table], backends: Sequence[Backend], progress: Progress = silent
) -> tuple[pa.Table, list[Reject]]:
    """One row a program. Programs on which two backends differ are rejected as DISAGREE, repeated ones as DUPLICATE.

    Args:
        inputs: the tables of :data:`PROGRAMS` and of every backend's stage, by their bare names.
        backends: whose forms are joined; the first has one of every program.
        progress: told every program.
    """
    joined = _frame(inputs, PROGRAMS).lazy().with_row_index("place")
    for backend in backends:
        joined = joined.join(_forms(inputs, backend), on="id", how="left", maintain_order="left")
    return sorted_out(_outcomes(joined.sort("place").collect(), backends, progress), schema_of(backends))


def _frame(inputs: Mapping[str, pa.Table], stage: str) -> pl.DataFrame:
    frame = pl.from_arrow(inputs[stage.partition(".")[2]])
    assert isinstance(frame, pl.DataFrame)
    return frame


def _forms(inputs: Mapping[str, pa.Table], backend: Backend) -> pl.LazyFrame:
    """One row for each program as one column that bears the backend's name; null is no program, and joins nothing."""
    return (
        _frame(inputs, backend.stage)
        .lazy()
        .unique(backend.program, keep="first", maintain_order=True)
        .select(pl.col(backend.program).alias("id"), pl.struct(backend.sources).alias(f"form of {backend.name}"))
    )


def _outcomes(programs: pl.DataFrame, backends: Sequence[Backend], progress: Progress) -> Iterator[Row | Reject]:
    seen: set[str] = set()
    for program in programs.iter_rows(named=True):
        progress(1)
        if program["question"] in seen:
            yield Reject(program["id"], JoinReason.DUPLICATE, "the same question came before", program["canonical"])
            continue
        seen.add(program["question"])
        yield _joined(program, backends)


def _joined(program: Mapping[str, Any], backends: Sequence[Backend]) -> Row | Reject:
    row: Row = {field.name: program.get(field.name) for field in _PROGRAM_FIELDS}
    value: str = program["value"]
    for backend in backends:
        form: Row | None = program[f"form of {backend.name}"]
        if form is None:
            continue
        answer = backend.answer(form)
        if not shown_agree(as_number(value), as_number(answer), backend.tolerance(form)):
            message = f"{backends[0].name.lower()} says {value}, {backend.name.lower()} says {answer}"
            return Reject(program["id"], JoinReason.DISAGREE, message, program["canonical"])
        row |= {column.field.name: form[column.source] for column in backend.columns}
        row[backend.value.name] = answer
    return {
        **row,
        "id": content_id("join", program["id"]),
        "parent_id": program["id"],
        "seed": program["seed"],
        "operands": [number.text for number in literals(parse_text(program["canonical"]))],
        "value": value,
        "complete": all(row.get(backend.complete) is not None for backend in backends),
    }


STAGE = Stage(
    lane=LANE,
    name="join",
    function=join,
    schema=SCHEMA,
    config=lambda config: config.join,
    parents=tuple(dict.fromkeys([PROGRAMS, *(backend.stage for backend in BACKENDS)])),
    sharding=Sharding.GATHER,
    unkeyed=frozenset({"max_disagreements", "min_complete"}),
)
