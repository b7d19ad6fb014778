"""`irmill eval`: accuracy of the whole compiler on word problems with answers, where it is right, and baselines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from irmill.flows.cli.output import print_document, print_table, stdout_console

EPILOG = """Examples:\n
  irmill eval --dataset problems.jsonl --corpus mawps.jsonl --json\n
  irmill eval --held-out 300\n
  irmill eval --dataset problems.jsonl --normalizers runs/direct --normalizers runs/trunk"""
HEADINGS = {
    "source": "source",
    "family": "family",
    "steps": "operations of the right program",
    "operations": "operations of the model's program",
    "corpus": "beside the training corpora",
}
"""What the groups of :data:`flows.evaluation.evaluate.GROUPS` are called for a person."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval", epilog=EPILOG)(evaluate)


def evaluate(
    dataset: Annotated[
        str | None,
        typer.Option(metavar="FILE.jsonl", help="Rows of question and answer; - for stdin; the generator's else."),
    ] = None,
    held_out: Annotated[int, typer.Option(min=1, help="Without a dataset: problems of each held-out split.")] = 300,
    corpus: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="What the model was trained on: JSON lines with questions.")
    ] = None,
    normalizers: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Only compare the normalizers of these folders of weights."),
    ] = None,
    model_only: Annotated[bool, typer.Option("--model-only", help="Canonical text goes to the model, too.")] = False,
    profile: Annotated[str, typer.Option(help="The profile whose model and engine are used.")] = "base",
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Answer questions and compare: accuracy, baselines, tables by kind of row, coverage, errors, the lens's worth."""
    from irmill.flows.config import load_config
    from irmill.flows.evaluation.evaluate import Judgement, read_known, result, summary
    from irmill.flows.evaluation.evaluate import evaluate as judge
    from irmill.flows.evaluation.problems import HELD_OUT, held_out_problems, read_problems

    problems = None if dataset is None else read_problems(dataset)
    known = read_known(corpus or [])
    config = load_config(profile, sets or [])
    if normalizers:
        from irmill.flows.evaluation.normalizers import compare

        chosen = problems or [one for split in HELD_OUT for one in held_out_problems(held_out, split)]
        show_normalizers(compare(normalizers, chosen, config.normalizer), json=json)
        return
    from irmill.compiler.compile import Compiler

    parts: dict[str, list[Judgement]] = {}
    with Compiler(config.compiler) as compiler:
        if problems is not None:
            judgements = judge(problems, compiler, known, model_only=model_only)
        else:
            for split in HELD_OUT:
                parts[split.value] = judge(
                    list(held_out_problems(held_out, split)), compiler, known, model_only=model_only
                )
            judgements = [row for part in parts.values() for row in part]
    totals = summary(judgements, known)
    splits = {name: summary(part, known) for name, part in parts.items()}
    if json:
        document = {"results": [result(row) for row in judgements], "summary": totals}
        print_document({**document, "splits": splits} if splits else document)
        return
    show(totals)
    for name, found in splits.items():
        stdout_console().print(f"\n[bold]{name}[/bold]")
        show(found)


def show(totals: dict[str, Any]) -> None:
    """The totals for a person."""
    low, high = totals["interval"]
    before = totals["before_rejection"]["accuracy"]
    stdout_console().print(
        f"{totals['correct']} of {totals['rows']} right: {totals['accuracy']:.1%} (95 %: {low:.1%} to {high:.1%}),"
        f" {totals['abstained']} abstained; {before:.1%} right before threshold and lens"
    )
    print_table(["baseline", "accuracy"], [(name, f"{accuracy:.1%}") for name, accuracy in totals["baselines"].items()])
    for kind, found in totals["groups"].items():
        lines = [(name, f"{one['correct']} of {one['rows']}", *_percents(one)) for name, one in found.items()]
        print_table([HEADINGS[kind], "right", "accuracy", "95 %"], lines)
    print_table(
        ["coverage", "rows", "accuracy", "confidence from"],
        [
            (f"{one['coverage']:.0%}", str(one["rows"]), f"{one['accuracy']:.1%}", f"{one['confidence']:.3f}")
            for one in totals["coverage"]
        ],
        title=f"the surest rows, without threshold and lens; area under risk {totals['risk_coverage_area']:.4f}",
        title_justify="left",
    )
    print_table(
        ["answers to problems of", "rows", "negative", "fractional", "either"],
        [
            (name, str(one["rows"]), str(one["negative"]), str(one["fractional"]), f"{one['share']:.1%}")
            for name, one in totals["implausible"].items()
        ],
    )
    if totals["lens"]:
        print_table(*lens_table(totals["lens"]))
    if totals["errors"]:
        print_table(["stage: error", "rows"], [(name, str(count)) for name, count in totals["errors"].items()])


def show_normalizers(rows: Sequence[dict[str, Any]], *, json: bool) -> None:
    """Normalizers side by side."""
    if json:
        print_document({"normalizers": list(rows)})
        return
    print_table(
        ["model", "normalizer", "minutes", "right", "accuracy", "abstained", "problems/s"],
        [
            (
                row["model"],
                row["normalizer"],
                f"{row['minutes']:.1f}",
                f"{row['right']} of {row['rows']}",
                f"{row['accuracy']:.1%}",
                str(row["abstained"]),
                f"{row['problems_per_second']:.0f}",
            )
            for row in rows
        ],
    )


def lens_table(lens: dict[str, Any]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Header and rows of what each way to reject does."""
    header = ["rejected by", "rows", f"wrong caught, of {lens['wrong']}", f"right lost, of {lens['right']}"]
    return header, [
        (
            way["by"],
            f"{way['rejected']:.0f}",
            f"{way['caught']:.0f} ({way['caught_share']:.1%})",
            f"{way['lost']:.0f} ({way['lost_share']:.1%})",
        )
        for way in lens["vetoes"]
    ]


def _percents(found: dict[str, Any]) -> tuple[str, str]:
    low, high = found["interval"]
    return f"{found['accuracy']:.1%}", f"{low:.1%} to {high:.1%}"
