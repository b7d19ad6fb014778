"""The network of the direct normalizer: a recurrent layer under attention that sees relations, and a scorer of pairs.

The encoder makes a vector of every quantity and one of the question. The scorer gives every (earlier quantity, later
quantity, action) and the end a score; what an action makes is a new quantity with a vector of its own, so a program of
n operations is n + 1 choices. The arrangement follows the recipe in bottom-up neural program construction with one
classification over pairs a step; sizes are this project's.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from irmill.compiler.model.direct.actions import ACTIONS, KINDS
from irmill.compiler.model.direct.reading import ENDINGS, SLOT_FEATURES, Questions
from irmill.compiler.model.direct.relations import BLOCKED, DISTANCES, RELATIONS, relations_of

PAIR_FEATURES = 14


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's sizes.

    Attributes:
        vocabulary: words.
        word: width of a word's vector.
        width: width of the encoder's states; the recurrent layer has half of it each way.
        heads: of attention.
        layers: of attention.
        inner: width of the feed-forward parts.
        pair: width of the pair scorer.
        dropout: share of the encoder's states that training drops.
    """

    vocabulary: int
    word: int = 96
    width: int = 160
    heads: int = 5
    layers: int = 2
    inner: int = 320
    pair: int = 160
    dropout: float = 0.1


