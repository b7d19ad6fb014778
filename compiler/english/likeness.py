"""How alike two questions are: the Jaccard similarity of their sets of words, whatever numbers they have.

A row is *like* a corpus where some question of it shares :data:`LIKE` of the words of the two. That bound divides the
1,217 questions of ASDiv-A into 332 like one of MAWPS and 885 unlike all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil

from irmill.compiler.english.quantities import normal_form

LIKE = 0.7
"""The similarity from which on two questions are alike."""
_NUMBER = "N"


def words_of(question: str) -> frozenset[str]:
    """The tokens of a question's normal form as a set, all numbers one of them."""
    return frozenset(_NUMBER if _is_slot(token) else token for token in normal_form(question).tokens)


def similarity(first: frozenset[str], second: frozenset[str]) -> float:
    """What two sets share, of all that is in them; 1 for two empty ones."""
    return len(first & second) / len(first | second) if first or second else 1.0


class Corpus:
    """Questions that others are compared with."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._rows = list({words_of(question) for question in questions})
        self._counts = Counter(word for row in self._rows for word in row)
        self._places: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            for word in row:
                self._places.setdefault(word, []).append(place)

    def has_like(self, question: str, bound: float = LIKE) -> bool:
        """Whether some question is at least so similar.

        One that is shares ``bound`` of the words asked about, so it has at least one of the rarest that are left when
        all but one of those are taken away: only rows with such a word are compared.
        """
        words = words_of(question)
        rarest = sorted(words, key=lambda word: (self._counts[word], word))
        some = rarest[: len(words) - ceil(bound * len(words) - 1e-9) + 1]
        places = {place for word in some for place in self._places.get(word, ())}
        return any(similarity(words, self._rows[place]) >= bound for place in places)


def _is_slot(token: str) -> bool:
    return token[0] == "N" and token[1:].isdigit()
