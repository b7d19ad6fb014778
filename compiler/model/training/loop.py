"""One training loop for all: AdamW, a warm-up and a cosine, checkpoints that resume, and curves as data."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from irmill.compiler.base.atomic import replaced, write_file
from irmill.compiler.base.rows import Progress
from irmill.compiler.model.training.config import TrainingConfig

CURVES = "curves.jsonl"
_STATE = "checkpoint.json"
_TENSORS = "checkpoint.safetensors"


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the curves: means since the last one."""

    step: int
    rate: float
    loss: float
    answer: float
    lens: float
    lens_right: float


def rate_at(step: int, config: TrainingConfig) -> float:
    """The learning rate of a step: a linear rise, then a cosine to a twentieth of the peak."""
    rise = min(1.0, (step + 1) / max(1, config.warmup))
    fall = 0.05 + 0.95 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / config.steps)))
    return config.rate * rise * fall


def optimizer_of(net: Any, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW over what is trained; norms do not decay."""
    trained = [parameter for parameter in net.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in trained if p.dim() > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.dim() <= 1], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=config.rate, betas=(0.9, 0.98), fused=True)


def seed_all(config: TrainingConfig) -> None:
    """Seeds and threads, so that equal configurations give equal weights on one machine."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    random.seed(config.seed)


def run(
    net: Any,
    config: TrainingConfig,
    folder: Path,
    batches: Callable[[int], Iterator[tuple[int, Any]]],
    loss_of: Callable[[Any], tuple[Tensor, Tensor, Tensor, Tensor]],
    progress: Progress,
) -> None:
    """Train to ``config.steps``, from the folder's checkpoint where it has one of the same configuration.

    Args:
        net: the model; what of it wants gradients is trained.
        config: the run.
        folder: gets checkpoints and ``curves.jsonl``.
        batches: from a block's number, (block, batch) pairs without end.
        loss_of: a batch's (loss, answer loss, lens loss, share of right lens readings).
        progress: told of every step.
    """
    optimizer = optimizer_of(net, config)
    step, block, skip = _resume(net, optimizer, config, folder)
    progress(step)
    sums = [0.0] * 4
    counted = 0
    within = 0
    current = block
    net.train()
    for place, batch in batches(block):
        if place != current:
            current, within = place, 0
        within += 1
        if skip:
            skip -= 1
            continue
        if step >= config.steps:
            break
        for group in optimizer.param_groups:
            group["lr"] = rate_at(step, config)
        with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
            parts = loss_of(batch)
        parts[0].backward()
        torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        step += 1
        progress(1)
        sums = [total + float(part.detach()) for total, part in zip(sums, parts, strict=True)]
        counted += 1
        saves = step % config.save_every == 0 or step == config.steps
        if saves or step % config.log_every == 0:
            _log(folder, Point(step, rate_at(step - 1, config), *(total / counted for total in sums)))
            sums, counted = [0.0] * 4, 0
        if saves:
            _save(net, optimizer, config, folder, step, current, within)
    net.eval()


def _log(folder: Path, point: Point) -> None:
    with (folder / CURVES).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(asdict(point)) + "\n")


def _trained(net: Any) -> dict[str, Tensor]:
    return {name: parameter for name, parameter in net.named_parameters() if parameter.requires_grad}


def _save(net: Any, optimizer: Any, config: TrainingConfig, folder: Path, step: int, block: int, within: int) -> None:
    tensors = {f"net.{name}": tensor.detach().contiguous() for name, tensor in _trained(net).items()}
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": value.contiguous() for name, value in state.items()}
    with replaced(folder / _TENSORS) as temporary:
        save_file(tensors, temporary)
    state = {"config": config.model_dump(mode="json"), "step": step, "block": block, "within": within}
    write_file(folder / _STATE, json.dumps(state))


def _resume(net: Any, optimizer: Any, config: TrainingConfig, folder: Path) -> tuple[int, int, int]:
    """Step, block and batches of that block already seen; all 0 where there is nothing to resume."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / _STATE).is_file():
        (folder / CURVES).unlink(missing_ok=True)
        return 0, 0, 0
    state = json.loads((folder / _STATE).read_text(encoding="utf-8"))
    if state["config"] != config.model_dump(mode="json"):
        (folder / CURVES).unlink(missing_ok=True)
        return 0, 0, 0
    tensors = load_file(folder / _TENSORS)
    with torch.no_grad():
        for name, parameter in _trained(net).items():
            parameter.copy_(tensors[f"net.{name}"])
    saved: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, key = name.split(".", 2)
            saved.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": saved, "param_groups": optimizer.state_dict()["param_groups"]})
    kept = [
        line
        for line in (folder / CURVES).read_text(encoding="utf-8").splitlines()
        if json.loads(line)["step"] <= state["step"]
    ]
    (folder / CURVES).write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
    return state["step"], state["block"], state["within"]