class RelationAttention(nn.Module):
    """Attention whose scores get a bias for each relation and distance, by head, then a feed-forward part."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.first = nn.LayerNorm(shape.width)
        self.second = nn.LayerNorm(shape.width)
        self.project = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.relations = nn.Linear(RELATIONS, shape.heads, bias=False)
        self.distances = nn.Embedding(DISTANCES, shape.heads)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, states: Tensor, relations: Tensor, distances: Tensor, blocked: Tensor) -> Tensor:
        """(n, length, width) states; ``relations`` (n, length, length, RELATIONS), ``distances`` (length, length),
        ``blocked`` (n, 1, 1, length) additive."""
        n, length, width = states.shape
        parts = self.project(self.first(states)).view(n, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        bias = self.relations(relations).permute(0, 3, 1, 2) + self.distances(distances).permute(2, 0, 1)[None]
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=(bias + blocked).to(query.dtype))
        states = states + self.out(seen.transpose(1, 2).reshape(n, length, width))
        return states + self.dropout(self.down(functional.gelu(self.up(self.second(states)))))


@dataclass(slots=True)
class Held:
    """The quantities of ``n`` derivations under way: ``size`` of them, slots then results.

    Attributes:
        vectors: (n, size, width).
        values: (n, size) float64.
        kinds: (n, size) places in ``KINDS``.
        there: (n, size) whether there is such a quantity.
        used: (n, size) float, how often it was used.
        result: (size,) 1 for results.
        state: (n, width) the derivation's own vector.
    """

    vectors: Tensor
    values: Tensor
    kinds: Tensor
    there: Tensor
    used: Tensor
    result: Tensor
    state: Tensor

    def select(self, rows: Tensor) -> Held:
        """The derivations ``rows``."""
        return Held(
            self.vectors[rows],
            self.values[rows],
            self.kinds[rows],
            self.there[rows],
            self.used[rows],
            self.result,
            self.state[rows],
        )


class DirectNet(nn.Module):
    """The whole network.

    Attributes:
        allowed: (2, kinds, kinds, actions) whether an action takes two quantities of these kinds, by whether they are
            one and the same.
        gives: (actions,) the kind of each action's result.
    """

    allowed: Tensor
    gives: Tensor

    fits: Tensor
    unary: Tensor
    gives: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.add_encoder()
        self.pool = nn.Linear(width, 2)
        self.question = nn.Linear(2 * width, width)
        self.quantity = nn.Linear(width + SLOT_FEATURES, width)
        self.dropout = nn.Dropout(shape.dropout)
        self.earlier = nn.Linear(width, shape.pair)
        self.later = nn.Linear(width, shape.pair, bias=False)
        self.product = nn.Linear(width, shape.pair, bias=False)
        self.context = nn.Linear(width, shape.pair, bias=False)
        self.numbers = nn.Linear(PAIR_FEATURES, shape.pair, bias=False)
        self.middle = nn.Linear(shape.pair, shape.pair)
        self.choose = nn.Linear(shape.pair, len(ACTIONS))
        self.stop = nn.Sequential(nn.Linear(2 * width, shape.pair), nn.GELU(), nn.Linear(shape.pair, 1))
        self.action = nn.Embedding(len(ACTIONS), width)
        self.make = nn.Sequential(nn.Linear(4 * width, shape.inner), nn.GELU(), nn.Linear(shape.inner, width))
        self.made = nn.LayerNorm(width)
        self.advance = nn.GRUCell(width, width)
        kinds = len(KINDS)
        allowed = torch.zeros(2, kinds, kinds, len(ACTIONS), dtype=torch.bool)
        for index, action in enumerate(ACTIONS):
            first, second = (KINDS.index(kind) for kind in action.takes)
            # what is no number (a truth, a branch, a list) stands second in the table, wherever it is in the derivation
            allowed[int(action.unary), first, second, index] = allowed[int(action.unary), second, first, index] = True
        gives = torch.tensor([KINDS.index(action.gives) for action in ACTIONS])
        self.register_buffer("allowed", allowed, persistent=False)
        self.register_buffer("gives", gives, persistent=False)

    def add_encoder(self) -> None:
        """Make what :meth:`states` computes with; its first weights are drawn before those of the rest."""
        shape, width = self.shape, self.shape.width
        self.word = nn.Embedding(shape.vocabulary, shape.word)
        self.ending = nn.Embedding(len(ENDINGS), 16)
        self.slot = nn.Linear(SLOT_FEATURES, shape.word)
        self.rightward = nn.LSTM(shape.word + 16, width // 2, batch_first=True)
        self.leftward = nn.LSTM(shape.word + 16, width // 2, batch_first=True)
        self.enter = nn.Linear(shape.word + 16, width)
        self.mark = nn.Parameter(torch.zeros(width))
        self.layers = nn.ModuleList([RelationAttention(shape) for _ in range(shape.layers)])
        self.last = nn.LayerNorm(width)

    def states(self, questions: Questions) -> Tensor:
        """The encoder's state of every token, (n, length, width)."""
        words = self.word(questions.words)
        rows = torch.arange(len(words))[:, None].expand_as(questions.slots)
        held = torch.arange(questions.slots.shape[1])[None] < questions.counts[:, None]
        words = words.index_put(
            (rows[held], questions.slots[held]), self.slot(questions.features[held]).float(), accumulate=True
        )
        entered = self.dropout(torch.cat((words, self.ending(questions.endings)), -1))
        recurred = torch.cat((self.rightward(entered)[0], self._backward(entered, questions.lengths)), -1)
        states = recurred + self.enter(entered) + questions.asked[..., None] * self.mark
        relations, distances, blocked = relations_of(questions)
        for layer in self.layers:
            states = layer(states, relations, distances, blocked)
        return self.last(states)

    def _backward(self, entered: Tensor, lengths: Tensor) -> Tensor:
        """The states of the layer that reads each question from its own end, so that padding says nothing."""
        places = torch.arange(entered.shape[1])[None]
        turned = torch.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)[..., None]
        states = self.leftward(entered.gather(1, turned.expand_as(entered)))[0]
        return states.gather(1, turned.expand_as(states))

    def start(self, questions: Questions, states: Tensor | None = None) -> Held:
        """The derivations before their first step; ``states`` where the questions have been read already."""
        states = self.states(questions) if states is None else states
        n, count = questions.slots.shape
        padding = torch.arange(states.shape[1])[None] >= questions.lengths[:, None]
        scores = self.pool(states).float().masked_fill(padding[..., None], BLOCKED)
        scores[..., 1] = scores[..., 1].masked_fill(~questions.asked | padding, BLOCKED)
        pooled = torch.einsum("nlk,nlw->nkw", torch.softmax(scores, 1), states.float())
        state = torch.tanh(self.question(pooled.reshape(n, -1))).float()
        tokens = states.gather(1, questions.slots[..., None].expand(-1, -1, states.shape[-1]))
        vectors = self.quantity(torch.cat((tokens, questions.features), -1)).float()
        there = torch.arange(count)[None] < questions.counts[:, None]
        return Held(
            vectors,
            questions.values,
            torch.zeros(n, count, dtype=torch.long),
            there,
            torch.zeros(n, count),
            torch.zeros(count),
            state,
        )

    def scores(self, held: Held) -> Tensor:
        """(n, 1 + pairs * actions) scores: the end, then every (earlier, later, action) in the order of ``pairs_of``;
        blocked where types, order or padding forbid. Only pairs that something can be made of cost anything."""
        n, size, width = held.vectors.shape
        first, second = pairs_of(size)
        alone = (first == second).long()
        kinds = alone.expand(n, -1), held.kinds.index_select(1, first), held.kinds.index_select(1, second)
        there = held.there.index_select(1, first) & held.there.index_select(1, second)
        rows, pairs = (self.allowed.any(-1)[kinds] & there).nonzero(as_tuple=True)
        allowed = self.allowed[tuple(kind[rows, pairs] for kind in kinds)]
        earlier, later = rows * size + first[pairs], rows * size + second[pairs]
        vectors = held.vectors.reshape(n * size, width)
        product = vectors.index_select(0, earlier) * vectors.index_select(0, later)
        hidden = self.earlier(vectors).index_select(0, earlier) + self.later(vectors).index_select(0, later)
        hidden = hidden + self.product(product) + self.context(held.state).index_select(0, rows)
        hidden = hidden + self.numbers(pair_features(held, earlier, later, size))
        hidden = functional.gelu(hidden)
        hidden = hidden + functional.gelu(self.middle(hidden))
        chosen = self.choose(hidden).float().masked_fill(~allowed, BLOCKED)
        logits = torch.full((n, len(first), len(ACTIONS)), BLOCKED).index_put((rows, pairs), chosen)
        stop = torch.full((n, 1), BLOCKED)
        if bool(held.result[-1]):
            stop = self.stop(torch.cat((held.state, held.vectors[:, -1]), -1)).float()
        return torch.cat((stop, logits.flatten(1)), 1)

    def extend(self, held: Held, first: Tensor, second: Tensor, action: Tensor, values: Tensor) -> Held:
        """The derivations with one quantity more: what ``action`` makes of ``first`` and ``second``, each (n,)."""
        rows = torch.arange(len(first))
        one, other = held.vectors[rows, first], held.vectors[rows, second]
        made = self.made(self.make(torch.cat((one, other, self.action(action), held.state), -1)) + one + other).float()
        used = held.used.clone()
        used[rows, first] += 1
        used[rows, second] += (first != second).float()
        return Held(
            torch.cat((held.vectors, made[:, None]), 1),
            torch.cat((held.values, values[:, None]), 1),
            torch.cat((held.kinds, self.gives[action][:, None]), 1),
            torch.cat((held.there, torch.ones(len(first), 1, dtype=torch.bool)), 1),
            torch.cat((used, torch.zeros(len(first), 1)), 1),
            torch.cat((held.result, torch.ones(1))),
            self.advance(made, held.state).float(),
        )


