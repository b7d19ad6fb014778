"""``irmill train`` and ``irmill probe`` as functions: a training run under the flow server, and a look into a model."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.training.config import TrainKind
from irmill.flows.config import load_config
from irmill.flows.server import api_server, drain
from irmill.flows.settings import apply_settings
from irmill.tasks.store.store import Store


def run_training(
    kind: str,
    *,
    steps: int | None,
    corpus: Sequence[Path],
    install: bool,
    seed: int | None,
    profile: str,
    sets: Sequence[str] = (),
    home: str | None,
) -> dict[str, Any]:
    """Train one part of the embedded model as a flow; the report, ready for JSON.

    How is said by the profile's section of that training (``train.classifier``), ``sets`` applied; ``steps``,
    ``corpus`` and ``seed`` win where they are given.

    The run's folder is named by its configuration, so the same call goes on where an earlier one was stopped.

    Raises:
        InputError: the configuration, a corpus file, the home or the start model is wrong.
    """
    config = load_config(profile, sets)
    chosen = TrainKind(kind)
    given = {"steps": steps, "corpus": tuple(corpus) or None, "seed": seed}
    given = {name: value for name, value in given.items() if value is not None}
    section = config.train.section(chosen).model_copy(update=given)
    for file in section.corpus:
        if not file.is_file():
            raise InputError(f"--corpus: {file}: there is no such file")
    store = Store.of(home)
    store.prepare()
    identity = json.dumps([kind, section.model_dump(mode="json"), config.model.model_dump(mode="json")], sort_keys=True)
    folder = store.home / "training" / f"{kind}-{hashlib.sha256(identity.encode()).hexdigest()[:12]}"
    apply_settings(store.home)
    with api_server(store.home):
        from irmill.flows.training_flow import train_model

        report, flow_run = train_model(chosen, config.train.model_copy(update={kind: section}), folder, config.model)
        drain(flow_run, 0)
    document = {**dataclasses.asdict(report), "folder": str(report.folder), "curves": str(report.curves)}
    if install:
        from irmill.compiler.model.training.files import install as install_model

        install_model(report.folder)
    return {**document, "installed": install}


def make_card(evaluations: Sequence[str]) -> None:
    """Write the card of the embedded models, with the evaluations: ``NAME=FILE``, a file what ``irmill eval --json``
    printed.

    Raises:
        InputError: a file is none of that.
    """
    from irmill.compiler.model.training.files import add_evaluation, write_card

    for named in evaluations:
        name, _, file = named.partition("=")
        try:
            summary = json.loads(Path(file).read_text(encoding="utf-8"))["summary"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"card {named}: give NAME=FILE with what irmill eval --json printed: {error}") from error
        add_evaluation(name, summary)
    write_card()


def run_probe(model: str | None, *, profile: str) -> dict[str, Any]:
    """Lens accuracy at every layer beside a linear probe, on held-out problems; ready for JSON."""
    from irmill.compiler.model.load import load_model
    from irmill.compiler.model.probe import probe

    config = load_config(profile).model
    return probe(load_model(config.model_copy(update={"id": model}) if model else config))
