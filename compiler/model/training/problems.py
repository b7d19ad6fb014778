"""Training on problems: generated ones and a user's, in batches of like length, a function of seed and block."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from irmill.compiler.base.rows import Progress
from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.english.phrases import phrases
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.batch import Encoded, Encoder, collate, specials_of
from irmill.compiler.model.readings import lens_block
from irmill.compiler.model.tokenizer import PAD, count_words, word_ids
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.corpus import Example, read_corpus
from irmill.compiler.model.training.files import Draft
from irmill.compiler.model.training.loop import run
from irmill.compiler.model.training.losses import losses

BLOCK = 640
"""Problems in a block: sorted by length and cut into batches, which are then shuffled."""
_LONGEST = 220
_STEP_SHARE = 0.12
"""The share of batches that hold canonical steps alone, without a question."""
_PROTECTED = 900
_SMOOTHING = 0.02


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on: the examples of each extra file, and those of all files held out for measuring."""

    extra: tuple[tuple[Example, ...], ...]
    held: tuple[Example, ...]


def read_material(paths: Sequence[Path], seed: int) -> Material:
    """The usable examples of the files, a twentieth of each held out. Raises InputError for a bad file."""
    extra: list[tuple[Example, ...]] = []
    held: list[Example] = []
    for path in paths:
        try:
            examples = list(read_corpus(path))
        except (OSError, ValueError) as error:
            raise InputError(f"--corpus {path}: {error}") from error
        if not examples:
            raise InputError(f"--corpus {path}: no row of it has a program over the numbers of its question")
        random.Random(seed).shuffle(examples)
        cut = max(1, len(examples) // 20)
        held += examples[:cut]
        extra.append(tuple(examples[cut:]))
    return Material(tuple(extra), tuple(held))


def corpus_words(examples: Iterable[Example], seed: int, count: int) -> Counter[str]:
    """How often words occur in generated problems (capped, so that no list drowns the rest) and in the examples."""
    counts = count_words(normal_form(problem.question).tokens for problem in generate(count, seed))
    for word in list(counts):
        counts[word] = min(counts[word], 2000)
    counts.update(count_words(example.form.tokens for example in examples))
    for word in phrases().named():
        counts[word] += 30
    return counts


def protected_words(counts: Counter[str]) -> frozenset[str]:
    """The frequent words that are never replaced by stand-ins: all but names of people and things."""
    names = phrases().named()
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return frozenset(word for word, _ in ordered[:_PROTECTED] if word not in names)


def train_on_problems(
    draft: Draft, config: TrainingConfig, material: Material, folder: Path, progress: Progress
) -> None:
    """Train what of a draft wants gradients, by the dual reward."""
    vocabulary = draft.tokenizer.get_vocab()
    encoder = Encoder(word_ids(draft.tokenizer), specials_of(vocabulary), draft.protected, config.nonce_rate)
    block = lens_block(draft.net.config.num_hidden_layers)

    def loss_of(batch: Any) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = losses(draft.net, collate(batch, vocabulary[PAD]), block, smoothing=_SMOOTHING)
        return found.combined(config.lens_weight), found.answer, found.lens, found.lens_right

    run(draft.net, config, folder, lambda start: batches(config, encoder, material, start), loss_of, progress)


def batches(
    config: TrainingConfig, encoder: Encoder, material: Material, start: int
) -> Iterator[tuple[int, list[Encoded]]]:
    """Batches from block ``start`` on, each with the block that comes after its own (what a checkpoint resumes at)."""
    block = start
    while True:
        yield from ((block, batch) for batch in block_batches(config, encoder, material, block))
        block += 1


def block_batches(config: TrainingConfig, encoder: Encoder, material: Material, block: int) -> list[list[Encoded]]:
    """The batches of one block."""
    rng = random.Random(f"{config.seed}/{block}")
    share = config.corpus_share if material.extra else 0.0
    extra = sum(rng.random() < share for _ in range(BLOCK))
    chosen = (rng.choice(rng.choice(material.extra)) for _ in range(extra))
    encoded = [encoder.encode(example.form, example.slots, rng) for example in chosen]
    problems = list(generate(BLOCK - extra, rng.getrandbits(48), splits=frozenset({Split.TRAIN})))
    encoded += [encoder.encode(normal_form(problem.question), problem.slots, rng) for problem in problems]
    encoded = sorted((item for item in encoded if item.size <= _LONGEST), key=lambda item: item.size)
    made: list[list[Encoded]] = []
    current: list[Encoded] = []
    for item in encoded:
        if current and (len(current) + 1) * item.size > config.tokens:
            made.append(current)
            current = []
        current.append(item)
    if current:
        made.append(current)
    alone = max(1, round(len(made) * _STEP_SHARE))
    shown = [step for problem in problems for step in encoder.encode_steps(problem.slots)]
    made += [rng.sample(shown, min(80, len(shown))) for _ in range(alone)] if shown else []
    rng.shuffle(made)
    return made
