"""What the network is trained on: derivations of known programs, teacher-forced, one choice a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from irmill.compiler.model.direct.actions import ACTIONS, Value, value_of_action
from irmill.compiler.model.direct.derivation import Step
from irmill.compiler.model.direct.network import DirectNet, Held, action_place
from irmill.compiler.model.direct.reading import Reading, bounded, collate
from irmill.compiler.model.direct.relations import BLOCKED


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question's reading with the derivation of its program."""

    reading: Reading
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class StepLoss:
    """The mean loss of a choice, and the shares of choices and of whole derivations that were made right."""

    loss: Tensor
    choices: Tensor
    derivations: Tensor


def result_values(values: Sequence[Fraction], steps: Sequence[Step]) -> list[float]:
    """The value of each step's result as the network sees it: 0 where there is none."""
    known: list[Value] = list(values)
    shown: list[float] = []
    for step in steps:
        value = value_of_action(ACTIONS[step.action], known[step.first], known[step.second])
        known.append(value)
        shown.append(shown_value(value))
    return shown


def shown_value(value: Value) -> float:
    """A value as the network sees it."""
    if isinstance(value, bool) or value is None:
        return 0.0
    return bounded(value)


@dataclass(frozen=True, slots=True)
class _Taught:
    """The right steps of ``n`` derivations, (n, turns) each; places count the padded slots. 0 after the last step."""

    first: Tensor
    second: Tensor
    action: Tensor
    values: Tensor
    lengths: Tensor


def _taught(lessons: Sequence[Lesson], size: int) -> _Taught:
    turns = max(len(lesson.steps) for lesson in lessons)

    def padded(rows: Sequence[Sequence[float]]) -> Tensor:
        return torch.tensor([[*row, *([0] * (turns - len(row)))] for row in rows])

    def places(lesson: Lesson, *, second: bool) -> list[int]:
        own = [step.second if second else step.first for step in lesson.steps]
        slots = len(lesson.reading.slots)
        return [place + size - slots if place >= slots else place for place in own]

    return _Taught(
        padded([places(lesson, second=False) for lesson in lessons]),
        padded([places(lesson, second=True) for lesson in lessons]),
        padded([[step.action for step in lesson.steps] for lesson in lessons]),
        padded([result_values(lesson.reading.values, lesson.steps) for lesson in lessons]).double(),
        torch.tensor([len(lesson.steps) for lesson in lessons]),
    )


def derivation_loss(net: DirectNet, lessons: Sequence[Lesson], smoothing: float) -> StepLoss:
    """The loss of all choices of the lessons' derivations, the end of each included.

    The encoder runs in the precision that is set outside; the scorer in single precision, since its many shapes of
    pairs would each be compiled anew in another.
    """
    held = net.start(collate([lesson.reading for lesson in lessons]))
    with torch.autocast("cpu", enabled=False):
        return _choices_loss(net, held, _taught(lessons, held.vectors.shape[1]), smoothing)


def _choices_loss(net: DirectNet, held: Held, taught: _Taught, smoothing: float) -> StepLoss:
    alive = torch.arange(len(taught.lengths))
    right = torch.ones(len(alive), dtype=torch.bool)
    total = torch.zeros(())
    choices = hits = 0
    for turn in range(taught.first.shape[1] + 1):
        going = taught.lengths[alive] > turn
        now = alive[going]
        gold = torch.zeros(len(alive), dtype=torch.long)
        if len(now):
            first, second, action = taught.first[now, turn], taught.second[now, turn], taught.action[now, turn]
            gold[going] = action_place(held.vectors.shape[1], first, second, action)
        scores = net.scores(held)
        chances = torch.log_softmax(scores, -1)
        valid = scores > BLOCKED / 2
        spread = chances.masked_fill(~valid, 0.0).sum(-1) / valid.sum(-1)
        total = total - ((1 - smoothing) * chances.gather(1, gold[:, None])[:, 0] + smoothing * spread).sum()
        good = scores.argmax(-1) == gold
        right[alive[~good]] = False
        hits += int(good.sum())
        choices += len(alive)
        if not len(now):
            break
        held = net.extend(held.select(going), first, second, action, taught.values[now, turn])
        alive = now
    return StepLoss(total / choices, torch.tensor(hits / choices), right.float().mean())
