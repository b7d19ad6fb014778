"""What a stopped training goes on from: weights, optimizer, position and curves, in one file that is replaced whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from irmill.compiler.base.atomic import replaced

CHECKPOINT = "checkpoint.safetensors"
_STATE = "state"

Point = Mapping[str, float]
"""One point of the curves: ``step``, ``rate``, and measurements by name, means since the last point."""


@dataclass(slots=True)
class State:
    """How far a training is.

    Attributes:
        identity: digest of all that the weights depend on; a checkpoint of another training is not gone on from.
        step: optimizer steps done.
        block: the block of the stream that the next batch is of.
        within: batches of that block already seen.
        seconds: time in steps, over all runs.
        points: the curves so far.
    """

    identity: str
    step: int = 0
    block: int = 0
    within: int = 0
    seconds: float = 0.0
    points: list[Point] = field(default_factory=list[Point])


def trained(net: nn.Module) -> dict[str, nn.Parameter]:
    """The parameters of a network that want gradients."""
    return {name: parameter for name, parameter in net.named_parameters() if parameter.requires_grad}


def identity_of(net: nn.Module, *parts: object) -> str:
    """A digest of a network's weights and of ``parts``, which must be JSON."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode())
    for name, tensor in net.state_dict().items():
        raw = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}".encode() + raw.numpy().tobytes())
    return digest.hexdigest()


def save_checkpoint(
    folder: Path, net: nn.Module, average: Mapping[str, Tensor], optimizer: torch.optim.Optimizer, state: State
) -> None:
    """Replace the folder's checkpoint. ``average`` may be empty."""
    tensors = {f"net.{name}": tensor.detach().contiguous() for name, tensor in trained(net).items()}
    tensors |= {f"average.{name}": tensor.contiguous() for name, tensor in average.items()}
    for index, slots in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value.contiguous() for name, value in slots.items()}
    with replaced(folder / CHECKPOINT) as temporary:
        save_file(tensors, temporary, metadata={_STATE: json.dumps(asdict(state))})


def read_state(folder: Path) -> State | None:
    """How far the training of a folder is, None where it has no checkpoint that can be read."""
    try:
        with safe_open(folder / CHECKPOINT, framework="pt") as file:
            return State(**json.loads((file.metadata() or {})[_STATE]))
    except (FileNotFoundError, SafetensorError, KeyError, TypeError, ValueError):
        return None


def resume(
    folder: Path, net: nn.Module, average: Mapping[str, Tensor], optimizer: torch.optim.Optimizer, identity: str
) -> State:
    """Put the folder's checkpoint into a training and say how far it is; a fresh state where there is none of it."""
    state = read_state(folder)
    if state is None or state.identity != identity:
        return State(identity)
    slots: dict[int, dict[str, Any]] = {}
    with safe_open(folder / CHECKPOINT, framework="pt") as file, torch.no_grad():
        for name, parameter in trained(net).items():
            parameter.copy_(file.get_tensor(f"net.{name}"))
        for name, tensor in average.items():
            tensor.copy_(file.get_tensor(f"average.{name}"))
        for key in file.keys():  # noqa: SIM118 - no mapping
            kind, _, rest = key.partition(".")
            if kind == "optimizer":
                index, _, name = rest.partition(".")
                slots.setdefault(int(index), {})[name] = file.get_tensor(key)
    optimizer.load_state_dict({"state": slots, "param_groups": optimizer.state_dict()["param_groups"]})
    return state
