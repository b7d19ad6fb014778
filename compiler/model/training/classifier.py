"""The classifier: the lens of a trained model made sharper by the dual reward, in LoRA adapters.

    irmill train classifier --corpus word_problems.jsonl --install

Adapters on ``v_proj`` and ``o_proj`` are trained on ``w * CE(lens, operation) + (1 - w) * CE(final, answer)``. For the
embedded kind the answer is the question's program, so that the normalizer is kept, and the adapters are merged at the
end: one model ships. For another model the prompts are canonical steps (``15 - 4 = ``) and the answers their values.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from irmill.compiler.base.rows import Progress
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.load import SlotModel, load_model
from irmill.compiler.model.training.adapters import train_adapters
from irmill.compiler.model.training.causal import train_on_problems
from irmill.compiler.model.training.config import ClassifierTraining
from irmill.compiler.model.training.files import Draft, draft_of, save_draft
from irmill.compiler.model.training.loop import seed_all
from irmill.compiler.model.training.losses import adapt
from irmill.compiler.model.training.problems import read_material

ADAPTED = ("v_proj", "o_proj")
_PROMPTS = 16
"""Steps in a batch of another model."""
_SIGNS = {Operation.ADD: "+", Operation.SUBTRACT: "-", Operation.MULTIPLY: "*", Operation.DIVIDE: "/"}


def train_classifier(config: ClassifierTraining, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train adapters of a model; the folder then holds the model over slots with them merged, or the adapters of
    another model for ``model.adapter``."""
    seed_all(config)
    model = load_model(start)
    if isinstance(model, SlotModel):
        draft = draft_of(model)
        adapted = Draft(adapt(draft.net, config.rank, targets=ADAPTED), draft.tokenizer, draft.protected)
        material = read_material(config.corpus)
        train_on_problems(adapted, config, material, folder, progress)
        save_draft(Draft(adapted.net.merge_and_unload(), draft.tokenizer, draft.protected), folder, config, material)
    else:
        weight = config.lens_weight
        train_adapters(model, config, folder, progress, _draw, targets=ADAPTED, lens_weight=weight)


def _draw(rng: random.Random, words: Mapping[Operation, int]) -> list[tuple[str, int, str]]:
    return [_step(rng, words) for _ in range(_PROMPTS)]


def _step(rng: random.Random, words: Mapping[Operation, int]) -> tuple[str, int, str]:
    """A random canonical step: its prompt, the id of its operation's token, and its value."""
    operation = rng.choice(list(_SIGNS))
    a, b = rng.randint(1, 50), rng.randint(1, 50)
    if operation is Operation.DIVIDE:
        a *= b
    value = {Operation.ADD: a + b, Operation.SUBTRACT: a - b, Operation.MULTIPLY: a * b}.get(operation, a // b)
    return f"{a} {_SIGNS[operation]} {b} = ", words[operation], str(value)