def pair_features(held: Held, earlier: Tensor, later: Tensor, size: int) -> Tensor:
    """(pairs, PAIR_FEATURES) what the values of a pair say, and how often each was used; pairs are places in the
    flattened quantities, ``size`` of each derivation."""
    values, used = held.values.flatten(), held.used.flatten().clamp(max=2)
    a, b = values[earlier], values[later]
    size_a, size_b = torch.log1p(a.abs()), torch.log1p(b.abs())
    safe_a, safe_b = torch.where(a == 0, 1.0, a), torch.where(b == 0, 1.0, b)
    return torch.stack(
        (
            a < b,
            a > b,
            (a - b).abs() <= 1e-9 * (1 + a.abs()),
            (b / safe_a).frac() == 0,
            (a / safe_b).frac() == 0,
            (a.frac() == 0) & (b.frac() == 0),
            (a <= 0) | (b <= 0),
            size_a / 5,
            size_b / 5,
            (size_a - size_b) / 5,
            used[earlier],
            used[later],
            held.result[earlier % size],
            held.result[later % size],
        ),
        -1,
    ).float()


def pairs_of(size: int) -> tuple[Tensor, Tensor]:
    """The earlier and the later place of every pair of ``size`` quantities, in the order of the scores."""
    first, second = torch.triu_indices(size, size)
    return first, second


def action_place(size: int, first: Tensor, second: Tensor, action: Tensor) -> Tensor:
    """The column of :meth:`DirectNet.scores` of (earlier, later, action) among ``size`` quantities."""
    low, high = torch.minimum(first, second), torch.maximum(first, second)
    pair = low * size - low * (low - 1) // 2 + (high - low)
    return 1 + pair * len(ACTIONS) + action
