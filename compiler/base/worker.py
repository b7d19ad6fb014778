"""The worker's side of a supervised child process: messages over blocking pipes, and an end with the parent.

A message is a 4-byte little-endian length and that many bytes.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import sys

HEAD = struct.Struct("<I")
"""What stands before every message: its length in bytes."""


def die_with_parent() -> None:
    """Be killed with the parent, who cannot do it then, and whose end an endless loop never sees."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def read_message(descriptor: int) -> bytes | None:
    """The next message of a blocking pipe, None at its end."""
    head = _read_exactly(descriptor, HEAD.size)
    return None if head is None else _read_exactly(descriptor, HEAD.unpack(head)[0])


def _read_exactly(descriptor: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count:
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def write_message(descriptor: int, content: bytes) -> None:
    """One message, whole, into a blocking pipe."""
    data = memoryview(HEAD.pack(len(content)) + content)
    while data:
        data = data[os.write(descriptor, data) :]
