"""The direct head on a language model's states: what it reads, what it is trained on, and the folder that is left."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import NormalForm, normal_form
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.batch import Encoder, collate, specials_of
from irmill.compiler.model.config import ModelConfig, NormalizerConfig, NormalizerKind
from irmill.compiler.model.direct.loss import derivation_loss
from irmill.compiler.model.direct.reading import collate as collate_readings
from irmill.compiler.model.direct.reading import read
from irmill.compiler.model.direct.trunk import TrunkNet
from irmill.compiler.model.load import SlotModel, load_slot_model
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.prompt import question_words
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.tokenizer import PAD
from irmill.compiler.model.training.checkpoint import CHECKPOINT
from irmill.compiler.model.training.config import TrainConfig
from irmill.compiler.model.training.direct import Lessons
from irmill.compiler.model.training.files import draft_of, install
from irmill.compiler.model.training.losses import losses
from irmill.compiler.model.training.trunk import TrunkLesson, TrunkLessons, draft, joint_losses, train_trunk

QUESTIONS = (
    "Zorblat has 50 quuxes and gives 15 of them to Ann. How many quuxes are left?",
    "What is 12 times 9?",
    "Each of 4 boxes has 6 pens. Tom buys 3 boxes more. How many pens are there?",
)


def quiet(_: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(autouse=True)
def _short_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few steps need few problems."""
    monkeypatch.setattr("irmill.compiler.model.training.direct._BLOCKS", 1)
    monkeypatch.setattr("irmill.compiler.model.training.problems.BLOCK", 40)


@pytest.fixture
def drafted(slot_model: SlotModel, tiny_config: TrainConfig) -> tuple[TrunkNet, Lessons]:
    torch.manual_seed(3)
    net, lessons = draft(tiny_config.trunk, slot_model)
    net.eval()
    return net, lessons


def states(net: TrunkNet, lessons: Lessons, forms: list[NormalForm]) -> torch.Tensor:
    return net.states(collate_readings([read(form, lessons.vocabulary) for form in forms])).detach()


def test_the_trunk_reads_the_tokens_that_the_language_model_reads(
    slot_model: SlotModel, drafted: tuple[TrunkNet, Lessons]
) -> None:
    net, lessons = drafted
    forms = [normal_form(question) for question in QUESTIONS]
    ids = net.ids(collate_readings([read(form, lessons.vocabulary) for form in forms])).tolist()
    for form, row in zip(forms, ids, strict=True):
        wanted = [slot_model.words[word] for word in question_words(form, slot_model.words)]
        assert row == wanted + [slot_model.vocabulary[PAD]] * (len(row) - len(wanted))


def test_the_states_are_those_of_a_question_by_itself_whatever_its_neighbours(
    slot_model: SlotModel, drafted: tuple[TrunkNet, Lessons]
) -> None:
    net, lessons = drafted
    forms = [normal_form(question) for question in QUESTIONS]
    together = states(net, lessons, forms)
    for form, found in zip(forms, together, strict=True):
        ids = torch.tensor([[slot_model.words[word] for word in question_words(form, slot_model.words)]])
        length = ids.shape[1]
        seen = torch.zeros(1, 1, length, length)
        stream = slot_model.net.hidden(ids, torch.arange(length)[None], seen, blocks=net.blocks)
        torch.testing.assert_close(found[:length], net.entered(stream)[0].detach(), rtol=1e-4, atol=1e-4)
    net.blocks = 1
    assert not torch.allclose(states(net, lessons, forms), together, atol=1e-2)


def lessons_of_all(model: SlotModel, lessons: Lessons, *, rate: float) -> list[TrunkLesson]:
    maker = TrunkLessons(
        Lessons(lessons.vocabulary, frozenset(), rate),
        Encoder(model.words, specials_of(model.vocabulary), frozenset(), 0.0),
    )
    rng = random.Random(5)
    made = (maker.lesson(normal_form(one.question), one.slots, rng if rate else None) for one in generate(24, 11))
    return [lesson for lesson in made if lesson is not None]


