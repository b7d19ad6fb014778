"""The stream of examples that every training reads: generated problems and a user's rows, a function of its position.

Generated problems are of templates that train. Of the rows, the same twentieth is held out whatever is trained: those
whose question, its numbers aside, hashes into it. Rows with a held-out pair of operations are left out.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from irmill.compiler import english
from irmill.compiler.base.splits import HashRule, Split
from irmill.compiler.english.corpus import Problem, generate, make_problem
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.phrases import phrases
from irmill.compiler.english.quantities import NormalForm, normal_form
from irmill.compiler.english.scenarios import all_templates
from irmill.compiler.english.splits import split_of
from irmill.compiler.english.templates import Template
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.direct.reading import meaningful
from irmill.compiler.model.tokenizer import count_words
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.corpus import Example, read_corpus
from irmill.compiler.model.training.insertion import inserted, places, statements

BLOCK = 640
"""Examples in a block of the stream, which is drawn at once."""
ROWS = HashRule(20, test=range(1), validation=range(0))
"""Rows of a corpus, by their question without its numbers: ``test`` is held out."""
DRILLED = frozenset({"comparison", "conditional"})
"""Families that stories drown: to tell less from greater takes some thousands of questions, and few stories ask it."""
_VALIDATION = 2025
"""Seed of the problems that a training measures itself on."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file of rows: its name without folders, its digest, and its usable rows that train and that are held out."""

    name: str
    sha256: str
    trained: int
    held: int


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on beside the generator.

    Attributes:
        extra: the examples of each file that are trained on; no file is empty.
        held: those of all files that are held out for measuring.
        statements: sentences with a number of the examples that are trained on.
        sources: the files, in order.
    """

    extra: tuple[tuple[Example, ...], ...] = ()
    held: tuple[Example, ...] = ()
    statements: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def digest(self) -> str:
        """A digest of all that the stream is made from: the files and the generator."""
        parts = [source.sha256 for source in self.sources] + [generator_digest()]
        return hashlib.sha256(" ".join(parts).encode()).hexdigest()


NO_CORPUS = Material()
"""The generator alone."""


def split_of_row(form: NormalForm, slots: str) -> Split:
    """The split of a row of a corpus: programs with a held-out pair of operations are not trained on."""
    return Split.TEST_PAIR if holds_held_pair(slots) else ROWS.split_of(" ".join(form.tokens))


def read_material(paths: Sequence[Path]) -> Material:
    """The usable examples of the files. Raises InputError for a bad file."""
    extra: list[tuple[Example, ...]] = []
    held: list[Example] = []
    sources: list[Source] = []
    for path in paths:
        try:
            examples = list(read_corpus(path))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except (OSError, ValueError) as error:
            raise InputError(f"--corpus {path}: {error}") from error
        if not examples:
            raise InputError(f"--corpus {path}: no row of it has a program over the numbers of its question")
        split = [(split_of_row(example.form, example.slots), example) for example in examples]
        trained = tuple(example for part, example in split if part is Split.TRAIN)
        held += [example for part, example in split if part is Split.TEST]
        extra += [trained] if trained else []
        sources.append(Source(path.name, digest, len(trained), len(examples) - len(trained)))
    said = dict.fromkeys(s for examples in extra for example in examples for s in statements(example.question))
    return Material(tuple(extra), tuple(held), tuple(said), tuple(sources))


@functools.cache
def generator_digest() -> str:
    """A digest of the generator's sources and texts: what stands for its version."""
    folder = Path(english.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".txt")):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def validation_examples(config: TrainingConfig) -> list[Example]:
    """Generated problems of templates that validate: what a training measures itself on."""
    problems = generate(config.validation, _VALIDATION, splits=frozenset({Split.VALIDATION}))
    return [_example(problem) for problem in problems]


def _example(problem: Problem) -> Example:
    form = normal_form(problem.question)
    return Example(problem.question, form, problem.slots, problem.family, problem.template)


def block_examples(config: TrainingConfig, material: Material, block: int) -> list[Example]:
    """The examples of one block, :data:`BLOCK` of them, in a random order."""
    rng = random.Random(f"{config.seed}/{block}")
    share = config.corpus_share if material.extra else 0.0
    rows = [rng.choice(rng.choice(material.extra)) for _ in range(sum(rng.random() < share for _ in range(BLOCK)))]
    problems = generate(BLOCK - len(rows), rng.getrandbits(48), splits=frozenset({Split.TRAIN}))
    made = [_example(problem) for problem in problems]
    said = [[*material.statements], list(itertools.chain.from_iterable(statements(e.question) for e in made))]
    donors = [sentences for sentences in said if sentences]
    for row in rows:
        where = places(row.question)
        changes = rng.random() < config.inserted and bool(donors) and bool(where)
        changed = inserted(row, rng.choice(rng.choice(donors)), rng.choice(where)) if changes else None
        made.append(changed or row)
    rng.shuffle(made)
    return made


def drills(config: TrainingConfig, block: int, share: float) -> list[Example]:
    """Problems of :data:`DRILLED`, so many for each of a block's examples: a function of the seed and the block."""
    rng = random.Random(f"{config.seed}/{block}/drills")
    made: list[Example] = []
    while len(made) < round(share * BLOCK):
        problem = make_problem(rng.choice(_drilled_templates()), rng)
        if problem is not None:
            made.append(_example(problem))
    return made


@functools.cache
def _drilled_templates() -> tuple[Template, ...]:
    return tuple(t for t in all_templates() if t.family in DRILLED and split_of(t) is Split.TRAIN)


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
    """The words that are never replaced by stand-ins, of counted ones."""
    return meaningful(sorted(counts, key=lambda word: (-counts[word], word)))
