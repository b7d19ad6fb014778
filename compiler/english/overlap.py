"""How much of the words of test questions the training questions hold: what a split tests beside the problem itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from irmill.compiler.base.splits import Split
from irmill.compiler.english.problem import Problem
from irmill.compiler.english.quantities import normal_form


@dataclass(frozen=True, slots=True)
class Overlap:
    """What of the questions of a split is in the training questions.

    Attributes:
        problems: the questions of the split.
        types: the share of its different tokens that training holds.
        tokens: the share of all its tokens.
        bigrams: the share of its different pairs of neighbouring tokens.
        expressions: the share of its different programs over slots.
        unseen: the most frequent of its tokens that training does not hold.
    """

    problems: int
    types: float
    tokens: float
    bigrams: float
    expressions: float
    unseen: tuple[str, ...]


def lexical_overlap(train: Iterable[Problem], test: Iterable[Problem]) -> Mapping[Split, Overlap]:
    """By split of the test problems, the overlap with the training problems; numbers count as slots."""
    seen_tokens: set[str] = set()
    seen_pairs: set[tuple[str, str]] = set()
    seen_expressions: set[str] = set()
    for problem in train:
        tokens = _tokens(problem)
        seen_tokens.update(tokens)
        seen_pairs.update(pairwise(tokens))
        seen_expressions.add(problem.slots)
    by_split: dict[Split, list[Problem]] = {}
    for problem in test:
        by_split.setdefault(problem.split, []).append(problem)
    return {
        split: _overlap(problems, seen_tokens, seen_pairs, seen_expressions)
        for split, problems in sorted(by_split.items())
    }


def _overlap(
    problems: list[Problem],
    seen_tokens: set[str],
    seen_pairs: set[tuple[str, str]],
    seen_expressions: set[str],
) -> Overlap:
    counts: Counter[str] = Counter()
    pairs: set[tuple[str, str]] = set()
    for problem in problems:
        tokens = _tokens(problem)
        counts.update(tokens)
        pairs.update(pairwise(tokens))
    expressions = {problem.slots for problem in problems}
    unseen = [(-count, token) for token, count in counts.items() if token not in seen_tokens]
    return Overlap(
        problems=len(problems),
        types=1 - len(unseen) / max(1, len(counts)),
        tokens=1 + sum(count for count, _ in unseen) / max(1, counts.total()),
        bigrams=len(pairs & seen_pairs) / max(1, len(pairs)),
        expressions=len(expressions & seen_expressions) / max(1, len(expressions)),
        unseen=tuple(token for _, token in sorted(unseen)[:20]),
    )


def _tokens(problem: Problem) -> list[str]:
    """The tokens of a question, all slots being one."""
    return ["N" if token[0] == "N" else token for token in normal_form(problem.question).tokens]
