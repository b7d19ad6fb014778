"""An executed program as Triton VM assembly, as the corpus has it: what ``irmill compile --trace`` adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from irmill.compiler.base.rows import Reject, Row
from irmill.optimizer.stages import blocks, lower, speculate
from irmill.optimizer.tasm.run import word_written


def tasm_forms(programs: Sequence[Row], config: Any) -> list[Row]:
    """The forms of each executed program, made by the lane's own stages.

    There is no evolved network outside of a run, so the optimized TASM is searched for with the uniform prior, with
    the effort, the trials and the cycles that the configuration gives. What fails is named in place of the answer,
    ``{"tasm_answer": "UNSUPPORTED: ..."}``.

    Args:
        programs: rows as ``execute`` has them.
        config: of a run; its sections for the optimizer lane count.
    """
    return [_form(program, config) for program in programs]


def _form(program: Row, config: Any) -> Row:
    block = blocks.lower_block_row(program, config.blocks, seed=0)
    if isinstance(block, Reject):
        return {"tasm_answer": f"{block.reason}: {block.message}"}
    lowered = lower.lower_row(block, config.lower, seed=0)
    if isinstance(lowered, Reject):
        return {"tir": block["tir"], "tasm_answer": f"{lowered.reason}: {lowered.message}"}
    row = speculate.speculate_row(lowered, config.speculate, None, seed=0)
    words = [int(word) for word in row["public_input"]]
    return {
        "tir": row["tir"],
        "tasm": row["tasm"],
        "tasm_optimized": row["tasm_optimized"],
        "tasm_cycles": [row["cycles"], row["cycles_after"]],
        "tasm_answer": row["answer"],
        "tasm_optimized_answer": word_written(row["tasm_optimized"], words, row["cycles_after"]),
    }
