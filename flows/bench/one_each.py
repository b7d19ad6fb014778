"""The baseline of the bench `wasm`: every program in a module and an instance of its own, one after another.

It is what irmill did before programs were compiled together, kept here so that the gain can be measured in one run.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import wasmtime

from irmill.compiler.base.child import Child
from irmill.compiler.execute.engine import (
    Answer,
    EngineUnavailable,
    Job,
    WasmEngine,
    find_wasmer_python,
    trap_answer,
    value_answer,
)
from irmill.compiler.wasm.faults import ERROR_GLOBAL
from irmill.compiler.wasm.ir import COMPUTE

WORKER = Path(__file__).with_name("one_each_worker.py")
_SECONDS = 600.0
_ROWS = 128
"""Modules sent in one message."""


class OneEachWasmer(WasmEngine):
    """wasmer in a worker; modules are sent many at a time and compiled one by one."""

    name = "wasmer"
    version = "baseline"

    def __init__(self) -> None:
        """Starts the worker. Raises EngineUnavailable where there is no environment with wasmer."""
        python = find_wasmer_python()
        if python is None:
            raise EngineUnavailable("no environment with wasmer was found")
        self._child = Child([str(python), "-I", str(WORKER)])
        self._child.receive(_SECONDS)

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """One answer for each job, in order."""
        answers: list[Answer] = []
        for start in range(0, len(jobs), _ROWS):
            batch = jobs[start : start + _ROWS]
            modules = b"".join(struct.pack("<I", len(job.module)) + job.module for job in batch)
            self._child.send(struct.pack("<I", len(batch)) + modules, _SECONDS)
            answers += [_read(job, self._child.receive(_SECONDS)) for job in batch]
        return answers

    def close(self) -> None:
        """Ends the worker."""
        self._child.close()


def _read(job: Job, message: bytes) -> Answer:
    reply = json.loads(message)
    if "int" in reply:
        return value_answer(job, int(reply["int"]))
    if "float" in reply:
        return value_answer(job, float.fromhex(reply["float"]))
    return trap_answer(job, reply["trap"], reply["fault"])


class OneEachWasmtime(WasmEngine):
    """wasmtime in this process, with a store for every module."""

    name = "wasmtime"
    version = version("wasmtime")

    def __init__(self) -> None:
        settings = wasmtime.Config()
        settings.epoch_interruption = True
        settings.cranelift_opt_level = "none"
        settings.parallel_compilation = False
        self._engine = wasmtime.Engine(settings)

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """One answer for each job, in order."""
        return [self._run(job) for job in jobs]

    def _run(self, job: Job) -> Answer:
        store = wasmtime.Store(self._engine)
        store.set_epoch_deadline(1)
        exports = wasmtime.Instance(store, wasmtime.Module(self._engine, job.module), []).exports(store)
        compute = exports[COMPUTE]
        assert isinstance(compute, wasmtime.Func)
        try:
            return value_answer(job, compute(store))
        except wasmtime.Trap as error:
            cell = exports.get(ERROR_GLOBAL)
            return trap_answer(job, error.message, int(cell.value(store)) if isinstance(cell, wasmtime.Global) else 0)

    def close(self) -> None:
        """Nothing is held between runs."""
