"""What a training run reads and leaves: a draft in memory, a folder that loads like the embedded model, installing."""

from __future__ import annotations

import contextlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from irmill.compiler.base.atomic import replaced
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import embedded_folder
from irmill.compiler.model.load import CARD, WEIGHTS, SlotModel
from irmill.compiler.model.training.config import TrainingConfig

LARGEST = 32 * 2**20
"""Bytes that the embedded model may have, all files together."""
FILES = (CARD, WEIGHTS, "config.json", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Draft:
    """A model in training: the network (a transformers Llama, adapters on it or not), its tokenizer, and the words
    that are never replaced by stand-ins."""

    net: Any
    tokenizer: Tokenizer
    protected: frozenset[str]


def draft_of(model: SlotModel) -> Draft:
    """A copy of a model over slots, to be trained on."""
    shape = LlamaConfig(**{key: value for key, value in model.net.config.items() if key != "architectures"})
    shape._attn_implementation = "eager"  # pyright: ignore[reportPrivateUsage]
    net = LlamaForCausalLM(shape)
    net.load_state_dict(model.net.state_dict())
    return Draft(net, model.tokenizer, frozenset(model.facts.get("protected", ())))


def save_draft(draft: Draft, folder: Path, config: TrainingConfig) -> None:
    """Write the folder that :func:`load_slot_model` reads; weights are kept in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    net = draft.net
    state = {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in net.state_dict().items()}
    if net.config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    net.config.architectures = ["LlamaForCausalLM"]
    (folder / "config.json").write_text(net.config.to_json_string(), encoding="utf-8")
    draft.tokenizer.save(str(folder / "tokenizer.json"))
    facts = {
        "format": 1,
        "lens_depth": 0.55,
        "threshold": 0.0,
        "training": {**config.model_dump(mode="json"), "corpus": [path.name for path in config.corpus]},
        "protected": sorted(draft.protected),
    }
    (folder / CARD).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def install(folder: Path, target: Path | None = None) -> Path:
    """Put a run's model in the place of the embedded one, with its card; the folder that it went to.

    Raises InputError where the run is not finished or too large; nothing is written then.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder}: {missing[0]} is missing; the training did not finish")
    files = [folder / name for name in (*FILES, "README.md") if (folder / name).is_file()]
    size = sum(path.stat().st_size for path in files)
    if size > LARGEST:
        raise InputError(f"{folder}: {size} bytes are more than the {LARGEST} that the embedded model may have")
    target = target or embedded_folder()
    target.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as whole:
        for path in files:  # all are copied before the first takes its place
            shutil.copyfile(path, whole.enter_context(replaced(target / path.name)))
    return target
