"""What a run shows while it works: throttled, legal, and on a terminal only."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.tasks import progress
from irmill.tasks.pool import Throttle
from irmill.tasks.progress import RunPage, Several, TerminalBar, TerminalBars, artifact_key
from irmill.tasks.store.manifest import FileRecord, ShardRecord


def record(index: int) -> ShardRecord:
    file = FileRecord(name="part", sha256="0", bytes=1, rows=5)
    return ShardRecord(index=index, rows_in=6, part=file, rejected=file, reasons={"PARSE": 1})


@given(parts=st.lists(st.text(max_size=8), max_size=3))
def test_artifact_keys_are_legal_whatever_the_names(parts: list[str]) -> None:
    key = artifact_key(*parts)
    assert key
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert artifact_key(key) == key


def test_artifact_keys_say_what_they_name() -> None:
    assert artifact_key("compiler.cold_start", "Progress") == "compiler-cold-start-progress"


def test_a_throttle_lets_one_call_a_second_through() -> None:
    now = [0.0]
    throttle = Throttle(1.0, clock=lambda: now[0])
    seen: list[float] = []
    for tick in range(0, 50):
        now[0] = tick / 10
        if throttle.ready():
            seen.append(now[0])
    assert seen == [1.0, 2.0, 3.0, 4.0]


class Terminal(io.StringIO):
    """Something that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_two_lanes_share_one_terminal() -> None:
    terminal = Terminal()
    bars = TerminalBars(terminal)
    first, second = TerminalBar(bars), TerminalBar(bars)
    first.start("synth.build", "0", 2, 10)
    second.start("optimizer.lower", "0", 1, None)
    first.advance(4)
    first.shard(record(0))
    first.finish()
    second.advance(1)
    second.finish()
    second.finish()
    shown = terminal.getvalue()
    assert "synth.build" in shown
    assert "optimizer.lower" in shown


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> RunPage:
    monkeypatch.setattr(progress, "get_run_logger", lambda: logging.getLogger("page"))
    now = [0.0]

    def clock() -> float:
        now[0] += 0.25
        return now[0]

    return RunPage(Throttle(1.0, clock))


def test_the_artifact_is_updated_once_a_second_and_at_the_end(page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[float] = []
    monkeypatch.setattr(progress, "create_progress_artifact", lambda value, **_: "artifact")
    monkeypatch.setattr(progress, "update_progress_artifact", lambda _, value, **__: updates.append(value))
    page.start("lane.stage", "0", 2, 100)
    for _ in range(8):
        page.advance(10)
    page.shard(record(0))
    page.shard(record(1))
    page.finish()
    assert updates == [40.0, 80.0, 100.0]


def test_a_server_that_is_gone_costs_the_progress_and_nothing_else(
    page: RunPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(progress, "create_progress_artifact", lambda *_, **__: "artifact")
    monkeypatch.setattr(progress, "update_progress_artifact", gone)
    page.start("lane.stage", "0", 1, None)
    page.finish()
    page.finish()
    assert caplog.text.count("its progress is not shown (ConnectionError: nobody listens)") == 1


def test_several_pass_everything_on(page: RunPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "create_progress_artifact", lambda *_, **__: "artifact")
    monkeypatch.setattr(progress, "update_progress_artifact", lambda *_, **__: None)
    terminal = Terminal()
    both = Several([page, TerminalBar(TerminalBars(terminal))])
    both.start("lane.stage", "0", 2, 10)
    both.advance(5)
    both.shard(record(0))
    assert page.percent() == 50.0
    both.shard(record(1))
    assert page.percent() == 100.0
    both.finish()


def test_no_bar_without_a_terminal(page: RunPage) -> None:
    assert isinstance(progress.run_observer(io.StringIO()), RunPage)
    assert isinstance(progress.run_observer(Terminal()), Several)
