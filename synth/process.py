"""A worker process that may die: it runs what can loop for ever, fault or print, and is killed by its wall clock.

The parent and the worker talk over two private pipes (length-prefixed JSON), so that nothing a user's file prints gets
in between. One request has many replies; the last one holds ``done``. Whoever asks knows from the replies which kernel
was at work when the worker stopped answering.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from irmill.synth.reasons import SynthError, SynthReason

START_SECONDS = 120.0
"""Wall clock of a worker's start: importing Warp and its self-test."""

PATIENCE = 8
"""On a machine that is busy with other work, a worker gets its wall clock again, up to so many times."""

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


class Worker:
    """One worker process. Use it as a context manager, or :meth:`close` it."""

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
        request_read, self._requests = os.pipe()
        self._replies, reply_write = os.pipe()
        environment = dict(os.environ)
        environment["WARP_CACHE_PATH"] = str(self._folder / "kernels")
        if not gpu:
            environment["CUDA_VISIBLE_DEVICES"] = ""
        settings = {
            "folder": str(self._folder),
            "shared": str(shared) if compiles else None,
            "memory_bytes": None if gpu else memory_bytes,
        }
        # -P keeps the working directory off sys.path: a file called warp.py there must not be taken for Warp.
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-m",
                "irmill.synth.worker",
                str(request_read),
                str(reply_write),
                json.dumps(settings),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(request_read, reply_write),
            start_new_session=True,
            env=environment,
        )
        os.close(request_read)
        os.close(reply_write)
        self._buffer = b""
        self._open = True
        try:
            self.reply(START_SECONDS)
        except SynthError:
            self.close()
            raise

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def request(self, job: Message) -> None:
        """Sends a job. Raises SynthError WORKER where the process is gone."""
        payload = json.dumps(job).encode()
        data = memoryview(len(payload).to_bytes(8, "little") + payload)
        try:
            while data:
                data = data[os.write(self._requests, data) :]
        except BrokenPipeError:
            raise SynthError(SynthReason.WORKER, self._how_it_ended()) from None

    def reply(self, seconds: float) -> Message:
        """The next reply to the job at work.

        Raises:
            SynthError: TIMEOUT after ``seconds`` without one (the worker is then killed), WORKER where the process
                ended or could not start.
        """
        deadline = time.monotonic() + seconds
        used, extensions = self._cpu_seconds(), 0
        poll = select.poll()
        poll.register(self._replies, select.POLLIN | select.POLLHUP)
        while True:
            if len(self._buffer) >= 8:
                end = 8 + int.from_bytes(self._buffer[:8], "little")
                if len(self._buffer) >= end:
                    message: Message = json.loads(self._buffer[8:end])
                    self._buffer = self._buffer[end:]
                    if "fatal" in message:
                        raise SynthError(SynthReason.WORKER, str(message["fatal"]))
                    return message
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                if extensions == PATIENCE or not self._starved(seconds, self._cpu_seconds() - used):
                    self.close()
                    raise SynthError(SynthReason.TIMEOUT, f"no answer within {seconds:g} s")
                extensions += 1
                deadline += seconds
                continue
            chunk = os.read(self._replies, 1 << 20)
            if not chunk:
                raise SynthError(SynthReason.WORKER, self._how_it_ended())
            self._buffer += chunk

    @staticmethod
    def _starved(seconds: float, computed: float) -> bool:
        """Whether a busy machine kept the worker waiting: it computed, but for less than its time.

        One that computed for most of its time has had it, and one that hardly computed sleeps.
        """
        return 0.02 * seconds < computed < 0.8 * seconds

    def _cpu_seconds(self) -> float:
        """Processor time of the worker so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def replies(self, job: Message, seconds: float) -> Iterator[Message]:
        """Sends a job and yields its replies, each within ``seconds`` of the one before, up to the last."""
        self.request(job)
        while True:
            message = self.reply(seconds)
            if "done" in message:
                return
            yield message

    def _how_it_ended(self) -> str:
        self.close()
        code = self._process.returncode
        if code is not None and code < 0:
            return f"the process was killed by {signal.Signals(-code).name}"
        return f"the process ended with exit code {code}"

    def close(self) -> None:
        """Kills the process with whatever it started, and removes its folder. May be called again."""
        if not self._open:
            return
        self._open = False
        os.close(self._requests)
        try:
            # A worker that is idle, or gone already, ends by itself and keeps its own exit code.
            self._process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            self._process.kill()
        try:
            with contextlib.suppress(ProcessLookupError):  # the whole group has ended: nothing is left to kill
                os.killpg(self._process.pid, signal.SIGKILL)
        except PermissionError:
            self._process.kill()
        self._process.wait()
        os.close(self._replies)
        shutil.rmtree(self._folder, ignore_errors=True)
