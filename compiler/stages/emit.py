"""The stage ``emit``: the WebAssembly of every program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pyarrow as pa

from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out
from irmill.compiler.base.stage import Section, Stage
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.stages.columns import EMITTED_FIELDS
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.shapes import Shapes
from irmill.compiler.wasm.verify import InvalidModule


class EmitConfig(Section):
    """How WebAssembly is made: ``optimize`` lets rewrites run, which the corpus leaves off."""

    optimize: bool = False


SCHEMA = pa.schema(EMITTED_FIELDS)

BOUNDS = {"UNSUPPORTED": 0.2, "*": 0.0}


def emit_canonical(canonical: str, typed: Callable[[], TypedProgram], shapes: Shapes, config: EmitConfig) -> Emission:
    """The module of a program, ``/`` giving a whole number or the need to emit it again.

    Args:
        canonical: the program as the printer writes it.
        typed: the program, read where its shape is new.
        shapes: programs of shapes that it knows are not lowered again; what comes of them is the same.
        config: whether rewrites run.

    Raises:
        LanguageError: UNSUPPORTED, where the backend cannot express it or what it made is not valid.
    """
    try:
        return emit_program(typed(), optimize=True) if config.optimize else shapes.emit(canonical, typed)
    except InvalidModule as error:
        raise LanguageError(ErrorCode.UNSUPPORTED, f"what was emitted is not valid: {error}") from error


def _read(canonical: str) -> TypedProgram:
    return check_types(parse_text(canonical))


def emission_columns(emission: Emission) -> Row:
    """The columns that describe one emission."""
    return {
        "ir": list(emission.instructions),
        "bytes": emission.code.hex(),
        "module": emission.module,
        "wat": emission.wat,
        "type": str(emission.type),
        "type_by": str(emission.type_by),
    }


def emit(
    config: EmitConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``classify`` table with every program's module; what the backend cannot express is rejected."""
    shapes = Shapes()

    def emitted(row: Row) -> Row | Reject:
        progress(1)
        try:
            emission = emit_canonical(row["canonical"], partial(_read, row["canonical"]), shapes, config)
        except LanguageError as error:
            return Reject(row["id"], error.code, error.message, row["canonical"])
        own = content_id("emit", row["id"], emission.module.hex())
        return {**row, "id": own, "parent_id": row["id"], **emission_columns(emission)}

    return sorted_out(map(emitted, inputs["classify"].to_pylist()), SCHEMA)


STAGE = Stage(
    lane="compiler",
    name="emit",
    function=emit,
    schema=SCHEMA,
    config=lambda run: run.emit,
    parents=("compiler.classify",),
    bounds=BOUNDS,
)
