"""Normalizers side by side on the same problems: those of the embedded model, and those that trainings left."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.outcomes import is_right
from irmill.flows.evaluation.problems import AnsweredProblem


def compare(
    folders: Sequence[Path], problems: Sequence[AnsweredProblem], config: NormalizerConfig
) -> list[dict[str, Any]]:
    """A row for each normalizer that the folders of weights hold: right values, whatever threshold and lens say,
    abstentions, and problems a second on one thread, the loading of the model not counted.

    Raises InputError for a folder that holds none.
    """
    import torch

    from irmill.compiler.model.load import CARD, load_trained
    from irmill.compiler.model.normalizer import make_normalizer
    from irmill.compiler.model.report import answer_of_text

    torch.set_num_threads(1)
    questions = [problem.question for problem in problems]
    rows: list[dict[str, Any]] = []
    for folder in folders:
        model = load_trained(folder)
        held: dict[NormalizerKind, Mapping[str, Any]] = {}
        if model.direct is not None:
            held[NormalizerKind.DIRECT] = model.direct.facts
        if (folder / CARD).is_file():
            held[NormalizerKind.SLOTS] = model.facts
        for kind, facts in held.items():
            normalizer = make_normalizer(model, config.model_copy(update={"kind": kind})).normalizer
            start = time.perf_counter()
            answers = normalizer.normalize(questions)
            seconds = time.perf_counter() - start
            right = sum(
                is_right(answer_of_text(answer.canonical), problem.answer)
                for answer, problem in zip(answers, problems, strict=True)
            )
            rows.append(
                {
                    "model": folder.name,
                    "normalizer": describe(kind, facts),
                    "minutes": facts.get("seconds", 0) / 60,
                    "right": right,
                    "rows": len(problems),
                    "accuracy": right / max(1, len(problems)),
                    "abstained": sum(answer.abstained for answer in answers),
                    "problems_per_second": len(problems) / max(seconds, 1e-9),
                }
            )
    return rows


def describe(kind: NormalizerKind, facts: Mapping[str, Any]) -> str:
    """What a normalizer is, by the facts of its training."""
    if kind is NormalizerKind.SLOTS:
        return "programs over slots"
    if "trunk" not in facts:
        return "direct, an encoder of its own"
    training = facts.get("training", {})
    shared = "one trunk for all" if training.get("shared") else "the language model's states"
    start = ", from nothing" if training.get("fresh") else ""
    return f"direct, {shared} after {facts['trunk']['blocks']} blocks{start}"
