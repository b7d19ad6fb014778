"""Kernels without duplicates: the first of each structure stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import pyarrow as pa

from irmill.compiler.base.rows import Progress, Reject, Row, sorted_out
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.synth.reasons import SynthReason
from irmill.synth.stages import build


class DedupConfig(Section):
    """How duplicates are found: by structure, with names and literals normalised, or by the exact text."""

    by: Literal["structure", "text"] = "structure"


SCHEMA = build.SCHEMA

BOUNDS = {SynthReason.DUPLICATE: 0.95, "*": 0.0}


def dedup(
    config: DedupConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``build`` table without duplicates; the first row of each structure stays.

    A program's kernel belongs to its program: two programs of one structure (``50 - 15``, ``7 - 2``) both keep theirs,
    and only a second row of the same program is a duplicate. ``structure`` tells them apart where a corpus wants
    neither.
    """
    return sorted_out(_outcomes(config, inputs["build"], progress), SCHEMA)


def _outcomes(config: DedupConfig, table: pa.Table, progress: Progress) -> Iterator[Row | Reject]:
    first: dict[tuple[str, str], str] = {}
    for row in table.to_pylist():
        progress(1)
        form = row["structure"] if config.by == "structure" else row["python"] + row["inputs"]
        key = (form, row["program_id"] or "")
        if key in first:
            yield Reject(row["id"], str(SynthReason.DUPLICATE), f"the same structure as {first[key]}", row["python"])
            continue
        first[key] = row["id"]
        yield row


STAGE = Stage(
    lane="synth",
    name="dedup",
    function=dedup,
    schema=SCHEMA,
    config=lambda config: config.dedup,
    parents=("synth.build",),
    sharding=Sharding.GATHER,
    bounds=BOUNDS,
)
