"""``irmill run`` as a function: check everything, find or start the server, run the flow, read its record.

Prefect is imported only here and only when a run begins; a dry run does without.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from irmill.compiler.lang.errors import InputError
from irmill.flows.config import RunConfig, load_config
from irmill.flows.records import new_run_name, read_run
from irmill.flows.registry import EXPORT, chosen_stages, forced_stages
from irmill.flows.server import ServerError, api_server, drain
from irmill.flows.settings import apply_settings, worker_count
from irmill.tasks.compiler_lane import prompt_shards
from irmill.tasks.corpus.export import export_key, find_export
from irmill.tasks.corpus.lane import EXPORT as EXPORT_STAGE
from irmill.tasks.definition import Stage, StageOutcome
from irmill.tasks.plan import CACHED, PlannedStage, plan_stages
from irmill.tasks.store.errors import StoreError
from irmill.tasks.store.layout import resolve_home
from irmill.tasks.store.store import Store


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run, or a dry run, came to.

    Attributes:
        run: the run's name; empty for a dry run.
        profile: the profile that was asked for.
        export: the dataset's folder; None where none was written.
        seconds: wall clock, the server's start and end included.
        stages: the stages that ran or were found made, in the order in which they finished.
        problems: why the run failed, a line each; empty where it did not.
        planned: of a dry run, what would happen to each stage.
    """

    run: str
    profile: str
    export: str | None
    seconds: float
    stages: tuple[StageOutcome, ...] = ()
    problems: tuple[str, ...] = ()
    planned: tuple[PlannedStage, ...] = ()

    def document(self) -> dict[str, Any]:
        """The result as one JSON object (design, section 8)."""
        if self.planned:
            return {"profile": self.profile, "planned": [_planned(plan) for plan in self.planned]}
        return {
            "run": self.run,
            "profile": self.profile,
            "export": self.export,
            "seconds": round(self.seconds, 3),
            "stages": [stage.model_dump(mode="json") for stage in self.stages],
            "problems": list(self.problems),
        }


def _planned(plan: PlannedStage) -> dict[str, Any]:
    return {
        "lane": plan.stage.lane,
        "stage": plan.stage.name,
        "key": plan.key,
        "cached": plan.cached,
        "why": plan.why,
    }


def execute_run(
    profile: str = "base",
    *,
    only: str | None = None,
    sets: Sequence[str] = (),
    force: Sequence[str] = (),
    dry_run: bool = False,
    home: str | Path | None = None,
    workers: int | None = None,
) -> RunResult:
    """Run the DAG as a flow.

    Args:
        profile: a profile of ``configs/``.
        only: one lane, with the stages that it is made from.
        sets: ``section.key=value``.
        force: stages to build anew.
        dry_run: only say what would run, and why; nothing is written.
        home: where irmill keeps its files; found as every command finds it where it is None.
        workers: processes that build shards; as many as there are cores where it is None.

    Raises:
        InputError: the configuration, a file that it names, or the home is wrong; nothing was written.
    """
    started = time.monotonic()
    config = load_config(profile, sets)
    stages = chosen_stages(only)
    forced = forced_stages(force, stages)
    store = Store(Path(home).absolute() if home else resolve_home())
    workers = worker_count(workers)
    planned = _plan(config, stages, forced, store, full=dry_run)
    if dry_run:
        return RunResult("", profile, None, time.monotonic() - started, planned=tuple(planned))
    run = new_run_name(profile)
    problems = _run_flow(run, profile, only, sets, force, store, workers)
    document = read_run(store.home, run)
    return RunResult(
        run=run,
        profile=profile,
        export=document["export"],
        seconds=time.monotonic() - started,
        stages=tuple(StageOutcome.model_validate(stage) for stage in document["stages"]),
        problems=tuple(problems),
    )


def _plan(
    config: RunConfig, stages: Sequence[Stage], forced: frozenset[str], store: Store, *, full: bool
) -> list[PlannedStage]:
    """What would run. Finds whatever is wrong with the home and the files that are to be read."""
    _check_model(config)
    try:
        store.check()
        prompt_shards(config.prompts)
        planned = plan_stages(stages, config, store, force=forced, full=full)
    except StoreError as error:
        if error.exit_code == 2:
            raise InputError(str(error)) from error
        raise
    key = export_key({plan.stage.id: plan.key for plan in planned}, config.export)
    if EXPORT in forced:
        why = "forced"
    elif all(plan.cached for plan in planned) and find_export(store.layout.exports, key) is not None:
        why = CACHED
    else:
        why = "the dataset of these stages was not written yet"
    return [*planned, PlannedStage(EXPORT_STAGE, key, why == CACHED, why)]


def _check_model(config: RunConfig) -> None:
    """A model that is named by a path must be there. Raises InputError."""
    for key, name in (("model.id", config.model.id), ("model.adapter", config.model.adapter)):
        if name is not None and (name.startswith((".", "/", "~")) or name.count("/") > 1) and not Path(name).is_dir():
            raise InputError(f"{key}: there is no folder {name}; give a folder, or a name of the hub (owner/name)")


def _run_flow(
    run: str,
    profile: str,
    only: str | None,
    sets: Sequence[str],
    force: Sequence[str],
    store: Store,
    workers: int,
) -> list[str]:
    """Run the flow under a server; the problems that it ended with."""
    try:
        store.prepare()
    except StoreError as error:
        raise InputError(str(error)) from error
    apply_settings(store.home)
    try:
        with api_server(store.home):
            from irmill.flows.pipeline import RunFailed, generate

            try:
                generate(
                    profile=profile,
                    only=only,
                    sets=list(sets),
                    force=list(force),
                    run=run,
                    home=str(store.home),
                    workers=workers,
                )
            except RunFailed as error:
                return error.problems
            finally:
                _drain(store.home, run)
    except ServerError as error:
        raise InputError(f"{error}; look at {store.layout.prefect}") from error
    return []


def _drain(home: Path, run: str) -> None:
    try:
        document = read_run(home, run)
    except InputError:  # the flow ended before it wrote its record
        return
    if document["flow_run"]:
        drain(UUID(document["flow_run"]), document["task_runs"])
