"""Leases: one holder at a time, the dead are succeeded at once, the silent after a while, the living never."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from irmill.tasks.store.errors import LeaseLostError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.lease import (
    Lease,
    Owner,
    acquire,
    is_dead,
    process_start,
    read_owner,
    this_process,
    try_acquire,
)

PATH = "lane.stage/key/lease.json"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "store")


def plant(storage: LocalStorage, owner: Owner) -> None:
    storage.put(PATH, owner.model_dump_json().encode())


def test_held_once_and_free_after_release(storage: LocalStorage) -> None:
    lease = try_acquire(storage, PATH)
    assert isinstance(lease, Lease)
    with lease:
        assert try_acquire(storage, PATH) == read_owner(storage, PATH)
        lease.check()
    assert storage.read(PATH) is None
    again = try_acquire(storage, PATH)
    assert isinstance(again, Lease)
    again.release()


def test_the_heart_beats(storage: LocalStorage) -> None:
    lease = try_acquire(storage, PATH, beat_seconds=0.01)
    assert isinstance(lease, Lease)
    with lease:
        deadline = time.monotonic() + 30
        while (owner := read_owner(storage, PATH)) is None or owner.beat < 3:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert owner.token == lease.owner.token


def test_a_dead_process_is_dead_and_so_is_one_that_has_its_number_since() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = process_start(process.pid)
    assert start is not None
    owner = this_process().model_copy(update={"pid": process.pid, "started": start})
    assert not is_dead(owner)
    assert is_dead(owner.model_copy(update={"started": start + 1}))
    process.kill()
    while process_start(process.pid) is not None:
        time.sleep(0.01)
    # Not yet waited for: a zombie has ended too.
    assert is_dead(owner)
    process.communicate()
    assert is_dead(owner)


def test_another_machines_owner_is_never_known_to_be_dead() -> None:
    elsewhere = this_process().model_copy(update={"host": "elsewhere", "pid": 2**22 + 1})
    assert not is_dead(elsewhere)
    rebooted = this_process().model_copy(update={"space": "another boot", "pid": 2**22 + 1})
    assert not is_dead(rebooted)


def test_a_dead_owners_lease_is_taken_over_at_once(storage: LocalStorage) -> None:
    plant(storage, this_process().model_copy(update={"pid": 2**22 + 1, "started": 5}))
    lease = acquire(storage, PATH, done=lambda: False, stale_after=10_000)
    assert lease is not None
    assert lease.owner.pid == os.getpid()
    lease.release()


def test_an_unreadable_lease_is_nobodys(storage: LocalStorage) -> None:
    storage.put(PATH, b"{")
    lease = try_acquire(storage, PATH)
    assert isinstance(lease, Lease)
    lease.release()


def test_a_silent_owner_is_succeeded_and_told_so(storage: LocalStorage) -> None:
    silent = this_process().model_copy(update={"host": "elsewhere"})
    plant(storage, silent)
    waited: list[Owner] = []
    lease = acquire(storage, PATH, done=lambda: False, waiting=waited.append, stale_after=0.3, poll_seconds=0.02)
    assert lease is not None
    assert waited == [silent]
    lease.release()


def test_a_beating_owner_is_not_succeeded_however_slow(storage: LocalStorage) -> None:
    holder = try_acquire(storage, PATH, beat_seconds=0.05)
    assert isinstance(holder, Lease)
    got: list[Lease | None] = []
    done = threading.Event()
    waiter = threading.Thread(
        target=lambda: got.append(acquire(storage, PATH, done=done.is_set, stale_after=1.5, poll_seconds=0.02))
    )
    waiter.start()
    waiter.join(timeout=3.0)
    assert waiter.is_alive(), "taken from a living owner"
    holder.check()
    done.set()
    holder.release()
    waiter.join(timeout=60)
    # Its owner has done the work: nobody needs the lease.
    assert got == [None]
    assert storage.read(PATH) is None


def test_who_lost_the_lease_is_told_and_leaves_the_new_one_alone(storage: LocalStorage) -> None:
    lease = try_acquire(storage, PATH, beat_seconds=0.01)
    assert isinstance(lease, Lease)
    with storage.exclusive():
        usurper = this_process()
        plant(storage, usurper)
    with pytest.raises(LeaseLostError, match="taken over by process"):
        lease.check()
    lease.release()
    assert read_owner(storage, PATH) == usurper


def test_of_many_takers_one_takes_a_dead_lease(storage: LocalStorage) -> None:
    plant(storage, this_process().model_copy(update={"pid": 2**22 + 1, "started": 5}))
    start = threading.Barrier(8)
    got: list[Lease | Owner] = []

    def take() -> None:
        start.wait()
        got.append(try_acquire(storage, PATH))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    leases = [held for held in got if isinstance(held, Lease)]
    assert len(leases) == 1
    leases[0].release()
