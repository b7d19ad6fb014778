"""The words, tokens and precedences of the canonical language that parser and printer share."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from irmill.compiler.lang.ast import Number
from irmill.compiler.lang.ops import COMPARISON, FOLDS, OPERATORS, SIGNS, Operation

MAX_BYTES: Final = 65_536
"""The longest text, in bytes of UTF-8."""

MAX_DEPTH: Final = 256
"""The deepest expression: one is depth 1; parentheses, brackets, arguments, bounds and parts of an ``if`` add one."""

LOOPS: Final = {operation.value: operation for operation in FOLDS}
"""The words of loops."""

PRECEDENCE: Final = {operation: row.precedence for operation, row in OPERATORS.items()}
"""How tightly an operator binds."""

COMPARISON_PRECEDENCE: Final = PRECEDENCE[Operation.LESS]
NOT_PRECEDENCE: Final = PRECEDENCE[Operation.NOT]
UNARY_PRECEDENCE: Final = PRECEDENCE[Operation.NEGATE]
POWER_PRECEDENCE: Final = PRECEDENCE[Operation.POWER]
ATOM_PRECEDENCE: Final = POWER_PRECEDENCE + 1

BINARY_OPERATORS: Final = {sign: operation for operation, sign in SIGNS.items()}


def _operands(operation: Operation) -> tuple[int, int]:
    if operation is Operation.POWER:
        return ATOM_PRECEDENCE, UNARY_PRECEDENCE
    precedence = PRECEDENCE[operation]
    return precedence + (operation in COMPARISON), precedence + 1


OPERANDS: Final = {operation: _operands(operation) for operation in SIGNS}
"""How tightly what stands left and right of an operator binds at least, without parentheses. Chains lean to the left,
but for powers; comparisons do not chain."""

_WORDS: Final = frozenset(row.spelling for row in OPERATORS.values() if row.spelling.isalpha())
_SIGNS: Final = sorted({*"()=[]{},;", *(row.spelling for row in OPERATORS.values())} - _WORDS, key=len, reverse=True)

KEYWORDS: Final = _WORDS | {"if", "then", "else", "is", "by", "while", "do", "true", "false"}
"""Names of the language itself: no variable, parameter or function can have one."""

BLANKS: Final = " \t\r"

TOKEN: Final = re.compile(
    rf"[{BLANKS}]*(?:"
    r"(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    rf"|(?P<sign>{'|'.join(re.escape(sign) for sign in _SIGNS)})"
    rf"|(?P<stray>[^{BLANKS}]))"
)
"""One token and the blanks before it, or a character that starts none. Digits and letters are those of ASCII."""

WORD: Final = re.compile(r"[^\W\d_]{2,}")
"""A word of a text for "canonical or English": two letters or more, of any alphabet."""

_CHUNK = 4_000


def whole_from_digits(digits: str) -> int:
    """The whole number of a run of ASCII digits of any length (``int`` alone refuses more than 4,300)."""
    digits = digits.lstrip("0")
    if len(digits) <= _CHUNK:
        return int(digits or "0")
    half = len(digits) // 2
    return whole_from_digits(digits[:-half]) * 10**half + whole_from_digits(digits[-half:])


def exact_decimal(text: str) -> Fraction:
    """The exact value of a number token, ``digits [ "." digits ]``."""
    if len(text) <= _CHUNK and text.isdecimal():
        return Fraction(int(text))
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if not decimals:
        return Fraction(whole_from_digits(whole))
    return Fraction(whole_from_digits(whole + decimals), 10 ** len(decimals))


def number_literal(value: int | Fraction) -> Number:
    """The literal that writes ``value`` exactly.

    Raises:
        ValueError: ``value`` is negative, or no decimal of at most 4,000 digits writes it.
    """
    exact = Fraction(value)
    if exact < 0:
        raise ValueError("a literal has no sign")
    if exact >= 10**_CHUNK:
        raise ValueError("a literal of this length is never meant")
    if exact.denominator == 1:
        return Number(exact, str(exact.numerator))
    places = 0
    scaled = exact
    while scaled.denominator != 1:
        places += 1
        scaled = exact * 10**places
        if places > _CHUNK:
            raise ValueError("no decimal writes this value exactly")
    digits = str(scaled.numerator).rjust(places + 1, "0")
    return Number(exact, f"{digits[:-places]}.{digits[-places:]}")
