"""A scene from rows of questions: which facts a question needs is read off its expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from irmill.compiler.english.rendering import MARK
from irmill.compiler.english.scenes.draw import Draw, Person
from irmill.compiler.english.scenes.lexicon import Noun
from irmill.compiler.english.scenes.scene import Asked, Scene
from irmill.compiler.english.scenes.wording import loosened, names, referred, referring, reworded

Row = tuple[str, str, str]
"""A question's name, text and expression."""

_FIXED_PLACES = frozenset(("table", "room", "row", "page", "pile", "stack", "album", "folder", "shelf"))
_LETTER = re.compile(r"\b[a-z]\b")
_WAYS = (2, 40)
"""Bounds of a way that does not matter, ``r``."""
_POINTS_BACK = re.compile(r"\b(she|he|her|his|him|they|them|their|it|its|now|then|rest|the others)\b")


def contrasting(
    family: str,
    facts: Sequence[str],
    rows: Sequence[Row],
    *,
    who: Person | None = None,
    always: Sequence[int] = (),
    noise: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    decimals: str = "",
    counts: bool = True,
    shuffle: bool = False,
) -> Scene:
    """The scene of these facts and questions. A question needs the facts that hold a letter of its expression, those
    without any quantity, and the ``always`` ones; one that points back to nothing may also stand before the facts.
    Where the scene is about one person, ``who``, a pronoun may stand for the name after the first fact."""
    if who is not None and 0 in always and names(facts[0], who):
        facts = [facts[0], *(referring(fact, who) for fact in facts[1:])]
    else:
        who = None
    asked: list[Asked] = []
    for name, text, expression in rows:
        letters = set(_LETTER.findall(expression))
        needs = tuple(
            index
            for index, fact in enumerate(facts)
            if index in always or not (told := {match[1] for match in MARK.finditer(fact)}) or told & letters
        )
        first = f"{text[:-1]} if" if text.startswith("How") and not _POINTS_BACK.search(text) else ""
        spoken = loosened(reworded(text))
        if who is not None:
            spoken = referred(spoken, who)
        asked.append(Asked(name, spoken, expression, needs, first))
    return Scene(
        family=family,
        facts=tuple(loosened(fact) for fact in facts),
        asked=tuple(asked),
        noise=tuple(noise),
        fixed=dict(fixed or {}),
        ranges={"r": _WAYS, **(ranges or {})},
        decimals=decimals,
        counts=counts,
        shuffle=shuffle,
    )


def container(draw: Draw) -> Noun:
    """A container that small things can be taken out of and carried about."""
    while (box := draw.box()).one in _FIXED_PLACES:
        pass
    return box


def bystanders(draw: Draw, who: Person, thing: Noun) -> tuple[str, ...]:
    """Sentences of noise: somebody else's things of the same kind, another time, a way."""
    other, gain = draw.person(), draw.verb("gain")
    return (
        f"{other.name}, [a friend|a neighbor|a cousin|a classmate], [has|owns] <m> {thing.many}.",
        f"[last week|a month ago|last year], {other.name} {gain.past} <n> {thing.many}.",
        f"{who.name} [lives|works] <r> [blocks|streets] away from {other.name}.",
    )


def whole_and_parts(draw: Draw, parts: str, whole: str = "t") -> dict[str, tuple[int, int]]:
    """Bounds that keep a whole above the sum of its parts."""
    scale = draw.rng.choice((1, 1, 1, 2, 10))
    bounds = {letter: (2 * scale, 15 * scale) for letter in parts}
    return bounds | {whole: (18 * scale * len(parts), 40 * scale * len(parts))}
