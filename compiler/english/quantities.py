"""The normal form of an English text: lower-case tokens, with every quantity that it names or implies as a slot.

A text is cut into words, numbers and signs. Numerals and number words become slots ``N0``, ``N1``, ... in order.
Some words imply a number without writing it (``half``, ``dozen``, ``%``, ``down`` in "count down"): the word stays and
a slot follows it. Two units of one kind in a text (weeks and days) imply their ratio: such slots come at the end. The
values of the slots are therefore the only numbers that a program can be about: none is ever invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

MAX_SLOTS = 16
"""Slots a text may have; a text with more quantities is not read."""

_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+|\.\d+|\d+"
    r"|[a-z]{2,}\d+"
    r"|n't\b|'(?:s|re|ve|ll|d|m)\b|[a-z]+?(?=n't\b)|[a-z]+"
    r"|<=|>=|==|!=|//|\*\*|[-+*/^%$?.,!;:()\[\]=<>×÷−–—\"'&#]"
)
_ORDINAL_TAIL = re.compile(r"(?:st|nd|rd|th)\b")

SMALL_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
"""The number words from 0 to 19."""
TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""The number words from 20 to 90."""
_SMALL = {word: value for value, word in enumerate(SMALL_WORDS)} | {
    word: 20 + 10 * k for k, word in enumerate(TENS_WORDS)
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}

_IMPLIED = {
    "half": 2, "halves": 2, "halved": 2, "halve": 2, "twice": 2, "double": 2, "doubled": 2, "doubles": 2,
    "thrice": 3, "triple": 3, "tripled": 3, "triples": 3, "quadruple": 4, "quadrupled": 4,
    "dozen": 12, "dozens": 12, "pair": 2, "pairs": 2, "couple": 2,
    "%": 100, "percent": 100, "percentage": 100,
    "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4, "fifth": 5, "fifths": 5,
    "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
    "factorial": 1, "first": 1, "countdown": 0, "squared": 2, "cubed": 3, "even": 2, "odd": 2,
}  # fmt: skip
"""Words that imply a number; the word stays in the text and the slot follows it."""

_IMPLIED_AFTER = {
    ("up", "to"): 1,
    ("count", "to"): 1,
    ("counting", "to"): 1,
    ("count", "down"): 0,
    ("down", "to"): None,
}
"""Two words that imply a bound together; ``None``: nothing."""

_UNIT_WORDS = {
    "second": "second", "seconds": "second", "minute": "minute", "minutes": "minute", "hour": "hour", "hours": "hour",
    "hourly": "hour", "day": "day", "days": "day", "daily": "day", "week": "week", "weeks": "week", "weekly": "week",
    "month": "month", "months": "month", "monthly": "month", "year": "year", "years": "year", "yearly": "year",
    "inch": "inch", "inches": "inch", "foot": "foot", "feet": "foot", "yard": "yard", "yards": "yard",
    "millimeter": "mm", "millimeters": "mm", "mm": "mm", "centimeter": "cm", "centimeters": "cm", "cm": "cm",
    "meter": "m", "meters": "m", "kilometer": "km", "kilometers": "km", "km": "km",
    "gram": "g", "grams": "g", "kilogram": "kg", "kilograms": "kg", "kg": "kg", "ounce": "oz", "ounces": "oz",
    "pound": "lb", "pounds": "lb", "ton": "ton", "tons": "ton", "milliliter": "ml", "milliliters": "ml", "ml": "ml",
    "liter": "l", "liters": "l", "cent": "cent", "cents": "cent", "penny": "cent", "pennies": "cent",
    "nickel": "nickel", "nickels": "nickel", "dime": "dime", "dimes": "dime", "dollar": "dollar", "dollars": "dollar",
    "$": "dollar",
}  # fmt: skip

_RATIOS = {
    ("minute", "second"): 60, ("hour", "minute"): 60, ("hour", "second"): 3600, ("day", "hour"): 24, ("week", "day"): 7,
    ("year", "month"): 12, ("year", "week"): 52, ("year", "day"): 365, ("month", "week"): 4, ("month", "day"): 30,
    ("foot", "inch"): 12, ("yard", "foot"): 3, ("cm", "mm"): 10, ("m", "cm"): 100, ("km", "m"): 1000, ("kg", "g"): 1000,
    ("lb", "oz"): 16, ("ton", "lb"): 2000, ("l", "ml"): 1000, ("dollar", "cent"): 100, ("nickel", "cent"): 5,
    ("dime", "cent"): 10, ("dollar", "dime"): 10, ("dollar", "nickel"): 20, ("dime", "nickel"): 2,
}  # fmt: skip
"""How many of the second unit one of the first is."""

