"""The schedules, in one registry, and ``irmill serve``, which runs what is due on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from irmill.compiler.lang.errors import InputError
from irmill.flows.config import load_config
from irmill.flows.server import ui_server
from irmill.flows.settings import apply_settings
from irmill.tasks.store.store import Store

CRON_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """One deployment of the flow.

    Attributes:
        name: its name in the UI.
        cron: when it runs, in the machine's own time.
        profile: what it runs; None leaves it to ``irmill serve --profile``.
        about: one line for the UI.
    """

    name: str
    cron: str
    profile: str | None
    about: str


SCHEDULES = (
    Schedule("nightly", "0 2 * * *", None, "The whole DAG, every night at two."),
    Schedule("hourly-smoke", "30 * * * *", "smoke", "A small run that shows that everything still works."),
)


def deployments(profile: str, cron: str | None, home: Path) -> list[Any]:
    """The registry as Prefect deployments. Runs of one schedule never overlap: a second one waits.

    Args:
        profile: the profile of schedules that name none.
        cron: replaces the time of the schedules that name no profile.
        home: the irmill home that they run in.
    """
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.types.entrypoint import EntrypointType

    from irmill.flows.pipeline import generate

    alone = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    return [
        generate.to_deployment(
            name=schedule.name,
            cron=schedule.cron if schedule.profile is not None else cron or schedule.cron,
            parameters={"profile": schedule.profile or profile, "only": None, "home": str(home)},
            description=schedule.about,
            tags=["irmill", schedule.profile or profile],
            concurrency_limit=alone,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for schedule in SCHEDULES
    ]


def serve_deployments(*, profile: str = "base", cron: str | None = None, home: str | None = None) -> int:
    """Serve the schedules until interrupted, with the server that is up or one of their own. The exit code.

    Raises:
        InputError: the profile, the cron line or the home is wrong.
    """
    load_config(profile)
    if cron is not None and len(cron.split()) != CRON_FIELDS:
        raise InputError(f"--cron {cron}: a cron line has {CRON_FIELDS} fields, as in '0 2 * * *'")
    store = Store.of(home)
    store.prepare()
    apply_settings(store.home)
    with ui_server(store.home):
        from prefect import serve

        serve(*deployments(profile, cron, store.home), limit=1, pause_on_shutdown=False)
    return 0
