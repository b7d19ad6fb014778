"""One text through everything that reads or runs it, and what is wrong where they do not all say the same.

The project's own way (parser, types, reference interpreter, emission, driver) is held against the second oracle
(:mod:`fuzz.oracle`), wasmer against wasmtime, and short modules against our own interpreter of instructions.
"""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import wasmtime
from fuzz.oracle.walk import TooLong, answer

from irmill.compiler.base import limits
from irmill.compiler.base.answer import TOLERANCE, agree, relative_error, show
from irmill.compiler.execute.engine import EngineConfig, EngineName, EngineUnavailable, open_engine
from irmill.compiler.execute.run import Emitted, run_programs
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import check_types
from irmill.compiler.wasm.trace import trace_module

BATCH = 100
TRACED_STEPS = 3_000
EVERY_TRACE = 8
_FIRST_FOUND = {"PARSE", "TOO_LARGE"}
"""Errors of which the one that is found first is told, and the readers need not agree what comes first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: its kind, which shrinking keeps, what was said, and the text that shows it."""

    kind: str
    said: str
    text: str


@dataclass(slots=True)
class Tally:
    """What became of texts: by generator and outcome, how many; and what was found."""

    counts: Counter = field(default_factory=Counter)
    findings: list = field(default_factory=list)


class Both:
    """Two engines as one: the answers are the first one's, and where the second one differs it is noted."""

    def __init__(self, engines):
        self.engines = engines
        self.name, self.version = engines[0].name, engines[0].version
        self.answers = {}
        self.differences = {}

    def run(self, jobs):
        first, *others = [engine.run(jobs) for engine in self.engines]
        for other in others:
            for job, one, two in zip(jobs, first, other, strict=True):
                if _raw(one) != _raw(two):
                    self.differences[job.module] = f"{self.name} {_raw(one)}, another {_raw(two)}"
        for job, one in zip(jobs, first, strict=True):
            self.answers[job.module] = one
        return first


def _raw(found):
    """An answer to be compared bit for bit."""
    if found.error is not None:
        return str(found.error)
    return (repr(float(found.value)) if isinstance(found.value, float) else found.value, str(found.type))


class Examiner:
    """The engines that are here, opened, and everything that a text goes through."""

    def __init__(self, seconds=60.0):
        self.engines, self.left_out = [], []
        for name in (EngineName.WASMER, EngineName.WASMTIME):
            try:
                self.engines.append(open_engine(EngineConfig(name=name, timeout_seconds=seconds)))
            except EngineUnavailable as error:
                self.left_out.append(str(error))
        self.validator = wasmtime.Engine()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for engine in self.engines:
            engine.close()

    def examine(self, named):
        """The tally of pairs of generator and text."""
        tally = Tally()
        running = []
        for name, text in named:
            front = self._front(tally, name, text)
            if front is not None:
                running.append((name, text, *front))
            if len(running) == BATCH:
                self._run(tally, running)
                running = []
        self._run(tally, running)
        return tally

    def findings(self, text):
        """What is wrong with one text."""
        return self.examine([("", text)]).findings

    # --- what happens before anything runs ---

    def _front(self, tally, name, text):
        """Parser, types, emission: the program as it is to run, with what the oracle says; None where it is not run."""

        def found(kind, said):
            tally.findings.append(Finding(kind, said, text))

        try:
            oracle = answer(text, patience=20_000, fuel=limits.FUEL)
        except TooLong:
            oracle = None
        try:
            program = parse_text(text)
            self._printed(program, found)
            typed = check_types(program)
        except LanguageError as error:
            tally.counts[name, str(error.code)] += 1
            said = oracle and oracle[1]
            if said != error.code and {said, str(error.code)} != _FIRST_FOUND:
                found("front", f"the project says {error.code}, the oracle {_said(oracle)}")
            return None
        except Exception:
            found("crash", traceback.format_exc(limit=-3))
            return None
        if oracle is not None and oracle[1] in ("PARSE", "TYPE", "TOO_LARGE"):
            found("front", f"the project takes it, the oracle says {oracle[1]}")
            return None
        try:
            emitted = Emitted.of(typed)
        except LanguageError as error:
            tally.counts[name, str(error.code)] += 1
            return None
        except Exception:
            found("emission", traceback.format_exc(limit=-3))
            return None
        return emitted, oracle

    def _printed(self, program, found):
        printed = print_program(program)
        if len(printed) < 60_000 and print_program(parse_text(printed)) != printed:
            found("printer", f"printed as {printed!r}, which reads otherwise")

    # --- what is run ---

    def _run(self, tally, running):
        if not running:
            return
        both = Both(self.engines)
        try:
            executions = run_programs([emitted for _, _, emitted, _ in running], both)
        except Exception:
            if len(running) > 1:
                for one in running:
                    self._run(tally, [one])
            else:
                tally.findings.append(Finding("driver", traceback.format_exc(limit=-3), running[0][1]))
            return
        for place, ((name, text, emitted, oracle), done) in enumerate(zip(running, executions, strict=True)):
            tally.counts[name, str(done.error or "value")] += 1
            tally.counts[name, "oracle gave up"] += oracle is None
            tally.counts[name, "reference gave up"] += not _finished(done.reference)
            modules = {emitted.module, *([done.emission.module] if done.emission else [])}
            for kind, said in (
                *self._differences(both, modules),
                *_disagreements(done, oracle),
                *(_traced(emitted, both) if place % EVERY_TRACE == 0 or len(running) == 1 else ()),
            ):
                tally.findings.append(Finding(kind, said, text))

    def _differences(self, both, modules):
        for module in modules:
            if module in both.differences:
                yield "engines", both.differences[module]
            try:
                wasmtime.Module.validate(self.validator, module)
            except wasmtime.WasmtimeError as error:
                yield "invalid", str(error)[:300]


