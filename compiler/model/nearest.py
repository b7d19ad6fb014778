"""The baseline that copies: the program of the most similar question that is known, over this question's numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from irmill.compiler.english.likeness import words_of
from irmill.compiler.english.quantities import fill, normal_form
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.model.baselines import Guess
from irmill.compiler.model.normalized import checked
from irmill.compiler.model.training.corpus import Example

_TRIED = 20
_GLANCE = Budget(fuel=20_000)


class Nearest:
    """Known questions with their programs over slots."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._examples = list(examples)
        words = [words_of(example.question) for example in self._examples]
        self._sizes = [len(own) for own in words]
        self._places: dict[str, list[int]] = {}
        for place, own in enumerate(words):
            for word in own:
                self._places.setdefault(word, []).append(place)

    def guess(self, question: str) -> Guess:
        """The value that the nearest question's program has over the numbers of this one; of those that need more
        numbers than it names the next is taken, 20 at most."""
        words = words_of(question)
        shared = Counter(place for word in words for place in self._places.get(word, ()))
        ranked = sorted(shared, key=lambda at: (-shared[at] / (len(words) + self._sizes[at] - shared[at]), at))
        quantities = normal_form(question).quantities
        for place in ranked[:_TRIED]:
            typed = checked(fill(self._examples[place].slots, quantities))
            value = None if typed is None else interpret(typed, _GLANCE).value
            if value is not None:
                return value if isinstance(value, bool) else float(value)
        return None
