"""Every kernel compiled, executed, and held against its program or the float64 reference; its adjoint checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

import pyarrow as pa

from irmill.compiler.base.again import tried_again
from irmill.compiler.base.rows import Progress, Reject, Row, content_id, silent, sorted_out, text_field
from irmill.compiler.base.stage import TRANSIENT, Stage
from irmill.synth.build import BuildConfig, KernelJob, NotBuilt, Outcome, build_kernels
from irmill.synth.launch import Launch
from irmill.synth.reasons import SynthReason
from irmill.synth.stages import extract

SCHEMA = pa.schema(
    [
        *extract.SCHEMA,
        text_field("answer"),
        text_field("reference"),
        text_field("gradient_status"),
        pa.field("gradient_error", pa.float64(), nullable=True),
        text_field("cuda_status"),
    ]
)
"""``answer``: the program's value by its kernel, or a JSON list of outputs; ``reference``: what it agrees with.
``gradient_status``: ``checked`` or ``not_applicable``; ``gradient_error``: relative, null where nothing was compared.
``cuda_status``: ``generated``, ``compiled`` or ``executed``."""

BOUNDS = {SynthReason.DISAGREE: 0.0, SynthReason.VALUE: 0.0, SynthReason.GRADIENT: 0.0, "*": 0.1}


def build(
    config: BuildConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Each row of the ``extract`` table with what its kernel answered."""
    return sorted_out(build_rows(inputs["extract"].to_pylist(), config, progress), SCHEMA)


def build_rows(rows: Sequence[Row], config: BuildConfig, progress: Progress = silent) -> Iterator[Row | Reject]:
    """What came of each kernel, in order. One whose worker died or took too long is tried again in a fresh one."""
    jobs = [_job(row) for row in rows]

    def run(some: Sequence[KernelJob]) -> list[Outcome]:
        return build_kernels(some, config, progress if some is jobs else silent)  # counted the first time

    outcomes = tried_again(run, jobs, lambda outcome: isinstance(outcome, NotBuilt) and outcome.reason in TRANSIENT)
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, NotBuilt):
            yield Reject(row["id"], str(outcome.reason), outcome.message, row["python"])
            continue
        found = asdict(outcome)
        row_id = content_id("build", row["id"], json.dumps(found, sort_keys=True))
        yield {**row, **found, "id": row_id, "parent_id": row["id"]}


def _job(row: Row) -> KernelJob:
    return KernelJob(
        name=row["kernel"],
        source=row["python"],
        launch=Launch.from_json(row["inputs"]),
        expected=None if row["value"] is None else (row["value"], row["truth"], row["rounds"]),
    )


STAGE = Stage(
    lane="synth",
    name="build",
    function=build,
    schema=SCHEMA,
    config=lambda config: config.build,
    parents=("synth.extract",),
    versions=("warp-lang", "numpy"),
    bounds=BOUNDS,
)
