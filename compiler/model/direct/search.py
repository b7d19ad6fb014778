"""Beam search over derivations: batched over questions, weighed by what the values on the way say."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from irmill.compiler.model.direct.actions import ACTIONS, ARITHMETIC, COMPARISONS, KINDS, Value, value_of_action
from irmill.compiler.model.direct.derivation import MOST_STEPS, Step, begin_of, compared
from irmill.compiler.model.direct.loss import shown_value
from irmill.compiler.model.direct.network import DirectNet, Held, pairs_of
from irmill.compiler.model.direct.reading import Reading, collate

_HOPELESS = 8.0
"""What is so much less likely (in nats) than the best of its question, under way or finished, is not looked at."""


@dataclass(frozen=True, slots=True)
class Penalties:
    """What is taken from a derivation's log probability for each step that is unlikely in a story.

    Attributes:
        negative: a result below zero.
        zero: a result of zero.
        inexact: a fraction made of whole numbers.
        reuse: a quantity that is used once more.
    """

    negative: float = 2.0
    zero: float = 2.0
    inexact: float = 1.5
    reuse: float = 2.5


@dataclass(frozen=True, slots=True)
class Derivation:
    """A finished derivation: its steps over the question's slots, its log probability with penalties, its value."""

    steps: tuple[Step, ...]
    score: float
    value: Value


@dataclass(frozen=True, slots=True)
class _Path:
    """A derivation under way: the values of its quantities, how often each was used, and its first slot."""

    steps: tuple[Step, ...]
    score: float
    values: tuple[Value, ...]
    used: tuple[int, ...]
    begins: tuple[int, ...]

    @property
    def slots(self) -> int:
        """Quantities of the question."""
        return len(self.values) - len(self.steps)

    @property
    def complete(self) -> bool:
        """Whether every result but the last was used: the last one is the answer."""
        return all(self.used[self.slots : -1])

    def extended(self, step: Step, value: Value, score: float) -> _Path:
        used = [count + (place in (step.first, step.second)) for place, count in enumerate(self.used)]
        begins = (*self.begins, begin_of(step, self.begins))
        return _Path((*self.steps, step), score, (*self.values, value), (*used, 0), begins)


@dataclass(frozen=True, slots=True)
class _Move:
    """A way to go on: from the path in ``row`` by ``step``, which makes ``value``."""

    score: float
    row: int
    step: Step
    value: Value


_Likely = tuple[float, int, int]
"""A move as the network alone sees it: its log probability with that of its path, negated; the path's row; the column
of the scores. Penalties only take from it, so little of what is likely needs its value."""


@torch.inference_mode()
def search(
    net: DirectNet, readings: Sequence[Reading], *, beam: int, penalties: Penalties, steps: int = MOST_STEPS
) -> list[list[Derivation]]:
    """The best finished derivations of each question, best first, at most ``beam`` of them."""
    held = net.start(collate(readings))
    size = held.vectors.shape[1]
    """Slots after padding; a question's own results come after its own slots."""
    paths = [
        (owner, _Path((), 0.0, r.values, (0,) * len(r.values), tuple(range(len(r.values)))))
        for owner, r in enumerate(readings)
    ]
    done: list[list[Derivation]] = [[] for _ in readings]
    for turn in range(steps + 1):
        likely = _likely(net, held, paths, done, beam)
        table = _Table.of(held, size)
        kept = [
            (owner, move)
            for owner, found in enumerate(likely)
            for move in _kept(found, paths, table, done[owner], beam, penalties, last=turn == steps)
        ]
        if not kept:
            break
        paths = [(owner, paths[move.row][1].extended(move.step, move.value, move.score)) for owner, move in kept]
        shifts = [size - len(readings[owner].slots) for owner, _ in kept]
        rows = torch.tensor([move.row for _, move in kept])
        held = _extended(net, held.select(rows), [move for _, move in kept], shifts, size)
    return [sorted(group, key=lambda item: -item.score)[:beam] for group in done]


def _likely(
    net: DirectNet, held: Held, paths: Sequence[tuple[int, _Path]], done: Sequence[Sequence[Derivation]], beam: int
) -> list[list[_Likely]]:
    """The likeliest moves of each question, likeliest first, without the hopeless."""
    scores = torch.log_softmax(net.scores(held), -1)
    chances, columns = (found.tolist() for found in scores.topk(min(2 * beam, scores.shape[-1]), -1))
    best = [max((derivation.score for derivation in found), default=-math.inf) for found in done]
    for (owner, path), found in zip(paths, chances, strict=True):
        best[owner] = max(best[owner], path.score + found[0])
    likely: list[list[_Likely]] = [[] for _ in done]
    for row, (owner, path) in enumerate(paths):
        for chance, column in zip(chances[row], columns[row], strict=True):
            if path.score + chance < best[owner] - _HOPELESS:
                break
            likely[owner].append((-path.score - chance, row, column))
    for found in likely:
        found.sort()
    return likely


