"""wasmtime, in this process: the maintained engine, used where there is no environment with wasmer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Self

import wasmtime
from wasmtime import _bindings  # pyright: ignore[reportPrivateUsage]

from irmill.compiler.base.child import PATIENCE
from irmill.compiler.execute import engine
from irmill.compiler.execute.batches import Batch, halves, module_of, run_batches
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.faults import ERROR_GLOBAL
from irmill.compiler.wasm.ir import COMPUTE
from irmill.compiler.wasm.merge import RESET, Call

_TICK_SECONDS = 0.05
_TICKS_TO_START = 1 << 20
_STACK_BYTES = 192 << 20
"""Of a module's calls: 1,000 may be open, and a function that is not optimized keeps every value in its frame."""
_THREAD_BYTES = 256 << 20
"""Of the thread that modules run in; the system gives what is touched."""
_ONE_AT_A_TIME = threading.Lock()


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


def _on_a_deep_stack(work: Callable[[], list[engine.Answer]]) -> list[engine.Answer]:
    """What ``work`` gives in a thread of its own, whose stack is as deep as a module's calls may go."""
    with ThreadPoolExecutor(1) as pool:
        with _ONE_AT_A_TIME:  # the size is one setting for all threads that start now
            before = threading.stack_size(_THREAD_BYTES)
            try:
                found = pool.submit(work)
            finally:
                threading.stack_size(before)
        return found.result()


class WasmtimeEngine(engine.WasmEngine):
    """The in-process engine. See :class:`compiler.execute.engine.WasmEngine`."""

    name = "wasmtime"

    def __init__(self, config: engine.EngineConfig) -> None:
        settings = wasmtime.Config()
        settings.epoch_interruption = True
        # a bound of the other one, which the package does not name (a test opens 1,000 calls of a large function)
        _bindings.wasmtime_config_async_stack_size_set(settings.ptr(), _STACK_BYTES)
        settings.max_wasm_stack = _STACK_BYTES
        settings.cranelift_opt_level = "none"
        settings.parallel_compilation = False
        self._engine = wasmtime.Engine(settings)
        self._ticks = max(2, round(config.timeout_seconds / _TICK_SECONDS) + 1)
        self._seconds = config.timeout_seconds
        self._memory_bytes = config.memory_mib << 20
        self._batch_rows = config.batch_rows
        self.version = version("wasmtime")  # it brings its own compiler

    def run(self, jobs: Sequence[engine.Job]) -> list[engine.Answer]:
        """One answer for each job, in order."""
        if not jobs:
            return []
        with _Clock(self._engine):
            return _on_a_deep_stack(lambda: run_batches(jobs, self._batch_rows, self._run_batch))

    def _run_batch(self, batch: Batch, answers: dict[int, engine.Answer]) -> Iterable[Batch]:
        """Answers every row of a batch; one that is not taken as a whole is returned in halves."""
        module, calls = module_of(batch)
        try:
            loaded = _Loaded(self._engine, module, self._memory_bytes)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            if len(batch) > 1:
                return halves(batch)
            answers[batch[0].row] = _not_taken(batch[0].job, error)
            return ()
        for part, call in zip(batch, calls, strict=True):
            answers[part.row] = self._run_job(loaded, part.job, call)
        return ()

    def _run_job(self, loaded: _Loaded, job: engine.Job, call: Call | None, patience: int = 1) -> engine.Answer:
        """Runs a job for its time; for more, up to PATIENCE times that, where a busy machine kept it from it."""
        began = time.thread_time()
        try:
            value = loaded.call(call, self._ticks * patience)
        except wasmtime.Trap as error:
            answer = engine.trap_answer(job, error.message, loaded.fault)
            computed = time.thread_time() - began
            if answer.error is ErrorCode.TIMEOUT and computed < 0.8 * self._seconds:
                if patience < PATIENCE:
                    return self._run_job(loaded, job, call, 2 * patience)
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


def _not_taken(job: engine.Job, error: wasmtime.WasmtimeError | wasmtime.Trap) -> engine.Answer:
    if isinstance(error, wasmtime.Trap):
        return engine.trap_answer(job, error.message, 0)
    return engine.invalid_answer(job, str(error))


class _Loaded:
    """A compiled module and an instance of it that is as new before every call."""

    def __init__(self, engine: wasmtime.Engine, module: bytes, memory_bytes: int) -> None:
        """Raises WasmtimeError or Trap where the module is not taken."""
        self._engine = engine
        self._memory_bytes = memory_bytes
        self._module = wasmtime.Module(engine, module)
        self._start()

    def _start(self) -> None:
        self._store = wasmtime.Store(self._engine)
        self._store.set_limits(memory_size=self._memory_bytes)
        self._store.set_epoch_deadline(_TICKS_TO_START)
        exports = wasmtime.Instance(self._store, self._module, []).exports(self._store)
        self._exports = {name: exports[name] for name in exports}
        self._used = False

    def call(self, call: Call | None, ticks: int) -> object:
        """What a program gives within ``ticks`` of the clock. Raises WasmtimeError, Trap, TypeError or ValueError."""
        if self._used and not self._as_new(call):
            self._start()
        self._used = True
        self._store.set_epoch_deadline(ticks)
        function = self._exports.get(COMPUTE if call is None else str(call.function))
        if not isinstance(function, wasmtime.Func):
            raise TypeError(f"it exports no function {COMPUTE}")
        return function(self._store, *(value for _, value in (call.arguments if call else ())))

    def _as_new(self, call: Call | None) -> bool:
        """Whether the instance can be used again, and is made ready for it. A job's own module has no way to be."""
        if call is None:
            return False
        reset = self._exports.get(RESET)
        self._store.set_epoch_deadline(_TICKS_TO_START)
        return reset is None or (isinstance(reset, wasmtime.Func) and not reset(self._store))

    @property
    def fault(self) -> int:
        """The module's ``error`` global, 0 where it has none."""
        cell = self._exports.get(ERROR_GLOBAL)
        return int(cell.value(self._store)) if isinstance(cell, wasmtime.Global) else 0
