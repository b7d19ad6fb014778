"""The driver: modules are run in batches, emitted again where needed, and compared with the interpreter.

What decides an answer, in order:

1. The module that is given runs: whole numbers, where the program has no decimals. A division that leaves a remainder
   stops it, and the program is emitted again in f64.
2. The reference interpreter runs it too. Where it says INEXACT, so do we. Where its time is up, the engine's answer
   stands: whole-number modules are checked at every step and need no second opinion; the outcome that is kept with the
   execution says that f64 ones had none.
3. A module that rounds (f64, f32) and whose answer is off (more than 1e-12 relatively, or another whole number, truth
   value or error) is emitted a third time, with exact fractions of two i64 in place of f64. What that gives counts if
   the interpreter agrees; otherwise the answer is INEXACT.
4. A module that does not round has no excuse: DISAGREE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Self

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE, Value, agree, show
from irmill.compiler.execute.engine import Answer, Job, WasmEngine, error_answer
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.interpret import Budget, Outcome, interpret
from irmill.compiler.lang.ops import Type
from irmill.compiler.lang.types import TypedProgram
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.verify import InvalidModule

REFERENCE_SECONDS = 5.0
"""Wall clock that the interpreter gets for one program."""

_FUEL_SECONDS = 0.2
"""The same where a whole-number module ran out of fuel: the interpreter could only do so much later."""

_ROUNDED_FUEL_SECONDS = 1.0
"""The same where a module that rounds did: only a loop that rounding keeps from its end ends sooner."""

_ENGINE_FAILURES = frozenset({ErrorCode.TIMEOUT, ErrorCode.WORKER, ErrorCode.UNSUPPORTED})
"""Errors that say something of the engine, not of the program: they are not compared."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """A program and the module that it was emitted as, whole numbers first.

    Attributes:
        typed: the program.
        module: the complete module.
        type: the machine type of its result.
        emission: what else is known of the module; None for one of a table.
    """

    typed: TypedProgram
    module: bytes
    type: ValueType
    emission: Emission | None = None

    @classmethod
    def of(cls, typed: TypedProgram, emission: Emission | None = None) -> Self:
        """A program with a module of it, emitted here where none is given. Raises LanguageError (UNSUPPORTED)."""
        emission = emission or emit_program(typed)
        return cls(typed, emission.module, emission.type, emission)

    @property
    def truth(self) -> bool:
        """Whether the result is a truth value."""
        last = self.typed.lines[-1]
        return last.types[last.line.value] is Type.TRUTH


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of one program.

    Attributes:
        emission: the module that decided the answer, where the program was emitted again; None for the one given.
        value: the value as the language shows it, or None with an error.
        error: why there is no value, or None.
        message: one line about the error; empty without one.
        engine: name of the engine.
        engine_version: its version.
        reference: what the interpreter says. TIMEOUT in it: nothing was compared.
    """

    emission: Emission | None
    value: str | None
    error: ErrorCode | None
    message: str
    engine: str
    engine_version: str
    reference: Outcome


@dataclass(slots=True)
class _Row:
    """A program on its way through the driver; ``emission`` is None while the module given decides."""

    given: Emitted
    optimize: bool
    answer: Answer
    emission: Emission | None = None
    reference: Outcome = field(init=False)
    _first: Emission | None = None

    @property
    def typed(self) -> TypedProgram:
        return self.given.typed

    @property
    def numbers(self) -> Emission:
        """What the module that decides computes with; of the one given it is found out only where it matters."""
        if self.emission is None and self._first is None:
            self._first = self.given.emission or emit_program(self.typed, optimize=self.optimize)
        emission = self.emission or self._first
        assert emission is not None
        return emission


def run_programs(
    programs: Sequence[Emitted],
    engine: WasmEngine,
    *,
    optimize: bool = False,
    steps: bool = False,
    reference_seconds: float = REFERENCE_SECONDS,
) -> list[Execution]:
    """Runs programs, in order; whatever happens to one costs only its own row.

    Args:
        programs: what to run.
        engine: where.
        optimize: rewrite the instructions of what is emitted again.
        steps: keep the interpreter's steps in the outcome.
        reference_seconds: wall clock that the interpreter gets for one program.
    """
    answers = engine.run([Job(program.module, program.type, program.truth) for program in programs])
    rows = [_Row(program, optimize, answer) for program, answer in zip(programs, answers, strict=True)]
    _attempt_real([row for row in rows if row.answer.error is ErrorCode.INEXACT], engine)
    for row in rows:
        row.reference = interpret(row.typed, Budget(seconds=_seconds(row, reference_seconds)), steps=steps)
    _attempt_fractions([row for row in rows if _is_off(row)], engine)
    return [_conclude(row, engine) for row in rows]


