"""What in the store nothing needs any more: entries that no recent run used, and what killed builds left.

Roots are the ``runs/<run>/run.json`` younger than so many days, each with its ``stages: [{lane, stage, key, ...}]``.
What was itself written within those days stays too, since the run it was made for may not be over, and so does what
somebody builds at the moment.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from irmill.compiler.base.atomic import TEMPORARY
from irmill.tasks.store.layout import LEASE, MANIFEST
from irmill.tasks.store.lease import Lease, is_dead, read_owner, try_acquire
from irmill.tasks.store.store import Store

DAY = 86_400.0
RUN_FILE = "run.json"
SETTLED_SECONDS = 3_600.0
"""A temporary file older than this belongs to nobody: a shard is written in one go."""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something that can go: a folder of the store or a leftover file in one, its size, and why.

    Attributes:
        path: relative to the store.
        lane: of the entry it is or lies in.
        stage: of the entry.
        key: of the entry.
        bytes: what deleting it frees.
        reason: a few words.
    """

    path: str
    lane: str
    stage: str
    key: str
    bytes: int
    reason: str


def used_keys(runs: Path, *, newer_than: float) -> set[tuple[str, str, str]]:
    """Lane, stage and key of everything that runs written after a moment (seconds since the epoch) have used."""
    return {
        used
        for file in sorted(runs.glob(f"*/{RUN_FILE}"))
        if file.stat().st_mtime >= newer_than
        for used in _stages_of(file)
    }


def collect(store: Store, days: float, *, now: float | None = None) -> list[Garbage]:
    """What can go. Touches nothing.

    Args:
        store: the store.
        days: how long a run keeps what it used; 0 keeps nothing but what is being built.
        now: seconds since the epoch, for which a test may have its own idea.
    """
    moment = time.time() if now is None else now
    limit = moment - days * DAY
    used = used_keys(store.layout.runs, newer_than=limit) if days > 0 else set[tuple[str, str, str]]()
    found: list[Garbage] = []
    for lane, stage, key in store.addresses():
        folder = store.folder(lane, stage, key)
        owner = read_owner(store.storage, f"{folder}/{LEASE}")
        if owner is not None and not is_dead(owner):
            continue
        stamps = store.storage.stamps(folder)
        young = days > 0 and any(stamp.modified_ns / 1e9 >= limit for stamp in stamps.values())
        if (lane, stage, key) in used or young:
            found += [
                Garbage(f"{folder}/{name}", lane, stage, key, stamp.bytes, "left by a killed build")
                for name, stamp in stamps.items()
                if name.startswith(TEMPORARY) and moment - stamp.modified_ns / 1e9 > SETTLED_SECONDS
            ]
            continue
        whole = store.read_manifest(lane, stage, key) is not None
        reason = "no recent run used it" if whole else "unfinished, and nobody builds it"
        found.append(Garbage(folder, lane, stage, key, sum(stamp.bytes for stamp in stamps.values()), reason))
    return found


def delete(store: Store, garbage: Sequence[Garbage]) -> int:
    """Delete what :func:`collect` found, but for what somebody has begun to build since.

    Returns:
        Bytes freed.
    """
    freed = 0
    for item in garbage:
        folder = store.folder(item.lane, item.stage, item.key)
        lease = try_acquire(store.storage, f"{folder}/{LEASE}")
        if not isinstance(lease, Lease):
            continue
        with lease:
            if item.path == folder:
                # The manifest goes first: half an entry must never look whole.
                store.storage.remove(f"{folder}/{MANIFEST}")
                for name in store.storage.names(folder):
                    if name != LEASE:
                        store.storage.remove(f"{folder}/{name}")
            else:
                store.storage.remove(item.path)
            freed += item.bytes
        with contextlib.suppress(OSError):
            (store.storage.root / folder).rmdir()
            (store.storage.root / folder).parent.rmdir()
    return freed


def _stages_of(file: Path) -> Iterator[tuple[str, str, str]]:
    try:
        run: Any = json.loads(file.read_text(encoding="utf-8"))
        stages = list(run["stages"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    for stage in stages:
        if isinstance(stage, dict):
            row = cast(dict[str, Any], stage)
            yield str(row.get("lane")), str(row.get("stage")), str(row.get("key"))
