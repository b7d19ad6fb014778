"""Wordings of one question: what moves, what stays, and how their answers become one."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import pytest
import torch

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import NormalForm, normal_form
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.direct.actions import INDEX
from irmill.compiler.model.direct.derivation import Step
from irmill.compiler.model.direct.model import DirectModel
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.normalizer import DirectNormalizer
from irmill.compiler.model.direct.reading import SPECIALS, meaningful, read
from irmill.compiler.model.direct.search import Derivation, Penalties
from irmill.compiler.model.direct.variants import Variant, agreed, reordered, variants

WORDS = ("how", "many", "has", "have", "are", "the", "of", "in", "left", ".", ",", "?", "she", "ann", "pens", "tom")
VOCABULARY = {word: index for index, word in enumerate((*SPECIALS, *WORDS))}
STORY = "Tom has 3 pens. Ann has 9 cups. She breaks 2 of the cups. Leo has 5 rocks. How many of the 4 cups are left?"


def orders(text: str) -> list[tuple[NormalForm, tuple[int, ...]]]:
    form = normal_form(text)
    return [reordered(form, read(form, VOCABULARY), random.Random(seed)) for seed in range(24)]


def test_sentences_move_with_their_quantities_and_those_that_refer_stay_behind() -> None:
    found = orders(STORY)
    for form, slots in found:
        assert "ann has N9 cups . she breaks N2 of the cups ." in " ".join(
            f"N{form.quantities[int(token[1:])].text}" if token[0] == "N" else token for token in form.tokens
        )
        assert [token for token in form.tokens if token[0] == "N"] == [f"N{place}" for place in range(5)]
        assert tuple("39254"[slot] for slot in slots) == tuple(quantity.text for quantity in form.quantities)
        assert slots[-1] == 4
        assert form.tokens[-1] == "?"
    assert {slots for _, slots in found} == {
        (0, 1, 2, 3, 4), (0, 3, 1, 2, 4), (1, 2, 0, 3, 4), (1, 2, 3, 0, 4), (3, 0, 1, 2, 4), (3, 1, 2, 0, 4),
    }  # fmt: skip


def test_what_comes_after_the_question_stays() -> None:
    text = "How many days does it take? Tom walks 3 km a day. Ann walks 9 km. The week has 2 days."
    form = normal_form(text)
    assert {moved for moved, _ in orders(text)} == {form}


def test_a_wording_has_other_stand_ins_but_the_same_protected_words() -> None:
    form = normal_form("How many pens has Zorblat, if Zorblat has 3 of the 9 pens?")
    made = variants(form, VOCABULARY, frozenset(WORDS) - {"pens"}, 16)
    assert made == variants(form, VOCABULARY, frozenset(WORDS) - {"pens"}, 16)
    words = {variant.reading.words for variant in made}
    assert len(words) > 8
    for ids in words:
        assert ids[0] == VOCABULARY["how"]
        assert ids[4] == ids[7] < len(SPECIALS)
    assert {ids[2] == VOCABULARY["pens"] for ids in words} == {True, False}


def test_names_are_not_meaningful() -> None:
    assert meaningful(("how", "tom", "fruit", "apples")) == {"how", "fruit"}


def test_rare_words_of_operations_are_meaningful() -> None:
    rare = ("exceed", "below", "bigger", "smaller", "quotient", "zorblat")
    words = (*(f"x{number}" for number in range(2000)), *rare)
    assert meaningful(words) & set(rare) == set(rare) - {"zorblat"}


def derivation(first: int, second: int, value: int | None, chance: float, action: str = "subtract") -> Derivation:
    known = None if value is None else Fraction(value)
    return Derivation((Step(first, second, INDEX[action]),), math.log(chance), known)


def test_chances_of_a_value_are_averaged_and_its_program_is_over_the_question_s_slots() -> None:
    form = normal_form(STORY)
    own, other = (Variant(read(form, VOCABULARY), slots) for slots in ((0, 1, 2, 3, 4), (1, 2, 0, 3, 4)))
    best, second, third = agreed([
        (own, [derivation(0, 1, 6, 0.6), derivation(0, 2, 1, 0.3)]),
        (other, [derivation(0, 1, 7, 0.6), derivation(1, 2, 1, 0.4, "subtract_swapped")]),
    ])  # fmt: skip
    assert best[1] is own
    assert [round(weight, 6) for weight, *_ in (best, second, third)] == [0.35, 0.3, 0.3]
    assert [variant.program(found) for _, variant, found in (best, second, third)] == [
        "N0 - N2 =", "N0 - N1 =", "N1 - N2 =",
    ]  # fmt: skip


def test_what_has_no_value_agrees_by_its_program() -> None:
    form = normal_form(STORY)
    own, other = (Variant(read(form, VOCABULARY), slots) for slots in ((0, 1, 2, 3, 4), (1, 2, 0, 3, 4)))
    ((weight, variant, _),) = agreed([
        (own, [derivation(0, 1, None, 0.6)]), (other, [derivation(0, 2, None, 0.2, "subtract_swapped")]),
    ])  # fmt: skip
    assert (weight, variant) == (pytest.approx(0.4), own)


@pytest.fixture(scope="module")
def model() -> DirectModel:
    torch.manual_seed(11)
    net = DirectNet(Shape(len(VOCABULARY), word=8, width=16, heads=2, layers=1, inner=16, pair=16, dropout=0.0))
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() > 1:
                parameter.mul_(2.0)
        net.get_parameter("stop.2.bias").add_(6.0)  # short derivations, so that there are answers
    return DirectModel(net.requires_grad_(False).eval(), VOCABULARY, Penalties(), {})


def test_more_wordings_change_answers_and_batches_do_not(model: DirectModel) -> None:
    questions = [problem.question for problem in generate(5, 3)]
    config = NormalizerConfig(variants=3, beam=2)
    together = DirectNormalizer(model, config).normalize(questions)
    alone = DirectNormalizer(model, config.model_copy(update={"batch_size": 1})).normalize(questions)
    single = DirectNormalizer(model, NormalizerConfig(beam=2)).normalize(questions)
    assert any(answer.canonical for answer in together)
    assert [answer.canonical for answer in together] == [answer.canonical for answer in alone]
    assert [answer.confidence for answer in together] == pytest.approx(
        [answer.confidence for answer in alone], abs=1e-5
    )
    assert [answer.confidence for answer in together] != [answer.confidence for answer in single]
