"""The whole compiler as one object: texts in, every stage of their compilation out.

``irmill compile``, ``eval`` and ``reproduce`` use it. What happens to a text is what happens to a row of the corpus:
the same functions of :mod:`compiler.stages`, in the same order, on batches that are cut in the same way.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from irmill.compiler.base.rows import silent
from irmill.compiler.base.stage import Section
from irmill.compiler.execute.engine import EngineConfig, WasmEngine, open_engine
from irmill.compiler.execute.run import Confirmation, Emitted
from irmill.compiler.lang.ast import operation_words
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.interpret import Step
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.types import TypedProgram
from irmill.compiler.model.config import LensConfig, ModelConfig, NormalizerConfig
from irmill.compiler.stages.classify import ClassifyConfig, Written, read_operations
from irmill.compiler.stages.emit import EmitConfig, emit_canonical
from irmill.compiler.stages.execute import execute_emitted
from irmill.compiler.stages.normalize import Reading, read_questions
from irmill.compiler.wasm.emit import Emission
from irmill.compiler.wasm.shapes import Shapes
from irmill.compiler.wasm.trace import PAGE_STEPS, Trace, trace_module

if TYPE_CHECKING:
    from irmill.compiler.model.load import LoadedModel
    from irmill.compiler.model.normalizer import CalibratedNormalizer
    from irmill.compiler.model.readings import LensReading


class CompilerConfig(Section):
    """All that one sentence's way from text to value depends on: sections of a run's configuration.

    Attributes:
        model: the language model.
        normalizer: how it turns English into a program.
        lens: where it names operations.
        emit: how WebAssembly is made.
        engine: how modules are executed.
    """

    model: ModelConfig = ModelConfig()
    normalizer: NormalizerConfig = NormalizerConfig()
    lens: LensConfig = LensConfig()
    emit: EmitConfig = EmitConfig()
    engine: EngineConfig = EngineConfig()


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a row of the corpus with this text would be left out although it has a program: stage, code, one line."""

    stage: str
    error: ErrorCode
    message: str


@dataclass(slots=True)
class Compilation:
    """One text and what every stage made of it; what no stage reached is empty.

    Attributes:
        text: the input, untouched.
        stage: the stage that it ended in.
        canonical: the program as the printer writes it; None where the text is no program.
        typed: the checked program.
        english: whether the model was asked.
        confidence: the normalizer's, in [0, 1]; 1 for canonical text.
        operations: the operation words that are emitted, one for each operation node, post-order.
        lens: what the logit lens read for them.
        objection: for English, where the lens reads another operation; empty where it reads the same.
        rejection: what rejects the text, where it was compiled to the end all the same.
        steps: text and value of each operation, loops with the final one.
        emission: the WASM of the module that was run; ``type`` and ``type_by`` are its own.
        value: the answer as the language shows it; None where there is an error.
        confirmed_by: what confirmed it; None without a value.
        engine: name of the engine that ran the module.
        error: None, or why there is no value; ``message`` is one line about it.
        seconds: wall clock; a text is charged its share of all that were compiled with it.
        trace: a page of the steps that the module takes, where asked for.
    """

    text: str
    stage: str = "normalize"
    canonical: str | None = None
    typed: TypedProgram | None = None
    english: bool = False
    confidence: float = 1.0
    operations: tuple[Operation, ...] = ()
    lens: tuple[LensReading, ...] = ()
    objection: str = ""
    rejection: Rejection | None = None
    steps: tuple[Step, ...] = ()
    emission: Emission | None = None
    value: str | None = None
    confirmed_by: Confirmation | None = None
    engine: str | None = None
    error: ErrorCode | None = None
    message: str = ""
    seconds: float = 0.0
    trace: Trace | None = None


@dataclass(frozen=True, slots=True)
class TracePage:
    """Which steps of a module's run are kept: ``steps`` of them from the ``first`` on, counted from 1."""

    first: int = 1
    steps: int = PAGE_STEPS


def compile_texts(
    texts: Sequence[str],
    config: CompilerConfig | None = None,
    *,
    model_only: bool = False,
    trace: TracePage | None = None,
) -> list[Compilation]:
    """One compilation a text, in order. No text can cost another one its answer: errors are in the results.

    >>> import irmill
    >>> sentence, fault = irmill.compile_texts(["Janet has 50 apples. She gives away 15.", "1 / 0 = "])
    >>> sentence.canonical, sentence.value, sentence.emission.code.hex()
    ('50 - 15 = ', '35', '4132410f6b')
    >>> str(fault.error), fault.value
    ('DIV_BY_ZERO', None)

    Args:
        texts: English or canonical.
        config: the model, the engine and how they are used; None for the defaults, on the embedded model. A
            :class:`Compiler` keeps both open between calls.
        model_only: canonical text goes to the model, too.
        trace: run each module once more, instruction by instruction, and keep this page.

    Raises:
        InputError: the model cannot be loaded, or the engine that the configuration names cannot be used here.
        TypeError: ``texts`` is a single text.
    """
    if isinstance(texts, str):
        raise TypeError("compile_texts takes a list of texts, not one text")
    with Compiler(config or CompilerConfig()) as compiler:
        return compiler.compile_all(texts, model_only=model_only, trace=trace)


