"""The store of one home: which entries are there and whole, and reading them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from irmill.tasks.store.errors import CorruptEntryError, HomeError, StoreVersionError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.layout import FORMAT, LEASE, MANIFEST, MARK, Layout, resolve_home
from irmill.tasks.store.lease import is_dead, read_owner
from irmill.tasks.store.manifest import ArtifactRef, FileRecord, Manifest


class EntryState(StrEnum):
    """What the folder of an entry holds."""

    VALID = "valid"
    """A manifest, and every file it lists as it was written."""
    CORRUPT = "corrupt"
    """A manifest, and a file that is missing or changed."""
    PARTIAL = "partial"
    """No manifest and nobody who builds it: a build was killed or has failed."""
    BUILDING = "building"
    """No manifest, and a living builder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One folder of the store, for people: ``problem`` is one line that names the file to blame, empty when whole."""

    lane: str
    stage: str
    key: str
    state: EntryState
    problem: str
    rows: int
    rejected: int
    bytes: int
    finished: str


class Store:
    """Finished Parquet by stage and key.

    Making one touches nothing.

    Attributes:
        layout: the home's folders.
        storage: the disk under ``store/``.
    """

    def __init__(self, home: Path) -> None:
        self.layout = Layout(home)
        self.storage = LocalStorage(self.layout.store)

    def __repr__(self) -> str:
        return f"Store({str(self.layout.home)!r})"

    @property
    def home(self) -> Path:
        """The folder that holds the store, exports, runs and Prefect's home."""
        return self.layout.home

    @classmethod
    def of(cls, home: str | Path | None) -> Self:
        """The store of the home that a person names; of the one that every command finds where none is named."""
        return cls(Path(home).absolute() if home else resolve_home())

    def check(self) -> None:
        """Look whether this home can be used, without touching it.

        Raises:
            StoreVersionError: its store was written in another format.
            HomeError: it is no folder, or may not be written to.
        """
        self._check_place()
        data = self._read_mark()
        if data is None:
            strangers = [name for name in self.storage.names("") if not name.startswith(".")]
            if strangers:
                raise StoreVersionError(
                    f"{self.layout.store}: holds {strangers[0]} but no {MARK}, so another version or program wrote it; "
                    "set IRMILL_HOME to another folder"
                )
            return
        try:
            found = json.loads(data)["format"]
        except (ValueError, TypeError, KeyError):
            found = "unreadable"
        if found != FORMAT:
            raise StoreVersionError(
                f"{self.layout.mark}: the store has format {found}, this version of irmill reads {FORMAT}; "
                "use the version that wrote it, or set IRMILL_HOME to another folder"
            )

    def prepare(self) -> None:
        """Check the home, then make its folders and the mark that says its format.

        Raises:
            HomeError: as :meth:`check`, or it turned out that it cannot be written to.
        """
        self.check()
        for folder in (self.layout.store, self.layout.exports, self.layout.runs, self.layout.prefect):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unusable(folder, error) from error
        if self._read_mark() is None:
            self.storage.put(MARK, json.dumps({"format": FORMAT}).encode())

    def folder(self, lane: str, stage: str, key: str) -> str:
        """The entry's folder as the storage takes it."""
        return f"{lane}.{stage}/{key}"

    def read_manifest(self, lane: str, stage: str, key: str) -> Manifest | None:
        """The manifest of an entry, None where there is none or it cannot be read.

        Raises:
            StoreVersionError: it has another format.
        """
        manifest = Manifest.parse(self.storage.read(f"{self.folder(lane, stage, key)}/{MANIFEST}"))
        if manifest is None:
            return None
        if manifest.format != FORMAT:
            raise StoreVersionError(
                f"{self.layout.entry(lane, stage, key) / MANIFEST}: format {manifest.format}, this version of irmill "
                f"reads {FORMAT}; set IRMILL_HOME to another folder"
            )
        return manifest if (manifest.lane, manifest.stage, manifest.key) == (lane, stage, key) else None

    def problem(self, lane: str, stage: str, key: str, *, full: bool = True) -> str:
        """What is wrong with an entry in one line that names the file, empty when it is valid.

        Args:
            full: compare digests; otherwise sizes only.
        """
        folder = self.folder(lane, stage, key)
        manifest = self.read_manifest(lane, stage, key)
        if manifest is None:
            there = self.storage.read(f"{folder}/{MANIFEST}") is not None
            return f"{folder}/{MANIFEST}: {'cannot be read' if there else 'missing'}"
        for record in manifest.files:
            problem = self._file_problem(f"{folder}/{record.name}", record, full)
            if problem:
                return problem
        return ""

    def valid(self, lane: str, stage: str, key: str) -> bool:
        """Whether an entry is there and whole (:meth:`problem`)."""
        return not self.problem(lane, stage, key)

    def find(self, lane: str, stage: str, key: str) -> ArtifactRef | None:
        """The reference of an entry, None unless it is valid."""
        manifest = self.read_manifest(lane, stage, key)
        return manifest.ref if manifest is not None and self.valid(lane, stage, key) else None

    def manifest(self, ref: ArtifactRef) -> Manifest:
        """The manifest behind a reference.

        Raises:
            CorruptEntryError: there is none.
        """
        manifest = self.read_manifest(ref.lane, ref.stage, ref.key)
        if manifest is None:
            raise CorruptEntryError(f"{self.layout.entry(ref.lane, ref.stage, ref.key)}: no manifest; run again")
        return manifest

    def paths(self, ref: ArtifactRef) -> list[str]:
        """The Parquet files of the rows in shard order."""
        folder = self.layout.entry(ref.lane, ref.stage, ref.key)
        return [str(folder / shard.part.name) for shard in self.manifest(ref).shards]

    def open(self, ref: ArtifactRef) -> pl.LazyFrame:
        """All rows as a lazy polars scan, in shard order."""
        return pl.scan_parquet(self.paths(ref), hive_partitioning=False)

    def table(self, ref: ArtifactRef, shard: int | None = None) -> pa.Table:
        """The rows of one shard, or of all.

        Raises:
            CorruptEntryError: the manifest or a file is missing or cannot be read.
            IndexError: there is no such shard.
        """
        paths = self.paths(ref)
        return read_tables(paths if shard is None else [paths[shard]])

    def rejects(self, ref: ArtifactRef) -> pa.Table:
        """The rejected rows of all shards in order, with the schema ``REJECT_SCHEMA``."""
        folder = self.layout.entry(ref.lane, ref.stage, ref.key)
        return read_tables([str(folder / shard.rejected.name) for shard in self.manifest(ref).shards])

    def addresses(self) -> Iterator[tuple[str, str, str]]:
        """Lane, stage and key of every folder, sorted."""
        for name in self.storage.names(""):
            lane, dot, stage = name.partition(".")
            if lane and dot:
                yield from ((lane, stage, key) for key in self.storage.names(name))

    def entries(self, *, full: bool = False) -> list[Entry]:
        """Every entry with its size and state, sorted by stage and key.

        Args:
            full: compare digests; otherwise a file of the right size counts as whole.
        """
        return [self.entry(lane, stage, key, full=full) for lane, stage, key in self.addresses()]

    def entry(self, lane: str, stage: str, key: str, *, full: bool = False) -> Entry:
        """What the folder of one entry holds."""
        folder = self.folder(lane, stage, key)
        manifest = self.read_manifest(lane, stage, key)
        problem = self.problem(lane, stage, key, full=full)
        if manifest is not None:
            state = EntryState.CORRUPT if problem else EntryState.VALID
        else:
            there = self.storage.read(f"{folder}/{MANIFEST}") is not None
            owner = read_owner(self.storage, f"{folder}/{LEASE}")
            building = owner is not None and not is_dead(owner)
            state = EntryState.CORRUPT if there else EntryState.BUILDING if building else EntryState.PARTIAL
        return Entry(
            lane=lane,
            stage=stage,
            key=key,
            state=state,
            problem=problem,
            rows=manifest.ref.rows if manifest else 0,
            rejected=manifest.ref.rejected if manifest else 0,
            bytes=sum(stamp.bytes for stamp in self.storage.stamps(folder).values()),
            finished=manifest.report.finished if manifest else "",
        )

    def _file_problem(self, path: str, record: FileRecord, full: bool) -> str:
        stamp = self.storage.stamp(path)
        if stamp is None:
            return f"{path}: missing"
        if stamp.bytes != record.bytes:
            return f"{path}: {stamp.bytes} bytes, {record.bytes} were written"
        if full and self.storage.sha256(path) != record.sha256:
            return f"{path}: its content changed after it was written"
        return ""

    def _check_place(self) -> None:
        try:
            for folder in (self.layout.store, self.home, *self.home.parents):
                if folder.is_dir():
                    if not os.access(folder, os.W_OK | os.X_OK):
                        raise HomeError(f"{folder}: cannot be written to; set IRMILL_HOME to a folder that can")
                    return
                if folder.exists() or folder.is_symlink():
                    raise HomeError(f"{folder}: is not a folder; set IRMILL_HOME to one")
        except OSError as error:
            raise _unusable(self.home, error) from error

    def _read_mark(self) -> bytes | None:
        try:
            return self.storage.read(MARK)
        except OSError as error:
            raise _unusable(self.layout.mark, error) from error


def read_tables(paths: list[str]) -> pa.Table:
    """The rows of Parquet files of one schema, one after another.

    Raises:
        CorruptEntryError: a file is missing or is not Parquet.
    """
    tables: list[pa.Table] = []
    for path in paths:
        try:
            tables.append(pq.ParquetFile(path).read())
        except (OSError, pa.ArrowInvalid) as error:
            raise CorruptEntryError(f"{path}: {str(error).splitlines()[0]}; run again to rebuild it") from error
    return pa.concat_tables(tables)


def _unusable(path: Path, error: OSError) -> HomeError:
    return HomeError(f"{path}: cannot be used ({error.strerror}); set IRMILL_HOME to a folder that can")
