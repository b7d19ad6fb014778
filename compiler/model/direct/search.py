"""Beam search over derivations: batched over questions, weighed by what the values on the way say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor

from irmill.compiler.model.direct.actions import ACTIONS, ARITHMETIC, KINDS, Value, value_of_action
from irmill.compiler.model.direct.derivation import MOST_STEPS, Step
from irmill.compiler.model.direct.loss import shown_value
from irmill.compiler.model.direct.network import BLOCKED, NUMBER_KIND, DirectNet, Held
from irmill.compiler.model.direct.reading import Reading, collate


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
    steps: tuple[Step, ...]
    score: float
    values: tuple[Value, ...]
    used: tuple[int, ...]


@torch.inference_mode()
def search(
    net: DirectNet, readings: Sequence[Reading], *, beam: int, penalties: Penalties, steps: int = MOST_STEPS
) -> list[list[Derivation]]:
    """The best finished derivations of each question, best first, at most ``beam`` of them.

    Results that a derivation makes and does not use are not allowed: the last result is the answer.
    """
    held = net.start(collate(readings))
    size = held.vectors.shape[1]
    paths = [[_Path((), 0.0, reading.values, (0,) * len(reading.values))] for reading in readings]
    owners = list(range(len(readings)))
    done: list[list[Derivation]] = [[] for _ in readings]
    for turn in range(steps + 1):
        flat = [path for group in paths for path in group]
        scores = torch.log_softmax(net.scores(held), -1)
        best, columns = (found.tolist() for found in scores.topk(min(2 * beam, scores.shape[-1]), -1))
        kinds = held.kinds.tolist()
        now = size + turn
        grown: list[list[_Path]] = [[] for _ in readings]
        parents: list[list[tuple[int, Step]]] = [[] for _ in readings]
        found: list[list[tuple[float, int, Step | None, _Path, Value]]] = [[] for _ in readings]
        for row, path in enumerate(flat):
            owner = owners[row]
            slots = len(readings[owner].slots)
            for chance, column in zip(best[row], columns[row], strict=True):
                if chance < BLOCKED / 2:
                    break
                if column == 0:
                    if all(path.used[slots : len(path.used) - 1]):
                        found[owner].append((path.score + chance, row, None, path, path.values[-1]))
                    continue
                if turn == steps:
                    continue
                step = _step_of(column, now, kinds[row], size - slots, slots)
                value = value_of_action(ACTIONS[step.action], path.values[step.first], path.values[step.second])
                cost = _cost(step, path, value, penalties, slots)
                found[owner].append((path.score + chance - cost, row, step, path, value))
        for owner, candidates in enumerate(found):
            candidates.sort(key=lambda item: (-item[0], item[1]))
            worst = sorted((item.score for item in done[owner]), reverse=True)[beam - 1] if len(done[owner]) >= beam else None
            for score, row, step, path, value in candidates:
                if worst is not None and score <= worst:
                    break
                if step is None:
                    done[owner].append(Derivation(path.steps, score, value))
                elif len(grown[owner]) < beam:
                    used = list(path.used)
                    used[step.first] += 1
                    if step.second != step.first:
                        used[step.second] += 1
                    grown[owner].append(_Path((*path.steps, step), score, (*path.values, value), (*used, 0)))
                    parents[owner].append((row, step))
        paths = grown
        chosen = [(row, owner, step) for owner, group in enumerate(parents) for row, step in group]
        if not chosen:
            break
        owners = [owner for _, owner, _ in chosen]
        held = _extended(net, held.select(torch.tensor([row for row, _, _ in chosen])), chosen, paths, readings, size)
    return [sorted(group, key=lambda item: -item.score)[:beam] for group in done]


def _extended(
    net: DirectNet,
    held: Held,
    chosen: Sequence[tuple[int, int, Step]],
    paths: Sequence[Sequence[_Path]],
    readings: Sequence[Reading],
    size: int,
) -> Held:
    shifts = [size - len(readings[owner].slots) for _, owner, _ in chosen]
    slots = [len(readings[owner].slots) for _, owner, _ in chosen]

    def places(second: bool) -> Tensor:
        picked = [step.second if second else step.first for _, _, step in chosen]
        return torch.tensor(
            [place + shift if place >= count else place for place, shift, count in zip(picked, shifts, slots, strict=True)]
        )

    values = [shown_value(path.values[-1]) for group in paths for path in group]
    actions = torch.tensor([step.action for _, _, step in chosen])
    return net.extend(held, places(False), places(True), actions, torch.tensor(values, dtype=torch.float64))


def _step_of(column: int, size: int, kinds: Sequence[int], shift: int, slots: int) -> Step:
    """The step that a column of the scores stands for, over the question's own slots and results."""
    pair, action = divmod(column - 1, len(ACTIONS))
    # pairs are numbered by rows of the upper triangle
    low = int((2 * size + 1 - math.sqrt((2 * size + 1) ** 2 - 8 * pair)) / 2)
    while low * size - low * (low - 1) // 2 > pair:
        low -= 1
    while (low + 1) * size - (low + 1) * low // 2 <= pair:
        low += 1
    high = low + pair - (low * size - low * (low - 1) // 2)
    first, second = (low, high)
    if KINDS.index(ACTIONS[action].takes[0]) == NUMBER_KIND and kinds[low] != NUMBER_KIND:
        first, second = high, low
    return Step(_own(first, shift, slots), _own(second, shift, slots), action)


def _own(place: int, shift: int, slots: int) -> int:
    return place - shift if place >= slots + shift else place


def _cost(step: Step, path: _Path, value: Value, penalties: Penalties, slots: int) -> float:
    cost = 0.0
    places = {step.first, step.second}
    cost += penalties.reuse * sum(path.used[place] > 0 for place in places)
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
    """Each value's share of the beam's probability and its best derivation, the likeliest value first.

    Derivations without a value stand for themselves.
    """
    weights: dict[object, float] = {}
    best: dict[object, Derivation] = {}
    for derivation in found:
        value = derivation.value
        key = (isinstance(value, bool), value) if value is not None else derivation.steps
        weights[key] = weights.get(key, 0.0) + math.exp(min(0.0, derivation.score))
        if key not in best or derivation.score > best[key].score:
            best[key] = derivation
    total = sum(weights.values()) or 1.0
    ranked = sorted(weights, key=lambda key: (-weights[key], -best[key].score))
    return [(weights[key] / total, replace(best[key])) for key in ranked]
