"""Questions read once, and any number of continuations of each: programs in a beam, steps for the lens.

A question does not see what follows it, so its keys and values serve all its continuations, and nothing of it is copied
for them. The tokens of all questions lie end to end in the linear layers: padding exists only where attention needs it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor
from torch.nn import functional

from irmill.compiler.model.llama import Block, Llama

if TYPE_CHECKING:
    pass

_BLOCKED = torch.finfo(torch.float32).min


@dataclass(frozen=True, slots=True)
class Prefix:
    """What continuations need of the questions before them.

    Attributes:
        lengths: (questions,) tokens of each.
        bias: (questions, 1, 1, longest), additive: very low where a question has no token.
        keys: of each block that was run, (questions, heads, longest, head width).
        values: the same.
    """

    lengths: Tensor
    bias: Tensor
    keys: list[Tensor]
    values: list[Tensor]

    def keep(self, questions: Tensor) -> Prefix:
        """The given questions alone, in that order, padded no longer than they need."""
        lengths = self.lengths[questions]
        longest = int(lengths.max()) if len(lengths) else 0

        def kept(tensors: list[Tensor]) -> list[Tensor]:
            return [tensor[:, :, :longest].index_select(0, questions) for tensor in tensors]

        return Prefix(lengths, self.bias[questions, :, :, :longest], kept(self.keys), kept(self.values))


@dataclass(slots=True)
class Tail:
    """Keys and values of each continuation's own tokens so far, by block: (rows, heads, tokens, head width)."""

    keys: list[Tensor] = field(default_factory=list[Tensor])
    values: list[Tensor] = field(default_factory=list[Tensor])

    @property
    def length(self) -> int:
        """Tokens so far."""
        return self.keys[0].shape[2] if self.keys else 0

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        """All keys and values of a block with the new ones at the end."""
        if layer == len(self.keys):
            self.keys.append(key)
            self.values.append(value)
        else:
            self.keys[layer] = torch.cat((self.keys[layer], key), 2)
            self.values[layer] = torch.cat((self.values[layer], value), 2)
        return self.keys[layer], self.values[layer]

    def select(self, rows: Tensor) -> None:
        """Keep the given rows, in that order, repeats allowed."""
        self.keys = [key.index_select(0, rows) for key in self.keys]
        self.values = [value.index_select(0, rows) for value in self.values]


def read_prefix(net: Llama, questions: Sequence[Sequence[int]], *, blocks: int | None = None) -> Prefix:
    """Read questions (token ids), each of them both ways; of the last block only keys and values are made."""
    lengths = torch.tensor([len(question) for question in questions])
    longest = int(lengths.max())
    held = torch.arange(longest)[None] < lengths[:, None]
    bias = torch.zeros(held.shape).masked_fill_(~held, _BLOCKED)[:, None, None]
    ends = lengths.cumsum(0)
    # where each place of the padded batch lies in the row of all tokens; padding repeats a token and is masked
    source = ((ends - lengths)[:, None] + torch.arange(longest)).clamp_(max=max(0, int(ends[-1]) - 1)).reshape(-1)
    prefix = Prefix(lengths, bias, [], [])
    stream = net.model.embed_tokens(
        torch.tensor([token for question in questions for token in question], dtype=torch.long)
    )
    turn = net.turn(torch.arange(longest).expand(len(questions), -1)[held])
    flat = held.reshape(-1).nonzero()[:, 0]
    layers = cast("list[Block]", list(net.model.layers)[: net.layers if blocks is None else blocks])

    def padded(tokens: Tensor) -> Tensor:
        spread = tokens.index_select(0, source) if longest else tokens
        return spread.view(len(questions), longest, *tokens.shape[1:]).transpose(1, 2)

    for layer in layers:
        attention = layer.self_attn
        query, key, value = attention.project(layer.input_layernorm(stream), turn)
        # asked again and again: heads that lie apart would be copied by every product
        key, value = padded(key).contiguous(), padded(value).contiguous()
        prefix.keys.append(key)
        prefix.values.append(value)
        if layer is layers[-1] or not longest:
            continue
        seen = functional.scaled_dot_product_attention(padded(query), key, value, attn_mask=bias)
        seen = seen.transpose(1, 2).reshape(len(source), -1).index_select(0, flat)
        stream = stream + attention.o_proj(seen)
        stream = stream + layer.mlp(layer.post_attention_layernorm(stream))
    return prefix


