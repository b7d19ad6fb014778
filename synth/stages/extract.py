"""C++ and CUDA, forward and adjoint, of every kernel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from irmill.compiler.base.again import tried_again
from irmill.compiler.base.rows import Progress, Reject, Row, content_id, silent, sorted_out, text_field
from irmill.compiler.base.stage import TRANSIENT, Stage
from irmill.synth.extract import ExtractConfig, ExtractedKernel, KernelSource, extract_sources
from irmill.synth.stages import kernels

TEXTS = ("cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")

SCHEMA = pa.schema([*kernels.SCHEMA, *map(text_field, TEXTS)])
"""The kernel's functions alone."""

BOUNDS = {"*": 0.02}


def extract(
    config: ExtractConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The texts of each row of the ``kernels`` table."""
    return sorted_out(extract_rows(inputs["kernels"].to_pylist(), config, progress), SCHEMA)


def extract_rows(rows: Sequence[Row], config: ExtractConfig, progress: Progress = silent) -> Iterator[Row | Reject]:
    """The texts of each kernel, in order. One whose worker died or took too long is tried again in a fresh one."""
    sources = [KernelSource(row["kernel"], row["python"]) for row in rows]

    def run(some: Sequence[KernelSource]) -> Iterator[ExtractedKernel]:
        for found in extract_sources(some, config):
            if some is sources:  # what is tried again is counted already
                progress(1)
            yield found

    results = tried_again(run, sources, lambda found: found.error is not None and found.error.code in TRANSIENT)
    for row, found in zip(rows, results, strict=True):
        if found.error is not None:
            yield Reject(row["id"], str(found.error.code), found.error.message, row["python"])
            continue
        texts = {name: getattr(found, name) for name in TEXTS}
        yield {**row, **texts, "id": content_id("extract", row["id"], *texts.values()), "parent_id": row["id"]}


STAGE = Stage(
    lane="synth",
    name="extract",
    function=extract,
    schema=SCHEMA,
    config=lambda config: config.extract,
    parents=("synth.kernels",),
    versions=("warp-lang", "numpy"),
    bounds=BOUNDS,
)
