"""What a stage is: a frozen description of one arrow of the DAG, without a trace of how it is scheduled.

A new stage costs one engine function, one :class:`Stage` and one test. Engine functions and schemas are named by dotted
path and imported late, so that describing the DAG loads no torch, no warp and no WASM engine.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, cast

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from irmill.compiler.base.rows import Progress, Reject


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


class EngineFunction(Protocol):
    """The engine side of a stage: deterministic for (config, inputs, seed), no times or hosts in its rows."""

    def __call__(
        self, config: Any, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
    ) -> tuple[pa.Table, list[Reject]]:
        """Build one shard from the parents' tables, keyed by the parents' bare stage names."""
        ...


DEFAULT_SHARD_ROWS = 2048
UNKEYED = frozenset({"rejects", "workers"})
"""Fields of a stage's configuration that never change a byte of what it makes."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a lane.

    Attributes:
        lane: ``compiler``, ``synth``, ``optimizer`` or ``corpus``.
        name: the stage's name, unique in the lane; two parents of one stage may not share it.
        function: dotted path of the engine function, ``package.module:function`` (:class:`EngineFunction`).
        schema: dotted path of the ``pyarrow.Schema`` of the rows, ``package.module:NAME``.
        config: from the whole configuration to this stage's own (a frozen pydantic model).
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
        limits: from the whole configuration to the largest share (0 to 1) of the rows in that each reason may reject;
            ``*`` stands for every reason that is not named; a reason without a limit is not bounded.
        unkeyed: fields of the stage's configuration that are left out of the key.
    """

    lane: str
    name: str
    function: str
    schema: str
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
    limits: Callable[[Any], Mapping[str, float]] | None = None
    unkeyed: frozenset[str] = field(default=UNKEYED)

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


class StageOutcome(BaseModel):
    """One row of a run's table: what a stage made, or found made (``cached``), and how long this run waited for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lane: str
    stage: str
    key: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float
    cached: bool
    reasons: dict[str, int] = {}

    @property
    def ref(self) -> str:
        """``lane.stage/key``, as the store's folders have it."""
        return f"{self.lane}.{self.stage}/{self.key}"


def source_configs(stage: Stage, config: BaseModel) -> Sequence[BaseModel]:
    """One configuration for each generated shard.

    ``count`` is cut into pieces of ``shard_rows`` unless the stage has its own way. There is one shard at least, so
    that an empty stage still has its schema; a stage that also maps a parent has none for a count of 0.
    """
    if stage.shards is not None:
        return stage.shards(config)
    fields: dict[str, Any] = dict(config)
    if "count" not in fields:
        raise ValueError(f"stage {stage.id}: a generated stage needs `count` in its configuration, or Stage.shards")
    count: int = fields["count"]
    size: int = fields.get("shard_rows", DEFAULT_SHARD_ROWS)
    least = 0 if stage.sharding is Sharding.SOURCE_AND_MAP else 1
    starts = range(0, max(count, least), size)
    return [config.model_copy(update={"count": min(size, count - start)}) for start in starts]


def resolve(dotted: str) -> Any:
    """The object that ``package.module:name`` names; imports the module.

    Raises:
        ImportError: the module or the name is not there.
    """
    module_name, _, name = dotted.partition(":")
    module = importlib.import_module(module_name)
    try:
        return getattr(module, name)
    except AttributeError:
        raise ImportError(f"{module_name} has no {name!r}") from None


def resolve_function(dotted: str) -> EngineFunction:
    """The engine function that ``package.module:function`` names."""
    return cast(EngineFunction, resolve(dotted))


def resolve_schema(dotted: str) -> pa.Schema:
    """The declared schema that ``package.module:NAME`` names."""
    schema = resolve(dotted)
    if not isinstance(schema, pa.Schema):
        raise TypeError(f"{dotted} is not a pyarrow schema")
    return schema