class Compiler:
    """Compiles texts. The model and the engine are opened when the first text needs them.

    A context manager: leaving it ends the engine's process.
    """

    def __init__(self, config: CompilerConfig) -> None:
        self.config = config
        self._engine: WasmEngine | None = None
        self._shapes = Shapes()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._engine is not None:
            self._engine.close()

    @cached_property
    def model(self) -> LoadedModel:
        """The language model. Raises InputError where it cannot be loaded."""
        from irmill.compiler.model.load import open_model

        return open_model(self.config.model)

    @cached_property
    def normalizer(self) -> CalibratedNormalizer:
        """The normalizer on :attr:`model`."""
        from irmill.compiler.model.normalizer import make_normalizer

        return make_normalizer(self.model, self.config.normalizer)

    def engine(self) -> WasmEngine:
        """The WASM engine, open."""
        if self._engine is None:
            self._engine = open_engine(self.config.engine)
        return self._engine

    def compile_all(
        self,
        texts: Sequence[str],
        *,
        model_only: bool = False,
        trace: TracePage | None = None,
        rejecting: bool = True,
    ) -> list[Compilation]:
        """One compilation a text, in order. No text can cost another one its answer.

        Args:
            texts: English or canonical.
            model_only: canonical text goes to the model, too.
            trace: run each module once more, instruction by instruction, and keep this page.
            rejecting: low confidence and the lens end a text's way, as in the corpus; else it is compiled to the end
                and keeps its rejection.
        """
        began = time.perf_counter()
        batch = self.config.normalizer.batch_size
        readings = read_questions(
            texts, lambda: self.normalizer, silent, batch=batch, model_only=model_only, rejecting=rejecting
        )
        compilations = [_read(reading) for reading in readings]
        self._classify(compilations, rejecting=rejecting)
        self._execute([compilation for compilation in compilations if compilation.error is None])
        for compilation in compilations:
            if trace is not None and compilation.emission is not None:
                body = compilation.emission.body
                compilation.trace = trace_module(body, first=trace.first, most_kept=trace.steps)
        share = (time.perf_counter() - began) / max(len(texts), 1)
        for compilation in compilations:
            compilation.seconds = share
        return compilations

    def _classify(self, compilations: Sequence[Compilation], *, rejecting: bool) -> None:
        live = [
            (one, Written(one.text if one.english else None, one.typed.program, one.confidence))
            for one in compilations
            if one.error is None and one.typed is not None
        ]
        if not live:
            return
        config = ClassifyConfig(model=self.config.model, lens=self.config.lens)
        programs = [program for _, program in live]
        for (compilation, _), found in zip(live, read_operations(self.model, programs, config, silent), strict=True):
            compilation.stage, compilation.lens, compilation.objection = "classify", found.lens, found.message
            if found.error is None:
                continue
            if rejecting:
                compilation.error, compilation.message = found.error, found.message
            elif compilation.rejection is None:
                compilation.rejection = Rejection("classify", found.error, found.message)

    def _execute(self, compilations: Sequence[Compilation]) -> None:
        emitted: list[tuple[Compilation, Emitted]] = []
        for compilation in compilations:
            typed, canonical = compilation.typed, compilation.canonical
            assert typed is not None
            assert canonical is not None
            compilation.stage = "emit"
            try:
                compilation.emission = emit_canonical(canonical, lambda t=typed: t, self._shapes, self.config.emit)
            except LanguageError as error:
                compilation.error, compilation.message = error.code, error.message
                continue
            emitted.append((compilation, Emitted.of(typed, compilation.emission)))
        if not emitted:
            return
        programs = [program for _, program in emitted]
        executions = execute_emitted(programs, self.engine(), self.config.emit, steps=True)
        for (compilation, _), execution in zip(emitted, executions, strict=True):
            compilation.stage = "execute"
            compilation.emission = execution.emission or compilation.emission
            compilation.steps = execution.reference.steps
            compilation.engine = execution.engine
            compilation.value, compilation.confirmed_by = execution.value, execution.confirmed_by
            compilation.error, compilation.message = execution.error, execution.message


def _read(reading: Reading) -> Compilation:
    """The compilation of a text that was read, as far as that goes."""
    compilation = Compilation(reading.question, canonical=reading.canonical, typed=reading.typed)
    compilation.english, compilation.confidence = reading.english, reading.confidence
    compilation.error, compilation.message = reading.error, reading.message
    if reading.doubt:
        compilation.rejection = Rejection("normalize", ErrorCode.ABSTAINED, reading.doubt)
    if reading.typed is not None:
        compilation.operations = operation_words(reading.typed.program)
    return compilation