def test_one_pass_gives_the_losses_of_the_parts(slot_model: SlotModel, drafted: tuple[TrunkNet, Lessons]) -> None:
    net, lessons = drafted
    pad = slot_model.vocabulary[PAD]
    batch = lessons_of_all(slot_model, lessons, rate=1.0)
    assert len(batch) > 10
    with torch.no_grad():
        found, spoken = joint_losses(net, batch, pad, 0.02)
        assert float(found.loss) == pytest.approx(float(derivation_loss(net, batch, 0.02).loss), abs=1e-4)
        plain = lessons_of_all(slot_model, lessons, rate=0.0)
        _, spoken = joint_losses(net, plain, pad, 0.02)
        shown = list(dict.fromkeys(step for lesson in plain for step in lesson.shown))[:4]
        rows = collate([*(lesson.encoded for lesson in plain), *shown], pad)
        wanted = losses(draft_of(slot_model).net.eval(), rows, lens_block(slot_model.layers), smoothing=0.02)
    for mine, theirs in ((spoken.answer, wanted.answer), (spoken.lens, wanted.lens)):
        assert float(mine) == pytest.approx(float(theirs), rel=1e-3)
    assert float(spoken.lens_right) == pytest.approx(float(wanted.lens_right))


@pytest.mark.parametrize("shared", [False, True])
def test_a_training_leaves_a_model_with_both_normalizers(
    slot_folder: Path, slot_model: SlotModel, tiny_config: TrainConfig, tmp_path: Path, *, shared: bool
) -> None:
    config = tiny_config.trunk.model_copy(update={"shared": shared, "blocks": 3, "steps": 2})
    train_trunk(config, tmp_path, quiet, ModelConfig(id=str(slot_folder)))
    model = load_slot_model(tmp_path)
    assert model.direct is not None
    net = model.direct.net
    assert isinstance(net, TrunkNet)
    assert net.trunk is model.net
    assert net.blocks == 3
    before = slot_model.net.state_dict()
    moved = {name for name, tensor in model.net.state_dict().items() if not torch.equal(tensor, before[name])}
    assert any("layers.3" in name for name in moved) is shared
    assert bool(moved) is shared
    trained = load_file(tmp_path / CHECKPOINT)
    assert any(name.startswith("net.trunk.") for name in trained) is shared
    for kind in (NormalizerKind.DIRECT, NormalizerKind.SLOTS):
        answers = make_normalizer(model, NormalizerConfig(kind=kind)).normalize(QUESTIONS)
        assert len(answers) == len(QUESTIONS)
    with pytest.raises(InputError, match="is not installed"):
        install(tmp_path, tmp_path / "target")


def test_a_fresh_trunk_knows_nothing_of_the_model_that_it_is_shaped_after(
    slot_folder: Path, slot_model: SlotModel, tiny_config: TrainConfig, tmp_path: Path
) -> None:
    config = tiny_config.trunk.model_copy(update={"shared": True, "fresh": True, "steps": 1, "rate": 1e-9})
    train_trunk(config, tmp_path, quiet, ModelConfig(id=str(slot_folder)))
    known = slot_model.net.model.embed_tokens.weight.flatten()
    fresh = load_slot_model(tmp_path).net.model.embed_tokens.weight.flatten()
    assert abs(float(torch.corrcoef(torch.stack((known, fresh)))[0, 1])) < 0.05


def test_a_head_is_refused_beside_another_language_model(
    slot_folder: Path, tiny_config: TrainConfig, tmp_path: Path
) -> None:
    train_trunk(tiny_config.trunk.model_copy(update={"steps": 1}), tmp_path, quiet, ModelConfig(id=str(slot_folder)))
    weights = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(weights[:-2] + bytes(2))
    facts = (tmp_path / "irmill.json").read_text()
    (tmp_path / "irmill.json").write_text(facts.replace('"model.safetensors"', '"other"'))
    with pytest.raises(InputError, match="not the file"):
        load_slot_model(tmp_path)
    with pytest.raises(InputError, match=r"train\.trunk\.blocks"):
        train_trunk(
            tiny_config.trunk.model_copy(update={"blocks": 9}),
            tmp_path / "deep",
            quiet,
            ModelConfig(id=str(slot_folder)),
        )
