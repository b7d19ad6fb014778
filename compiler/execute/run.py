"""The driver: modules are run in batches, emitted again where needed, and compared with the interpreter.

What decides an answer, in order:

1. The module that is given runs: whole numbers, where the program has no decimals. A division that leaves a remainder
   stops it, and the program is emitted again in f64.
2. The reference interpreter runs it too, for a number of steps; what it says there is the same on every machine. Where
   it says INEXACT, so do we.
3. A module that rounds (f64, some operations of f32) and whose answer is off (more than 1e-12 relatively, or another
   whole number, truth value or error), or that the interpreter did not finish, is emitted a third time, with exact
   fractions in place of f64. Where the interpreter finished, what that gives counts if they agree; where it did not, it
   counts because nothing in it rounds. Otherwise the answer is INEXACT: a rounded number that nothing confirmed is no
   answer.
4. A module that does not round has no excuse: DISAGREE. Where the interpreter did not finish, its checks confirm it.

A number in single precision is the one of the interpreter, bit for bit. It relaxes nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Final, Self

from irmill.compiler.base.answer import Value, agree, show
from irmill.compiler.base.limits import STEPS
from irmill.compiler.execute.engine import Answer, Job, WasmEngine, error_answer
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.interpret import Budget, Outcome, interpret
from irmill.compiler.lang.ops import Type
from irmill.compiler.lang.types import TypedProgram
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.emit import Emission, emit_program
from irmill.compiler.wasm.plan import NumberMode
from irmill.compiler.wasm.verify import InvalidModule

_ENGINE_FAILURES: Final = frozenset({ErrorCode.TIMEOUT, ErrorCode.WORKER, ErrorCode.UNSUPPORTED})
"""Errors that say something of the engine, not of the program: they are not compared."""

_UNSAID: Final = frozenset({ErrorCode.INEXACT, *_ENGINE_FAILURES})
"""Errors of a module of fractions that do not say what the program comes to."""

_DIGITS: Final = 10**15
"""From here on a shown f64 does not tell whether the number was whole."""


class Confirmation(StrEnum):
    """What confirmed a value: the ``confirmed_by`` column."""

    REFERENCE = "reference"
    """the reference interpreter finished, and says the same"""

    CHECKED = "checked"
    """the interpreter's steps ran out; the module rounds nothing, and each step that could fail is checked in it"""

    FRACTIONS = "fractions"
    """the interpreter's steps ran out; the module computes with exact fractions, and none was too long for it"""


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
        confirmed_by: what confirmed the value; None without one.
        engine: name of the engine.
        engine_version: its version.
        reference: what the interpreter says; not finished, nothing was compared with it.
    """

    emission: Emission | None
    value: str | None
    error: ErrorCode | None
    message: str
    confirmed_by: Confirmation | None
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
    exact: bool = False
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
    reference_steps: int = STEPS,
) -> list[Execution]:
    """Runs programs, in order; whatever happens to one costs only its own row.

    Args:
        programs: what to run.
        engine: where.
        optimize: rewrite the instructions of what is emitted again.
        steps: keep the interpreter's steps in the outcome.
        reference_steps: steps that the interpreter gets for one program.
    """
    answers = engine.run([Job(program.module, program.type, program.truth) for program in programs])
    rows = [_Row(program, optimize, answer) for program, answer in zip(programs, answers, strict=True)]
    _attempt_real([row for row in rows if row.answer.error is ErrorCode.INEXACT], engine)
    for row in rows:
        if row.answer.error is ErrorCode.UNSUPPORTED:
            row.reference = Outcome(None, None, "not asked about what has no module", ())
        else:
            row.reference = interpret(row.typed, Budget(steps=reference_steps), steps=steps)
    _attempt_fractions([row for row in rows if _needs_fractions(row)], engine)
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
            row.answer = _invalid(row, error)
    answers = engine.run([_job(emission) for _, emission in emitted])
    for (row, emission), answer in zip(emitted, answers, strict=True):
        row.emission, row.answer = emission, answer


def _invalid(row: _Row, error: InvalidModule) -> Answer:
    """The answer where our own emission failed: never another way's rounded one."""
    return error_answer(_job(row.given), ErrorCode.UNSUPPORTED, f"what was emitted is not valid: {error}")


def _job(emitted: Emitted | Emission) -> Job:
    return Job(emitted.module, emitted.type, emitted.truth)


