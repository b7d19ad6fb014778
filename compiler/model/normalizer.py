"""From a question to a canonical program: directly over slots, or by any language model's own text.

Whatever the normalizer, its confidence is calibrated and held against the threshold here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.calibration import Calibration, calibration_of
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind
from irmill.compiler.model.direct.normalizer import DirectNormalizer
from irmill.compiler.model.load import LoadedModel, SlotModel
from irmill.compiler.model.normalized import Normalized
from irmill.compiler.model.slot_normalizer import SlotNormalizer
from irmill.compiler.model.text_normalizer import TextNormalizer


class Normalizer(Protocol):
    """Anything that turns questions into canonical programs."""

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order; a question never raises."""
        ...


class CalibratedNormalizer:
    """A normalizer whose confidence is a calibrated probability; below the threshold its program comes with a doubt.

    Attributes:
        normalizer: what answers.
        calibration: the model's own.
        threshold: the configured one, or the model's own.
    """

    def __init__(self, normalizer: Normalizer, calibration: Calibration, config: NormalizerConfig) -> None:
        self.normalizer = normalizer
        self.calibration = calibration
        self.threshold = calibration.threshold if config.threshold is None else config.threshold

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        """One answer a question, in order; a program stays where it is doubted."""
        return [self._judged(answer) for answer in self.normalizer.normalize(questions)]

    def _judged(self, answer: Normalized) -> Normalized:
        confidence = self.calibration.probability(answer.confidence)
        if answer.typed is None or confidence >= self.threshold:
            return replace(answer, confidence=confidence)
        doubt = f"confidence {confidence:.3f} is below {self.threshold:.3f}"
        return replace(answer, confidence=confidence, doubt=doubt)


def make_normalizer(model: LoadedModel, config: NormalizerConfig | None = None) -> CalibratedNormalizer:
    """The normalizer that fits a model. Raises InputError where the configured kind does not."""
    config = config or NormalizerConfig()
    kind = config.kind or model.kind
    if isinstance(model, SlotModel):
        match kind:
            case NormalizerKind.DIRECT if model.direct is not None:
                return CalibratedNormalizer(
                    DirectNormalizer(model.direct, config), calibration_of(model.direct.facts), config
                )
            case NormalizerKind.SLOTS:
                return CalibratedNormalizer(SlotNormalizer(model, config), calibration_of(model.facts), config)
            case NormalizerKind.DIRECT:
                raise InputError("normalizer.kind direct: the model's folder has no direct.json; use slots")
            case _:
                raise InputError(f"normalizer.kind {kind}: the embedded model has direct and slots; set model.id")
    if kind in (NormalizerKind.DIRECT, NormalizerKind.SLOTS):
        raise InputError(f"normalizer.kind {kind}: only the embedded kind of model has it; use few_shot or lora")
    normalizer = TextNormalizer(model, config, shots=kind is NormalizerKind.FEW_SHOT)
    return CalibratedNormalizer(normalizer, calibration_of(model.facts), config)
