"""What the network reads of a question: words, their endings and stems, where sentences end, and the quantities.

Everything is a plain array by token or by quantity; :func:`collate` pads many questions to one :class:`Questions`.
"""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import torch
from torch import Tensor

from irmill.compiler.english.phrases import phrases
from irmill.compiler.english.quantities import NormalForm, value_of
from irmill.compiler.english.scenarios import operation_words
from irmill.compiler.english.scenes.lexicon import trained
from irmill.compiler.model.prompt import NONCES

PAD, NUMBER = "<pad>", "<number>"
SPECIALS = (PAD, NUMBER, *(f"W{place}" for place in range(NONCES)))
"""The first words of every vocabulary: padding, a quantity, and the stand-ins for rare words."""
ENDINGS = ("", "ing", "ed", "es", "s", "ly", "er", "est", "'s", "ies", "n't", "tion", "y")
"""Word endings that are read beside the word itself; unknown words have nothing else."""
_BY_LENGTH = sorted(range(1, len(ENDINGS)), key=lambda index: (-len(ENDINGS[index]), index))
_SENTENCE, _CLAUSE = frozenset(".?!"), frozenset(",;:")
_TITLES = frozenset(("mr", "mrs", "ms", "dr", "st"))
"""What a point after it does not end."""
_JOINS = frozenset(("and", "but", "if", "then", "while", "when", "after", "before", "so", "because"))
SLOT_FEATURES = 12
"""Numbers that describe a quantity by itself."""
_MEANINGFUL = 900
_BIG = 10**15
"""Larger values are read as this one."""
_GRAIN = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """One question as the network reads it.

    Attributes:
        words: the id of each token.
        endings: the place of each token's ending in :data:`ENDINGS`.
        stems: a number for each token, equal for equal stems; 0 for signs and for words of one or two letters.
        sentences: the sentence of each token, counted from 0.
        clauses: the clause of each token, counted from 0.
        asked: whether the token is in the sentence that asks.
        slots: the place of each quantity's token.
        values: the exact value of each quantity.
        features: :data:`SLOT_FEATURES` numbers for each quantity.
    """

    words: tuple[int, ...]
    endings: tuple[int, ...]
    stems: tuple[int, ...]
    sentences: tuple[int, ...]
    clauses: tuple[int, ...]
    asked: tuple[bool, ...]
    slots: tuple[int, ...]
    values: tuple[Fraction, ...]
    features: tuple[tuple[float, ...], ...]


