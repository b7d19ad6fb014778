"""What is tried out on the direct training: nothing by default, and each trial what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.direct import loss
from irmill.compiler.model.direct.derivation import derivation_of
from irmill.compiler.model.direct.loss import choice_chances, derivation_loss
from irmill.compiler.model.direct.model import WEIGHTS, DirectModel, load_direct_model
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.reading import SPECIALS, Questions, collate, read
from irmill.compiler.model.direct.search import Penalties
from irmill.compiler.model.training import direct, problems
from irmill.compiler.model.training.config import DirectTraining, ExperimentTraining
from irmill.compiler.model.training.direct import train_direct
from irmill.compiler.model.training.experiment import (
    AskedLesson,
    GuessingNet,
    shared_chances,
    train_experiment,
)

WORDS = ("how", "many", "has", "are", "the", "in", "left", ".", ",", "?")
TINY: dict[str, Any] = {
    "steps": 3, "tokens": 512, "counted": 40, "vectors": 0, "word": 8, "width": 16, "heads": 2, "layers": 1,
    "inner": 16, "pair": 16, "validation": 4, "warmup": 1,
}  # fmt: skip


def quiet(_: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_BLOCKS", 1)
    monkeypatch.setattr(direct, "BLOCK", 40)
    monkeypatch.setattr(problems, "BLOCK", 40)


def model(words: tuple[str, ...], seed: int) -> DirectModel:
    torch.manual_seed(seed)
    vocabulary = {word: index for index, word in enumerate((*SPECIALS, *words))}
    net = DirectNet(Shape(len(vocabulary), word=8, width=16, heads=2, layers=1, inner=16, pair=16, dropout=0.0))
    return DirectModel(net.requires_grad_(False).eval(), vocabulary, Penalties(), {})


@pytest.fixture
def student() -> DirectModel:
    return model(WORDS, 1)


@pytest.fixture
def batch(student: DirectModel) -> list[AskedLesson]:
    made: list[AskedLesson] = []
    for problem in generate(12, 5):
        form = normal_form(problem.question)
        steps = derivation_of(problem.slots, len(form.quantities))
        if steps is not None:
            made.append(AskedLesson(read(form, student.vocabulary), steps, form))
    assert len({len(lesson.steps) for lesson in made}) > 1
    return made


def loss_of(student: DirectModel, batch: list[AskedLesson], shared: list[Tensor]) -> float:
    return float(derivation_loss(student.net, batch, 0.1, shared=shared).loss)


def test_without_a_trial_it_is_the_direct_training(tmp_path: Path) -> None:
    train_direct(DirectTraining(**TINY, members=1), tmp_path / "direct", quiet)
    train_experiment(ExperimentTraining(**TINY), tmp_path / "experiment", quiet)
    first, second = (load_file(tmp_path / name / WEIGHTS) for name in ("direct", "experiment"))
    assert all(torch.equal(first[name], second[name]) for name in first | second)


def test_trials_change_the_weights_and_leave_a_direct_model(tmp_path: Path) -> None:
    train_experiment(ExperimentTraining(**TINY, seed=8), tmp_path / "plain", quiet)
    plain = load_direct_model(tmp_path / "plain")
    trials: dict[str, dict[str, Any]] = {"masked": {"masked": 1.0}, "taught": {"teachers": (tmp_path / "plain",)}}
    made = plain
    for name, trial in trials.items():
        train_experiment(ExperimentTraining(**TINY, seed=8, **trial), tmp_path / name, quiet)
        made = load_direct_model(tmp_path / name)
        assert made.net.state_dict().keys() == plain.net.state_dict().keys()
        assert not torch.equal(made.net.word.weight, plain.net.word.weight)
    assert made.facts["teachers"] == [plain.facts["files"]]
    assert made.facts["training"]["teachers"] == ["plain"]


def test_a_teacher_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        train_experiment(ExperimentTraining(**TINY, teachers=(tmp_path,)), tmp_path / "run", quiet)


def test_hidden_words_are_not_read(
    student: DirectModel, batch: list[AskedLesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    net = GuessingNet(student.net)
    questions = collate([lesson.reading for lesson in batch])
    seen: list[Questions] = []

    def states(given: Questions) -> Tensor:
        seen.append(given)
        return DirectNet.states(net, given)

    monkeypatch.setattr(net, "states", states)
    monkeypatch.setattr(torch, "rand", lambda shape: torch.zeros(shape))
    assert float(net.guess_loss(questions).detach()) > 1.0
    (blind,) = seen
    known = questions.words >= len(SPECIALS)
    for ids in (blind.words, blind.endings, blind.stems):
        assert not ids[known].any()
    assert torch.equal(blind.words[~known], questions.words[~known])
    monkeypatch.setattr(torch, "rand", lambda shape: torch.ones(shape))
    assert float(net.guess_loss(questions).detach()) == 0.0


def test_teachers_are_averaged_over_the_same_choices(batch: list[AskedLesson]) -> None:
    teachers = [model(WORDS[4:], 2), model(WORDS[:6], 3)]
    shared = shared_chances(teachers, batch)
    alone = [shared_chances([teacher], batch) for teacher in teachers]
    assert [chances.shape[0] for chances in shared] == [
        sum(len(lesson.steps) >= turn for lesson in batch) for turn in range(len(shared))
    ]
    for both, one, other in zip(shared, *alone, strict=True):
        torch.testing.assert_close(both, (one + other) / 2)
        torch.testing.assert_close(both.sum(-1), torch.ones(len(both)))


def test_teachers_are_half_of_the_target_where_they_are_right(
    student: DirectModel, batch: list[AskedLesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    golds: list[Tensor] = []
    turn: Callable[..., Any] = loss.Turn

    def noted(alive: Tensor, scores: Tensor, gold: Tensor) -> Any:
        golds.append(gold)
        return turn(alive, scores, gold)

    monkeypatch.setattr(loss, "Turn", noted)
    own = choice_chances(student.net, batch)
    sure = [torch.zeros_like(chances).scatter(1, gold[:, None], 1.0) for chances, gold in zip(own, golds, strict=True)]
    wrong = [torch.roll(chances, 1, -1) for chances in sure]
    flat = [torch.where(chances > 0, 1.0 / (chances > 0).sum(-1, keepdim=True), 0.0) for chances in own]
    lenient = [0.9 * chances + 0.1 * other for chances, other in zip(sure, flat, strict=True)]
    plain = loss_of(student, batch, [])
    assert loss_of(student, batch, sure) == pytest.approx(plain)
    assert loss_of(student, batch, wrong) == pytest.approx(plain)
    spread = float(derivation_loss(student.net, batch, 1.0).loss)
    certain = float(derivation_loss(student.net, batch, 0.0).loss)
    half = (certain + 0.9 * certain + 0.1 * spread) / 2
    assert loss_of(student, batch, lenient) == pytest.approx(0.9 * half + 0.1 * spread, rel=1e-5)


def test_a_few_problems_are_gone_through_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    streams: list[Callable[[int], Any]] = []
    monkeypatch.setattr(direct, "run", lambda net, config, folder, blocks, *_, **__: streams.append(blocks))
    config, material = ExperimentTraining(**TINY), problems.NO_CORPUS
    net, lessons = direct.draft(config, material)
    for count in (0, 40, 80):
        direct.teach(net, config, lessons, material, tmp_path, lambda _: (torch.zeros(()), {}), quiet, problems=count)
    endless, one, two = ([blocks(place) for place in range(3)] for blocks in streams)
    assert endless[0] != endless[1] != endless[2]
    assert one == [endless[0]] * 3
    assert two == [endless[0], endless[1], endless[0]]
