"""TIR: generated blocks, and every executed program that the machine can express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.answer import as_number
from irmill.compiler.base.rows import (
    KEY_FIELDS,
    Progress,
    Reject,
    Row,
    content_id,
    sorted_out,
    text_field,
    texts_field,
)
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.optimizer.lower.classical import lower_program
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.vm import RunLimits, Status, execute
from irmill.optimizer.tir.from_program import lower_typed
from irmill.optimizer.tir.generate import GeneratedBlock, generate_blocks
from irmill.optimizer.tir.text import print_tir

PROGRAM = "program"
"""Source, kind and split of what is lowered from a program."""


class BlocksConfig(Section):
    """Where blocks come from: generated ones by families of algorithms, and whole programs of the compiler lane."""

    count: int = Field(default=240, ge=0)
    """Generated blocks."""
    shard_rows: int = Field(default=240, ge=1)
    max_cycles: int = Field(default=1_000_000, ge=1)
    """A program whose TASM takes more on its own operands is UNSUPPORTED."""
    max_nodes: int = Field(default=2_000, ge=1)
    """A program with more nodes in its syntax tree is UNSUPPORTED."""


SCHEMA = pa.schema(
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
"""``source`` is ``generated`` or ``program``; ``kind`` is the family of a generated block, ``program`` for a program;
``split`` is ``train`` or ``held_out`` for generated blocks, by family, and ``program`` for programs. ``tir`` is a whole
TIR program that ends with ``halt``. ``operands`` are a program's literals, which it reads from ``public_input``;
``expected`` is the output, where known. ``program_id`` is the id of the executed program that it was lowered from."""

BOUNDS = {ErrorCode.UNSUPPORTED: 0.8, "*": 0.1}


def blocks(
    config: BlocksConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Generated blocks where ``config.count`` asks for them, and the programs of ``execute`` where it is given."""
    return sorted_out(_outcomes(config, inputs.get("execute"), seed, progress), SCHEMA)


def _outcomes(config: BlocksConfig, programs: pa.Table | None, seed: int, progress: Progress) -> Iterator[Row | Reject]:
    for block in generate_blocks(config.count, seed) if config.count else ():
        yield _generated_row(block, seed)
        progress(1)
    for program in programs.select(["id", "canonical", "value"]).to_pylist() if programs is not None else ():
        yield lower_block_row(program, config, seed)
        progress(1)


def _generated_row(block: GeneratedBlock, seed: int) -> Row:
    text = print_tir(block.code)
    return {
        "id": content_id("blocks", text, *map(str, block.public_input)),
        "parent_id": None,
        "seed": seed,
        "source": "generated",
        "kind": block.family,
        "split": block.split,
        "tir": text,
        "operands": [],
        "public_input": [str(word) for word in block.public_input],
        "expected": None,
        "program_id": None,
    }


def lower_block_row(program: Row, config: BlocksConfig, seed: int) -> Row | Reject:
    """The TIR of one executed program (``id``, ``canonical``, ``value``).

    One that TASM cannot express, or that does not run to its end within the cycles, is rejected as UNSUPPORTED.
    """
    try:
        return _program_row(program, config, seed)
    except LanguageError as error:
        return Reject(program["id"], error.code, error.message, program["canonical"])


def _program_row(program: Row, config: BlocksConfig, seed: int) -> Row:
    lowered = lower_typed(check_types(parse_text(program["canonical"])), config.max_nodes)
    run = execute(
        assemble(lower_program(lowered.code)), lowered.operands, limits=RunLimits(max_cycles=config.max_cycles)
    )
    if run.status is not Status.OK:
        raise LanguageError(ErrorCode.UNSUPPORTED, f"a step leaves 0 to 2^32 - 1 or the limits: {run.message}")
    text = print_tir(lowered.code)
    operands = [str(word) for word in lowered.operands]
    return {
        "id": content_id("blocks", program["id"], text),
        "parent_id": program["id"],
        "seed": seed,
        "source": PROGRAM,
        "kind": PROGRAM,
        "split": PROGRAM,
        "tir": text,
        "operands": operands,
        "public_input": operands,
        "expected": [as_number(program["value"])],
        "program_id": program["id"],
    }


STAGE = Stage(
    lane="optimizer",
    name="blocks",
    function=blocks,
    schema=SCHEMA,
    config=lambda config: config.blocks,
    parents=("compiler.execute",),
    sharding=Sharding.SOURCE_AND_MAP,
    bounds=BOUNDS,
)
