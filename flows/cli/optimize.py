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
  irmill optimize --cases programs.jsonl --json\n
  echo '{"program": "...", "inputs": [{"public_input": [3]}, {"public_input": [4]}]}' | irmill optimize --cases -"""
HELP = "Make programs cheaper, and dearer on no input, where that is verified; the inputs given only price them."


def register(app: typer.Typer) -> None:
    """Add the command."""
    command = machine_command("irmill.optimizer.optimize:optimize_tasm", document, summary, show, several=True)
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
    for number, prices in enumerate(outcome.prices, 1):
        of = f" of input {number}" if len(outcome.prices) > 1 else ""
        for name, cost in (("before", prices.before), ("after", prices.after)):
            console.print(f"  {name:7} {cost.cycles} cycles, padded height {cost.padded_height}{of}", markup=False)
    if outcome.verdict is not None:
        for evidence in outcome.verdict.evidence:
            console.print(f"  {evidence.method}: {evidence.count} {evidence.of}, {evidence.covers}", markup=False)
        for text, figures in (
            ("on every input", outcome.verdict.all_inputs),
            ("on those that were run", outcome.verdict.priced_inputs),
        ):
            if figures:
                console.print(f"  no higher {text}: {', '.join(figures)}", markup=False)
    console.print(outcome.tasm, markup=False)
