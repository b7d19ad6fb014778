"""What the encoder's attention sees of two tokens beside their states: relations, signed distance, padding."""

from __future__ import annotations

import torch
from torch import Tensor

from irmill.compiler.model.direct.reading import Questions

RELATIONS = 6
"""Same sentence, same clause, same stem, key in the question, query in the question, both quantities."""
DISTANCES = 16
"""Buckets of signed distance between two tokens."""
BLOCKED = torch.finfo(torch.float32).min / 4
"""The score of what must not be chosen."""


def relations_of(questions: Questions) -> tuple[Tensor, Tensor, Tensor]:
    """The relations of all pairs of tokens, their distance buckets, and the additive mask of padding."""
    length = questions.words.shape[1]

    def same(ids: Tensor) -> Tensor:
        return ids[:, :, None] == ids[:, None, :]

    number = questions.words == 1
    relations = torch.stack(
        (
            same(questions.sentences),
            same(questions.clauses),
            same(questions.stems) & (questions.stems > 0)[:, :, None],
            questions.asked[:, None, :].expand(-1, length, -1),
            questions.asked[:, :, None].expand(-1, -1, length),
            number[:, :, None] & number[:, None, :],
        ),
        -1,
    ).float()
    places = torch.arange(length)
    away = places[None] - places[:, None]
    size = away.abs()
    bucket = torch.where(size < 4, size, (size.clamp(min=1).float().log2() + 2).long()).clamp(max=DISTANCES // 2 - 1)
    distances = torch.where(away < 0, bucket + DISTANCES // 2, bucket)
    padding = places[None] >= questions.lengths[:, None]
    blocked = torch.zeros(padding.shape).masked_fill(padding, BLOCKED)[:, None, None]
    return relations, distances, blocked
