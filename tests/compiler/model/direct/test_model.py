"""The model on disk, the normalizer on it, and how well a tiny network learns eight derivations by heart."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.errors import ErrorCode, InputError
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.digests import FILES, file_digest
from irmill.compiler.model.direct.derivation import derivation_of
from irmill.compiler.model.direct.loss import Lesson, derivation_loss
from irmill.compiler.model.direct.model import CARD, WEIGHTS, DirectModel, load_direct_model, save_direct_model
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.normalizer import DirectNormalizer
from irmill.compiler.model.direct.reading import SPECIALS, Reading, collate, read
from irmill.compiler.model.direct.search import Penalties, search
from irmill.compiler.model.load import SlotModel, load_model
from irmill.compiler.model.normalizer import make_normalizer

EIGHT = (
    ("Ann has 12 pens and gives 4. How many are left?", "N0 - N1 ="),
    ("Ann has 12 pens and 4 more. How many are in all?", "N0 + N1 ="),
    ("How many are 12 pens, 4 and 5?", "N0 + N1 + N2 ="),
    ("Leo gives 3 the 7 cups. How many left?", "N1 - N0 ="),
    ("In all, 3 have 5 and 6 more?", "N0 * ( N1 + N2 ) ="),
    ("The 20 pens are in 5. How many?", "N0 / N1 ="),
    ("Are the 7 more, and 2 left?", "N0 > N1 is"),
    ("How many has Mrs. Hill, 6 the 2?", "N0 * N0 - N1 ="),
)


@pytest.fixture
def folder(direct_folder: Path, tmp_path: Path) -> Path:
    """A copy that may be spoiled."""
    return Path(shutil.copytree(direct_folder, tmp_path / "direct"))


def changed(folder: Path, **changes: Any) -> None:
    facts = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps(facts | changes))


def test_what_is_saved_is_loaded(direct_model: DirectModel, net: DirectNet, readings: list[Reading]) -> None:
    own, loaded = net.state_dict(), direct_model.net.state_dict()
    assert own.keys() == loaded.keys()
    assert all(torch.equal(own[name], loaded[name]) for name in own)
    assert direct_model.net.shape == net.shape
    assert tuple(direct_model.vocabulary)[: len(SPECIALS)] == SPECIALS
    assert not direct_model.net.training
    questions = collate(readings)
    assert torch.equal(net.scores(net.start(questions)), direct_model.net.scores(direct_model.net.start(questions)))


def test_words_have_the_numbers_that_were_trained(direct_model: DirectModel, vocabulary: dict[str, int]) -> None:
    assert direct_model.vocabulary == vocabulary


@pytest.mark.parametrize("name", [CARD, WEIGHTS])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=rf"{name} is missing; .*train direct --install$"):
        load_direct_model(folder)


def test_a_damaged_file_is_named(folder: Path) -> None:
    changed(folder, **{FILES: {WEIGHTS: file_digest(folder / WEIGHTS)}})
    load_direct_model(folder)
    raw = bytearray((folder / WEIGHTS).read_bytes())
    raw[-1] ^= 1
    (folder / WEIGHTS).write_bytes(raw)
    with pytest.raises(InputError, match=rf"^[^\n]*{WEIGHTS} is not the file[^\n]*$"):
        load_direct_model(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"words": ["how"]},
        {"words": None},
        {"penalties": {"negative": 1.0, "odd": 2.0}},
        {"shape": asdict(Shape(49, word=8, width=16, heads=2, layers=2, inner=16, pair=16))},
        {"shape": {"vocabulary": 10, "heads": "many"}},
        {"shape": 7},
    ],
)
def test_a_card_that_does_not_fit_is_one_line(folder: Path, changes: dict[str, Any]) -> None:
    changed(folder, **changes)
    with pytest.raises(InputError, match=r"^[^\n]*train anew$"):
        load_direct_model(folder)


def test_a_card_without_penalties_does_not_fit(folder: Path) -> None:
    facts = json.loads((folder / CARD).read_text())
    del facts["penalties"]
    (folder / CARD).write_text(json.dumps(facts))
    with pytest.raises(InputError, match=r"^[^\n]*penalties[^\n]*train anew$"):
        load_direct_model(folder)


@pytest.mark.parametrize(
    ("name", "raw"), [(CARD, b"{"), (CARD, b"[]"), (CARD, b"\xff"), (WEIGHTS, b"odd"), (WEIGHTS, b"")]
)
def test_a_file_of_another_kind_is_one_line(folder: Path, name: str, raw: bytes) -> None:
    (folder / name).write_bytes(raw)
    with pytest.raises(InputError, match=r"^[^\n]*train anew$"):
        load_direct_model(folder)


def test_weights_are_stored_in_half_precision(folder: Path, net: DirectNet) -> None:
    save_direct_model(folder, [(net.double(), ("a",))], {}, lambda: {"seconds": 3})
    assert json.loads((folder / CARD).read_text())["seconds"] == 3
    net.float()
    weights = sum(tensor.numel() for tensor in net.state_dict().values())
    assert 2 * weights < (folder / WEIGHTS).stat().st_size < 2.2 * weights + 20_000


def answers(model: DirectModel, questions: list[str], **options: Any) -> list[str | None]:
    found = DirectNormalizer(model, NormalizerConfig(beam=12, **options)).normalize(questions)
    return [answer.canonical for answer in found]


def test_batches_do_not_change_answers(direct_model: DirectModel) -> None:
    questions = [problem.question for problem in generate(18, 21)] + ["nothing", "5 " * 30]
    together = answers(direct_model, questions, batch_size=16)
    assert together == answers(direct_model, questions, batch_size=1)
    assert together == [answers(direct_model, [question])[0] for question in questions]
    assert together[-2:] == [None, None]
    assert sum(answer is not None for answer in together) > 3


@settings(max_examples=30)
@given(st.text(max_size=80) | st.lists(st.sampled_from([*"?.,N0W7½", "5 ", "half ", "mrs", "\x00", "Ⅷ"])).map("".join))
def test_no_text_breaks_the_normalizer(direct_model: DirectModel, text: str) -> None:
    (answer,) = DirectNormalizer(direct_model, NormalizerConfig(beam=2)).normalize([text])
    assert (answer.canonical is None) == answer.abstained == bool(answer.message)
    assert 0.0 <= answer.confidence <= 1.0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Please compute something nice.", "names no number"),
        ("", "names no number"),
        ("7 " * 5000, "characters"),
        (" ".join(f"{n} cats," for n in range(17)), "17 numbers"),
        ("word " * 400 + "5", "words"),
        ("Add 1 and " + "9" * 5000, "5000 digits"),
    ],
)
def test_what_cannot_be_read_is_abstained_from(direct_model: DirectModel, text: str, reason: str) -> None:
    (answer,) = DirectNormalizer(direct_model, NormalizerConfig()).normalize([text])
    assert answer.error is ErrorCode.ABSTAINED
    assert reason in answer.message


def test_numbers_without_bounds_are_answered(direct_model: DirectModel) -> None:
    """None of them is a number of the language, nor what powers of powers make of small ones."""
    for text in ("Ann has " + "9" * 390 + " and 5 more?", "How many are 40 and 60, 61?", "0." + "0" * 380 + "1 in 3?"):
        (answer,) = DirectNormalizer(direct_model, NormalizerConfig(beam=8)).normalize([text])
        assert "digits" not in answer.message


def test_sixteen_numbers_are_read(direct_model: DirectModel) -> None:
    text = " ".join(f"{n} cats," for n in range(16))
    (answer,) = DirectNormalizer(direct_model, NormalizerConfig(beam=1)).normalize([text])
    assert "numbers" not in answer.message


def test_the_kind_chooses_the_normalizer(slot_model: SlotModel, direct_model: DirectModel) -> None:
    both = SlotModel(
        slot_model.net, slot_model.tokenizer, slot_model.words, slot_model.vocabulary, slot_model.facts, direct_model
    )
    assert both.kind is NormalizerKind.DIRECT
    assert isinstance(make_normalizer(both).normalizer, DirectNormalizer)
    slots = make_normalizer(both, NormalizerConfig(kind=NormalizerKind.SLOTS))
    assert not isinstance(slots.normalizer, DirectNormalizer)
    with pytest.raises(InputError, match=r"^normalizer\.kind lora: the embedded model has direct and slots"):
        make_normalizer(both, NormalizerConfig(kind=NormalizerKind.LORA))


def test_a_model_without_a_direct_card_says_so(slot_model: SlotModel) -> None:
    assert slot_model.kind is NormalizerKind.SLOTS
    with pytest.raises(InputError, match=r"^normalizer\.kind direct: .*no direct\.json; use slots$"):
        make_normalizer(slot_model, NormalizerConfig(kind=NormalizerKind.DIRECT))


def test_a_folder_with_both_cards_has_both(slot_folder: Path, folder: Path) -> None:
    from irmill.compiler.model.config import ModelConfig

    shutil.copytree(slot_folder, folder, dirs_exist_ok=True)
    model = load_model(ModelConfig(id=str(folder)))
    assert isinstance(model, SlotModel)
    assert model.direct is not None


def test_eight_lessons_are_learnt_by_heart(vocabulary: dict[str, int]) -> None:
    lessons: list[Lesson] = []
    for question, slots in EIGHT:
        form = normal_form(question)
        steps = derivation_of(slots, len(form.quantities))
        assert steps is not None
        lessons.append(Lesson(read(form, vocabulary), steps))
    torch.manual_seed(1)
    net = DirectNet(Shape(len(vocabulary), word=24, width=32, heads=2, layers=1, inner=32, pair=32, dropout=0.0))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    first = float(derivation_loss(net, lessons, 0.0).loss.detach())
    for _ in range(60):
        optimizer.zero_grad()
        derivation_loss(net, lessons, 0.0).loss.backward()
        optimizer.step()
    net.eval()
    last = derivation_loss(net, lessons, 0.0)
    assert first > 2.0
    assert float(last.loss.detach()) < 0.05
    assert float(last.choices) == float(last.derivations) == 1.0
    assert float(derivation_loss(net, lessons, 0.2).loss.detach()) > float(last.loss.detach()) + 0.1
    found = search(net, [lesson.reading for lesson in lessons], beam=3, penalties=Penalties(0.0, 0.0, 0.0, 0.0))
    assert [group[0].steps for group in found] == [lesson.steps for lesson in lessons]
    total = float(last.loss.detach()) * sum(len(lesson.steps) + 1 for lesson in lessons)
    assert -sum(group[0].score for group in found) == pytest.approx(total, rel=0.02, abs=1e-3)
