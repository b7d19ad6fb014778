"""What trainings record: a figure with a name, at a step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of a training at one step."""

    name: str
    step: int
    value: float
