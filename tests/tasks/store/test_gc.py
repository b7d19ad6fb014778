"""Garbage: what recent runs used stays, what somebody builds stays, and half an entry never looks whole."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from double.harness import Double, NumbersConfig, build_numbers

from irmill.tasks.store.gc import DAY, collect, delete
from irmill.tasks.store.lease import Lease, try_acquire
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import EntryState, Store


def run_file(store: Store, name: str, refs: list[ArtifactRef], days_ago: float) -> Path:
    file = store.layout.runs / name / "run.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"stages": [{"lane": r.lane, "stage": r.stage, "key": r.key, "rows": 1} for r in refs]}))
    moment = time.time() - days_ago * DAY
    os.utime(file, (moment, moment))
    return file


def age(store: Store, ref: ArtifactRef, days: float) -> None:
    moment = time.time() - days * DAY
    for path in store.layout.entry(ref.lane, ref.stage, ref.key).iterdir():
        os.utime(path, (moment, moment))


def test_recent_runs_keep_what_they_used(double: Double, store: Store) -> None:
    refs = [build_numbers(double, store, NumbersConfig(count=count)) for count in (1, 2, 3, 4)]
    for ref in refs[:3]:
        age(store, ref, 40)
    run_file(store, "recent", [refs[0]], days_ago=2)
    run_file(store, "old", [refs[1]], days_ago=35)
    (store.layout.runs / "broken").mkdir()
    (store.layout.runs / "broken" / "run.json").write_text("{")
    garbage = collect(store, days=30)
    # Unused but made today stays: its run may not be over.
    assert {item.key for item in garbage} == {refs[1].key, refs[2].key}
    assert {item.reason for item in garbage} == {"no recent run used it"}
    assert all(store.valid(ref.lane, ref.stage, ref.key) for ref in refs), "collecting deletes nothing"
    freed = delete(store, garbage)
    assert freed == sum(item.bytes for item in garbage) > 0
    assert {key for _, _, key in store.addresses()} == {refs[0].key, refs[3].key}
    assert collect(store, days=30) == []


def test_zero_days_keeps_only_what_is_being_built(double: Double, store: Store) -> None:
    kept = build_numbers(double, store, NumbersConfig(count=1))
    gone = build_numbers(double, store, NumbersConfig(count=2))
    run_file(store, "now", [kept, gone], days_ago=0)
    lease = try_acquire(store.storage, f"{store.folder(kept.lane, kept.stage, kept.key)}/lease.json")
    assert isinstance(lease, Lease)
    with lease:
        garbage = collect(store, days=0)
        assert [item.key for item in garbage] == [gone.key]
        everything = [*garbage, *(item for item in collect(store, days=0) if item.key == kept.key)]
        delete(store, everything)
    assert store.valid(kept.lane, kept.stage, kept.key)
    assert [key for _, _, key in store.addresses()] == [kept.key]


def test_what_somebody_builds_since_is_left_alone(double: Double, store: Store) -> None:
    ref = build_numbers(double, store)
    garbage = collect(store, days=0)
    lease = try_acquire(store.storage, f"{store.folder(ref.lane, ref.stage, ref.key)}/lease.json")
    assert isinstance(lease, Lease)
    with lease:
        assert delete(store, garbage) == 0
    assert store.valid(ref.lane, ref.stage, ref.key)


def test_unfinished_entries_and_leftovers_go_when_they_are_old(double: Double, store: Store) -> None:
    whole = build_numbers(double, store, NumbersConfig(count=1))
    partial = build_numbers(double, store, NumbersConfig(count=2))
    folder = store.layout.entry(partial.lane, partial.stage, partial.key)
    (folder / "manifest.json").unlink()
    leftover = store.layout.entry(whole.lane, whole.stage, whole.key) / ".tmp-1-00-part-00000.parquet"
    leftover.write_bytes(b"half")
    assert store.entry(partial.lane, partial.stage, partial.key).state is EntryState.PARTIAL
    assert collect(store, days=1) == []
    age(store, partial, 3)
    os.utime(leftover, (time.time() - 7200, time.time() - 7200))
    garbage = collect(store, days=1)
    assert {(item.reason, item.bytes > 0) for item in garbage} == {
        ("unfinished, and nobody builds it", True),
        ("left by a killed build", True),
    }
    delete(store, garbage)
    assert not folder.exists()
    assert not leftover.exists()
    assert store.valid(whole.lane, whole.stage, whole.key)
