"""A run before it begins: its configuration, its stages with their keys, what would run and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from irmill.compiler.lang.errors import InputError
from irmill.flows.config import RunConfig, load_config
from irmill.flows.registry import EXPORT, chosen_stages, forced_stages
from irmill.flows.settings import worker_count
from irmill.tasks.corpus.export import export_key, find_export
from irmill.tasks.plan import CACHED, PlannedStage, plan_stages
from irmill.tasks.store.store import Store


@dataclass(frozen=True, slots=True)
class PreparedRun:
    """Everything that is decided before a run begins. Nothing was written.

    Attributes:
        profile: the profile that was asked for.
        only: the one lane that was asked for; None for all.
        config: the configuration.
        store: where entries are kept.
        planned: the stages in order, each with its configuration, its key, and what would happen to it.
        forced: ids of the stages that are built anew; ``export`` for the export.
        export_key: names the dataset that the run ends with.
        workers: processes that build shards.
    """

    profile: str
    only: str | None
    config: RunConfig
    store: Store
    planned: tuple[PlannedStage, ...]
    forced: frozenset[str]
    export_key: str
    workers: int

    @property
    def why_export(self) -> str:
        """``cached``, or in a few words why the dataset would be written."""
        if EXPORT in self.forced:
            return "forced"
        found = find_export(self.store.layout.exports, self.export_key)
        if all(stage.cached for stage in self.planned) and found is not None:
            return CACHED
        return "the dataset of these stages was not written yet"


def prepare_run(
    profile: str = "base",
    *,
    only: str | None = None,
    sets: Sequence[str] = (),
    force: Sequence[str] = (),
    home: str | Path | None = None,
    workers: int | None = None,
    full: bool = True,
) -> PreparedRun:
    """Decide everything about a run, and find whatever is wrong with the call, the home and the files to be read.

    Args:
        profile: a profile of ``configs/``.
        only: one lane, with the stages that it is made from.
        sets: ``section.key=value``.
        force: stages to build anew.
        home: where irmill keeps its files; found as every command finds it where it is None.
        workers: processes that build shards; as many as there are cores where it is None.
        full: compare digests of what is in the store; otherwise sizes only.

    Raises:
        InputError: the configuration, a file that it names, or the home is wrong.
    """
    config = load_config(profile, sets)
    stages = chosen_stages(only)
    forced = forced_stages(force, stages)
    store = Store.of(home)
    count = worker_count(workers)
    _check_model(config)
    store.check()
    planned = tuple(plan_stages(stages, config, store, force=forced, full=full))
    key = export_key({stage.stage.id: stage.key for stage in planned}, config.export)
    return PreparedRun(profile, only, config, store, planned, forced, key, count)


def _check_model(config: RunConfig) -> None:
    """A model that is named by a path must be there. Raises InputError."""
    for key, name in (("model.id", config.model.id), ("model.adapter", config.model.adapter)):
        if name is not None and (name.startswith((".", "/", "~")) or name.count("/") > 1) and not Path(name).is_dir():
            raise InputError(f"{key}: there is no folder {name}; give a folder, or a name of the hub (owner/name)")
