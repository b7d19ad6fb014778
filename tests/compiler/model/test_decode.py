"""Decoding beside training: the same places and probabilities word by word, and an end where the model says so."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model import decode, prefix
from irmill.compiler.model.batch import Encoded, Encoder, collate, specials_of
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.decode import search
from irmill.compiler.model.load import SlotModel, TextModel
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.tokenizer import EOS, EQUATION, PAD

PROGRAM = ("N0", "+", "N1", "=")


def asked(model: SlotModel, count: int) -> tuple[list[list[int]], list[int]]:
    """Questions of several lengths as ids, and how many slots each has."""
    encoder = Encoder(model.words, specials_of(model.vocabulary), frozenset(), 0.0)
    forms = [normal_form(problem.question) for problem in generate(count, 5)]
    return [encoder.question(form, None) for form in forms], [len(form.quantities) for form in forms]


@dataclass(frozen=True)
class Call:
    """One word written: ids, positions and the hidden states that came of them."""

    ids: Tensor
    positions: Tensor
    hidden: Tensor


def spied(model: SlotModel, monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Every word that is written from now on."""
    calls: list[Call] = []
    turned: list[Tensor] = []
    turn, extend = model.net.turn, prefix.extend

    def watched_turn(positions: Tensor) -> Any:
        turned.append(positions.clone())
        return turn(positions)

    def watched(net: Any, ids: Tensor, *rest: Any, **more: Any) -> Tensor:
        found = extend(net, ids, *rest, **more)
        calls.append(Call(ids.clone(), turned[-1], found))
        return found

    monkeypatch.setattr(model.net, "turn", watched_turn)
    monkeypatch.setattr(decode, "extend", watched)
    return calls


def scripted(model: SlotModel, calls: list[Call], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Make the model write :data:`PROGRAM`, and end; the ids that it says."""
    said = [*(model.words[word] for word in PROGRAM), model.vocabulary[EOS]]

    def logits(hidden: Tensor) -> Tensor:
        scores = torch.full((len(hidden), len(model.vocabulary)), -30.0)
        scores[:, said[min(len(calls) - 1, len(said) - 1)]] = 0.0
        return scores

    monkeypatch.setattr(model.net, "logits", logits)
    return said


def test_decoding_reads_and_writes_at_the_places_of_training(
    slot_model: SlotModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions, slots = asked(slot_model, 4)
    assert len({len(question) for question in questions}) > 1
    calls = spied(slot_model, monkeypatch)
    said = scripted(slot_model, calls, monkeypatch)
    read = prefix.read_prefix(slot_model.net, questions)
    search(slot_model, read, slots, beam=1, longest=30, constrained=True)
    steps = list(calls)
    program = (slot_model.vocabulary[EQUATION], *said)
    assert [step.ids[:, 0].tolist() for step in steps] == [[word] * len(questions) for word in program[:-1]]
    for row, question in enumerate(questions):
        batch = collate([Encoded(tuple(question), program, (), ())], slot_model.vocabulary[PAD])
        length = len(question)
        written = [int(step.positions[row, 0]) for step in steps]
        assert written == batch.positions[0, length : length + len(steps)].tolist()
        with torch.no_grad():
            hidden = slot_model.net.hidden(batch.ids, batch.positions, batch.mask)[0, batch.answer_places]
        found = torch.stack([step.hidden[row, 0] for step in steps])
        torch.testing.assert_close(found, hidden, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("constrained", [False, True])
def test_a_program_ends_where_the_model_says_so(
    slot_model: SlotModel, monkeypatch: pytest.MonkeyPatch, constrained: bool
) -> None:
    questions, slots = asked(slot_model, 2)
    calls = spied(slot_model, monkeypatch)
    said = scripted(slot_model, calls, monkeypatch)
    read = prefix.read_prefix(slot_model.net, questions)
    found = search(slot_model, read, slots, beam=1, longest=30, constrained=constrained)
    assert [[one.words for one in made] for made in found] == [[PROGRAM], [PROGRAM]]
    assert len(calls) == len(said)  # a word at a time until the end and no further


def test_a_text_ends_where_the_model_says_so(chat_model: TextModel, monkeypatch: pytest.MonkeyPatch) -> None:
    tokenizer = chat_model.tokenizer
    wanted = tokenizer("4 + 5 =", add_special_tokens=False)["input_ids"]
    said = [*wanted, tokenizer.eos_token_id, *tokenizer(" 9 + 9", add_special_tokens=False)["input_ids"]]

    def generate_fixed(**given: Any) -> Any:
        assert given["eos_token_id"] == tokenizer.eos_token_id
        scores = [torch.full((1, len(tokenizer)), -30.0) for _ in said]
        for place, token in enumerate(said):
            scores[place][0, token] = 0.0
        return SimpleNamespace(sequences=torch.cat((given["input_ids"], torch.tensor([said])), 1), scores=scores)

    monkeypatch.setattr(chat_model.net, "generate", generate_fixed)
    normalizer: Any = make_normalizer(chat_model, NormalizerConfig())
    assert normalizer.normalizer._continue(["Add 4 and 5"]) == [(tokenizer.decode(wanted), pytest.approx(1.0))]
