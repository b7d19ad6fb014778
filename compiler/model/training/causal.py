"""Training the causal language model on the stream of problems: batches of like length, the dual reward."""

from __future__ import annotations

import random
from pathlib import Path

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.model.batch import Encoded, Encoder, collate, specials_of
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.tokenizer import PAD, word_ids
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.files import Draft
from irmill.compiler.model.training.loop import Measured, run
from irmill.compiler.model.training.losses import losses, programs_right
from irmill.compiler.model.training.problems import Material, block_examples, validation_examples

_LONGEST = 220
_STEP_SHARE = 0.12
"""The share of batches that hold canonical steps alone, without a question."""
SMOOTHING = 0.02
"""Of the labels: the share that other tokens get."""
_VALIDATED = 32
"""Problems of a batch of the validation."""


def train_on_problems(
    draft: Draft, config: TrainingConfig, material: Material, folder: Path, progress: Progress
) -> None:
    """Train what of a draft wants gradients, by the dual reward."""
    vocabulary = draft.tokenizer.get_vocab()
    encoder = Encoder(word_ids(draft.tokenizer), specials_of(vocabulary), draft.protected, config.nonce_rate)
    block = lens_block(draft.net.config.num_hidden_layers)
    plain = Encoder(encoder.words, encoder.specials, draft.protected, 0.0)
    held = [plain.encode(example.form, example.slots) for example in validation_examples(config)]

    def loss_of(batch: list[Encoded]) -> tuple[Tensor, Measured]:
        found = losses(draft.net, collate(batch, vocabulary[PAD]), block, smoothing=SMOOTHING)
        measured = {"answer": found.answer.detach(), "lens": found.lens.detach(), "lens_right": found.lens_right}
        return found.combined(config.lens_weight), measured

    def validate() -> Measured:
        batches = [collate(held[k : k + _VALIDATED], vocabulary[PAD]) for k in range(0, len(held), _VALIDATED)]
        return {"right": sum(programs_right(draft.net, batch) for batch in batches) / len(held)}

    run(
        draft.net,
        config,
        folder,
        lambda place: block_batches(config, encoder, material, place),
        loss_of,
        progress,
        identity=material.digest,
        validate=validate,
    )


def block_batches(config: TrainingConfig, encoder: Encoder, material: Material, block: int) -> list[list[Encoded]]:
    """The batches of one block of the stream: sorted by length, cut by tokens, then shuffled."""
    rng = random.Random(f"{config.seed}/{block}/batches")
    examples = block_examples(config, material, block)
    encoded = [encoder.encode(example.form, example.slots, rng) for example in examples]
    encoded = sorted((item for item in encoded if item.size <= _LONGEST), key=lambda item: item.size)
    made: list[list[Encoded]] = []
    current: list[Encoded] = []
    for item in encoded:
        if current and (len(current) + 1) * item.size > config.tokens:
            made.append(current)
            current = []
        current.append(item)
    if current:
        made.append(current)
    alone = max(1, round(len(made) * _STEP_SHARE))
    shown = [step for example in examples if example.template for step in encoder.encode_steps(example.slots)]
    made += [rng.sample(shown, min(80, len(shown))) for _ in range(alone)] if shown else []
    rng.shuffle(made)
    return made
