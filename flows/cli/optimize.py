"""`irmill optimize`: speculative lowering of Triton VM assembly, never worse and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.flows.cli.machine_input import MachineCase, read_cases
from irmill.flows.cli.output import print_document, printable, stdout_console
from irmill.flows.cli.tasm import Cases, Digests, Files, MaxCycles, PublicInput, Ram, SecretInput

if TYPE_CHECKING:
    from irmill.optimizer.optimize import Optimized

EPILOG = """Examples:\n
  irmill optimize sum.tasm --input 3,4\n
  irmill optimize --cases programs.jsonl --json"""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("optimize", epilog=EPILOG)(optimize_files)


def optimize_files(
    files: Files = None,
    cases: Cases = None,
    public: PublicInput = "",
    secret: SecretInput = "",
    ram: Ram = None,
    digests: Digests = None,
    max_cycles: MaxCycles = 10_000_000,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Make programs cheaper where that is verified; the input given only prices them, the result is for every one."""
    programs = read_cases(files or [], cases, public, secret, ram, digests)
    from irmill.optimizer.optimize import optimize_tasm

    outcomes = [
        optimize_tasm(
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
        results = [document(case, outcome) for case, outcome in zip(programs, outcomes, strict=True)]
        print_document({"results": results, "summary": summary(outcomes)})
    else:
        for case, outcome in zip(programs, outcomes, strict=True):
            show(case, outcome)
    raise typer.Exit(1 if any(outcome.error for outcome in outcomes) else 0)


def document(case: MachineCase, outcome: Optimized) -> dict[str, Any]:
    """One result of the command's JSON document."""
    fields = outcome.as_dict()
    return {"file": case.file, **fields, "verified": outcome.error is None, "verified_by": fields["verified"]}


def summary(outcomes: list[Optimized]) -> dict[str, Any]:
    """Totals over all programs."""
    done = [outcome for outcome in outcomes if outcome.error is None]
    return {
        "programs": len(outcomes),
        "improved": sum(outcome.improved > 0 for outcome in done),
        "blocks": sum(outcome.blocks for outcome in done),
        "errors": len(outcomes) - len(done),
    }


def show(case: MachineCase, outcome: Optimized) -> None:
    """One outcome for a person: the cost before and after, then the program."""
    console = stdout_console()
    if case.file:
        console.print(printable(case.file), style="bold cyan", markup=False)
    if outcome.error is not None:
        console.print(f"  {outcome.error.code}: {printable(outcome.error.message)}", style="red", markup=False)
        return
    console.print(f"  blocks {outcome.blocks}, improved {outcome.improved}, verified {outcome.verified}", markup=False)
    for name, cost in (("before", outcome.before), ("after", outcome.after)):
        if cost is not None:
            console.print(f"  {name:7} {cost.cycles} cycles, padded height {cost.padded_height}", markup=False)
    console.print(outcome.tasm, markup=False)
