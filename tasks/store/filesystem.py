"""The disk under a store: durable atomic writes, digests and listings, and errors that say what to do.

Paths are relative to the store's root, with ``/`` between their parts. A write is whole or absent: bytes go to a
temporary name, are fsynced, renamed, and the folder is fsynced. Neither ``pyarrow.fs`` nor fsspec syncs, locks, or
tells a file's inode and change time, by which a digest is known to hold still.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from irmill.compiler.base.atomic import write_file
from irmill.tasks.store.errors import HomeError, StoreFullError
from irmill.tasks.store.layout import GUARD

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file is the one that was hashed before: size in bytes, inode, modification and change times."""

    bytes: int
    inode: int
    modified_ns: int
    changed_ns: int


class LocalStorage:
    """A folder of a local disk, ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._digests: dict[str, tuple[Stamp, str]] = {}

    def read(self, path: str) -> bytes | None:
        """The whole content, None where there is no such file."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def put(self, path: str, data: bytes, *, durable: bool = True) -> None:
        """Write a file under a temporary name, fsync, rename, fsync the folder.

        Args:
            durable: False leaves the fsyncs out, for what need not outlive the machine's boot.

        Raises:
            StoreFullError: no space, no quota, or over the file size limit; the temporary file is gone again.
            HomeError: the folder may not be written to.
        """
        target = self.root / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_file(target, data, durable=durable)
        except OSError as error:
            raise explain(error, target, len(data)) from error

    def stamp(self, path: str) -> Stamp | None:
        """The file's stamp, None where there is no such regular file."""
        file = self.root / path
        try:
            stat = file.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Stamp(stat.st_size, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns) if file.is_file() else None

    def sha256(self, path: str) -> str | None:
        """The digest of the content in hex, None where there is no such file.

        A file is not hashed again while its stamp stays, unless it is so young that a change could hide in one tick of
        the file system's clock.
        """
        stamp = self.stamp(path)
        if stamp is None:
            return None
        known = self._digests.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            digest = file_digest(self.root / path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        if time.time_ns() - max(stamp.modified_ns, stamp.changed_ns) > _SETTLED_NS and self.stamp(path) == stamp:
            self._digests[path] = (stamp, digest)
        return digest

    def names(self, folder: str) -> list[str]:
        """Sorted names in a folder, empty where there is no such folder."""
        try:
            return sorted(entry.name for entry in (self.root / folder).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def stamps(self, folder: str) -> dict[str, Stamp]:
        """The stamp of every file in a folder, by name."""
        found = {name: self.stamp(f"{folder}/{name}") for name in self.names(folder)}
        return {name: stamp for name, stamp in found.items() if stamp is not None}

    def remove(self, path: str) -> None:
        """Remove a file or a folder with everything in it."""
        target = self.root / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    @contextlib.contextmanager
    def exclusive(self) -> Generator[None]:
        """Hold the store's lock file for an instant: leases are read, judged and replaced under it, nothing slow is."""
        guard = self.root / GUARD
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(guard, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise explain(error, guard) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def file_digest(path: Path) -> str:
    """The sha256 of a file's content in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def explain(error: OSError, path: Path, size: int = 0) -> HomeError:
    """The store's own error for what the operating system said about writing a file of so many bytes."""
    if error.errno in _FULL:
        return StoreFullError(
            f"{path}: {error.strerror} while writing {size:,} bytes; free some space or set IRMILL_HOME to another disk"
        )
    if error.errno in _REFUSED:
        return HomeError(f"{path}: cannot be written ({error.strerror}); set IRMILL_HOME to a folder that can")
    return HomeError(f"{path}: {error.strerror or error}")
