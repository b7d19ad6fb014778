"""What the embedded model is given: examples as ids, batches with positions, who may look at whom, where losses are."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from irmill.compiler.english.quantities import NormalForm
from irmill.compiler.model.prompt import NONCES, slot_steps, stem
from irmill.compiler.model.tokenizer import EOS, EQUATION, PAD, STEP


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as ids: question, program (``<eq> ... <eos>``), steps (``<op> ...``) and what the lens is to read.

    ``readings`` holds, for each step, the place of its last token within ``steps`` and the id of its operation word.
    """

    question: tuple[int, ...]
    program: tuple[int, ...]
    steps: tuple[int, ...]
    readings: tuple[tuple[int, int], ...]

    @property
    def size(self) -> int:
        """Tokens in all."""
        return len(self.question) + len(self.program) + len(self.steps)


class Encoder:
    """Turns examples into ids; in training, some words become stand-ins so that names and things carry no meaning."""

    def __init__(
        self, words: Mapping[str, int], specials: Mapping[str, int], protected: frozenset[str], rate: float
    ) -> None:
        self.words = words
        self.specials = specials
        self.protected = protected
        self.rate = rate

    def question(self, form: NormalForm, rng: random.Random | None) -> list[int]:
        """The ids of a question; with ``rng``, stand-ins are drawn, without it they are counted up."""
        order = list(range(NONCES))
        drop: dict[str, bool] = {}
        share = 0.0
        if rng is not None:
            rng.shuffle(order)
            if rng.random() < self.rate:
                share = rng.choice((0.2, 0.5, 0.9))
        stands: dict[str, int] = {}
        ids: list[int] = []
        for token in form.tokens:
            known = self.words.get(token)
            if known is not None and share and token not in self.protected and token.isalpha() and len(token) > 2:
                assert rng is not None
                if drop.setdefault(stem(token), rng.random() < share):
                    known = None
            if known is None:
                place = stands.setdefault(stem(token), len(stands))
                known = self.words[f"W{order[place % NONCES]}"]
            ids.append(known)
        return ids

    def encode(self, form: NormalForm, slots: str, rng: random.Random | None = None) -> Encoded:
        """A question with its program and steps."""
        program = [self.specials[EQUATION], *(self.words[token] for token in slots.split()), self.specials[EOS]]
        steps = [self.specials[STEP]]
        readings: list[tuple[int, int]] = []
        for step in slot_steps(slots):
            steps += [self.words[token] for token in step.hidden]
            readings.append((len(steps) - 1, self.words[step.operation.value]))
        return Encoded(tuple(self.question(form, rng)), tuple(program), tuple(steps), tuple(readings))

    def encode_steps(self, slots: str) -> list[Encoded]:
        """The steps of a program alone, the operation shown, each by itself: what canonical text is read by."""
        return [
            Encoded(
                (),
                (),
                (self.specials[STEP], *(self.words[token] for token in step.shown)),
                ((len(step.shown), self.words[step.operation.value]),),
            )
            for step in slot_steps(slots)
        ]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded examples. ``mask`` is additive, (examples, 1, length, length); answers and lens readings are places,
    counted over the flattened batch, with the ids that are wanted there."""

    ids: torch.Tensor
    positions: torch.Tensor
    mask: torch.Tensor
    answer_places: torch.Tensor
    answer_ids: torch.Tensor
    lens_places: torch.Tensor
    lens_ids: torch.Tensor


def visible(question: int, program: int, steps: int, length: int) -> torch.Tensor:
    """Who may look at whom in one example: (length, length) booleans; padding looks at itself."""
    see = torch.eye(length, dtype=torch.bool)
    used = question + program + steps
    see[:used, :question] = True
    a, b = question, question + program
    triangle = _triangle(max(program, steps))
    see[a:b, a:b] = triangle[:program, :program]
    see[b:used, b:used] = triangle[:steps, :steps]
    return see


@functools.lru_cache(maxsize=512)
def _triangle(length: int) -> torch.Tensor:
    return torch.ones(length, length, dtype=torch.bool).tril()


def collate(examples: Sequence[Encoded], pad: int) -> Batch:
    """Examples as one batch. The program's last token and the steps' other tokens are no targets."""
    length = max(example.size for example in examples)
    count = len(examples)
    ids = torch.full((count, length), pad, dtype=torch.long)
    positions = torch.zeros((count, length), dtype=torch.long)
    see = torch.zeros((count, length, length), dtype=torch.bool)
    answers: list[tuple[int, int]] = []
    lenses: list[tuple[int, int]] = []
    for index, example in enumerate(examples):
        question, program, steps = len(example.question), len(example.program), len(example.steps)
        tokens = example.question + example.program + example.steps
        ids[index, : len(tokens)] = torch.tensor(tokens)
        places = [*range(question), *range(question, question + program), *range(question, question + steps)]
        positions[index, : len(tokens)] = torch.tensor(places)
        see[index] = visible(question, program, steps, length)
        base = index * length + question
        answers += [(base + k, example.program[k + 1]) for k in range(program - 1)]
        lenses += [(base + program + place, word) for place, word in example.readings]
    mask = torch.zeros((count, 1, length, length)).masked_fill_(~see[:, None], torch.finfo(torch.float32).min)

    def split(pairs: list[tuple[int, int]]) -> tuple[torch.Tensor, torch.Tensor]:
        flat = torch.tensor(pairs, dtype=torch.long).reshape(-1, 2)
        return flat[:, 0], flat[:, 1]

    return Batch(ids, positions, mask, *split(answers), *split(lenses))


def specials_of(vocabulary: Mapping[str, int]) -> dict[str, int]:
    """The ids of the special tokens."""
    return {token: vocabulary[token] for token in (PAD, EOS, EQUATION, STEP)}
