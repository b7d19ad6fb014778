"""From a question to a canonical program: directly over slots, or by any language model's own text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm, Quantity, fill, normal_form, value_of
from irmill.compiler.lang.ast import Program, literals
from irmill.compiler.lang.errors import ErrorCode, InputError, LanguageError
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.decode import Hypothesis, search
from irmill.compiler.model.lens import program_chances
from irmill.compiler.model.load import LoadedModel, SlotModel
from irmill.compiler.model.prompt import question_words

LONGEST_TEXT = 8192
"""Characters of a question that is read at all."""
_GLANCE = Budget(fuel=20_000)
"""How far a candidate program is run to weigh it by its value."""
_NEGATIVE, _BROKEN = 0.5, 0.6
"""What a candidate's probability counts for when its value is negative, or whole numbers give a fraction."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """What the normalizer made of one question.

    Attributes:
        typed: the checked program, or None where the normalizer abstained.
        slots: the program over slots, empty where the model does not use them.
        confidence: the probability of the answer, in [0, 1].
        abstained: whether there is no program.
        message: why there is none, for a person; else empty.
        error: the code that goes with the message.
    """

    typed: TypedProgram | None
    slots: str
    confidence: float
    abstained: bool
    message: str
    error: ErrorCode | None = None

    @property
    def canonical(self) -> str | None:
        """The program as the printer writes it."""
        return None if self.typed is None else print_program(self.typed.program)


class Normalizer(Protocol):
    """Anything that turns questions into canonical programs."""

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order; a question never raises."""
        ...


def abstain(message: str, confidence: float = 0.0, slots: str = "") -> Normalized:
    """No program, and why."""
    return Normalized(None, slots, confidence, True, message, ErrorCode.ABSTAINED)


def make_normalizer(model: LoadedModel, config: NormalizerConfig | None = None) -> Normalizer:
    """The normalizer that fits a model. Raises InputError where the configured kind does not."""
    config = config or NormalizerConfig()
    kind = config.kind or model.kind
    if isinstance(model, SlotModel):
        if kind is not NormalizerKind.DIRECT:
            raise InputError(f"normalizer.kind {kind}: the embedded model is direct; set model.id for another one")
        return DirectNormalizer(model, config)
    if kind is NormalizerKind.DIRECT:
        raise InputError("normalizer.kind direct: only a model over slots is direct; use few_shot or lora")
    from irmill.compiler.model.few_shot import TextNormalizer

    return TextNormalizer(model, config, shots=kind is NormalizerKind.FEW_SHOT)


class DirectNormalizer:
    """The model over slots: beam search in the grammar, candidates weighed by their values."""

    def __init__(self, model: SlotModel, config: NormalizerConfig) -> None:
        self.model = model
        self.config = config
        self.threshold = config.threshold if config.threshold is not None else float(model.facts.get("threshold", 0.0))

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
            read = self._read(question)
            answers.append(read if isinstance(read, Normalized) else None)
            if isinstance(read, NormalForm):
                forms.append(read)
        if forms:
            ids = [[self.model.words[word] for word in question_words(form, self.model.words)] for form in forms]
            found = search(
                self.model,
                ids,
                [len(form.quantities) for form in forms],
                beam=self.config.beam,
                longest=self.config.max_new_tokens,
                constrained=self.config.constrained,
            )
            if self.config.lens_vote:
                found = self._heard(ids, found)
            made = iter([self._choose(form, group) for form, group in zip(forms, found, strict=True)])
            answers = [next(made) if answer is None else answer for answer in answers]
        return [answer for answer in answers if answer is not None]

    def _read(self, question: str) -> NormalForm | Normalized:
        if len(question) > LONGEST_TEXT:
            return abstain(f"the text has {len(question)} characters; at most {LONGEST_TEXT} are read")
        form = normal_form(question)
        if not form.quantities:
            return abstain("the text names no number")
        if len(form.quantities) > MAX_SLOTS:
            return abstain(f"the text names {len(form.quantities)} numbers; at most {MAX_SLOTS} are read")
        if len(form.tokens) > self.config.max_question_tokens:
            return abstain(f"the text has {len(form.tokens)} words; at most {self.config.max_question_tokens} are read")
        return form

    def _heard(self, ids: Sequence[Sequence[int]], found: Sequence[Sequence[Hypothesis]]) -> list[list[Hypothesis]]:
        """The finished programs with the lens's log probability of their operations added, by its vote."""
        pairs = [(question, " ".join(h.words)) for question, group in zip(ids, found, strict=True) for h in group]
        votes = iter(program_chances(self.model, pairs))
        return [[Hypothesis(h.words, h.score + self.config.lens_vote * next(votes)) for h in group] for group in found]

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
        if confidence < self.threshold:
            return abstain(f"confidence {confidence:.3f} is below {self.threshold:.3f}", confidence, slots)
        return Normalized(typed, slots, confidence, False, "")


def checked(text: str | None) -> TypedProgram | None:
    """A program if the text is one that types."""
    if text is None:
        return None
    try:
        return check_types(parse_text(text))
    except LanguageError:
        return None


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


def invents(program: Program, quantities: Sequence[Quantity]) -> bool:
    """Whether a program has a number that its text neither writes nor implies."""
    known = {value_of(quantity) for quantity in quantities}
    return any(literal.value not in known for literal in literals(program))
