"""Run the engine on shards, in this process or in a pool of spawned ones; both go through the same function.

Workers are spawned, never forked (torch and pyarrow have threads), do not run the caller's ``__main__`` again, keep
their standard output away from the caller's, and end when their parent is gone. Each shard is computed single-threaded
from its own inputs and seed, so that who builds it changes no byte.
"""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import multiprocessing.connection
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel

from irmill.compiler.base.rows import Progress
from irmill.compiler.base.stage import TRANSIENT, StageFunction
from irmill.tasks.store.errors import EngineError, StoreError, WorkerDiedError
from irmill.tasks.store.manifest import ShardRecord
from irmill.tasks.store.shards import check_accounts, conform, write_shard
from irmill.tasks.store.store import Store, read_tables

THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")


@dataclass(frozen=True, slots=True)
class ShardJob:
    """Everything a process needs to build one shard.

    Attributes:
        home: the store's home.
        folder: the entry's folder in the store.
        what: names the shard in errors, ``compiler.emit shard 3``.
        function: the stage's function.
        schema: of its rows.
        config: the configuration it is called with.
        inputs: bare stage name of a parent to the Parquet files of its rows.
        counted: the parent whose rows must come out or be rejected; None where they are not counted.
        index: the shard's position.
        seed: what the engine function is given.
        torch: whether it computes with torch, which then is loaded before and kept to one thread.
    """

    home: Path
    folder: str
    what: str
    function: StageFunction
    schema: pa.Schema
    config: BaseModel
    inputs: Mapping[str, tuple[str, ...]]
    counted: str | None
    index: int
    seed: int
    torch: bool = False

    def expected_rows(self) -> int | None:
        """How many rows the engine is likely to go through: of its counted parent, else what is to be generated."""
        if self.counted is not None:
            return sum(pq.read_metadata(path).num_rows for path in self.inputs[self.counted])
        fields = dict(self.config)
        count = fields.get("count", fields.get("rows"))
        return count if isinstance(count, int) else None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A shard that is not written: rows of it failed for a reason outside of them, and again when they were retried.

    Attributes:
        what: names the shard.
        rows: how many.
        why: reason and message of the first.
    """

    what: str
    rows: int
    why: str


def run_job(job: ShardJob, progress: Progress) -> ShardRecord | Unfinished:
    """Build one shard and write it, unless a row of it says nothing of itself (:data:`TRANSIENT`).

    Raises:
        EngineError: the engine function raised.
        StageFailure: rows, rejects or schema are not as promised.
        StoreFullError: the disk is full.
    """
    store = Store(job.home)
    inputs = {name: read_tables(list(paths)) for name, paths in job.inputs.items()}
    started = time.perf_counter()
    try:
        if job.torch:
            keep_torch_single_threaded()
        with _QUIET:
            rows, rejects = job.function(job.config, inputs, seed=job.seed, progress=progress)
    except StoreError:
        raise
    except Exception as error:
        # Not every exception survives the way back from a worker process.
        message = " ".join(str(error).split())[:500] or "no message"
        raise EngineError(f"{job.what}: {type(error).__name__}: {message}") from error
    lost = [reject for reject in rejects if reject.reason in TRANSIENT]
    if lost:
        return Unfinished(job.what, len(lost), f"{lost[0].reason}: {lost[0].message}")
    seconds = time.perf_counter() - started
    table: pa.Table = conform(rows, job.schema, job.what)
    rows_in = table.num_rows + len(rejects)
    if job.counted is not None:
        rows_in = inputs[job.counted].num_rows
        check_accounts(job.what, inputs[job.counted].column("id"), table.num_rows, rejects)
    return write_shard(store.storage, job.folder, job.index, table, rejects, rows_in=rows_in, seconds=seconds)


def run_jobs(jobs: Sequence[ShardJob], workers: int, progress: Progress) -> Iterator[ShardRecord | Unfinished]:
    """Build shards and yield their records as they are written, in any order.

    Args:
        jobs: shards of one stage.
        workers: processes; 1, or a single job, is built in this process.
        progress: told the rows done, always from the caller's thread.

    Raises:
        WorkerDiedError: a worker process ended without an answer (out of memory, or killed).
    """
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield run_job(job, progress)
        return
    yield from _run_in_pool(jobs, min(workers, len(jobs)), progress)


def _run_in_pool(jobs: Sequence[ShardJob], workers: int, progress: Progress) -> Iterator[ShardRecord | Unfinished]:
    context = multiprocessing.get_context("spawn")
    ticks: multiprocessing.Queue[int] = context.Queue()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(ticks,))
    try:
        with _STARTING, _hidden_main(), environment(dict.fromkeys(THREAD_VARIABLES, "1")):
            waiting: set[Future[ShardRecord | Unfinished]] = {pool.submit(_work, job) for job in jobs}
        while waiting:
            finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
            _drain(ticks, progress)
            for future in finished:
                yield future.result()
    except BrokenProcessPool as error:
        raise WorkerDiedError(
            f"{jobs[0].what.rpartition(' shard ')[0]}: a worker process died (killed, or out of memory); "
            "finished shards are kept, run again with fewer workers"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        _drain(ticks, progress)
        ticks.close()


def _drain(ticks: multiprocessing.Queue[int], progress: Progress) -> None:
    rows = 0
    with contextlib.suppress(queue.Empty):
        while True:
            rows += ticks.get_nowait()
    if rows:
        progress(rows)


_ticks: list[Any] = []


def _start_worker(ticks: multiprocessing.Queue[int]) -> None:
    """Set a fresh worker up: what engines print goes to standard error, and the process ends with its parent."""
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    _ticks.append(ticks)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def _work(job: ShardJob) -> ShardRecord | Unfinished:
    progress = _Throttled(_ticks[0].put)
    record = run_job(job, progress)
    progress.flush()
    return record


class Throttle:
    """Lets one call through in so many seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._next = clock() + seconds

    def ready(self) -> bool:
        """Whether the last call that was let through is long enough ago; then this one counts as let through."""
        now = self._clock()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class _Throttled:
    """Sums small steps up, so that an engine may report every row."""

    def __init__(self, put: Callable[[int], None]) -> None:
        self._put = put
        self._throttle = Throttle(0.2)
        self._pending = 0

    def __call__(self, rows: int) -> None:
        self._pending += rows
        if self._throttle.ready():
            self.flush()

    def flush(self) -> None:
        if self._pending:
            self._put(self._pending)
        self._pending = 0


def keep_torch_single_threaded() -> None:
    """From here on torch uses one thread in this process: a sum over two rounds differently from a sum over eight."""
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)


class _Quiet:
    """Sends what engines print to standard error, since a command's standard output is its JSON.

    Lanes run in threads of one process: the first to come in turns the stream, the last to leave turns it back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._before: TextIO = sys.stdout

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._before = sys.stdout
                sys.stdout = sys.stderr
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                sys.stdout = self._before


_QUIET = _Quiet()
_STARTING = threading.Lock()
"""Held while workers are started: what they inherit belongs to the whole process."""


@contextlib.contextmanager
def _hidden_main() -> Generator[None]:
    """Keep spawned workers from running the caller's script again, which may have no guard or come from a pipe."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextlib.contextmanager
def environment(values: Mapping[str, str]) -> Generator[None]:
    """Set variables of the environment for as long as the context is open."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
