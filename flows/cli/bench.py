"""`irmill bench`: speed, each figure beside a baseline that was timed in the same rounds."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.flows.cli.output import print_document, print_table, stdout_console

if TYPE_CHECKING:
    from irmill.flows.bench.contest import Contest
    from irmill.flows.bench.measure import Row, Spread

EPILOG = "Examples:\n\n  irmill bench\n\n  irmill bench model --rounds 9 --json"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench", epilog=EPILOG)(bench)


def bench(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One bench; all of them else.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often each case is timed, in turn.")] = 5,
    profile: Annotated[str, typer.Option(help="The profile whose model and engine are used.")] = "base",
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Measure speed: ratios within a run, with their spread, and how far from what the machine could do.

    A goal that is missed is told and is no failure: the figures are the machine's as much as ours.
    """
    from irmill.flows.bench.registry import chosen, run_benches
    from irmill.flows.config import load_config

    names = chosen(name)
    config = load_config(profile, sets or [])
    results: list[dict[str, Any]] = []
    missed = goals = 0
    for contest, rows in run_benches(names, config, rounds):
        results += [asdict(row) for row in rows]
        goals += sum(len(row.verdicts) for row in rows)
        missed += sum(not verdict.reached for row in rows for verdict in row.verdicts)
        if not json:
            show(contest, rows)
    if json:
        summary = {"benches": names, "rounds": rounds, "cores": os.cpu_count(), "goals": goals, "missed": missed}
        print_document({"results": results, "summary": summary})
    else:
        stdout_console().print(f"{goals - missed} of {goals} goals reached")


def show(contest: Contest, rows: list[Row]) -> None:
    """One contest for a person: medians over the rounds, and half of their range as a part of them."""
    header = ["case", f"{contest.unit}/s", "times", "GFLOP/s", "of ceiling", "goals"]
    print_table(header, [_cells(row) for row in rows], title=contest.name, title_justify="left")
    if contest.about:
        stdout_console().print(contest.about, markup=False)


def _cells(row: Row) -> list[str]:
    return [
        row.case,
        "" if row.times is None else _shown(row.rate, ",.1f"),
        "" if row.times is None else _shown(row.times, ".2f"),
        "" if row.flop_rate is None else f"{row.flop_rate / 1e9:.1f}",
        "" if row.of_ceiling is None else _shown(row.of_ceiling, ".0%"),
        "\n".join(f"{'reached' if v.reached else 'missed'}: {v.goal} ({v.found:,.3g})" for v in row.verdicts),
    ]


def _shown(found: Spread, form: str) -> str:
    reach = (found.high - found.low) / 2 / found.median
    return f"{found.median:{form}}" if reach == 0 else f"{found.median:{form}} ±{reach:.0%}"
