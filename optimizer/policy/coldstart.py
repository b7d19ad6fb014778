"""Gradient cold start: the network learns what the search with a uniform prior chooses on training blocks.

``irmill run --only optimizer`` trains it inside the lane. The split is by family of algorithms: no block of a held-out
family is labelled for training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from irmill.optimizer.policy.float_network import loss_and_accuracy, to_arrays, to_tensors
from irmill.optimizer.policy.history import Point, Trained
from irmill.optimizer.policy.labels import LabelledBlock
from irmill.optimizer.policy.network import LIMIT, initial_weights, to_fixed


def train(
    blocks: Sequence[LabelledBlock],
    held_out: Sequence[LabelledBlock],
    *,
    epochs: int,
    batch: int,
    rate: float,
    seed: int,
) -> Trained:
    """Minimise the cross entropy of the best actions.

    Args:
        blocks: to learn from; without any the weights stay random.
        held_out: only measured.
        epochs: passes over the blocks.
        batch: states of one step, roughly: blocks are added until it is reached.
        rate: Adam's learning rate; it falls linearly to a tenth.
        seed: of weights and order.

    Returns:
        The network, with loss and accuracy on training and held-out blocks before the training and after each epoch.
    """
    parameters = to_tensors(initial_weights(seed))
    optimizer = torch.optim.Adam(list(parameters.values()), lr=rate)
    order = np.random.default_rng(seed)
    history = _measured(parameters, blocks, held_out, 0)
    for epoch in range(1, epochs + 1 if blocks else 1):
        for group in optimizer.param_groups:
            group["lr"] = rate * (1 - 0.9 * (epoch - 1) / epochs)
        for part in _batches(blocks, order.permutation(len(blocks)).tolist(), batch):
            optimizer.zero_grad()
            loss, _ = loss_and_accuracy(parameters, part)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), 1.0)
            optimizer.step()
            with torch.no_grad():
                for tensor in parameters.values():
                    tensor.clamp_(-LIMIT + 0.01, LIMIT - 0.01)
        history += _measured(parameters, blocks, held_out, epoch)
    return Trained(to_fixed(to_arrays(parameters)), tuple(history))


def _batches(blocks: Sequence[LabelledBlock], order: Sequence[int], states: int) -> list[list[LabelledBlock]]:
    batches: list[list[LabelledBlock]] = [[]]
    count = 0
    for at in order:
        block = blocks[at]
        if batches[-1] and count + len(block.choices) > states:
            batches.append([])
            count = 0
        batches[-1].append(block)
        count += len(block.choices)
    return batches


def _measured(
    parameters: dict[str, torch.Tensor], blocks: Sequence[LabelledBlock], held_out: Sequence[LabelledBlock], epoch: int
) -> list[Point]:
    points: list[Point] = []
    with torch.no_grad():
        for name, part in (("train", blocks[:64]), ("held_out", held_out)):
            if part:
                loss, accuracy = loss_and_accuracy(parameters, part)
                points.append(Point(f"{name}_loss", epoch, float(loss)))
                points.append(Point(f"{name}_accuracy", epoch, accuracy))
    return points
