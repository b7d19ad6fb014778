"""Length-prefixed messages over the worker's two private pipes, with deadlines on both directions."""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Callable

MOST_BYTES = 1 << 20
"""A reply is a short JSON object; a longer one is garbage."""

_TICK_SECONDS = 0.1


class PipeClosed(Exception):
    """The other side closed the pipe: its process has ended."""


class PipeGarbage(Exception):
    """What came over the pipe is no message."""


class PipeDeadline(Exception):
    """Nothing came, or nothing was taken, in time."""


class Pipe:
    """Our ends of the two pipes. ``watch`` is called about ten times a second while it waits, and may raise."""

    def __init__(self, reader: int, writer: int, watch: Callable[[], None]) -> None:
        self._reader = reader
        self._writer = writer
        self._watch = watch
        self._pending = bytearray()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                raise PipeDeadline
            if poll.poll(min(left, _TICK_SECONDS) * 1000):
                return
            self._watch()

    def send(self, content: bytes, deadline: float) -> None:
        """One message, whole, before ``deadline`` (of ``time.monotonic``).

        Raises:
            PipeClosed: the other side is gone.
            PipeDeadline: it did not take the message in time.
        """
        data = memoryview(struct.pack("<I", len(content)) + content)
        while data:
            try:
                data = data[os.write(self._writer, data) :]
            except BlockingIOError:
                self._wait(self._writer, select.POLLOUT, deadline)
            except BrokenPipeError as error:
                raise PipeClosed from error

    def receive(self, deadline: float) -> bytes:
        """The next message.

        Raises:
            PipeClosed: the other side is gone.
            PipeGarbage: a length that no message has.
            PipeDeadline: no whole message came in time.
        """
        while True:
            if len(self._pending) >= 4:
                (length,) = struct.unpack_from("<I", self._pending)
                if length > MOST_BYTES:
                    raise PipeGarbage(f"a message of {length} bytes is announced")
                if len(self._pending) >= 4 + length:
                    message = bytes(self._pending[4 : 4 + length])
                    del self._pending[: 4 + length]
                    return message
            try:
                part = os.read(self._reader, 1 << 16)
            except BlockingIOError:
                self._wait(self._reader, select.POLLIN, deadline)
                continue
            if not part:
                raise PipeClosed
            self._pending += part

    def close(self) -> None:
        """Closes both ends."""
        os.close(self._reader)
        os.close(self._writer)
