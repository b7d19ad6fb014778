"""The Prefect server that a run reports to: the one that is up, or a temporary one that is stopped cleanly.

``irmill ui`` starts a server and records its address under the home (:func:`record_server`); a run of the same home
finds it there. Otherwise a temporary server on the same database serves the one run (:mod:`flows.server_process`), so
the UI shows that run, too, once it is started.

The temporary server of Prefect 3.8.8 prints the traceback of a CancelledError when it is stopped while its event
recorder writes. So the order of the end matters: the run's own queues of events and logs are drained, then the server
is asked until it has recorded the last state of every task run, and only then is it stopped.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from irmill.compiler.base.atomic import write_file
from irmill.compiler.lang.errors import InputError
from irmill.flows.settings import LOOPBACK, STARTUP_SECONDS, apply_settings
from irmill.tasks.pool import environment
from irmill.tasks.store.store import Store

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.3
RECORD_SECONDS = 20.0
STOP_SECONDS = 15.0
START_ATTEMPTS = 3
UI_PORT = 4200
API_URL = "PREFECT_API_URL"


class ServerError(InputError):
    """The Prefect server does not come up; one line that says so."""


@dataclass(frozen=True, slots=True)
class ApiServer:
    """A server that answers: its API's address, and whether it is there for this run only."""

    url: str
    temporary: bool


def healthy(api_url: str, timeout: float = 2.0) -> bool:
    """Whether a Prefect API answers at this address."""
    try:
        with urllib.request.urlopen(f"{api_url}/health", timeout=timeout) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError, ValueError):
        return False


def record_server(home: Path, api_url: str | None) -> None:
    """Write down (or, with None, strike out) the server that runs of this home report to."""
    file = home / "prefect" / "server.json"
    if api_url is None:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    write_file(file, json.dumps({"api_url": api_url}) + "\n")


