"""Warp in a process that may die: it runs what can loop for ever, fault or print, and is killed by its wall clock.

A message is JSON. One request has many replies; the last one holds ``done``. Whoever asks knows from the replies which
kernel was at work when the worker stopped answering.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from irmill.compiler.base.child import Child, ChildError, ChildTimeout
from irmill.synth.reasons import SynthError, SynthReason

START_SECONDS = 120.0
"""Wall clock of a worker's start: importing Warp and its self-test."""

_REQUEST_SECONDS = 60.0
"""Wall clock of taking a request, which an idle worker does at once."""

Message = dict[str, Any]


def private_folder() -> Path:
    """Where workers keep what they share (Clang's precompiled headers), never in the person's own Warp cache.

    ``$IRMILL_HOME/warp`` where that is set, else a folder of this user below the temporary directory.

    Raises:
        SynthError: WORKER, where the folder belongs to somebody else.
    """
    home = os.environ.get("IRMILL_HOME")
    folder = Path(home) / "warp" if home else Path(tempfile.gettempdir()) / f"irmill-warp-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SynthError(SynthReason.WORKER, f"{folder} belongs to another user: set IRMILL_HOME to a folder of yours")
    return folder


def _sweep(shared: Path) -> None:
    """Removes the folders of workers whose parent was killed before it could."""
    for folder in shared.glob("worker-*-*"):
        parent = folder.name.split("-")[1]
        try:
            os.kill(int(parent), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (PermissionError, ValueError):
            continue


class WarpProcess:
    """One :mod:`synth.worker` with a folder of its own. Use it as a context manager, or :meth:`close` it."""

    def __init__(self, *, memory_bytes: int, gpu: bool = False, compiles: bool = False) -> None:
        """Starts the process and waits until Warp's self-test has passed.

        Args:
            memory_bytes: limit of its address space. Not applied with ``gpu``: CUDA reserves far more than it uses.
            gpu: let it see CUDA devices.
            compiles: share precompiled headers with other workers; wanted where kernels are compiled natively.

        Raises:
            SynthError: WORKER, where it does not start; the message holds Warp's version where Warp is to blame.
        """
        shared = private_folder()
        _sweep(shared)
        self._folder = Path(tempfile.mkdtemp(prefix=f"worker-{os.getpid()}-", dir=shared))
        environment = {**os.environ, "WARP_CACHE_PATH": str(self._folder / "kernels")}
        if not gpu:
            environment["CUDA_VISIBLE_DEVICES"] = ""
        settings = {
            "folder": str(self._folder),
            "shared": str(shared) if compiles else None,
            "memory_bytes": None if gpu else memory_bytes,
        }
        # -P keeps the working directory off sys.path: a file called warp.py there must not be taken for Warp.
        command = [sys.executable, "-P", "-m", "irmill.synth.worker", json.dumps(settings)]
        self.child = Child(command, environment=environment)
        try:
            self.reply(START_SECONDS)
        except SynthError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def request(self, job: Message) -> None:
        """Sends a job. Raises SynthError WORKER where the process is gone."""
        try:
            self.child.send(json.dumps(job).encode(), _REQUEST_SECONDS)
        except ChildError as error:
            raise SynthError(SynthReason.WORKER, str(error)) from None

    def reply(self, seconds: float) -> Message:
        """The next reply to the job at work.

        Raises:
            SynthError: TIMEOUT after ``seconds`` without one (the worker is then killed), WORKER where the process
                ended, could not start, or a busy machine kept it from its time.
        """
        try:
            message: Message = json.loads(self.child.receive(seconds))
        except ChildTimeout as error:
            raise SynthError(SynthReason.TIMEOUT, str(error)) from None
        except (ChildError, ValueError) as error:
            raise SynthError(SynthReason.WORKER, str(error)) from None
        if "fatal" in message:
            raise SynthError(SynthReason.WORKER, str(message["fatal"]))
        return message

    def replies(self, job: Message, seconds: float) -> Iterator[Message]:
        """Sends a job and yields its replies, each within ``seconds`` of the one before, up to the last."""
        self.request(job)
        while "done" not in (message := self.reply(seconds)):
            yield message

    def close(self) -> None:
        """Kills the process with whatever it started, and removes its folder. May be called again."""
        self.child.close()
        shutil.rmtree(self._folder, ignore_errors=True)
