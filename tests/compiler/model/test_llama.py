"""The embedded forward pass beside transformers' own, and the tokenizer below both."""

from __future__ import annotations

import torch
import transformers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.batch import visible
from irmill.compiler.model.llama import Cache
from irmill.compiler.model.load import SlotModel
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


def test_words_one_by_one_are_words_at_once(slot_model: SlotModel) -> None:
    ids = torch.arange(100, 109)[None]
    positions = torch.arange(9)[None]
    with torch.no_grad():
        whole = slot_model.net.hidden(ids, positions, causal(9))
        cache = Cache(slot_model.layers)
        parts = [slot_model.net.hidden(ids[:, :5], positions[:, :5], causal(5), cache=cache)]
        for place in range(5, 9):
            step = slice(place, place + 1)
            mask = torch.zeros(1, 1, 1, place + 1)
            parts.append(slot_model.net.hidden(ids[:, step], positions[:, step], mask, cache=cache))
    torch.testing.assert_close(torch.cat(parts, 1), whole, atol=1e-4, rtol=1e-4)


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