def _needs_fractions(row: _Row) -> bool:
    """Whether a module that rounds says something else than the interpreter, or the interpreter says nothing."""
    if row.answer.error in _ENGINE_FAILURES or row.reference.error is ErrorCode.INEXACT:
        return False
    return not _agrees(row, row.answer) and row.numbers.rounds


def _agrees(row: _Row, answer: Answer) -> bool:
    """Whether an answer is what the interpreter says; never where it did not finish."""
    reference = row.reference
    if reference.value is None or answer.value is None:
        return reference.error is not None and reference.error is answer.error
    if answer.type is ValueType.F32 and not isinstance(answer.value, bool):
        return reference.value == answer.value
    return agree(reference.value, answer.value)


def _is_whole(value: Value | None) -> bool:
    return value is not None and not isinstance(value, bool) and Fraction(value).denominator == 1


def _attempt_fractions(rows: Sequence[_Row], engine: WasmEngine) -> None:
    """Runs rows with exact fractions, and keeps what the interpreter agrees with, or what needs nobody's agreement."""
    found = _run_fractions(rows, [_is_whole(row.reference.value) for row in rows], engine)
    large = [row for row, (_, answer) in found if not row.reference.finished and _hides_whole(answer)]
    # a whole number that long is shown in full: whether it is one is what a module that gives whole numbers says
    found += [pair for pair in _run_fractions(large, [True] * len(large), engine) if pair[1][1].value is not None]
    for row, (emission, answer) in found:
        row.exact = not row.reference.finished and not emission.rounds and answer.error not in _UNSAID
        if row.exact or _agrees(row, answer) or answer.error in (ErrorCode.TIMEOUT, ErrorCode.WORKER):
            row.emission, row.answer = emission, answer


def _run_fractions(
    rows: Sequence[_Row], whole: Sequence[bool], engine: WasmEngine
) -> list[tuple[_Row, tuple[Emission, Answer]]]:
    """The answers in exact fractions, as whole numbers where ``whole`` says so, of rows that have such a module."""
    tried: list[tuple[_Row, Emission]] = []
    for row, whole_result in zip(rows, whole, strict=True):
        options = {"optimize": row.optimize, "whole_result": whole_result, "near": row.reference.finished}
        try:
            tried.append((row, emit_program(row.typed, numbers=NumberMode.FRACTION, **options)))
        except LanguageError:
            continue  # what fractions cannot hold stays what it was
        except InvalidModule as error:
            row.answer = _invalid(row, error)
    answers = engine.run([_job(emission) for _, emission in tried])
    return [(row, (emission, answer)) for (row, emission), answer in zip(tried, answers, strict=True)]


def _hides_whole(answer: Answer) -> bool:
    """Whether an f64 made of a fraction is so large that it is shown otherwise if the fraction is whole."""
    return isinstance(answer.value, float) and abs(answer.value) >= _DIGITS


def _conclude(row: _Row, engine: WasmEngine) -> Execution:
    """The row's value or error."""
    answer, reference = row.answer, row.reference
    error, message, value, confirmed_by = answer.error, answer.message, None, None
    if answer.error in _ENGINE_FAILURES:
        pass
    elif reference.error is ErrorCode.INEXACT:
        error, message = reference.error, reference.message
    elif _agrees(row, answer):
        value, confirmed_by = _shown(row, answer), Confirmation.REFERENCE
    elif not reference.finished and (row.exact or not row.numbers.rounds):
        value = _shown(row, answer)
        confirmed_by = Confirmation.FRACTIONS if row.exact else Confirmation.CHECKED
    elif row.numbers.rounds:
        error = ErrorCode.INEXACT
        exactly = (
            f"exactly it is {_said(reference)}" if reference.finished else f"the interpreter is {reference.message}"
        )
        message = f"{row.numbers.type} gives {_said(answer)}, {exactly}"
    else:
        error = ErrorCode.DISAGREE
        message = f"the engine says {_said(answer)}, the interpreter {_said(reference)}"
    confirmed_by = None if value is None else confirmed_by
    return Execution(row.emission, value, error, message, confirmed_by, engine.name, engine.version, reference)


def _shown(row: _Row, answer: Answer) -> str | None:
    """The engine's value. An f64 is shown as the exact number where that is whole, else with 15 digits: one that only
    looks whole is not shown in full."""
    if answer.value is None:
        return None
    if answer.type is not ValueType.F64:
        return show(answer.value)
    exact = row.reference.value
    return show(exact) if exact is not None and _is_whole(exact) else f"{answer.value:.15g}"


def _said(found: Answer | Outcome) -> str:
    return str(found.error) if found.value is None else show(found.value)
