"""Beam search over derivations: batched over questions, weighed by what the values on the way say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from irmill.compiler.model.direct.actions import ACTIONS, ARITHMETIC, KINDS, Value, value_of_action
from irmill.compiler.model.direct.derivation import MOST_STEPS, Step
from irmill.compiler.model.direct.loss import shown_value
from irmill.compiler.model.direct.network import BLOCKED, DirectNet, Held, pairs_of
from irmill.compiler.model.direct.reading import Reading, collate

_HOPELESS = 8.0
"""A move that is so much less likely (in nats) than the best of its question is not looked at."""


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
    """A derivation under way: the values of its quantities, and how often each was used."""

    steps: tuple[Step, ...]
    score: float
    values: tuple[Value, ...]
    used: tuple[int, ...]

    def complete(self, slots: int) -> bool:
        """Whether every result but the last was used: the last one is the answer."""
        return all(self.used[slots:-1])

    def extended(self, step: Step, value: Value, score: float) -> _Path:
        used = [count + (place in (step.first, step.second)) for place, count in enumerate(self.used)]
        return _Path((*self.steps, step), score, (*self.values, value), (*used, 0))


@dataclass(frozen=True, slots=True)
class _Move:
    """A way to go on: from the path in ``row`` by ``step``, or to its end where that is None."""

    score: float
    row: int
    path: _Path
    step: Step | None
    value: Value


@torch.inference_mode()
def search(
    net: DirectNet, readings: Sequence[Reading], *, beam: int, penalties: Penalties, steps: int = MOST_STEPS
) -> list[list[Derivation]]:
    """The best finished derivations of each question, best first, at most ``beam`` of them."""
    held = net.start(collate(readings))
    size = held.vectors.shape[1]
    """Slots after padding; a question's own results come after its own slots."""
    paths = [(owner, _Path((), 0.0, r.values, (0,) * len(r.values))) for owner, r in enumerate(readings)]
    done: list[list[Derivation]] = [[] for _ in readings]
    for turn in range(steps + 1):
        moves: list[list[_Move]] = [[] for _ in readings]
        for (owner, _), found in zip(paths, _moves(net, held, paths, readings, size, beam, penalties), strict=True):
            moves[owner] += found
        kept = [
            (owner, move)
            for owner, found in enumerate(moves)
            for move in _kept(found, done[owner], beam, last=turn == steps)
        ]
        if not kept:
            break
        paths = [(owner, move.path.extended(move.step, move.value, move.score)) for owner, move in kept if move.step]
        shifts = [size - len(readings[owner].slots) for owner, _ in kept]
        steps_made = [move.step for _, move in kept if move.step]
        rows = torch.tensor([move.row for _, move in kept])
        held = _extended(net, held.select(rows), steps_made, [move.value for _, move in kept], shifts, size)
    return [sorted(group, key=lambda item: -item.score)[:beam] for group in done]


def _moves(
    net: DirectNet,
    held: Held,
    paths: Sequence[tuple[int, _Path]],
    readings: Sequence[Reading],
    size: int,
    beam: int,
    penalties: Penalties,
) -> list[list[_Move]]:
    """The likeliest ways to go on from each path."""
    scores = torch.log_softmax(net.scores(held), -1)
    chances, columns = (found.tolist() for found in scores.topk(min(2 * beam, scores.shape[-1]), -1))
    first, second = (places.tolist() for places in pairs_of(held.vectors.shape[1]))
    kinds = held.kinds.tolist()
    best: dict[int, float] = {}
    for (owner, path), likeliest in zip(paths, chances, strict=True):
        best[owner] = max(best.get(owner, BLOCKED), path.score + likeliest[0])
    moves: list[list[_Move]] = []
    for row, (owner, path) in enumerate(paths):
        slots = len(readings[owner].slots)
        found: list[_Move] = []
        for chance, column in zip(chances[row], columns[row], strict=True):
            if path.score + chance < best[owner] - _HOPELESS:
                break
            if column == 0:
                if path.complete(slots):
                    found.append(_Move(path.score + chance, row, path, None, path.values[-1]))
                continue
            pair, number = divmod(column - 1, len(ACTIONS))
            step = _step(first[pair], second[pair], number, kinds[row], size - slots, slots)
            value = value_of_action(ACTIONS[number], path.values[step.first], path.values[step.second])
            score = path.score + chance - _cost(step, path, value, penalties)
            found.append(_Move(score, row, path, step, value))
        moves.append(found)
    return moves


def _kept(moves: list[_Move], done: list[Derivation], beam: int, *, last: bool) -> list[_Move]:
    """The moves that stay in the beam; those to the end are put into ``done``."""
    moves.sort(key=lambda move: (-move.score, move.row))
    worst = sorted((item.score for item in done), reverse=True)[beam - 1] if len(done) >= beam else -math.inf
    kept: list[_Move] = []
    for move in moves:
        if move.score <= worst:
            break
        if move.step is None:
            done.append(Derivation(move.path.steps, move.score, move.value))
        elif len(kept) < beam and not last:
            kept.append(move)
    return kept


def _extended(
    net: DirectNet, held: Held, steps: Sequence[Step], values: Sequence[Value], shifts: Sequence[int], size: int
) -> Held:
    def places(own: Sequence[int]) -> Tensor:
        return torch.tensor([p + shift if p >= size - shift else p for p, shift in zip(own, shifts, strict=True)])

    return net.extend(
        held,
        places([step.first for step in steps]),
        places([step.second for step in steps]),
        torch.tensor([step.action for step in steps]),
        torch.tensor([shown_value(value) for value in values], dtype=torch.float64),
    )


def _step(low: int, high: int, number: int, kinds: Sequence[int], shift: int, slots: int) -> Step:
    """The step of a pair of padded places: over the question's own slots and results, what is no number second."""
    takes = ACTIONS[number].takes
    if takes[1] is not takes[0] and KINDS[kinds[low]] is takes[1]:
        low, high = high, low
    first, second = (place - shift if place >= slots + shift else place for place in (low, high))
    return Step(first, second, number)


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