def _attempt_real(rows: Sequence[_Row], engine: WasmEngine) -> None:
    """Emits rows again in f64 and runs them; their answers replace what they had."""
    emitted: list[tuple[_Row, Emission]] = []
    for row in rows:
        try:
            emitted.append((row, emit_program(row.typed, numbers=NumberMode.F64, optimize=row.optimize)))
        except LanguageError as error:
            row.answer = error_answer(_job(row.given), error.code, error.message)
        except InvalidModule as error:
            message = f"what was emitted is not valid: {error}"
            row.answer = error_answer(_job(row.given), ErrorCode.UNSUPPORTED, message)
    answers = engine.run([_job(emission) for _, emission in emitted])
    for (row, emission), answer in zip(emitted, answers, strict=True):
        row.emission, row.answer = emission, answer


def _seconds(row: _Row, seconds: float) -> float:
    """The wall clock that the interpreter gets for a row."""
    if row.answer.error is not ErrorCode.FUEL:
        return seconds
    return min(seconds, _ROUNDED_FUEL_SECONDS if row.numbers.rounds else _FUEL_SECONDS)


def _job(emitted: Emitted | Emission) -> Job:
    return Job(emitted.module, emitted.type, emitted.truth)


def _is_off(row: _Row) -> bool:
    """Whether a module that rounds says something else than the interpreter, which could say something."""
    if row.answer.error in _ENGINE_FAILURES or row.reference.error in (ErrorCode.TIMEOUT, ErrorCode.INEXACT):
        return False
    return not _agrees(row, row.answer) and row.numbers.rounds


def _agrees(row: _Row, answer: Answer) -> bool:
    reference = row.reference
    if reference.value is None or answer.value is None:
        return reference.error is not None and reference.error is answer.error
    if agree(reference.value, answer.value, TOLERANCE):
        return True
    return agree(reference.value, answer.value, SINGLE_TOLERANCE) and row.numbers.single


def _is_whole(value: Value | None) -> bool:
    return value is not None and not isinstance(value, bool) and Fraction(value).denominator == 1


def _attempt_fractions(rows: Sequence[_Row], engine: WasmEngine) -> None:
    """Runs rows with exact fractions, and keeps what the interpreter agrees with."""
    tried: list[tuple[_Row, Emission]] = []
    for row in rows:
        whole = _is_whole(row.reference.value)
        try:
            emission = emit_program(row.typed, numbers=NumberMode.FRACTION, optimize=row.optimize, whole_result=whole)
        except (LanguageError, InvalidModule):
            continue
        tried.append((row, emission))
    answers = engine.run([_job(emission) for _, emission in tried])
    for (row, emission), answer in zip(tried, answers, strict=True):
        if _agrees(row, answer):
            row.emission, row.answer = emission, answer


def _conclude(row: _Row, engine: WasmEngine) -> Execution:
    """The row's value or error."""
    answer, reference = row.answer, row.reference
    error, message, value = answer.error, answer.message, None
    if answer.error in _ENGINE_FAILURES or reference.error is ErrorCode.TIMEOUT:
        value = None if answer.value is None else show(answer.value)
    elif reference.error is ErrorCode.INEXACT:
        error, message = reference.error, reference.message
    elif _agrees(row, answer):
        value = _shown(row, answer)
    elif row.numbers.rounds:
        error = ErrorCode.INEXACT
        message = f"{row.numbers.type} gives {_said(answer)}, exactly it is {_said(reference)}"
    else:
        error = ErrorCode.DISAGREE
        message = f"the engine says {_said(answer)}, the interpreter {_said(reference)}"
    return Execution(row.emission, value, error, message, engine.name, engine.version, reference)


def _shown(row: _Row, answer: Answer) -> str | None:
    """The engine's value; where the exact one is whole, an f64 that rounds to it is shown as it."""
    if answer.value is None or row.reference.value is None:
        return None
    if isinstance(answer.value, float) and not row.numbers.single:
        exact = row.reference.value
        return show(exact) if _is_whole(exact) else f"{answer.value:.15g}"
    return show(answer.value)


def _said(found: Answer | Outcome) -> str:
    return str(found.error) if found.value is None else show(found.value)
