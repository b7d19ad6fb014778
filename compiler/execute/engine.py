"""The protocol that every WebAssembly engine speaks, its jobs and answers, and the choice of an engine."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Protocol, Self

from pydantic import Field

from irmill.compiler.base.stage import Section
from irmill.compiler.lang.errors import ErrorCode, InputError
from irmill.compiler.wasm.codebook import ValueType
from irmill.compiler.wasm.encode import MAGIC
from irmill.compiler.wasm.faults import CODES, MESSAGES, Fault

PYTHON_VARIABLE = "IRMILL_WASMER_PYTHON"
"""Names the interpreter of an environment that has wasmer; it wins over every place that is looked in."""

ENVIRONMENT = ".venv-wasmer"
"""The folder that set-up makes for the worker, beside the checkout's own environment."""


class EngineName(StrEnum):
    """Which engine to open. ``auto``: wasmer where its environment works, else wasmtime."""

    AUTO = "auto"
    WASMER = "wasmer"
    WASMTIME = "wasmtime"


class EngineConfig(Section):
    """How modules are executed.

    Attributes:
        name: the engine.
        wasmer_python: the interpreter that runs the wasmer worker; None looks for it (:func:`find_wasmer_python`).
        timeout_seconds: wall clock that one program may take, and compiling it or its batch; past it, TIMEOUT.
        memory_mib: resident memory that the worker may hold before it is killed.
        batch_rows: programs that are compiled together.
    """

    name: EngineName = EngineName.AUTO
    wasmer_python: Path | None = None
    timeout_seconds: float = Field(default=30.0, gt=0)
    memory_mib: int = Field(default=2048, ge=128)
    batch_rows: int = Field(default=500, ge=1, le=4096)


@dataclass(frozen=True, slots=True)
class Job:
    """One module to run.

    Attributes:
        module: a complete module that exports ``compute``.
        type: the type of its result.
        truth: the result is a truth value (an i32 of 0 or 1).
    """

    module: bytes
    type: ValueType = ValueType.I32
    truth: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine says of one job: a value, or an error with a message; never both."""

    value: int | float | bool | None
    error: ErrorCode | None
    message: str
    type: ValueType


class WasmEngine(Protocol):
    """Runs modules. An engine belongs to the thread that opened it; ``close`` may be called twice."""

    name: str
    """The engine's name, as it is written in the ``engine`` column."""
    version: str
    """Version of the engine and its compiler, as it is written in the ``engine_version`` column."""

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """One answer for each job, in order. A job that fails in any way costs only its own answer."""
        ...

    def close(self) -> None:
        """Ends what the engine holds: processes, pipes, stores."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class EngineUnavailable(InputError):
    """The engine that was asked for by name cannot be used here; the message says why in one line."""


def value_answer(job: Job, value: int | float) -> Answer:
    """The answer for a module that returned."""
    return Answer(bool(value) if job.truth else value, None, "", job.type)


def error_answer(job: Job, error: ErrorCode, message: str) -> Answer:
    """The answer for a job without a value."""
    return Answer(None, error, message, job.type)


_TRAPS: tuple[tuple[str, ErrorCode, str], ...] = (
    ("divide by zero", ErrorCode.DIV_BY_ZERO, MESSAGES[Fault.DIV_BY_ZERO]),
    ("integer overflow", ErrorCode.OVERFLOW, MESSAGES[Fault.OVERFLOW]),
    ("stack exhausted", ErrorCode.STACK, "the machine's call stack is exhausted"),
    ("stack overflow", ErrorCode.STACK, "the machine's call stack is exhausted"),
    ("out of bounds memory access", ErrorCode.OUT_OF_BOUNDS, "a load or store outside the memory"),
    ("invalid conversion to integer", ErrorCode.DOMAIN, "a number that is no integer was converted to one"),
    ("interrupt", ErrorCode.TIMEOUT, "the module ran longer than allowed"),
)


def trap_answer(job: Job, text: str, fault: int) -> Answer:
    """The answer for a module that trapped.

    Args:
        job: what ran.
        text: what the engine says of the trap, in the words of any engine.
        fault: the module's ``error`` global, 0 where it has none.
    """
    if fault in CODES:
        return error_answer(job, CODES[Fault(fault)], MESSAGES[Fault(fault)])
    lowered = text.lower()
    for words, code, message in _TRAPS:
        if words in lowered:
            return error_answer(job, code, message)
    line = " ".join(text.split())[:200]
    return error_answer(job, ErrorCode.UNSUPPORTED, f"the module trapped without a reason that is known: {line}")


def invalid_answer(job: Job, text: str) -> Answer:
    """The answer for bytes that the engine does not take as a module."""
    line = " ".join(text.split())[:200]
    return error_answer(job, ErrorCode.UNSUPPORTED, f"the engine rejects the module: {line}")


def not_a_module(job: Job) -> Answer | None:
    """The answer for bytes that are no binary module: engines would take them for text and compile that."""
    return None if job.module.startswith(MAGIC) else invalid_answer(job, "it does not start as a binary module does")


def find_wasmer_python() -> Path | None:
    """The interpreter for the wasmer worker, or None where there is none.

    Looked for in the environment variable :data:`PYTHON_VARIABLE`, in the checkout that holds this file, and beside
    the environment that runs this process (for an installed package).

    Raises:
        InputError: the variable names something that is not there.
    """
    named = os.environ.get(PYTHON_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise InputError(f"{PYTHON_VARIABLE} names {named}, which is not there; unset it or name a Python 3.10")
        return Path(named)
    for root in (Path(__file__).resolve().parents[2], Path(sys.prefix).parent):
        found = root / ENVIRONMENT / "bin" / "python"
        if found.is_file():
            return found
    return None


def engine_version(config: EngineConfig) -> str:
    """The engine that a configuration opens, found without opening it: ``wasmer 1.1.0``."""
    python = None if config.name is EngineName.WASMTIME else config.wasmer_python or find_wasmer_python()
    if python is not None:
        installed = python.parent.parent.glob("lib/python3*/site-packages/wasmer-*.dist-info")
        versions = [path.name.removesuffix(".dist-info").partition("-")[2] for path in installed]
        if versions:
            return f"wasmer {max(versions)}"
    return f"wasmtime {version('wasmtime')}"


def _opened(module: str, name: str, config: EngineConfig) -> WasmEngine:
    """The adapter's engine; it is imported only here, so that no other part loads an engine."""
    return getattr(importlib.import_module(module), name)(config)


def open_engine(config: EngineConfig | None = None) -> WasmEngine:
    """The engine that ``config`` asks for, ready to run.

    Raises:
        EngineUnavailable: the engine asked for by name cannot be used here.
        InputError: the configuration names an interpreter that is not there.
    """
    config = config or EngineConfig()
    if config.name is not EngineName.WASMTIME:
        python = config.wasmer_python or find_wasmer_python()
        try:
            if python is None:
                raise EngineUnavailable(f"no {ENVIRONMENT} was found and {PYTHON_VARIABLE} is not set")
            chosen = config.model_copy(update={"wasmer_python": python})
            return _opened("irmill.compiler.execute.wasmer_client", "WasmerEngine", chosen)
        except EngineUnavailable:
            if config.name is EngineName.WASMER:
                raise
    return _opened("irmill.compiler.execute.wasmtime", "WasmtimeEngine", config)
