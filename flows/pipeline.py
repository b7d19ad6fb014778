"""The flow over the whole DAG: the compiler lane, then the other two beside each other, the join, the export.

It only schedules: what a stage is stands in the lanes' tables, what it computes in the engines. This module imports
prefect, so settings are applied before it is imported (:mod:`flows.run`).
"""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect import Task, flow
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from irmill.flows.config import RunConfig, load_config
from irmill.flows.gates import join_problems, stage_problems
from irmill.flows.records import RunRecord, new_run_name
from irmill.flows.registry import EXPORT, chosen_stages, forced_stages
from irmill.flows.settings import worker_count
from irmill.flows.summary import run_summary
from irmill.tasks.compiler_lane import LANE as COMPILER
from irmill.tasks.corpus.export import Export, export_dataset
from irmill.tasks.corpus.lane import LANE as CORPUS
from irmill.tasks.definition import Stage, StageOutcome
from irmill.tasks.progress import publish_markdown, publish_table
from irmill.tasks.stage import run_stage
from irmill.tasks.store.errors import StoreError
from irmill.tasks.store.layout import resolve_home
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store


class RunFailed(Exception):
    """A check of the run failed; ``problems`` are lines for a person."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(slots=True)
class _Run:
    """What the stages of one run share."""

    config: RunConfig
    store: Store
    record: RunRecord
    forced: frozenset[str]
    workers: int
    refs: dict[str, ArtifactRef] = field(default_factory=dict[str, ArtifactRef])

    def stages(self, stages: Sequence[Stage]) -> None:
        """Run stages one after the other. Raises RunFailed at the first whose result is not good enough."""
        for stage in stages:
            self.record.count_task()
            try:
                ref, outcome = run_stage(
                    stage, self.config, self.refs, self.store, workers=self.workers, force=stage.id in self.forced
                )
            except StoreError as error:
                raise RunFailed([str(error)]) from error
            self.refs[stage.id] = ref
            self.record.add_stage(outcome)
            self.record.add_versions(_computed_with(self.store, ref))
            problems = stage_problems(stage, outcome)
            if stage.lane == CORPUS:
                problems += join_problems(self.config, self.store, ref)
            if problems:
                raise RunFailed(problems)

    def lanes(self, stages: Sequence[Stage]) -> None:
        """The compiler lane, then every other lane in a thread of its own, then what joins them."""
        self.stages([stage for stage in stages if stage.lane == COMPILER])
        lanes = [lane for lane in dict.fromkeys(stage.lane for stage in stages) if lane not in (COMPILER, CORPUS)]
        with ThreadPoolExecutor(max(len(lanes), 1)) as pool:
            running = [
                pool.submit(contextvars.copy_context().run, self.stages, [s for s in stages if s.lane == lane])
                for lane in lanes
            ]
        failed = [error for error in (future.exception() for future in running) if error is not None]
        unexpected = [error for error in failed if not isinstance(error, RunFailed)]
        if unexpected:
            raise unexpected[0]
        if failed:
            raise RunFailed([line for error in failed if isinstance(error, RunFailed) for line in error.problems])
        self.stages([stage for stage in stages if stage.lane == CORPUS])

    def export(self) -> None:
        """Write the dataset of all entries as one task."""
        self.record.count_task()
        order = [stage.id for stage in chosen_stages(None) if stage.id in self.refs]
        task = Task(export_dataset, name=f"{CORPUS}.{EXPORT}", cache_policy=NO_CACHE, persist_result=False)
        started = self.record.elapsed()
        made: Export = task(
            self.store,
            {name: self.refs[name] for name in order},
            self.config.export,
            self.record.provenance,
            force=EXPORT in self.forced,
        )
        self.record.add_stage(
            StageOutcome(
                lane=CORPUS,
                stage=EXPORT,
                key=made.key,
                rows_in=made.rows,
                rows_out=made.rows,
                rejected=0,
                seconds=round(self.record.elapsed() - started, 3),
                cached=made.cached,
            )
        )
        self.record.update(export=str(made.path))


def _computed_with(store: Store, ref: ArtifactRef) -> dict[str, str]:
    """The engine and the weights that a stage's entry was computed with, as its key has them."""
    versions = store.manifest(ref).parts.versions
    named = {"engine": "engine", "model.safetensors": "model weights (sha256)"}
    return {named[name]: version for name, version in versions.items() if name in named}


@flow(name="irmill", flow_run_name="{run}", validate_parameters=False)
def generate(
    profile: str = "base",
    only: str | None = None,
    sets: Sequence[str] = (),
    force: Sequence[str] = (),
    run: str | None = None,
    home: str | None = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Run the DAG and export its dataset.

    Args:
        profile: a profile of ``configs/``.
        only: one lane, with the stages that it is made from.
        sets: ``section.key=value``, as ``--set`` takes them.
        force: stages to build anew.
        run: the run's name; one is made up where it is missing.
        home: where irmill keeps its files; found as every command finds it where it is missing.
        workers: processes that build shards; as many as there are cores where it is missing.

    Returns:
        The run's record, as ``run.json`` has it.

    Raises:
        RunFailed: a stage failed, or what was made is not good enough.
        ConfigError: the configuration is wrong.
    """
    config = load_config(profile, sets)
    stages = chosen_stages(only)
    store = Store(Path(home) if home else resolve_home())
    store.prepare()
    count = worker_count(workers)
    record = RunRecord(store.layout, run or new_run_name(profile), profile, config, workers=count)
    record.update(flow_run=str(flow_run.id), only=only, forced=list(force))
    state = _Run(config, store, record, forced_stages(force, stages), count)
    problems: list[str] = ["the run was interrupted"]
    try:
        state.lanes(stages)
        state.export()
        problems = []
    except RunFailed as error:
        problems = error.problems
        raise
    except Exception as error:
        problems = [f"{type(error).__name__}: {error}"]
        raise
    finally:
        record.finish(problems)
        _publish(record)
    return record.document


def _publish(record: RunRecord) -> None:
    """Leave the summary and the table of stages on the run's page."""
    rows = [
        {
            "lane": stage.lane,
            "stage": stage.stage,
            "key": stage.key,
            "in": stage.rows_in,
            "out": stage.rows_out,
            "rejected": stage.rejected,
            "seconds": stage.seconds,
            "cached": stage.cached,
        }
        for stage in record.outcomes
    ]
    publish_table("run-stages", rows, record.document["run"])
    publish_markdown("run-summary", run_summary(record.document), record.document["run"])
