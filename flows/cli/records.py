"""`irmill status`, `validate`, `gc`, `diff` and `export`: what earlier runs left."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.output import print_document, print_table, stdout_console

if TYPE_CHECKING:
    from irmill.tasks.store.store import Store

Home = Annotated[str | None, typer.Option(metavar="FOLDER", help="Where irmill keeps its files (IRMILL_HOME).")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("status")(status)
    app.command("validate")(validate)
    app.command("gc")(gc)
    app.command("diff")(diff)
    app.command("export")(export)


def _store(home: str | None) -> Store:
    from irmill.tasks.store.store import Store

    store = Store.of(home)
    store.check()
    return store


def status(home: Home = None, json: AsJson = False) -> None:
    """The store's entries: stage, key, rows, rejected, size, state."""
    entries = _store(home).entries()
    if json:
        print_document({"entries": [asdict(entry) for entry in entries]})
        return
    if not entries:
        stdout_console().print("the store is empty: irmill run fills it")
        return
    rows = [
        (f"{e.lane}.{e.stage}", e.key, f"{e.rows:,}", f"{e.rejected:,}", f"{e.bytes:,}", e.state, e.problem)
        for e in entries
    ]
    print_table(["stage", "key", "rows", "rejected", "bytes", "state", "problem"], rows)


def validate(home: Home = None, json: AsJson = False) -> None:
    """Read every shard of the store and check its digest; exit code 1 where one is wrong."""
    entries = _store(home).entries(full=True)
    corrupt = [entry for entry in entries if str(entry.state) == "corrupt"]
    if json:
        print_document(
            {
                "entries": [asdict(entry) for entry in entries],
                "valid": len(entries) - len(corrupt),
                "corrupt": len(corrupt),
            }
        )
    else:
        console = stdout_console()
        for entry in corrupt:
            console.print(f"{entry.lane}.{entry.stage} {entry.key}: {entry.problem}", style="red", markup=False)
        console.print(f"{len(entries)} entries, {len(corrupt)} corrupt")
    raise typer.Exit(1 if corrupt else 0)


def gc(
    days: Annotated[float, typer.Option(min=0, help="Keep what runs of the last DAYS days used.")] = 30.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Delete store entries that no recent run refers to."""
    from irmill.tasks.store.gc import collect, delete

    store = _store(home)
    garbage = collect(store, days)
    freed = 0 if dry_run else delete(store, garbage)
    document = {
        "garbage": [
            {"lane": g.lane, "stage": g.stage, "key": g.key, "bytes": g.bytes, "reason": g.reason} for g in garbage
        ],
        "freed": freed,
        "dry_run": dry_run,
    }
    if json:
        print_document(document)
        return
    console = stdout_console()
    for item in garbage:
        console.print(f"{item.lane}.{item.stage} {item.key}: {item.bytes:,} bytes, {item.reason}", markup=False)
    console.print(
        f"{len(garbage)} entries, {sum(g.bytes for g in garbage):,} bytes" + (" would go" if dry_run else " gone")
    )


def diff(
    first: Annotated[str, typer.Argument(metavar="RUN", help="A run's name, as `irmill run` prints it.")],
    second: Annotated[str, typer.Argument(metavar="RUN", help="Another run.")],
    home: Home = None,
    json: AsJson = False,
) -> None:
    """What differs between two runs: configuration, keys, rows."""
    from irmill.flows.records import compare_runs

    document = compare_runs(first, second, home=home)
    if json:
        print_document(document)
        return
    rows = [(row["what"], str(row["first"]), str(row["second"])) for row in document["differences"]]
    if rows:
        print_table(["what", first, second], rows)
    else:
        stdout_console().print("no differences")


def export(
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help="The run to export; the newest else.")] = None,
    formats: Annotated[str, typer.Option("--format", metavar="parquet,jsonl", help="File formats.")] = "parquet",
    home: Home = None,
    json: AsJson = False,
) -> None:
    """Write the dataset of an earlier run again."""
    from irmill.flows.records import export_again

    chosen = tuple(part.strip() for part in formats.split(",") if part.strip())
    wrong = [name for name in chosen if name not in ("parquet", "jsonl")]
    if wrong or not chosen:
        raise InputError(f"--format: {', '.join(wrong) or 'nothing'} is no format; choose from parquet, jsonl")
    document = export_again(run, formats=chosen, home=home)
    if json:
        print_document(document)
    else:
        stdout_console().print(f"dataset: {document['export']}", markup=False)
