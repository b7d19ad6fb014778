"""One training loop for all: AdamW, a warm-up and a cosine, averaged weights, checkpoints that resume, curves."""

from __future__ import annotations

import itertools
import logging
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from irmill.compiler.base.rows import Progress
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.training.checkpoint import State, identity_of, resume, save_checkpoint, trained
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.curves import draw_curves, write_curves

_log = logging.getLogger(__name__)

Item = TypeVar("Item")
Measured = Mapping[str, "float | Tensor"]
"""Measurements of a batch by name; a name that ends in ``right`` is a share of right answers, any other a loss."""


def rate_at(step: int, config: TrainingConfig) -> float:
    """The learning rate of a step: a linear rise, then a cosine to a twentieth of the peak."""
    rise = min(1.0, (step + 1) / max(1, config.warmup))
    fall = 0.05 + 0.95 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, step / config.steps)))
    return config.rate * rise * fall


def optimizer_of(net: nn.Module, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW over what is trained; norms, biases and embeddings do not decay."""
    tables = {id(p) for m in net.modules() if isinstance(m, nn.Embedding) for p in m.parameters(recurse=False)}
    wanted = list(trained(net).values())
    plain = [parameter for parameter in wanted if parameter.dim() <= 1 or id(parameter) in tables]
    kept = {id(parameter) for parameter in plain}
    groups = [
        {
            "params": [parameter for parameter in wanted if id(parameter) not in kept],
            "weight_decay": config.weight_decay,
        },
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=config.rate, betas=(0.9, 0.98), fused=True)


def seed_all(config: TrainingConfig) -> None:
    """Seeds and threads, so that equal configurations give equal weights on one machine."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    random.seed(config.seed)


def run(
    net: nn.Module,
    config: TrainingConfig,
    folder: Path,
    blocks: Callable[[int], Iterable[Item]],
    loss_of: Callable[[Item], tuple[Tensor, Measured]],
    progress: Progress,
    *,
    identity: str = "",
    validate: Callable[[], Measured] | None = None,
) -> None:
    """Train to ``config.steps``, from the folder's checkpoint where it has one of the same training.

    Random numbers that ``loss_of`` draws from torch (dropout) are a function of the seed and the step, so a run that
    was stopped ends in the bytes of one that was not. At the end the network holds the averaged weights, where
    ``config.average`` is not 0.

    Args:
        net: the network; what of it wants gradients is trained.
        config: the run.
        folder: gets the checkpoint, ``curves.jsonl`` and their picture.
        blocks: the batches of a block of the stream, by its number: always the same ones, and at least one.
        loss_of: the loss of a batch, and measurements for the curves.
        progress: told of every step.
        identity: what the weights depend on beside the configuration and the network as given, such as the content
            of files: a checkpoint of another identity is not gone on from.
        validate: measurements of the (averaged) network on what is not trained on, every ``config.validate_every``
            steps and at the end.

    Raises:
        InputError: the loss is no longer finite, or a block is empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = identity_of(net, config.model_dump(mode="json"), identity)
    optimizer = optimizer_of(net, config)
    average = {key: p.detach().clone() for key, p in trained(net).items()} if config.average else {}
    state = resume(folder, net, average, optimizer, name)
    write_curves(folder, state.points)
    progress(state.step)
    means = _Means()
    net.train()
    for block, within, batch in _stream(blocks, state) if state.step < config.steps else ():
        torch.manual_seed((config.seed * 2**32 + state.step) % 2**63)
        for group in optimizer.param_groups:
            group["lr"] = rate_at(state.step, config)
        measured = take_step(net, optimizer, config, batch, loss_of)
        _follow(average, net, min(config.average, (1 + state.step) / (10 + state.step)))
        state.step, state.block, state.within = state.step + 1, block, within
        progress(1)
        means.add(measured)
        if not math.isfinite(means.sums["loss"]):
            raise InputError(f"training: the loss is not finite at step {state.step}; give a lower rate")
        ends = state.step == config.steps
        saves = ends or state.step % config.save_every == 0
        checks = ends or state.step % config.validate_every == 0
        if saves or (checks and validate) or state.step % config.log_every == 0:
            stretch = means.so_far()
            _note(state, config, stretch, _validated(net, average, validate) if checks and validate else {})
            means = _Means()
            if saves:
                save_checkpoint(folder, net, average, optimizer, state)
            write_curves(folder, state.points)
        if ends:
            break
    _put(net, average)
    net.eval()
    draw_curves(folder, state.points, folder.name)


def take_step(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    config: TrainingConfig,
    batch: Item,
    loss_of: Callable[[Item], tuple[Tensor, Measured]],
) -> Measured:
    """One step on a batch: its loss, the gradients, clipped, and the optimizer's step. What was measured, with the
    ``loss``."""
    with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
        loss, measured = loss_of(batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(trained(net).values(), config.clip)
    optimizer.step()
    optimizer.zero_grad()
    return {"loss": loss, **measured}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """What was measured between two points of the curves: means by name, seconds of wall clock, steps a second."""

    means: Mapping[str, float]
    seconds: float
    speed: float


class _Means:
    """The measurements of the steps since the last point, added up."""

    def __init__(self) -> None:
        self.sums: defaultdict[str, float] = defaultdict(float)
        self._steps = 0
        self._since = time.monotonic()

    def add(self, measured: Measured) -> None:
        """One step more."""
        for key, value in measured.items():
            self.sums[key] += float(value.detach() if isinstance(value, Tensor) else value)
        self._steps += 1

    def so_far(self) -> _Stretch:
        """What there is; at least one step was added."""
        seconds = time.monotonic() - self._since
        means = {key: total / self._steps for key, total in self.sums.items()}
        return _Stretch(means, seconds, self._steps / max(seconds, 1e-9))


def _note(state: State, config: TrainingConfig, stretch: _Stretch, validation: Mapping[str, float]) -> None:
    """A point of the curves, into the state and the log."""
    state.seconds += stretch.seconds
    point = {"step": state.step, "rate": rate_at(state.step - 1, config), **stretch.means, **validation}
    state.points.append(point)
    shown = ", ".join(f"{key} {value:.4g}" for key, value in point.items() if key != "step")
    _log.info("step %d of %d: %s, %.1f steps/s", state.step, config.steps, shown, stretch.speed)


def _stream(blocks: Callable[[int], Iterable[Item]], state: State) -> Iterator[tuple[int, int, Item]]:
    """The batches from a state on, each with the block and the place in it that come after."""
    skip = state.within
    for block in itertools.count(state.block):
        within = 0
        for within, batch in enumerate(blocks(block), 1):
            if within > skip:
                yield block, within, batch
        if not within:
            raise InputError(f"training: block {block} of the stream has no batches")
        skip = 0


@torch.no_grad()
def _follow(average: Mapping[str, Tensor], net: nn.Module, decay: float) -> None:
    if average:
        for key, parameter in trained(net).items():
            average[key].lerp_(parameter, 1.0 - decay)


def _validated(net: nn.Module, average: Mapping[str, Tensor], validate: Callable[[], Measured]) -> dict[str, float]:
    net.eval()
    with torch.no_grad(), _swapped(net, average):
        found = {f"validation_{key}": float(value) for key, value in validate().items()}
    net.train()
    return found


@contextmanager
def _swapped(net: nn.Module, average: Mapping[str, Tensor]) -> Generator[None]:
    """The network with its averaged weights for as long as the block lasts."""
    own = {key: parameter.detach().clone() for key, parameter in trained(net).items() if key in average}
    try:
        _put(net, average)
        yield
    finally:
        _put(net, own)


@torch.no_grad()
def _put(net: nn.Module, weights: Mapping[str, Tensor]) -> None:
    for key, tensor in weights.items():
        trained(net)[key].copy_(tensor)
