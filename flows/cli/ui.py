"""`irmill ui` and `irmill serve`: the flow server with its UI, and the schedules; both on loopback."""

from __future__ import annotations

from typing import Annotated

import typer

Home = Annotated[str | None, typer.Option(metavar="FOLDER", help="Where irmill keeps its files (IRMILL_HOME).")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("ui")(ui)
    app.command("serve")(serve)


def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 4200,
    home: Home = None,
) -> None:
    """Start the Prefect server and its UI on 127.0.0.1; `irmill run` uses it while it is up."""
    from irmill.flows.server import serve_ui

    raise typer.Exit(serve_ui(port=port, home=home))


def serve(
    profile: Annotated[str, typer.Option(help="The profile that the schedules run.")] = "base",
    cron: Annotated[str | None, typer.Option(help="When, as a cron line; the registry's own schedule else.")] = None,
    home: Home = None,
) -> None:
    """Serve the scheduled deployments until interrupted."""
    from irmill.flows.deployments import serve_deployments

    raise typer.Exit(serve_deployments(profile=profile, cron=cron, home=home))
