"""What is kept of every run, ``runs/<run>/run.json``, written as it goes on; comparing runs, exporting one again."""

from __future__ import annotations

import datetime
import json
import os
import platform
import secrets
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from irmill.compiler.base.atomic import write_file
from irmill.compiler.lang.errors import InputError
from irmill.flows.config import RunConfig, nearest, validate_config
from irmill.flows.provenance import code_commit, effective_config, package_versions
from irmill.tasks.corpus.card import Provenance
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.plan import flat
from irmill.tasks.store.layout import Layout, resolve_home
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

RECORD = "run.json"


def new_run_name(profile: str) -> str:
    """A name for a run: time (UTC), profile, four random digits. It sorts by time."""
    now = datetime.datetime.now(datetime.UTC)
    return f"{now:%Y%m%dT%H%M%S}-{profile}-{secrets.token_hex(2)}"


class RunRecord:
    """The record of one run. Every change is on the disk at once, so that a collector beside the run keeps its work."""

    def __init__(self, layout: Layout, run: str, profile: str, config: RunConfig, *, workers: int) -> None:
        self._file = layout.runs / run / RECORD
        self._lock = threading.Lock()
        self._began = time.monotonic()
        self.outcomes: list[StageOutcome] = []
        self.problems: list[str] = []
        self.task_runs = 0
        self.document: dict[str, Any] = {
            "run": run,
            "profile": profile,
            "state": "running",
            "started": _now(),
            "finished": None,
            "seconds": 0.0,
            "flow_run": None,
            "export": None,
            "task_runs": 0,
            "stages": [],
            "problems": self.problems,
            "commit": code_commit(),
            "versions": package_versions(),
            "machine": {"host": platform.node(), "cpus": os.cpu_count(), "workers": workers},
            "config": effective_config(config),
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._write()

    @property
    def provenance(self) -> Provenance:
        """How the run is made, for the dataset's card."""
        document = self.document
        return Provenance(
            document["run"], document["profile"], document["config"], document["commit"], document["versions"]
        )

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    def count_task(self) -> None:
        """Note that a task run begins; the server is waited for until it has recorded so many."""
        with self._lock:
            self.task_runs += 1

    def update(self, **fields: Any) -> None:
        """Change fields of the record."""
        with self._lock:
            self.document.update(fields)
            self._write()

    def add_versions(self, versions: dict[str, str]) -> None:
        """Add what a stage was computed with (engine, model)."""
        with self._lock:
            self.document["versions"] = {**self.document["versions"], **versions}
            self._write()

    def add_stage(self, outcome: StageOutcome) -> None:
        """Add a finished stage."""
        with self._lock:
            self.outcomes.append(outcome)
            self.document["stages"] = [one.model_dump(mode="json") for one in self.outcomes]
            self._write()

    def finish(self, problems: Sequence[str] = ()) -> None:
        """Close the record: done, or failed for the reasons given."""
        self.problems.extend(problems)
        self.update(state="failed" if self.problems else "done", finished=_now())

    def _write(self) -> None:
        self.document["task_runs"] = self.task_runs
        self.document["seconds"] = round(self.elapsed(), 3)
        write_file(self._file, json.dumps(self.document, indent=1) + "\n")


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def run_names(home: Path) -> list[str]:
    """The runs that the home has records of, oldest first."""
    return sorted(file.parent.name for file in Layout(home).runs.glob(f"*/{RECORD}"))


def read_run(home: Path, run: str) -> dict[str, Any]:
    """The record of a run.

    Raises:
        InputError: there is none of this name, or it cannot be read.
    """
    file = Layout(home).runs / run / RECORD
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        names = run_names(home)
        hint = nearest(run, names) if names else "the home has no runs yet"
        raise InputError(f"there is no run {run!r} in {home}; {hint}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({error}); the run's record is damaged") from None


def compare_runs(first: str, second: str, *, home: str | None = None) -> dict[str, Any]:
    """What differs between two runs: configuration, versions, and every stage's key and counts.

    Raises:
        InputError: one of them does not exist.
    """
    place = Path(home) if home else resolve_home()
    pair = [read_run(place, first), read_run(place, second)]
    seen: list[dict[str, Any]] = []
    for what in ("profile", "commit", "state"):
        seen.append({"what": what, "first": pair[0][what], "second": pair[1][what]})
    for what in ("config", "versions"):
        sides = [flat(document[what]) for document in pair]
        names = sorted(sides[0].keys() | sides[1].keys())
        seen += [
            {"what": f"{what}.{name}", "first": sides[0].get(name), "second": sides[1].get(name)} for name in names
        ]
    stages = [{f"{s['lane']}.{s['stage']}": s for s in document["stages"]} for document in pair]
    for stage in dict.fromkeys([*stages[0], *stages[1]]):
        for what in ("key", "rows_in", "rows_out", "rejected"):
            one, two = (side.get(stage, {}).get(what) for side in stages)
            seen.append({"what": f"{stage}.{what}", "first": one, "second": two})
    return {"first": first, "second": second, "differences": [row for row in seen if row["first"] != row["second"]]}


def export_again(
    run: str | None = None, *, formats: Sequence[str] = ("parquet",), home: str | None = None
) -> dict[str, Any]:
    """Write the dataset of an earlier run again, from the store.

    Raises:
        InputError: there is no such run, it failed, or its entries are gone from the store.
    """
    from irmill.tasks.corpus.export import export_dataset

    place = Path(home) if home else resolve_home()
    if run is None:
        names = run_names(place)
        if not names:
            raise InputError(f"{place} has no runs yet; `irmill run` makes one")
        run = names[-1]
    document = read_run(place, run)
    store = Store(place)
    store.check()
    refs: dict[str, ArtifactRef] = {}
    for stage in document["stages"]:
        if stage["stage"] == "export":
            continue
        ref = store.find(stage["lane"], stage["stage"], stage["key"])
        if ref is None:
            raise InputError(
                f"run {run}: {stage['lane']}.{stage['stage']}/{stage['key']} is not in the store any more; run it again"
            )
        refs[ref.id] = ref
    if not refs or document["state"] != "done":
        raise InputError(f"run {run} is {document['state']}, so there is nothing to export; run it again")
    config = validate_config(document["config"], f"run {run}")
    provenance = Provenance(run, document["profile"], document["config"], document["commit"], document["versions"])
    made = export_dataset(store, refs, config.export, provenance, formats=formats)
    return {
        "run": run,
        "export": str(made.path),
        "rows": made.rows,
        "files": [file.path for file in made.files],
        "cached": made.cached,
    }
