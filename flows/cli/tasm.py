"""`irmill tasm`: run Triton VM assembly, with the heights of all nine tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.flows.cli.machine_input import MachineCase, read_cases
from irmill.flows.cli.output import print_document, printable, stdout_console

if TYPE_CHECKING:
    from irmill.optimizer.tasm.run import TasmRun

EPILOG = """Examples:\n
  irmill tasm sum.tasm --input 3,4\n
  irmill tasm --cases programs.jsonl --json"""

PublicInput = Annotated[str, typer.Option("--input", metavar="W,..", help="Public input, first word first.")]
SecretInput = Annotated[str, typer.Option("--divine", metavar="W,..", help="Secret input, first word first.")]
Ram = Annotated[str | None, typer.Option(metavar="FILE", help="Initial memory: JSON object of address and word.")]
Digests = Annotated[str | None, typer.Option(metavar="FILE", help="JSON list of digests of five words each.")]
Cases = Annotated[str | None, typer.Option(help="A JSON-lines file of programs with their inputs; - for stdin.")]
MaxCycles = Annotated[int, typer.Option(min=1, help="Stop after this many cycles.")]
Files = Annotated[list[str] | None, typer.Argument(metavar="FILE.tasm...", help="Triton VM assembly.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("tasm", epilog=EPILOG)(run_files)


def run_files(
    files: Files = None,
    cases: Cases = None,
    public: PublicInput = "",
    secret: SecretInput = "",
    ram: Ram = None,
    digests: Digests = None,
    max_cycles: MaxCycles = 10_000_000,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Run programs on the Triton VM model. A trap is an answer (exit code 0); text that does not parse is an error."""
    programs = read_cases(files or [], cases, public, secret, ram, digests)
    from irmill.optimizer.tasm.run import run_tasm

    runs = [
        run_tasm(
            case.program,
            public_input=case.public_input,
            secret_input=case.secret_input,
            digests=case.digests,
            ram=case.ram,
            max_cycles=max_cycles,
        )
        for case in programs
    ]
    if json:
        results = [document(case, run) for case, run in zip(programs, runs, strict=True)]
        print_document({"results": results, "summary": summary(runs)})
    else:
        for case, run in zip(programs, runs, strict=True):
            show(case, run)
    raise typer.Exit(1 if any(run.status == "parse_error" for run in runs) else 0)


def document(case: MachineCase, run: TasmRun) -> dict[str, Any]:
    """One result of the command's JSON document; words are decimal strings."""
    return {"file": case.file, **run.as_dict()}


def summary(runs: list[TasmRun]) -> dict[str, Any]:
    """How many runs ended in which way, and the cycles of all."""
    ended: dict[str, int] = {}
    for run in runs:
        ended[run.status] = ended.get(run.status, 0) + 1
    return {"programs": len(runs), "status": ended, "cycles": sum(run.cycles for run in runs)}


def show(case: MachineCase, run: TasmRun) -> None:
    """One run for a person."""
    console = stdout_console()
    if case.file:
        console.print(printable(case.file), style="bold cyan", markup=False)
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
