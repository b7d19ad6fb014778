"""The only place that builds a Prefect task: one stage, one task run, cached across runs by the store's own key.

Prefect's record of a result says nothing about the Parquet it points to, so the task is called with ``refresh_cache``
unless the store's entry is whole; and since the record may be gone while the entry is there, the task's body returns a
valid entry as it finds it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from prefect import Task
from prefect.cache_policies import CacheKeyFnPolicy

from irmill.compiler.base.stage import Stage
from irmill.tasks.build import BuildOptions, build_stage, check_limits
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.plan import PlannedStage
from irmill.tasks.progress import publish_table, run_observer
from irmill.tasks.store.errors import RejectLimitError
from irmill.tasks.store.manifest import ArtifactRef, Manifest
from irmill.tasks.store.store import Store

RESULTS = "results"
"""The folder of Prefect's result records in Prefect's home."""


def run_stage(
    planned: PlannedStage,
    parents: Mapping[str, ArtifactRef],
    store: Store,
    options: BuildOptions,
) -> tuple[ArtifactRef, StageOutcome]:
    """Run a stage as one task of the current flow run, or find it made.

    Args:
        parents: ``lane.name`` to the entry of each parent; others in the mapping are ignored, so that a flow can pass
            all it has.
        store: a prepared store.

    Returns:
        The entry, and the stage's row of the run's table.

    Raises:
        StoreError: the stage failed in a way that one line explains.
        Exception: anything else that the task raised.
    """
    started = time.monotonic()
    stage = planned.stage
    whole = not options.force and store.valid(stage.lane, stage.name, planned.key)
    task = stage_task(planned, store, options)
    refresh = not whole or not _within_limits(stage, store, planned.key, options)
    ref = task.with_options(refresh_cache=refresh)(planned.key, [parents[name] for name in stage.parents])
    manifest = store.manifest(ref)
    outcome = stage_outcome(manifest, seconds=time.monotonic() - started, cached=whole)
    _publish(stage, manifest, outcome)
    return ref, outcome


def stage_task(
    planned: PlannedStage, store: Store, options: BuildOptions
) -> Task[[str, Sequence[ArtifactRef]], ArtifactRef]:
    """The Prefect task of one stage.

    It is called with the key, which is its cache key, and the parents' entries in the stage's order, from which Prefect
    draws the arrows of the run's graph. It has no tags: for each tag Prefect asks the server for a concurrency slot,
    which costs half a second a task even where no limit is set.
    """
    stage = planned.stage

    def build(key: str, parents: Sequence[ArtifactRef]) -> ArtifactRef:
        del key
        entries = dict(zip(stage.parents, parents, strict=True))
        observer = run_observer()
        return build_stage(
            stage, planned.config, entries, store, options=options, fingerprint=planned.fingerprint, observer=observer
        )

    return Task(
        build,
        name=stage.id,
        task_run_name=f"{stage.id} {{key}}",
        description=stage.path,
        cache_policy=CacheKeyFnPolicy(cache_key_fn=lambda context, given: f"{context.task.name}-{given['key']}"),
        persist_result=True,
        result_serializer="json",
        result_storage=store.layout.prefect / RESULTS,
    )


def stage_outcome(manifest: Manifest, *, seconds: float, cached: bool) -> StageOutcome:
    """A stage's row of the run's table."""
    ref = manifest.ref
    return StageOutcome(
        lane=ref.lane,
        stage=ref.stage,
        key=ref.key,
        rows_in=manifest.report.rows_in,
        rows_out=ref.rows,
        rejected=ref.rejected,
        seconds=round(seconds, 3),
        cached=cached,
        reasons=manifest.report.reasons,
    )


def _within_limits(stage: Stage, store: Store, key: str, options: BuildOptions) -> bool:
    manifest = store.read_manifest(stage.lane, stage.name, key)
    try:
        if manifest is not None:
            check_limits(stage, manifest, options.limits)
    except RejectLimitError:
        return False
    return True


def _publish(stage: Stage, manifest: Manifest, outcome: StageOutcome) -> None:
    rows = [
        {
            "shard": shard.index,
            "rows in": shard.rows_in,
            "rows out": shard.part.rows,
            "rejected": shard.rejected.rows,
            "reasons": ", ".join(f"{count} {reason}" for reason, count in shard.reasons.items()),
            "bytes": shard.part.bytes,
            "seconds": shard.seconds,
        }
        for shard in manifest.shards
    ]
    state = "found made" if outcome.cached else f"built in {outcome.seconds:.1f} s"
    publish_table(stage.id, rows, f"{stage.id}/{outcome.key}: {state}")
