"""The direct model on disk: its weights, and a card with its vocabulary, its sizes and how it decodes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from irmill.compiler.base.atomic import write_file
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.digests import damaged
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.reading import SPECIALS
from irmill.compiler.model.direct.search import Penalties
from irmill.compiler.model.direct.trunk import TRUNK, Trunk, TrunkNet

CARD = "direct.json"
WEIGHTS = "direct.safetensors"
OTHERS = "others"
"""The key of the further members on the card, and before the names of their weights."""


@dataclass(frozen=True, slots=True)
class DirectModel:
    """The network, ready to infer, with what it reads and decodes by.

    Attributes:
        net: the network.
        vocabulary: the id of each word.
        penalties: chosen on development data.
        facts: the whole card.
        others: further networks with their vocabularies: the probabilities of all are averaged.
    """

    net: DirectNet
    vocabulary: Mapping[str, int]
    penalties: Penalties
    facts: Mapping[str, Any]
    others: tuple[tuple[DirectNet, Mapping[str, int]], ...] = ()

    @property
    def members(self) -> tuple[tuple[DirectNet, Mapping[str, int]], ...]:
        """Every network with its vocabulary."""
        return ((self.net, self.vocabulary), *self.others)


def load_direct_model(folder: Path, trunk: Trunk | None = None) -> DirectModel:
    """The direct model that a folder holds; ``trunk`` is the language model of the folder, whose states it may read.

    Raises InputError where a file is missing or does not fit.
    """
    for name in (CARD, WEIGHTS):
        if not (folder / name).is_file():
            raise InputError(f"model {folder}: {name} is missing; make it with: irmill train direct --install")
    facts = _read_card(folder)
    if changed := damaged(folder, facts):
        raise InputError(f"model {folder}: {changed[0]} is not the file that {CARD} was written with; install it again")
    try:
        state = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
        first = {name: tensor for name, tensor in state.items() if not name.startswith(f"{OTHERS}.")}
        net = _net_of(facts, trunk)
        _fill(net, first)
        others: list[tuple[DirectNet, Mapping[str, int]]] = []
        for number, member in enumerate(facts.get(OTHERS, ()), 1):
            mark = _prefix(number)
            other = _net_of(member, None)
            _fill(other, {name.removeprefix(mark): tensor for name, tensor in state.items() if name.startswith(mark)})
            others.append((other, _vocabulary(member, other)))
        model = DirectModel(net, _vocabulary(facts, net), Penalties(**facts["penalties"]), facts, tuple(others))
    except (ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"model {folder}: {CARD} and {WEIGHTS} do not fit: {reason}; train anew") from error
    for one, _ in model.members:
        one.requires_grad_(False).eval()
    return model


def _vocabulary(facts: Mapping[str, Any], net: DirectNet) -> Mapping[str, int]:
    words = (*SPECIALS, *facts["words"])
    if len(words) != net.shape.vocabulary:
        raise ValueError(f"{CARD} names {len(words)} words for {net.shape.vocabulary}")
    return {word: index for index, word in enumerate(words)}


def _fill(net: DirectNet, state: Mapping[str, Tensor]) -> None:
    missing = net.load_state_dict(state, strict=False)
    lacking = [name for name in missing.missing_keys if not name.startswith(f"{TRUNK}.")]
    if lacking or missing.unexpected_keys:
        raise ValueError(f"{(lacking + missing.unexpected_keys)[0]} is in only one of them")


def _net_of(facts: Mapping[str, Any], trunk: Trunk | None) -> DirectNet:
    shape = Shape(**facts["shape"])
    if TRUNK not in facts:
        return DirectNet(shape)
    if trunk is None:
        raise ValueError("it reads the states of a language model, which is not there")
    return TrunkNet(shape, trunk, (*SPECIALS, *facts["words"]), facts[TRUNK]["blocks"])


def _read_card(folder: Path) -> dict[str, Any]:
    try:
        facts = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"model {folder}: {CARD} is not JSON: {error}; train anew") from error
    if not isinstance(facts, dict):
        raise InputError(f"model {folder}: {CARD} is no JSON object; train anew")
    return facts


def save_direct_model(
    folder: Path,
    members: Sequence[tuple[DirectNet, tuple[str, ...]]],
    facts: Mapping[str, Any],
    made: Callable[[], Mapping[str, Any]],
) -> None:
    """Write both files.

    Args:
        folder: where.
        members: the networks, each with its words without the special ones. Weights are written in half precision,
            those of a trunk not among them.
        facts: for the card.
        made: is asked for the facts of how the weights were made once they are written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        f"{_prefix(number)}{name}": tensor.detach().to(torch.float16).contiguous()
        for number, (net, _) in enumerate(members)
        for name, tensor in net.state_dict().items()
        if not name.startswith(f"{TRUNK}.")
    }
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    first, *others = [{"shape": asdict(net.shape), "words": list(words)} for net, words in members]
    card = {**facts, **made(), **first, **({OTHERS: others} if others else {})}
    write_file(folder / CARD, json.dumps(card, indent=1) + "\n")


def _prefix(number: int) -> str:
    """Before the names of a member's weights."""
    return f"{OTHERS}.{number - 1}." if number else ""
