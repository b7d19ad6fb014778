"""`irmill optimize`: speculative lowering of Triton VM assembly, never worse and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from irmill.flows.cli.machine_input import machine_command
from irmill.flows.cli.output import printable, stdout_console

if TYPE_CHECKING:
    from irmill.optimizer.optimize import Optimized

EPILOG = """Examples:\n
  irmill optimize sum.tasm --input 3,4\n
  irmill optimize --cases programs.jsonl --json"""
HELP = "Make programs cheaper where that is verified; the input given only prices them, the result is for every one."


def register(app: typer.Typer) -> None:
    """Add the command."""
    command = machine_command("irmill.optimizer.optimize:optimize_tasm", document, summary, show)
    app.command("optimize", epilog=EPILOG, help=HELP)(command)


def document(outcome: Optimized) -> tuple[dict[str, Any], bool]:
    """One result of the command's JSON document, and whether the text does not parse."""
    fields, wrong = outcome.as_dict(), outcome.error is not None
    return {**fields, "verified": not wrong, "verified_by": fields["verified"]}, wrong


def summary(outcomes: list[Optimized]) -> dict[str, Any]:
    """Totals over all programs."""
    done = [outcome for outcome in outcomes if outcome.error is None]
    return {
        "programs": len(outcomes),
        "improved": sum(outcome.improved > 0 for outcome in done),
        "blocks": sum(outcome.blocks for outcome in done),
        "errors": len(outcomes) - len(done),
    }


def show(outcome: Optimized) -> None:
    """One outcome for a person: the cost before and after, then the program."""
    console = stdout_console()
    if outcome.error is not None:
        console.print(f"  {outcome.error.code}: {printable(outcome.error.message)}", style="red", markup=False)
        return
    console.print(f"  blocks {outcome.blocks}, improved {outcome.improved}, verified {outcome.verified}", markup=False)
    for name, cost in (("before", outcome.before), ("after", outcome.after)):
        if cost is not None:
            console.print(f"  {name:7} {cost.cycles} cycles, padded height {cost.padded_height}", markup=False)
    console.print(outcome.tasm, markup=False)
