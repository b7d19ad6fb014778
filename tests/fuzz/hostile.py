"""Hostile texts: too deep, too long, too many, too large, or no program at all."""

from __future__ import annotations

import random
from typing import Final

_TOKENS: Final = (
    *"+-*/%^()[]{}<>=,;",
    *("//", "<=", ">=", "==", "!=", "if", "then", "else", "and", "or", "not", "is", "by", "while", "do"),
    *("true", "false", "x", "f", "f(", "sum(", "product(", "count(", "f32(", "min(", "max(", "len(", "gcd(", "a["),
    *("0", "1", "2", "0.5", "9223372036854775807", "9223372036854775808", "i", "i,", "= ", "\n"),
)
_SIGNS: Final = (
    "\x00",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x85",
    "\u00a0",
    "\u0660",
    "\u2028",
    "\ud800",
    "\ufeff",
    "\U0001f600",
    "é",
)


def hostile(source: random.Random) -> str:
    """One hostile text from a source of randomness."""
    return source.choice(_FAMILIES)(source)


def _size(source: random.Random, most: int) -> int:
    """A size up to ``most``, small ones far more often."""
    return int(most ** source.random())


def _nested(source: random.Random) -> str:
    """Nesting about as deep as it may be, sometimes far deeper, closed or not."""
    depth = source.choice((2, 254, 255, 256, 257, 300, _size(source, 4000)))
    before, inside, after = source.choice(
        (
            ("(", "1", ")"),
            ("[", "1", "]"),
            ("-(", "1", ")"),
            ("if true then ", "1", " else 0"),
            ("if ", "true", " then true else false"),
            ("f32(", "1", ")"),
            ("abs(", "1", ")"),
            ("min(", "1", ", 2)"),
            ("sum(i, 1, ", "1", ")"),
            ("a[", "0", "]"),
            ("while true do { ", "", " }"),
        )
    )
    if source.random() < 0.1:
        before, inside, after, depth = "sum(i, 1, 2, ", "i", ")", _size(source, 60)
    if source.random() < 0.2:
        after = after[:-1]
    return f"{before * depth}{inside}{after * depth}{source.choice((' = ', '', ' is '))}"


def _chain(source: random.Random) -> str:
    """A chain of one operator or sign."""
    length = _size(source, 3000)
    part = source.choice(
        ("1 + ", "1 - ", "2 * ", "8 / ", "9 // ", "7 % ", "1 ^ ", "-", "not ", "true or ", "1 < ", "1 == ")
    )
    return f"{part * length}{source.choice(('1', 'true', '0'))}{source.choice((' = ', ' is ', ''))}"


def _long_number(source: random.Random) -> str:
    digits = "".join(source.choices("0123456789", k=_size(source, 6000)))
    tail = source.choice(("", "." + "0" * _size(source, 400) + "1", "." + digits, "."))
    part = f"{source.choice(('', '0' * _size(source, 3000)))}{digits}{tail}"
    return source.choice(
        (f"{part} = ", f"0.{part.replace('.', '')} * 2 = ", f"sum(i, 1, 3 by {part}) = ", f"-{part} < 0 is ")
    )


def _many(source: random.Random) -> str:
    """Many lines, statements, variables, functions, parameters or elements."""
    count = _size(source, 400)
    match source.randrange(6):
        case 0:
            return "\n" * count + "\n".join(f"{place} = " for place in range(count))
        case 1:
            return "".join(f"x{place} = {place}; " for place in range(count)) + f"x{count - 1} = "
        case 2:
            calls = "".join(
                f"f{place}(x) = {f'f{place + 1}' if place + 1 < count else ''}(x + 1); " for place in range(count)
            )
            return f"{calls}f0(1) = "
        case 3:
            names = ", ".join(f"p{place}" for place in range(count))
            return f"f({names}) = p0; f({', '.join('1' * count)}) = "
        case 4:
            return f"a = [{', '.join('1.5' for _ in range(count))}]; a[{count}] = "
        case _:
            return "x = 1; " * count + "while x < 3 do { x = x + 1; } " * source.randint(0, 20) + "x = "


def _large(source: random.Random) -> str:
    """Bounds, steps, powers and calls that are too large to run through, but for what ends at once."""
    edge = source.choice((2**31, 2**53, 2**63 - 1, 2**63, 2**64, 10**30))
    return source.choice(
        (
            f"sum(i, 1, {edge}) = ",
            f"sum(i, {edge}, 1) = ",
            f"sum(i, -{edge}, {edge} by {edge}) = ",
            f"product(i, -{edge}, {edge}) = ",
            f"2 ^ {edge} = ",
            f"1.000000000000001 ^ {edge} = ",
            f"0.5 ^ {edge} = ",
            f"(-1) ^ {edge} = ",
            f"f32(1.5 ^ -{edge}) = ",
            f"a = [1]; a[{edge}] = ",
            "f(n) = f(n + 1); f(0) = ",
            "f(n) = g(n); g(n) = f(n); f(0) + 1 / 0 = ",
            f"gcd({edge}, -{edge}) = ",
            f"sqrt({edge}) * sqrt({edge}) = ",
            f"{edge} % 0.0000000001 = ",
        )
    )


def _soup(source: random.Random) -> str:
    """Tokens in no order."""
    blank = source.choice(("", " ", " "))
    return blank.join(source.choices(_TOKENS, k=_size(source, 60) + 1))


def _strange(source: random.Random) -> str:
    """Signs that no program has, alone or inside of one."""
    text = source.choice(("1 + 2 = ", "x = 3; x * x = ", "sum(i, 1, 3) = ", ""))
    for _ in range(source.randint(1, 4)):
        place = source.randint(0, len(text))
        text = text[:place] + source.choice(_SIGNS) + text[place:]
    return text


def _wide(source: random.Random) -> str:
    """As many bytes as a text may have, or one more."""
    body, filling = source.choice((("1 +", " "), ("x = 2; x", "\t"), ("1", "\n"), ("0.", "3"), ("1 = ", "é")))
    room = (65_536 - len(body)) // len(filling.encode())
    return body + filling * (room + source.choice((-2, -1, 0, 1))) + source.choice(("", "1"))


_FAMILIES: Final = (
    _nested,
    _nested,
    _chain,
    _long_number,
    _many,
    _large,
    _soup,
    _soup,
    _soup,
    _soup,
    _strange,
    _strange,
)
"""Long ones are dear to read, so most texts are short; one of the widest is made by :func:`widest`."""


def widest(source: random.Random) -> str:
    """A text of about 65,536 bytes."""
    return _wide(source)
