"""What trainings give: a network, and figures with a name, at a step."""

from __future__ import annotations

from dataclasses import dataclass

from irmill.optimizer.policy.network import Weights


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a training at one step."""

    name: str
    step: int
    value: float


@dataclass(frozen=True, slots=True)
class Trained:
    """The result of a training: the network in fixed point, and what was recorded on the way."""

    weights: Weights
    history: tuple[Point, ...]