@lru_cache(maxsize=65536)
def root(word: str) -> str:
    """A word without the endings of number and tense, roughly: equal for the forms of most regular words."""
    for ending in ("ings", "ing", "ied", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            kept = word[: -len(ending)]
            if ending in ("ied", "ies"):
                return f"{kept}y"
            doubled = len(kept) > 3 and kept[-1] == kept[-2] and kept[-1] not in "lsz"
            return kept[:-1] if doubled and ending in ("ing", "ed", "ings") else kept
    return word


@lru_cache(maxsize=65536)
def ending_of(word: str) -> int:
    """The place of a word's longest ending in :data:`ENDINGS`."""
    for index in _BY_LENGTH:
        if word.endswith(ENDINGS[index]) and len(word) - len(ENDINGS[index]) >= 2:
            return index
    return 0


@dataclass(frozen=True, slots=True)
class StandIns:
    """How words lose their meaning in training, so that names and things carry none.

    Attributes:
        rng: the source of randomness.
        protected: words that are never replaced.
        rate: the share of questions in which frequent words are replaced, too.
        noise: the share of all words that are replaced, each by itself.
    """

    rng: random.Random
    protected: Collection[str]
    rate: float
    noise: float = 0.0


def meaningful(words: Sequence[str]) -> frozenset[str]:
    """The words that are never replaced by stand-ins, of words in order of frequency: the frequent ones and those that
    name operations (without them "is it W3 than 8" has no answer), but for names of people and things. The names of
    groups of things (fruit, animals) mean something."""
    things = {word for noun in trained().nouns[""] for name in (noun.one, noun.many) for word in name.split()}
    groups = {word for noun in trained().nouns[""] for name in (noun.kind.one, noun.kind.many) for word in name.split()}
    telling = frozenset(words[:_MEANINGFUL]) | (operation_words() & frozenset(words))
    return telling - ((phrases().named() | things) - groups)


def read(form: NormalForm, vocabulary: Mapping[str, int], stand_ins: StandIns | None = None) -> Reading:
    """The reading of a question. Without ``stand_ins`` only unknown words are replaced, counted up in order."""
    words: list[int] = []
    endings: list[int] = []
    stems: list[int] = []
    sentences: list[int] = []
    clauses: list[int] = []
    slots: list[int] = []
    numbers: dict[str, int] = {}
    names = _Names(vocabulary, stand_ins)
    sentence = clause = 0
    tokens = form.tokens
    for place, token in enumerate(tokens):
        slot = token[0] == "N" and token[1:].isdigit()
        if slot:
            slots.append(place)
        elif token in _JOINS and place and clauses and clauses[-1] == clause:
            clause += 1
        words.append(vocabulary[NUMBER] if slot else names.id_of(token))
        endings.append(0 if slot else ending_of(token))
        plain = not slot and token.isalpha() and len(token) > 2
        stems.append(numbers.setdefault(root(token), len(numbers) + 1) if plain else 0)
        sentences.append(sentence)
        clauses.append(clause)
        if token in _SENTENCE and not (place and tokens[place - 1] in _TITLES):
            sentence, clause = sentence + 1, clause + 1
        elif token in _CLAUSE:
            clause += 1
    asked = _asking(tokens, sentences)
    values = tuple(value_of(quantity) for quantity in form.quantities)
    features = tuple(
        _describe(value, quantity.written, quantity.start < 0)
        for value, quantity in zip(values, form.quantities, strict=True)
    )
    return Reading(
        tuple(words),
        tuple(endings),
        tuple(stems),
        tuple(sentences),
        tuple(clauses),
        tuple(number in asked for number in sentences),
        tuple(slots),
        values,
        features,
    )


class _Names:
    """Stand-ins of one question: equal roots get equal ones."""

    def __init__(self, vocabulary: Mapping[str, int], stand_ins: StandIns | None) -> None:
        self.vocabulary = vocabulary
        self.stand_ins = stand_ins
        self.order = list(range(NONCES))
        self.share = 0.0
        if stand_ins is not None:
            stand_ins.rng.shuffle(self.order)
            if stand_ins.rng.random() < stand_ins.rate:
                self.share = stand_ins.rng.choice((0.2, 0.5, 0.9))
        self.drop: dict[str, bool] = {}
        self.given: dict[str, int] = {}

    def id_of(self, token: str) -> int:
        known = self.vocabulary.get(token)
        stem = root(token)
        if self.stand_ins is not None and token.isalpha() and self.stand_ins.rng.random() < self.stand_ins.noise:
            return self.vocabulary[f"W{self.order[-1]}"]
        if known is not None and self.share and token.isalpha() and len(token) > 2:
            assert self.stand_ins is not None
            if token not in self.stand_ins.protected and self.drop.setdefault(
                stem, self.stand_ins.rng.random() < self.share
            ):
                known = None
        if known is None:
            place = self.given.setdefault(stem, len(self.given))
            known = self.vocabulary[f"W{self.order[place % NONCES]}"]
        return known


def _asking(tokens: Sequence[str], sentences: Sequence[int]) -> set[int]:
    """The sentences that end with a question mark; without one, the last that has a word."""
    asked = {number for token, number in zip(tokens, sentences, strict=True) if token == "?"}
    if not asked:
        asked = {
            max((number for token, number in zip(tokens, sentences, strict=True) if token[0].isalnum()), default=0)
        }
    return asked


def _describe(value: Fraction, written: bool, ratio: bool) -> tuple[float, ...]:
    size = abs(bounded(value))
    whole = value.denominator == 1
    return (
        float(written),
        float(not written and not ratio),
        float(ratio),
        math.log1p(size) / 5,
        float(whole),
        float(value == 0),
        float(value == 1),
        float(value == 2),
        float(whole and 2 < value <= 12),
        float(value == 100),
        float(0 < value < 1),
        float(size > 100),
    )


def bounded(value: Fraction) -> float:
    """A value as the network sees it."""
    return float(max(-_BIG, min(_BIG, value)))


@dataclass(frozen=True, slots=True)
class Questions:
    """Padded readings of ``n`` questions of up to ``length`` tokens and ``count`` quantities.

    Attributes:
        words, endings, stems, sentences, clauses: (n, length) ids, 0 where padded.
        asked: (n, length) booleans.
        lengths: (n,) tokens of each.
        slots: (n, count) places of the quantities' tokens, 0 where padded.
        counts: (n,) quantities of each.
        values: (n, count) float64 values, 0 where padded.
        features: (n, count, SLOT_FEATURES).
    """

    words: Tensor
    endings: Tensor
    stems: Tensor
    sentences: Tensor
    clauses: Tensor
    asked: Tensor
    lengths: Tensor
    slots: Tensor
    counts: Tensor
    values: Tensor
    features: Tensor


def padded_length(length: int) -> int:
    """How many tokens a question is padded to: few different shapes, since a kernel is compiled for each."""
    return -(-length // _GRAIN) * _GRAIN


def collate(readings: Sequence[Reading]) -> Questions:
    """Readings as one batch; none is empty, each has a quantity."""
    length = padded_length(max(len(reading.words) for reading in readings))
    count = max(len(reading.slots) for reading in readings)

    def padded(rows: Sequence[Sequence[int]], size: int) -> Tensor:
        return torch.tensor([[*row, *([0] * (size - len(row)))] for row in rows], dtype=torch.long)

    blank = (0.0,) * SLOT_FEATURES
    return Questions(
        padded([reading.words for reading in readings], length),
        padded([reading.endings for reading in readings], length),
        padded([reading.stems for reading in readings], length),
        padded([reading.sentences for reading in readings], length),
        padded([reading.clauses for reading in readings], length),
        padded([reading.asked for reading in readings], length).bool(),
        torch.tensor([len(reading.words) for reading in readings]),
        padded([reading.slots for reading in readings], count),
        torch.tensor([len(reading.slots) for reading in readings]),
        torch.tensor(
            [
                [
                    *map(bounded, reading.values),
                    *([0.0] * (count - len(reading.slots))),
                ]
                for reading in readings
            ],
            dtype=torch.float64,
        ),
        torch.tensor([[*reading.features, *([blank] * (count - len(reading.slots)))] for reading in readings]),
    )
