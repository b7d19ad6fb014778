"""What a run shows: progress artifacts and log lines in Prefect's UI, a bar on a terminal, tables when it is over.

Everything that is told more often than once a second is summed up first: engines may report every row.
"""

from __future__ import annotations

import functools
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO, cast
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.logging import get_run_logger
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from irmill.tasks.build import Observer
from irmill.tasks.pool import Throttle
from irmill.tasks.store.lease import Owner
from irmill.tasks.store.manifest import ShardRecord

SECONDS_BETWEEN = 1.0


def artifact_key(*parts: str) -> str:
    """A key that Prefect takes: lowercase letters, digits and single dashes, from names of any kind."""
    key = re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")
    return key or "artifact"


def publish_table(key: str, rows: Sequence[Mapping[str, Any]], description: str) -> None:
    """Leave a table on the run's page; inside a flow or task run only."""
    create_table_artifact(table=[dict(row) for row in rows], key=artifact_key(key), description=description)


def publish_markdown(key: str, text: str, description: str) -> None:
    """Leave a page of markdown on the run's page; inside a flow or task run only."""
    create_markdown_artifact(markdown=text, key=artifact_key(key), description=description)


class RunPage(Observer):
    """An observer that reports on the page of the task run: a progress artifact and log lines, about one a second."""

    def __init__(self, throttle: Throttle | None = None) -> None:
        self._log = get_run_logger()
        self._throttle = throttle or Throttle(SECONDS_BETWEEN)
        self._artifact: UUID | None = None
        self._stage = ""
        self._shards = 0
        self._written = 0
        self._rows: int | None = None
        self._done = 0
        self._since = time.monotonic()

    def start(self, stage: str, key: str, shards: int, rows: int | None) -> None:
        self._stage, self._shards, self._rows = stage, shards, rows
        self._since = time.monotonic()
        amount = f"{rows:,} rows" if rows is not None else "an unknown number of rows"
        self._log.info("%s/%s: shards to build: %d, %s", stage, key, shards, amount)
        try:
            created = create_progress_artifact(0.0, key=artifact_key(stage, "progress"), description=stage)
            self._artifact = cast(UUID, created)
        except Exception as error:
            self._unseen(error)

    def advance(self, rows: int) -> None:
        self._done += rows
        if self._throttle.ready():
            self._report()

    def shard(self, record: ShardRecord) -> None:
        self._written += 1
        reasons = ", ".join(f"{count} {reason}" for reason, count in record.reasons.items())
        self._log.info(
            "%s shard %d: %d rows, %d rejected%s, %.1f s",
            self._stage,
            record.index,
            record.part.rows,
            record.rejected.rows,
            f" ({reasons})" if reasons else "",
            record.seconds,
        )
        if self._throttle.ready():
            self._report()

    def waiting(self, owner: Owner) -> None:
        self._log.info("another run builds this stage (%s): waiting for it", owner)

    def finish(self) -> None:
        self._report()

    def percent(self) -> float:
        """How far the build is, 0 to 100: by rows where their number is known, by shards otherwise."""
        if self._written >= self._shards:
            return 100.0
        by_shards = self._written / self._shards
        by_rows = self._done / self._rows if self._rows else 0.0
        return round(100 * min(max(by_shards, by_rows), 0.99), 1)

    def _report(self) -> None:
        seconds = max(time.monotonic() - self._since, 1e-9)
        rate = f"{self._done:,} rows, {self._done / seconds:,.0f} rows/s"
        text = f"{self._stage}: {rate}, shards written: {self._written}"
        self._log.info(text)
        if self._artifact is None:
            return
        try:
            update_progress_artifact(self._artifact, self.percent(), description=text)
        except Exception as error:
            self._unseen(error)

    def _unseen(self, error: Exception) -> None:
        """A server that is busy or gone is no reason to lose hours of work."""
        self._artifact = None
        self._log.warning("%s: its progress is not shown (%s: %s)", self._stage, type(error).__name__, error)


class TerminalBars:
    """The bars of all stages that run at the moment, on one terminal; lanes run in threads and share it."""

    def __init__(self, stream: TextIO) -> None:
        self._lock = threading.Lock()
        self._console = Console(file=stream)
        self._bars: Progress | None = None

    def add(self, name: str, rows: int | None, note: str) -> TaskID:
        """Draw a bar."""
        with self._lock:
            if self._bars is None:
                self._bars = Progress(
                    TextColumn("{task.description}"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TimeElapsedColumn(),
                    TextColumn("{task.fields[note]}"),
                    console=self._console,
                    transient=True,
                )
                self._bars.start()
            return self._bars.add_task(name, total=rows, note=note)

    def update(self, bar: TaskID, **changes: Any) -> None:
        """Move a bar, or change its note."""
        with self._lock:
            if self._bars is not None:
                self._bars.update(bar, **changes)

    def remove(self, bar: TaskID) -> None:
        """Take a bar away, and the display with the last one."""
        with self._lock:
            if self._bars is not None:
                self._bars.remove_task(bar)
                if not self._bars.tasks:
                    self._bars.stop()
                    self._bars = None

    def say(self, text: str) -> None:
        """Print a line above the bars."""
        self._console.print(text)


class TerminalBar(Observer):
    """An observer that draws one bar for its stage."""

    def __init__(self, bars: TerminalBars) -> None:
        self._bars = bars
        self._bar: TaskID | None = None

    def start(self, stage: str, key: str, shards: int, rows: int | None) -> None:
        self._bar = self._bars.add(stage, rows, f"{shards} shards")

    def advance(self, rows: int) -> None:
        if self._bar is not None:
            self._bars.update(self._bar, advance=rows)

    def shard(self, record: ShardRecord) -> None:
        if self._bar is not None:
            self._bars.update(self._bar, note=f"shard {record.index} written")

    def waiting(self, owner: Owner) -> None:
        self._bars.say(f"another run builds this stage ({owner}): waiting for it")

    def finish(self) -> None:
        if self._bar is not None:
            self._bars.remove(self._bar)
        self._bar = None


class Several(Observer):
    """An observer that passes everything on to others."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers

    def start(self, stage: str, key: str, shards: int, rows: int | None) -> None:
        for observer in self._observers:
            observer.start(stage, key, shards, rows)

    def advance(self, rows: int) -> None:
        for observer in self._observers:
            observer.advance(rows)

    def shard(self, record: ShardRecord) -> None:
        for observer in self._observers:
            observer.shard(record)

    def waiting(self, owner: Owner) -> None:
        for observer in self._observers:
            observer.waiting(owner)

    def finish(self) -> None:
        for observer in self._observers:
            observer.finish()


def run_observer(stream: TextIO | None = None) -> Observer:
    """What a stage's task reports to: the run's page, and a bar where standard error is a terminal."""
    terminal = sys.stderr if stream is None else stream
    page = RunPage()
    return Several([page, TerminalBar(_bars_on(terminal))]) if terminal.isatty() else page


@functools.lru_cache(maxsize=1)
def _bars_on(terminal: TextIO) -> TerminalBars:
    return TerminalBars(terminal)
