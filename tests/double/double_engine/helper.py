"""What the stage ``scaled`` calls."""

from __future__ import annotations


def scale(number: int) -> int:
    return number * 2
