"""Rows straight from the stage functions, without store, flow or server, for ``irmill prompts`` and ``kernels``."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from irmill.compiler.base.rows import Reject, reject_table, silent
from irmill.compiler.stages.prompts import PromptsConfig, PromptsShard, prompts
from irmill.synth.stages import build, dedup, extract, kernels

Made = tuple[pa.Table, pa.Table]
"""The rows, and the rejected ones (:data:`compiler.base.rows.REJECT_SCHEMA`)."""


def prompt_rows(config: PromptsConfig, *, count: int, seed: int) -> Made:
    """Generated prompts with their gold canonical text and answer."""
    generated = config.model_copy(update={"count": count, "seed": seed, "file": None, "column": None})
    rows, rejects = prompts(PromptsShard(prompts=generated, start=0, rows=count), {}, seed=seed, progress=silent)
    return rows, reject_table(rejects)


def kernel_rows(config: Any, *, count: int, seed: int) -> Made:
    """Generated kernels that were extracted, compiled, executed, gradient-checked, and are no duplicates.

    Args:
        config: of a run; its sections for the synth lane count.
        count: kernels to generate.
        seed: equal seeds, equal bytes.
    """
    inputs: dict[str, pa.Table] = {}
    rejected: list[Reject] = []
    for stage in (kernels.STAGE, extract.STAGE, build.STAGE, dedup.STAGE):
        own = stage.config(config)
        if stage is kernels.STAGE:
            own = own.model_copy(update={"count": count})
        table, rejects = stage.function(own, inputs, seed=seed, progress=silent)
        inputs = {stage.name: table}
        rejected += rejects
    return inputs[dedup.STAGE.name], reject_table(rejected)