def _kept(
    likely: Sequence[_Likely],
    paths: Sequence[tuple[int, _Path]],
    table: _Table,
    done: list[Derivation],
    beam: int,
    penalties: Penalties,
    *,
    last: bool,
) -> list[_Move]:
    """The moves that stay in a question's beam, best first; those to an end are put into ``done``."""
    worst = sorted((item.score for item in done), reverse=True)[beam - 1] if len(done) >= beam else -math.inf
    moves: list[_Move] = []
    for negated, row, column in likely:
        path = paths[row][1]
        if -negated <= worst:
            break
        if column == 0:
            if path.complete:
                done.append(Derivation(path.steps, -negated, path.values[-1]))
        elif not last and (len(moves) < beam or -negated >= moves[beam - 1].score):
            step = table.step(row, column, path)
            value = value_of_action(ACTIONS[step.action], path.values[step.first], path.values[step.second])
            score = -negated - _cost(step, path, value, penalties)
            if score > worst:
                insort(moves, _Move(score, row, step, value), key=lambda move: (-move.score, move.row))
    return moves[:beam]


@dataclass(frozen=True, slots=True)
class _Table:
    """What the columns of the scores are: the places of each pair, the kinds of each path's quantities, and ``size``
    slots after padding."""

    first: Sequence[int]
    second: Sequence[int]
    kinds: Sequence[Sequence[int]]
    size: int

    @classmethod
    def of(cls, held: Held, size: int) -> _Table:
        first, second = (places.tolist() for places in pairs_of(held.vectors.shape[1]))
        return cls(first, second, held.kinds.tolist(), size)

    def step(self, row: int, column: int, path: _Path) -> Step:
        """The step of a column: over the question's own slots and results, in the order that :class:`Step` asks for."""
        pair, number = divmod(column - 1, len(ACTIONS))
        low, high = self.first[pair], self.second[pair]
        takes = ACTIONS[number].takes
        if takes[1] is not takes[0] and KINDS[self.kinds[row][low]] is takes[1]:
            low, high = high, low
        shift = self.size - path.slots
        low, high = (place - shift if place >= self.size else place for place in (low, high))
        return Step(*(compared(low, high, path.begins) if number in COMPARISONS else (low, high)), number)


def _extended(net: DirectNet, held: Held, moves: Sequence[_Move], shifts: Sequence[int], size: int) -> Held:
    """The quantities of each path after its move; ``shifts`` is the padding between its slots and its results."""

    def places(own: Sequence[int]) -> Tensor:
        return torch.tensor([p + shift if p >= size - shift else p for p, shift in zip(own, shifts, strict=True)])

    return net.extend(
        held,
        places([move.step.first for move in moves]),
        places([move.step.second for move in moves]),
        torch.tensor([move.step.action for move in moves]),
        torch.tensor([shown_value(move.value) for move in moves], dtype=torch.float64),
    )


def _cost(step: Step, path: _Path, value: Value, penalties: Penalties) -> float:
    places = {step.first, step.second}
    cost = penalties.reuse * sum(path.used[place] > 0 for place in places)
    if isinstance(value, Fraction) and step.action in ARITHMETIC:
        if value < 0:
            cost += penalties.negative
        elif value == 0:
            cost += penalties.zero
        if value.denominator != 1 and all(_whole(path.values[place]) for place in places):
            cost += penalties.inexact
    return cost


def _whole(value: Value) -> bool:
    return isinstance(value, Fraction) and value.denominator == 1


def weigh(found: Sequence[Derivation]) -> list[tuple[float, Derivation]]:
    """The probability of each value, which is that of all its derivations, and the likeliest of these; best first.

    A derivation without a value stands for itself.
    """
    weights: dict[object, float] = {}
    best: dict[object, Derivation] = {}
    for derivation in found:
        value = derivation.value
        key = derivation.steps if value is None else (isinstance(value, bool), value)
        weights[key] = weights.get(key, 0.0) + math.exp(min(0.0, derivation.score))
        if key not in best or derivation.score > best[key].score:
            best[key] = derivation
    ranked = sorted(weights, key=lambda key: (-weights[key], -best[key].score))
    return [(min(1.0, weights[key]), best[key]) for key in ranked]
