"""Build one stage into the store: plan its shards, run the engine on each, hold the result to its promises, publish.

Free of prefect. A valid entry is returned as it is; shards that an earlier, killed build finished are kept; one builder
works on a key at a time, others wait for it. What is published depends on the key alone, not on how many workers built
it.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import os
import socket
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from irmill.compiler.base.stage import ANY_REASON, Sharding, Stage
from irmill.tasks.fingerprint import Fingerprint, code_now, stage_key
from irmill.tasks.imports import PACKAGES
from irmill.tasks.pool import ShardJob, Unfinished, run_jobs
from irmill.tasks.store.errors import (
    CodeChangedError,
    CorruptEntryError,
    RejectLimitError,
    StageFailure,
    UnfinishedShardError,
)
from irmill.tasks.store.layout import LEASE, MANIFEST, sidecar_name
from irmill.tasks.store.lease import STALE_SECONDS, Lease, Owner, acquire
from irmill.tasks.store.manifest import ArtifactRef, Manifest, Report, ShardRecord
from irmill.tasks.store.shards import read_sidecar
from irmill.tasks.store.store import Store

_log = logging.getLogger(__name__)


class Observer:
    """Told how a build goes, and says nothing of it; the calls come from the builder's own thread."""

    def start(self, stage: str, key: str, shards: int, rows: int | None) -> None:
        """Work begins: so many shards are left, of so many rows in all (None: not known)."""

    def advance(self, rows: int) -> None:
        """The engine has done so many rows more."""

    def shard(self, record: ShardRecord) -> None:
        """A shard is on the disk."""

    def waiting(self, owner: Owner) -> None:
        """Another process builds this key: its work will be used."""

    def finish(self) -> None:
        """Work is over, done or failed."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """How to build, none of which changes a byte of what is built.

    Attributes:
        workers: processes that build shards; 1 builds in this process.
        limits: reason to the largest share of the rows in that it may reject; ``*`` for the reasons not named.
        force: build every shard anew though the entry is valid.
        stale_after: seconds without a heartbeat after which another builder counts as dead.
        packages: the project's packages, whose sources enter the key.
    """

    workers: int = 1
    limits: Mapping[str, float] | None = None
    force: bool = False
    stale_after: float = STALE_SECONDS
    packages: frozenset[str] = PACKAGES


def build_stage(
    stage: Stage,
    config: BaseModel,
    parents: Mapping[str, ArtifactRef],
    store: Store,
    *,
    options: BuildOptions | None = None,
    fingerprint: Fingerprint | None = None,
    observer: Observer | None = None,
) -> ArtifactRef:
    """The stage's entry for this configuration and these parents, built if it is not there whole.

    Args:
        config: the stage's own configuration.
        parents: ``lane.name`` to the finished entry of each parent.
        store: where entries are kept; :meth:`Store.prepare` was called.
        fingerprint: the entry's, where the caller knows it.

    Raises:
        StageFailure: the stage ran, but what it made breaks a promise (rows, schema, code, rejects).
            But for rejects past their bound, no valid entry is left.
        StoreError: the store cannot be used, is full, or lost its lease.
    """
    options = options or BuildOptions()
    watcher = observer or Observer()
    if fingerprint is None:
        keys = {name: ref.key for name, ref in parents.items()}
        fingerprint = stage_key(stage, config, keys, packages=options.packages)
    key = fingerprint.key
    if options.force or not store.valid(stage.lane, stage.name, key):
        folder = store.folder(stage.lane, stage.name, key)
        asked = time.time()

        def done() -> bool:
            manifest = store.read_manifest(stage.lane, stage.name, key)
            fresh = not options.force or (manifest is not None and manifest.report.finished >= _instant(asked))
            return fresh and store.valid(stage.lane, stage.name, key)

        lease = acquire(
            store.storage,
            f"{folder}/{LEASE}",
            done=done,
            waiting=watcher.waiting,
            stale_after=options.stale_after,
        )
        if lease is not None:
            with lease:
                _Build(stage, config, parents, store, options, watcher, fingerprint, lease).run()
    manifest = store.read_manifest(stage.lane, stage.name, key)
    if manifest is None:
        raise CorruptEntryError(f"{stage.id}/{key}: its manifest vanished while it was read; run again")
    check_limits(stage, manifest, options.limits)
    return manifest.ref


def check_limits(stage: Stage, manifest: Manifest, limits: Mapping[str, float] | None) -> None:
    """Hold an entry's rejects against the configured bounds.

    The entry stays: looser bounds later find it made.

    Raises:
        RejectLimitError: a reason rejected more than its share; the line names reason and counts.
    """
    for reason, count in manifest.report.reasons.items():
        share = (limits or {}).get(reason, (limits or {}).get(ANY_REASON))
        rows_in = manifest.report.rows_in
        if share is not None and count > share * rows_in:
            raise RejectLimitError(
                f"{stage.id}: {reason} rejected {count} of {rows_in} rows, more than the {share:.1%} that the "
                f"configuration allows; look at rejected-*.parquet of {stage.id}/{manifest.key}, or raise the limit"
            )


def shard_seed(key: str, index: int) -> int:
    """The seed of a shard, 0 to 2**63 - 1: of the key and the position alone."""
    return int.from_bytes(hashlib.sha256(f"{key}/{index}".encode()).digest()[:8], "big") >> 1


def plan_jobs(
    stage: Stage, config: BaseModel, parents: Mapping[str, ArtifactRef], store: Store, key: str
) -> list[ShardJob]:
    """Every shard of a stage: what the engine is called with, in order."""
    whole = {name.partition(".")[2]: tuple(store.paths(parents[name])) for name in stage.parents}
    jobs: list[tuple[BaseModel, dict[str, tuple[str, ...]], str | None]] = []
    mapped = stage.parents[0].partition(".")[2] if stage.parents else ""
    others = {name: paths for name, paths in whole.items() if name != mapped}
    if stage.sharding is Sharding.SOURCE:
        jobs = [(piece, whole, None) for piece in stage.source_configs(config)]
    elif stage.sharding is Sharding.GATHER:
        jobs = [(config, whole, mapped if stage.conserves else None)]
    else:
        mapped_config = config
        if stage.sharding is Sharding.SOURCE_AND_MAP:
            jobs = [(piece, others, None) for piece in stage.source_configs(config)]
            mapped_config = config.model_copy(update={"count": 0})
        counted = mapped if stage.conserves else None
        jobs += [(mapped_config, {mapped: (path,), **others}, counted) for path in whole[mapped]]
    return [
        ShardJob(
            home=store.home,
            folder=store.folder(stage.lane, stage.name, key),
            what=f"{stage.id} shard {index}",
            function=stage.function,
            schema=stage.schema,
            config=shard_config,
            inputs=inputs,
            counted=counted,
            index=index,
            seed=shard_seed(key, index),
            torch="torch" in stage.versions,
        )
        for index, (shard_config, inputs, counted) in enumerate(jobs)
    ]


@dataclass(frozen=True, slots=True)
class _Build:
    stage: Stage
    config: BaseModel
    parents: Mapping[str, ArtifactRef]
    store: Store
    options: BuildOptions
    watcher: Observer
    fingerprint: Fingerprint
    lease: Lease

    def run(self) -> None:
        """Build the missing shards and publish; on any failure the entry has no manifest."""
        started = time.time()
        stage, store = self.stage, self.store
        folder = store.folder(stage.lane, stage.name, self.fingerprint.key)
        store.storage.remove(f"{folder}/{MANIFEST}")
        jobs = plan_jobs(stage, self.config, self.parents, store, self.fingerprint.key)
        sidecars = {job.index: read_sidecar(store.storage, folder, job.index) for job in jobs}
        finished = {index: record for index, record in sidecars.items() if record is not None}
        records = {} if self.options.force else dict(finished)
        if len(records) < len(jobs):
            self._check_code(folder, [])
        if not jobs:
            raise StageFailure(f"{stage.id}: there is nothing to build; its configuration makes no shard")
        missing = [job for job in jobs if job.index not in records]
        reused = len(records)
        self.watcher.start(stage.id, self.fingerprint.key, len(missing), self._rows(missing))
        built: list[int] = []
        unfinished: list[Unfinished] = []
        try:
            workers = self.options.workers if stage.parallel else 1
            for done in run_jobs(missing, workers, self.watcher.advance):
                self.lease.check()
                if isinstance(done, Unfinished):
                    unfinished.append(done)
                    continue
                records[done.index] = done
                built.append(done.index)
                self.watcher.shard(done)
                before = finished.get(done.index)
                if before is not None and before.part.sha256 != done.part.sha256:  # the engine is not deterministic
                    _log.warning("%s shard %d: other bytes than before for the same key", stage.id, done.index)
            self._check_code(folder, built)
        finally:
            self.watcher.finish()
        if unfinished:
            raise _unfinished(stage, unfinished, len(jobs))
        self._publish(folder, [records[job.index] for job in jobs], reused, started)

    def _rows(self, jobs: Sequence[ShardJob]) -> int | None:
        counts = [job.expected_rows() for job in jobs]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None

    def _check_code(self, folder: str, built: Sequence[int]) -> None:
        """Refuse to store under a key what other code made; the shards of this build are forgotten.

        Raises:
            CodeChangedError: a source differs from when the key was made; the line names it.
        """
        now = code_now(self.stage, self.options.packages)
        then = self.fingerprint.parts.code
        changed = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
        if changed:
            for index in built:
                self.store.storage.remove(f"{folder}/{sidecar_name(index)}")
            raise CodeChangedError(f"{self.stage.id}: {changed[0]} changed since the run began; run again")

    def _publish(self, folder: str, records: list[ShardRecord], reused: int, started: float) -> None:
        reasons: Counter[str] = Counter()
        for record in records:
            reasons.update(record.reasons)
        manifest = Manifest(
            lane=self.stage.lane,
            stage=self.stage.name,
            key=self.fingerprint.key,
            schema_version=self.stage.schema_version,
            columns={field.name: str(field.type) for field in self.stage.schema},
            shards=tuple(records),
            parts=self.fingerprint.parts,
            report=Report(
                rows_in=sum(record.rows_in for record in records),
                reasons=dict(sorted(reasons.items())),
                seconds=round(time.time() - started, 3),
                reused_shards=reused,
                workers=self.options.workers,
                started=_instant(started),
                finished=_instant(time.time()),
                host=socket.gethostname(),
                pid=os.getpid(),
            ),
        )
        self.lease.check()
        self.store.storage.put(f"{folder}/{MANIFEST}", manifest.model_dump_json(indent=1).encode())


def _unfinished(stage: Stage, shards: Sequence[Unfinished], of: int) -> UnfinishedShardError:
    rows = sum(shard.rows for shard in shards)
    return UnfinishedShardError(
        f"{stage.id}: {len(shards)} of {of} shards are not finished: {rows} rows failed twice for a reason outside of"
        f" them ({shards[0].what}: {shards[0].why}); the other shards are kept, run again and these are done again"
    )


def _instant(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="milliseconds")
