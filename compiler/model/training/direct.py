"""The direct normalizer from scratch: derivations of generated problems and a user's, teacher-forced.

    irmill train direct --corpus word_problems.jsonl --install

Words that are rare, and at random some that are not, are stand-ins without a meaning of their own. Word vectors start
from co-occurrence in the training questions.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.direct.derivation import derivation_of
from irmill.compiler.model.direct.loss import Lesson, StepLoss, derivation_loss
from irmill.compiler.model.direct.model import WEIGHTS, save_direct_model
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.reading import SPECIALS, StandIns, padded_length, read
from irmill.compiler.model.direct.search import Penalties
from irmill.compiler.model.direct.vectors import word_vectors
from irmill.compiler.model.training.config import DirectTraining, MemberTraining
from irmill.compiler.model.training.loop import Measured, run, seed_all
from irmill.compiler.model.training.problems import (
    BLOCK,
    Material,
    block_examples,
    corpus_words,
    drills,
    protected_words,
    read_material,
    validation_examples,
)
from irmill.compiler.model.training.provenance import provenance

_LONGEST = 200
"""Words of a question that is trained on."""
_BLOCKS = 8
"""Blocks of the stream that are cut into batches together."""
_VECTOR_BLOCKS = 24
"""Blocks of the stream whose questions the first word vectors are counted in."""
_VALIDATED = 32
FACTS = {"format": 1, "threshold": 0.0, "penalties": asdict(Penalties())}
"""What the card of a direct model says before it is measured."""

Taught = TypeVar("Taught", bound=Lesson)
Made = TypeVar("Made", bound=Lesson, covariant=True)


class Maker(Protocol[Made]):
    """Makes lessons of examples, of one kind."""

    def lesson(self, form: NormalForm, slots: str, rng: random.Random | None) -> Made | None:
        """None for an example that is not trained on; without ``rng`` nothing is drawn."""
        ...


class Lessons:
    """Makes lessons of examples: the reading of a question, stand-ins drawn, and the derivation of its program."""

    def __init__(
        self,
        vocabulary: dict[str, int],
        protected: frozenset[str],
        rate: float,
        noise: float = 0.0,
        commas_lost: float = 0.0,
    ) -> None:
        self.vocabulary = vocabulary
        self.protected = protected
        self.rate = rate
        self.noise = noise
        self.commas_lost = commas_lost

    @property
    def words(self) -> tuple[str, ...]:
        """The vocabulary in its order, without the special words: what a card holds."""
        return tuple(self.vocabulary)[len(SPECIALS) :]

    def lesson(self, form: NormalForm, slots: str, rng: random.Random | None) -> Lesson | None:
        """None for a question that is too long or a program that no derivation builds; without ``rng`` only unknown
        words are stand-ins and no commas are lost."""
        if not 0 < len(form.quantities) <= MAX_SLOTS or len(form.tokens) > _LONGEST:
            return None
        steps = derivation_of(slots, len(form.quantities))
        if steps is None:
            return None
        drawn = None if rng is None else StandIns(rng, self.protected, self.rate, self.noise)
        if rng is not None and rng.random() < self.commas_lost:
            form = NormalForm(tuple(token for token in form.tokens if token != ","), form.quantities)
        return Lesson(read(form, self.vocabulary, drawn), steps)


def train_direct(config: DirectTraining, folder: Path, progress: Progress) -> None:
    """Train all members from scratch; the folder then holds what ``load_direct_model`` reads."""
    material = read_material(config.corpus)
    folders = [folder / member_folder(number) for number in range(config.members)]
    members = [train_member(config.member(number), material, own, progress) for number, own in enumerate(folders)]
    save_direct_model(folder, members, FACTS, lambda: provenance(config, material, folder, [WEIGHTS], folders))


def member_folder(number: int) -> str:
    """Where, in the training's folder, a member has its checkpoint and its curves."""
    return f"member-{number}"


