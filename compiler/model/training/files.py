"""What a training run reads and leaves: a draft in memory, a folder that loads like the embedded model, installing."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

from irmill.compiler.base.atomic import replaced, write_file
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import FIGURES, embedded_folder
from irmill.compiler.model.digests import damaged
from irmill.compiler.model.load import CARD, WEIGHTS, SlotModel
from irmill.compiler.model.training.card import render_card
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.problems import NO_CORPUS, Material
from irmill.compiler.model.training.provenance import provenance

LARGEST = 32 * 2**20
"""Bytes that the embedded folder may have, all files together."""
LANGUAGE_MODEL = (CARD, WEIGHTS, "config.json", "tokenizer.json")
DIRECT = ("direct.json", "direct.safetensors")
"""What a training leaves to be installed: first the facts, which name the digests of the others."""
REPORT = "report.json"
README = "README.md"


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


def save_draft(draft: Draft, folder: Path, config: TrainingConfig, material: Material = NO_CORPUS) -> None:
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
        **provenance(config, material, folder, LANGUAGE_MODEL[1:]),
        "protected": sorted(draft.protected),
    }
    write_file(folder / CARD, json.dumps(facts, indent=1) + "\n")


def install(folder: Path, target: Path | None = None) -> Path:
    """Put what a run left (the language model, the direct normalizer) in the place of the embedded one, with its
    figures and a card of the whole; the folder that it went to.

    Raises InputError where the run is not finished, its files are not those that it wrote, or the whole would be too
    large; nothing is written then.
    """
    if (folder / DIRECT[0]).is_file() and (folder / LANGUAGE_MODEL[0]).is_file():
        raise InputError(f"{folder}: a trunk with its head is not installed; read it by model.id")
    names = DIRECT if (folder / DIRECT[0]).is_file() else LANGUAGE_MODEL
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise InputError(f"{folder}: {missing[0]} is missing; the training did not finish")
    facts = json.loads((folder / names[0]).read_text(encoding="utf-8"))
    if changed := damaged(folder, facts):
        raise InputError(f"{folder}: {changed[0]} is not what the training wrote; train again")
    target = target or embedded_folder()
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        kept = [path for path in target.iterdir() if path.is_file() and path.name not in names]
        size = sum(path.stat().st_size for path in [*kept, *(folder / name for name in names)])
        if size > LARGEST:
            raise InputError(
                f"{folder}: {size} bytes in all are more than the {LARGEST} that the embedded models may have"
            )
        with contextlib.ExitStack() as whole:  # all are copied before the first takes its place; the facts come last
            for name in names:
                shutil.copyfile(folder / name, whole.enter_context(replaced(target / name)))
        report = folder / REPORT
        held_out = json.loads(report.read_text(encoding="utf-8"))["held_out"] if report.is_file() else {}
        _add_figures(target, facts.get("kind", "model"), {"held_out": held_out})
    return target


def add_evaluation(name: str, figures: Mapping[str, Any], target: Path | None = None) -> None:
    """Put the summary of an evaluation on the card of the embedded models, in place of an earlier one of its name."""
    target = target or embedded_folder()
    with _alone(target):
        _add_figures(target, name, figures)


def write_card(target: Path | None = None) -> None:
    """Write the card of the embedded models again, from what lies beside them."""
    target = target or embedded_folder()
    with _alone(target):
        write_file(target / README, render_card(target))


def _add_figures(target: Path, name: str, figures: Mapping[str, Any]) -> None:
    path = target / FIGURES
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_file(path, json.dumps({**known, name: figures}, indent=1) + "\n")
    write_file(target / README, render_card(target))


@contextlib.contextmanager
def _alone(target: Path) -> Generator[None]:
    """One at a time: trainings that run side by side may end together."""
    handle = os.open(target, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
