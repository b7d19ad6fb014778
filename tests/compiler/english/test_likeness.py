"""Questions that are alike, whatever their numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.english.likeness import LIKE, Corpus, similarity, words_of

WORDS = ["ann", "bob", "had", "gave", "3", "17", "pears", "plums", "many", "how", "left", "more", "?", "."]
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)


def test_numbers_are_one_word_whatever_they_are() -> None:
    assert words_of("Ann had 3 pears and twelve plums") == words_of("ann had 1,250 pears and 7 plums")
    assert words_of("Ann had 3 pears and 4 plums") == words_of("Ann had 3 pears and plums")
    assert words_of("3 pears") != words_of("pears")
    first = words_of("Ann had 3 pears")
    assert similarity(first, words_of("Ann had 99 pears")) == 1.0
    assert similarity(first, words_of("Ann had pears")) == pytest.approx(3 / 4)


def test_similarity_is_what_is_shared_of_all() -> None:
    assert similarity(frozenset("ab"), frozenset("bc")) == pytest.approx(1 / 3)
    assert similarity(frozenset(), frozenset()) == 1.0
    assert similarity(frozenset("a"), frozenset()) == 0.0


@given(st.lists(questions, max_size=6), questions, st.sampled_from([0.3, LIKE, 1.0]))
def test_the_shortcut_finds_what_comparing_all_finds(corpus: list[str], question: str, bound: float) -> None:
    asked = words_of(question)
    best = max((similarity(asked, words_of(other)) for other in corpus), default=-1.0)
    assert Corpus(corpus).has_like(question, bound) == (best >= bound)


def test_the_bound_itself_is_alike() -> None:
    ten = [f"w{chr(97 + place)}" for place in range(10)]
    corpus = Corpus([" ".join(ten)])
    assert corpus.has_like(" ".join(ten[:7]))
    assert not corpus.has_like(" ".join(ten[:6]))
