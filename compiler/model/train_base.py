"""The embedded model from scratch: tokenizer and all weights, on generated problems and a user's.

    irmill train base --corpus word_problems.jsonl --install

The objective is the dual reward over all weights: the program of a question at the last layer, each step's operation at
the lens. Words that are rare, and at random some that are not, are stand-ins without a meaning of their own.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (the libraries' own annotations are partial)
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from irmill.compiler.base.rows import Progress
from irmill.compiler.model import train_loop
from irmill.compiler.model.config import TrainConfig
from irmill.compiler.model.dual_reward import losses
from irmill.compiler.model.lens import lens_block
from irmill.compiler.model.rows import Encoder, collate, specials_of
from irmill.compiler.model.stream import batches, corpus_words, protected_words, read_material
from irmill.compiler.model.tokenizer import EOS, PAD, build_tokenizer, word_ids
from irmill.compiler.model.training_files import Draft, save_draft

SMOOTHING = 0.02


def train_base(config: TrainConfig, folder: Path, progress: Progress) -> None:
    """Train from scratch; the folder then holds a model that loads like the embedded one."""
    train_loop.seed_all(config)
    material = read_material(config.corpus, config.seed)
    counts = corpus_words([example for examples in material.extra for example in examples], config.seed, config.counted)
    tokenizer = build_tokenizer(counts, config.vocabulary)
    vocabulary = tokenizer.get_vocab()
    special = specials_of(vocabulary)
    shape = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=config.width,
        intermediate_size=config.inner,
        num_hidden_layers=config.layers,
        num_attention_heads=config.heads,
        num_key_value_heads=config.heads,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 1000.0},
        bos_token_id=None,
        eos_token_id=special[EOS],
        pad_token_id=special[PAD],
    )
    shape._attn_implementation = "eager"  # pyright: ignore[reportPrivateUsage]
    draft = Draft(LlamaForCausalLM(shape), tokenizer, protected_words(counts))
    train_weights(draft, config, folder, progress)


def train_weights(draft: Draft, config: TrainConfig, folder: Path, progress: Progress) -> None:
    """Train what of a draft wants gradients, on the stream, and save it."""
    vocabulary = draft.tokenizer.get_vocab()
    encoder = Encoder(word_ids(draft.tokenizer), specials_of(vocabulary), draft.protected, config.nonce_rate)
    material = read_material(config.corpus, config.seed)
    block = lens_block(draft.net.config.num_hidden_layers)

    def loss_of(rows: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(draft.net, collate(rows, vocabulary[PAD]), block, smoothing=SMOOTHING)
        return found.combined(config.lens_weight), found.answer, found.lens, found.lens_right

    def stream(start: int) -> Iterator[tuple[int, Any]]:
        return batches(config, encoder, material, start)

    train_loop.run(draft.net, config, folder, stream, loss_of, progress)
    save_draft(draft, folder, config)
