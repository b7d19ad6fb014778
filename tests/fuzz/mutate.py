"""Mutated texts: programs with a few faults in them, for fuzzing everything that reads text."""

from __future__ import annotations

import random
from typing import Final

_STRANGE: Final = (
    *"+-*/%^()[]{}<>=!,;._ \t\r\n0123456789abinfx",
    "\x00",
    "\x0b",
    "\u00a0",
    "\u00e9",
    "\u0660",
    "\u00b2",
    "\u2212",
    "\ud800",
    "\U0001f600",
)
_WORDS: Final = (
    "if",
    "then",
    "else",
    "and",
    "or",
    "not",
    "by",
    "is",
    "while",
    "do",
    "true",
    "sum(",
    "==",
    "//",
    "1.",
    "= ",
)


def mutate(text: str, seed: int) -> str:
    """A text with one to three faults: something left out, put in, swapped, doubled, cut off or nested too deep."""
    source = random.Random(f"mutate:{seed}:{len(text)}")
    for _ in range(source.randint(1, 3)):
        start = source.randint(0, len(text))
        end = min(len(text), start + source.randint(1, 4))
        match source.randrange(8):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + source.choice(_STRANGE) + text[start:]
            case 2:
                text = text[:start] + source.choice(_WORDS) + text[start:]
            case 3:
                text = text[:start] + text[start:end][::-1] + text[end:]
            case 4:
                text = text[:end] + text[start:]
            case 5:
                text = text[:start]
            case 6:
                text = text[:start] + source.choice(_STRANGE) + text[start + 1 :]
            case _:
                deep = source.choice((3, 255, 256, 300))
                text = text[:start] + source.choice("([-") * deep + text[start:] + ")" * source.choice((0, deep))
    return text
