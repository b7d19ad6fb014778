"""The table of joined programs: one row a program, its forms and its answers side by side."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from irmill.compiler.base.rows import KEY_FIELDS, text_field, texts_field
from irmill.compiler.stages.columns import LENS_FIELD, ORIGIN_FIELDS


class JoinReason(StrEnum):
    """Why a program is not in the corpus."""

    DISAGREE = "DISAGREE"
    """two backends give different answers"""
    DUPLICATE = "DUPLICATE"
    """the same question came before"""


WARP_COLUMNS = ("warp_python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")

PROGRAMS = pa.schema(
    [
        *KEY_FIELDS,
        text_field("question"),
        text_field("canonical"),
        texts_field("operands"),
        *ORIGIN_FIELDS,
        texts_field("operations"),
        LENS_FIELD,
        texts_field("ir"),
        text_field("wat"),
        text_field("bytes"),
        pa.field("module", pa.binary(), nullable=False),
        text_field("type"),
        text_field("type_by"),
        text_field("engine"),
        text_field("engine_version"),
        *(text_field(name, nullable=True) for name in WARP_COLUMNS),
        text_field("warp_dtype", nullable=True),
        text_field("gradient_status", nullable=True),
        pa.field("gradient_error", pa.float64(), nullable=True),
        text_field("cuda_status", nullable=True),
        text_field("tir", nullable=True),
        text_field("tasm", nullable=True),
        text_field("tasm_optimized", nullable=True),
        pa.field("cycles", pa.int64(), nullable=True),
        pa.field("cycles_optimized", pa.int64(), nullable=True),
        pa.field("padded_height", pa.int64(), nullable=True),
        pa.field("padded_height_optimized", pa.int64(), nullable=True),
        text_field("value"),
        text_field("wasm_value"),
        text_field("warp_value", nullable=True),
        text_field("tasm_value", nullable=True),
        pa.field("complete", pa.bool_(), nullable=False),
    ]
)
"""``value`` is the program's answer; ``*_value`` what each backend said, null where it cannot express the program (then
the columns of its form are null, too). ``operands`` are the literals, in order of appearance: what the Warp kernel
takes and the TASM program reads. ``complete`` programs have every form."""
