"""Limits of the language that every backend keeps (language specification, "Limits")."""

from __future__ import annotations

from typing import Final

FUEL: Final = 100_000_000
"""Loop iterations and calls of one line, together; one more is the error FUEL."""

OPEN_CALLS: Final = 1_000
"""Calls that may be open at once; one more is the error STACK."""

ARRAY_BYTES: Final = 64 * 2**20
"""Bytes of array elements, 8 each, that one line may ever create; more is the error MEMORY."""

STEPS: Final = 10_000_000
"""Steps of work that the reference interpreter gets for one program, where it confirms an answer: about half a second,
or a second for fractions. What takes more it does not finish."""
