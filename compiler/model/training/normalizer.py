"""The normalizer: a trained model trained further on questions and their programs.

    irmill train normalizer --corpus word_problems.jsonl --install

The embedded kind trains all its weights at a lower rate, starting from the installed model. Another causal language
model gets LoRA adapters on ``q_proj`` and ``v_proj`` and learns to write the canonical text after :data:`PROMPT`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from irmill.compiler.base.rows import Progress
from irmill.compiler.english.corpus import generate
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.load import SlotModel, load_model
from irmill.compiler.model.text_normalizer import PROMPT
from irmill.compiler.model.training.adapters import train_adapters
from irmill.compiler.model.training.causal import train_on_problems
from irmill.compiler.model.training.config import NormalizerTraining
from irmill.compiler.model.training.files import draft_of, save_draft
from irmill.compiler.model.training.loop import seed_all
from irmill.compiler.model.training.problems import read_material

ADAPTED = ("q_proj", "v_proj")
_PROMPTS = 8
"""Questions in a batch of another model."""


def train_normalizer(config: NormalizerTraining, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train a model further; the folder then holds a model over slots, or adapters for ``model.adapter``."""
    seed_all(config)
    model = load_model(start)
    if isinstance(model, SlotModel):
        draft = draft_of(model)
        material = read_material(config.corpus)
        train_on_problems(draft, config, material, folder, progress)
        save_draft(draft, folder, config, material)
    else:
        train_adapters(model, config, folder, progress, _draw, targets=ADAPTED, lens_weight=0.0)


def _draw(rng: random.Random, words: Mapping[Operation, int]) -> list[tuple[str, int, str]]:
    problems = generate(_PROMPTS, rng.getrandbits(48))
    return [(PROMPT.format(p.question), next(iter(words.values())), p.canonical.strip()) for p in problems]
