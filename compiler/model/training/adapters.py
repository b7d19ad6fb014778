"""LoRA adapters of any language model, trained by the dual reward on prompts that are drawn."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.training.config import ClassifierTraining, NormalizerTraining
from irmill.compiler.model.training.loop import run
from irmill.compiler.model.training.losses import adapt, losses, text_batch

Draw = Callable[[random.Random, Mapping[Operation, int]], Sequence[tuple[str, int, str]]]
"""A batch from a source of randomness and the token of each operation: prompt, operation's token, answer."""


def train_adapters(
    model: TextModel,
    config: NormalizerTraining | ClassifierTraining,
    folder: Path,
    progress: Progress,
    draw: Draw,
    *,
    targets: Sequence[str],
    lens_weight: float,
) -> None:
    """Train adapters on the projections named ``targets``; the folder then holds them for ``model.adapter``."""
    net = adapt(model.net, config.rank, targets=targets)
    words = first_tokens(model.tokenizer)
    block = lens_block(model.layers)

    def batches(start: int) -> Iterator[tuple[int, Any]]:
        for place in itertools.count(start):
            yield place, draw(random.Random(f"{config.seed}/{place}"), words)

    def loss_of(items: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(net, text_batch(model.tokenizer, items), block)
        return found.combined(lens_weight), found.answer, found.lens, found.lens_right

    run(net, config, folder, batches, loss_of, progress)
    net.save_pretrained(folder, safe_serialization=True)
