"""The whole compiler as one object: text in, every stage of its compilation out.

``irmill compile``, ``eval`` and ``reproduce`` use it. The flow runs the same engines stage by stage over tables
(:mod:`compiler.stages`).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from irmill.compiler.config import CompilerConfig
from irmill.compiler.execute.engine import WasmEngine, open_engine
from irmill.compiler.execute.run import Execution, run_programs
from irmill.compiler.lang.ast import operation_nodes, operation_of
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.interpret import Step
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import is_canonical, parse_text
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.stages import SHOWN_OPERATIONS
from irmill.compiler.wasm.emit import Emission

if TYPE_CHECKING:
    from irmill.compiler.model.lens import LensReading
    from irmill.compiler.model.load import LoadedModel
    from irmill.compiler.model.normalizer import Normalizer


class Stage(StrEnum):
    """Where a compilation ended."""

    NORMALIZE = "normalize"
    PARSE = "parse"
    CLASSIFY = "classify"
    EMIT = "emit"
    EXECUTE = "execute"


@dataclass(slots=True)
class Compilation:
    """One text and what every stage made of it; what no stage reached is empty.

    Attributes:
        text: the input, untouched.
        english: whether the model rewrote it.
        canonical: the program as text: the input itself, or the normalizer's answer.
        typed: the checked program.
        operations: the operation words that are emitted, one for each operation node, post-order.
        lens: what the logit lens read for them.
        steps: text and value of each operation, loops with the final one.
        emission: the WASM of the module that was run.
        value: the answer as the language shows it; None where there is an error.
        type: its machine type, and ``type_by`` the rule that decided it.
        engine: name of the engine that ran the module, empty where none did.
        error: None, or why there is no value; ``message`` is one line about it.
        stage: where the compilation ended.
        seconds: wall clock; a text of a batch is charged its share of the batch.
        trace: one line for each step the module takes, where asked for.
    """

    text: str
    english: bool = False
    canonical: str | None = None
    typed: TypedProgram | None = None
    operations: tuple[Operation, ...] = ()
    lens: tuple[LensReading, ...] = ()
    steps: tuple[Step, ...] = ()
    emission: Emission | None = None
    value: str | None = None
    type: str | None = None
    type_by: str | None = None
    engine: str | None = None
    error: ErrorCode | None = None
    message: str = ""
    stage: Stage = Stage.PARSE
    seconds: float = 0.0
    trace: tuple[str, ...] = field(default=())

    def fail(self, stage: Stage, code: ErrorCode, message: str) -> None:
        """Record why there is no value."""
        self.stage, self.error, self.message, self.value = stage, code, message, None


class Compiler:
    """Compiles texts in batches. The model and the engine are opened when the first text needs them.

    A context manager: leaving it ends the engine's process.
    """

    def __init__(self, config: CompilerConfig) -> None:
        self.config = config
        self._engine: WasmEngine | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self._engine.close()

    @cached_property
    def model(self) -> LoadedModel:
        """The language model. Raises InputError where it cannot be loaded."""
        from irmill.compiler.model.load import load_model

        return load_model(self.config.model)

    @cached_property
    def normalizer(self) -> Normalizer:
        """The normalizer on :attr:`model`."""
        from irmill.compiler.model.normalizer import make_normalizer

        return make_normalizer(self.model, self.config.normalizer)

    def engine(self) -> WasmEngine:
        """The WASM engine, open."""
        if self._engine is None:
            self._engine = open_engine(self.config.engine)
        return self._engine

    def compile_all(
        self, texts: Sequence[str], *, model_only: bool = False, trace: bool = False, optimize: bool = False
    ) -> list[Compilation]:
        """One compilation a text, in order. No text can cost another one its answer."""
        found: list[Compilation] = []
        for start in range(0, len(texts), self.config.batch_texts):
            batch = texts[start : start + self.config.batch_texts]
            began = time.perf_counter()
            compilations = [Compilation(text) for text in batch]
            self._normalize(compilations, model_only)
            for compilation in compilations:
                _parse(compilation)
            self._classify(compilations)
            self._execute(compilations, trace, optimize)
            share = (time.perf_counter() - began) / len(batch)
            for compilation in compilations:
                compilation.seconds = share
            found += compilations
        return found

    def _normalize(self, compilations: list[Compilation], model_only: bool) -> None:
        english: list[Compilation] = []
        for compilation in compilations:
            if not model_only and is_canonical(compilation.text):
                compilation.canonical = compilation.text
            else:
                compilation.english = True
                english.append(compilation)
        if not english:
            return
        answers = self.normalizer.normalize([compilation.text for compilation in english])
        for compilation, answer in zip(english, answers, strict=True):
            if answer.canonical is None:
                compilation.fail(Stage.NORMALIZE, answer.error or ErrorCode.ABSTAINED, answer.message)
            else:
                compilation.canonical = answer.canonical

    def _classify(self, compilations: list[Compilation]) -> None:
        from irmill.compiler.model.lens import LensItem, classify

        live = [compilation for compilation in compilations if compilation.operations]
        if not live:
            return
        items = [
            LensItem(
                compilation.text if compilation.english else None,
                compilation.canonical or "",
                None if compilation.english else SHOWN_OPERATIONS,
            )
            for compilation in live
        ]
        for compilation, readings in zip(live, classify(self.model, items), strict=True):
            compilation.lens = tuple(readings)
            if not compilation.english:
                continue
            heard = tuple(reading.operation for reading in readings)
            if heard != compilation.operations:
                at = next(
                    n for n, pair in enumerate(zip(heard, compilation.operations, strict=True)) if pair[0] != pair[1]
                )
                compilation.fail(
                    Stage.CLASSIFY,
                    ErrorCode.LENS_DISAGREES,
                    f"operation {at + 1} is {compilation.operations[at]} in the text and {heard[at]} to the lens",
                )

    def _execute(self, compilations: list[Compilation], trace: bool, optimize: bool) -> None:
        live = [c for c in compilations if c.error is None and c.typed is not None]
        if not live:
            return
        programs = [compilation.typed for compilation in live if compilation.typed is not None]
        executions = run_programs(programs, self.engine(), optimize=optimize, steps=True)
        for compilation, execution in zip(live, executions, strict=True):
            _record(compilation, execution)
            if trace and compilation.emission is not None:
                compilation.trace = _trace(compilation)


def _parse(compilation: Compilation) -> None:
    if compilation.canonical is None:
        return
    try:
        program = parse_text(compilation.canonical)
        compilation.typed = check_types(program)
    except LanguageError as error:
        compilation.fail(Stage.PARSE, error.code, error.message)
        return
    words = (operation_of(node) for node in operation_nodes(program))
    compilation.operations = tuple(word for word in words if word is not None)


def _record(compilation: Compilation, execution: Execution) -> None:
    compilation.emission = execution.emission
    compilation.type, compilation.type_by = execution.type, execution.type_by
    compilation.engine = execution.engine if execution.emission is not None else None
    compilation.steps = execution.reference.steps if execution.reference is not None else ()
    compilation.stage = Stage.EXECUTE
    if execution.error is not None:
        stage = Stage.EMIT if execution.emission is None else Stage.EXECUTE
        compilation.fail(stage, execution.error, execution.message)
    else:
        compilation.value = execution.value


def _trace(compilation: Compilation) -> tuple[str, ...]:
    from irmill.compiler.wasm.trace import trace_module

    if compilation.emission is None:
        return ()
    steps = trace_module(compilation.emission.body).steps
    return tuple(f"{step.text:24} {' '.join(map(str, step.stack))}".rstrip() for step in steps)
