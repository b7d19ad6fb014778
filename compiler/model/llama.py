"""The embedded model's forward pass: Llama as ``transformers.LlamaForCausalLM`` computes it, for inference only.

It reads the same ``config.json`` and the same weights under the same names, takes an explicit mask and positions, and
can stop after any block; ``prefix.py`` keeps keys and values. Importing it costs a torch import and no more, where
transformers adds seconds to every start of the command line. A test holds the two equal.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class Norm(nn.Module):
    """Root-mean-square normalisation."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, hidden: Tensor) -> Tensor:
        """``hidden`` (..., width) scaled to unit mean square, times the weight."""
        scale = torch.rsqrt(hidden.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return self.weight * (hidden * scale)


class Attention(nn.Module):
    """Self-attention with rotary positions."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        width = config["hidden_size"]
        self.heads: int = config["num_attention_heads"]
        self.groups: int = config["num_key_value_heads"]
        self.size: int = config["head_dim"]
        self.q_proj = nn.Linear(width, self.heads * self.size, bias=False)
        self.k_proj = nn.Linear(width, self.groups * self.size, bias=False)
        self.v_proj = nn.Linear(width, self.groups * self.size, bias=False)
        self.o_proj = nn.Linear(self.heads * self.size, width, bias=False)

    def project(self, hidden: Tensor, turn: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values of ``hidden`` (..., width), the first two turned: (..., heads, head width) each."""

        def split(projected: Tensor, heads: int) -> Tensor:
            return projected.view(*hidden.shape[:-1], heads, self.size)

        query = rotate(split(self.q_proj(hidden), self.heads), turn)
        key = rotate(split(self.k_proj(hidden), self.groups), turn)
        value = split(self.v_proj(hidden), self.groups)
        if self.groups != self.heads:
            key = key.repeat_interleave(self.heads // self.groups, -2)
            value = value.repeat_interleave(self.heads // self.groups, -2)
        return query, key, value

    def forward(self, hidden: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """``hidden`` (rows, length, width) looking at all that ``mask`` lets it see."""
        query, key, value = (part.transpose(1, 2) for part in self.project(hidden, turn))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return self.o_proj(seen.transpose(1, 2).reshape(*hidden.shape[:-1], -1))


def rotate(heads: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """``heads`` (..., heads, head width) turned by the angles of their positions, see :meth:`Llama.turn`."""
    cosine, sine = turn
    half = heads.shape[-1] // 2
    turned = torch.cat((-heads[..., half:], heads[..., :half]), -1)
    return heads * cosine + turned * sine


class Feed(nn.Module):
    """The gated feed-forward part of a block."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(width, inner, bias=False)
        self.up_proj = nn.Linear(width, inner, bias=False)
        self.down_proj = nn.Linear(inner, width, bias=False)

    def forward(self, hidden: Tensor) -> Tensor:
        """``hidden`` (..., width) to the same shape."""
        return self.down_proj(functional.silu(self.gate_proj(hidden)) * self.up_proj(hidden))


class Block(nn.Module):
    """Attention and feed-forward, each on the normalised stream and added to it."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        width, epsilon = config["hidden_size"], config["rms_norm_eps"]
        self.self_attn = Attention(config)
        self.mlp = Feed(width, config["intermediate_size"])
        self.input_layernorm = Norm(width, epsilon)
        self.post_attention_layernorm = Norm(width, epsilon)

    def forward(self, hidden: Tensor, turn: tuple[Tensor, Tensor], mask: Tensor) -> Tensor:
        """The stream after this block."""
        hidden = hidden + self.self_attn(self.input_layernorm(hidden), turn, mask)
        return hidden + self.mlp(self.post_attention_layernorm(hidden))


class Backbone(nn.Module):
    """Embedding, blocks and final norm."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(config["vocab_size"], config["hidden_size"])
        self.layers = nn.ModuleList(Block(config) for _ in range(config["num_hidden_layers"]))
        self.norm = Norm(config["hidden_size"], config["rms_norm_eps"])


class Llama(nn.Module):
    """A Llama with a language-model head, after ``config.json``. Raises ValueError for what it does not compute."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        rope = config.get("rope_parameters") or {}
        if config.get("model_type") != "llama" or rope.get("rope_type", "default") != "default":
            raise ValueError("the embedded model must be a llama with default rotary positions")
        if config.get("attention_bias") or config.get("mlp_bias") or config.get("hidden_act", "silu") != "silu":
            raise ValueError("the embedded model must have no biases and silu")
        self.config = dict(config)
        self.model = Backbone(config)
        self.lm_head = nn.Linear(config["hidden_size"], config["vocab_size"], bias=False)
        if config.get("tie_word_embeddings"):
            self.lm_head.weight = self.model.embed_tokens.weight
        theta = float(rope.get("rope_theta", config.get("rope_theta", 10000.0)))
        size = config["head_dim"]
        self.frequencies = 1.0 / theta ** (torch.arange(0, size, 2, dtype=torch.float32) / size)

    @property
    def layers(self) -> int:
        """Blocks in all."""
        return len(self.model.layers)

    def turn(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """The cosines and sines of positions (...), (..., 1, head width) each, for all heads alike."""
        angles = positions[..., None].float() * self.frequencies.to(positions.device)
        angles = torch.cat((angles, angles), -1)[..., None, :]
        return angles.cos(), angles.sin()

    def hidden(self, ids: Tensor, positions: Tensor, mask: Tensor, *, blocks: int | None = None) -> Tensor:
        """The residual stream after ``blocks`` blocks (all of them unless given), before the final norm.

        Args:
            ids: (rows, length) token ids.
            positions: (rows, length) of them.
            mask: additive, (rows or 1, 1, length, length).
            blocks: how many blocks to run: ``hidden_states[blocks]`` of transformers, but for the last.
        """
        return next(
            itertools.islice(self.streams(ids, positions, mask), self.layers if blocks is None else blocks, None)
        )

    def streams(self, ids: Tensor, positions: Tensor, mask: Tensor) -> Iterator[Tensor]:
        """The residual stream before the first block, then after each, as :meth:`hidden` is given what it reads."""
        stream = self.model.embed_tokens(ids)
        turn = self.turn(positions)
        yield stream
        for block in self.model.layers:
            stream = block(stream, turn, mask)
            yield stream

    def logits(self, hidden: Tensor) -> Tensor:
        """Final norm and head: (..., width) to (..., vocabulary)."""
        return self.lm_head(self.model.norm(hidden))
