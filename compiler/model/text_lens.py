"""The logit lens on any causal language model: the same reading, with the model's own tokens.

An operation word's token is the first one of the word, or of a plain synonym where two words start alike (``less`` and
``less_equal``). The prompt is the question and the step with its operation hidden; canonical text is read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from irmill.compiler.lang.errors import InputError
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import LensConfig
from irmill.compiler.model.load import TextModel, blocks_of, norm_of
from irmill.compiler.model.prompt import text_steps
from irmill.compiler.model.readings import LensItem, LensReading, lens_block

_SYNONYMS = {
    Operation.FLOOR_DIVIDE: ("floor_divide", "quotient", "whole"),
    Operation.MODULO: ("modulo", "remainder", "rest"),
    Operation.LESS_EQUAL: ("less_equal", "most", "maximal"),
    Operation.GREATER: ("greater", "more", "above"),
    Operation.GREATER_EQUAL: ("greater_equal", "least", "minimum"),
    Operation.EQUAL: ("equal", "same"),
    Operation.NOT_EQUAL: ("not_equal", "different", "other"),
    Operation.NOT: ("not", "opposite"),
    Operation.NEGATE: ("negate", "minus", "negative"),
    Operation.FLOOR: ("floor", "down", "below"),
    Operation.SQRT: ("sqrt", "root", "square"),
    Operation.GCD: ("gcd", "divisor", "common"),
    Operation.LEN: ("len", "length", "size"),
    Operation.ABS: ("abs", "absolute", "magnitude"),
    Operation.MAX: ("max", "largest", "top"),
    Operation.MIN: ("min", "smallest", "bottom"),
    Operation.SUM: ("sum", "total", "all"),
    Operation.STORE: ("store", "save", "put"),
    Operation.SUBTRACT: ("subtract", "difference", "take"),
    Operation.PRODUCT: ("product", "times"),
    Operation.INDEX: ("index", "element", "item"),
    Operation.WHILE: ("while", "repeat", "until"),
    Operation.CALL: ("call", "function", "apply"),
    Operation.MULTIPLY: ("multiply", "multiplication"),
    Operation.DIVIDE: ("divide", "division", "share"),
    Operation.COUNT: ("count", "number"),
    Operation.POWER: ("power", "exponent"),
}


def first_tokens(tokenizer: Any) -> dict[Operation, int]:
    """A token for each operation word, all distinct. Raises InputError where the tokenizer cannot tell them apart."""
    found: dict[Operation, int] = {}
    for operation in Operation:
        for word in (*_SYNONYMS.get(operation, (operation.value,)), operation.value):
            ids: list[int] = tokenizer(f" {word}", add_special_tokens=False)["input_ids"]
            whole = [i for i in ids if str(tokenizer.decode([i])).strip()]
            if whole and whole[0] not in found.values():
                found[operation] = whole[0]
                break
        else:
            raise InputError(f"the tokenizer has no token of its own for the operation word {operation}")
    return found


class _Stop(Exception):
    """Raised by the hook once the lens's block has run."""

    def __init__(self, hidden: Tensor) -> None:
        super().__init__()
        self.hidden = hidden


def hidden_after(net: Any, block: int, inputs: dict[str, Tensor]) -> Tensor:
    """The hidden states after a block, (rows, length, width); no later block runs."""

    def stop(module: Any, arguments: Any, output: Any) -> None:
        raise _Stop(output[0] if isinstance(output, tuple) else output)

    handle = blocks_of(net)[block].register_forward_hook(stop)
    try:
        net(**inputs, use_cache=False)
    except _Stop as reached:
        return reached.hidden
    finally:
        handle.remove()
    raise InputError(f"block {block} of {type(net).__name__} did not run")


def step_prompts(item: LensItem) -> list[str]:
    """The prompts of an item, one for each operation, post-order."""
    steps = text_steps(item.program, item.limit)
    if item.question is None:
        return [f"{shown} = " for _, shown in steps]
    return [f"{item.question} {hidden} = " for hidden, _ in steps]


@torch.inference_mode()
def read_text_model(
    model: TextModel, items: Sequence[LensItem], config: LensConfig | None = None
) -> list[list[LensReading]]:
    """One reading for each operation node of each item, post-order."""
    tokens = first_tokens(model.tokenizer)
    operations = list(tokens)
    columns = torch.tensor([tokens[operation] for operation in operations])
    block = lens_block(model.layers, config)
    prompts = [step_prompts(item) for item in items]
    flat = [prompt for group in prompts for prompt in group]
    readings: list[LensReading] = []
    for start in range(0, len(flat), 16):
        inputs = model.tokenizer(flat[start : start + 16], return_tensors="pt", padding=True)
        kept = {name: inputs[name].to(model.net.device) for name in ("input_ids", "attention_mask")}
        last = hidden_after(model.net, block, kept)[:, -1]
        logits = model.net.get_output_embeddings()(norm_of(model.net)(last))
        chances = torch.softmax(logits[:, columns].float(), -1)
        best, places = chances.max(-1)
        for place, chance in zip(places.tolist(), best.tolist(), strict=True):
            readings.append(LensReading(operations[place], chance))
    made = iter(readings)
    return [[next(made) for _ in group] for group in prompts]
