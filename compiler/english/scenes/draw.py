"""What a scene is made of: people, things, verbs, places, drawn from the words of a split."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import lru_cache

from irmill.compiler.english.phrases import trained_phrases
from irmill.compiler.english.scenes.lexicon import Kind, Noun, Verb, held, trained

_ROLES = 0.1
_OUT_OF_TRAINING = 0.75
"""How often a draw for the split of held-out words takes such a word, where there is one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody: a name or a role, and the pronouns."""

    name: str
    they: str
    them: str
    their: str


_CONTAINER = Kind("container", "container", "containers", ())
_PEOPLE = Kind("person", "person", "people", ())


def _words(name: str) -> tuple[str, ...]:
    """A list of single words."""
    return getattr(trained_phrases(), name)


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    """A list of ones and manies."""
    return getattr(trained_phrases(), name)


@lru_cache(maxsize=2)
def _roles(names: tuple[str, ...]) -> tuple[str, ...]:
    """The roles that one person alone has: no ``a lady``, who would be another each time."""
    return tuple(name for name in names if name.startswith(("the ", "Aunt", "Uncle", "M")))


class Draw:
    """Draws words for one scene; nothing twice where that would confuse.

    Args:
        rng: what all draws come from.
        unseen: whether to take words that no training problem holds, where there are some.
    """

    __slots__ = ("_taken", "_unseen", "rng")

    def __init__(self, rng: random.Random, *, unseen: bool = False) -> None:
        self.rng, self._unseen = rng, unseen
        self._taken: set[str] = set()

    def person(self) -> Person:
        """Somebody who was not drawn before."""
        lists, rng = trained_phrases(), self.rng
        while True:
            woman = rng.random() < 0.5
            if rng.random() < _ROLES:
                name = rng.choice(_roles(lists.women_roles if woman else lists.men_roles))
            else:
                name = rng.choice(lists.women if woman else lists.men)
            if name not in self._taken:
                self._taken.add(name)
                return Person(name, "she", "her", "her") if woman else Person(name, "he", "him", "his")

    def people(self, n: int) -> list[Person]:
        """Several who differ."""
        return [self.person() for _ in range(n)]

    def thing(self, kind: str = "") -> Noun:
        """Something that can be counted, of a kind or a group of kinds (``food``, ``animal``, ``toy``, ``held``,
        ``big``, ``plant``, ``person``); without one, something that a person can own. Raises KeyError for a kind that
        no noun is of."""
        return self._noun(kind or "held")

    def things(self, n: int, kind: str = "") -> list[Noun]:
        """Several things of one kind, all different."""
        first = self._noun(kind or "held")
        found = [first]
        while len(found) < n:
            found.append(self._noun(first.kind.name))
        return found

    def _noun(self, kind: str) -> Noun:
        usual, unseen = trained().nouns[kind], held().nouns[kind]
        for _ in range(60):
            source = unseen if self._unseen and unseen and self.rng.random() < _OUT_OF_TRAINING else usual
            noun = self.rng.choice(source)
            if noun.many not in self._taken:
                self._taken.add(noun.many)
                return noun
        raise ValueError(f"no noun of kind {kind!r} is left")

    def verb(self, frame: str) -> Verb:
        """A verb of a frame, with one that undoes it. Raises KeyError for a frame that the lexicon does not have."""
        lexicon = trained()
        verb = self._verb(frame)
        inverse = lexicon.inverses.get((frame, verb.base))
        if inverse is None and (opposite := lexicon.inverse_frames[frame]):
            inverse = self._verb(opposite)
        return replace(verb, inverse=inverse) if inverse is not None else verb

    def _verb(self, frame: str) -> Verb:
        usual, unseen = trained().verbs[frame], held().verbs[frame]
        if unseen and self._unseen and self.rng.random() < _OUT_OF_TRAINING:
            return self.rng.choice(unseen)
        return self.rng.choice(usual)

    def pick(self, *options: str) -> str:
        """One of some phrasings."""
        return self.rng.choice(options)

    def box(self) -> Noun:
        """A container, one and many; its kind is that of things that hold things."""
        one, many = self._new(_pairs("boxes"))
        return Noun(one, many, _CONTAINER)

    def group(self) -> Noun:
        """People of a group: friends, students."""
        one, many = self._new(_pairs("groups"))
        return Noun(one, many, _PEOPLE)

    def food(self) -> Noun:
        """Something to eat."""
        return self.thing("food")

    def place(self) -> str:
        """A place without its article: ``park``."""
        return self._word("places")

    def day(self) -> str:
        """A day of the week."""
        return self._word("days")

    def month(self) -> str:
        """A month."""
        return self._word("months")

    def color(self) -> str:
        """A color."""
        return self._word("colors")

    def relative(self) -> str:
        """Who somebody is to a person: ``mother``."""
        return self._word("relatives")

    def subject(self) -> str:
        """A subject at school."""
        return self._word("subjects")

    def liquid(self) -> str:
        """Something to pour."""
        return self._word("liquids")

    def stuff(self) -> str:
        """Something to weigh: ``rice``."""
        return self._word("stuffs")

    def chore(self) -> str:
        """What earns money: ``washing cars``."""
        return self._word("chores")

    def article(self) -> str:
        """Something with a price: ``lamp``."""
        return self._word("articles")

    def _word(self, name: str) -> str:
        words = _words(name)
        while (word := self.rng.choice(words)) in self._taken:
            pass
        self._taken.add(word)
        return word

    def _new(self, pairs: tuple[tuple[str, str], ...]) -> tuple[str, str]:
        while (pair := self.rng.choice(pairs))[1] in self._taken:
            pass
        self._taken.add(pair[1])
        return pair
