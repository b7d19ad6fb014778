"""The normalizer on the model over slots: beam search in the grammar, candidates weighed by their values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from irmill.compiler.english.quantities import NormalForm, fill, value_of
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.decode import Hypothesis, search
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.normalized import Normalized, abstain, checked, readable
from irmill.compiler.model.prefix import read_prefix
from irmill.compiler.model.prompt import question_words

_GLANCE = Budget(fuel=20_000)
"""How far a candidate program is run to weigh it by its value."""
_NEGATIVE, _BROKEN = 0.5, 0.6
"""What a candidate's probability counts for when its value is negative, or whole numbers give a fraction."""


class SlotNormalizer:
    """Answers whole batches; the probabilities of programs of one value add up."""

    def __init__(self, model: SlotModel, config: NormalizerConfig) -> None:
        self.model = model
        self.config = config

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order, ``batch_size`` at a time."""
        answers: list[Normalized] = []
        for start in range(0, len(questions), self.config.batch_size):
            answers += self._batch(questions[start : start + self.config.batch_size])
        return answers

    def _batch(self, questions: Sequence[str]) -> list[Normalized]:
        answers: list[Normalized | None] = []
        forms: list[NormalForm] = []
        for question in questions:
            read = readable(question, self.config.max_question_tokens)
            answers.append(read if isinstance(read, Normalized) else None)
            if isinstance(read, NormalForm):
                forms.append(read)
        if forms:
            ids = [[self.model.words[word] for word in question_words(form, self.model.words)] for form in forms]
            prefix = read_prefix(self.model.net, ids)
            found = search(
                self.model,
                prefix,
                [len(form.quantities) for form in forms],
                beam=self.config.beam,
                longest=self.config.max_new_tokens,
                constrained=self.config.constrained,
            )
            made = iter([self._choose(form, group) for form, group in zip(forms, found, strict=True)])
            answers = [next(made) if answer is None else answer for answer in answers]
        return [answer for answer in answers if answer is not None]

    def _choose(self, form: NormalForm, found: Sequence[Hypothesis]) -> Normalized:
        """The candidate whose value has the most weight: probabilities of one value add up."""
        weights: dict[str, float] = {}
        best: dict[str, tuple[float, str, TypedProgram]] = {}
        whole = all(value_of(quantity).denominator == 1 for quantity in form.quantities)
        total = 0.0
        for hypothesis in found:
            slots = " ".join(hypothesis.words)
            probability = math.exp(min(0.0, hypothesis.score))
            total += probability
            typed = checked(fill(slots, form.quantities))
            if typed is None:
                continue
            value, factor = _weigh(typed, whole)
            weights[value] = weights.get(value, 0.0) + probability * factor
            if value not in best or probability > best[value][0]:
                best[value] = (probability, slots, typed)
        if not weights:
            return abstain("the model wrote no program that parses")
        value = max(weights, key=lambda key: (weights[key], key))
        _, slots, typed = best[value]
        confidence = min(1.0, weights[value])
        return Normalized(typed, slots, confidence, False, "")


def _weigh(typed: TypedProgram, whole: bool) -> tuple[str, float]:
    """What stands for the program's value, and how much a candidate with such a value counts."""
    outcome = interpret(typed, _GLANCE)
    value = outcome.value
    if value is None:
        # out of fuel at a glance says nothing against a program
        factor = 1.0 if outcome.error is ErrorCode.FUEL else _BROKEN
        return f"{outcome.error}:{print_program(typed.program)}", factor
    if isinstance(value, bool):
        return str(value), 1.0
    if value < 0:
        return str(value), _NEGATIVE
    return str(value), _BROKEN if whole and Fraction(value).denominator != 1 else 1.0
