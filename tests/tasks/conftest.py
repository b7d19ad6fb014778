"""Homes and engines for the tests of the store and the builder. No Prefect here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from double.harness import Double, write_double

from irmill.tasks.store.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def store(home: Path) -> Store:
    """A prepared store."""
    store = Store(home)
    store.prepare()
    return store


@pytest.fixture
def double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Double]:
    """The double's package, importable for the length of a test."""
    folder = tmp_path / "code"
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    double = write_double(folder)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield double
    double.forget()


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of engine calls: one line ``stage pid`` for each."""
    log = tmp_path / "calls.log"
    log.touch()
    monkeypatch.setenv("DOUBLE_LOG", str(log))
    return log