def train_member(
    config: MemberTraining, material: Material, folder: Path, progress: Progress
) -> tuple[DirectNet, tuple[str, ...]]:
    """Train one network from scratch; it, and its words without the special ones."""
    seed_all(config)
    net, lessons = draft(config, material)

    def loss_of(batch: Sequence[Lesson]) -> tuple[Tensor, Measured]:
        found = derivation_loss(net, batch, config.smoothing)
        return found.loss, measured(found)

    teach(net, config, lessons, material, folder, loss_of, progress)
    return net, lessons.words


def measured(found: StepLoss) -> Measured:
    """What the curves show of a batch."""
    return {"choices_right": found.choices, "right": found.derivations}


def teach(
    net: DirectNet,
    config: MemberTraining,
    lessons: Maker[Taught],
    material: Material,
    folder: Path,
    loss_of: Callable[[Sequence[Taught]], tuple[Tensor, Measured]],
    progress: Progress,
    *,
    problems: int = 0,
    given: str = "",
) -> None:
    """Train a network on the stream of lessons, or on the first ``problems`` of it again and again; ``given`` is what
    ``loss_of`` depends on beside the configuration. Raises InputError where no problem of the validation split fits."""
    groups = max(1, problems // (_BLOCKS * BLOCK))
    held = [lessons.lesson(example.form, example.slots, None) for example in validation_examples(config)]
    known = sorted((lesson for lesson in held if lesson is not None), key=lambda lesson: len(lesson.reading.words))
    if not known:
        raise InputError("train.direct.validation: no problem of the validation split fits; raise it")

    def validate() -> Measured:
        right = sum(
            float(derivation_loss(net, known[k : k + _VALIDATED], 0.0).derivations) * len(known[k : k + _VALIDATED])
            for k in range(0, len(known), _VALIDATED)
        )
        return {"right": right / len(known)}

    run(
        net,
        config,
        folder,
        lambda place: block_batches(config, lessons, material, place % groups if problems else place),
        loss_of,
        progress,
        identity=material.digest + given,
        validate=validate,
    )


def draft(config: MemberTraining, material: Material) -> tuple[DirectNet, Lessons]:
    """The network before its first step, and what makes its lessons: one vocabulary, words in order of frequency."""
    examples = [example for examples in material.extra for example in examples]
    counts = corpus_words(examples, config.seed, config.counted)
    often = sorted((word for word, count in counts.items() if count >= config.rarest), key=lambda w: (-counts[w], w))
    vocabulary = {word: index for index, word in enumerate((*SPECIALS, *often[: config.vocabulary]))}
    shape = Shape(
        vocabulary=len(vocabulary),
        word=config.word,
        width=config.width,
        heads=config.heads,
        layers=config.layers,
        inner=config.inner,
        pair=config.pair,
        dropout=config.dropout,
    )
    net = DirectNet(shape)
    if config.vectors:
        stream = (example for block in range(_VECTOR_BLOCKS) for example in block_examples(config, material, block))
        vectors = word_vectors(
            (example.form.tokens for example in itertools.chain(stream, examples)), vocabulary, config.vectors
        )
        with torch.no_grad():
            net.word.weight[:, : config.vectors] = vectors * config.vector_scale
    return net, Lessons(vocabulary, protected_words(counts), config.nonce_rate, config.noise, config.commas_lost)


def block_batches(config: MemberTraining, lessons: Maker[Taught], material: Material, place: int) -> list[list[Taught]]:
    """The batches of a few blocks of the stream, shuffled: questions of one padded length, up to ``tokens``, and not
    more than ``batch``, so that a short question weighs as much as a long one."""
    rng = random.Random(f"{config.seed}/{place}/lessons")
    made = [
        lessons.lesson(example.form, example.slots, rng)
        for block in range(_BLOCKS * place, _BLOCKS * (place + 1))
        for example in (*block_examples(config, material, block), *drills(config, block, config.drilled))
    ]
    alike: dict[int, list[Taught]] = {}
    for lesson in made:
        if lesson is not None:
            alike.setdefault(padded_length(len(lesson.reading.words)), []).append(lesson)
    batches: list[list[Taught]] = []
    for length, found in sorted(alike.items()):
        size = max(1, min(config.batch, config.tokens // length))
        batches += [found[start : start + size] for start in range(0, len(found), size)]
    rng.shuffle(batches)
    return batches
