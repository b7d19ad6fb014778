"""The tables of the optimizer lane: one schema a stage, each with the columns of the one before it and its own."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from irmill.compiler.base.rows import KEY_FIELDS, text_field, texts_field


class BlockSource(StrEnum):
    """Where a row of TIR comes from."""

    GENERATED = "generated"
    PROGRAM = "program"


class OptimizerReason(StrEnum):
    """Why this lane rejects a row, beside the language's own error codes."""

    TRAPPED = "TRAPPED"
    """the classical code of a generated block does not run to its end on the block's own input"""


def _count(name: str) -> pa.Field:
    return pa.field(name, pa.int64(), nullable=False)


BLOCKS = pa.schema(
    [
        *KEY_FIELDS,
        text_field("source"),
        text_field("kind"),
        text_field("split"),
        text_field("tir"),
        texts_field("operands"),
        texts_field("public_input"),
        texts_field("expected", nullable=True),
        text_field("program_id", nullable=True),
    ]
)
"""``kind`` is the family of a generated block, ``program`` for a program; ``split`` is ``train`` or ``held_out`` for
generated blocks, by family, and ``program`` for programs. ``tir`` is a whole TIR program that ends with ``halt``.
``operands`` are a program's literals, which it reads from ``public_input``; ``expected`` is the output, where known.
``program_id`` is the id of the executed program that it was lowered from."""

LOWER = pa.schema(
    [
        *BLOCKS,
        text_field("tasm"),
        _count("cycles"),
        _count("padded_height"),
        text_field("heights"),
        text_field("answer"),
    ]
)
"""``heights`` is JSON; ``answer`` is the first word of the output, empty where nothing is written."""

NETWORK_FIELDS = [
    text_field("kind"),
    text_field("name"),
    pa.field("shape", pa.list_(pa.field("item", pa.int64(), nullable=False)), nullable=False),
    pa.field("values", pa.list_(pa.field("item", pa.int64(), nullable=False)), nullable=False),
    pa.field("metric", pa.float64(), nullable=False),
    _count("step"),
]

COLDSTART = pa.schema([*KEY_FIELDS, *NETWORK_FIELDS])
"""Rows of kind ``weights``: a tensor in fixed point, 16 fraction bits. Rows of kind ``history``: ``metric`` is a figure
called ``name`` at ``step``, with no values."""

EVOLVE = COLDSTART

SPECULATE = pa.schema(
    [
        *LOWER,
        text_field("tasm_optimized"),
        _count("cycles_after"),
        _count("padded_height_after"),
        text_field("heights_after"),
        pa.field("improved", pa.bool_(), nullable=False),
        text_field("verified"),
        _count("trials"),
        _count("cycles_peephole"),
    ]
)
"""``verified`` is ``execution`` for a changed program, ``unchanged`` else; ``trials`` counts the inputs on which both
ran the same; ``cycles_peephole`` is what the peephole rules alone reach."""
