"""The normalizer: a trained model trained further on questions and their programs.

    irmill train normalizer --corpus word_problems.jsonl --install

The embedded kind trains all its weights at a lower rate, starting from the installed model. Another causal language
model gets LoRA adapters on ``q_proj`` and ``v_proj`` and learns to write the canonical text after :data:`PROMPT`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.english.corpus import generate
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.load import SlotModel, TextModel, load_model
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.text_normalizer import PROMPT
from irmill.compiler.model.training.config import NormalizerTraining
from irmill.compiler.model.training.files import draft_of, save_draft
from irmill.compiler.model.training.loop import run, seed_all
from irmill.compiler.model.training.losses import adapt, losses, text_batch
from irmill.compiler.model.training.problems import read_material, train_on_problems

ADAPTED = ("q_proj", "v_proj")
_PROMPTS = 8
"""Questions in a batch of another model."""


def train_normalizer(config: NormalizerTraining, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train a model further; the folder then holds a model over slots, or adapters for ``model.adapter``."""
    seed_all(config)
    model = load_model(start)
    if isinstance(model, SlotModel):
        draft = draft_of(model)
        train_on_problems(draft, config, read_material(config.corpus, config.seed), folder, progress)
        save_draft(draft, folder, config)
    else:
        _train_adapters(config, folder, progress, model)


def _train_adapters(config: NormalizerTraining, folder: Path, progress: Progress, model: TextModel) -> None:
    net = adapt(model.net, config.rank, targets=ADAPTED)
    words = first_tokens(model.tokenizer)
    block = lens_block(model.layers)

    def batches(start: int) -> Iterator[tuple[int, Any]]:
        while True:
            rng = random.Random(f"{config.seed}/{start}")
            problems = generate(_PROMPTS, rng.getrandbits(48))
            yield (
                start,
                [(PROMPT.format(p.question), next(iter(words.values())), p.canonical.strip()) for p in problems],
            )
            start += 1

    def loss_of(items: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(net, text_batch(model.tokenizer, items), block)
        return found.answer, found.answer, found.lens, found.lens_right

    run(net, config, folder, batches, loss_of, progress)
    net.save_pretrained(folder, safe_serialization=True)
