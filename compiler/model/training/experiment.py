"""What is tried out on the training of the direct normalizer, and stays out of it until a figure speaks for it.

    irmill train experiment --corpus word_problems.jsonl --set train.experiment.masked=0.2
    irmill train experiment --corpus word_problems.jsonl --set 'train.experiment.teachers=["a", "b", "c", "d"]'
    irmill train experiment --corpus word_problems.jsonl --set train.experiment.problems=5120

The folder then holds what ``load_direct_model`` reads, whatever was tried.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from irmill.compiler.base.rows import Progress
from irmill.compiler.english.quantities import NormalForm
from irmill.compiler.model.digests import FILES
from irmill.compiler.model.direct.loss import Lesson, choice_chances, derivation_loss
from irmill.compiler.model.direct.model import WEIGHTS, DirectModel, load_direct_model, save_direct_model
from irmill.compiler.model.direct.network import DirectNet
from irmill.compiler.model.direct.reading import PAD, SPECIALS, Questions, collate, read
from irmill.compiler.model.training.config import ExperimentTraining
from irmill.compiler.model.training.direct import FACTS, Lessons, draft, measured, teach
from irmill.compiler.model.training.loop import Measured, seed_all
from irmill.compiler.model.training.problems import read_material
from irmill.compiler.model.training.provenance import provenance

_HIDDEN = 0.15
"""The share of the known words of a question that are hidden and guessed."""


@dataclass(frozen=True, slots=True)
class AskedLesson(Lesson):
    """A lesson with its question, which each teacher reads in words of its own."""

    form: NormalForm


class AskedLessons(Lessons):
    """Makes lessons that keep their questions."""

    def lesson(self, form: NormalForm, slots: str, rng: random.Random | None) -> AskedLesson | None:
        made = super().lesson(form, slots, rng)
        return None if made is None else AskedLesson(made.reading, made.steps, form)


class GuessingNet(DirectNet):
    """A network with a head, for its training alone, that guesses hidden words from the states around them."""

    def __init__(self, net: DirectNet) -> None:
        super().__init__(net.shape)
        self.load_state_dict(net.state_dict())
        self.guess = nn.Linear(net.shape.width, net.shape.vocabulary)

    def guess_loss(self, questions: Questions) -> Tensor:
        """The mean loss of hidden words; nothing else of them is read, neither ending nor stem."""
        known = questions.words >= len(SPECIALS)
        hidden = known & (torch.rand(known.shape) < _HIDDEN)
        blind = replace(
            questions,
            words=questions.words.masked_fill(hidden, SPECIALS.index(PAD)),
            endings=questions.endings.masked_fill(hidden, 0),
            stems=questions.stems.masked_fill(hidden, 0),
        )
        guesses = self.guess(self.states(blind)[hidden]).float()
        total = functional.cross_entropy(guesses, questions.words[hidden], reduction="sum")
        return total / max(1, len(guesses))


def train_experiment(config: ExperimentTraining, folder: Path, progress: Progress) -> None:
    """Train from scratch. Raises InputError where a teacher's folder holds no direct model."""
    seed_all(config)
    teachers = [load_direct_model(path) for path in config.teachers]
    material = read_material(config.corpus)
    net, plain = draft(config, material)
    lessons = AskedLessons(**vars(plain))
    taught = GuessingNet(net) if config.masked else net

    def loss_of(batch: Sequence[AskedLesson]) -> tuple[Tensor, Measured]:
        found = derivation_loss(taught, batch, config.smoothing, shared=shared_chances(teachers, batch))
        if not isinstance(taught, GuessingNet):
            return found.loss, measured(found)
        guessed = taught.guess_loss(collate([lesson.reading for lesson in batch]))
        return found.loss + config.masked * guessed, {**measured(found), "guess": guessed.detach()}

    digests = [teacher.facts.get(FILES) for teacher in teachers]
    teach(taught, config, lessons, material, folder, loss_of, progress, problems=config.problems, given=str(digests))
    net.load_state_dict({name: tensor for name, tensor in taught.state_dict().items() if name in net.state_dict()})
    facts = {**FACTS, "teachers": digests}
    save_direct_model(folder, [(net, lessons.words)], facts, lambda: provenance(config, material, folder, [WEIGHTS]))


@torch.no_grad()
def shared_chances(teachers: Sequence[DirectModel], batch: Sequence[AskedLesson]) -> list[Tensor]:
    """The mean probability of every choice along the lessons' derivations, by turn, over all members of the teachers;
    none without teachers."""
    given: list[list[Tensor]] = []
    for net, vocabulary in (member for teacher in teachers for member in teacher.members):
        lessons = [Lesson(read(lesson.form, vocabulary), lesson.steps) for lesson in batch]
        given.append(choice_chances(net, lessons))
    return [torch.stack(chances).mean(0) for chances in zip(*given, strict=True)]
