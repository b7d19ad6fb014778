"""The flow over the whole DAG: the compiler lane, then the other two beside each other, the join, the export.

It only schedules: what a stage is stands in the lanes' tables, what it computes in the engines. This module imports
prefect, so settings are applied before it is imported (:mod:`flows.run`).
"""

from __future__ import annotations

import contextvars
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from prefect import Task, flow
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from irmill.flows.gates import join_problems, stage_problems
from irmill.flows.prepare import PreparedRun, prepare_run
from irmill.flows.records import RunRecord, new_run_name
from irmill.flows.registry import EXPORT
from irmill.flows.summary import run_summary
from irmill.tasks.build import BuildOptions
from irmill.tasks.corpus.export import Export, export_dataset
from irmill.tasks.corpus.join import LANE as CORPUS
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.plan import PlannedStage
from irmill.tasks.prefect_task import run_stage
from irmill.tasks.progress import publish_markdown, publish_table
from irmill.tasks.store.errors import StoreError
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

FLOW = "irmill"
COMPILER = "compiler"
"""The lane that the others are made from."""


class RunFailed(Exception):
    """A check of the run failed; ``problems`` are lines for a person."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = list(problems)


@dataclass(slots=True)
class _Progress:
    """What the stages of one run share."""

    prepared: PreparedRun
    record: RunRecord
    refs: dict[str, ArtifactRef] = field(default_factory=dict[str, ArtifactRef])

    def stages(self, planned: Sequence[PlannedStage]) -> None:
        """Run stages one after the other. Raises RunFailed at the first whose result is not good enough."""
        config, store = self.prepared.config, self.prepared.store
        for plan in planned:
            stage = plan.stage
            self.record.count_task()
            options = BuildOptions(
                workers=self.prepared.workers, force=stage.id in self.prepared.forced, limits=config.bounds(stage)
            )
            try:
                ref, outcome = run_stage(plan, self.refs, store, options)
            except StoreError as error:
                raise RunFailed([str(error)]) from error
            self.refs[stage.id] = ref
            self.record.add_stage(outcome)
            self.record.add_versions(_computed_with(store, ref))
            problems = stage_problems(stage, outcome)
            if stage.lane == CORPUS:
                problems += join_problems(config, store, ref)
            if problems:
                raise RunFailed(problems)

    def lanes(self) -> None:
        """The compiler lane, then every other lane in a thread of its own, then what joins them."""
        planned = self.prepared.planned
        self.stages([plan for plan in planned if plan.stage.lane == COMPILER])
        lanes = [lane for lane in dict.fromkeys(plan.stage.lane for plan in planned) if lane not in (COMPILER, CORPUS)]
        with ThreadPoolExecutor(max(len(lanes), 1)) as pool:
            running = [
                pool.submit(contextvars.copy_context().run, self.stages, [p for p in planned if p.stage.lane == lane])
                for lane in lanes
            ]
        failed = [error for error in (future.exception() for future in running) if error is not None]
        unexpected = [error for error in failed if not isinstance(error, RunFailed)]
        if unexpected:
            raise unexpected[0]
        if failed:
            raise RunFailed([line for error in failed if isinstance(error, RunFailed) for line in error.problems])
        self.stages([plan for plan in planned if plan.stage.lane == CORPUS])

    def export(self) -> None:
        """Write the dataset of all entries as one task."""
        self.record.count_task()
        prepared = self.prepared
        order = [plan.stage.id for plan in prepared.planned if plan.stage.id in self.refs]
        task = Task(export_dataset, name=f"{CORPUS}.{EXPORT}", cache_policy=NO_CACHE, persist_result=False)
        started = self.record.elapsed()
        made: Export = task(
            prepared.store,
            {name: self.refs[name] for name in order},
            prepared.config.export,
            self.record.provenance,
            force=EXPORT in prepared.forced,
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


@flow(name=FLOW, flow_run_name="{run}", validate_parameters=False)
def generate(
    profile: str = "base",
    only: str | None = None,
    sets: Sequence[str] = (),
    force: Sequence[str] = (),
    run: str | None = None,
    home: str | None = None,
    workers: int | None = None,
) -> dict[str, Any]:
    """Run the DAG and export its dataset: what schedules run.

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
        InputError: the configuration is wrong.
    """
    prepared = prepare_run(profile, only=only, sets=sets, force=force, home=home, workers=workers, full=False)
    return _run(prepared, run or new_run_name(profile))


def run_prepared(prepared: PreparedRun, run: str) -> dict[str, Any]:
    """Run what is prepared as a run of the same flow; see :func:`generate`."""

    @flow(name=FLOW, flow_run_name=run, validate_parameters=False)
    def prepared_run(profile: str, only: str | None, force: Sequence[str], home: str) -> dict[str, Any]:
        """The parameters are for the run's page; everything is decided."""
        del profile, only, force, home
        return _run(prepared, run)

    return prepared_run(prepared.profile, prepared.only, sorted(prepared.forced), str(prepared.store.home))


def _run(prepared: PreparedRun, run: str) -> dict[str, Any]:
    store = prepared.store
    store.prepare()
    record = RunRecord(store.layout, run, prepared.profile, prepared.config, workers=prepared.workers)
    record.update(flow_run=str(flow_run.id), only=prepared.only, forced=sorted(prepared.forced))
    state = _Progress(prepared, record)
    problems: list[str] = ["the run was interrupted"]
    try:
        state.lanes()
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
        {name.removeprefix("rows_"): value for name, value in stage.model_dump(exclude={"reasons"}).items()}
        for stage in record.outcomes
    ]
    publish_table("run-stages", rows, record.document["run"])
    publish_markdown("run-summary", run_summary(record.document), record.document["run"])
