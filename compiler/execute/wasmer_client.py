"""wasmer 1.1.0 with Cranelift, in a worker process of its own.

wasmer has wheels for CPython 3.10 and older only, no metering, and objects that may not cross threads; an endless loop
ends only with its process. So the modules go to :mod:`compiler.execute.wasmer_worker`, many put together to one, and
what kills the worker costs the row that ran: a fresh worker gets the rest. Where no row ran yet, the batch is cut in
two.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

from irmill.compiler.base.child import Child, ChildError, ChildGarbage, ChildMemory, ChildStarved, ChildTimeout
from irmill.compiler.execute import engine
from irmill.compiler.execute.batches import Batch, halves, module_of, run_batches
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.wasm.codebook import VALUE_TYPE_BYTES, ValueType
from irmill.compiler.wasm.merge import Call

WORKER = Path(__file__).with_name("wasmer_worker.py")
START_SECONDS = 60.0
"""How long a worker may take to greet: a cold interpreter on a busy machine."""
_LONGEST_REPLY = 1 << 20
"""A reply is a number or one line; a longer one is garbage."""


_OWN = 0xFFFFFFFF
"""In place of a function: ``compute`` of a module that is run as it is. In place of a row: the module."""
_INT, _FLOAT, _TRAP, _INVALID, _READY = range(5)
"""What a reply says."""
_REALS = (VALUE_TYPE_BYTES[ValueType.F32], VALUE_TYPE_BYTES[ValueType.F64])


def _request(batch: Batch) -> bytes:
    module, calls = module_of(batch)
    parts = [struct.pack("<II", len(batch), len(module)), module]
    for part, call in zip(batch, calls, strict=True):
        call = call or Call(_OWN)
        parts.append(struct.pack("<IIB", part.row, call.function, len(call.arguments)))
        for kind, value in call.arguments:
            parts.append(struct.pack("<Bd" if kind in _REALS else "<Bq", kind, value))
    return b"".join(parts)


def _read_reply(message: bytes, row: int) -> tuple[int, bytes]:
    """The kind of a reply to ``row`` and what follows it. Raises ChildGarbage when it is none."""
    try:
        replied, kind = struct.unpack_from("<IB", message)
    except struct.error as error:
        raise ChildGarbage("a reply that is no reply") from error
    if replied != row:
        raise ChildGarbage(f"a reply to row {replied}, not to {row}")
    return kind, message[5:]


def _answer(message: bytes, row: int, job: engine.Job) -> engine.Answer:
    """The answer in a reply to ``row``. Raises ChildGarbage when it is none."""
    kind, content = _read_reply(message, row)
    try:
        match kind:
            case 0:
                return engine.value_answer(job, struct.unpack("<q", content)[0])
            case 1:
                return engine.value_answer(job, struct.unpack("<d", content)[0])
            case 2:
                (fault,) = struct.unpack_from("<i", content)
                return engine.trap_answer(job, content[4:].decode(), fault)
            case 3:
                return engine.invalid_answer(job, content.decode())
            case _:
                raise ChildGarbage(f"a reply of the kind {kind}")
    except (struct.error, UnicodeDecodeError) as error:
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
        return run_batches(jobs, self._config.batch_rows, self._run_batch)

    def _run_batch(self, batch: Batch, answers: dict[int, engine.Answer]) -> Iterable[Batch]:
        """Answers rows of a batch until one of them costs the worker; returns what is then left of it."""
        if self._child.has_ended:
            self._child.close()
            self._child, _ = self._start()
        done = 0
        try:
            self._child.send(_request(batch), START_SECONDS)
            kind, content = _read_reply(self._child.receive(self._config.timeout_seconds), _OWN)
            if kind != _READY:
                if len(batch) > 1:
                    return halves(batch)
                answers[batch[0].row] = engine.invalid_answer(batch[0].job, content.decode(errors="replace"))
                return ()
            done = 1
            for part in batch:
                message = self._child.receive(self._config.timeout_seconds)
                answers[part.row] = _answer(message, part.row, part.job)
                done += 1
        except ChildError as error:
            self._child.close()
            if not done and len(batch) > 1:
                return halves(batch)
            lost = batch[max(0, done - 1)]
            answers[lost.row] = self._loss(lost.job, error)
            return [batch[done:]] if done < len(batch) and done else ()
        except BaseException:
            # An interrupt between request and reply would leave replies behind that the next batch would read.
            self._child.close()
            raise
        return ()

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