def running_server(home: Path) -> str | None:
    """The API of the server that is up: ``PREFECT_API_URL``, else what the home has recorded; None where none is."""
    candidates = [os.environ.get(API_URL)]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        candidates.append(json.loads((home / "prefect" / "server.json").read_text())["api_url"])
    return next((url for url in candidates if url and healthy(url)), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def api_server(home: Path) -> Generator[ApiServer]:
    """The server for one run, with ``PREFECT_API_URL`` set to it; settings must be applied and prefect not imported.

    Raises:
        ServerError: no server is up and a temporary one does not start.
    """
    running = running_server(home)
    if running is None:
        with _temporary_server(home) as url:
            yield ApiServer(url, temporary=True)
    else:
        with environment({API_URL: running}):
            yield ApiServer(running, temporary=False)


@contextlib.contextmanager
def _temporary_server(home: Path) -> Generator[str]:
    """A server process of this run. Servers of one home start one after the other: the first may migrate the database.

    One that ends as it starts is started again.
    """
    folder = home / "prefect"
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    process: subprocess.Popen[bytes] | None = None
    with environment({API_URL: f"http://{LOOPBACK}:{port}/api"}):
        try:
            with (folder / "server.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                problem = ""
                for _ in range(START_ATTEMPTS):
                    process = _start("irmill.flows.server_process", str(port), stdin=subprocess.PIPE)
                    importlib.import_module("prefect.main")  # takes a second, while the server comes up
                    problem = _not_up(process, os.environ[API_URL])
                    if not problem or process.poll() is None:
                        break
            if problem:
                raise ServerError(f"{problem}; look at {folder}")
            yield os.environ[API_URL]
        finally:
            if process is not None:
                _end(process)


@contextlib.contextmanager
def ui_server(home: Path, port: int = UI_PORT) -> Generator[None]:
    """The server with UI and scheduler: the one that is up, else one that lives as long as this context.

    Raises:
        InputError: the port is taken.
        ServerError: the server does not come up.
    """
    running = running_server(home)
    server = contextlib.nullcontext() if running is not None else _ui_process(home, port)
    with server, environment({API_URL: running or f"http://{LOOPBACK}:{port}/api"}):
        yield


def serve_ui(*, port: int = UI_PORT, home: str | None = None) -> int:
    """Run the server with its UI in the foreground until interrupted. The exit code.

    Raises:
        InputError: the home cannot be used, the port is taken, or the server does not come up.
    """
    store = Store.of(home)
    store.prepare()
    apply_settings(store.home)
    running = running_server(store.home)
    if running is not None:
        raise InputError(f"a server of {store.home} is up already: {running.removesuffix('/api')}")
    try:
        with _ui_process(store.home, port) as process:
            signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must not outlive this process
            sys.stderr.write(f"irmill: the UI is at http://{LOOPBACK}:{port}; interrupt to stop it\n")
            return process.wait()
    except KeyboardInterrupt:
        return 0


@contextlib.contextmanager
def _ui_process(home: Path, port: int) -> Generator[subprocess.Popen[bytes]]:
    """A server with its UI that answers, recorded under the home for as long as it is there."""
    process = start_ui(home, port)
    url = f"http://{LOOPBACK}:{port}/api"
    try:
        if problem := _not_up(process, url):
            raise ServerError(problem)
        record_server(home, url)
        yield process
    finally:
        record_server(home, None)
        _end(process)


def start_ui(home: Path, port: int) -> subprocess.Popen[bytes]:
    """Start Prefect's own server with UI and scheduler. Raises InputError where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise InputError(f"port {port} of {LOOPBACK} is taken; choose another one with --port") from None
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    return _start("prefect", "server", "start", "--host", LOOPBACK, "--port", str(port), stdin=subprocess.DEVNULL)


def _start(*module: str, stdin: int) -> subprocess.Popen[bytes]:
    """A process in a session of its own: an interrupt at the terminal must not stop it before the run has ended."""
    variables = {name: value for name, value in os.environ.items() if name != API_URL}
    command = [sys.executable, "-m", *module]
    return subprocess.Popen(command, stdin=stdin, stdout=subprocess.DEVNULL, env=variables, start_new_session=True)


def _not_up(process: subprocess.Popen[bytes], url: str) -> str:
    """Wait until a server answers: why it does not, in one line, empty where it does."""
    deadline = time.monotonic() + STARTUP_SECONDS
    while not healthy(url):
        if process.poll() is not None:
            return f"the Prefect server ends with code {process.returncode} as it starts"
        if time.monotonic() > deadline:
            return f"the Prefect server did not come up within {STARTUP_SECONDS} s"
        time.sleep(0.05)
    return ""


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a server, the temporary one by the end of its input, and wait until it is gone."""
    if process.stdin is not None:
        process.stdin.close()
    else:
        process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        log.warning("the Prefect server did not stop within %s s and is killed", STOP_SECONDS)
        process.kill()
        process.wait()


def drain(flow_run: UUID, task_runs: int) -> None:
    """Wait until the server has recorded all that a flow run sent: its logs, and the last state of its task runs."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    EventsWorker.drain_all(timeout=RECORD_SECONDS, at_exit=False)
    APILogWorker.drain_all(timeout=RECORD_SECONDS, at_exit=False)
    deadline = time.monotonic() + RECORD_SECONDS
    while _recorded(flow_run) < task_runs:
        if time.monotonic() > deadline:
            log.warning("the Prefect server has not recorded every task run within %s s", RECORD_SECONDS)
            break
        time.sleep(0.05)
    time.sleep(SETTLE_SECONDS)


def _recorded(flow_run: UUID) -> int:
    """How many task runs of the flow run the server knows in a final state."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import TaskRunSort

    chosen = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run]))
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(flow_run_filter=chosen, sort=TaskRunSort.ID_DESC, limit=200)
    return sum(run.state is not None and run.state.is_final() for run in runs)
