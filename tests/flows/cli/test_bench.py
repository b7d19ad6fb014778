"""`irmill bench`: names, documents and goals; what a bench measures is not measured here."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pytest

from irmill.flows.bench import registry
from irmill.flows.bench.contest import Case, Contest, Goal, Measure
from irmill.flows.cli.app import run

CLOSED: list[str] = []


def contests(config: Any, stack: ExitStack) -> Iterator[Contest]:
    """A bench of no work, with one goal that anything reaches and one that nothing does."""
    stack.callback(CLOSED.append, "closed")
    goals = (Goal(Measure.RATE, 0.0), Goal(Measure.TIMES, float("1e300")))
    for name in ("first", "second"):
        yield Contest(name, "things", Case("one", dict, 1), (Case("many", dict, 64, goals=goals),), about="bounded")


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of one bench."""
    module = ModuleType("toy_bench")
    module.__dict__["contests"] = contests
    monkeypatch.setitem(sys.modules, "toy_bench", module)
    monkeypatch.setattr(registry, "BENCHES", {"toy": "toy_bench"})


def test_an_unknown_name_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "modle"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"irmill: bench: there is no bench 'modle'; choose from {', '.join(registry.BENCHES)}\n"


def test_no_rounds_are_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "model", "--rounds", "0"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("toy")
def test_json_is_one_document_of_all_rows(capsys: pytest.CaptureFixture[str]) -> None:
    CLOSED.clear()
    assert run(["bench", "toy", "--rounds", "3", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    rows = document["results"]
    assert [(row["contest"], row["case"]) for row in rows] == [
        (contest, case) for contest in ("first", "second") for case in ("one", "many")
    ]
    assert [verdict["reached"] for row in rows for verdict in row["verdicts"]] == [True, False] * 2
    assert rows[1]["times"]["low"] <= rows[1]["times"]["median"] <= rows[1]["times"]["high"]
    summary = document["summary"]
    assert (summary["benches"], summary["rounds"], summary["goals"], summary["missed"]) == (["toy"], 3, 4, 2)
    assert CLOSED == ["closed"]


@pytest.mark.usefixtures("toy")
def test_all_benches_run_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--rounds", "1"]) == 0
    said = capsys.readouterr().out
    assert "bounded" in said
    assert "2 of 4 goals reached" in said


def test_every_line_of_the_registry_is_a_file() -> None:
    assert all(find_spec(module) is not None for module in registry.BENCHES.values())
