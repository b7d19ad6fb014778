"""Normalizers: programs that parse, numbers of the text alone, abstention with a reason."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.ast import literals
from irmill.compiler.lang.errors import ErrorCode, InputError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.decode import Hypothesis
from irmill.compiler.model.grammar import END, WORDS, State, advance, allowed
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.text_normalizer import SHOTS, chat_prompt, first_equation


@given(st.lists(st.integers(0, 10_000), max_size=40), st.integers(1, 6))
def test_every_walk_through_the_grammar_parses(choices: list[int], slots: int) -> None:
    state, words = State(), list[str]()
    for choice in choices:
        options = sorted(allowed(state, slots))
        assert WORDS.issuperset(options)
        word = options[choice % len(options)]
        if word == END:
            break
        words.append(word)
        state = advance(state, word)
    if state.done:
        parse_text(" ".join(words))


def test_the_grammar_takes_every_program_of_the_generator() -> None:
    for problem in generate(300, 4):
        state = State()
        for word in problem.slots.split():
            assert word in allowed(state, 16), (problem.slots, word)
            state = advance(state, word)
        assert allowed(state, 16) == {END}


def test_a_random_model_still_writes_programs_of_the_text_s_numbers(slot_model: SlotModel) -> None:
    questions = [problem.question for problem in generate(12, 8)]
    for question, answer in zip(questions, make_normalizer(slot_model).normalize(questions), strict=True):
        if answer.canonical is None:
            assert answer.abstained
            continue
        program = parse_text(answer.canonical)
        check_types(program)
        known = {Fraction(quantity.text) for quantity in normal_form(question).quantities}
        assert {number.value for number in literals(program)} <= known


@settings(max_examples=25)
@given(st.text(max_size=120))
def test_no_text_breaks_the_normalizer(slot_model: SlotModel, text: str) -> None:
    (answer,) = make_normalizer(slot_model, NormalizerConfig(beam=2, max_new_tokens=6)).normalize([text])
    assert (answer.canonical is None) == answer.abstained
    assert 0.0 <= answer.confidence <= 1.0


def test_batches_do_not_change_answers(slot_model: SlotModel) -> None:
    questions = [problem.question for problem in generate(9, 21)]
    together = make_normalizer(slot_model).normalize(questions)
    alone = make_normalizer(slot_model, NormalizerConfig(batch_size=1)).normalize(questions)
    assert [answer.canonical for answer in together] == [answer.canonical for answer in alone]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Please compute something nice.", "names no number"),
        ("7 " * 5000, "characters"),
        (" ".join(f"{n} cats," for n in range(20)), "20 numbers"),
        ("word " * 400 + "5", "words"),
        ("", "names no number"),
        ("\x00\x01\x02", "names no number"),
    ],
)
def test_what_cannot_be_read_is_abstained_from(slot_model: SlotModel, text: str, reason: str) -> None:
    (answer,) = make_normalizer(slot_model).normalize([text])
    assert answer.abstained
    assert answer.error is ErrorCode.ABSTAINED
    assert reason in answer.message


def found(monkeypatch: pytest.MonkeyPatch, *hypotheses: tuple[str, float]) -> None:
    made = [Hypothesis(tuple(words.split()), score) for words, score in hypotheses]
    monkeypatch.setattr(
        "irmill.compiler.model.slot_normalizer.search", lambda model, prefix, slots, **_: [made for _ in slots]
    )


def test_low_confidence_is_doubted(slot_model: SlotModel, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, ("N0 + N1 =", -0.1))
    (sure,) = make_normalizer(slot_model, NormalizerConfig(threshold=0.5)).normalize(["Add 4 and 5"])
    (unsure,) = make_normalizer(slot_model, NormalizerConfig(threshold=0.95)).normalize(["Add 4 and 5"])
    assert sure.canonical == unsure.canonical == "4 + 5 = "
    assert not sure.doubt
    assert unsure.doubt == "confidence 0.905 is below 0.950"


def test_candidates_of_one_value_count_together(slot_model: SlotModel, monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, ("N0 - N1 =", -0.9), ("N0 + N1 =", -1.2), ("N1 + N0 =", -1.2))
    (answer,) = make_normalizer(slot_model, NormalizerConfig()).normalize(["Use 9 and 5"])
    assert answer.canonical == "9 + 5 = "


def test_slots_that_the_text_does_not_have_are_no_candidates(
    slot_model: SlotModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(monkeypatch, ("N0 - N7 =", -0.1), ("N0 + =", -0.2), ("N0 > N1 =", -0.3))
    (answer,) = make_normalizer(slot_model, NormalizerConfig()).normalize(["Use 9 and 5"])
    assert answer.abstained
    assert "no program" in answer.message


def test_kinds_that_do_not_fit_are_input_errors(slot_model: SlotModel, chat_model: Any) -> None:
    with pytest.raises(InputError, match=r"normalizer\.kind few_shot"):
        make_normalizer(slot_model, NormalizerConfig(kind=NormalizerKind.FEW_SHOT))
    with pytest.raises(InputError, match=r"normalizer\.kind direct"):
        make_normalizer(chat_model, NormalizerConfig(kind=NormalizerKind.DIRECT))


def test_few_shot_prompts_go_through_the_chat_template(chat_model: Any) -> None:
    prompt = chat_prompt(chat_model.tokenizer, "Add 4 and 5")
    assert prompt.startswith("<|system|>")
    assert prompt.endswith("<|user|>Add 4 and 5\n<|assistant|>")
    assert prompt.count("<|assistant|>") == len(SHOTS) + 1


def test_shots_are_programs_and_none_is_reported_on() -> None:
    from irmill.compiler.english.splits import is_published

    for question, answer in SHOTS:
        check_types(parse_text(answer))
        assert not is_published(question)


def test_few_shot_answers_or_abstains(chat_model: Any) -> None:
    normalizer = make_normalizer(chat_model, NormalizerConfig(max_new_tokens=8))
    for answer in normalizer.normalize(["Add 4 and 5", "x" * 9000, "Is 3 above 2?"]):
        assert (answer.canonical is None) == answer.abstained
        assert answer.abstained == bool(answer.message)


def test_few_shot_refuses_numbers_that_the_text_does_not_have(chat_model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    normalizer: Any = make_normalizer(chat_model)
    monkeypatch.setattr(normalizer.normalizer, "_continue", lambda questions: [("4 + 6 = 10", 0.9), ("4 + 5 = 9", 0.8)])
    invented, right = normalizer.normalize(["Add 4 and 5", "Add 4 and 5"])
    assert invented.abstained
    assert "does not have" in invented.message
    assert (right.canonical, right.confidence) == ("4 + 5 = ", 0.8)


@pytest.mark.parametrize(
    ("text", "equation"),
    [
        (" 5 * 3 = 15\nmore", "5 * 3 = "),
        ("3 > 8 is false", "3 > 8 is "),
        ("7 - 2 =", "7 - 2 = "),
        ("hm", "hm"),
        ("", ""),
    ],
)
def test_first_equation_of_a_continuation(text: str, equation: str) -> None:
    assert first_equation(text) == equation
