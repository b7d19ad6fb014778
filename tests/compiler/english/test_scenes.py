"""Scenes: sensible numbers, contrasting questions, quantities that do not matter, what is held out from training."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.english.overlap import lexical_overlap
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.problem import Problem
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.rendering import MARK
from irmill.compiler.english.scenes.catalogue import FAMILIES, HELD_FAMILIES, split_of, unseen_problems
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import held, held_lemmas, holds_held_word, trained
from irmill.compiler.english.scenes.problems import problems_of
from irmill.compiler.english.scenes.scene import Asked, Scene
from irmill.compiler.english.scenes.values import draw_values
from irmill.compiler.english.splits import HELD_FAMILIES as HELD_TEMPLATES
from irmill.compiler.english.unheld import without_held_words
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types


def scenes_of(family: str) -> Iterator[tuple[Scene, list[Problem]]]:
    """At least 12 scenes of a family, and more until each of its questions was told, but at most 80."""
    rng = random.Random(family)
    told: set[str] = set()
    asked: set[str] = set()
    for index in range(80):
        scene = FAMILIES[family](Draw(rng))
        problems = problems_of(scene, rng, split_of=split_of)
        yield scene, problems
        told.update(problem.template for problem in problems)
        asked.update(f"{scene.family}/{ask.name}" for ask in scene.asked)
        if index >= 12 and told == asked:
            return


def numbers_of(question: str) -> set[str]:
    return {quantity.text for quantity in normal_form(question).quantities if quantity.written}


def has_unused(problem: Problem) -> bool:
    used = set(problem.slots.split())
    quantities = normal_form(problem.question).quantities
    return any(quantity.written and f"N{index}" not in used for index, quantity in enumerate(quantities))


@pytest.fixture(scope="module")
def training() -> list[Problem]:
    return list(generate(4000, 21))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_asks_contrasting_questions_with_sensible_answers(family: str) -> None:
    told: set[str] = set()
    asked: set[str] = set()
    for scene, problems in scenes_of(family):
        assert scene.family.startswith(family)
        assert (scene.family in HELD_FAMILIES) == (family in HELD_FAMILIES)
        names = [ask.name for ask in scene.asked]
        assert len(set(names)) == len(names) >= 4
        assert len({ask.expression for ask in scene.asked}) >= 3
        assert all(ask.text.rstrip("]").endswith(("?", ".")) for ask in scene.asked), scene.asked
        asked.update(f"{scene.family}/{name}" for name in names)
        told.update(problem.template for problem in problems)
        letters = {mark.group(1) for fact in (*scene.facts, *scene.noise) for mark in MARK.finditer(fact)}
        own = {mark.group(1) for ask in scene.asked for mark in MARK.finditer(ask.text)}
        assert len(set[str]().union(*(numbers_of(problem.question) for problem in problems))) <= len(letters | own) + 6
        for problem in problems:
            outcome = interpret(check_types(parse_text(problem.canonical)))
            assert outcome.error is None, problem
            assert outcome.value is not None
            assert outcome.value > 0, problem
            assert not scene.counts or Fraction(outcome.value).denominator == 1, problem
            assert not re.search(r"[\[\]{}<>|]|\b(\w+) \1 \1\b| [.,?]", problem.question), problem
    assert told == asked


def test_a_scene_keeps_its_numbers_from_question_to_question() -> None:
    scene = Scene(
        "toy",
        ("Ann has <a> cats.", "Bob has <b> cats.", "Ann gave <c> to Bob."),
        (
            Asked("all", "How many cats are there?", "a + b", (0, 1)),
            Asked("left", "How many has Ann left?", "a - c", (0, 2)),
            Asked("now", "How many has Bob now?", "b + c", (1, 2)),
            Asked("more", "How many more has Ann than Bob at first?", "a - b", (0, 1)),
        ),
    )
    for seed in range(30):
        problems = problems_of(scene, random.Random(seed), split_of=lambda *_: Split.TRAIN)
        assert len({problem.template for problem in problems}) == len(problems) >= 3
        assert len(set[str]().union(*(numbers_of(problem.question) for problem in problems))) <= 3
        for problem in problems:
            needed = next(ask for ask in scene.asked if f"toy/{ask.name}" == problem.template).needs
            facts = [("Ann has", "Bob has", "Ann gave")[index] for index in needed or ()]
            assert all(fact in problem.question for fact in facts), problem


def test_a_wrong_scene_is_an_error() -> None:
    fact = "Ann has <a> cats and <b> dogs."
    for text, expression, what in (
        ("How many?", "a + z", "names"),
        ("How many?", "a > b", "arithmetic"),
        ("[How many?", "a + b", "brackets"),
        ("How many?", "a + ( b", "expected"),
    ):
        scene = Scene("toy", (fact,), (Asked("wrong", text, expression),))
        with pytest.raises((ValueError, LanguageError), match=what):
            problems_of(scene, random.Random(1), split_of=lambda *_: Split.TRAIN)


def test_ranges_and_fixed_numbers_hold_whatever_is_mended() -> None:
    scene = Scene("toy", (), (), fixed={"k": 2}, ranges={"a": (5, 40), "b": (3, 9)})
    rng = random.Random(4)
    for _ in range(300):
        drawn = draw_values(scene, ["a - b", "a / b", "k * a - c"], ["a", "b", "c", "k"], rng)
        assert drawn is not None
        values, good = drawn
        assert values["k"] == 2
        assert 5 <= values["a"] <= 40
        assert 3 <= values["b"] <= 9
        assert 0 not in good or values["a"] > values["b"]
        assert 1 not in good or values["a"] % values["b"] == 0


def test_quantities_that_do_not_matter_are_in_a_third_of_all(training: list[Problem]) -> None:
    assert sum(has_unused(problem) for problem in training) >= len(training) / 3
    assert sum(not has_unused(problem) for problem in training) >= len(training) / 3


def test_two_quantities_rarely_have_one_value(training: list[Problem]) -> None:
    written = [[q.text for q in normal_form(problem.question).quantities if q.written] for problem in training]
    assert sum(len(set(values)) == len(values) for values in written) >= 0.9 * len(written)


def test_questions_stand_first_last_and_in_a_condition(training: list[Problem]) -> None:
    stories = [problem.question for problem in training if "/" in problem.template]
    assert len(stories) > len(training) / 2
    assert sum(bool(re.match(r"How [^.?]* if ", text)) for text in stories) > len(stories) / 50
    assert sum(bool(re.search(r"(?:^|[.] )If ", text)) for text in stories) > len(stories) / 20


def test_training_holds_nothing_that_is_held_out(training: list[Problem]) -> None:
    for problem in training:
        assert problem.split is Split.TRAIN
        assert not holds_held_word(problem.question), problem
        assert not holds_held_pair(problem.slots), problem
        assert problem.family not in HELD_FAMILIES | HELD_TEMPLATES, problem


@pytest.mark.parametrize("split", [Split.TEST, Split.VALIDATION, Split.TEST_FAMILY, Split.TEST_WORDS, Split.TEST_PAIR])
def test_a_held_out_split_holds_only_what_it_is_for(split: Split, training: list[Problem]) -> None:
    problems = list(generate(250, 31, splits=frozenset({split})))
    trained_on = {problem.template for problem in training}
    for problem in problems:
        assert problem.split is split
        assert problem.split.exported in (Split.TEST, Split.VALIDATION)
        assert holds_held_word(problem.question) == (split is Split.TEST_WORDS), problem
        assert split is Split.TEST_FAMILY or holds_held_pair(problem.slots) == (split is Split.TEST_PAIR), problem
        assert (problem.family in HELD_FAMILIES | HELD_TEMPLATES) == (split is Split.TEST_FAMILY), problem
        assert problem.template not in trained_on or split in (Split.TEST_WORDS, Split.TEST_PAIR), problem


def test_held_families_are_many_and_words_are_tried_in_most_others() -> None:
    assert len(HELD_FAMILIES) >= 10
    assert set(FAMILIES) >= HELD_FAMILIES
    rng = random.Random(2)
    others = [family for family in FAMILIES if family not in HELD_FAMILIES]
    tried = sum(any(unseen_problems(family, rng) for _ in range(8)) for family in others)
    assert tried > 0.7 * len(others)


def test_the_lexicon_holds_out_a_part_of_its_words() -> None:
    nouns = {noun.one for lexicon in (trained(), held()) for noun in (n for ns in lexicon.nouns.values() for n in ns)}
    verbs = {verb.lemma for lexicon in (trained(), held()) for verb in (v for vs in lexicon.verbs.values() for v in vs)}
    assert len(nouns) >= 250
    assert len(verbs) >= 120
    assert 0.1 <= len(held_lemmas() & verbs) / len(verbs) <= 0.2
    assert 0.12 <= len(held_lemmas() & nouns) / len(nouns) <= 0.2
    assert all(verbs for verbs in trained().verbs.values())
    assert all(inverse in trained().verbs for inverse in trained().inverse_frames.values() if inverse)
    for verbs_of_frame in trained().verbs.values():
        assert not any(holds_held_word(verb.past) for verb in verbs_of_frame)


def test_verbs_know_their_forms_and_what_undoes_them() -> None:
    gave = next(verb for verb in trained().verbs["give"] if verb.base == "give")
    assert (gave.present3, gave.past, gave.ing, gave.participle) == ("gives", "gave", "giving", "given")
    assert trained().inverses["give", "sell"].base == "buy"
    away = next(verb for verb in trained().verbs["lose"] if verb.base == "throw away")
    assert (away.lemma, away.present3, away.past) == ("throw", "throws away", "threw away")
    carry = next(verb for verb in trained().verbs["carry"] if verb.base == "carry")
    assert (carry.present3, carry.past, carry.ing) == ("carries", "carried", "carrying")
    drawn = {Draw(random.Random(seed)).verb("gain").inverse is None for seed in range(20)}
    assert drawn == {False}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("a / b / c", True),
        ("a / b * c / d", True),
        ("a + b / c", True),
        ("b / c + a", True),
        ("a / b - c + d", True),
        ("( a - b ) / c", False),
        ("a * b / c", False),
        ("a / ( b - c )", False),
        ("a / ( b * c )", True),
        ("a / ( b / c )", False),
        ("a / b - c", False),
        ("N0 / N1 / N2 =", True),
        ("a + b > c", False),
    ],
)
def test_pairs_of_operations_are_told_from_whole_chains(expression: str, holds: bool) -> None:
    assert holds_held_pair(expression) is holds


def test_choices_lose_their_held_out_words() -> None:
    word = sorted(lemma for lemma in held_lemmas() if " " not in lemma)[0]
    assert without_held_words(f"She [lost|{word}] <a>[ [{word}|of them]|].") == "She [lost] <a>[ [of them]|]."
    assert without_held_words(f"A {word}[ is|].") == f"A {word}[ is|]."


def test_equal_seeds_give_equal_problems_in_every_process() -> None:
    code = (
        "import hashlib\n"
        "from irmill.compiler.base.splits import Split\n"
        "from irmill.compiler.english.corpus import generate\n"
        "print(hashlib.sha256(repr(list(generate(150, 5, splits=frozenset(Split)))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_overlap_counts_types_tokens_and_pairs() -> None:
    train = [Problem("Ann has 3 cats.", "N0 =", "t", "f", Split.TRAIN)]
    test = [
        Problem("Ann has 4 dogs.", "N0 =", "t", "f", Split.TEST_WORDS),
        Problem("Ann has 4 cats.", "N0 + N0 =", "t", "f", Split.TEST),
    ]
    overlap = lexical_overlap(train, test)
    assert (overlap[Split.TEST].types, overlap[Split.TEST].bigrams, overlap[Split.TEST].expressions) == (1, 1, 0)
    words = overlap[Split.TEST_WORDS]
    assert (words.types, words.tokens, words.bigrams, words.unseen) == (0.8, 0.8, 0.5, ("dogs",))
    assert Counter(overlap.keys()) == Counter([Split.TEST, Split.TEST_WORDS])
