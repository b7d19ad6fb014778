"""The embedded model from scratch: tokenizer and all weights, on generated problems and a user's.

    irmill train base --corpus word_problems.jsonl --install

The objective is the dual reward over all weights: the program of a question at the last layer, each step's operation at
the lens. Words that are rare, and at random some that are not, are stand-ins without a meaning of their own.
"""

from __future__ import annotations

from pathlib import Path

from transformers import LlamaConfig, LlamaForCausalLM

from irmill.compiler.base.rows import Progress
from irmill.compiler.model.batch import specials_of
from irmill.compiler.model.tokenizer import EOS, PAD, build_tokenizer
from irmill.compiler.model.training.causal import train_on_problems
from irmill.compiler.model.training.config import BaseTraining
from irmill.compiler.model.training.files import Draft, save_draft
from irmill.compiler.model.training.loop import seed_all
from irmill.compiler.model.training.problems import corpus_words, protected_words, read_material


def train_base(config: BaseTraining, folder: Path, progress: Progress) -> None:
    """Train from scratch; the folder then holds a model that loads like the embedded one."""
    seed_all(config)
    material = read_material(config.corpus)
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
    train_on_problems(draft, config, material, folder, progress)
    save_draft(draft, folder, config, material)