_SIGNS = {"×": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "**": "^"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that the text names or implies.

    Attributes:
        text: the number as the canonical language writes it (digits, at most one point).
        start: offset of the words that name it in the text, -1 for a ratio of units.
        end: offset after them, -1 likewise.
        written: whether the text says the number itself (a numeral or number words).
    """

    text: str
    start: int
    end: int
    written: bool


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A text as tokens (lower case, slots in place of numbers) and what the slots stand for, in order."""

    tokens: tuple[str, ...]
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start: int
    end: int


def _pieces(text: str) -> list[_Piece]:
    lowered = text.lower().replace("’", "'").replace("‘", "'")
    if len(lowered) != len(text):  # a few capitals change length when lowered; offsets must stay true
        lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
    found: list[_Piece] = []
    for match in _TOKEN.finditer(lowered):
        word = match.group()
        if word[0].isdigit() and "." not in word and _ORDINAL_TAIL.match(lowered, match.end()):
            found.append(_Piece("#", match.start(), match.end()))  # 1st, 22nd: an ordinal is a name, not a quantity
            continue
        if found and found[-1].text == "#" and word in ("st", "nd", "rd", "th"):
            continue
        found.append(_Piece(_SIGNS.get(word, word), match.start(), match.end()))
    return found


def _decimal_text(word: str) -> str:
    plain = word.replace(",", "")
    whole, _, part = plain.partition(".")
    whole = whole.lstrip("0") or "0"
    part = part.rstrip("0")
    return f"{whole}.{part}" if part else whole


def _number_words(pieces: list[_Piece], at: int) -> tuple[int, int] | None:
    """The value of the number words from ``at`` on and how many pieces they take, or None."""
    total, current, used, place = 0, 0, 0, at
    last = ""
    while place < len(pieces):
        word = pieces[place].text
        if word in _SMALL:
            fits = last == "" or last == "scale" or (last == "tens" and 0 < _SMALL[word] < 10)
            if not fits:
                break
            current += _SMALL[word]
            last = "tens" if _SMALL[word] >= 20 else "unit"
        elif word in _SCALES and used and current and last:
            current *= _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
            last = "scale"
        elif word in ("-", "and") and used and place + 1 < len(pieces) and pieces[place + 1].text in _SMALL:
            joins = (
                last == "tens" and _SMALL[pieces[place + 1].text] in range(1, 10) if word == "-" else last == "scale"
            )
            if not joins:
                break
            place += 1
            continue
        else:
            break
        place += 1
        used = place - at
    return (total + current, used) if used else None


def _written(pieces: list[_Piece], at: int) -> tuple[str, int] | None:
    """The number that starts at ``at`` as canonical text and how many pieces it takes, or None."""
    word = pieces[at].text
    if word[0].isdigit() or (word[0] == "." and len(word) > 1):
        text, used = _decimal_text(word), 1
        if at + 1 < len(pieces) and pieces[at + 1].text in _SCALES:
            text, used = format(Decimal(text) * _SCALES[pieces[at + 1].text], "f"), 2
            text = _decimal_text(text)
        return text, used
    spelled = _number_words(pieces, at)
    return None if spelled is None else (str(spelled[0]), spelled[1])


def _implied(pieces: list[_Piece], at: int) -> int | None:
    word = pieces[at].text
    before = pieces[at - 1].text if at else ""
    if (before, word) in _IMPLIED_AFTER:
        return _IMPLIED_AFTER[before, word]
    if word == "fourth" or word in ("third", "fifth", "sixth", "eighth", "tenth"):
        return _IMPLIED[word] if before in ("a", "one", "-") or before in _SMALL or before[:1].isdigit() else None
    return _IMPLIED.get(word)


def is_unit(token: str) -> bool:
    """Whether a token names a unit of time, length, weight, volume or money."""
    return token in _UNIT_WORDS


def _unit_ratios(tokens: list[str]) -> list[tuple[str, str, int]]:
    present: dict[str, str] = {}
    for token in tokens:
        unit = _UNIT_WORDS.get(token)
        if unit is not None:
            present.setdefault(unit, token)
    return [
        (present[big], present[small], n) for (big, small), n in _RATIOS.items() if big in present and small in present
    ]


def normal_form(text: str) -> NormalForm:
    """The normal form of an English text; equal texts have equal normal forms.

    Slots beyond :data:`MAX_SLOTS` are still counted in ``quantities``: whether that is too many is the caller's to say.
    """
    pieces = _pieces(text)
    tokens: list[str] = []
    quantities: list[Quantity] = []

    def slot(value: str, start: int, end: int, written: bool) -> None:
        tokens.append(f"N{len(quantities)}")
        quantities.append(Quantity(value, start, end, written))

    at = 0
    while at < len(pieces):
        written = _written(pieces, at)
        if written is not None:
            value, used = written
            slot(value, pieces[at].start, pieces[at + used - 1].end, True)
            at += used
            continue
        piece = pieces[at]
        tokens.append(piece.text)
        implied = _implied(pieces, at)
        if implied is not None:
            slot(str(implied), piece.start, piece.end, False)
        at += 1
    for big, small, ratio in _unit_ratios(tokens)[:3]:
        tokens += [";", big, small]
        slot(str(ratio), -1, -1, False)
    return NormalForm(tuple(tokens), tuple(quantities))


def fill(slots: str, quantities: tuple[Quantity, ...]) -> str | None:
    """The canonical text of a program over slots, or None where it names a slot that the text does not have."""
    parts: list[str] = []
    for token in slots.split():
        if token[0] == "N" and token[1:].isdigit():
            if int(token[1:]) >= len(quantities):
                return None
            parts.append(quantities[int(token[1:])].text)
        else:
            parts.append(token)
    return " ".join(parts)


def value_of(quantity: Quantity) -> Fraction:
    """The exact value."""
    return Fraction(quantity.text)
