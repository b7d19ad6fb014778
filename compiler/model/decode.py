"""Beam search over programs: batched, with keys and values kept, only words the grammar allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irmill.compiler.model.grammar import END, State, advance, allowed
from irmill.compiler.model.llama import Cache
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.tokenizer import EOS, EQUATION, PAD

_BLOCKED = torch.finfo(torch.float32).min


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A finished program over slots and its log probability, the end included."""

    words: tuple[str, ...]
    score: float


@dataclass(slots=True)
class _Beam:
    words: tuple[str, ...]
    score: float
    state: State


def pad_questions(questions: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, lengths and the additive mask of questions that are read both ways: (n, L), (n,), (n, 1, L, L)."""
    lengths = torch.tensor([len(question) for question in questions])
    longest = int(lengths.max())
    ids = torch.full((len(questions), longest), pad, dtype=torch.long)
    for row, question in enumerate(questions):
        ids[row, : len(question)] = torch.tensor(question, dtype=torch.long)
    held = torch.arange(longest)[None, :] < lengths[:, None]
    see = held[:, None, None, :] | torch.eye(longest, dtype=torch.bool)[None, None]
    return ids, lengths, torch.zeros(see.shape).masked_fill_(~see, _BLOCKED)


@torch.inference_mode()
def search(
    model: SlotModel,
    questions: Sequence[Sequence[int]],
    slots: Sequence[int],
    *,
    beam: int,
    longest: int,
    constrained: bool,
) -> list[list[Hypothesis]]:
    """The best finished programs of each question, best first, at most ``beam`` of them; none where all ran too long.

    Args:
        model: the model over slots.
        questions: token ids of each question; none is empty.
        slots: how many slots each question has.
        beam: hypotheses kept.
        longest: words a program may have.
        constrained: whether the grammar and the question's slots bound what may come next.
    """
    net = model.net
    names = {index: word for word, index in model.words.items()}
    names[model.vocabulary[EOS]] = END
    choices = _Choices(model)
    ids, lengths, mask = pad_questions(questions, model.vocabulary[PAD])
    cache = Cache(net.layers)
    length = ids.shape[1]
    positions = torch.arange(length)[None].expand(len(questions), -1)
    net.hidden(ids, positions, mask, cache=cache)
    held = torch.arange(length)[None, :] < lengths[:, None]
    rows = torch.arange(len(questions))
    beams = [[_Beam((), 0.0, State())] for _ in questions]
    last = torch.full((len(questions), 1), model.vocabulary[EQUATION])
    done: list[list[Hypothesis]] = [[] for _ in questions]
    for turn in range(longest):
        see = torch.cat((held[rows], torch.ones(len(rows), turn + 1, dtype=torch.bool)), 1)[:, None, None]
        bias = torch.zeros(see.shape).masked_fill_(~see, _BLOCKED)
        hidden = net.hidden(last, lengths[rows][:, None] + turn, bias, cache=cache)
        scores = torch.log_softmax(net.logits(hidden[:, -1]).float(), -1)
        flat = [hypothesis for group in beams for hypothesis in group]
        if constrained:
            scores = scores + choices.bias([h.state for h in flat], [slots[int(row)] for row in rows])
        top_scores, top_ids = (tensor.tolist() for tensor in scores.topk(min(beam + 1, scores.shape[-1]), -1))
        beams, keep, words = _grow(beams, top_scores, top_ids, names, done, beam, constrained)
        if not keep:
            break
        chosen = torch.tensor(keep)
        cache.select(chosen)
        rows = rows[chosen]
        last = torch.tensor(words)[:, None]
    return [sorted(found, key=lambda h: -h.score)[:beam] for found in done]


def _grow(
    beams: list[list[_Beam]],
    scores: list[list[float]],
    ids: list[list[int]],
    names: dict[int, str],
    done: list[list[Hypothesis]],
    beam: int,
    constrained: bool,
) -> tuple[list[list[_Beam]], list[int], list[int]]:
    """One word further: the new beams, the rows of the old ones they come from, and their last words' ids."""
    grown: list[list[_Beam]] = []
    keep: list[int] = []
    words: list[int] = []
    at = 0
    for place, group in enumerate(beams):
        found: list[tuple[float, int, int, _Beam]] = []
        for offset, hypothesis in enumerate(group):
            for score, word in zip(scores[at + offset], ids[at + offset], strict=True):
                if score > _BLOCKED / 2:
                    found.append((hypothesis.score + score, at + offset, word, hypothesis))
        at += len(group)
        found.sort(key=lambda item: (-item[0], item[1], item[2]))
        kept: list[_Beam] = []
        worst = sorted((h.score for h in done[place]), reverse=True)[beam - 1] if len(done[place]) >= beam else None
        for score, row, word, hypothesis in found[: 2 * beam]:
            if worst is not None and score <= worst:
                break
            name = names.get(word, "")
            if name == END:
                done[place].append(Hypothesis(hypothesis.words, score))
                continue
            if len(kept) == beam or not name:
                continue
            state = advance(hypothesis.state, name) if constrained else hypothesis.state
            kept.append(_Beam((*hypothesis.words, name), score, state))
            keep.append(row)
            words.append(word)
        grown.append(kept)
    return grown, keep, words


class _Choices:
    """The additive masks of grammar states, made once each."""

    def __init__(self, model: SlotModel) -> None:
        self.model = model
        self.made: dict[tuple[State, int], Tensor] = {}

    def bias(self, states: Sequence[State], slots: Sequence[int]) -> Tensor:
        """(rows, vocabulary): 0 where a word may come, very low where not."""
        return torch.stack([self._one(state, count) for state, count in zip(states, slots, strict=True)])

    def _one(self, state: State, slots: int) -> Tensor:
        key = (state, slots)
        if key not in self.made:
            row = torch.full((len(self.model.vocabulary),), _BLOCKED)
            for word in allowed(state, slots):
                row[self.model.vocabulary[EOS] if word == END else self.model.words[word]] = 0.0
            self.made[key] = row
        return self.made[key]
