"""The training stream: generated problems and a user's, in batches of like length, a function of seed and block."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.english.phrases import phrases
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import TrainConfig
from irmill.compiler.model.corpora import Example, read_corpus
from irmill.compiler.model.rows import Encoder, Row
from irmill.compiler.model.tokenizer import count_words

BLOCK = 640
"""Problems in a block: sorted by length and cut into batches, which are then shuffled."""
_LONGEST = 220
_STEP_SHARE = 0.12
"""The share of batches that hold canonical steps alone, without a question."""
_PROTECTED = 900


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


def batches(config: TrainConfig, encoder: Encoder, material: Material, start: int) -> Iterator[tuple[int, list[Row]]]:
    """Batches from block ``start`` on, each with the block that comes after its own (what a checkpoint resumes at)."""
    block = start
    while True:
        yield from ((block, rows) for rows in block_batches(config, encoder, material, block))
        block += 1


def block_batches(config: TrainConfig, encoder: Encoder, material: Material, block: int) -> list[list[Row]]:
    """The batches of one block."""
    rng = random.Random(f"{config.seed}/{block}")
    share = config.corpus_share if material.extra else 0.0
    extra = sum(rng.random() < share for _ in range(BLOCK))
    rows = [encoder.row(e.form, e.slots, rng) for e in (rng.choice(rng.choice(material.extra)) for _ in range(extra))]
    problems = list(generate(BLOCK - extra, rng.getrandbits(48), splits=frozenset({Split.TRAIN})))
    rows += [encoder.row(normal_form(problem.question), problem.slots, rng) for problem in problems]
    rows = sorted((row for row in rows if row.size <= _LONGEST), key=lambda row: row.size)
    made: list[list[Row]] = []
    current: list[Row] = []
    for row in rows:
        if current and (len(current) + 1) * row.size > config.tokens:
            made.append(current)
            current = []
        current.append(row)
    if current:
        made.append(current)
    alone = max(1, round(len(made) * _STEP_SHARE))
    shown = [row for problem in problems for row in encoder.step_rows(problem.slots)]
    made += [rng.sample(shown, min(80, len(shown))) for _ in range(alone)] if shown else []
    rng.shuffle(made)
    return made
