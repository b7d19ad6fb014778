"""Writing a file whole or not at all: under a temporary name beside it, which then takes its place in one step."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Generator
from pathlib import Path

TEMPORARY = ".tmp-"
"""Files that start so are unfinished: never read."""


@contextlib.contextmanager
def replaced(target: Path, *, durable: bool = False) -> Generator[Path]:
    """A path to write to; the file there becomes ``target`` at the block's end, and is removed where the block raises.

    Args:
        target: the file; its folder is there.
        durable: have the content and the name on the disk before the block is left.

    Raises:
        OSError: whatever writing, syncing or renaming raises; ``target`` is as it was then.
    """
    temporary = target.with_name(f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}-{target.name}")
    try:
        yield temporary
        if durable:
            _sync(temporary)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync(target.parent)


def write_file(target: Path, content: bytes | str, *, durable: bool = False) -> None:
    """Write a file (text as UTF-8), whole or not at all. Arguments and errors are those of :func:`replaced`."""
    with replaced(target, durable=durable) as temporary:
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
