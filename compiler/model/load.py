"""Loading: the embedded model, a folder that ``irmill train`` made, or any causal language model of Hugging Face.

Weights are read from safetensors only. What is missing or wrong is an InputError of one line that says how to mend it.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import ModelConfig, NormalizerKind, embedded_folder
from irmill.compiler.model.digests import damaged
from irmill.compiler.model.direct.model import CARD as DIRECT_CARD
from irmill.compiler.model.direct.model import DirectModel, load_direct_model
from irmill.compiler.model.direct.trunk import Trunk
from irmill.compiler.model.llama import Llama
from irmill.compiler.model.tokenizer import PAD, word_ids

CARD = "irmill.json"
"""The file that marks a folder as a model over slots."""
WEIGHTS = "model.safetensors"


@dataclass(frozen=True, slots=True)
class SlotModel:
    """The embedded kind: our own tokenizer, questions as normal forms, programs over slots.

    Attributes:
        net: the network.
        tokenizer: its tokenizer.
        words: the id of every word that is one token.
        vocabulary: the id of every token.
        facts: what ``irmill.json`` says: the lens's depth, the threshold, how it was made.
        direct: the direct normalizer beside it, None where the folder holds none.
    """

    net: Llama
    tokenizer: Tokenizer
    words: dict[str, int]
    vocabulary: dict[str, int]
    facts: dict[str, Any]
    direct: DirectModel | None = None

    @property
    def layers(self) -> int:
        """Blocks in all."""
        return self.net.layers

    @property
    def kind(self) -> NormalizerKind:
        """How it normalizes unless the configuration says otherwise."""
        return NormalizerKind.SLOTS if self.direct is None else NormalizerKind.DIRECT

    @property
    def calibrated(self) -> Mapping[str, Any]:
        """The card with the calibration of what normalizes unless the configuration says otherwise."""
        return self.facts if self.direct is None else self.direct.facts


@dataclass(frozen=True, slots=True)
class TextModel:
    """Any causal language model, with its own tokenizer.

    Attributes:
        net: a transformers (or peft) model with a language-model head.
        tokenizer: its tokenizer, padding on the left.
        adapted: whether an adapter of ours is in it.
        facts: what a card of ours says of it; empty for a model of others.
    """

    net: Any
    tokenizer: Any
    adapted: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def layers(self) -> int:
        """Blocks in all."""
        return len(blocks_of(self.net))

    @property
    def kind(self) -> NormalizerKind:
        """How it normalizes unless the configuration says otherwise."""
        return NormalizerKind.LORA if self.adapted else NormalizerKind.FEW_SHOT

    @property
    def calibrated(self) -> Mapping[str, Any]:
        """The card with the normalizer's calibration."""
        return self.facts


LoadedModel = SlotModel | TextModel


def open_model(config: ModelConfig) -> LoadedModel:
    """The model as every stage reads it: on one thread, so that no sum depends on how many cores there are.

    Raises:
        InputError: as :func:`load_model`.
    """
    torch.set_num_threads(1)
    return load_model(config)


def load_model(config: ModelConfig | None = None) -> LoadedModel:
    """The model of a configuration, ready to infer (evaluation mode, no gradients wanted).

    Raises:
        InputError: a path that does not exist, no safetensors, a name that the hub does not have or that is not
            cached while offline, an adapter that does not fit.
    """
    config = config or ModelConfig()
    if config.id is None:
        model: LoadedModel = load_slot_model(embedded_folder(), config.device)
    elif (Path(config.id) / CARD).is_file():
        model = load_slot_model(Path(config.id), config.device)
    else:
        model = _load_text_model(config)
    if config.adapter is not None:
        model = _adapted(model, config.adapter)
    return model


