"""The program behind :class:`synth.warp_process.WarpProcess`: it reads jobs and answers until its pipe closes.

Run as ``python -m irmill.synth.worker SETTINGS REQUEST_FD REPLY_FD``; nothing else starts it.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from irmill.compiler.base.worker import die_with_parent, read_message, write_message

Message = dict[str, Any]


def main(arguments: list[str]) -> int:
    """Serves jobs; returns the exit code."""
    settings: Message = json.loads(arguments[0])
    requests, replies = int(arguments[1]), int(arguments[2])
    for descriptor in (requests, replies):
        os.set_inheritable(descriptor, False)
    die_with_parent()
    if settings["memory_bytes"] is not None:
        resource.setrlimit(resource.RLIMIT_AS, (settings["memory_bytes"], settings["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        handlers = _start(settings)
    except Exception as error:
        _send(replies, {"fatal": f"the worker does not start: {error}"})
        return 1
    _send(replies, {"ready": True})
    while (request := read_message(requests)) is not None:
        job: Message = json.loads(request)
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


def _send(descriptor: int, message: Message) -> None:
    write_message(descriptor, json.dumps(message).encode())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
