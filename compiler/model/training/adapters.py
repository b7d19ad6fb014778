"""LoRA adapters of any language model, trained by the dual reward on prompts that are drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.training.config import ClassifierTraining, NormalizerTraining
from irmill.compiler.model.training.loop import Measured, run
from irmill.compiler.model.training.losses import adapt, losses, text_batch
from irmill.compiler.model.training.problems import generator_digest

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

    def drawn(block: int) -> list[Sequence[tuple[str, int, str]]]:
        return [draw(random.Random(f"{config.seed}/{block}"), words)]

    def loss_of(items: Sequence[tuple[str, int, str]]) -> tuple[Tensor, Measured]:
        found = losses(net, text_batch(model.tokenizer, items), block)
        measured = {"answer": found.answer.detach(), "lens": found.lens.detach(), "lens_right": found.lens_right}
        return found.combined(lens_weight), measured

    run(net, config, folder, drawn, loss_of, progress, identity=generator_digest())
    net.save_pretrained(folder, safe_serialization=True)
