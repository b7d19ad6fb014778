"""The server of a run: a temporary one comes, records everything and goes without a trace; one that is up is used."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.flows.server import healthy, record_server, running_server, start_ui
from irmill.flows.settings import WORKERS, apply_settings, home_settings, worker_count

pytestmark = pytest.mark.timeout(400)

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import json, os, sys, time
from pathlib import Path
from uuid import UUID
from irmill.flows.settings import apply_settings
from irmill.flows.server import api_server, drain

home, end = Path(sys.argv[1]), sys.argv[2]
apply_settings(home)
with api_server(home) as server:
    from prefect import flow, get_run_logger, task
    from prefect.runtime import flow_run

    @task
    def one(n):
        get_run_logger().info("number %d", n)
        if end == "fail" and n == 11:
            raise ValueError("eleven")
        return n

    run = []

    @flow
    def numbers():
        run.append(UUID(flow_run.id))
        for n in range(12):
            one(n)

    try:
        numbers()
    except ValueError:
        pass
    print(json.dumps({"url": server.url, "temporary": server.temporary, "run": str(run[0])}), flush=True)
    if end == "hang":
        time.sleep(300)
    drain(run[0], 12)
"""


def call(home: Path, end: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(home), end],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database the first test migrates for all."""
    return tmp_path_factory.mktemp("home")


@pytest.mark.slow
@pytest.mark.parametrize("end", ["succeed", "fail"])
def test_a_temporary_server_records_everything_and_ends_silently(home: Path, end: str):
    process = call(home, end)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    assert err == ""
    answer = json.loads(out.splitlines()[-1])
    assert answer["temporary"]
    assert not healthy(answer["url"])
    import sqlite3

    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        run = answer["run"]
        states = database.execute("select state_type from task_run where flow_run_id = ?", (run,)).fetchall()
        logs = database.execute("select count(*) from log where flow_run_id = ?", (run,)).fetchone()
    assert [state for (state,) in states].count("COMPLETED") == (11 if end == "fail" else 12)
    assert len(states) == 12
    assert logs[0] >= 12


@pytest.mark.slow
def test_the_server_ends_with_a_run_that_is_killed(home: Path):
    process = call(home, "hang")
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    assert healthy(url)
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 60
    while healthy(url) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not healthy(url)
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.close()


def test_a_server_that_is_down_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert running_server(tmp_path) is None
    record_server(tmp_path, "http://127.0.0.1:9/api")
    assert running_server(tmp_path) is None
    record_server(tmp_path, None)
    assert not (tmp_path / "prefect" / "server.json").exists()


@pytest.mark.parametrize("content", ["", "[]", '{"api_url": 5}', "{"])
def test_a_damaged_record_of_a_server_is_no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    record_server(tmp_path, "x")
    (tmp_path / "prefect" / "server.json").write_text(content)
    assert running_server(tmp_path) is None


@pytest.mark.usefixtures("prefect_server")
def test_a_server_that_is_up_is_found_by_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from prefect.settings import PREFECT_API_URL

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    url = str(PREFECT_API_URL.value())
    record_server(tmp_path, url)
    assert running_server(tmp_path) == url


def test_a_port_that_is_taken_is_named(tmp_path: Path):
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(InputError, match=f"port {port} of 127.0.0.1 is taken"):
            start_ui(tmp_path, port)
    assert not (tmp_path / "prefect").exists()


def test_prefect_lives_under_the_home_whatever_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in (*home_settings(tmp_path), "PREFECT_SERVER_ANALYTICS_ENABLED", "PREFECT_LOGGING_LEVEL"):
        monkeypatch.setenv(name, "mine")
    apply_settings(tmp_path)
    for name in home_settings(tmp_path):
        assert os.environ[name].startswith(str(tmp_path))
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "mine"


def test_workers_are_asked_for_or_named_or_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(WORKERS, raising=False)
    assert worker_count() == os.cpu_count()
    monkeypatch.setenv(WORKERS, "3")
    assert (worker_count(), worker_count(5)) == (3, 5)
    monkeypatch.setenv(WORKERS, "two")
    with pytest.raises(InputError, match="IRMILL_WORKERS=two"):
        worker_count()
