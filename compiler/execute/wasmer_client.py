"""wasmer 1.1.0 with Cranelift, in a worker process of its own.

wasmer has wheels for CPython 3.10 and older only, no metering, and objects that may not cross threads; an endless loop
ends only with its process. So the modules go to :mod:`compiler.execute.wasmer_worker` in batches, and what kills the
worker costs the row that ran: a fresh worker gets the rest.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from irmill.compiler.execute.engine import (
    Answer,
    EngineConfig,
    EngineUnavailable,
    Job,
    error_answer,
    find_wasmer_python,
    invalid_answer,
    not_a_module,
    trap_answer,
    value_answer,
)
from irmill.compiler.execute.pipe import Pipe, PipeClosed, PipeDeadline, PipeGarbage
from irmill.compiler.lang.errors import ErrorCode

WORKER = Path(__file__).with_name("wasmer_worker.py")
START_SECONDS = 60.0
"""How long a worker may take to greet: a cold interpreter on a busy machine."""

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class MemoryExceeded(Exception):
    """The worker holds more resident memory than it may."""


class Worker:
    """One worker process and its pipes."""

    def __init__(self, python: Path, memory_mib: int) -> None:
        self._memory_bytes = memory_mib << 20
        request_reader, request_writer = os.pipe()
        reply_reader, reply_writer = os.pipe()
        try:
            # The process group of its own keeps a terminal's interrupt from killing it under the driver.
            self.process = subprocess.Popen(
                [str(python), "-I", str(WORKER), str(request_reader), str(reply_writer)],
                pass_fds=(request_reader, reply_writer),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            os.close(request_writer)
            os.close(reply_reader)
            raise EngineUnavailable(f"{python} cannot be run: {error}") from error
        finally:
            os.close(request_reader)
            os.close(reply_writer)
        self.pipe = Pipe(reply_reader, request_writer, self._check_memory)
        try:
            greeting = json.loads(self.pipe.receive(time.monotonic() + START_SECONDS))
            self.version = f"{greeting['version']}+cranelift-{greeting['compiler']}"
        except (PipeClosed, PipeDeadline, PipeGarbage, ValueError, KeyError, TypeError) as error:
            self.kill()
            raise EngineUnavailable(f"{python} does not start the wasmer worker: is wasmer installed there?") from error

    def resident_bytes(self) -> int:
        """Resident memory of the process; 0 where the system does not say."""
        try:
            text = Path(f"/proc/{self.process.pid}/statm").read_text()
        except OSError:
            return 0
        return int(text.split()[1]) * _PAGE_BYTES

    def _check_memory(self) -> None:
        if self.resident_bytes() > self._memory_bytes:
            raise MemoryExceeded

    def kill(self) -> None:
        """Ends the process at once, whatever it does."""
        self.process.kill()
        self.process.wait()
        self.pipe.close()


def _request(rows: Sequence[tuple[int, Job]]) -> bytes:
    parts = [struct.pack("<I", len(rows))]
    for row, job in rows:
        parts.append(struct.pack("<II", row, len(job.module)))
        parts.append(job.module)
    return b"".join(parts)


def _read_reply(message: bytes, row: int, job: Job) -> Answer:
    """The answer in a reply. Raises PipeGarbage when it is no reply to ``row``."""
    try:
        reply = json.loads(message)
        if reply["row"] != row:
            raise PipeGarbage(f"a reply to row {reply['row']}, not to {row}")
        if "int" in reply:
            return value_answer(job, int(reply["int"]))
        if "float" in reply:
            return value_answer(job, float.fromhex(reply["float"]))
        if "trap" in reply:
            return trap_answer(job, str(reply["trap"]), int(reply["fault"]))
        return invalid_answer(job, str(reply["invalid"]))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise PipeGarbage("a reply that is no reply") from error


class WasmerEngine:
    """The default engine. See :class:`compiler.execute.engine.WasmEngine`."""

    def __init__(self, config: EngineConfig) -> None:
        """Starts the worker. Raises EngineUnavailable when it cannot run."""
        python = config.wasmer_python or find_wasmer_python()
        if python is None:
            raise EngineUnavailable("no environment with wasmer was found")
        self._python = python
        self._config = config
        self._worker: Worker | None = self._start()
        self._version = self._worker.version

    @property
    def name(self) -> str:
        """``wasmer``."""
        return "wasmer"

    @property
    def version(self) -> str:
        """``1.1.0+cranelift-1.1.0``."""
        return self._version

    @property
    def worker_id(self) -> int | None:
        """The process id of the worker that runs now; None after :meth:`close` or a kill."""
        return self._worker.process.pid if self._worker else None

    def _start(self) -> Worker:
        return Worker(self._python, self._config.memory_mib)

    def run(self, jobs: Sequence[Job]) -> list[Answer]:
        """One answer for each job, in order; a job that kills the worker costs only its own answer.

        Raises:
            EngineUnavailable: a fresh worker cannot be started.
        """
        answers: dict[int, Answer] = {}
        for row, job in enumerate(jobs):
            refused = not_a_module(job)
            if refused is not None:
                answers[row] = refused
        waiting = [(row, job) for row, job in enumerate(jobs) if row not in answers]
        while waiting:
            batch = waiting[: self._config.batch_rows]
            self._run_batch(batch, answers)
            waiting = [(row, job) for row, job in batch if row not in answers] + waiting[len(batch) :]
        return [answers[row] for row in range(len(jobs))]

    def _run_batch(self, batch: Sequence[tuple[int, Job]], answers: dict[int, Answer]) -> None:
        """Answers rows of ``batch`` until they are all answered or one of them cost the worker."""
        if self._worker is None or self._worker.process.poll() is not None:
            self._drop()
            self._worker = self._start()
        pipe = self._worker.pipe
        seconds = self._config.timeout_seconds
        row, job = batch[0]
        try:
            pipe.send(_request(batch), time.monotonic() + START_SECONDS)
            for row, job in batch:
                answers[row] = _read_reply(pipe.receive(time.monotonic() + seconds), row, job)
        except (PipeClosed, PipeDeadline, PipeGarbage, MemoryExceeded) as error:
            answers[row] = self._loss(job, error)
            self._drop()
        except BaseException:
            # An interrupt between request and reply would leave replies behind that the next batch would read.
            self._drop()
            raise

    def _loss(self, job: Job, error: Exception) -> Answer:
        if isinstance(error, PipeDeadline):
            seconds = self._config.timeout_seconds
            return error_answer(job, ErrorCode.TIMEOUT, f"the module ran longer than {seconds:g} s")
        if isinstance(error, MemoryExceeded):
            memory = self._config.memory_mib
            return error_answer(job, ErrorCode.WORKER, f"the worker held more than {memory} MiB and was killed")
        if isinstance(error, PipeGarbage):
            return error_answer(job, ErrorCode.WORKER, f"the worker sent garbage and was killed: {error}")
        return error_answer(job, ErrorCode.WORKER, "the worker died while the module ran")

    def _drop(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def close(self) -> None:
        """Ends the worker."""
        self._drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
