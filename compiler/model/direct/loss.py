"""What the network is trained on: derivations of known programs, teacher-forced, one choice a step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from irmill.compiler.model.direct.actions import ACTIONS, Value, value_of_action
from irmill.compiler.model.direct.derivation import Step
from irmill.compiler.model.direct.network import BLOCKED, DirectNet, action_place
from irmill.compiler.model.direct.reading import Reading, bounded, collate


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


def derivation_loss(net: DirectNet, lessons: Sequence[Lesson], smoothing: float) -> StepLoss:
    """The loss of all choices of the lessons' derivations, the end of each included."""
    held = net.start(collate([lesson.reading for lesson in lessons]))
    size = held.vectors.shape[1]
    steps = [lesson.steps for lesson in lessons]
    alive = torch.arange(len(lessons))
    total = torch.zeros(())
    right = torch.ones(len(lessons), dtype=torch.bool)
    choices = hits = 0
    values = [result_values(lesson.reading.values, lesson.steps) for lesson in lessons]
    for turn in range(max(map(len, steps)) + 1):
        rows = alive.tolist()
        scores = net.scores(held)
        now = [steps[row][turn] if turn < len(steps[row]) else None for row in rows]
        shift = [size - len(lessons[row].reading.slots) for row in rows]

        def place(index: int, row: int, shift: list[int] = shift, rows: list[int] = rows) -> int:
            return index + shift[row] if index >= len(lessons[rows[row]].reading.slots) else index

        first = torch.tensor([0 if step is None else place(step.first, row) for row, step in enumerate(now)])
        second = torch.tensor([0 if step is None else place(step.second, row) for row, step in enumerate(now)])
        action = torch.tensor([0 if step is None else step.action for step in now])
        going = torch.tensor([step is not None for step in now])
        gold = torch.where(going, action_place(held.vectors.shape[1], first, second, action), 0)
        chances = torch.log_softmax(scores, -1)
        picked = chances.gather(1, gold[:, None])[:, 0]
        valid = scores > BLOCKED / 2
        spread = chances.masked_fill(~valid, 0.0).sum(-1) / valid.sum(-1)
        total = total - ((1 - smoothing) * picked + smoothing * spread).sum()
        good = scores.argmax(-1) == gold
        right[alive[~good]] = False
        hits += int(good.sum())
        choices += len(rows)
        if not bool(going.any()):
            break
        made = torch.tensor([values[row][turn] for row, step in zip(rows, now, strict=True) if step is not None])
        held = net.extend(held.select(going), first[going], second[going], action[going], made.double())
        alive = alive[going]
    return StepLoss(total / choices, torch.tensor(hits / choices), right.float().mean())
