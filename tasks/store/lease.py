"""One builder for each key: a lease file with its owner and a heartbeat, taken over when the owner is dead.

The owner is dead when its process is gone from this machine, or when nobody has seen its heartbeat move for
``stale_after`` seconds. Watchers time that by their own clock from the first sight of a beat, so that clocks of several
machines need not agree.

The library filelock has such a lease. It cannot be asked whether an owner is dead without taking its lease, which a
listing of the store must not do, and takes a killed process for alive until its parent has waited for it.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from irmill.tasks.store.errors import LeaseLostError, StoreError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.manifest import Record

BEAT_SECONDS = 2.0
STALE_SECONDS = 60.0
POLL_SECONDS = 0.1


class Owner(Record):
    """Who builds: the machine, the process and its start, and a token of this one acquisition.

    Attributes:
        host: the machine's name.
        space: which boot and process namespace ``pid`` counts in, empty where the system does not tell.
        pid: the process.
        started: the process's start in ticks since the boot, 0 where the system does not tell.
        token: differs for every acquisition.
        beat: how often the owner has said that it lives.
    """

    host: str
    space: str
    pid: int
    started: int
    token: str
    beat: int = 0

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


def this_process() -> Owner:
    """The owner record of this process, with a fresh token."""
    pid = os.getpid()
    return Owner(
        host=socket.gethostname(),
        space=process_space(),
        pid=pid,
        started=process_start(pid) or 0,
        token=secrets.token_hex(8),
    )


def process_space() -> str:
    """Which boot and process namespace process numbers count in; empty where the system does not tell."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def process_start(pid: int) -> int | None:
    """The start of a running process in ticks since the boot; None when it is gone or has ended (also as a zombie)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in ("Z", "X") else int(fields[19])


def is_dead(owner: Owner) -> bool:
    """Whether the owner's process is known to be gone; False for another machine's, of which only beats tell."""
    if owner.host != socket.gethostname() or owner.space != process_space():
        return False
    if owner.space:
        return process_start(owner.pid) != owner.started
    try:
        os.kill(owner.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def read_owner(storage: LocalStorage, path: str) -> Owner | None:
    """The owner that a lease file names; None where there is no lease, or one that cannot be read."""
    return Owner.parse(storage.read(path))


class Lease:
    """A held lease, its heart beating in a thread until it is released. A context manager.

    Attributes:
        owner: who holds it: this process.
    """

    def __init__(self, storage: LocalStorage, path: str, owner: Owner, beat_seconds: float = BEAT_SECONDS) -> None:
        self.owner = owner
        self._storage = storage
        self._path = path
        self._beat_seconds = beat_seconds
        self._released = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease {path}", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raise unless the lease file still names this owner.

        Raises:
            LeaseLostError: another builder took over, after this one had not been heard of for too long.
        """
        held = read_owner(self._storage, self._path)
        if not self._is_mine(held):
            raise LeaseLostError(f"{self._path}: the lease was taken over by {held or 'someone'}; run again")

    def release(self) -> None:
        """Stop the heart and remove the file, if it is still ours."""
        self._released.set()
        self._thread.join()
        with self._storage.exclusive():
            if self._is_mine(read_owner(self._storage, self._path)):
                self._storage.remove(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def _is_mine(self, held: Owner | None) -> bool:
        return held is not None and held.token == self.owner.token

    def _beat(self) -> None:
        for beat in itertools.count(1):
            if self._released.wait(self._beat_seconds):
                return
            # A full disk must not look like a lost lease: the next beat may find room again.
            with contextlib.suppress(OSError, StoreError), self._storage.exclusive():
                if not self._is_mine(read_owner(self._storage, self._path)):
                    return
                _write(self._storage, self._path, self.owner.model_copy(update={"beat": beat}))


def try_acquire(
    storage: LocalStorage, path: str, *, taken_over: Owner | None = None, beat_seconds: float = BEAT_SECONDS
) -> Lease | Owner:
    """The lease, or the owner who holds it.

    Args:
        taken_over: an owner whose heart was seen to have stopped; its lease is replaced if it is still as it was seen.
    """
    owner = this_process()
    with storage.exclusive():
        held = read_owner(storage, path)
        if held is not None and held != taken_over and not is_dead(held):
            return held
        _write(storage, path, owner)
    return Lease(storage, path, owner, beat_seconds)


def acquire(
    storage: LocalStorage,
    path: str,
    *,
    done: Callable[[], bool],
    waiting: Callable[[Owner], None] | None = None,
    stale_after: float = STALE_SECONDS,
    poll_seconds: float = POLL_SECONDS,
) -> Lease | None:
    """Wait for the lease, or for its owner to finish the work.

    Args:
        done: whether the work that the lease guards is finished; asked again once the lease is
            ours, since its last owner may have finished just before.
        waiting: told once about each owner that is waited for.
        stale_after: seconds without a new beat after which an owner counts as dead.

    Returns:
        The lease, or None when another builder finished the work meanwhile.
    """
    seen: Owner | None = None
    since = time.monotonic()
    told: set[str] = set()
    while True:
        stopped = seen if seen is not None and time.monotonic() - since > stale_after else None
        held = try_acquire(storage, path, taken_over=stopped)
        if isinstance(held, Lease):
            if done():
                held.release()
                return None
            return held
        if held != seen:
            seen, since = held, time.monotonic()
        if waiting is not None and held.token not in told:
            waiting(held)
        told.add(held.token)
        time.sleep(poll_seconds)


def _write(storage: LocalStorage, path: str, owner: Owner) -> None:
    storage.put(path, owner.model_dump_json().encode(), durable=False)
