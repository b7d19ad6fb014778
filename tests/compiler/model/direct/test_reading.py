"""What the network reads: sentences, clauses, the question, stand-ins; padding is never read."""

from __future__ import annotations

import random

import pytest
import torch

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.direct.network import DirectNet
from irmill.compiler.model.direct.reading import (
    ENDINGS,
    NUMBER,
    SPECIALS,
    Reading,
    StandIns,
    collate,
    ending_of,
    read,
    root,
)
from irmill.compiler.model.direct.relations import BLOCKED


def test_padding_changes_no_score(net: DirectNet, readings: list[Reading]) -> None:
    together = net.scores(net.start(collate(readings)))
    size = max(len(reading.slots) for reading in readings)
    columns = {pair: place for place, pair in enumerate(zip(*torch.triu_indices(size, size).tolist(), strict=True))}
    actions = (together.shape[1] - 1) // len(columns)
    for row, reading in enumerate(readings):
        alone = net.scores(net.start(collate([reading])))[0]
        count = len(reading.slots)
        pairs = list(zip(*torch.triu_indices(count, count).tolist(), strict=True))
        own = together[row, 1:].view(-1, actions)[[columns[pair] for pair in pairs]].flatten()
        torch.testing.assert_close(own, alone[1:], atol=1e-5, rtol=1e-5)
        assert int((together[row] > BLOCKED / 2).sum()) == int((alone > BLOCKED / 2).sum())


def test_the_encoder_reads_both_ways(net: DirectNet, vocabulary: dict[str, int]) -> None:
    texts = ("Ann has 4 pens and 5 cups.", "Leo gives 4 pens and 5 cups.", "Ann has 4 pens and 5 left?")
    one, other, end = (net.states(collate([read(normal_form(text), vocabulary)]))[0] for text in texts)
    assert float((one[5] - other[5]).abs().max()) > 1e-3
    assert float((one[2] - end[2]).abs().max()) > 1e-3


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Mrs. Hill has 4 pens. How many has Mr. Hill?", 2),
        ("He walks on St. Anne Road for 4 days. Dr. Bell walks 5.", 2),
        ("One cup. Two cups! How many?", 3),
    ],
)
def test_titles_end_no_sentence(vocabulary: dict[str, int], text: str, sentences: int) -> None:
    reading = read(normal_form(text), vocabulary)
    assert max(reading.sentences) + 1 == sentences
    assert list(reading.sentences) == sorted(reading.sentences)


def test_the_sentence_that_asks_is_marked(vocabulary: dict[str, int]) -> None:
    def asked(text: str) -> list[str]:
        form = normal_form(text)
        return [word for word, asks in zip(form.tokens, read(form, vocabulary).asked, strict=True) if asks]

    assert asked("Ann has 4. How many?") == ["how", "many", "?"]
    assert asked("How many? Ann has 4.") == ["how", "many", "?"]
    assert asked("Ann has 4. Add 5 to it.") == ["add", "N1", "to", "it", "."]
    assert asked("Ann has 4. Add 5 to it. !") == ["add", "N1", "to", "it", "."]


def test_clauses_end_at_signs_and_before_joining_words(vocabulary: dict[str, int]) -> None:
    form = normal_form("If Ann has 4 pens, she has more and gives 2. How many?")
    reading = read(form, vocabulary)
    parts: dict[int, list[str]] = {}
    for word, clause in zip(form.tokens, reading.clauses, strict=True):
        parts.setdefault(clause, []).append(word)
    found = [" ".join(words) for words in parts.values()]
    assert found == ["if ann has N0 pens ,", "she has more", "and gives N1 .", "how many ?"]


def test_quantities_are_at_their_words(vocabulary: dict[str, int]) -> None:
    for problem in generate(40, 2):
        form = normal_form(problem.question)
        reading = read(form, vocabulary)
        assert [form.tokens[place] for place in reading.slots] == [f"N{k}" for k in range(len(form.quantities))]
        assert {reading.words[place] for place in reading.slots} == {vocabulary[NUMBER]}
        assert len(reading.features) == len(reading.values) == len(reading.slots)


@pytest.mark.parametrize("rate", [None, 1.0])
def test_stand_ins_are_one_for_a_word_and_for_its_forms(vocabulary: dict[str, int], rate: float | None) -> None:
    text = "Zorbs are red. A zorb has 4 gorps and 5 zorbs. How many zorbs has the gorp?"
    form = normal_form(text)
    for seed in range(20):
        drawn = None if rate is None else StandIns(random.Random(seed), frozenset(), rate)
        reading = read(form, vocabulary, drawn)
        by_root: dict[str, set[int]] = {}
        for word, number in zip(form.tokens, reading.words, strict=True):
            if word[0] != "N":
                by_root.setdefault(root(word), set()).add(number)
        assert all(len(ids) == 1 for ids in by_root.values())
        assert len(by_root["zorb"] | by_root["gorp"]) == 2
        assert all(SPECIALS[number].startswith("W") for number in by_root["zorb"] | by_root["gorp"])


def test_protected_words_keep_their_meaning(vocabulary: dict[str, int]) -> None:
    form = normal_form("How many more has the pen left in all?")
    own = read(form, vocabulary).words
    drawn = [read(form, vocabulary, StandIns(random.Random(k), frozenset(("many",)), 1.0)).words for k in range(30)]
    changed = {
        word for words in drawn for word, one, other in zip(form.tokens, own, words, strict=True) if one != other
    }
    assert "many" not in changed
    assert {"how", "more", "has"} <= changed


@pytest.mark.parametrize(
    ("words", "one"),
    [(("walked", "walking", "walks", "walk"), "walk"), (("berries", "berry"), "berry"), (("stopped", "stop"), "stop")],
)
def test_forms_of_a_word_have_one_root(words: tuple[str, ...], one: str) -> None:
    assert {root(word) for word in words} == {one}
    assert root("glass") == "glass"
    assert ENDINGS[ending_of("walking")] == "ing"
    assert ENDINGS[ending_of("cup")] == ""


def test_what_a_quantity_is_is_described(vocabulary: dict[str, int]) -> None:
    reading = read(normal_form("Half of 100 weeks and 3 days is 0.5 of 1 thing"), vocabulary)
    half, hundred, three, part, one, ratio = reading.features
    assert (half[:3], hundred[:3], ratio[:3]) == ((0, 1, 0), (1, 0, 0), (0, 0, 1))
    assert (half[7], hundred[9], three[8], one[6], part[10]) == (1, 1, 1, 1, 1)
    assert part[4] == 0
