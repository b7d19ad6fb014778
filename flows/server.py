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
from irmill.tasks.store.errors import StoreError
from irmill.tasks.store.layout import resolve_home
from irmill.tasks.store.store import Store

log = logging.getLogger(__name__)

SETTLE_SECONDS = 0.3
RECORD_SECONDS = 20.0
STOP_SECONDS = 15.0
START_ATTEMPTS = 3
UI_PORT = 4200


class ServerError(Exception):
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
    candidates = [os.environ.get("PREFECT_API_URL")]
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        candidates.append(json.loads((home / "prefect" / "server.json").read_text())["api_url"])
    return next((url for url in candidates if url and healthy(url)), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


class TemporaryServer:
    """A server process of this run. Starting and waiting are apart, so that the run can load its engines meanwhile."""

    def __init__(self, home: Path) -> None:
        self._lock_file = home / "prefect" / "server.lock"
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Start the process. Servers of one home start one after the other: the first may migrate the database."""
        if self._lock is None:
            self._lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        port = _free_port()
        self.url = f"http://{LOOPBACK}:{port}/api"
        environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "irmill.flows.server_process", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # an interrupt at the terminal must not stop it before the run has ended
        )

    def wait(self) -> None:
        """Wait until it answers. Raises ServerError where it does not."""
        deadline = time.monotonic() + STARTUP_SECONDS
        attempts = 1
        while not healthy(self.url):
            assert self._process is not None
            if self._process.poll() is not None:
                if attempts == START_ATTEMPTS:
                    raise ServerError(f"the Prefect server ends with code {self._process.returncode} as it starts")
                attempts += 1
                self.start()
            if time.monotonic() > deadline:
                raise ServerError(f"the Prefect server did not come up within {STARTUP_SECONDS} s")
            time.sleep(0.05)
        self._release()

    def stop(self) -> None:
        """End its input and wait until it is gone."""
        self._release()
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("the temporary Prefect server did not stop within %s s and is killed", STOP_SECONDS)
            self._process.kill()
            self._process.wait()
        self._process = None

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextlib.contextmanager
def api_server(home: Path) -> Generator[ApiServer]:
    """The server for one run, with ``PREFECT_API_URL`` set to it; settings must be applied and prefect not imported.

    Raises:
        ServerError: no server is up and a temporary one does not start.
    """
    running = running_server(home)
    before = os.environ.get("PREFECT_API_URL")
    if running is not None:
        os.environ["PREFECT_API_URL"] = running
        try:
            yield ApiServer(running, temporary=False)
        finally:
            _restore_url(before)
        return
    server = TemporaryServer(home)
    try:
        server.start()
        os.environ["PREFECT_API_URL"] = server.url
        importlib.import_module("prefect.main")  # takes a second, while the server comes up

        server.wait()
        yield ApiServer(server.url, temporary=True)
    finally:
        _restore_url(before)
        server.stop()


def _restore_url(before: str | None) -> None:
    if before is None:
        os.environ.pop("PREFECT_API_URL", None)
    else:
        os.environ["PREFECT_API_URL"] = before


@contextlib.contextmanager
def ui_server(home: Path, port: int = UI_PORT) -> Generator[ApiServer]:
    """The server with UI and scheduler: the one that is up, else one that lives as long as this context.

    Raises:
        InputError: the port is taken.
        ServerError: the server does not come up.
    """
    running = running_server(home)
    before = os.environ.get("PREFECT_API_URL")
    if running is not None:
        os.environ["PREFECT_API_URL"] = running
        try:
            yield ApiServer(running, temporary=False)
        finally:
            _restore_url(before)
        return
    process = start_ui(home, port)
    url = f"http://{LOOPBACK}:{port}/api"
    try:
        _wait_for(process, url)
        record_server(home, url)
        os.environ["PREFECT_API_URL"] = url
        yield ApiServer(url, temporary=True)
    finally:
        _restore_url(before)
        record_server(home, None)
        _terminate(process)


def serve_ui(*, port: int = UI_PORT, home: str | None = None) -> int:
    """Run the server with its UI in the foreground until interrupted. The exit code.

    Raises:
        InputError: the home cannot be used, or the port is taken.
    """
    place = Path(home).absolute() if home else resolve_home()
    try:
        Store(place).prepare()
    except StoreError as error:
        raise InputError(str(error)) from error
    apply_settings(place)
    running = running_server(place)
    if running is not None:
        raise InputError(f"a server of {place} is up already: {running.removesuffix('/api')}")
    process = start_ui(place, port)
    url = f"http://{LOOPBACK}:{port}/api"
    try:
        _wait_for(process, url)
        record_server(place, url)
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server must not outlive this process
        sys.stderr.write(f"irmill: the UI is at http://{LOOPBACK}:{port}; interrupt to stop it\n")
        return process.wait()
    except ServerError as error:
        raise InputError(str(error)) from error
    except KeyboardInterrupt:
        return 0
    finally:
        record_server(place, None)
        _terminate(process)


def start_ui(home: Path, port: int) -> subprocess.Popen[bytes]:
    """Start Prefect's own server with UI and scheduler. Raises InputError where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise InputError(f"port {port} of {LOOPBACK} is taken; choose another one with --port") from None
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", LOOPBACK, "--port", str(port)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def _wait_for(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while not healthy(url):
        if process.poll() is not None:
            raise ServerError(f"the Prefect server ends with code {process.returncode} as it starts")
        if time.monotonic() > deadline:
            raise ServerError(f"the Prefect server did not come up within {STARTUP_SECONDS} s")
        time.sleep(0.1)


def _terminate(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
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
