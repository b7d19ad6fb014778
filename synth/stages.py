"""The synth lane's stage functions: kernels, extract, build, dedup, over tables.

Each takes its parents' tables and returns one table and the rows it rejected. Rows depend on the configuration, the
inputs and the seed alone: they hold no path, no time and no host, and they come out in the order in which they went in.
Only ``cuda_status`` depends on the machine (whether NVRTC and a device are there).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from irmill.compiler.base.answer import show, shown_agree
from irmill.compiler.base.rows import KEY_FIELDS, Progress, Reject, content_id, text_field
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.synth.build import Built, KernelJob, build_kernels
from irmill.synth.config import BuildConfig, DedupConfig, ExtractConfig, KernelsConfig
from irmill.synth.dedup import structure_id
from irmill.synth.extract import KernelSource, extract_sources
from irmill.synth.from_program import lower_program
from irmill.synth.kernels.render import GeneratedKernel, generate_kernels
from irmill.synth.launch import Launch
from irmill.synth.reasons import SynthError, SynthReason, one_line

Row = dict[str, Any]


KERNELS_SCHEMA = pa.schema(
    [
        *KEY_FIELDS,
        text_field("family"),
        text_field("form"),
        text_field("split"),
        text_field("source"),
        text_field("kernel"),
        text_field("python"),
        text_field("dtype"),
        pa.field("operands", pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=False),
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
for
generated kernels. ``truth``: it is a truth value. ``rounds``: a program's float kernel that may round."""

EXTRACT_SCHEMA = pa.schema(
    [*KERNELS_SCHEMA, *(text_field(name) for name in ("cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint"))]
)
"""The kernel's functions alone."""

BUILD_SCHEMA = pa.schema(
    [
        *EXTRACT_SCHEMA,
        text_field("answer"),
        text_field("reference"),
        text_field("gradient_status"),
        pa.field("gradient_error", pa.float64(), nullable=True),
        text_field("cuda_status"),
    ]
)
"""``answer``: the program's value by its kernel, or a JSON list of outputs; ``reference``: what it agrees with.
``gradient_status``: ``checked`` or ``not_applicable``; ``gradient_error``: relative, null where nothing was compared.
``cuda_status``: ``generated``, ``compiled`` or ``executed``."""

DEDUP_SCHEMA = BUILD_SCHEMA


def kernels(
    config: KernelsConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Generated kernels, then one for each program of the ``execute`` table that a kernel can express.

    ``execute`` has ``id``, ``seed``, ``canonical`` and ``value``; ``split`` is taken over where it is there. Programs
    that are not lowered are rejected as UNSUPPORTED.
    """
    rows: list[Row] = []
    rejects: list[Reject] = []
    generated = generate_kernels(
        config.count, seed, config.families, elements=config.elements, float32_share=config.float32_share
    )
    for kernel in generated:
        rows.append(_generated_row(kernel, seed))
        progress(1)
    programs = inputs.get("execute")
    for program in programs.to_pylist() if programs is not None else ():
        try:
            rows.append(_program_row(program, config))
        except (SynthError, LanguageError) as error:
            reason = error.reason if isinstance(error, SynthError) else error.code
            rejects.append(Reject(program["id"], str(reason), one_line(error.message), program["canonical"]))
        progress(1)
    return pa.Table.from_pylist(rows, schema=KERNELS_SCHEMA), rejects


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


def _program_row(program: Row, config: KernelsConfig) -> Row:
    lowered = lower_program(check_types(parse_text(program["canonical"])), config)
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


def extract(
    config: ExtractConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """C++ and CUDA, forward and adjoint, of each row of the ``kernels`` table."""
    incoming = inputs["kernels"].to_pylist()
    rows: list[Row] = []
    rejects: list[Reject] = []
    sources = [KernelSource(row["kernel"], row["python"]) for row in incoming]
    for row, found in zip(incoming, extract_sources(sources, config), strict=True):
        progress(1)
        if found.error is not None:
            rejects.append(Reject(row["id"], str(found.error.code), found.error.message, row["python"]))
            continue
        texts = {name: getattr(found, name) for name in ("cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")}
        rows.append(_derived("extract", row, texts, texts.values()))
    return pa.Table.from_pylist(rows, schema=EXTRACT_SCHEMA), rejects


def build(
    config: BuildConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Compiles, executes and checks each row of the ``extract`` table."""
    incoming = inputs["extract"].to_pylist()
    jobs = [
        KernelJob(
            name=row["kernel"],
            source=row["python"],
            launch=Launch.from_json(row["inputs"]),
            expected=None if row["value"] is None else (row["value"], row["truth"], row["rounds"]),
        )
        for row in incoming
    ]
    rows: list[Row] = []
    rejects: list[Reject] = []
    for row, outcome in zip(incoming, build_kernels(jobs, config, progress), strict=True):
        if not isinstance(outcome, Built):
            rejects.append(Reject(row["id"], str(outcome.reason), outcome.message, row["python"]))
            continue
        found = {
            "answer": outcome.answer,
            "reference": outcome.reference,
            "gradient_status": str(outcome.gradient_status),
            "gradient_error": outcome.gradient_error,
            "cuda_status": str(outcome.cuda_status),
        }
        rows.append(_derived("build", row, found, [json.dumps(found, sort_keys=True)]))
    return pa.Table.from_pylist(rows, schema=BUILD_SCHEMA), rejects


def dedup(
    config: DedupConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``build`` table without duplicates; the first row of each structure stays.

    A program's kernel belongs to its program: two programs of one structure (``50 - 15``, ``7 - 2``) both keep theirs,
    and only a second row of the same program is a duplicate. ``structure`` tells them apart where a corpus wants
    neither.
    """
    rows: list[Row] = []
    rejects: list[Reject] = []
    first: dict[tuple[str, str], str] = {}
    for row in inputs["build"].to_pylist():
        progress(1)
        form = row["structure"] if config.by == "structure" else row["python"] + row["inputs"]
        key = (form, row["program_id"] or "")
        if key in first:
            message = f"the same structure as {first[key]}"
            rejects.append(Reject(row["id"], str(SynthReason.DUPLICATE), message, row["python"]))
            continue
        first[key] = row["id"]
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=DEDUP_SCHEMA), rejects


def _derived(stage: str, row: Row, found: Mapping[str, Any], parts: Iterable[str]) -> Row:
    """A row of the next stage: what the parent's row holds, what was found, and an id made of both."""
    return {**row, **found, "id": content_id(stage, row["id"], *parts), "parent_id": row["id"]}
