"""wasmtime, in this process: the maintained engine, used where there is no environment with wasmer."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Self

import wasmtime

from irmill.compiler.base.child import PATIENCE
from irmill.compiler.execute import engine
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.faults import ERROR_GLOBAL
from irmill.compiler.wasm.ir import COMPUTE

_TICK_SECONDS = 0.05
_STACK_BYTES = 2 << 20


class _Clock:
    """Advances the engine's epoch while modules run, so that one that runs too long is interrupted."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True, name="wasmtime-clock")

    def _tick(self) -> None:
        while not self._stopped.wait(_TICK_SECONDS):
            self._engine.increment_epoch()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


class WasmtimeEngine(engine.WasmEngine):
    """The in-process engine. See :class:`compiler.execute.engine.WasmEngine`."""

    name = "wasmtime"

    def __init__(self, config: engine.EngineConfig) -> None:
        settings = wasmtime.Config()
        settings.epoch_interruption = True
        settings.max_wasm_stack = _STACK_BYTES
        settings.cranelift_opt_level = "none"
        settings.parallel_compilation = False
        self._engine = wasmtime.Engine(settings)
        self._ticks = max(2, round(config.timeout_seconds / _TICK_SECONDS) + 1)
        self._seconds = config.timeout_seconds
        self._memory_bytes = config.memory_mib << 20
        self.version = version("wasmtime")  # it brings its own compiler

    def run(self, jobs: Sequence[engine.Job]) -> list[engine.Answer]:
        """One answer for each job, in order."""
        if not jobs:
            return []
        with _Clock(self._engine):
            return [self._run_job(job) for job in jobs]

    def _run_job(self, job: engine.Job, patience: int = 1) -> engine.Answer:
        """Runs a module for its time; for more, up to PATIENCE times that, where a busy machine kept it from it."""
        refused = engine.not_a_module(job)
        if refused is not None:
            return refused
        store = wasmtime.Store(self._engine)
        store.set_limits(memory_size=self._memory_bytes)
        store.set_epoch_deadline(self._ticks * patience)
        try:
            module = wasmtime.Module(self._engine, job.module)
            exports = wasmtime.Instance(store, module, []).exports(store)
        except wasmtime.WasmtimeError as error:
            return engine.invalid_answer(job, str(error))
        except wasmtime.Trap as error:
            return engine.trap_answer(job, error.message, 0)
        compute = exports.get(COMPUTE)
        if not isinstance(compute, wasmtime.Func):
            return engine.invalid_answer(job, f"it exports no function {COMPUTE}")
        began = time.thread_time()
        try:
            value = compute(store)
        except wasmtime.Trap as error:
            cell = exports.get(ERROR_GLOBAL)
            fault = int(cell.value(store)) if isinstance(cell, wasmtime.Global) else 0
            answer = engine.trap_answer(job, error.message, fault)
            computed = time.thread_time() - began
            if answer.error is ErrorCode.TIMEOUT and computed < 0.8 * self._seconds:
                if patience < PATIENCE:
                    return self._run_job(job, 2 * patience)
                message = f"the machine left the module {computed:.1f} s of its {self._seconds:g} s"
                return engine.error_answer(job, ErrorCode.WORKER, message)
            return answer
        except (wasmtime.WasmtimeError, TypeError, ValueError) as error:
            return engine.invalid_answer(job, str(error))
        if not isinstance(value, int | float):
            return engine.invalid_answer(job, f"{COMPUTE} gives no single number")
        return engine.value_answer(job, value)

    def close(self) -> None:
        """Nothing is held between runs."""
