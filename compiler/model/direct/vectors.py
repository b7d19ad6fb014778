"""Word vectors from co-occurrence, before any training: positive pointwise mutual information, cut by a singular value
decomposition (Levy and Goldberg, 2014). Words that keep the same company start near each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch
from torch import Tensor

_WINDOW = 4
_SMOOTHING = 0.75
"""The power that the frequency of contexts is raised to, so that rare ones do not weigh too much."""


def word_vectors(texts: Iterable[Sequence[str]], vocabulary: Mapping[str, int], width: int) -> Tensor:
    """(words, width) vectors of unit mean square, from the words of texts; zero for a word that occurs in none.

    Quantities (``N0``) are one word; words outside the vocabulary are no contexts. Draws random numbers from torch.
    """
    size = len(vocabulary)
    counts = torch.zeros(size * size)
    number = vocabulary["<number>"]
    pairs: list[int] = []

    def count() -> None:
        places = torch.tensor(pairs)
        counts.index_add_(0, places, torch.ones(len(places)))
        pairs.clear()

    for words in texts:
        ids = [number if word[0] == "N" and word[1:].isdigit() else vocabulary.get(word, -1) for word in words]
        for place, one in enumerate(ids):
            if one >= 0:
                pairs.extend(one * size + other for other in ids[max(0, place - _WINDOW) : place] if other >= 0)
        if len(pairs) > 1_000_000:
            count()
    if pairs:
        count()
    table = counts.view(size, size)
    table = table + table.T
    total = table.sum()
    words = table.sum(1)
    contexts = words**_SMOOTHING
    contexts = contexts / contexts.sum()
    expected = (words / total)[:, None] * contexts[None]
    information = (table / total / expected.clamp(min=1e-12)).clamp(min=1e-12).log().clamp(min=0.0)
    information = torch.where(table > 0, information, 0.0)
    left, singular, _ = torch.svd_lowrank(information, q=width, niter=4)
    vectors = left * singular.sqrt()
    return vectors / vectors.pow(2).mean().sqrt().clamp(min=1e-12)
