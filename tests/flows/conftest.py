"""Prefect's own test harness, for the tests of flows only: starting it costs seconds that no other test should pay."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

# Read when prefect is imported first.
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A temporary Prefect server and database for the whole session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield
