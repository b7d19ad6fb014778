"""What a stage is: a frozen record of one arrow of the DAG, without a trace of how it is scheduled.

A stage lives in one file: its configuration, its schema, its reasons with their bounds, its function, and the record
that names them. What the function needs and is heavy (torch, a WASM engine, Warp) it imports itself, so that
describing the DAG loads none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from irmill.compiler.base.rows import Progress, Reject

ANY_REASON: Final = "*"
"""In the bounds of a stage: every reason that is not named."""

TRANSIENT: Final = frozenset({"WORKER"})
"""Reasons outside of a row: a process that died, or that a busy host kept from its time. Such a row is tried again and
never becomes final. TIMEOUT is the row's own: it had its time and did not end."""

DEFAULT_SHARD_ROWS = 2048


class Section(BaseModel):
    """Base of every section of a configuration: frozen, and no key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sharding(StrEnum):
    """How a stage's shards come about."""

    SOURCE = "source"
    """Shards are generated from the configuration alone."""
    MAP = "map"
    """One shard for each shard of the first parent; other parents are given whole."""
    SOURCE_AND_MAP = "source+map"
    """Generated shards first, then one for each shard of the first parent."""
    GATHER = "gather"
    """One shard made from whole parents."""


class StageFunction(Protocol):
    """The work of a stage: deterministic for (config, inputs, seed), no times or hosts in its rows."""

    __module__: str
    __qualname__: str

    def __call__(
        self, config: Any, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
    ) -> tuple[pa.Table, list[Reject]]:
        """Build one shard from the parents' tables, keyed by the parents' bare stage names."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a lane.

    Attributes:
        lane: ``compiler``, ``synth``, ``optimizer`` or ``corpus``.
        name: the stage's name, unique in the lane; two parents of one stage may not share it.
        function: its work, at the top of the stage's own file, whose sources enter the key.
        schema: of its rows.
        config: from the configuration of a run to this stage's own (a frozen pydantic model).
        parents: ids (``lane.name``) of the stages it reads; the first is the one that is mapped.
        sharding: how its shards come about.
        schema_version: raised by hand when the meaning of a column changes.
        conserves: rows of the first parent = rows out + rejected is enforced.
        parallel: shards may be built by several worker processes.
        versions: distributions whose installed version enters the key (``torch``, ``warp-lang``).
        facts: from the stage's configuration to other facts of the key (WASM engine, model revision, architecture).
        files: from the stage's configuration to the user's files whose content enters the key.
        shards: from the stage's configuration to one configuration for each generated shard; left out, ``count`` is
            cut into pieces of ``shard_rows``.
        bounds: the largest share (0 to 1) of the rows in that each reason may reject, unless a run's configuration
            says otherwise; ``*`` stands for every reason that is not named; a reason without a bound has none.
        unkeyed: fields of the stage's configuration that change no byte and are left out of the key.
    """

    lane: str
    name: str
    function: StageFunction
    schema: pa.Schema
    config: Callable[[Any], BaseModel]
    parents: tuple[str, ...] = ()
    sharding: Sharding = Sharding.MAP
    schema_version: int = 1
    conserves: bool = True
    parallel: bool = True
    versions: tuple[str, ...] = ()
    facts: Callable[[Any], Mapping[str, str]] | None = None
    files: Callable[[Any], Sequence[Path]] | None = None
    shards: Callable[[Any], Sequence[BaseModel]] | None = None
    bounds: Mapping[str, float] | None = None
    unkeyed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.sharding is not Sharding.SOURCE and not self.parents:
            raise ValueError(f"stage {self.id}: sharding {self.sharding} needs a parent")
        names = [parent.partition(".")[2] for parent in self.parents]
        if "" in names or len(set(names)) != len(names):
            raise ValueError(f"stage {self.id}: parents must be lane.name with different names, got {self.parents}")

    @property
    def id(self) -> str:
        """``lane.name``, which names the stage in the store, in parents and in the flow."""
        return f"{self.lane}.{self.name}"

    @property
    def path(self) -> str:
        """Where its function is: ``package.module:function``."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    def source_configs(self, config: BaseModel) -> Sequence[BaseModel]:
        """One configuration for each generated shard.

        ``count`` is cut into pieces of ``shard_rows`` unless the stage has its own way. There is one shard at least,
        so that an empty stage still has its schema; a stage that also maps a parent has none for a count of 0.
        """
        if self.shards is not None:
            return self.shards(config)
        fields: dict[str, Any] = dict(config)
        if "count" not in fields:
            raise ValueError(f"stage {self.id}: a generated stage needs `count` in its configuration, or Stage.shards")
        count: int = fields["count"]
        size: int = fields.get("shard_rows", DEFAULT_SHARD_ROWS)
        least = 0 if self.sharding is Sharding.SOURCE_AND_MAP else 1
        starts = range(0, max(count, least), size)
        return [config.model_copy(update={"count": min(size, count - start)}) for start in starts]
