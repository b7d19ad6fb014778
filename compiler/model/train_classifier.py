"""The classifier: the lens of a trained model made sharper by the dual reward, in LoRA adapters.

    irmill train classifier --corpus word_problems.jsonl --install

Adapters on ``v_proj`` and ``o_proj`` are trained on ``w * CE(lens, operation) + (1 - w) * CE(final, answer)``. For the
embedded kind the answer is the question's program, so that the normalizer is kept, and the adapters are merged at the
end: one model ships. For another model the prompts are canonical steps (``15 - 4 = ``) and the answers their values.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model import train_loop
from irmill.compiler.model.config import ModelConfig, TrainConfig
from irmill.compiler.model.dual_reward import adapt, losses, text_batch
from irmill.compiler.model.lens import lens_block
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.train_base import train_weights
from irmill.compiler.model.training_files import Draft, open_draft, save_draft

_ROWS = 16
_SIGNS = {Operation.ADD: "+", Operation.SUBTRACT: "-", Operation.MULTIPLY: "*", Operation.DIVIDE: "/"}


def train_classifier(config: TrainConfig, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train adapters of the model over slots that ``start`` names and merge them; the folder then holds the result."""
    train_loop.seed_all(config)
    draft = open_draft(start)
    adapted = Draft(adapt(draft.net, config.rank), draft.tokenizer, draft.protected)
    train_weights(adapted, config, folder, progress)
    save_draft(Draft(adapted.net.merge_and_unload(), draft.tokenizer, draft.protected), folder, config)


def train_text_classifier(config: TrainConfig, folder: Path, progress: Progress, model: TextModel) -> None:
    """Train adapters of any model on canonical steps; the folder then holds them for ``model.adapter``."""
    train_loop.seed_all(config)
    net = adapt(model.net, config.rank)
    words = first_tokens(model.tokenizer)
    block = lens_block(model.layers)

    def stream(start: int) -> Iterator[tuple[int, Any]]:
        while True:
            rng = random.Random(f"{config.seed}/{start}")
            yield start, [_symbolic(rng, words) for _ in range(_ROWS)]
            start += 1

    def loss_of(items: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(net, text_batch(model.tokenizer, items), block)
        return found.combined(config.lens_weight), found.answer, found.lens, found.lens_right

    train_loop.run(net, config, folder, stream, loss_of, progress)
    net.save_pretrained(folder, safe_serialization=True)


def _symbolic(rng: random.Random, words: dict[Operation, int]) -> tuple[str, int, str]:
    operation = rng.choice(list(_SIGNS))
    a, b = rng.randint(1, 50), rng.randint(1, 50)
    if operation is Operation.DIVIDE:
        a *= b
    value = {Operation.ADD: a + b, Operation.SUBTRACT: a - b, Operation.MULTIPLY: a * b}.get(operation, a // b)
    return f"{a} {_SIGNS[operation]} {b} = ", words[operation], str(value)
