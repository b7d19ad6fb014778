"""The logit lens on the model over slots: one pass reads all steps of a question.

For English the steps follow the question with their operations hidden, so that the reading owes nothing to the sign
that the normalizer wrote; canonical text is read by the step itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from irmill.compiler.english.quantities import NormalForm, Quantity, normal_form
from irmill.compiler.lang.ast import Number, post_order
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.batch import Encoded, collate
from irmill.compiler.model.config import LensConfig
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.prompt import Step, question_words, steps_of
from irmill.compiler.model.readings import LensItem, LensReading, lens_block
from irmill.compiler.model.tokenizer import PAD, STEP

_BATCH = 64


def operation_ids(model: SlotModel) -> dict[Operation, int]:
    """The token of each operation word, all distinct."""
    ids = {operation: model.words[operation.value] for operation in Operation}
    if len(set(ids.values())) != len(ids):
        raise ValueError("two operation words share a token")
    return ids


def _asked(model: SlotModel, question: Sequence[int], steps: Sequence[Step]) -> Encoded:
    """A question (token ids) with steps whose operations are hidden."""
    ids, places = [model.vocabulary[STEP]], list[tuple[int, int]]()
    for step in steps:
        ids += [model.words.get(word, model.words["i"]) for word in step.hidden]
        places.append((len(ids) - 1, 0))
    return Encoded(tuple(question), (), tuple(ids), tuple(places))


class SlotLens:
    """The lens on the model over slots: one pass reads all steps of a question, since later steps see no sign."""

    def __init__(self, model: SlotModel, config: LensConfig | None = None) -> None:
        self.model = model
        self.block = lens_block(model.layers, config)
        ids = operation_ids(model)
        self.operations = list(ids)
        self.columns = torch.tensor([ids[operation] for operation in self.operations])

    def read(self, items: Sequence[LensItem]) -> list[list[LensReading]]:
        """One reading for each operation node of each item."""
        distinct: dict[Encoded, int] = {}  # steps of canonical text look alike once their numbers are slots
        places = [[distinct.setdefault(row, len(distinct)) for row in self._encoded(item)] for item in items]
        rows = list(distinct)
        readings: list[list[LensReading]] = []
        for start in range(0, len(rows), _BATCH):
            readings += self._batch(rows[start : start + _BATCH])
        return [[reading for place in own for reading in readings[place]] for own in places]

    def _encoded(self, item: LensItem) -> Iterator[Encoded]:
        words, step_id = self.model.words, self.model.vocabulary[STEP]
        program = item.program
        if item.question is None:
            limit = 1 << 30 if item.limit is None else item.limit
            for step in steps_of(program, limit):
                ids = (step_id, *(words.get(word, words["i"]) for word in step.shown))
                yield Encoded((), (), ids, ((len(ids) - 1, 0),))
            return
        form = normal_form(item.question)
        yield _asked(self.model, [words[word] for word in question_words(form, words)], slotted_steps(item, form))

    @torch.inference_mode()
    def _batch(self, rows: Sequence[Encoded]) -> list[list[LensReading]]:
        """Questions and steps in one padded pass: reading the questions first, as decoding does, would move a reading's
        last digit with its neighbours."""
        batch = collate(rows, self.model.vocabulary[PAD])
        if not len(batch.lens_places):
            return [[] for _ in rows]
        hidden = self.model.net.hidden(batch.ids, batch.positions, batch.mask, blocks=self.block + 1)
        picked = hidden.reshape(-1, hidden.shape[-1])[batch.lens_places]
        chances = torch.log_softmax(self.model.net.logits(picked)[:, self.columns].float(), -1).exp()
        readings = iter(self._readings(chances))
        return [[next(readings) for _ in row.readings] for row in rows]

    @torch.inference_mode()
    def states(self, items: Sequence[LensItem]) -> list[Tensor]:
        """The hidden state at the end of every step of all items after every block: (steps, width) for each block."""
        found: list[list[Tensor]] = [[] for _ in range(self.model.layers)]
        for item in items:
            batch = collate(list(self._encoded(item)), self.model.vocabulary[PAD])
            for block in range(self.model.layers):
                hidden = self.model.net.hidden(batch.ids, batch.positions, batch.mask, blocks=block + 1)
                found[block].append(hidden.reshape(-1, hidden.shape[-1])[batch.lens_places])
        return [torch.cat(states) for states in found]

    def _readings(self, chances: Tensor) -> list[LensReading]:
        best, places = chances.max(-1)
        return [
            LensReading(self.operations[place], chance)
            for place, chance in zip(places.tolist(), best.tolist(), strict=True)
        ]


def slotted_steps(item: LensItem, form: NormalForm) -> list[Step]:
    """The steps of a question's program with its numbers as the question's slots, each use of a number the next slot
    of that value; a number that the text does not have stays as it is."""
    program = item.program
    uses: dict[str, int] = {}
    slots: dict[Number, str] = {}
    for node in post_order(program):
        if isinstance(node, Number):
            slots[node] = _slot_of(node, form.quantities, uses)
    return steps_of(program, 1 << 30 if item.limit is None else item.limit, slots)


def _slot_of(number: Number, quantities: Sequence[Quantity], uses: dict[str, int]) -> str:
    places = [index for index, quantity in enumerate(quantities) if quantity.text == number.text]
    if not places:
        return "i"
    used = uses.get(number.text, 0)
    uses[number.text] = used + 1
    return f"N{places[used % len(places)]}"
