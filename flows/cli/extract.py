"""`irmill extract`: C++ and CUDA, forward and adjoint, of any user's Warp kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.inputs import read_bytes
from irmill.flows.cli.output import print_document, printable, stdout_console

if TYPE_CHECKING:
    from irmill.synth.extract import ExtractedKernel

EPILOG = """Examples:\n
  irmill extract kernels.py\n
  irmill extract kernels.py --kernel integrate --target cuda --json"""
TARGETS = ("cpp", "cuda")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract", epilog=EPILOG)(extract_files)


def extract_files(
    files: Annotated[list[str], typer.Argument(metavar="FILE.py...", help="Python files that define Warp kernels.")],
    kernel: Annotated[str | None, typer.Option(help="Only the kernel of this name.")] = None,
    target: Annotated[str, typer.Option(metavar="cpp,cuda", help="The languages wanted.")] = "cpp,cuda",
    seconds: Annotated[float, typer.Option(min=0.1, help="Wall-clock limit for each file.")] = 60.0,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show the IR of Warp kernels. Each file is imported in a process of its own that can be killed."""
    targets = tuple(part.strip() for part in target.split(",") if part.strip())
    unknown = [name for name in targets if name not in TARGETS]
    if unknown or not targets:
        raise InputError(f"--target: {', '.join(unknown) or 'nothing'} is no target; choose from {', '.join(TARGETS)}")
    for file in files:
        read_bytes(file)  # a missing file is a wrong call, and is said before any work
    from irmill.synth.extract import ExtractConfig, extract_kernels
    from irmill.synth.reasons import SynthError

    config = ExtractConfig(import_seconds=seconds, kernel_seconds=seconds)
    try:
        found = [row for file in files for row in extract_kernels(file, kernel, targets, config)]
    except SynthError as error:
        raise InputError(f"extract: {error.message}") from error
    if json:
        print_document({"results": [row.as_dict() for row in found], "summary": summary(found)})
    else:
        for row in found:
            show(row)
    raise typer.Exit(1 if any(row.error for row in found) else 0)


def summary(found: list[ExtractedKernel]) -> dict[str, Any]:
    """Counts over all kernels."""
    return {
        "kernels": sum(row.kernel is not None for row in found),
        "extracted": sum(row.error is None for row in found),
        "errors": sum(row.error is not None for row in found),
    }


def show(row: ExtractedKernel) -> None:
    """One kernel for a person."""
    from rich.syntax import Syntax

    console = stdout_console()
    console.rule(printable(f"{row.file}: {row.kernel or '-'}"))
    if row.error is not None:
        console.print(f"{row.error.code}: {printable(row.error.message)}", style="red", markup=False)
        return
    for title, text, language in (
        ("Python", row.python, "python"),
        ("C++ forward", row.cpp_forward, "cpp"),
        ("C++ adjoint", row.cpp_adjoint, "cpp"),
        ("CUDA forward", row.cuda_forward, "cuda"),
        ("CUDA adjoint", row.cuda_adjoint, "cuda"),
    ):
        if text:
            console.print(title, style="bold cyan")
            console.print(Syntax(text, language, background_color="default", word_wrap=True))
