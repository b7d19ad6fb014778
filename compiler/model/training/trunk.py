"""The direct normalizer on a causal language model's states: the model as it is, or one trunk trained for all.

    irmill train trunk --corpus word_problems.jsonl --set train.trunk.shared=true

The folder then holds the language model and the head, for ``model.id``. A shared trunk is trained on the derivations of
questions, on their programs and on what the lens reads, in one pass over question, program and steps.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from irmill.compiler.base.rows import Progress
from irmill.compiler.english.quantities import NormalForm
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.batch import Encoded, Encoder, collate, specials_of
from irmill.compiler.model.config import ModelConfig, embedded_folder
from irmill.compiler.model.direct.loss import Lesson, StepLoss, derivation_loss
from irmill.compiler.model.direct.model import WEIGHTS, save_direct_model
from irmill.compiler.model.direct.network import Shape
from irmill.compiler.model.direct.reading import SPECIALS
from irmill.compiler.model.direct.reading import collate as collate_readings
from irmill.compiler.model.direct.trunk import TRUNK, Trunk, TrunkNet, padded_stream, trunk_words
from irmill.compiler.model.load import WEIGHTS as MODEL
from irmill.compiler.model.load import SlotModel, load_slot_model
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.tokenizer import PAD
from irmill.compiler.model.training.config import TrunkTraining
from irmill.compiler.model.training.direct import FACTS, Lessons, measured, teach
from irmill.compiler.model.training.files import LANGUAGE_MODEL, draft_of, save_draft
from irmill.compiler.model.training.loop import Measured, seed_all
from irmill.compiler.model.training.losses import Losses
from irmill.compiler.model.training.problems import read_material
from irmill.compiler.model.training.provenance import provenance

_SHOWN = 4
"""Canonical steps without a question that a batch has beside its questions."""


@dataclass(frozen=True, slots=True)
class TrunkLesson(Lesson):
    """A lesson with what the language model writes and the lens reads of it: with the question, and steps alone."""

    encoded: Encoded
    shown: tuple[Encoded, ...]


class TrunkLessons(Lessons):
    """Makes lessons for a shared trunk."""

    def __init__(self, lessons: Lessons, encoder: Encoder) -> None:
        super().__init__(lessons.vocabulary, lessons.protected, lessons.rate, lessons.noise)
        self.encoder = encoder

    def lesson(self, form: NormalForm, slots: str, rng: random.Random | None) -> TrunkLesson | None:
        """As the direct training's; the question's tokens in ``encoded`` are not the reading's stand-ins."""
        made = super().lesson(form, slots, rng)
        if made is None:
            return None
        shown = tuple(self.encoder.encode_steps(slots))
        return TrunkLesson(made.reading, made.steps, self.encoder.encode(form, slots), shown)


def train_trunk(config: TrunkTraining, folder: Path, progress: Progress, start: ModelConfig) -> None:
    """Train a head, and the trunk where it is shared; the folder then holds what ``load_slot_model`` reads."""
    source = embedded_folder() if start.id is None else Path(start.id)
    seed_all(config)
    model = load_slot_model(source)
    if config.fresh:
        _forget(model.net)
    model.net.requires_grad_(config.shared)
    material = read_material(config.corpus)
    net, lessons = draft(config, model)
    pad = model.vocabulary[PAD]

    def loss_of(batch: Sequence[Lesson]) -> tuple[Tensor, Measured]:
        found = derivation_loss(net, batch, config.smoothing)
        return found.loss, measured(found)

    def loss_of_all(batch: Sequence[TrunkLesson]) -> tuple[Tensor, Measured]:
        found, spoken = joint_losses(net, batch, pad, config.smoothing)
        curves = {"answer": spoken.answer.detach(), "lens": spoken.lens.detach(), "lens_right": spoken.lens_right}
        return found.loss + spoken.combined(config.lens_weight), {**measured(found), **curves}

    if config.shared:
        encoder = Encoder(model.words, specials_of(model.vocabulary), lessons.protected, 0.0)
        teach(net, config, TrunkLessons(lessons, encoder), material, folder, loss_of_all, progress)
        save_draft(draft_of(model), folder, config, material)
    else:
        teach(net, config, lessons, material, folder, loss_of, progress)
        for name in LANGUAGE_MODEL:
            shutil.copyfile(source / name, folder / name)
    facts = {**FACTS, TRUNK: {"blocks": net.blocks}}
    save_direct_model(
        folder, [(net, lessons.words)], facts, lambda: provenance(config, material, folder, [WEIGHTS, MODEL])
    )


def draft(config: TrunkTraining, model: SlotModel) -> tuple[TrunkNet, Lessons]:
    """The network before its first step, and what makes its lessons, in the words of the language model.

    Raises InputError where the model has fewer blocks than are to be read.
    """
    words = (*SPECIALS, *trunk_words(model.words))
    shape = Shape(
        vocabulary=len(words), width=config.width, inner=config.inner, pair=config.pair, dropout=config.dropout
    )
    trunk = Trunk(model.net, model.words, model.vocabulary[PAD])
    try:
        net = TrunkNet(shape, trunk, words, config.blocks or model.layers)
    except ValueError as error:
        raise InputError(f"train.trunk.blocks: {error}") from error
    vocabulary = {word: index for index, word in enumerate(words)}
    return net, Lessons(vocabulary, frozenset(model.facts.get("protected", ())), config.nonce_rate, config.noise)


def joint_losses(net: TrunkNet, batch: Sequence[TrunkLesson], pad: int, smoothing: float) -> tuple[StepLoss, Losses]:
    """The losses of the derivations and of the language model, the trunk having read everything once."""
    questions = collate_readings([lesson.reading for lesson in batch])
    shown = list(dict.fromkeys(step for lesson in batch for step in lesson.shown))[:_SHOWN]
    joint = collate([*(lesson.encoded for lesson in batch), *shown], pad)
    ids, length = joint.ids.clone(), min(joint.ids.shape[1], questions.words.shape[1])
    asked = torch.arange(length)[None] < questions.lengths[:, None]
    ids[: len(batch), :length][asked] = net.ids(questions)[:, :length][asked]
    streams = list(net.trunk.streams(ids, joint.positions, joint.mask))
    read = padded_stream(streams[net.blocks][: len(batch)], questions.words.shape[1])
    found = derivation_loss(net, batch, smoothing, net.entered(read))

    def logits(stream: Tensor, places: Tensor) -> Tensor:
        return net.trunk.logits(stream.reshape(-1, stream.shape[-1])[places]).float()

    answer = functional.cross_entropy(
        logits(streams[-1], joint.answer_places), joint.answer_ids, label_smoothing=smoothing
    )
    heard = logits(streams[lens_block(net.trunk.layers) + 1], joint.lens_places)
    right = (heard.argmax(-1) == joint.lens_ids).float().mean()
    return found, Losses(functional.cross_entropy(heard, joint.lens_ids), answer, right)


def _forget(net: nn.Module) -> None:
    """Random weights in the place of trained ones, as transformers draws a new Llama's."""
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.02)
            else:
                parameter.fill_(1.0)
