"""The table of joined programs: one row a program, its forms and its answers side by side."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from irmill.compiler.lang.rows import KEY_FIELDS
from irmill.compiler.rows import LENS_FIELD, ORIGIN_FIELDS


class JoinReason(StrEnum):
    """Why a program is not in the corpus."""

    DISAGREE = "DISAGREE"
    """two backends give different answers"""
    DUPLICATE = "DUPLICATE"
    """the same question came before"""


def _text(name: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, pa.string(), nullable=nullable)


def _texts(name: str, *, nullable: bool = False) -> pa.Field:
    return pa.field(name, pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=nullable)


WARP_COLUMNS = ("warp_python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")

PROGRAMS = pa.schema(
    [
        *KEY_FIELDS,
        _text("question"),
        _text("canonical"),
        _texts("operands"),
        *ORIGIN_FIELDS,
        _texts("operations"),
        LENS_FIELD,
        _texts("ir"),
        _text("wat"),
        _text("bytes"),
        pa.field("module", pa.binary(), nullable=False),
        _text("type"),
        _text("type_by"),
        _text("engine"),
        _text("engine_version"),
        *(_text(name, nullable=True) for name in WARP_COLUMNS),
        _text("warp_dtype", nullable=True),
        _text("gradient_status", nullable=True),
        pa.field("gradient_error", pa.float64(), nullable=True),
        _text("cuda_status", nullable=True),
        _text("tir", nullable=True),
        _text("tasm", nullable=True),
        _text("tasm_optimized", nullable=True),
        pa.field("cycles", pa.int64(), nullable=True),
        pa.field("cycles_optimized", pa.int64(), nullable=True),
        pa.field("padded_height", pa.int64(), nullable=True),
        pa.field("padded_height_optimized", pa.int64(), nullable=True),
        _text("value"),
        _text("wasm_value"),
        _text("warp_value", nullable=True),
        _text("tasm_value", nullable=True),
        pa.field("complete", pa.bool_(), nullable=False),
    ]
)
"""``value`` is the program's answer; ``*_value`` what each backend said, null where it cannot express the program (then
the columns of its form are null, too). ``operands`` are the literals, in order of appearance: what the Warp kernel
takes and the TASM program reads. ``complete`` programs have every form."""
