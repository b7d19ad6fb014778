"""Beam search over programs: batched, with keys and values kept, only words the grammar allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irmill.compiler.model.grammar import END, WORDS, State, advance, allowed
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.prefix import Prefix, Tail, extend
from irmill.compiler.model.tokenizer import EOS, EQUATION

_BLOCKED = torch.finfo(torch.float32).min
_CROWDED = 0.75
"""Keys of questions that have ended are dropped once no more than so many of those held are still asked."""


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


@torch.inference_mode()
def search(
    model: SlotModel,
    questions: Prefix,
    slots: Sequence[int],
    *,
    beam: int,
    longest: int,
    constrained: bool,
) -> list[list[Hypothesis]]:
    """The best finished programs of each question, best first, at most ``beam`` of them; none where all ran too long.

    Args:
        model: the model over slots.
        questions: as all blocks of the model have read them; none is empty.
        slots: how many slots each question has.
        beam: hypotheses kept.
        longest: words a program may have.
        constrained: whether the grammar and the question's slots bound what may come next.
    """
    net = model.net
    choices = _Choices(model, constrained)
    prefix = questions
    tail = Tail()
    live = list(range(len(slots)))  # the question of each group of beams
    asked = list(live)  # the questions that the prefix still holds
    beams = [[_Beam((), 0.0, State())] for _ in slots]
    last = torch.full((len(slots), 1), model.vocabulary[EQUATION])
    done: list[list[Hypothesis]] = [[] for _ in slots]
    for _ in range(longest):
        if len(live) <= _CROWDED * len(asked):
            prefix, asked = prefix.keep(torch.tensor([asked.index(question) for question in live])), list(live)
        place = {question: index for index, question in enumerate(asked)}
        owners = [place[question] for question, group in zip(live, beams, strict=True) for _ in group]
        logits = net.logits(extend(net, last, owners, prefix, tail=tail)[:, 0])
        states = [(h.state, slots[question]) for question, group in zip(live, beams, strict=True) for h in group]
        top_scores, top_names = choices.best(logits, states, beam + 1)
        grown, keep = _grow(beams, top_scores, top_names, [done[question] for question in live], beam, constrained)
        live = [question for question, group in zip(live, grown, strict=True) if group]
        beams = [group for group in grown if group]
        if not keep:
            break
        tail.select(torch.tensor(keep))
        last = torch.tensor([[choices.ids[h.words[-1]]] for group in beams for h in group])
    return [sorted(found, key=lambda h: -h.score)[:beam] for found in done]


def _grow(
    beams: list[list[_Beam]],
    scores: list[list[float]],
    names: list[list[str]],
    done: list[list[Hypothesis]],
    beam: int,
    constrained: bool,
) -> tuple[list[list[_Beam]], list[int]]:
    """One word further: the new beams, and the rows of the old ones that they come from."""
    grown: list[list[_Beam]] = []
    keep: list[int] = []
    at = 0
    for place, group in enumerate(beams):
        found: list[tuple[float, int, int, str, _Beam]] = []
        for offset, hypothesis in enumerate(group):
            row = zip(scores[at + offset], names[at + offset], strict=True)
            for nth, (score, name) in enumerate(row):
                if score > _BLOCKED / 2:
                    found.append((hypothesis.score + score, at + offset, nth, name, hypothesis))
        at += len(group)
        found.sort(key=lambda item: (-item[0], item[1], item[2]))
        kept: list[_Beam] = []
        worst = sorted((h.score for h in done[place]), reverse=True)[beam - 1] if len(done[place]) >= beam else None
        for score, row, _, name, hypothesis in found[: 2 * beam]:
            if worst is not None and score <= worst:
                break
            if name == END:
                done[place].append(Hypothesis(hypothesis.words, score))
                continue
            if len(kept) == beam:
                continue
            state = advance(hypothesis.state, name) if constrained else hypothesis.state
            kept.append(_Beam((*hypothesis.words, name), score, state))
            keep.append(row)
        grown.append(kept)
    return grown, keep


class _Choices:
    """The words that may come next, for every state of the grammar: masks over its few words, made once each."""

    def __init__(self, model: SlotModel, constrained: bool) -> None:
        self.ids = {**model.words, END: model.vocabulary[EOS]}
        self.constrained = constrained
        self.names = sorted(WORDS if constrained else self.ids, key=self.ids.__getitem__)
        self.columns = torch.tensor([self.ids[name] for name in self.names])
        self.made: dict[tuple[State, int], Tensor] = {}

    def best(
        self, logits: Tensor, states: Sequence[tuple[State, int]], count: int
    ) -> tuple[list[list[float]], list[list[str]]]:
        """The log probabilities of the ``count`` likeliest words of each row that its state and slots allow, falling,
        and the words; a probability is among all of the vocabulary."""
        scores = logits.index_select(1, self.columns) - logits.logsumexp(-1, keepdim=True)
        if self.constrained:
            scores += torch.stack([self._mask(*key) for key in states])
        found, places = scores.topk(min(count, len(self.names)), -1)
        return found.tolist(), [[self.names[place] for place in row] for row in places.tolist()]

    def _mask(self, state: State, slots: int) -> Tensor:
        key = (state, slots)
        if key not in self.made:
            words = allowed(state, slots)
            self.made[key] = torch.tensor([0.0 if name in words else _BLOCKED for name in self.names])
        return self.made[key]
