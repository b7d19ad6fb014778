"""The two numbers that bound every word: the order of the field, and 2^32. Free of numpy, so that anything may ask."""

from __future__ import annotations

from typing import Final

MODULUS: Final = (1 << 64) - (1 << 32) + 1
"""The order of the Goldilocks field: a word is below it. 2^64 = 2^32 - 1 and 2^96 = -1 modulo it."""

U32_LIMIT: Final = 1 << 32
"""What a u32 operand is below."""
