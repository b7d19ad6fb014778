"""Speculative lowering of every row, guided by the evolved network: never worse than classical, and verified."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out, text_field
from irmill.compiler.base.stage import Section, Stage
from irmill.optimizer.lower.carry import rewrite_blocks
from irmill.optimizer.lower.flow import analyse
from irmill.optimizer.lower.items import items_of
from irmill.optimizer.lower.peephole import peephole
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.optimize import optimize_tasm
from irmill.optimizer.policy.guide import Guide
from irmill.optimizer.search.astar import PriorSource
from irmill.optimizer.stages import coldstart, lower
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.vm import RunLimits, execute


class SpeculateConfig(Section):
    """Speculative lowering: how hard to search, and how many inputs each result is run on."""

    expansions: int = Field(default=2_000, ge=0)
    """States that the search may expand for one program or block."""
    each: int = Field(default=40, ge=1)
    """States that one search may expand."""
    windows: tuple[int, ...] = (4,)
    """Lengths of the windows that the search slides along longer lines."""
    whole: int = Field(default=24, ge=0)
    """The longest line that the network searches as a whole."""
    trials: int = Field(default=6, ge=1)
    max_cycles: int = Field(default=1_000_000, ge=1)


SCHEMA = pa.schema(
    [
        *lower.SCHEMA,
        text_field("tasm_optimized"),
        pa.field("cycles_after", pa.int64(), nullable=False),
        pa.field("padded_height_after", pa.int64(), nullable=False),
        text_field("heights_after"),
        pa.field("improved", pa.bool_(), nullable=False),
        text_field("verified"),
        pa.field("trials", pa.int64(), nullable=False),
        pa.field("cycles_peephole", pa.int64(), nullable=False),
    ]
)
"""``verified`` is ``execution`` for a changed program, ``unchanged`` else; ``trials`` counts the inputs on which both
ran the same; ``cycles_peephole`` is what the peephole rules alone reach."""

BOUNDS = {"*": 0.0}


def speculate(
    config: SpeculateConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Each row of the ``lower`` table with its optimized TASM, guided by the network of ``evolve``."""
    guide = Guide(coldstart.weights_of(inputs["evolve"]))

    def outcomes() -> Iterator[Row]:
        for row in inputs["lower"].to_pylist():
            yield speculate_row(row, config, guide, seed)
            progress(1)

    return sorted_out(outcomes(), SCHEMA)


def speculate_row(row: Row, config: SpeculateConfig, guide: PriorSource | None, seed: int) -> Row:
    """One lowered row with its optimized TASM; ``guide`` is the network that orders the search, None for no preference.

    Raises:
        ValueError: the row's TASM does not run on its input.
    """
    words = [int(word) for word in row["public_input"]]
    effort = Effort(config.expansions, config.each, config.windows, config.whole)
    result = optimize_tasm(
        row["tasm"], words, effort=effort, guide=guide, trials=config.trials, max_cycles=config.max_cycles
    )
    after = result.after
    heights = None if after is None else after.heights
    if after is None or heights is None or after.padded_height is None:
        raise ValueError(f"row {row['id']} ran when it was lowered, and does not now")
    return {
        **row,
        "id": content_id("speculate", row["id"], result.tasm),
        "parent_id": row["id"],
        "seed": seed,
        "tasm_optimized": result.tasm,
        "cycles_after": after.cycles,
        "padded_height_after": after.padded_height,
        "heights_after": json.dumps(dict(heights)),
        "improved": result.tasm != row["tasm"],
        "verified": result.verified,
        "trials": result.trials,
        "cycles_peephole": _peephole_cycles(row["tasm"], words, config.max_cycles),
    }


def _peephole_cycles(source: str, words: Sequence[int], max_cycles: int) -> int:
    """Cycles after the peephole rules alone."""
    items = items_of(parse_tasm(source))
    simple = rewrite_blocks(items, analyse(items), peephole)
    return execute(assemble(simple), words, limits=RunLimits(max_cycles=max_cycles)).cycles


STAGE = Stage(
    lane="optimizer",
    name="speculate",
    function=speculate,
    schema=SCHEMA,
    config=lambda config: config.speculate,
    parents=("optimizer.lower", "optimizer.evolve"),
    versions=("numpy",),
    bounds=BOUNDS,
)
