"""The registry of schedules, as Prefect takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.flows.deployments import SCHEDULES, deployments, serve_deployments


def test_every_schedule_is_a_deployment_that_runs_alone(tmp_path: Path):
    made = {deployment.name: deployment for deployment in deployments("full", "5 4 * * *", tmp_path)}
    assert set(made) == {schedule.name for schedule in SCHEDULES}
    nightly, smoke = made["nightly"], made["hourly-smoke"]
    assert nightly.parameters == {"profile": "full", "only": None, "home": str(tmp_path)}
    assert nightly.schedules[0].schedule.cron == "5 4 * * *"
    assert smoke.parameters["profile"] == "smoke"
    assert smoke.schedules[0].schedule.cron == "30 * * * *"
    for deployment in made.values():
        assert deployment.concurrency_limit == 1
        assert deployment.entrypoint == "irmill.flows.pipeline.generate"


def test_a_wrong_profile_or_cron_line_is_named(tmp_path: Path):
    with pytest.raises(InputError, match="did you mean base"):
        serve_deployments(profile="bases", home=str(tmp_path))
    with pytest.raises(InputError, match="a cron line has 5 fields"):
        serve_deployments(cron="tonight", home=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
