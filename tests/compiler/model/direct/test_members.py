"""Several networks as one normalizer: the probabilities of values are averaged, and each has words of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.direct import normalizer
from irmill.compiler.model.direct.model import DirectModel, load_direct_model, save_direct_model
from irmill.compiler.model.direct.network import DirectNet
from irmill.compiler.model.direct.normalizer import DirectNormalizer
from irmill.compiler.model.direct.reading import SPECIALS, Reading, read
from irmill.compiler.model.direct.search import search, weigh

FACTS: dict[str, Any] = {"penalties": {"negative": 2.0, "zero": 2.0, "inexact": 1.5, "reuse": 2.5}}
WORDS = ("how", "many", "has", "have", "are", "and", "the", "in", "all", "more", "gives", "left", ".", ",", "?", "mrs")
OTHER_WORDS = tuple(reversed(WORDS[3:]))
CONFIG = NormalizerConfig(beam=6, sure=1.1)


@pytest.fixture(scope="module")
def committee(tmp_path_factory: pytest.TempPathFactory, make_net: Callable[[int, float], DirectNet]) -> DirectModel:
    folder: Path = tmp_path_factory.mktemp("committee")
    members = [
        (make_net(len(SPECIALS) + len(words), sharpness), words)
        for words, sharpness in ((WORDS, 3.0), (OTHER_WORDS, 1.5))
    ]
    save_direct_model(folder, members, FACTS, dict[str, Any])
    return load_direct_model(folder)


def test_members_come_back_with_their_words(committee: DirectModel) -> None:
    (_, first), (net, second) = committee.members
    assert tuple(first)[len(SPECIALS) :] == WORDS
    assert tuple(second)[len(SPECIALS) :] == OTHER_WORDS
    assert net.shape.vocabulary == len(second)
    assert not net.training


def test_the_probabilities_of_a_value_are_averaged(committee: DirectModel) -> None:
    questions = [problem.question for problem in generate(12, 3)]
    answers = DirectNormalizer(committee, CONFIG).normalize(questions)
    assert sum(answer.typed is not None for answer in answers) > 6
    for question, answer in zip(questions, answers, strict=True):
        if answer.typed is None:
            continue
        means: dict[object, float] = {}
        for net, vocabulary in committee.members:
            reading = read(normal_form(question), vocabulary)
            (found,) = search(net, [reading], beam=CONFIG.beam, penalties=committee.penalties)
            for weight, derivation in weigh(found):
                if derivation.value is not None:
                    key = (isinstance(derivation.value, bool), derivation.value)
                    means[key] = means.get(key, 0.0) + weight / len(committee.members)
        assert any(answer.confidence == pytest.approx(mean, abs=1e-3) for mean in means.values())


def test_the_next_member_reads_what_the_first_is_not_sure_of(
    committee: DirectModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = [problem.question for problem in generate(24, 3)]
    first = DirectModel(committee.net, committee.vocabulary, committee.penalties, {})
    alone = DirectNormalizer(first, CONFIG).normalize(questions)
    together = DirectNormalizer(committee, CONFIG).normalize(questions)
    bound = sorted(answer.confidence for answer in alone)[12]
    counts: list[int] = []

    def counted(net: DirectNet, readings: Sequence[Reading], **options: Any) -> Any:
        counts.append(len(readings))
        return search(net, readings, **options)

    monkeypatch.setattr(normalizer, "search", counted)
    config = CONFIG.model_copy(update={"sure": bound})
    answers = DirectNormalizer(committee, config).normalize(questions)
    assert counts == [24, 12]
    for answer, own, both in zip(answers, alone, together, strict=True):
        wanted = own if own.confidence >= bound else both
        assert answer.canonical == wanted.canonical
        assert answer.confidence == pytest.approx(wanted.confidence, abs=1e-5)
