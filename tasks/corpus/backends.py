"""The backends as a table: all that the corpus, its dataset and ``--trace`` know about each stands in its row.

A new backend is a package with its stages, and a row. Describing backends loads no engine.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE
from irmill.compiler.base.rows import Row, text_field, texts_field

PROGRAMS = "compiler.execute"
"""The stage whose rows are the programs, which every backend gives a form of its own."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the joined programs, and the column of the backend's stage that it is taken from."""

    field: pa.Field
    source: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One configuration of the dataset.

    Attributes:
        name: the configuration's name.
        stage: the stage whose rows it holds.
        about: one line for the card.
        group: the column whose equal values, numbers aside, never lie in two splits; None where rows name their split.
    """

    name: str
    stage: str
    about: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Backend:
    """One way to express and to run a program.

    Attributes:
        name: as the card has it.
        form: what a program becomes, in a few words.
        stage: the stage whose rows carry the form.
        program: the column of that stage that holds a program's id; null in rows that no program was made into.
        columns: what the form fills of the joined programs; null where a program has no form.
        value: the column of the joined programs that holds the answer, as text.
        answer: the answer of a row of the stage, as text.
        reads: columns of the stage that only ``answer`` and ``precision`` need.
        precision: the column of the stage that says ``float32`` where numbers are single; None where none are.
        complete: the column of the joined programs that a complete program has filled.
        dataset: the configuration of the dataset that holds the stage's rows.
        costs: the two columns of the stage that hold the cycles before and after optimization, where there is one.
        tags: for the card.
        limits: what a reader of the dataset must know, for the card.
        versions: distributions that compute the answer, for the record of a run.
        forms: ``package.module:function`` from executed programs (rows as :data:`PROGRAMS` has them) and a run's
            configuration to the names and texts of their forms, for ``--trace``; None where a compilation has them.
    """

    name: str
    form: str
    stage: str
    program: str
    columns: tuple[Column, ...]
    value: pa.Field
    answer: Callable[[Mapping[str, Any]], str]
    complete: str
    dataset: Dataset
    reads: tuple[str, ...] = ()
    precision: str | None = None
    costs: tuple[str, str] | None = None
    tags: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    forms: str | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the stage that the join reads, each once."""
        precision = () if self.precision is None else (self.precision,)
        return tuple(dict.fromkeys([*(column.source for column in self.columns), *self.reads, *precision]))

    def tolerance(self, row: Mapping[str, Any]) -> float:
        """How far, relatively, the answer of a row of the stage may be off."""
        single = self.precision is not None and row[self.precision] == "float32"
        return SINGLE_TOLERANCE if single else TOLERANCE

    def trace(self, programs: Sequence[Row], config: Any) -> Sequence[Row]:
        """The forms of executed programs by a run's configuration, by name; one for each program."""
        if self.forms is None or not programs:
            return [{} for _ in programs]
        return pkgutil.resolve_name(self.forms)(programs, config)


def datasets(backends: Sequence[Backend]) -> tuple[Dataset, ...]:
    """Every configuration of the dataset, the joined programs first."""
    about = "one program in every IR, with the answers of all backends side by side"
    return (Dataset("programs", "corpus.join", about), *(backend.dataset for backend in backends))


def _count(name: str, source: str) -> Column:
    return Column(pa.field(name, pa.int64(), nullable=True), source)


def _text(name: str, source: str = "") -> Column:
    return Column(text_field(name, nullable=True), source or name)


def _tasm_answer(row: Mapping[str, Any]) -> str:
    """What the optimized TASM, which the corpus ships, writes for the program's own operands."""
    from irmill.optimizer.tasm.run import word_written

    words = [int(word) for word in row["public_input"]]
    return word_written(row["tasm_optimized"], words, max_cycles=row["cycles_after"])


WASM = Backend(
    name="WASM",
    form="WebAssembly: its instructions, its module and its text",
    stage=PROGRAMS,
    program="id",
    columns=(
        Column(texts_field("ir"), "ir"),
        *(Column(text_field(name), name) for name in ("wat", "bytes")),
        Column(pa.field("module", pa.binary(), nullable=False), "module"),
        *(Column(text_field(name), name) for name in ("type", "type_by", "confirmed_by", "engine", "engine_version")),
    ),
    value=text_field("wasm_value"),
    answer=lambda row: row["value"],
    reads=("value",),
    complete="module",
    dataset=Dataset("wasm", PROGRAMS, "executed programs with every column of the compiler lane"),
    tags=("webassembly",),
    limits=(
        "`confirmed_by` says what confirmed a value: `reference`, the exact interpreter says the same; where its steps"
        " ran out, `checked`, the module rounds nothing and checks every step that could fail, or `fractions`, the"
        " module computes with exact fractions. What nothing confirmed is no row.",
    ),
    versions=("wasmtime",),
)

WARP = Backend(
    name="Warp",
    form="an NVIDIA Warp kernel with its C++ and CUDA, forward and adjoint",
    stage="synth.dedup",
    program="program_id",
    columns=(
        _text("warp_python", "python"),
        *map(_text, ("cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint")),
        _text("warp_dtype", "dtype"),
        _text("gradient_status"),
        Column(pa.field("gradient_error", pa.float64(), nullable=True), "gradient_error"),
        _text("cuda_status"),
    ),
    value=text_field("warp_value", nullable=True),
    answer=lambda row: row["answer"],
    reads=("answer",),
    precision="dtype",
    complete="warp_python",
    dataset=Dataset("kernels", "synth.dedup", "Warp kernels with C++ and CUDA, forward and adjoint", "structure"),
    tags=("warp", "cuda"),
    limits=("CUDA text is executed only where a GPU was there when the row was made; `cuda_status` says so.",),
    versions=("warp-lang",),
    forms="irmill.synth.forms:warp_forms",
)

TASM = Backend(
    name="TASM",
    form="TIR, and Triton VM assembly before and after optimization",
    stage="optimizer.speculate",
    program="program_id",
    columns=(
        *map(_text, ("tir", "tasm", "tasm_optimized")),
        _count("cycles", "cycles"),
        _count("cycles_optimized", "cycles_after"),
        _count("padded_height", "padded_height"),
        _count("padded_height_optimized", "padded_height_after"),
    ),
    value=text_field("tasm_value", nullable=True),
    answer=_tasm_answer,
    reads=("public_input",),
    complete="tasm_optimized",
    dataset=Dataset("blocks", "optimizer.speculate", "TIR blocks with TASM before and after optimization", "tir"),
    costs=("cycles", "cycles_after"),
    tags=("triton-vm",),
    limits=("`verified: execution` of a TASM program means equal results on the inputs tried, not a proof.",),
    forms="irmill.optimizer.forms:tasm_forms",
)

BACKENDS = (WASM, WARP, TASM)
"""In the order of their columns. The first runs every program, and the others are held against it."""
