"""The dual reward: ``w * CE(lens, operation) + (1 - w) * CE(final, answer)``, and the adapters that it trains.

The class loss is read at the prompt's last token, where inference reads it; the answer loss is shifted, so that each
token predicts the next; padding and the prompt are no targets. Adapters are LoRA (Hu et al., 2021), trained by AdamW.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from irmill.compiler.model.batch import Batch
from irmill.compiler.model.load import blocks_of, norm_of


@dataclass(frozen=True, slots=True)
class Losses:
    """The two losses, means over their targets (0 where there are none), and the share of right lens readings."""

    lens: Tensor
    answer: Tensor
    lens_right: Tensor

    def combined(self, weight: float) -> Tensor:
        """``weight`` of the lens, the rest of the answer."""
        return weight * self.lens + (1.0 - weight) * self.answer


def hidden_states(net: Any, batch: Batch) -> tuple[Tensor, ...]:
    """All hidden states of a transformers model, ``[k + 1]`` after block ``k``; the last after the final norm."""
    output = backbone_of(net)(
        input_ids=batch.ids,
        position_ids=batch.positions,
        attention_mask=batch.mask,
        output_hidden_states=True,
        use_cache=False,
    )
    return output.hidden_states


def losses(net: Any, batch: Batch, block: int, *, smoothing: float = 0.0) -> Losses:
    """Both losses of a batch, the lens after block ``block``.

    ``net`` is a transformers causal language model, with adapters or without.
    """
    states = hidden_states(net, batch)
    width = states[-1].shape[-1]
    zero = states[-1].sum() * 0.0
    answer = lens = right = zero
    if len(batch.answer_places):
        logits = net.get_output_embeddings()(states[-1].reshape(-1, width)[batch.answer_places])
        answer = functional.cross_entropy(logits.float(), batch.answer_ids, label_smoothing=smoothing)
    if len(batch.lens_places):
        middle = norm_of(net)(states[block + 1].reshape(-1, width)[batch.lens_places])
        logits = net.get_output_embeddings()(middle).float()
        lens = functional.cross_entropy(logits, batch.lens_ids)
        right = (logits.argmax(-1) == batch.lens_ids).float().mean()
    return Losses(lens, answer, right)


def programs_right(net: Any, batch: Batch) -> int:
    """How many programs of a batch greedy decoding would write: each of their words likeliest after those before."""
    states = hidden_states(net, batch)[-1].reshape(-1, net.config.hidden_size)
    logits = net.get_output_embeddings()(states[batch.answer_places])
    wrong = batch.answer_places[logits.argmax(-1) != batch.answer_ids]
    return batch.ids.shape[0] - len(set((wrong // batch.ids.shape[1]).tolist()))


def backbone_of(net: Any) -> Any:
    """The part of a causal language model below its head, inside an adapter's wrapping or not."""
    inner = net.get_base_model() if hasattr(net, "get_base_model") else net
    return getattr(inner, inner.base_model_prefix)


def adapt(net: Any, rank: int, *, targets: Sequence[str]) -> Any:
    """The model with fresh LoRA adapters, which alone are trained. Raises InputError for a model without blocks."""
    import peft

    blocks_of(net)
    config = peft.LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=list(targets), task_type="CAUSAL_LM"
    )
    with warnings.catch_warnings():
        # peft reads an attribute that transformers 5 has renamed
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing", category=FutureWarning)
        return peft.get_peft_model(net, config)


def text_batch(tokenizer: Any, items: Sequence[tuple[str, int, str]]) -> Batch:
    """Prompts of any tokenizer with the operation's token and the answer: ``(prompt, id, answer)``.

    The answer ends with the end-of-text token; rows are padded on the right and read from left to right.
    """
    rows: list[tuple[list[int], int, int]] = []
    for prompt, word, answer in items:
        asked: list[int] = tokenizer(prompt)["input_ids"]
        said: list[int] = tokenizer(answer, add_special_tokens=False)["input_ids"]
        rows.append((asked + said + [tokenizer.eos_token_id], len(asked), word))
    length = max(len(ids) for ids, _, _ in rows)
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
    ids = torch.full((len(rows), length), pad, dtype=torch.long)
    see = torch.ones(length, length, dtype=torch.bool).tril().expand(len(rows), 1, length, length)
    answers: list[tuple[int, int]] = []
    lenses: list[tuple[int, int]] = []
    for row, (tokens, length_asked, operation) in enumerate(rows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        lenses.append((row * length + length_asked - 1, operation))
        answers += [(row * length + place, tokens[place + 1]) for place in range(length_asked - 1, len(tokens) - 1)]
    mask = torch.zeros(see.shape).masked_fill_(~see, torch.finfo(torch.float32).min)
    positions = torch.arange(length)[None].expand(len(rows), -1)
    flat_answers, flat_lenses = torch.tensor(answers), torch.tensor(lenses)
    return Batch(ids, positions, mask, flat_answers[:, 0], flat_answers[:, 1], flat_lenses[:, 0], flat_lenses[:, 1])
