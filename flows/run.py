"""``irmill run`` as a function: check everything, find or start the server, run the flow, read its record.

Prefect is imported only here and only when a run begins; a dry run does without.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from irmill.compiler.lang.errors import InputError
from irmill.flows.prepare import PreparedRun, prepare_run
from irmill.flows.records import new_run_name, read_run
from irmill.flows.registry import EXPORT
from irmill.flows.server import api_server, drain
from irmill.flows.settings import apply_settings
from irmill.tasks.corpus.join import LANE as CORPUS
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.plan import CACHED


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run would do with one stage: ``cached``, or built for the reason that ``why`` gives."""

    lane: str
    stage: str
    key: str
    cached: bool
    why: str


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
        planned: of a dry run, what would happen to each stage and to the export.
    """

    run: str
    profile: str
    export: str | None
    seconds: float
    stages: tuple[StageOutcome, ...] = ()
    problems: tuple[str, ...] = ()
    planned: tuple[Forecast, ...] = ()

    def document(self) -> dict[str, Any]:
        """The result as one JSON object (design, section 8)."""
        if self.planned:
            return {"profile": self.profile, "planned": [asdict(plan) for plan in self.planned]}
        return {
            "run": self.run,
            "profile": self.profile,
            "export": self.export,
            "seconds": round(self.seconds, 3),
            "stages": [stage.model_dump(mode="json") for stage in self.stages],
            "problems": list(self.problems),
        }


def _forecasts(prepared: PreparedRun) -> tuple[Forecast, ...]:
    stages = [Forecast(p.stage.lane, p.stage.name, p.key, p.cached, p.why) for p in prepared.planned]
    why = prepared.why_export
    return (*stages, Forecast(CORPUS, EXPORT, prepared.export_key, why == CACHED, why))


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
    """Run the DAG as a flow, of what :func:`prepare_run` takes; ``dry_run`` only says what would run, and why.

    Raises:
        InputError: the configuration, a file that it names, or the home is wrong; nothing was written.
    """
    started = time.monotonic()
    prepared = prepare_run(profile, only=only, sets=sets, force=force, home=home, workers=workers, full=dry_run)
    if dry_run:
        return RunResult("", profile, None, time.monotonic() - started, planned=_forecasts(prepared))
    run = new_run_name(profile)
    problems = _run_flow(run, prepared)
    document = read_run(prepared.store.home, run)
    return RunResult(
        run=run,
        profile=profile,
        export=document["export"],
        seconds=time.monotonic() - started,
        stages=tuple(StageOutcome.model_validate(stage) for stage in document["stages"]),
        problems=tuple(problems),
    )


def _run_flow(run: str, prepared: PreparedRun) -> list[str]:
    """Run the flow under a server; the problems that it ended with."""
    store = prepared.store
    store.prepare()
    apply_settings(store.home)
    with api_server(store.home):
        from irmill.flows.pipeline import RunFailed, run_prepared

        try:
            run_prepared(prepared, run)
        except RunFailed as error:
            return error.problems
        finally:
            _drain(store.home, run)
    return []


def _drain(home: Path, run: str) -> None:
    try:
        document = read_run(home, run)
    except InputError:  # the flow ended before it wrote its record
        return
    if document["flow_run"]:
        drain(UUID(document["flow_run"]), document["task_runs"])
