"""The process behind :class:`synth.process.Worker`: it reads jobs, runs them and answers until its pipe closes.

Run as ``python -m irmill.synth.worker REQUEST_FD REPLY_FD SETTINGS``; nothing else starts it.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Message = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Serves jobs; returns the exit code."""
    requests, replies = int(arguments[0]), int(arguments[1])
    settings: Message = json.loads(arguments[2])
    for descriptor in (requests, replies):
        os.set_inheritable(descriptor, False)
    _die_with_parent()
    if settings["memory_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_AS, (settings["memory_bytes"], settings["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        handlers = _start(settings)
    except Exception as error:
        _send(replies, {"fatal": f"the worker does not start: {error}"})
        return 1
    _send(replies, {"ready": True})
    while (job := _receive(requests)) is not None:
        for message in handlers[job["kind"]](job):
            _send(replies, message)
        _send(replies, {"done": True})
    return 0


def _start(settings: Message) -> dict[str, Callable[[Message], Iterator[Message]]]:
    from irmill.synth import build_worker, extract_worker, warp_private

    folder = Path(settings["folder"])
    if settings["shared"] is None:
        warp_private.start(folder)
    else:
        _start_shared(folder, Path(settings["shared"]))
    return {
        "sources": extract_worker.extract_sources,
        "file": extract_worker.extract_file,
        "build": build_worker.build,
    }


def _start_shared(folder: Path, shared: Path) -> None:
    """Starts with shared precompiled headers; the first of several workers makes them while the others wait."""
    from irmill.synth import warp_private

    with (shared / "headers.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        headers = shared / f"headers-{warp_private.headers_key()}"
        warp_private.start(folder, headers=headers)
        try:
            warp_private.compile_probe()
        except Exception:
            # A header file that is damaged (a full disk, a kill) would fail every compile: make it anew, once.
            shutil.rmtree(headers, ignore_errors=True)
            headers.mkdir(parents=True, exist_ok=True)
            warp_private.compile_probe()


def _die_with_parent() -> None:
    """A parent that is killed cannot kill its worker, and a worker in an endless loop never sees its pipe close."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


def _receive(descriptor: int) -> Message | None:
    head = _read(descriptor, 8)
    if len(head) < 8:
        return None
    return json.loads(_read(descriptor, int.from_bytes(head, "little")))


def _read(descriptor: int, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        part = os.read(descriptor, min(size, 1 << 20))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _send(descriptor: int, message: Message) -> None:
    payload = json.dumps(message).encode()
    data = memoryview(len(payload).to_bytes(8, "little") + payload)
    while data:
        data = data[os.write(descriptor, data) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
