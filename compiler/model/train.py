"""Training by kind: what ``irmill train base|normalizer|classifier`` calls, and what it reports.

Each kind is one readable file (``train_base.py``, ``train_normalizer.py``, ``train_classifier.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from irmill.compiler.base.rows import Progress
from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.model.config import ModelConfig, TrainConfig
from irmill.compiler.model.corpora import Example
from irmill.compiler.model.load import SlotModel, load_model, load_slot_model
from irmill.compiler.model.report import counterfactual, figures, judge, lens_accuracy
from irmill.compiler.model.stream import read_material
from irmill.compiler.model.train_base import train_base
from irmill.compiler.model.train_classifier import train_classifier, train_text_classifier
from irmill.compiler.model.train_loop import CURVES
from irmill.compiler.model.train_normalizer import train_normalizer, train_text_normalizer
from irmill.compiler.model.training_files import install

__all__ = ["TrainKind", "TrainReport", "held_out_report", "install", "train"]

REPORT = "report.json"


class TrainKind(StrEnum):
    """What of the model is trained."""

    BASE = "base"
    NORMALIZER = "normalizer"
    CLASSIFIER = "classifier"


DEFAULTS: Mapping[TrainKind, Mapping[str, Any]] = {
    TrainKind.BASE: {},
    TrainKind.NORMALIZER: {"steps": 4000, "rate": 8e-4},
    TrainKind.CLASSIFIER: {"steps": 600, "rate": 5e-4, "lens_weight": 0.4},
}
"""How the kinds differ from :class:`TrainConfig` unless told otherwise."""


@dataclass(frozen=True, slots=True)
class TrainReport:
    """What a training run made.

    Attributes:
        kind: what was trained.
        folder: where the model, the checkpoint and the curves are.
        steps: optimizer steps in all.
        curves: the file of the curves, JSON lines.
        held_out: figures on splits that no template of training is in; empty for adapters of other models.
    """

    kind: TrainKind
    folder: Path
    steps: int
    curves: Path
    held_out: Mapping[str, Any]


def config_of(kind: TrainKind, **changes: Any) -> TrainConfig:
    """The configuration of a kind: its defaults, then what is given (None counts as not given)."""
    given = {name: value for name, value in changes.items() if value is not None}
    return TrainConfig(**{**DEFAULTS[kind], **given})


def train(
    kind: TrainKind,
    config: TrainConfig,
    folder: Path,
    progress: Progress,
    *,
    start: ModelConfig | None = None,
    problems: int = 400,
) -> TrainReport:
    """Train, measure on ``problems`` held-out problems of each split, and leave both in the folder.

    Args:
        kind: what to train.
        config: how; see :func:`config_of`.
        folder: the run's own; a run that was stopped goes on from its checkpoint there.
        progress: told of every step.
        start: the model that normalizer and classifier start from; the embedded one unless given.
        problems: held-out problems of each split that the report is on.

    Raises:
        InputError: a corpus file or a start model that cannot be used.
    """
    start = start or ModelConfig()
    folder.mkdir(parents=True, exist_ok=True)
    text_model = None
    if kind is not TrainKind.BASE and start.id is not None:
        model = load_model(start)
        text_model = None if isinstance(model, SlotModel) else model
    match kind:
        case TrainKind.BASE:
            train_base(config, folder, progress)
        case TrainKind.NORMALIZER if text_model is not None:
            train_text_normalizer(config, folder, progress, text_model)
        case TrainKind.CLASSIFIER if text_model is not None:
            train_text_classifier(config, folder, progress, text_model)
        case TrainKind.NORMALIZER:
            train_normalizer(config, folder, progress, start)
        case TrainKind.CLASSIFIER:
            train_classifier(config, folder, progress, start)
    held_out: dict[str, Any] = {}
    if text_model is None:
        held = read_material(config.corpus, config.seed).held
        held_out = held_out_report(load_slot_model(folder), problems, held)
    report = TrainReport(kind, folder, config.steps, folder / CURVES, held_out)
    shown = {**asdict(report), "folder": folder.name, "curves": CURVES}
    (folder / REPORT).write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    return report


def held_out_report(model: SlotModel, problems: int, held: Sequence[Example] = (), seed: int = 2026) -> dict[str, Any]:
    """Figures of a model on each held-out split of the generator, and on the examples held out of the extra files:
    answers, lens, and what the lens is worth."""
    sets = {
        split.value: list(generate(problems, seed, splits=frozenset({split})))
        for split in (Split.VALIDATION, Split.TEST, Split.TEST_FAMILY)
    }
    if held:
        sets["corpus"] = [Problem(e.question, e.slots, "file", e.family, Split.TEST) for e in held[:problems]]
    found: dict[str, Any] = {}
    for name, chosen in sets.items():
        judged = judge(model, chosen)
        found[name] = {
            "answers": figures(judged),
            "lens": lens_accuracy(model, chosen),
            "counterfactual": counterfactual(judged),
        }
    return found
