"""Supervising a child process that may loop for ever, crash, eat memory or talk garbage.

A parent holds a :class:`Child` and talks with the worker in it (:mod:`compiler.base.worker`) over two private pipes, so
that nothing the worker prints gets in between. Whatever goes wrong ends the child, with all it started, and is one of
four errors; what the bytes of a message mean is the caller's.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Self

from irmill.compiler.base.worker import HEAD

PATIENCE = 8
"""On a machine that is busy with other work, a child gets its wall clock again, up to so many times."""

_TICK_SECONDS = 0.1
_GRACE_SECONDS = 0.2
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ChildError(Exception):
    """The child is of no more use and has been ended; the message says why in one line."""


class ChildEnded(ChildError):
    """It ended by itself, or was killed by something else."""


class ChildTimeout(ChildError):
    """It did not take a message, or did not send one, in time."""


class ChildStarved(ChildError):
    """The machine was too busy: time and again the child got less of it than its time, which says nothing of it."""


class ChildMemory(ChildError):
    """It held more resident memory than it may."""


class ChildGarbage(ChildError):
    """What it sent is no message."""


class Child:
    """One child process. Use it as a context manager, or :meth:`close` it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        memory_bytes: int | None = None,
        longest_message: int = 1 << 28,
    ) -> None:
        """Starts the process in a session of its own, where a terminal's interrupt does not reach it.

        Args:
            command: what to run; the descriptors that it reads requests from and writes replies to are added at the
                end, as two numbers.
            environment: its environment; the parent's unless given.
            memory_bytes: resident memory that it may hold, looked at while it is waited for; None bounds nothing.
            longest_message: bytes of a reply; a longer one is garbage.

        Raises:
            OSError: the command cannot be run.
        """
        self._memory_bytes = memory_bytes
        self._longest = longest_message
        self._pending = bytearray()
        self._open = True
        request_reader, self._requests = os.pipe()
        self._replies, reply_writer = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command, str(request_reader), str(reply_writer)],
                pass_fds=(request_reader, reply_writer),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                env=environment,
            )
        except OSError:
            os.close(self._requests)
            os.close(self._replies)
            raise
        finally:
            os.close(request_reader)
            os.close(reply_writer)
        os.set_blocking(self._requests, False)
        os.set_blocking(self._replies, False)

    @property
    def pid(self) -> int:
        """The process's number; its group has the same."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether nothing holds the other end of the pipes any more, or :meth:`close` was called."""
        return not self._open or self._hung_up(0.0)

    def send(self, content: bytes, seconds: float) -> None:
        """Sends one message, whole, within ``seconds``. Raises a :class:`ChildError`."""
        data = memoryview(HEAD.pack(len(content)) + content)
        clock = _Clock(seconds, self._cpu_seconds())
        with self._ended_by_errors():
            while data:
                try:
                    data = data[os.write(self._requests, data) :]
                except BlockingIOError:
                    self._wait(self._requests, select.POLLOUT, clock)
                except BrokenPipeError:
                    raise self._ended() from None

    def receive(self, seconds: float) -> bytes:
        """The next message, which must be whole within ``seconds``. Raises a :class:`ChildError`."""
        if (message := self._taken()) is not None:
            return message
        clock = _Clock(seconds, self._cpu_seconds())
        with self._ended_by_errors():
            while (message := self._taken()) is None:
                try:
                    part = os.read(self._replies, 1 << 16)
                except BlockingIOError:
                    self._wait(self._replies, select.POLLIN, clock)
                    continue
                if not part:
                    raise self._ended()
                self._pending += part
            return message

    def close(self) -> None:
        """Kills the process with whatever it started. One that is idle, or gone already, keeps its own exit code.

        May be called again.
        """
        self._end(_GRACE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _taken(self) -> bytes | None:
        """The first message of what has come, None where it is not whole yet."""
        if len(self._pending) < HEAD.size:
            return None
        (length,) = HEAD.unpack_from(self._pending)
        if length > self._longest:
            raise ChildGarbage(f"a message of {length} bytes is announced")
        end = HEAD.size + length
        if len(self._pending) < end:
            return None
        message = bytes(self._pending[HEAD.size : end])
        del self._pending[:end]
        return message

    def _wait(self, descriptor: int, event: int, clock: _Clock) -> None:
        """Returns once the descriptor is ready. Raises ChildTimeout, ChildStarved and ChildMemory."""
        poll = select.poll()
        poll.register(descriptor, event)
        while True:
            left = clock.left()
            if left <= 0:
                if not clock.extend(self._cpu_seconds()):
                    if clock.starved:
                        raise ChildStarved(f"the machine left it no {clock.seconds:g} s in {PATIENCE + 1} times that")
                    raise ChildTimeout(f"no answer within {clock.seconds:g} s")
            elif poll.poll(min(left, _TICK_SECONDS) * 1000):
                return
            elif self._memory_bytes is not None and self._resident_bytes() > self._memory_bytes:
                raise ChildMemory(f"more than {self._memory_bytes >> 20} MiB were held")

    @contextlib.contextmanager
    def _ended_by_errors(self) -> Generator[None]:
        try:
            yield
        except ChildError:
            self._end(0.0)
            raise

    def _ended(self) -> ChildEnded:
        """Ends what is left of the child and says how it ended."""
        self.close()
        code = self._process.returncode
        if code < 0:
            return ChildEnded(f"the process was killed by {signal.Signals(-code).name}")
        return ChildEnded(f"the process ended with exit code {code}")

    def _end(self, grace: float) -> None:
        if not self._open:
            return
        self._open = False
        os.close(self._requests)
        self._hung_up(grace)
        # The process is not waited for before: until then its number, and its group's, can be nobody else's.
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()
        os.close(self._replies)

    def _hung_up(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._replies, 0)
        return bool(poll.poll(seconds * 1000))

    def _cpu_seconds(self) -> float:
        """Processor time of the child so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _resident_bytes(self) -> int:
        """Resident memory of the child; 0 where the system does not say."""
        try:
            return int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]) * _PAGE_BYTES
        except OSError:
            return 0


class _Clock:
    """The wall clock of one message, given again where a busy machine kept the child waiting.

    A child that computed for most of its time has had it, and one that hardly computed since the clock was given
    last sleeps.
    """

    def __init__(self, seconds: float, computed: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._first = self._last = computed
        self._extensions = 0

    @property
    def starved(self) -> bool:
        """Whether the child was given its time as often as it ever is."""
        return self._extensions == PATIENCE

    def left(self) -> float:
        """Seconds until the deadline; negative past it."""
        return self._deadline - time.monotonic()

    def extend(self, computed: float) -> bool:
        """Moves the deadline where the child was starved; False where its time is over."""
        sleeps = computed - self._last <= 0.02 * self.seconds
        if sleeps or computed - self._first >= 0.8 * self.seconds or self.starved:
            return False
        self._last = computed
        self._extensions += 1
        self._deadline += self.seconds
        return True
