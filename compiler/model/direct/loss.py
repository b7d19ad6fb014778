"""What the network is trained on: derivations of known programs, teacher-forced, one choice a step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True)
class Turn:
    """One choice of the derivations still under way: their lessons, the scores, and the columns that are right."""

    alive: Tensor
    scores: Tensor
    gold: Tensor


def derivation_loss(
    net: DirectNet,
    lessons: Sequence[Lesson],
    smoothing: float,
    states: Tensor | None = None,
    shared: Sequence[Tensor] = (),
) -> StepLoss:
    """The loss of all choices of the lessons' derivations, the end of each included; ``states`` as ``start`` has them.
    Where others' chances of a turn, ``shared``, make a choice right, they are half of its target.

    The encoder runs in the precision that is set outside; the scorer in single precision, since its many shapes of
    pairs would each be compiled anew in another.
    """
    held = net.start(collate([lesson.reading for lesson in lessons]), states)
    with torch.autocast("cpu", enabled=False):
        taught = _taught(lessons, held.vectors.shape[1])
        return _choices_loss(_turns(net, held, taught), len(lessons), smoothing, shared)


def choice_chances(net: DirectNet, lessons: Sequence[Lesson]) -> list[Tensor]:
    """The chances of every choice along the lessons' derivations, by turn; those that are at their end have no row."""
    held = net.start(collate([lesson.reading for lesson in lessons]))
    with torch.autocast("cpu", enabled=False):
        turns = _turns(net, held, _taught(lessons, held.vectors.shape[1]))
        return [torch.softmax(turn.scores, -1) for turn in turns]


def _turns(net: DirectNet, held: Held, taught: _Taught) -> Iterator[Turn]:
    alive = torch.arange(len(taught.lengths))
    for turn in range(taught.first.shape[1] + 1):
        going = taught.lengths[alive] > turn
        now = alive[going]
        at = min(turn, taught.first.shape[1] - 1)
        first, second, action = taught.first[now, at], taught.second[now, at], taught.action[now, at]
        gold = torch.zeros(len(alive), dtype=torch.long)
        gold[going] = action_place(held.vectors.shape[1], first, second, action)
        yield Turn(alive, net.scores(held), gold)
        if not len(now):
            break
        held = net.extend(held.select(going), first, second, action, taught.values[now, at])
        alive = now


def _choices_loss(turns: Iterable[Turn], count: int, smoothing: float, shared: Sequence[Tensor]) -> StepLoss:
    right = torch.ones(count, dtype=torch.bool)
    total = torch.zeros(())
    choices = hits = 0
    for number, turn in enumerate(turns):
        chances = torch.log_softmax(turn.scores, -1)
        valid = turn.scores > BLOCKED / 2
        finite = chances.masked_fill(~valid, 0.0)
        spread = finite.sum(-1) / valid.sum(-1)
        wanted = chances.gather(1, turn.gold[:, None])[:, 0]
        if shared:
            others = (shared[number] * finite).sum(-1)
            wanted = torch.where(shared[number].argmax(-1) == turn.gold, (wanted + others) / 2, wanted)
        total = total - ((1 - smoothing) * wanted + smoothing * spread).sum()
        good = turn.scores.argmax(-1) == turn.gold
        right[turn.alive[~good]] = False
        hits += int(good.sum())
        choices += len(turn.alive)
    return StepLoss(total / choices, torch.tensor(hits / choices), right.float().mean())
