"""The normalizer on the direct network: derivations of one value add up, the likeliest value is the answer."""

from __future__ import annotations

from collections.abc import Sequence

from irmill.compiler.english.quantities import NormalForm, fill
from irmill.compiler.model.config import NormalizerConfig
from irmill.compiler.model.direct.model import DirectModel
from irmill.compiler.model.direct.reading import SPECIALS, meaningful
from irmill.compiler.model.direct.search import Derivation, search
from irmill.compiler.model.direct.variants import Variant, agreed, variants
from irmill.compiler.model.normalized import Normalized, abstain, checked, readable


class DirectNormalizer:
    """Answers whole batches; questions of like length are read together."""

    def __init__(self, model: DirectModel, config: NormalizerConfig) -> None:
        self.model = model
        self.config = config
        self.protected = [
            meaningful(tuple(vocabulary)[len(SPECIALS) :]) if config.variants > 1 else frozenset[str]()
            for _, vocabulary in model.members
        ]

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order, ``batch_size`` at a time."""
        read = [readable(question, self.config.max_question_tokens) for question in questions]
        forms = [(place, form) for place, form in enumerate(read) if isinstance(form, NormalForm)]
        forms.sort(key=lambda item: (len(item[1].tokens), item[0]))
        answers: list[Normalized | None] = [form if isinstance(form, Normalized) else None for form in read]
        for start in range(0, len(forms), self.config.batch_size):
            chosen = forms[start : start + self.config.batch_size]
            for (place, _), answer in zip(chosen, self._batch([form for _, form in chosen]), strict=True):
                answers[place] = answer
        return [answer for answer in answers if answer is not None]

    def _batch(self, forms: Sequence[NormalForm]) -> list[Normalized]:
        """The committee's answers: each member reads what those before it are together not sure of."""
        found: list[list[tuple[Variant, Sequence[Derivation]]]] = [[] for _ in forms]
        unsure = list(range(len(forms)))
        for (net, vocabulary), protected in zip(self.model.members, self.protected, strict=True):
            asked = [variants(forms[place], vocabulary, protected, self.config.variants) for place in unsure]
            readings = [variant.reading for group in asked for variant in group]
            made = iter(search(net, readings, beam=self.config.beam, penalties=self.model.penalties))
            for place, group in zip(unsure, asked, strict=True):
                found[place] += [(variant, next(made)) for variant in group]
            unsure = [place for place in unsure if not self._sure(found[place])]
            if not unsure:
                break
        return [self._choose(form, own) for form, own in zip(forms, found, strict=True)]

    def _sure(self, found: Sequence[tuple[Variant, Sequence[Derivation]]]) -> bool:
        values = agreed(found)
        return bool(values) and values[0][0] >= self.config.sure

    def _choose(self, form: NormalForm, found: Sequence[tuple[Variant, Sequence[Derivation]]]) -> Normalized:
        for confidence, variant, derivation in agreed(found):
            slots = variant.program(derivation)
            typed = checked(None if slots is None else fill(slots, form.quantities))
            if slots is None or typed is None:
                continue
            return Normalized(typed, slots, confidence, False, "")
        return abstain("the model found no program that types")
