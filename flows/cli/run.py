"""`irmill run`: the whole DAG, or one lane of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from irmill.flows.cli.output import print_document, stderr_console, stdout_console

if TYPE_CHECKING:
    from irmill.flows.run import RunResult

EPILOG = """Examples:\n
  irmill run --profile smoke\n
  irmill run --only compiler --set prompts.count=2000\n
  irmill run --dry-run"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", epilog=EPILOG)(run)


def run(
    profile: Annotated[str, typer.Option(help="A profile of configs/: base, smoke, full, gpu, tinyllama.")] = "base",
    only: Annotated[str | None, typer.Option(metavar="LANE", help="compiler, synth or optimizer.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    force: Annotated[list[str] | None, typer.Option(metavar="STAGE", help="Build this stage again.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run, and why.")] = False,
    home: Annotated[str | None, typer.Option(metavar="FOLDER", help="Where irmill keeps its files.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes that build shards; all cores else.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Run the flow: every stage that is not cached, then the export with its card."""
    from irmill.flows.run import execute_run

    result = execute_run(
        profile=profile, only=only, sets=sets or [], force=force or [], dry_run=dry_run, home=home, workers=workers
    )
    if json:
        print_document(result.document())
    else:
        show(result, dry_run=dry_run)
    for problem in result.problems:
        stderr_console().print(problem, style="bold red", markup=False)
    raise typer.Exit(1 if result.problems else 0)


def show(result: RunResult, *, dry_run: bool) -> None:
    """The table a run ends with, and where its dataset lies."""
    from rich.table import Table

    console = stdout_console()
    if dry_run:
        table = Table("stage", "key", "would", "why", title=f"{result.profile}: dry run")
        for plan in result.planned:
            table.add_row(f"{plan.lane}.{plan.stage}", plan.key, "be cached" if plan.cached else "run", plan.why)
        console.print(table)
        return
    table = Table("stage", "in", "out", "rejected", "seconds", "cached", title=f"run {result.run} ({result.profile})")
    for stage in result.stages:
        table.add_row(
            f"{stage.lane}.{stage.stage}",
            f"{stage.rows_in:,}",
            f"{stage.rows_out:,}",
            f"{stage.rejected:,}",
            f"{stage.seconds:.1f}",
            "yes" if stage.cached else "no",
        )
    console.print(table)
    if result.export is not None:
        console.print(f"dataset: {result.export}", markup=False)
    console.print(f"{result.seconds:.1f} s", markup=False)
