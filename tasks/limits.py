"""Which bounds on rejects hold for a stage in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def stage_limits(stage: str) -> Callable[[Any], Mapping[str, float]]:
    """From a run's configuration to the bounds of one stage.

    A bound of 0 says what irmill must never do and always holds. The others say what generated rows are like; they do
    not hold for a person's own prompts, whose bad rows are rejects and no failure.
    """

    def limits(config: Any) -> Mapping[str, float]:
        bounds: Mapping[str, float] = getattr(config.limits, stage)
        if config.prompts.file is None:
            return bounds
        return {reason: share for reason, share in bounds.items() if share == 0 and reason != "*"}

    return limits