@dataclass(frozen=True, slots=True)
class _Seats:
    """Rows put together by the question that they continue, so that its keys are asked by one tall matrix.

    Attributes:
        questions: how many there are.
        widest: the most rows of one question: the seats that each has.
        places: (rows,) each row's seat among all.
    """

    questions: int
    widest: int
    places: Tensor

    def gathered(self, rows: Tensor) -> Tensor:
        """(rows, heads, new, size) as (questions, heads, seats * new, size), zero where nobody sits."""
        _, heads, new, size = rows.shape
        seated = rows.new_zeros(self.questions * self.widest, heads, new, size).index_copy_(0, self.places, rows)
        seated = seated.view(self.questions, self.widest, heads, new, size).transpose(1, 2)
        return seated.reshape(self.questions, heads, self.widest * new, size)

    def apart(self, seated: Tensor) -> Tensor:
        """The other way round."""
        _, heads, tall, size = seated.shape
        new = tall // self.widest
        rows = seated.reshape(self.questions, heads, self.widest, new, size).transpose(1, 2)
        return rows.reshape(self.questions * self.widest, heads, new, size).index_select(0, self.places)


def _seats(owners: Sequence[int], questions: int) -> _Seats:
    counts = [0] * questions
    ranks: list[int] = []
    for owner in owners:
        ranks.append(counts[owner])
        counts[owner] += 1
    widest = max(counts)
    places = torch.tensor([owner * widest + rank for owner, rank in zip(owners, ranks, strict=True)])
    return _Seats(questions, widest, places)


def extend(
    net: Llama,
    ids: Tensor,
    owners: Sequence[int],
    prefix: Prefix,
    *,
    tail: Tail | None = None,
    blocks: int | None = None,
) -> Tensor:
    """The residual stream at new tokens after ``blocks`` blocks (all unless given): (rows, new, width).

    Args:
        net: the network.
        ids: (rows, new) tokens; each sees its question, the row's tail and the new ones up to itself.
        owners: the question that each row continues.
        prefix: the questions, read by as many blocks.
        tail: the rows' tokens so far; extended in place.
        blocks: how many blocks to run.
    """
    tail = Tail() if tail is None else tail
    rows, new = ids.shape
    before = tail.length
    seats = _seats(owners, len(prefix.lengths))
    see = torch.ones(new, before + new, dtype=torch.bool).tril(before)
    causal = torch.zeros(see.shape).masked_fill_(~see, _BLOCKED) if new > 1 else None
    positions = prefix.lengths[torch.tensor(owners)][:, None] + torch.arange(before, before + new)
    turn = net.turn(positions)
    stream = net.model.embed_tokens(ids)
    for index in range(net.layers if blocks is None else blocks):
        layer = cast("Block", net.model.layers[index])
        query, key, value = layer.self_attn.project(layer.input_layernorm(stream), turn)
        query = query * layer.self_attn.size**-0.5
        own_key, own_value = tail.extend(index, key.transpose(1, 2), value.transpose(1, 2))
        query = query.transpose(1, 2)
        own = query @ own_key.transpose(-1, -2)
        if causal is not None:
            own = own + causal
        shared = seats.gathered(query) @ prefix.keys[index].transpose(-1, -2) + prefix.bias
        chances = torch.softmax(torch.cat((shared, seats.gathered(own)), -1), -1)
        longest = shared.shape[-1]
        seen = seats.apart(chances[..., :longest] @ prefix.values[index])
        seen = seen + _weighted(seats.apart(chances[..., longest:]), own_value)
        stream = stream + layer.self_attn.o_proj(seen.transpose(1, 2).reshape(rows, new, -1))
        stream = stream + layer.mlp(layer.post_attention_layernorm(stream))
    return stream


def _weighted(weights: Tensor, values: Tensor) -> Tensor:
    """``weights @ values``; a batch of single rows is quicker by hand than by the library."""
    if weights.shape[-2] > 1:
        return weights @ values
    return (weights.transpose(-1, -2) * values).sum(-2, keepdim=True)