def load_slot_model(folder: Path, device: str = "cpu") -> SlotModel:
    """The model over slots that a folder holds. Raises InputError where a file is missing or does not fit."""
    for name in (CARD, WEIGHTS, "config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            raise InputError(
                f"model {folder}: {name} is missing; train and install one with: irmill train base --install"
            )
    facts = json.loads((folder / CARD).read_text(encoding="utf-8"))
    if changed := damaged(folder, facts):
        raise InputError(f"model {folder}: {changed[0]} is not the file that {CARD} was written with; install it again")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    try:
        net = Llama(config)
        weights = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
        if config.get("tie_word_embeddings"):
            weights.setdefault("lm_head.weight", weights["model.embed_tokens.weight"])
        net.load_state_dict(weights)
    except (KeyError, ValueError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"model {folder}: the weights do not fit the configuration: {reason}") from error
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    net.requires_grad_(False).eval().to(device)
    words, vocabulary = word_ids(tokenizer), tokenizer.get_vocab()
    trunk = Trunk(net, words, vocabulary[PAD])
    direct = load_direct_model(folder, trunk) if (folder / DIRECT_CARD).is_file() else None
    return SlotModel(net, tokenizer, words, vocabulary, facts, direct)


def load_trained(folder: Path) -> SlotModel:
    """What a training left: a language model by itself, a direct normalizer beside the embedded one.

    Raises:
        InputError: as :func:`load_slot_model`.
    """
    if (folder / CARD).is_file() or not (folder / DIRECT_CARD).is_file():
        return load_slot_model(folder)
    return replace(load_slot_model(embedded_folder()), direct=load_direct_model(folder))


def _load_text_model(config: ModelConfig) -> TextModel:
    import transformers

    assert config.id is not None
    folder = Path(config.id)
    looks_local = folder.is_absolute() or config.id.startswith(".") or config.id.count("/") > 1 or folder.exists()
    if looks_local and not folder.is_dir():
        raise InputError(f"model.id {config.id}: there is no such folder; give a folder with safetensors or a hub id")
    if looks_local and not any(folder.glob("*.safetensors")):
        found = sorted(path.name for path in folder.glob("*.bin")) + sorted(path.name for path in folder.glob("*.pt"))
        held = f" (only {found[0]}: pickle is never loaded)" if found else ""
        raise InputError(f"model.id {config.id}: no .safetensors file there{held}; convert it with save_pretrained")
    options: dict[str, Any] = {"revision": config.revision, "local_files_only": config.offline or looks_local}
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(config.id, **options)
        net: Any = transformers.AutoModelForCausalLM.from_pretrained(
            config.id, use_safetensors=True, dtype=torch.float32, **options
        )
    except (OSError, ValueError) as error:
        offline = " (offline: it is not in the local cache)" if config.offline and not looks_local else ""
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"model.id {config.id}: cannot be loaded{offline}: {reason}") from error
    tokenizer.padding_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    net.requires_grad_(False).eval().to(config.device)
    return TextModel(net, tokenizer)


def _adapted(model: LoadedModel, adapter: str) -> LoadedModel:
    """The model with a peft adapter in it; peft is imported here and nowhere before."""
    folder = Path(adapter)
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        if not (folder / name).is_file():
            raise InputError(f"model.adapter {adapter}: {name} is missing; give a folder that irmill train made")
    if isinstance(model, SlotModel):
        raise InputError(f"model.adapter {adapter}: the embedded model has its adapters merged; set model.id beside it")
    import peft

    try:
        with warnings.catch_warnings():
            # peft reads an attribute that transformers 5 has renamed
            warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing", category=FutureWarning)
            net: Any = peft.PeftModel.from_pretrained(model.net, str(folder), use_safetensors=True)
    except (KeyError, ValueError, RuntimeError) as error:
        raise InputError(f"model.adapter {adapter}: does not fit the model: {str(error).splitlines()[0]}") from error
    return TextModel(net.merge_and_unload().eval(), model.tokenizer, adapted=True)


def blocks_of(net: Any) -> nn.ModuleList:
    """The blocks of a transformers model, whatever it calls them. Raises InputError where there are none."""
    found = [
        module
        for name, module in net.named_modules()
        if isinstance(module, nn.ModuleList) and name.split(".")[-1] in ("layers", "h", "blocks", "block")
    ]
    if not found:
        raise InputError(f"{type(net).__name__} has no list of blocks that a lens could read between")
    return max(found, key=len)


def norm_of(net: Any) -> nn.Module:
    """The norm between the last block and the head. Raises InputError where none is found by its usual names."""
    for name in ("norm", "ln_f", "final_layer_norm", "final_layernorm"):
        for path, module in net.named_modules():
            parts = path.split(".")
            if parts[-1] == name and not any(part.isdigit() for part in parts) and isinstance(module, nn.Module):
                return module
    raise InputError(f"{type(net).__name__} has no final norm by a usual name")
