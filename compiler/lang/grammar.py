"""The words, signs and precedences of the canonical language: one table that parser and printer share."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from irmill.compiler.lang.ast import Builtin, Number, Operation

MAX_BYTES: Final = 65_536
"""The longest text, in bytes of UTF-8."""

MAX_DEPTH: Final = 256
"""The deepest expression: one is depth 1; parentheses, brackets, arguments, bounds and parts of an ``if`` add one."""

KEYWORDS: Final = frozenset({"if", "then", "else", "and", "or", "not", "is", "by", "while", "do", "true", "false"})
"""Names of the language itself: no variable, parameter or function can have one."""

BUILTINS: Final = {builtin.value: builtin for builtin in Builtin}
"""The built-in functions by name. They can name variables, but no function of a program."""

LOOPS: Final = {"sum": Operation.SUM, "product": Operation.PRODUCT}

PRECEDENCE: Final = {
    Operation.OR: 1,
    Operation.AND: 2,
    Operation.NOT: 3,
    Operation.LESS: 4,
    Operation.LESS_EQUAL: 4,
    Operation.GREATER: 4,
    Operation.GREATER_EQUAL: 4,
    Operation.EQUAL: 4,
    Operation.NOT_EQUAL: 4,
    Operation.ADD: 5,
    Operation.SUBTRACT: 5,
    Operation.MULTIPLY: 6,
    Operation.DIVIDE: 6,
    Operation.FLOOR_DIVIDE: 6,
    Operation.MODULO: 6,
    Operation.NEGATE: 7,
    Operation.POWER: 8,
}
"""How tightly an operator binds. Comparisons do not chain, ``^`` leans to the right, the others to the left."""

COMPARISON_PRECEDENCE: Final = 4
NOT_PRECEDENCE: Final = 3
UNARY_PRECEDENCE: Final = 7
POWER_PRECEDENCE: Final = 8
ATOM_PRECEDENCE: Final = 9

SIGNS: Final = {
    Operation.OR: "or",
    Operation.AND: "and",
    Operation.LESS: "<",
    Operation.LESS_EQUAL: "<=",
    Operation.GREATER: ">",
    Operation.GREATER_EQUAL: ">=",
    Operation.EQUAL: "==",
    Operation.NOT_EQUAL: "!=",
    Operation.ADD: "+",
    Operation.SUBTRACT: "-",
    Operation.MULTIPLY: "*",
    Operation.DIVIDE: "/",
    Operation.FLOOR_DIVIDE: "//",
    Operation.MODULO: "%",
    Operation.POWER: "^",
}
"""How a binary operator is written."""

BINARY_OPERATORS: Final = {sign: operation for operation, sign in SIGNS.items()}

TOKEN: Final = re.compile(
    r"(?P<blank>[ \t\r]+)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|==|!=|//|[-+*/%^()<>=\[\]{},;])"
)
"""One token or a run of blanks. Digits and letters are those of ASCII."""

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
