"""From a question to a canonical program: directly over slots, or by any language model's own text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.load import LoadedModel, SlotModel
from irmill.compiler.model.normalized import Normalized
from irmill.compiler.model.slot_normalizer import SlotNormalizer
from irmill.compiler.model.text_normalizer import TextNormalizer


class Normalizer(Protocol):
    """Anything that turns questions into canonical programs."""

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order; a question never raises."""
        ...


def make_normalizer(model: LoadedModel, config: NormalizerConfig | None = None) -> Normalizer:
    """The normalizer that fits a model. Raises InputError where the configured kind does not."""
    config = config or NormalizerConfig()
    kind = config.kind or model.kind
    if isinstance(model, SlotModel):
        if kind is not NormalizerKind.DIRECT:
            raise InputError(f"normalizer.kind {kind}: the embedded model is direct; set model.id for another one")
        return SlotNormalizer(model, config)
    if kind is NormalizerKind.DIRECT:
        raise InputError("normalizer.kind direct: only a model over slots is direct; use few_shot or lora")
    return TextNormalizer(model, config, shots=kind is NormalizerKind.FEW_SHOT)
