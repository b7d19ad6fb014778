"""`irmill tasm`: run Triton VM assembly, with the heights of all nine tables."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from irmill.flows.cli.machine_input import machine_command
from irmill.flows.cli.output import printable, stdout_console

if TYPE_CHECKING:
    from irmill.optimizer.tasm.run import TasmRun

EPILOG = """Examples:\n
  irmill tasm sum.tasm --input 3,4\n
  irmill tasm --cases programs.jsonl --json"""
HELP = "Run programs on the Triton VM model. A trap is an answer (exit code 0); text that does not parse is an error."


def register(app: typer.Typer) -> None:
    """Add the command."""
    command = machine_command("irmill.optimizer.tasm.run:run_tasm", document, summary, show)
    app.command("tasm", epilog=EPILOG, help=HELP)(command)


def document(run: TasmRun) -> tuple[dict[str, Any], bool]:
    """One result of the command's JSON document, words as decimal strings, and whether the text does not parse."""
    return run.as_dict(), run.status == "parse_error"


def summary(runs: list[TasmRun]) -> dict[str, Any]:
    """How many runs ended in which way, and the cycles of all."""
    ended = Counter(run.status for run in runs)
    return {"programs": len(runs), "status": ended, "cycles": sum(run.cycles for run in runs)}


def show(run: TasmRun) -> None:
    """One run for a person."""
    console = stdout_console()
    if run.error is not None:
        where = "" if run.error.address is None else f" at word {run.error.address}"
        console.print(
            f"  {run.status}{where}: {run.error.code}: {printable(run.error.message)}", style="red", markup=False
        )
    else:
        console.print(f"  {run.status}", markup=False)
    console.print(f"  output  {' '.join(map(str, run.output)) or '-'}", markup=False)
    console.print(f"  stack   {' '.join(map(str, run.stack)) or '-'}", markup=False)
    console.print(f"  cycles  {run.cycles}, words {run.words}", markup=False)
    if run.heights:
        console.print("  heights " + ", ".join(f"{name} {rows}" for name, rows in run.heights.items()), markup=False)
        console.print(f"  padded  {run.padded_height}", markup=False)
