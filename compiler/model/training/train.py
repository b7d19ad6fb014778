"""Training by kind: what ``irmill train`` calls, and what it reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from irmill.compiler.base.atomic import write_file
from irmill.compiler.base.rows import Progress
from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem
from irmill.compiler.model.calibration import calibrate, write_calibration
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.direct.model import CARD as DIRECT_CARD
from irmill.compiler.model.load import CARD, load_trained
from irmill.compiler.model.report import development_problems, held_out_report, judge, trials
from irmill.compiler.model.training.base import train_base
from irmill.compiler.model.training.classifier import train_classifier
from irmill.compiler.model.training.config import TrainConfig, TrainKind
from irmill.compiler.model.training.curves import CURVES
from irmill.compiler.model.training.direct import member_folder, train_direct
from irmill.compiler.model.training.experiment import train_experiment
from irmill.compiler.model.training.files import REPORT
from irmill.compiler.model.training.normalizer import train_normalizer
from irmill.compiler.model.training.problems import read_material
from irmill.compiler.model.training.trunk import train_trunk


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


def train(
    kind: TrainKind,
    config: TrainConfig,
    folder: Path,
    progress: Progress,
    *,
    start: ModelConfig | None = None,
    problems: int = 400,
) -> TrainReport:
    """Train, calibrate on development problems, measure on ``problems`` held-out ones of each split; all is left in
    the folder.

    Args:
        kind: what to train.
        config: how; only the section of the kind is read.
        folder: the run's own; a run that was stopped goes on from its checkpoint there.
        progress: told of every step.
        start: the model that normalizer and classifier start from; the embedded one unless given.
        problems: held-out problems of each split that the report is on.

    Raises:
        InputError: a corpus file or a start model that cannot be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    match kind:
        case TrainKind.BASE:
            train_base(config.base, folder, progress)
        case TrainKind.NORMALIZER:
            train_normalizer(config.normalizer, folder, progress, start or ModelConfig())
        case TrainKind.CLASSIFIER:
            train_classifier(config.classifier, folder, progress, start or ModelConfig())
        case TrainKind.DIRECT:
            train_direct(config.direct, folder, progress)
        case TrainKind.EXPERIMENT:
            train_experiment(config.experiment, folder, progress)
        case TrainKind.TRUNK:
            train_trunk(config.trunk, folder, progress, start or ModelConfig())
    section = config.section(kind)
    held_out: dict[str, Any] = {}
    card = next((name for name in (DIRECT_CARD, CARD) if (folder / name).is_file()), None)
    if card is not None:
        held = read_material(section.corpus).held
        extra = [Problem(example.question, example.slots, "file", example.family, Split.TEST) for example in held]
        judged = judge(load_trained(folder), development_problems(problems, extra))
        write_calibration(folder / card, calibrate(trials(judged)))
        held_out = held_out_report(load_trained(folder), problems, extra)
    report = TrainReport(kind, folder, section.total_steps, _curves_of(folder), held_out)
    shown = {**asdict(report), "folder": folder.name, "curves": str(report.curves.relative_to(folder))}
    write_file(folder / REPORT, json.dumps(shown, indent=1) + "\n")
    return report


def _curves_of(folder: Path) -> Path:
    """The curves of a training, or of its first member."""
    own = folder / CURVES
    return own if own.is_file() else folder / member_folder(0) / CURVES
