"""What is written down about an entry: manifest and shard records, and the small reference that tasks pass on."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from irmill.tasks.store.layout import FORMAT


class Record(BaseModel):
    """What is written down as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def parse(cls, data: bytes | None) -> Self | None:
        """The record that a file's content is; None where there is no file, or another thing in it."""
        try:
            return None if data is None else cls.model_validate_json(data)
        except ValidationError:
            return None


class ArtifactRef(Record):
    """A finished entry of the store: the only thing that crosses from one task to another.

    Attributes:
        lane: the lane of the stage that made it.
        stage: the bare name of that stage.
        key: 16 hex digits; equal keys mean equal rows.
        rows: rows in all shards.
        rejected: rows in all ``rejected-NNNNN.parquet``.
        shards: number of shards.
        schema_version: version of the declared schema.
    """

    lane: str
    stage: str
    key: str
    rows: int
    rejected: int
    shards: int
    schema_version: int

    @property
    def id(self) -> str:
        """``lane.stage``."""
        return f"{self.lane}.{self.stage}"


class FileRecord(Record):
    """One Parquet file: its name in the entry's folder, content digest, size in bytes, number of rows."""

    name: str
    sha256: str
    bytes: int
    rows: int


class ShardRecord(Record):
    """One shard, as its sidecar and the manifest have it.

    Attributes:
        index: position; shard order is row order.
        rows_in: rows it was made from; rows out + rejected for a generated shard.
        part: the rows.
        rejected: the rows that failed.
        reasons: how many were rejected for each reason.
        seconds: how long the engine took, which no digest covers.
    """

    index: int
    rows_in: int
    part: FileRecord
    rejected: FileRecord
    reasons: dict[str, int] = Field(default_factory=dict)
    seconds: float = 0.0


class KeyParts(Record):
    """Everything that went into a key, kept so that a dry run can say why the key is another one today.

    Attributes:
        stage: ``lane.stage``.
        schema_version: version of the declared schema.
        config: the stage's configuration without its unkeyed fields, as canonical JSON.
        parents: ``lane.stage`` of each parent to its key.
        code: project-relative path of each source or data file to the digest of what counts of it.
        versions: distribution, engine, model and architecture to version.
        files: the user's files to the digest of their content.
        shards: digest of how generated rows are cut into shards, empty where none are generated.
    """

    stage: str
    schema_version: int
    config: str
    parents: dict[str, str] = Field(default_factory=dict)
    code: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    files: dict[str, str] = Field(default_factory=dict)
    shards: str = ""


class Report(Record):
    """What a person wants to know about a build and what no digest may cover: counts, times, the host."""

    rows_in: int
    reasons: dict[str, int] = Field(default_factory=dict)
    seconds: float = 0.0
    reused_shards: int = 0
    workers: int = 1
    started: str = ""
    finished: str = ""
    host: str = ""
    pid: int = 0


class Manifest(Record):
    """The last file of an entry. The entry is valid when this is there and every file has its recorded digest."""

    format: int = FORMAT
    lane: str
    stage: str
    key: str
    schema_version: int
    columns: dict[str, str]
    shards: tuple[ShardRecord, ...]
    parts: KeyParts
    report: Report

    @property
    def ref(self) -> ArtifactRef:
        """The reference that tasks pass on."""
        return ArtifactRef(
            lane=self.lane,
            stage=self.stage,
            key=self.key,
            rows=sum(shard.part.rows for shard in self.shards),
            rejected=sum(shard.rejected.rows for shard in self.shards),
            shards=len(self.shards),
            schema_version=self.schema_version,
        )

    @property
    def files(self) -> list[FileRecord]:
        """Every Parquet file of the entry, rows and rejects, in shard order."""
        return [record for shard in self.shards for record in (shard.part, shard.rejected)]
