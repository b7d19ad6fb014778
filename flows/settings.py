"""The settings of Prefect that irmill sets in code, before prefect is imported.

A ``prefect.toml`` would be read from the working directory only, and a person's own Prefect profile must not change
what a run does: everything of Prefect's lives under the irmill home.
"""

from __future__ import annotations

import os
from pathlib import Path

from irmill.compiler.lang.errors import InputError

LOOPBACK = "127.0.0.1"
WORKERS = "IRMILL_WORKERS"
STARTUP_SECONDS = 120
"""How long a server may take to come up: a fresh database is migrated first, on a loaded machine in half a minute."""


def home_settings(home: Path) -> dict[str, str]:
    """The settings that belong to an irmill home; they are set whatever the environment says."""
    prefect_home = home / "prefect"
    return {
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        "PREFECT_RESULTS_LOCAL_STORAGE_PATH": str(prefect_home / "results"),
    }


DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_API_HOST": LOOPBACK,
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": str(STARTUP_SECONDS),
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
    # every line goes to the UI; the terminal has the progress and, at the end, one table
    "PREFECT_LOGGING_LEVEL": "INFO",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "irmill",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
}
"""Settings that a variable of the environment may override (another database, another level)."""


def apply_settings(home: Path) -> None:
    """Set Prefect up for an irmill home. Call it before prefect is imported: Prefect reads its settings once."""
    os.environ.update(home_settings(home))
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)


def worker_count(asked: int | None = None) -> int:
    """How many processes build shards: as asked, else ``IRMILL_WORKERS``, else one a core. It changes no byte.

    Raises:
        InputError: the variable is no positive number.
    """
    named = os.environ.get(WORKERS, "").strip()
    if asked is None and named and not (named.isascii() and named.isdigit() and int(named) > 0):
        raise InputError(f"{WORKERS}={named}: give a positive number of processes")
    return asked or int(named or 0) or os.cpu_count() or 1
