"""wasmer 1.1.0 with Cranelift, in a worker process of its own.

wasmer has wheels for CPython 3.10 and older only, no metering, and objects that may not cross threads; an endless loop
ends only with its process. So the modules go to :mod:`compiler.execute.wasmer_worker` in batches, and what kills the
worker costs the row that ran: a fresh worker gets the rest.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path

from irmill.compiler.base.child import Child, ChildError, ChildGarbage, ChildMemory, ChildStarved, ChildTimeout
from irmill.compiler.execute import engine
from irmill.compiler.lang.errors import ErrorCode

WORKER = Path(__file__).with_name("wasmer_worker.py")
START_SECONDS = 60.0
"""How long a worker may take to greet: a cold interpreter on a busy machine."""
_LONGEST_REPLY = 1 << 20
"""A reply is a short JSON object; a longer one is garbage."""


def _request(rows: Sequence[tuple[int, engine.Job]]) -> bytes:
    parts = [struct.pack("<I", len(rows))]
    for row, job in rows:
        parts.append(struct.pack("<II", row, len(job.module)))
        parts.append(job.module)
    return b"".join(parts)


def _read_reply(message: bytes, row: int, job: engine.Job) -> engine.Answer:
    """The answer in a reply. Raises ChildGarbage when it is no reply to ``row``."""
    try:
        reply = json.loads(message)
        if reply["row"] != row:
            raise ChildGarbage(f"a reply to row {reply['row']}, not to {row}")
        if "int" in reply:
            return engine.value_answer(job, int(reply["int"]))
        if "float" in reply:
            return engine.value_answer(job, float.fromhex(reply["float"]))
        if "trap" in reply:
            return engine.trap_answer(job, str(reply["trap"]), int(reply["fault"]))
        return engine.invalid_answer(job, str(reply["invalid"]))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise ChildGarbage("a reply that is no reply") from error


class WasmerEngine(engine.WasmEngine):
    """The default engine. See :class:`compiler.execute.engine.WasmEngine`."""

    name = "wasmer"

    def __init__(self, config: engine.EngineConfig) -> None:
        """Starts the worker. Raises EngineUnavailable when it cannot run."""
        python = config.wasmer_python or engine.find_wasmer_python()
        if python is None:
            raise engine.EngineUnavailable("no environment with wasmer was found")
        self._python = python
        self._config = config
        self._child, self.version = self._start()

    @property
    def worker_id(self) -> int | None:
        """The process id of the worker that runs now; None after :meth:`close` or a kill."""
        return None if self._child.has_ended else self._child.pid

    def _start(self) -> tuple[Child, str]:
        """A fresh worker and the version that it greets with. Raises EngineUnavailable."""
        memory = self._config.memory_mib << 20
        try:
            child = Child([str(self._python), "-I", str(WORKER)], memory_bytes=memory, longest_message=_LONGEST_REPLY)
        except OSError as error:
            raise engine.EngineUnavailable(f"{self._python} cannot be run: {error}") from error
        try:
            greeting = json.loads(child.receive(START_SECONDS))
            return child, f"{greeting['version']}+cranelift-{greeting['compiler']}"
        except (ChildError, ValueError, KeyError, TypeError) as error:
            child.close()
            raise engine.EngineUnavailable(
                f"{self._python} does not start the wasmer worker: is wasmer installed there?"
            ) from error

    def run(self, jobs: Sequence[engine.Job]) -> list[engine.Answer]:
        """One answer for each job, in order; a job that kills the worker costs only its own answer.

        Raises:
            EngineUnavailable: a fresh worker cannot be started.
        """
        answers: dict[int, engine.Answer] = {}
        for row, job in enumerate(jobs):
            refused = engine.not_a_module(job)
            if refused is not None:
                answers[row] = refused
        waiting = [(row, job) for row, job in enumerate(jobs) if row not in answers]
        while waiting:
            batch = waiting[: self._config.batch_rows]
            self._run_batch(batch, answers)
            waiting = [(row, job) for row, job in batch if row not in answers] + waiting[len(batch) :]
        return [answers[row] for row in range(len(jobs))]

    def _run_batch(self, batch: Sequence[tuple[int, engine.Job]], answers: dict[int, engine.Answer]) -> None:
        """Answers rows of ``batch`` until they are all answered or one of them cost the worker."""
        if self._child.has_ended:
            self._child.close()
            self._child, _ = self._start()
        row, job = batch[0]
        try:
            self._child.send(_request(batch), START_SECONDS)
            for row, job in batch:
                answers[row] = _read_reply(self._child.receive(self._config.timeout_seconds), row, job)
        except ChildError as error:
            answers[row] = self._loss(job, error)
            self._child.close()
        except BaseException:
            # An interrupt between request and reply would leave replies behind that the next batch would read.
            self._child.close()
            raise

    def _loss(self, job: engine.Job, error: ChildError) -> engine.Answer:
        if isinstance(error, ChildTimeout):
            seconds = self._config.timeout_seconds
            return engine.error_answer(job, ErrorCode.TIMEOUT, f"the module ran longer than {seconds:g} s")
        if isinstance(error, ChildStarved):
            return engine.error_answer(job, ErrorCode.WORKER, str(error))
        if isinstance(error, ChildMemory):
            memory = self._config.memory_mib
            return engine.error_answer(job, ErrorCode.WORKER, f"the worker held more than {memory} MiB and was killed")
        if isinstance(error, ChildGarbage):
            return engine.error_answer(job, ErrorCode.WORKER, f"the worker sent garbage and was killed: {error}")
        return engine.error_answer(job, ErrorCode.WORKER, "the worker died while the module ran")

    def close(self) -> None:
        """Ends the worker."""
        self._child.close()
