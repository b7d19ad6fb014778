"""A scene from rows of questions: which facts a question needs is read off its expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from irmill.compiler.english.rendering import MARK
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import Noun
from irmill.compiler.english.scenes.scene import Asked, Scene

Row = tuple[str, str, str]
"""A question's name, text and expression."""

ALL = "[in all|altogether|in total|all together|]"
"""At the end of a question for a sum, or nothing."""
_FIXED_PLACES = frozenset(("table", "room", "row", "page", "pile", "stack", "album", "folder", "shelf"))
_LETTER = re.compile(r"\b[a-z]\b")
_POINTS_BACK = re.compile(r"\b(she|he|her|his|him|they|them|their|it|its|now|then|rest|the others)\b")


def contrasting(
    family: str,
    facts: Sequence[str],
    rows: Sequence[Row],
    *,
    always: Sequence[int] = (),
    noise: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    decimals: str = "",
    counts: bool = True,
    shuffle: bool = False,
) -> Scene:
    """The scene of these facts and questions. A question needs the facts that hold a letter of its expression, those
    without any quantity, and the ``always`` ones; one that points back to nothing may also stand before the facts."""
    asked: list[Asked] = []
    for name, text, expression in rows:
        letters = set(_LETTER.findall(expression))
        needs = tuple(
            index
            for index, fact in enumerate(facts)
            if index in always or not (told := {match[1] for match in MARK.finditer(fact)}) or told & letters
        )
        first = f"{text[:-1]} if" if text.startswith("How") and not _POINTS_BACK.search(text) else ""
        asked.append(Asked(name, text, expression, needs, first))
    return Scene(
        family=family,
        facts=tuple(facts),
        asked=tuple(asked),
        noise=tuple(noise),
        fixed=dict(fixed or {}),
        ranges=dict(ranges or {}),
        decimals=decimals,
        counts=counts,
        shuffle=shuffle,
    )


def container(draw: Draw) -> Noun:
    """A container that small things can be taken out of and carried about."""
    while (box := draw.box()).one in _FIXED_PLACES:
        pass
    return box


def after(event: str, question: str) -> str:
    """The question about a world in which something more happens, which is told with the question."""
    asked = re.sub(r"(?:^|(?<=[\[|]))(How|What|For how)", lambda match: match[0].lower(), question)
    return f"[{event}. {question}|{event}. {question}|if {event}, {asked}|{asked[:-1]} if {event}?]"


def whole_and_parts(draw: Draw, parts: str, whole: str = "t") -> dict[str, tuple[int, int]]:
    """Bounds that keep a whole above the sum of its parts."""
    scale = draw.rng.choice((1, 1, 1, 2, 10))
    bounds = {letter: (2 * scale, 15 * scale) for letter in parts}
    return bounds | {whole: (18 * scale * len(parts), 40 * scale * len(parts))}


def per(time: str) -> str:
    """A unit of time as a rate says it: ``a day``, ``per day``, ``each day``."""
    return f"[{'an' if time == 'hour' else 'a'}|per|each|every] {time}"


def every(time: str) -> str:
    """A unit of time as a rate says it at the beginning of a sentence."""
    return f"[each|every] {time}"
