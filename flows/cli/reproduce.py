"""`irmill reproduce`: every table of the seed documents, ours beside theirs."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.output import print_document, print_table, printable, stdout_console

EPILOG = "Examples:\n\n  irmill reproduce\n\n  irmill reproduce comparison --model-only --json"

SHOWN = 120
"""Characters of a cell that a person is shown."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reproduce", epilog=EPILOG)(reproduce)


def reproduce(
    table: Annotated[str | None, typer.Argument(metavar="[TABLE]", help="One table; all of them else.")] = None,
    model_only: Annotated[bool, typer.Option("--model-only", help="Canonical text goes to the model, too.")] = False,
    profile: Annotated[str, typer.Option(help="The profile whose model and engine are used.")] = "base",
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Measure the seeds' tables again; what later work fills is named as not built yet."""
    from irmill.flows.config import load_config
    from irmill.flows.reproduction.tables import TABLES, measure

    if table is not None and table not in TABLES:
        raise InputError(f"reproduce: there is no table '{table}'; choose from {', '.join(TABLES)}")
    measured = measure([table] if table else list(TABLES), load_config(profile, []), model_only=model_only)
    if json:
        print_document({"tables": measured})
    else:
        for name, result in measured.items():
            show(name, result)


def show(name: str, result: dict[str, Any]) -> None:
    """One table for a person."""
    if result["status"] != "measured":
        stdout_console().print(f"[bold]{name}[/bold]: {result['status']} ({result['about']})")
        return
    columns = list(result["rows"][0]) if result["rows"] else ["input"]
    rows = [[_cell(value) for value in row.values()] for row in result["rows"]]
    print_table(columns, rows, title=f"{name}: {result['correct']} of {result['total']}", title_justify="left")
    if "work" in result:
        parts = ", ".join(f"{part} {count}" for part, count in result["work"].items())
        stdout_console().print(f"of the right rows: {parts}")


def _cell(value: object) -> str:
    """A value as text, a long one cut."""
    text = "; ".join(map(str, cast("list[object]", value))) if isinstance(value, list) else str(value)
    return printable(text if len(text) <= SHOWN else f"{text[:SHOWN]}...")
