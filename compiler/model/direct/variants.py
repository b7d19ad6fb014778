"""Other wordings of one question: its names as other stand-ins, the sentences before the asking one in another order.

What a question asks depends on neither, so an answer that a network gives to all of them is less likely an accident of
the wording (self-consistency). Equal questions have equal variants.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from irmill.compiler.english.order import ordered
from irmill.compiler.english.quantities import NormalForm
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.model.direct.derivation import program_of
from irmill.compiler.model.direct.reading import Reading, StandIns, read
from irmill.compiler.model.direct.search import Derivation, weigh

_RENAMED = 1.0
"""The share of variants in which frequent names are replaced, too."""
_REFERRING = frozenset((
    "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself", "they", "them", "their",
    "theirs", "themselves", "this", "that", "these", "those", "then", "there", "now", "later", "after", "afterwards",
    "before", "next", "finally", "when", "while", "until", "so", "but", "also", "too", "another", "other", "others",
    "both", "each", "rest", "remaining", "left", "same", "such", "one", "ones", "again", "more", "fewer", "less",
))  # fmt: skip
"""Words by which a sentence may refer to those before it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One wording as the network reads it; ``slots`` has for each of its slots that of the question."""

    reading: Reading
    slots: tuple[int, ...]

    def program(self, derivation: Derivation) -> str | None:
        """What a derivation from this wording builds, over the question's own slots; None where it does not parse."""
        text = program_of(derivation.steps, len(self.slots))
        if text is None or self.slots == tuple(range(len(self.slots))):
            return text
        try:
            return ordered(" ".join(f"N{self.slots[int(w[1:])]}" if _is_slot(w) else w for w in text.split()))
        except (LanguageError, ValueError):
            return None


def variants(form: NormalForm, vocabulary: Mapping[str, int], protected: Collection[str], count: int) -> list[Variant]:
    """The question as it is, then ``count - 1`` other wordings; ``protected`` words are never replaced."""
    own = read(form, vocabulary)
    made = [Variant(own, tuple(range(len(form.quantities))))]
    for number in range(1, count):
        rng = random.Random(f"{number} {' '.join(form.tokens)}")
        other, slots = reordered(form, own, rng)
        made.append(Variant(read(other, vocabulary, StandIns(rng, protected, _RENAMED)), slots))
    return made


def reordered(form: NormalForm, reading: Reading, rng: random.Random) -> tuple[NormalForm, tuple[int, ...]]:
    """A question with the sentences before the asking one in a random order, and for each slot of that its slot in the
    question. Sentences that refer to others stay behind them."""
    asking = min((n for n, asked in zip(reading.sentences, reading.asked, strict=True) if asked), default=0)
    groups: list[list[int]] = []
    last = -1
    for place, number in enumerate(reading.sentences[: reading.sentences.index(asking)]):
        if number != last:
            words = {word for word, n in zip(form.tokens, reading.sentences, strict=True) if n == number}
            if not groups or words.isdisjoint(_REFERRING):
                groups.append([])
            last = number
        groups[-1].append(place)
    moved = sum(map(len, groups))
    rng.shuffle(groups)
    places = [*(place for group in groups for place in group), *range(moved, len(form.tokens))]
    tokens: list[str] = []
    slots: list[int] = []
    for place in places:
        token = form.tokens[place]
        if _is_slot(token):
            slots.append(int(token[1:]))
            token = f"N{len(slots) - 1}"
        tokens.append(token)
    return NormalForm(tuple(tokens), tuple(form.quantities[slot] for slot in slots)), tuple(slots)


def agreed(found: Sequence[tuple[Variant, Sequence[Derivation]]]) -> list[tuple[float, Variant, Derivation]]:
    """The mean probability of each value over the wordings, with the first wording that has it and its likeliest
    derivation there; best first. What has no value stands for its program."""
    if len(found) == 1:
        return [(weight, found[0][0], derivation) for weight, derivation in weigh(found[0][1])]
    weights: dict[object, float] = {}
    first: dict[object, tuple[Variant, Derivation]] = {}
    for variant, derivations in found:
        for weight, derivation in weigh(derivations):
            value = derivation.value
            key = variant.program(derivation) if value is None else (isinstance(value, bool), value)
            weights[key] = weights.get(key, 0.0) + weight / len(found)
            first.setdefault(key, (variant, derivation))
    return [(weights[key], *first[key]) for key in sorted(weights, key=lambda key: -weights[key])]


def _is_slot(token: str) -> bool:
    return token[0] == "N" and token[1:].isdigit()
