"""Every family of scenes, and the stream of their problems."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator

from irmill.compiler.base.splits import QUESTIONS, Split
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.problem import Problem
from irmill.compiler.english.scenes import (
    addressed,
    aims,
    brief,
    chains,
    changes,
    collected,
    comparing,
    contests,
    daily,
    decoys,
    durations,
    earning,
    fractions,
    groups,
    hands,
    lists,
    measures,
    money,
    nature,
    owners,
    packing,
    parts,
    percents,
    places,
    quotients,
    rates,
    recipes,
    school,
    sets,
    sharing,
    shops,
    stages,
    totals,
    travel,
    units,
    work,
)
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import holds_held_word
from irmill.compiler.english.scenes.problems import problems_of
from irmill.compiler.english.scenes.scene import Asked, Maker, Scene

_FILES: tuple[dict[str, Maker], ...] = (
    hands.FAMILIES,
    owners.FAMILIES,
    comparing.FAMILIES,
    places.FAMILIES,
    aims.FAMILIES,
    quotients.FAMILIES,
    parts.FAMILIES,
    stages.FAMILIES,
    groups.FAMILIES,
    sets.FAMILIES,
    sharing.FAMILIES,
    packing.FAMILIES,
    rates.FAMILIES,
    money.FAMILIES,
    earning.FAMILIES,
    units.FAMILIES,
    durations.FAMILIES,
    fractions.FAMILIES,
    percents.FAMILIES,
    decoys.FAMILIES,
    totals.FAMILIES,
    addressed.FAMILIES,
    chains.FAMILIES,
    daily.FAMILIES,
    work.FAMILIES,
    collected.FAMILIES,
    contests.FAMILIES,
    measures.FAMILIES,
    nature.FAMILIES,
    school.FAMILIES,
    shops.FAMILIES,
    travel.FAMILIES,
    brief.FAMILIES,
    changes.FAMILIES,
    recipes.FAMILIES,
    lists.FAMILIES,
)
FAMILIES: dict[str, Maker] = {name: maker for families in _FILES for name, maker in families.items()}
"""The makers of all families, by name."""
_DIVIDING = frozenset(
    name for file in (quotients, sharing, packing, rates, groups, fractions, work) for name in file.FAMILIES
)
"""Families that ask for quotients, which are rare in all others: drawn twice as often."""
_LISTING = frozenset(lists.FAMILIES)
"""Families that ask for sums of three and more, which are rare in all others: drawn three times as often."""
_PLAIN = re.compile(r"N\d+ [-+] N\d+ =")
_PLAIN_KEPT = 0.75
"""Of the questions for a sum or a difference of two quantities, which most families ask, so many are kept."""
_HELD_NAMES = (
    "change-between round-trip chain-of-owners riders two-towards-one whole-seats group-lines share-teams rate-trip"
    " set-nested price-total-change kept-and-deleted hours-and-pay album-pages temperatures spend-fee unit-weeks"
    " part-kinds town-at-two-times"
)
HELD_FAMILIES = frozenset(_HELD_NAMES.split())
"""Families of which nothing is trained on."""
_UNSEEN_SHARE = 0.04
"""Of the scenes, those told with held-out words, where other splits are asked for as well."""
_PATIENCE = 5000


def split_of(scene: Scene, ask: Asked) -> Split:
    """The split of a question of a scene: by its family, by its operations, else by a hash of ``family/name``."""
    if scene.family in HELD_FAMILIES:
        return Split.TEST_FAMILY
    if holds_held_pair(ask.expression):
        return Split.TEST_PAIR
    return QUESTIONS.split_of(f"{scene.family}/{ask.name}")


def scene_problems(rng: random.Random, splits: Collection[Split]) -> Iterator[list[Problem]]:
    """The problems of one scene after another, without end, of the given splits; many a scene has none.

    Raises ValueError where scene after scene has none: no question is of the splits.
    """
    unseen = Split.TEST_WORDS in splits
    known = frozenset(splits) - {Split.TEST_WORDS}
    held = [family for family in FAMILIES if family in HELD_FAMILIES]
    others = [family for family in FAMILIES if family not in HELD_FAMILIES]
    families = held if known <= {Split.TEST_FAMILY} else others + held * (Split.TEST_FAMILY in known)
    families += [family for family in families if family in _DIVIDING]
    families += 2 * [family for family in families if family in _LISTING]
    fruitless = 0
    while fruitless < _PATIENCE:
        if unseen and (not known or rng.random() < _UNSEEN_SHARE):
            made = unseen_problems(rng.choice(others), rng)
        else:
            made = known_problems(rng.choice(families), rng, known)
        fruitless = 0 if made else fruitless + 1
        yield [problem for problem in made if not _PLAIN.fullmatch(problem.slots) or rng.random() < _PLAIN_KEPT]
    raise ValueError(f"no scene has a question of the splits {sorted(splits)}")


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
