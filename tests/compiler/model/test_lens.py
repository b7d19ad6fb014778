"""The lens: after which block, at which token, with which blocks left out, and what it cannot see."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import transformers

from irmill.compiler.english.corpus import generate
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.config import LensConfig
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import SlotModel, blocks_of
from irmill.compiler.model.prompt import steps_of
from irmill.compiler.model.readings import LensItem, lens_block
from irmill.compiler.model.report import operations_in
from irmill.compiler.model.slot_lens import operation_ids
from irmill.compiler.model.text_lens import first_tokens, step_prompts

ITEM = LensItem("Ann has 5 cups and 3 lids. She sells 2.", parse_text("(5 + 3) - 2 = "))


@pytest.mark.parametrize(("layers", "block"), [(22, 12), (6, 3), (4, 2), (12, 6), (16, 8)])
def test_the_block_is_at_55_percent(layers: int, block: int) -> None:
    assert lens_block(layers) == block


def test_a_reading_is_the_full_model_s_hidden_state(
    slot_model: SlotModel, tiny_net: transformers.LlamaForCausalLM
) -> None:
    words = slot_model.words
    prompt = torch.tensor([[slot_model.vocabulary["<op>"], *(words[word] for word in ("N0", "-", "N1", "="))]])
    (readings,) = classify(slot_model, [LensItem(None, parse_text("50 - 15 = "))])
    with torch.no_grad():
        states = tiny_net(input_ids=prompt, output_hidden_states=True).hidden_states
        logits = tiny_net.lm_head(tiny_net.model.norm(states[lens_block(4) + 1][0, -1]))
    ids = operation_ids(slot_model)
    chances = torch.softmax(logits[list(ids.values())], -1)
    assert readings[0].operation is list(ids)[int(chances.argmax())]
    assert readings[0].probability == pytest.approx(float(chances.max()), abs=1e-4)


def test_blocks_above_the_lens_do_not_run(slot_model: SlotModel) -> None:
    ran: list[int] = []
    handles = [
        block.self_attn.q_proj.register_forward_hook(lambda *_, index=index: ran.append(index))
        for index, block in enumerate(slot_model.net.model.layers)
    ]
    classify(slot_model, [ITEM])
    for handle in handles:
        handle.remove()
    assert ran == [0, 1, 2]


def test_the_depth_is_configured(slot_model: SlotModel) -> None:
    ran: list[int] = []
    handle = slot_model.net.model.layers[1].self_attn.q_proj.register_forward_hook(lambda *_: ran.append(1))
    classify(slot_model, [ITEM], LensConfig(depth=0.0))
    handle.remove()
    assert ran == []


def test_one_reading_for_each_operation_post_order(slot_model: SlotModel) -> None:
    problems = list(generate(40, 6))
    items = [LensItem(problem.question, parse_text(problem.canonical)) for problem in problems]
    for problem, readings in zip(problems, classify(slot_model, items), strict=True):
        assert len(readings) == len(operations_in(problem.canonical))
        assert all(0.0 <= reading.probability <= 1.0 for reading in readings)


def test_the_reading_owes_nothing_to_the_sign(slot_model: SlotModel) -> None:
    """The same question with another operation in the program reads the same: the sign is not in the prompt."""
    texts = ["5 + 3 = ", "5 - 3 = ", "5 * 3 = ", "5 > 3 is "]
    found = classify(slot_model, [LensItem("Ann has 5 cups and 3 lids.", parse_text(text)) for text in texts])
    assert len({(readings[0].operation, round(readings[0].probability, 5)) for readings in found}) == 1


def test_a_later_step_does_not_move_an_earlier_reading(slot_model: SlotModel) -> None:
    (short,) = classify(slot_model, [LensItem(ITEM.question, parse_text("5 + 3 = "))])
    (long,) = classify(slot_model, [ITEM])
    assert short[0].operation is long[0].operation
    assert short[0].probability == pytest.approx(long[0].probability, abs=1e-5)


def test_batches_do_not_move_readings(slot_model: SlotModel) -> None:
    items = [LensItem(problem.question, parse_text(problem.canonical)) for problem in generate(12, 3)]
    together = classify(slot_model, items)
    alone = [classify(slot_model, [item])[0] for item in items]
    for first, second in zip(together, alone, strict=True):
        assert [reading.operation for reading in first] == [reading.operation for reading in second]


def test_long_programs_are_read_to_the_limit(slot_model: SlotModel) -> None:
    text = " + ".join(["1"] * 200)
    (limited,) = classify(slot_model, [LensItem(None, parse_text(text), 64)])
    (whole,) = classify(slot_model, [LensItem(None, parse_text(text))])
    assert (len(limited), len(whole)) == (64, 199)
    assert limited == whole[:64]


def test_every_kind_of_operation_has_a_prompt(slot_model: SlotModel) -> None:
    text = (
        "f(x) = x + 1; a = [3, 4]; a[0] = f(2); b = 1; while b < 3 do { b = b + 1; } "
        "if not b > 2 then -a[1] else gcd(4, 6)"
    )
    (readings,) = classify(slot_model, [LensItem(None, parse_text(text))])
    assert len(readings) == len(operations_in(text))
    assert {step.operation for step in steps_of(parse_text(text))} >= {Operation.STORE, Operation.WHILE, Operation.CALL}


def test_steps_hide_the_operation() -> None:
    steps = steps_of(parse_text("( N0 - N1 ) * N2 ="))
    assert [step.hidden for step in steps] == [("N0", "?", "N1", "="), ("R0", "?", "N2", "=")]
    assert [step.shown for step in steps] == [("N0", "-", "N1", "="), ("R0", "*", "N2", "=")]


def test_text_models_are_read_after_the_same_block(chat_model: Any) -> None:
    (readings,) = classify(chat_model, [LensItem(None, parse_text("50 - 15 = "))])
    tokens = first_tokens(chat_model.tokenizer)
    assert len(set(tokens.values())) == len(Operation)
    inputs = chat_model.tokenizer("50 - 15 = ", return_tensors="pt")
    ran: list[int] = []
    handle = blocks_of(chat_model.net)[3].register_forward_hook(lambda *_: ran.append(3))
    classify(chat_model, [LensItem(None, parse_text("50 - 15 = "))])
    handle.remove()
    assert ran == []
    with torch.no_grad():
        states = chat_model.net(input_ids=inputs["input_ids"], output_hidden_states=True).hidden_states
        logits = chat_model.net.lm_head(chat_model.net.model.norm(states[lens_block(4) + 1][0, -1]))
    chances = torch.softmax(logits[list(tokens.values())], -1)
    assert readings[0].operation is list(tokens)[int(chances.argmax())]
    assert readings[0].probability == pytest.approx(float(chances.max()), abs=1e-4)


def test_text_prompts_hide_the_operation_in_english_only() -> None:
    assert step_prompts(LensItem("Ann had 50, lost 15.", parse_text("50 - 15 = "))) == [
        "Ann had 50, lost 15. 50 ? 15 = "
    ]
    assert step_prompts(LensItem(None, parse_text("50 - 15 = "))) == ["50 - 15 = "]
    assert step_prompts(LensItem(None, parse_text("(1 + 2) * max(3, 4)"))) == [
        "1 + 2 = ",
        "max(3, 4) = ",
        "(1 + 2) * max(3, 4) = ",
    ]
