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
from irmill.compiler.model import train_loop
from irmill.compiler.model.config import ModelConfig, TrainConfig
from irmill.compiler.model.dual_reward import adapt, losses, text_batch
from irmill.compiler.model.few_shot import PROMPT
from irmill.compiler.model.lens import lens_block
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.train_base import train_weights
from irmill.compiler.model.training_files import open_draft

TARGETS = ("q_proj", "v_proj")
_ROWS = 8


def train_normalizer(config: TrainConfig, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train the model over slots that ``start`` names further; the folder then holds the result."""
    train_loop.seed_all(config)
    train_weights(open_draft(start), config, folder, progress)


def train_text_normalizer(config: TrainConfig, folder: Path, progress: Progress, model: TextModel) -> None:
    """Train LoRA adapters of any model; the folder then holds them for ``model.adapter``."""
    train_loop.seed_all(config)
    net = adapt(model.net, config.rank, targets=TARGETS)
    words = first_tokens(model.tokenizer)
    block = lens_block(model.layers)

    def stream(start: int) -> Iterator[tuple[int, Any]]:
        while True:
            rng = random.Random(f"{config.seed}/{start}")
            problems = generate(_ROWS, rng.getrandbits(48))
            yield (
                start,
                [(PROMPT.format(p.question), next(iter(words.values())), p.canonical.strip()) for p in problems],
            )
            start += 1

    def loss_of(items: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(net, text_batch(model.tokenizer, items), block)
        return found.answer, found.answer, found.lens, found.lens_right

    train_loop.run(net, config, folder, stream, loss_of, progress)
    net.save_pretrained(folder, safe_serialization=True)
