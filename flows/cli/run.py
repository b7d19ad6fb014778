"""`irmill run`: the whole DAG, or one lane of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from irmill.flows.cli.output import print_document, print_table, stderr_console, stdout_console

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
    from irmill.tasks.outcome import COUNTS

    if dry_run:
        rows = [(f"{p.lane}.{p.stage}", p.key, "be cached" if p.cached else "run", p.why) for p in result.planned]
        print_table(["stage", "key", "would", "why"], rows, title=f"{result.profile}: dry run")
        return
    rows = [(stage.id, *stage.counts()) for stage in result.stages]
    print_table(["stage", *COUNTS], rows, title=f"run {result.run} ({result.profile})")
    console = stdout_console()
    if result.export is not None:
        console.print(f"dataset: {result.export}", markup=False)
    console.print(f"{result.seconds:.1f} s", markup=False)
