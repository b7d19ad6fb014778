"""A training step of the causal language model, in tokens a second, against the matrix products of its shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from irmill.compiler.model.batch import Encoded, Encoder, collate, specials_of
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.tokenizer import PAD
from irmill.compiler.model.training.causal import SMOOTHING, block_batches
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.files import Draft, draft_of
from irmill.compiler.model.training.loop import Measured, optimizer_of, take_step
from irmill.compiler.model.training.losses import losses
from irmill.compiler.model.training.problems import NO_CORPUS
from irmill.flows.bench.contest import Case, Contest
from irmill.flows.bench.products import ceiling, products_of, weights_of

STEPS = 4
"""Optimizer steps of one call, on batches of all lengths."""


def training(model: SlotModel, config: TrainingConfig) -> Contest:
    """Steps as ``irmill train base`` takes them, against the same steps in single precision.

    The step is of the embedded model's shape, on the first batches of the configured stream; its weights are a copy.
    """
    drafts = [draft_of(model), draft_of(model)]
    encoder = Encoder(model.words, specials_of(model.vocabulary), drafts[0].protected, config.nonce_rate)
    batches = block_batches(config, encoder, NO_CORPUS, 0)[:STEPS]
    tokens = sum(item.size for batch in batches for item in batch)
    shipped = _steps(drafts[0], config, batches)
    single = _steps(drafts[1], config.model_copy(update={"bf16": False}), batches)
    flop = products_of(shipped)
    kind = torch.bfloat16 if config.bf16 else torch.float32
    return Contest(
        "training, causal language model",
        "tokens",
        Case("float32", single, tokens, products_of(single)),
        (Case("as configured", shipped, tokens, flop),),
        ceiling(weights_of(model.net), kind),
        f"{flop / tokens / 1e6:,.1f} MFLOP of matrix products a token, padding and head included",
    )


def _steps(draft: Draft, config: TrainingConfig, batches: Sequence[Sequence[Encoded]]) -> Callable[[], None]:
    """The training loop's step on each of the batches."""
    net: Any = draft.net
    net.train()
    optimizer = optimizer_of(net, config)
    pad = draft.tokenizer.get_vocab()[PAD]
    block = lens_block(net.config.num_hidden_layers)

    def loss_of(batch: Sequence[Encoded]) -> tuple[Tensor, Measured]:
        return losses(net, collate(batch, pad), block, smoothing=SMOOTHING).combined(config.lens_weight), {}

    def steps() -> None:
        for batch in batches:
            take_step(net, optimizer, config, batch, loss_of)

    return steps
