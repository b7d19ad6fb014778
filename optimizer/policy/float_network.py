"""The policy network in double precision, for gradients: what the fixed-point one computes, without rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from irmill.optimizer.field.fixed import SCALE
from irmill.optimizer.policy.labels import LabelledBlock, choice_matrix
from irmill.optimizer.policy.network import (
    HEAD_WIDTH,
    HEADS,
    HIDDEN_LIMIT,
    LAYERS,
    OPCODE_INDEX,
    POOL_SHIFT,
    POOLED,
    PROJECTION_LIMIT,
    ROLL,
    SCORE_LIMIT,
    SCORE_SHIFT,
    SHAPES,
    WIDTH,
    attention_shift,
)

_PROJECTION = PROJECTION_LIMIT / SCALE
_SCORE = SCORE_LIMIT / SCALE
_HIDDEN = HIDDEN_LIMIT / SCALE

Parameters = dict[str, Tensor]


def to_tensors(weights: Mapping[str, npt.NDArray[np.float64]]) -> Parameters:
    """Leaves with gradients, in the order of the table of shapes."""
    return {name: torch.tensor(weights[name], dtype=torch.float64, requires_grad=True) for name in SHAPES}


def to_arrays(parameters: Parameters) -> dict[str, npt.NDArray[np.float64]]:
    """Back to numpy."""
    return {name: tensor.detach().numpy().copy() for name, tensor in parameters.items()}


def _normalize(values: Tensor, gain: Tensor) -> Tensor:
    whole = torch.floor(values.detach().abs().amax(dim=-1, keepdim=True))
    bits = torch.ceil(torch.log2(whole + 1))
    return values / torch.pow(2.0, bits) * gain


def encode_tokens(parameters: Parameters, tokens: Tensor, mask: Tensor, shift: Tensor) -> Tensor:
    """The encoder on (blocks, 48, 64) tokens, (blocks, 48, 48) masks and (blocks, 48, 1) shifts."""
    for layer in range(LAYERS):
        prefix = f"encoder{layer}."
        query, key, value = (
            (tokens @ parameters[prefix + name]).clamp(-_PROJECTION, _PROJECTION) for name in ("query", "key", "value")
        )
        parts: list[Tensor] = []
        for head in range(HEADS):
            part = slice(head * HEAD_WIDTH, (head + 1) * HEAD_WIDTH)
            scores = torch.relu(query[..., part] @ key[..., part].transpose(-1, -2)) / (1 << SCORE_SHIFT)
            scores = scores.clamp(max=_SCORE) * mask
            parts.append(scores @ value[..., part] / torch.pow(2.0, shift))
        mixed = torch.cat(parts, dim=-1)
        tokens = _normalize(tokens + mixed @ parameters[prefix + "output"], parameters[prefix + "gain_attention"])
        raised = torch.relu(tokens @ parameters[prefix + "rise"] + parameters[prefix + "rise_bias"])
        raised = raised.clamp(max=_HIDDEN)
        tokens = _normalize(tokens + raised @ parameters[prefix + "fall"], parameters[prefix + "gain_feed"])
    return tokens


def _pool(embeddings: Tensor, blocks: Tensor, places: Tensor) -> Tensor:
    total = torch.zeros((places.shape[0], WIDTH), dtype=embeddings.dtype)
    for depth in range(POOLED):
        place = places[:, depth]
        words = embeddings[blocks, place.clamp(min=0)] * (place >= 0).unsqueeze(1)
        total = total + torch.roll(words, ROLL * depth, dims=1)
    return total / (1 << POOL_SHIFT)


def batch_scores(parameters: Parameters, batch: Sequence[LabelledBlock]) -> tuple[Tensor, Tensor]:
    """Scores of all actions in all states of some blocks: (states, most actions), and the best action of each."""
    tokens = torch.tensor(np.stack([block.tokens for block in batch]), dtype=torch.float64)
    masks = np.stack([block.mask for block in batch])
    shift = torch.tensor(np.stack([attention_shift(mask) for mask in masks])[..., None], dtype=torch.float64)
    embeddings = encode_tokens(parameters, tokens, torch.tensor(masks, dtype=torch.float64), shift)
    choices = [choice for block in batch for choice in block.choices]
    owners = torch.tensor([at for at, block in enumerate(batch) for _ in block.choices])
    stack = _pool(embeddings, owners, torch.tensor(np.stack([choice.stack for choice in choices])))
    goal = _pool(embeddings, owners, torch.tensor(np.stack([choice.goal for choice in choices])))
    last = torch.tensor([choice.last if choice.last >= 0 else len(OPCODE_INDEX) for choice in choices])
    goal = goal + torch.nn.functional.one_hot(last, WIDTH)
    hidden = torch.cat([stack, goal], dim=1) @ parameters["decoder.hidden"] + parameters["decoder.hidden_bias"]
    hidden = torch.relu(hidden).clamp(max=_HIDDEN)
    logits = hidden @ parameters["decoder.logits"] + parameters["decoder.logits_bias"]
    places, best = choice_matrix(choices)
    index = torch.tensor(places)
    rows = torch.arange(len(choices)).unsqueeze(1)
    scores = logits[rows, index[..., 0].clamp(min=0)] + logits[rows, index[..., 1].clamp(min=0)]
    return scores.masked_fill(index[..., 0] < 0, -math.inf), torch.tensor(best)


def loss_and_accuracy(parameters: Parameters, batch: Sequence[LabelledBlock]) -> tuple[Tensor, float]:
    """Mean cross entropy of the best actions, and how often the network's first choice is the best."""
    scores, best = batch_scores(parameters, batch)
    right = (scores.argmax(dim=1) == best).double().mean()
    return torch.nn.functional.cross_entropy(scores, best), float(right)
