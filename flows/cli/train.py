"""`irmill train` and `irmill probe`: make the embedded model, and look into any model."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from irmill.compiler.lang.errors import InputError
from irmill.flows.cli.output import print_document, stdout_console

EPILOG = """Examples:\n
  irmill train base --steps 20000\n
  irmill train normalizer --corpus mawps.jsonl --install\n
  irmill train direct --corpus mawps.jsonl --install\n
  irmill train classifier --set train.classifier.rank=8\n
  irmill train experiment --set train.experiment.masked=0.2"""


class Kind(StrEnum):
    """What can be trained."""

    BASE = "base"
    NORMALIZER = "normalizer"
    CLASSIFIER = "classifier"
    DIRECT = "direct"
    EXPERIMENT = "experiment"
    TRUNK = "trunk"
    OPCODES = "opcodes"
    OPTIMIZER = "optimizer"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("train", epilog=EPILOG)(train)
    app.command("card", epilog="Example:\n\n  irmill card asdiv_a=eval.json")(card)
    app.command("probe", epilog="Example:\n\n  irmill probe --json")(probe)


def train(
    kind: Annotated[Kind, typer.Argument(help="What to train.")],
    steps: Annotated[int | None, typer.Option(min=1, help="Optimizer steps; the profile's else.")] = None,
    corpus: Annotated[list[Path] | None, typer.Option(help="Word problems to add: JSON lines.")] = None,
    install: Annotated[bool, typer.Option("--install", help="Make the result the embedded model.")] = False,
    seed: Annotated[int | None, typer.Option(help="Equal seeds, equal weights.")] = None,
    profile: Annotated[str, typer.Option(help="The profile whose model is the start.")] = "base",
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the profile.")] = None,
    home: Annotated[str | None, typer.Option(metavar="FOLDER", help="Where irmill keeps its files.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Train a part of the embedded model; a call that was stopped goes on where it was."""
    from irmill.compiler.model.training.config import TrainKind

    built = [one.value for one in TrainKind]
    if kind.value not in built:  # of the contract; the optimizer trains inside its flow lane
        raise InputError(f"train {kind}: not built yet; choose {', '.join(built[:-1])} or {built[-1]}")
    from irmill.flows.training import run_training

    report = run_training(
        kind.value,
        steps=steps,
        corpus=tuple(corpus or ()),
        install=install,
        seed=seed,
        profile=profile,
        sets=sets or [],
        home=home,
    )
    _tell(report, json)


def card(
    evaluations: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME=FILE]...", help="What irmill eval --json printed.")
    ] = None,
) -> None:
    """Write the card of the embedded models, README.md beside the weights, and put evaluations on it."""
    from irmill.flows.training import make_card

    make_card(evaluations or [])


def probe(
    model: Annotated[str | None, typer.Option(help="A local path or hub id; the embedded model else.")] = None,
    profile: Annotated[str, typer.Option(help="The profile whose settings are used.")] = "base",
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Lens accuracy at every layer, a linear probe beside it, and suffix routing."""
    from irmill.flows.training import run_probe

    _tell(run_probe(model, profile=profile), json)


def _tell(report: dict[str, Any], json: bool) -> None:
    if json:
        print_document(report)
    else:
        from rich.pretty import Pretty

        stdout_console().print(Pretty(report))
