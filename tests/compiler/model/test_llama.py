"""The embedded forward pass beside transformers' own, and the tokenizer below both."""

from __future__ import annotations

import pytest
import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.batch import visible
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.prefix import Tail, extend, read_prefix
from irmill.compiler.model.slot_lens import operation_ids
from irmill.compiler.model.tokenizer import build_tokenizer, required_words, word_ids

BLOCKED = torch.finfo(torch.float32).min


def causal(length: int) -> torch.Tensor:
    see = torch.ones(length, length, dtype=torch.bool).tril()[None, None]
    return torch.zeros(see.shape).masked_fill_(~see, BLOCKED)


def test_hidden_states_are_those_of_transformers(
    slot_model: SlotModel, tiny_net: transformers.LlamaForCausalLM
) -> None:
    ids = torch.arange(40, 64).reshape(2, 12)
    positions = torch.arange(12)[None].expand(2, -1)
    with torch.no_grad():
        expected = tiny_net(input_ids=ids, attention_mask=causal(12).expand(2, -1, -1, -1), output_hidden_states=True)
        for blocks in range(slot_model.layers):
            found = slot_model.net.hidden(ids, positions, causal(12), blocks=blocks)
            torch.testing.assert_close(found, expected.hidden_states[blocks], atol=1e-4, rtol=1e-4)
        logits = slot_model.net.logits(slot_model.net.hidden(ids, positions, causal(12)))
    torch.testing.assert_close(logits, expected.logits, atol=1e-3, rtol=1e-3)


QUESTIONS = [list(range(40, 40 + length)) for length in (9, 4, 0, 7)]


def alone(model: SlotModel, question: list[int], program: list[int], blocks: int) -> torch.Tensor:
    """The stream at a program's tokens, by the plain forward pass over the whole row: (tokens, width)."""
    ids = torch.tensor([question + program])
    see = visible(len(question), len(program), 0, ids.shape[1])[None, None]
    mask = torch.zeros(see.shape).masked_fill_(~see, BLOCKED)
    return model.net.hidden(ids, torch.arange(ids.shape[1])[None], mask, blocks=blocks)[0, len(question) :]


@pytest.mark.parametrize("blocks", [1, 3, 4])
def test_a_continuation_sees_its_own_question_and_itself(slot_model: SlotModel, blocks: int) -> None:
    """Several of one question, none of another, in any order, and a question without a token."""
    owners, programs = [3, 0, 3, 2], [[100, 101, 102], [103, 104, 105], [106, 107, 108], [109, 110, 111]]
    with torch.no_grad():
        prefix = read_prefix(slot_model.net, QUESTIONS, blocks=blocks)
        found = extend(slot_model.net, torch.tensor(programs), owners, prefix, blocks=blocks)
        for row, (owner, program) in enumerate(zip(owners, programs, strict=True)):
            expected = alone(slot_model, QUESTIONS[owner], program, blocks)
            torch.testing.assert_close(found[row], expected, atol=1e-4, rtol=1e-4)


def test_words_one_by_one_are_words_at_once(slot_model: SlotModel) -> None:
    """Their positions go on from the question's end, as in training; questions and rows may be dropped on the way."""
    with torch.no_grad():
        prefix, tail = read_prefix(slot_model.net, QUESTIONS), Tail()
        first = torch.tensor([[100], [101], [102]])
        extend(slot_model.net, first, [0, 1, 3], prefix, tail=tail)
        tail.select(torch.tensor([2, 1, 1]))
        prefix = prefix.keep(torch.tensor([1, 3]))
        found = extend(slot_model.net, torch.tensor([[103], [104], [105]]), [1, 0, 0], prefix, tail=tail)
        for row, (question, program) in enumerate([(3, [102, 103]), (1, [101, 104]), (1, [101, 105])]):
            expected = alone(slot_model, QUESTIONS[question], program, slot_model.layers)[-1]
            torch.testing.assert_close(found[row, 0], expected, atol=1e-4, rtol=1e-4)


def test_program_and_steps_do_not_see_each_other() -> None:
    see = visible(2, 2, 2, 7)
    assert see[:2, :2].all()
    assert not see[:2, 2:].any()
    assert see[3, :4].all()
    assert not see[2, 3]
    assert see[5].tolist() == [True, True, False, False, True, True, False]
    assert see[6].tolist() == [False] * 6 + [True]


def test_required_words_are_single_tokens(tiny_tokenizer: Tokenizer) -> None:
    for word in required_words():
        assert len(tiny_tokenizer.encode(f" {word}").ids) == 1, word
    for operation in Operation:
        assert len(tiny_tokenizer.encode(operation.value).ids) == 1


def test_operation_tokens_are_distinct(slot_model: SlotModel) -> None:
    ids = operation_ids(slot_model)
    assert len(set(ids.values())) == len(Operation)
    for operation, index in ids.items():
        assert slot_model.tokenizer.decode([index]).strip() == operation.value


def test_digits_are_single_tokens(tiny_tokenizer: Tokenizer) -> None:
    pieces = [tiny_tokenizer.id_to_token(index) for index in tiny_tokenizer.encode("50 - 1234 = ").ids]
    assert [piece for piece in pieces if piece.strip("Ġ").isdigit()] == list("501234")


@given(st.text(max_size=60))
def test_any_text_survives_the_tokenizer(tiny_tokenizer: Tokenizer, text: str) -> None:
    encoded = tiny_tokenizer.encode(text)
    special = {"<pad>", "<eos>", "<eq>", "<op>"}
    if not any(token in text for token in special):
        assert tiny_tokenizer.decode(encoded.ids, skip_special_tokens=False) == text


def test_equal_counts_give_equal_tokenizers() -> None:
    counts = {"apples": 5, "has": 9, "gave": 4}
    assert build_tokenizer(counts, 800).to_str() == build_tokenizer(dict(reversed(counts.items())), 800).to_str()
    assert "apples" in word_ids(build_tokenizer(counts, 800))