def _finished(reference):
    return reference.value is not None or reference.error is not None


def _disagreements(done, oracle):
    """What the driver's result, the reference interpreter and the oracle say of one another."""
    if done.error in (ErrorCode.DISAGREE, ErrorCode.WORKER, ErrorCode.TIMEOUT):
        yield str(done.error).lower(), done.message
    if oracle is None:
        return
    value, error = oracle
    reference = done.reference
    if _finished(reference) and not _same(value, error, reference.value, reference.error):
        yield (
            "reference",
            f"the reference says {_said((reference.value, reference.error))}, the oracle {_said(oracle)}",
        )
    if done.error is None:
        if error is not None or not _is_right(value, done.value):
            yield "value", f"the value is {done.value}, the oracle says {_said(oracle)}"
    elif done.error not in (ErrorCode.INEXACT, ErrorCode.UNSUPPORTED, *_NOT_COMPARED) and str(done.error) != error:
        yield "error", f"the error is {done.error}, the oracle says {_said(oracle)}"


def _is_right(value, shown):
    """Whether a shown value is right: what is not whole may be off a little, and its 15 digits may look whole."""
    if isinstance(value, bool) or Fraction(value).denominator == 1:
        return show(value) == shown
    return shown not in ("true", "false") and relative_error(value, Fraction(shown)) <= TOLERANCE


_NOT_COMPARED = (ErrorCode.DISAGREE, ErrorCode.WORKER, ErrorCode.TIMEOUT)


def _same(value, error, other, code):
    if error is not None or code is not None:
        return error == (code and str(code))
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, float) or isinstance(other, float):
        return agree(value, other)
    return value == other


def _said(found):
    if found is None:
        return "nothing"
    value, error = found
    if error is not None:
        return str(error)
    exact = isinstance(value, Fraction) and value.denominator != 1
    return f"{value} ({show(value)})" if exact else str(value)


def _traced(emitted, both):
    """What the interpreter of instructions says of the module that was given first, where it comes to an end."""
    trace = trace_module(emitted.emission.body, most_steps=TRACED_STEPS, most_kept=0)
    given = both.answers.get(emitted.module)
    if not trace.complete or given is None or given.error in _NOT_COMPARED:
        return
    if trace.error is not None or given.error is not None:
        if trace.error is not given.error:
            yield "trace", f"traced it is {trace.error or trace.value}, run {given.error or given.value}"
    elif not _equal(trace.value, given.value):
        yield "trace", f"traced it is {trace.value}, run {given.value}"


def _equal(one, two):
    return float(one) == float(two) if isinstance(one, float) or isinstance(two, float) else int(one) == int(two)
