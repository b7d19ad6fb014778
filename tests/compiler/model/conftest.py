"""Tiny models with random weights: one over slots, one of transformers with a tokenizer of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from irmill.compiler.english.corpus import generate
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.load import SlotModel, load_slot_model
from irmill.compiler.model.tokenizer import EOS, PAD, build_tokenizer
from irmill.compiler.model.training.config import (
    BaseTraining,
    ClassifierTraining,
    NormalizerTraining,
    TrainConfig,
    TrunkTraining,
)
from irmill.compiler.model.training.files import Draft, save_draft
from irmill.compiler.model.training.problems import corpus_words

TINY = BaseTraining(
    steps=6,
    width=32,
    layers=4,
    heads=2,
    inner=64,
    vocabulary=1400,
    tokens=512,
    warmup=2,
    log_every=2,
    save_every=3,
    counted=300,
)
"""A training from scratch in seconds."""
FURTHER = {"steps": 6, "tokens": 512, "warmup": 2, "log_every": 2, "save_every": 3}
CHAT = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Training sets threads and random state for the whole process: put both back."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.random.fork_rng():
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_config() -> TrainConfig:
    """Every training in seconds."""
    return TrainConfig(
        base=TINY,
        normalizer=NormalizerTraining(**FURTHER),
        classifier=ClassifierTraining(**FURTHER),
        trunk=TrunkTraining(**FURTHER, width=16, inner=16, pair=16, validation=4),
    )


@pytest.fixture(scope="session")
def tiny_tokenizer() -> Tokenizer:
    return build_tokenizer(corpus_words([], 1, TINY.counted), TINY.vocabulary)


def tiny_llama(tokenizer: Tokenizer) -> transformers.LlamaForCausalLM:
    shape = transformers.LlamaConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=TINY.width,
        intermediate_size=TINY.inner,
        num_hidden_layers=TINY.layers,
        num_attention_heads=TINY.heads,
        num_key_value_heads=1,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        bos_token_id=None,
        eos_token_id=tokenizer.token_to_id(EOS),
        pad_token_id=tokenizer.token_to_id(PAD),
    )
    shape._attn_implementation = "eager"
    torch.manual_seed(0)
    net = transformers.LlamaForCausalLM(shape)
    with torch.no_grad():
        for parameter in net.parameters():
            if parameter.dim() > 1:
                parameter.mul_(4.0)  # far from uniform, so that comparisons can fail
            parameter.copy_(parameter.half().float())  # weights are stored in half precision
    return net.eval()


@pytest.fixture(scope="session")
def tiny_net(tiny_tokenizer: Tokenizer) -> transformers.LlamaForCausalLM:
    return tiny_llama(tiny_tokenizer)


@pytest.fixture(scope="session")
def slot_folder(
    tmp_path_factory: pytest.TempPathFactory, tiny_net: transformers.LlamaForCausalLM, tiny_tokenizer: Tokenizer
) -> Path:
    folder = tmp_path_factory.mktemp("slots")
    save_draft(Draft(tiny_net, tiny_tokenizer, frozenset({"has", "gave"})), folder, TINY)
    return folder


@pytest.fixture(scope="session")
def slot_model(slot_folder: Path) -> SlotModel:
    return load_slot_model(slot_folder)


@pytest.fixture(scope="session")
def chat_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformers model saved as any other: safetensors, a fast tokenizer, a chat template."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    words = (
        " ".join(f"{operation.value} {operation.value}" for operation in Operation) + " quotient remainder most least"
    )
    trainer = trainers.BpeTrainer(
        vocab_size=900,
        special_tokens=["<unk>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([f" {words}"] * 3 + [problem.question for problem in generate(200, 1)], trainer)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="</s>", unk_token="<unk>")
    fast.chat_template = CHAT
    torch.manual_seed(1)
    net = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=len(fast),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=4,
            num_attention_heads=2,
            max_position_embeddings=2048,
            eos_token_id=fast.eos_token_id,
            pad_token_id=fast.eos_token_id,
        )
    )
    folder = tmp_path_factory.mktemp("chat")
    net.save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def chat_model(chat_folder: Path) -> Any:
    from irmill.compiler.model.config import ModelConfig
    from irmill.compiler.model.load import load_model

    return load_model(ModelConfig(id=str(chat_folder)))
