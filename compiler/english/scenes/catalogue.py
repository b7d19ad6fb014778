"""Every family of scenes, and the stream of their problems."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator

from irmill.compiler.base.splits import QUESTIONS, Split
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.problem import Problem
from irmill.compiler.english.scenes import hands
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import holds_held_word
from irmill.compiler.english.scenes.problems import problems_of
from irmill.compiler.english.scenes.scene import Asked, Maker, Scene

_FILES: tuple[dict[str, Maker], ...] = (hands.FAMILIES,)
FAMILIES: dict[str, Maker] = {name: maker for families in _FILES for name, maker in families.items()}
"""The makers of all families, by name."""
HELD_FAMILIES = frozenset[str]()
"""Families of which nothing is trained on."""


def split_of(scene: Scene, ask: Asked) -> Split:
    """The split of a question of a scene: by its family, by its operations, else by a hash of ``family/name``."""
    if scene.family in HELD_FAMILIES:
        return Split.TEST_FAMILY
    if holds_held_pair(ask.expression):
        return Split.TEST_PAIR
    return QUESTIONS.split_of(f"{scene.family}/{ask.name}")


def scene_problems(rng: random.Random, splits: Collection[Split]) -> Iterator[list[Problem]]:
    """The problems of one scene after another, without end, of the given splits."""
    families = list(FAMILIES)
    known = [split for split in splits if split is not Split.TEST_WORDS]
    unseen = Split.TEST_WORDS in splits
    while True:
        family = rng.choice(families)
        if unseen and (not known or rng.random() < 1 / (len(known) + 1)):
            yield unseen_problems(family, rng)
        else:
            yield known_problems(family, rng, known)


def known_problems(family: str, rng: random.Random, splits: Collection[Split]) -> list[Problem]:
    """The problems of one scene of a family, told with the words of training."""
    made = problems_of(FAMILIES[family](Draw(rng)), rng, split_of=split_of, splits=splits)
    return [problem for problem in made if not holds_held_word(problem.question)]


def unseen_problems(family: str, rng: random.Random) -> list[Problem]:
    """The problems of one scene that ask as training does, but with words that no training problem holds."""

    def split(scene: Scene, ask: Asked) -> Split:
        return Split.TEST_WORDS if split_of(scene, ask) is Split.TRAIN else Split.HELD_OUT

    scene = FAMILIES[family](Draw(rng, unseen=True))
    made = problems_of(scene, rng, split_of=split, splits=(Split.TEST_WORDS,))
    return [problem for problem in made if holds_held_word(problem.question)]
