"""How values are written, and when two of them agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

Value = int | Fraction | float | bool
"""The value of a line: a truth value or a number."""

TOLERANCE: Final = 1e-12
"""How far, relatively, an f64 may be off an exact number, or off another backend's f64."""

SINGLE_TOLERANCE: Final = 1e-5
"""The same for single precision."""

_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-][0-9]+)?")


def show(value: Value) -> str:
    """A value as the language shows it: ``35``, ``-3``, ``true``, anything not whole with 15 significant digits.

    Numbers are those of the language: within [-2^63, 2^63), with no infinity and no NaN. An f64 that is whole is shown
    as a whole number.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.15g}"


def as_number(shown: str) -> str:
    """A shown value as a machine without truth values has it: 1 for ``true``, 0 for ``false``."""
    return {"true": "1", "false": "0"}.get(shown, shown)


def show_array(values: Sequence[Value]) -> str:
    """An array, for steps and traces: ``[1, 2.5]``."""
    return f"[{', '.join(show(value) for value in values)}]"


def relative_error(exact: Value, found: Value) -> float:
    """How far ``found`` is off ``exact``, relatively; 0 where they are equal, infinite where ``exact`` is 0 and not."""
    first, second = Fraction(exact), Fraction(found)
    if first == second:
        return 0.0
    if first == 0:
        return float("inf")
    return float(min(abs((second - first) / first), Fraction(10) ** 300))


def agree(exact: Value, found: Value, tolerance: float = TOLERANCE) -> bool:
    """Whether a backend's value is the exact one.

    Truth values and whole numbers must be identical: where the exact number is whole, ``found`` must round to it, and
    be it where it is whole itself. Other numbers may be off by ``tolerance``, relatively. With the tolerance of single
    precision whole numbers may be off as well.
    """
    if isinstance(exact, bool) or isinstance(found, bool):
        return isinstance(exact, bool) and isinstance(found, bool) and exact == found
    if tolerance <= TOLERANCE and Fraction(exact).denominator == 1:
        if Fraction(found).denominator == 1:
            return exact == found
        if round(found) != exact:
            return False
    return relative_error(exact, found) <= tolerance


def shown_agree(first: str, second: str, tolerance: float = TOLERANCE) -> bool:
    """Whether two shown values agree: equal text, or numbers that are not both whole within ``tolerance``."""
    if first == second:
        return True
    if not _NUMBER.fullmatch(first) or not _NUMBER.fullmatch(second):
        return False
    if tolerance <= TOLERANCE and _WHOLE.fullmatch(first) and _WHOLE.fullmatch(second):
        return False
    return relative_error(Fraction(first), Fraction(second)) <= tolerance
