"""The direct normalizer's head on a causal language model's states: what is read in place of an encoder of its own.

The model reads a question both ways, one token for each of the normal form's, so its states line up with the tokens
that the head looks at: a norm and a linear layer to the head's width are all that lies between.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from irmill.compiler.english.quantities import MAX_SLOTS
from irmill.compiler.model.direct.network import BLOCKED, DirectNet, Shape
from irmill.compiler.model.direct.reading import NUMBER, PAD, Questions
from irmill.compiler.model.llama import Llama

TRUNK = "trunk"
"""The trunk's place in the network, and among the facts of a card."""
_OWN = re.compile(r"[NRW]\d+")
"""Slots, results and stand-ins: words of the language model that no question has."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A language model whose states are read: the network, the id of every word that is one token, that of padding."""

    net: Llama
    words: Mapping[str, int]
    pad: int


def trunk_words(words: Mapping[str, int]) -> tuple[str, ...]:
    """The words of questions that a language model knows, in the order of their ids."""
    return tuple(word for word in sorted(words, key=words.__getitem__) if not _OWN.fullmatch(word))


class TrunkNet(DirectNet):
    """The head on a trunk. ``words`` is the whole vocabulary of its readings, in order; ``blocks`` of the trunk run.

    Attributes:
        tokens: (words,) the trunk's token of each word.
        slot_tokens: (slots,) its token of each quantity.
    """

    tokens: Tensor
    slot_tokens: Tensor

    def __init__(self, shape: Shape, trunk: Trunk, words: Sequence[str], blocks: int) -> None:
        super().__init__(shape)
        if not 1 <= blocks <= trunk.net.layers:
            raise ValueError(f"the language model has {trunk.net.layers} blocks, not {blocks}")
        self.blocks = blocks
        self.enter = nn.Linear(trunk.net.config["hidden_size"], shape.width)
        self.last = nn.LayerNorm(shape.width)
        self.trunk = trunk.net
        known = {**trunk.words, PAD: trunk.pad, NUMBER: trunk.words["N0"]}
        self.register_buffer("tokens", torch.tensor([known[word] for word in words]), persistent=False)
        slots = torch.tensor([trunk.words[f"N{slot}"] for slot in range(MAX_SLOTS)])
        self.register_buffer("slot_tokens", slots, persistent=False)

    def add_encoder(self) -> None:
        """Nothing: a trunk is given."""

    def ids(self, questions: Questions) -> Tensor:
        """The trunk's token of each of the questions', (n, length)."""
        ids = self.tokens[questions.words]
        count = questions.slots.shape[1]
        rows = torch.arange(len(ids))[:, None].expand_as(questions.slots)
        held = torch.arange(count)[None] < questions.counts[:, None]
        named = self.slot_tokens[:count].expand_as(questions.slots)
        return ids.index_put((rows[held], questions.slots[held]), named[held])

    def states(self, questions: Questions) -> Tensor:
        """The trunk's states as the head reads them, (n, length, width)."""
        places = torch.arange(questions.words.shape[1])[None]
        padding = places >= questions.lengths[:, None]
        mask = torch.zeros(padding.shape).masked_fill(padding, BLOCKED)[:, None, None]
        ids = self.ids(questions)
        return self.entered(self.trunk.hidden(ids, places.expand_as(ids), mask, blocks=self.blocks))

    def entered(self, stream: Tensor) -> Tensor:
        """The residual stream at tokens of questions, in the head's width."""
        return self.last(self.enter(self.trunk.model.norm(stream)))


def padded_stream(stream: Tensor, length: int) -> Tensor:
    """The first ``length`` tokens of a residual stream (n, tokens, width), zero after its own."""
    return functional.pad(stream[:, :length], (0, 0, 0, max(0, length - stream.shape[1])))
