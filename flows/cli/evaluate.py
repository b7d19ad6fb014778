"""`irmill eval`: accuracy of the whole compiler on word problems with answers, beside baselines."""

from __future__ import annotations

from collections import Counter
from math import isfinite, sqrt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from irmill.compiler.lang.errors import ErrorCode, InputError
from irmill.flows.cli.inputs import read_rows, text_field
from irmill.flows.cli.output import error_field, print_document, print_table, stdout_console

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation

Answer = float | bool
"""What a dataset row says is right: a number or a truth value."""

EPILOG = "Example:\n\n  irmill eval --dataset problems.jsonl --json"
RELATIVE_TOLERANCE = 1e-4
"""An answer is right within this times max(1, |answer|) (design, section 8)."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("eval", epilog=EPILOG)(evaluate)


def evaluate(
    dataset: Annotated[str, typer.Option(metavar="FILE.jsonl", help="Rows of question and answer; - for stdin.")],
    model_only: Annotated[bool, typer.Option("--model-only", help="Canonical text goes to the model, too.")] = False,
    profile: Annotated[str, typer.Option(help="The profile whose model and engine are used.")] = "base",
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Answer every question of a file and compare: accuracy, abstentions, errors by stage, baselines."""
    rows = read_rows(dataset, "question", "answer")
    questions = [text_field(row, "question", f"{dataset}:{number}") for number, row in enumerate(rows, 1)]
    answers = [read_answer(row["answer"], f"{dataset}:{number}") for number, row in enumerate(rows, 1)]
    from irmill.flows.config import load_config

    config = load_config(profile, sets or [])
    from irmill.compiler.compile import Compiler
    from irmill.compiler.model.baselines import BASELINES

    with Compiler(config.compiler) as compiler:
        compilations = compiler.compile_all(questions, model_only=model_only)
    results = [
        result(row["answer"], answer, compilation)
        for row, answer, compilation in zip(rows, answers, compilations, strict=True)
    ]
    baselines = {
        name: sum(is_right(guess(question), answer) for question, answer in zip(questions, answers, strict=True))
        / len(rows)
        for name, guess in BASELINES.items()
    }
    totals = summary(results, baselines)
    if json:
        print_document({"results": results, "summary": totals})
    else:
        show(totals)


def read_answer(value: object, where: str) -> Answer:
    """The right answer of a row: a number, a truth value, or a text of one (``70,000``). Raises InputError else."""
    wrong = InputError(f"{where}: the field 'answer' must be a number or a truth value, not {value!r:.60}")
    text = value.strip().replace(",", "") if isinstance(value, str) else value
    if isinstance(text, bool) or text in ("true", "false"):
        return text in (True, "true")
    if not isinstance(text, str | int | float):
        raise wrong
    try:
        answer = float(text)
    except (ValueError, OverflowError):
        raise wrong from None
    if not isfinite(answer):
        raise wrong
    return answer


def is_right(value: str | float | bool | None, answer: Answer) -> bool:
    """Whether a shown value (or a baseline's guess) is the answer, within the tolerance of the contract."""
    if value is None:
        return False
    if isinstance(value, str) and value in ("true", "false"):
        value = value == "true"
    if isinstance(value, bool) or isinstance(answer, bool):
        return value is answer
    return abs(float(value) - answer) <= RELATIVE_TOLERANCE * max(1.0, abs(answer))


def result(raw: object, answer: Answer, compilation: Compilation) -> dict[str, Any]:
    """One result of the command's JSON document."""
    return {
        "question": compilation.text,
        "answer": raw,
        "value": compilation.value,
        "canonical": compilation.canonical,
        "correct": compilation.error is None and is_right(compilation.value, answer),
        "abstained": compilation.error is ErrorCode.ABSTAINED,
        "error": error_field(compilation.error, compilation.message),
        "stage": compilation.stage,
    }


def summary(results: list[dict[str, Any]], baselines: dict[str, float]) -> dict[str, Any]:
    """The totals, with the 95 % interval of the accuracy (Wilson's)."""
    rows, correct = len(results), sum(row["correct"] for row in results)
    errors = Counter(f"{row['stage']}: {row['error']['code']}" for row in results if row["error"])
    return {
        "rows": rows,
        "correct": correct,
        "abstained": sum(row["abstained"] for row in results),
        "accuracy": correct / rows,
        "interval": list(wilson_interval(correct, rows)),
        "baselines": baselines,
        "errors": dict(errors.most_common()),
    }


def wilson_interval(correct: int, rows: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson, 1927); ``rows`` is positive."""
    z = 1.959963984540054
    share = correct / rows
    centre = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    reach = z / (1 + z * z / rows) * sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def show(totals: dict[str, Any]) -> None:
    """The totals for a person."""
    low, high = totals["interval"]
    stdout_console().print(
        f"{totals['correct']} of {totals['rows']} right: {totals['accuracy']:.1%} (95 %: {low:.1%} to {high:.1%}),"
        f" {totals['abstained']} abstained"
    )
    print_table(["baseline", "accuracy"], [(name, f"{accuracy:.1%}") for name, accuracy in totals["baselines"].items()])
    if totals["errors"]:
        print_table(["stage: error", "rows"], [(name, str(count)) for name, count in totals["errors"].items()])
