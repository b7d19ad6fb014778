"""Rows straight from the stage functions, without store, flow or server, for ``irmill prompts`` and ``kernels``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from irmill.compiler.base.rows import REJECT_SCHEMA, Progress, Reject, reject_table
from irmill.compiler.stages.prompts import PromptsConfig, PromptsShard, prompts
from irmill.synth.config import BuildConfig, DedupConfig, ExtractConfig, KernelsConfig

Made = tuple[pa.Table, pa.Table]
"""The rows, and the rejected ones (:data:`compiler.lang.rows.REJECT_SCHEMA`)."""


def _silent(rows: int) -> None:
    del rows


def prompt_rows(config: PromptsConfig, *, count: int, seed: int) -> Made:
    """Generated prompts with their gold canonical text and answer."""
    generated = config.model_copy(update={"count": count, "seed": seed, "file": None, "column": None})
    rows, rejects = prompts(PromptsShard(prompts=generated, start=0, rows=count), {}, seed=seed, progress=_silent)
    return rows, reject_table(rejects)


def kernel_rows(
    kernels: KernelsConfig, extract: ExtractConfig, build: BuildConfig, dedup: DedupConfig, *, count: int, seed: int
) -> Made:
    """Generated kernels that were extracted, compiled, executed, gradient-checked, and are no duplicates."""
    from irmill.synth import stages

    table, rejected = stages.kernels(kernels.model_copy(update={"count": count}), {}, seed=seed, progress=_silent)
    tables = [reject_table(rejected)]
    steps: list[tuple[str, Callable[[Mapping[str, pa.Table], Progress], tuple[pa.Table, list[Reject]]]]] = [
        ("kernels", lambda inputs, progress: stages.extract(extract, inputs, seed=seed, progress=progress)),
        ("extract", lambda inputs, progress: stages.build(build, inputs, seed=seed, progress=progress)),
        ("build", lambda inputs, progress: stages.dedup(dedup, inputs, seed=seed, progress=progress)),
    ]
    for parent, step in steps:
        table, rejected = step({parent: table}, _silent)
        tables.append(reject_table(rejected))
    return table, pa.concat_tables(tables).cast(REJECT_SCHEMA)
