"""`irmill compile`: one sentence, or many, through every stage."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.inputs import read_rows, text_field
from irmill.flows.cli.output import error_field, print_document, printable, stdout_console

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation, TracePage
    from irmill.compiler.wasm.trace import Trace, TraceStep
    from irmill.flows.config import RunConfig

EPILOG = """Examples:\n
  irmill compile "Janet has 50 apples. She gives away 15."\n
  irmill compile --json "sum(i, 1, 100) = "\n
  irmill compile --cases programs.jsonl --json > results.json"""
PERSON_STEPS = 60
"""Steps of a trace that a person is shown at once."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compile", epilog=EPILOG)(compile_inputs)


def compile_inputs(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT...", help="English or canonical text.")] = None,
    cases: Annotated[str | None, typer.Option(help="A JSON-lines file of {'text'}; - for stdin.")] = None,
    model_only: Annotated[bool, typer.Option("--model-only", help="Canonical text goes to the model, too.")] = False,
    trace: Annotated[bool, typer.Option("--trace", help="Show every instruction, and the other IRs.")] = False,
    trace_from: Annotated[int, typer.Option(min=1, metavar="STEP", help="The first step of the trace to show.")] = 1,
    trace_steps: Annotated[
        int | None, typer.Option(min=1, max=100_000, metavar="N", help="So many steps; 60, or 2,000 in JSON.")
    ] = None,
    optimize: Annotated[bool, typer.Option("--optimize", help="Rewrite the WASM before it runs.")] = False,
    profile: Annotated[str, typer.Option(help="The profile whose model and engine are used.")] = "base",
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Compile sentences or canonical programs to WebAssembly, execute them, and show every stage."""
    inputs = list(texts or [])
    if cases is not None:
        inputs += [text_field(row, "text", f"{cases}:{n}") for n, row in enumerate(read_rows(cases, "text"), 1)]
    if not inputs:
        raise InputError("nothing to compile: give TEXT, or --cases FILE.jsonl")
    from irmill.flows.config import load_config

    config = load_config(profile, [*(sets or []), *(["emit.optimize=true"] if optimize else [])])
    from irmill.compiler.compile import TracePage, compile_texts
    from irmill.compiler.wasm.trace import PAGE_STEPS

    page = TracePage(trace_from, trace_steps or (PAGE_STEPS if json else PERSON_STEPS)) if trace else None
    compilations = compile_texts(inputs, config.compiler, model_only=model_only, trace=page)
    others = _other_forms(compilations, config) if trace else None
    if json:
        results = [document(compilation, page) for compilation in compilations]
        if others is not None:
            results = [{**result, "forms": form} for result, form in zip(results, others, strict=True)]
        print_document({"results": results, "summary": summary(compilations)})
    else:
        for number, compilation in enumerate(compilations):
            show(compilation, page, others[number] if others else None)
    raise typer.Exit(1 if any(compilation.error for compilation in compilations) else 0)


def document(compilation: Compilation, page: TracePage | None) -> dict[str, Any]:
    """One result of the command's JSON document (design, section 8)."""
    emission = compilation.emission
    result: dict[str, Any] = {
        "text": compilation.text,
        "canonical": compilation.canonical,
        "operations": list(compilation.operations),
        "confidence": compilation.confidence,
        "lens": [{"operation": r.operation, "probability": r.probability} for r in compilation.lens],
        "steps": [{"text": step.text, "value": step.value} for step in compilation.steps],
        "ir": list(emission.instructions) if emission else [],
        "bytes": emission.code.hex() if emission else None,
        "module": emission.module.hex() if emission else None,
        "wat": emission.wat if emission else None,
        "value": compilation.value,
        "type": str(emission.type) if emission else None,
        "type_by": str(emission.type_by) if emission else None,
        "confirmed_by": str(compilation.confirmed_by) if compilation.confirmed_by else None,
        "engine": compilation.engine,
        "error": error_field(compilation.error, compilation.message),
        "stage": compilation.stage,
        "seconds": round(compilation.seconds, 6),
    }
    if page is not None:
        trace = compilation.trace
        result["trace"] = [step.line for step in trace.steps] if trace else []
        result["trace_page"] = _page(trace, page) if trace else None
        result["trace_steps"] = [_step(step) for step in trace.steps] if trace else []
    return result


def _page(trace: Trace, page: TracePage) -> dict[str, Any]:
    """Where a page lies: its first step, that of the next one, how many steps ran, and whether those were all."""
    following = page.first + page.steps
    return {
        "first": page.first,
        "next": following if following <= trace.ran or not trace.complete else None,
        "ran": trace.ran,
        "complete": trace.complete,
        "error": str(trace.error) if trace.error else None,
    }


def _step(step: TraceStep) -> dict[str, Any]:
    """A step with its numbers as decimal strings: an i64 is too wide for JSON, and an f64 may be no number."""
    written = {"place": step.written[0], "value": str(step.written[1])} if step.written else None
    return {
        "number": step.number,
        "function": step.function,
        "instruction": step.text,
        "stack": list(map(str, step.stack)),
        "locals": list(map(str, step.locals)),
        "written": written,
        "branch": step.branch or None,
    }


def summary(compilations: list[Compilation]) -> dict[str, Any]:
    """Counts over all results, errors by code."""
    errors = Counter(str(compilation.error) for compilation in compilations if compilation.error)
    return {
        "rows": len(compilations),
        "executed": sum(compilation.error is None for compilation in compilations),
        "errors": errors,
        "seconds": round(sum(compilation.seconds for compilation in compilations), 3),
    }


def _other_forms(compilations: list[Compilation], config: RunConfig) -> list[dict[str, Any]]:
    """The same programs as Warp kernel and TASM, with the answers of both, for those that were executed."""
    from irmill.flows.cli.forms import other_forms

    done = [(c.typed, c.value) if c.typed and c.error is None and c.value is not None else None for c in compilations]
    return other_forms(done, config)


def show(compilation: Compilation, page: TracePage | None, forms: dict[str, Any] | None) -> None:
    """Every stage of one compilation, for a person."""
    from rich.table import Table

    console = stdout_console()
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold cyan", no_wrap=True)
    table.add_column(overflow="fold")

    def row(name: str, text: str, style: str = "") -> None:
        from rich.text import Text

        table.add_row(name, Text(printable(text), style=style))

    row("text", compilation.text)
    if compilation.canonical is not None:
        row("canonical", compilation.canonical)
    if compilation.operations:
        row("operations", " ".join(compilation.operations))
    if compilation.lens:
        row("lens", "  ".join(f"{r.operation} {r.probability:.3f}" for r in compilation.lens))
    for step in compilation.steps:
        row("step", f"{step.text} -> {step.value}")
    if compilation.emission:
        row("ir", "\n".join(compilation.emission.instructions))
        row("bytes", compilation.emission.code.hex(" "))
        row("type", f"{compilation.emission.type} (by {compilation.emission.type_by})")
        row("wat", compilation.emission.wat)
    if compilation.trace and page:
        row("trace", "\n".join([*(step.line for step in compilation.trace.steps), _place(compilation.trace, page)]))
    for name, text in (forms or {}).items():
        if text is not None:
            row(name, str(text))
    if compilation.engine:
        row("engine", compilation.engine)
    if compilation.error:
        row("error", f"{compilation.error} in {compilation.stage}: {compilation.message}", "bold red")
    else:
        row("value", str(compilation.value), "bold green")
    console.print(table)


def _place(trace: Trace, page: TracePage) -> str:
    """Which steps are shown, and how to see the next."""
    place = _page(trace, page)
    kept = f"steps {page.first:,} to {trace.steps[-1].number:,} of" if trace.steps else "none of the"
    more = f"; --trace-from {place['next']} shows the next" if place["next"] else ""
    return f"({kept} {trace.ran:,}, {'complete' if trace.complete else 'not complete'}{more})"
