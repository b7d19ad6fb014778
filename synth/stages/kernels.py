"""Warp kernels: generated ones, and one for each executed program that a kernel can express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.answer import show, shown_agree
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
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.synth.from_program import MAX_STATEMENTS, MAX_STEPS, lower_program
from irmill.synth.kernels.render import GeneratedKernel, generate_kernels
from irmill.synth.reasons import SynthError, SynthReason, one_line
from irmill.synth.structure import structure_id

Family = Literal["elementwise", "branches", "loops", "reduction"]


class KernelsConfig(Section):
    """The kernels that a run generates, and the limits of lowering programs."""

    count: int = Field(default=40, ge=0)
    """generated kernels in all, however they are cut into shards"""
    families: tuple[Family, ...] = ("elementwise", "branches", "loops", "reduction")
    elements: int = Field(default=16, ge=2, le=4096)
    """threads of a generated kernel's launch, and elements of its arrays"""
    float32_share: float = Field(default=0.25, ge=0.0, le=1.0)
    max_statements: int = Field(default=MAX_STATEMENTS, ge=1)
    """a program that lowers to more statements is UNSUPPORTED"""
    max_steps: int = Field(default=MAX_STEPS, ge=1)
    """steps of the exact run that decides the kernel's number type; past it the intervals decide"""


SCHEMA = pa.schema(
    [
        *KEY_FIELDS,
        text_field("family"),
        text_field("form"),
        text_field("split"),
        text_field("source"),
        text_field("kernel"),
        text_field("python"),
        text_field("dtype"),
        texts_field("operands"),
        text_field("inputs"),
        text_field("structure"),
        text_field("program_id", nullable=True),
        text_field("value", nullable=True),
        pa.field("truth", pa.bool_(), nullable=False),
        pa.field("rounds", pa.bool_(), nullable=False),
    ]
)
"""``source``: ``generated`` or ``program``. ``form``: the family's form; ``lowered`` for programs. ``inputs``: JSON of
:class:`synth.launch.Launch`. ``structure``: the hash of the normal form. ``value``: the program's value as shown; null
for generated kernels. ``truth``: it is a truth value. ``rounds``: a program's float kernel that may round."""

BOUNDS = {SynthReason.UNSUPPORTED: 0.8, "*": 0.1}


def kernels(
    config: KernelsConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Generated kernels, then one for each program of the ``execute`` table that a kernel can express."""
    return sorted_out(_outcomes(config, inputs.get("execute"), seed, progress), SCHEMA)


def _outcomes(
    config: KernelsConfig, programs: pa.Table | None, seed: int, progress: Progress
) -> Iterator[Row | Reject]:
    generated = generate_kernels(
        config.count, seed, config.families, elements=config.elements, float32_share=config.float32_share
    )
    for kernel in generated:
        yield _generated_row(kernel, seed)
        progress(1)
    for program in programs.to_pylist() if programs is not None else ():
        yield lower_kernel_row(program, config)
        progress(1)


def _generated_row(kernel: GeneratedKernel, seed: int) -> Row:
    inputs = kernel.launch.to_json()
    return {
        "id": content_id("kernel", kernel.python, inputs),
        "parent_id": None,
        "seed": seed,
        "family": kernel.family,
        "form": kernel.form,
        "split": kernel.split,
        "source": "generated",
        "kernel": kernel.name,
        "python": kernel.python,
        "dtype": kernel.dtype,
        "operands": [],
        "inputs": inputs,
        "structure": structure_id(kernel.python),
        "program_id": None,
        "value": None,
        "truth": False,
        "rounds": True,
    }


def lower_kernel_row(program: Row, config: KernelsConfig) -> Row | Reject:
    """The kernel of one executed program: ``id``, ``seed``, ``canonical``, ``value``, and ``split`` where it is there.

    A program that a kernel cannot express is rejected as UNSUPPORTED, or with the program's own error.
    """
    try:
        return _program_row(program, config)
    except SynthError as error:
        reason, message = str(error.reason), error.message
    except LanguageError as error:
        reason, message = str(error.code), error.message
    return Reject(program["id"], reason, one_line(message), program["canonical"])


def _program_row(program: Row, config: KernelsConfig) -> Row:
    typed = check_types(parse_text(program["canonical"]))
    lowered = lower_program(typed, max_statements=config.max_statements, max_steps=config.max_steps)
    if lowered.value is not None and not shown_agree(show(lowered.value), program["value"]):
        message = f"the lowered program gives {show(lowered.value)}, the program {program['value']}"
        raise SynthError(SynthReason.DISAGREE, message)
    inputs = lowered.launch.to_json()
    return {
        "id": content_id("kernel", lowered.python, inputs, program["id"]),
        "parent_id": program["id"],
        "seed": program["seed"],
        "family": "program",
        "form": "lowered",
        "split": program.get("split") or "train",
        "source": "program",
        "kernel": lowered.name,
        "python": lowered.python,
        "dtype": lowered.dtype,
        "operands": list(lowered.operands),
        "inputs": inputs,
        "structure": structure_id(lowered.python),
        "program_id": program["id"],
        "value": program["value"],
        "truth": lowered.truth,
        "rounds": lowered.rounds,
    }


STAGE = Stage(
    lane="synth",
    name="kernels",
    function=kernels,
    schema=SCHEMA,
    config=lambda config: config.kernels,
    parents=("compiler.execute",),
    sharding=Sharding.SOURCE_AND_MAP,
    bounds=BOUNDS,
)
