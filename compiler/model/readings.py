"""What a lens is asked and what it says, whatever the model: programs with their questions, operations, the block."""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.lang.ast import Program
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import LensConfig


@dataclass(frozen=True, slots=True)
class LensItem:
    """A program whose steps are to be read: of a question, or by itself (``question`` None).

    ``limit`` bounds how many operations are read, the first in post-order; None reads all.
    """

    question: str | None
    program: Program
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class LensReading:
    """What the lens says about one operation node, and its probability among the operation words."""

    operation: Operation
    probability: float


def lens_block(layers: int, config: LensConfig | None = None) -> int:
    """The index of the block that the lens reads after."""
    return int((config or LensConfig()).depth * layers)
