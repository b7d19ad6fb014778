"""The driver: programs are emitted, run in batches, emitted again where needed, and compared with the interpreter.

What decides an answer, in order:

1. The program runs as whole numbers (where it has no decimals). A division that leaves a remainder stops it, and it is
   emitted again in f64.
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
from dataclasses import dataclass
from fractions import Fraction

from irmill.compiler.base.answer import SINGLE_TOLERANCE, TOLERANCE, Value, agree, show
from irmill.compiler.execute.engine import Answer, Job, WasmEngine
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.interpret import Budget, Outcome, interpret
from irmill.compiler.lang.types import TypedProgram
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
class Execution:
    """What came of one program.

    Attributes:
        emission: the module that decided the answer; None where nothing could be emitted.
        value: the value as the language shows it, or None with an error.
        type: machine type of the result, empty without an emission.
        type_by: which rule decided it, empty without an emission.
        error: why there is no value, or None.
        message: one line about the error; empty without one.
        engine: name of the engine.
        engine_version: its version.
        reference: what the interpreter says; None where it was not asked. TIMEOUT in it: nothing was compared.
    """

    emission: Emission | None
    value: str | None
    type: str
    type_by: str
    error: ErrorCode | None
    message: str
    engine: str
    engine_version: str
    reference: Outcome | None


@dataclass(slots=True)
class _Row:
    """A program on its way through the driver."""

    typed: TypedProgram
    emission: Emission | None = None
    answer: Answer | None = None
    reference: Outcome | None = None
    error: ErrorCode | None = None
    message: str = ""
    value: str | None = None


def run_programs(
    programs: Sequence[TypedProgram],
    engine: WasmEngine,
    *,
    optimize: bool = False,
    compare: bool = True,
    steps: bool = False,
    reference_seconds: float = REFERENCE_SECONDS,
) -> list[Execution]:
    """Runs programs, in order; whatever happens to one costs only its own row.

    Args:
        programs: what to run.
        engine: where.
        optimize: rewrite the instructions before they run.
        compare: run the interpreter too and compare; without it a rounded answer is taken as it is.
        steps: keep the interpreter's steps in the outcome.
        reference_seconds: wall clock that the interpreter gets for one program.
    """
    rows = [_Row(typed) for typed in programs]
    _attempt(rows, engine, NumberMode.WHOLE, optimize)
    _attempt([row for row in rows if _needs_real(row)], engine, NumberMode.F64, optimize)
    if compare:
        for row in rows:
            row.reference = interpret(row.typed, Budget(seconds=_seconds(row, reference_seconds)), steps=steps)
        _attempt_fractions([row for row in rows if _is_off(row)], engine, optimize)
    for row in rows:
        _conclude(row)
    return [_execution(row, engine) for row in rows]


def _attempt(rows: Sequence[_Row], engine: WasmEngine, mode: NumberMode, optimize: bool) -> None:
    """Emits and runs rows; their answers replace what they had."""
    for row in rows:
        row.emission, row.answer = None, None
        try:
            row.emission = emit_program(row.typed, numbers=mode, optimize=optimize)
        except LanguageError as error:
            row.error, row.message = error.code, error.message
        except InvalidModule as error:
            row.error, row.message = ErrorCode.UNSUPPORTED, f"what was emitted is not valid: {error}"
    emitted = [row for row in rows if row.emission is not None]
    answers = engine.run([_job(row.emission) for row in emitted if row.emission is not None])
    for row, answer in zip(emitted, answers, strict=True):
        row.answer = answer


def _seconds(row: _Row, seconds: float) -> float:
    """The wall clock that the interpreter gets for a row."""
    if row.answer is None or row.answer.error is not ErrorCode.FUEL or row.emission is None:
        return seconds
    return min(seconds, _ROUNDED_FUEL_SECONDS if row.emission.rounds else _FUEL_SECONDS)


def _job(emission: Emission) -> Job:
    return Job(emission.module, emission.type, emission.truth)


def _needs_real(row: _Row) -> bool:
    return row.answer is not None and row.answer.error is ErrorCode.INEXACT


def _is_off(row: _Row) -> bool:
    """Whether a module that rounds says something else than the interpreter, which could say something."""
    if row.emission is None or not row.emission.rounds or row.answer is None:
        return False
    return row.answer.error not in _ENGINE_FAILURES and _can_compare(row) and not _agrees(row, row.answer)


def _can_compare(row: _Row) -> bool:
    return row.reference is not None and row.reference.error not in (ErrorCode.TIMEOUT, ErrorCode.INEXACT)


def _agrees(row: _Row, answer: Answer) -> bool:
    reference = row.reference
    if reference is None or reference.value is None or answer.value is None:
        return reference is not None and reference.error is not None and reference.error is answer.error
    single = row.emission is not None and row.emission.single
    return agree(reference.value, answer.value, SINGLE_TOLERANCE if single else TOLERANCE)


def _is_whole(value: Value | None) -> bool:
    return value is not None and not isinstance(value, bool) and Fraction(value).denominator == 1


def _attempt_fractions(rows: Sequence[_Row], engine: WasmEngine, optimize: bool) -> None:
    """Runs rows with exact fractions, and keeps what the interpreter agrees with."""
    tried: list[tuple[_Row, Emission]] = []
    for row in rows:
        whole = row.reference is not None and _is_whole(row.reference.value)
        try:
            emission = emit_program(row.typed, numbers=NumberMode.FRACTION, optimize=optimize, whole_result=whole)
        except (LanguageError, InvalidModule):
            continue
        tried.append((row, emission))
    answers = engine.run([_job(emission) for _, emission in tried])
    for (row, emission), answer in zip(tried, answers, strict=True):
        if _agrees(row, answer):
            row.emission, row.answer = emission, answer


def _conclude(row: _Row) -> None:
    """The row's value or error."""
    answer = row.answer
    if answer is None or row.emission is None:
        return
    reference = row.reference
    if reference is None or answer.error in _ENGINE_FAILURES or reference.error is ErrorCode.TIMEOUT:
        row.error, row.message = answer.error, answer.message
        row.value = None if answer.value is None else show(answer.value)
    elif reference.error is ErrorCode.INEXACT:
        row.error, row.message = reference.error, reference.message
    elif _agrees(row, answer):
        row.error, row.message = answer.error, answer.message
        row.value = _shown(row, answer)
    elif row.emission.rounds:
        row.error = ErrorCode.INEXACT
        row.message = f"{row.emission.type} gives {_said(answer)}, exactly it is {_outcome_said(reference)}"
    else:
        row.error = ErrorCode.DISAGREE
        row.message = f"the engine says {_said(answer)}, the interpreter {_outcome_said(reference)}"


def _shown(row: _Row, answer: Answer) -> str | None:
    """The engine's value; where the exact one is whole, an f64 that rounds to it is shown as it."""
    if answer.value is None or row.reference is None or row.reference.value is None:
        return None
    if isinstance(answer.value, float) and not (row.emission and row.emission.single):
        exact = row.reference.value
        return show(exact) if _is_whole(exact) else f"{answer.value:.15g}"
    return show(answer.value)


def _said(answer: Answer) -> str:
    return str(answer.error) if answer.value is None else show(answer.value)


def _outcome_said(outcome: Outcome) -> str:
    return str(outcome.error) if outcome.value is None else show(outcome.value)


def _execution(row: _Row, engine: WasmEngine) -> Execution:
    emission = row.emission
    return Execution(
        emission=emission,
        value=row.value,
        type=str(emission.type) if emission else "",
        type_by=str(emission.type_by) if emission else "",
        error=row.error,
        message=row.message,
        engine=engine.name,
        engine_version=engine.version,
        reference=row.reference,
    )
