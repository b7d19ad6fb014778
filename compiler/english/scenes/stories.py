"""A scene from its rows, with bystanders who have things of the same kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from irmill.compiler.english.phrases import phrases
from irmill.compiler.english.rendering import MARK, expand
from irmill.compiler.english.scenes.contrasts import Row, contrasting
from irmill.compiler.english.scenes.draw import Draw, Person
from irmill.compiler.english.scenes.scene import Asked, Scene

_STANDS_LAST = re.compile(
    r",|\bif\b|\. |\b(?:that|those|these|then|two|both|instead|once|before|after|rest|the other|would)\b", re.IGNORECASE
)
"""In a question that cannot stand before the facts."""
_USUAL: dict[str, tuple[int, int]] = {"n": (2, 9), "q": (2, 60), "r": (2, 40), "s": (3, 80)}
"""Bounds where a scene names none: ``n`` divides, the others are bystanders' things, years and miles."""

_PRONOUN_SHARE = 0.45
"""How often the questions may say she or he of the person that a story is about."""
_QUIET = 0.4
"""How often no bystanders are told of."""
_LEAN = 0.45
"""How often a story is told without some of the facts that only some questions need, and without those questions."""
_OMITTED = 0.6
_FEWEST = 4
"""Questions, and expressions of them, that a scene with fewer facts must still have."""
_LETTER = re.compile(r"\b[a-z]\b")


def story(
    draw: Draw,
    family: str,
    facts: Sequence[str],
    rows: Sequence[Row],
    *,
    who: Person | None = None,
    things: str = "",
    always: Sequence[int] = (),
    noise: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    decimals: str = "",
    counts: bool = True,
    shuffle: bool = False,
) -> Scene:
    """The scene of facts and questions, the questions' choices made; with ``things``, others have some of them, too.

    Sometimes the questions call the person ``who`` she or he: where no other woman or man is told of.
    """
    asked = [(name, _tidy(expand(text, draw.rng)), expression) for name, text, expression in rows]
    around = [] if draw.rng.random() < _QUIET else [*noise, *(bystanders(draw, things) if things else ())]
    if draw.rng.random() < _LEAN:
        facts, asked, always = _leaner(draw, facts, asked, always)
    if who is not None and draw.rng.random() < _PRONOUN_SHARE and not _others_like(who, facts):
        asked = [(name, _with_pronoun(text, who), expression) for name, text, expression in asked]
        around = [sentence for sentence in around if not _others_like(who, [sentence])]
        always = sorted({0, *always})
    scene = contrasting(
        family,
        facts,
        asked,
        always=always,
        noise=around,
        fixed=fixed,
        ranges=_USUAL | dict(ranges or {}),
        decimals=decimals,
        counts=counts,
        shuffle=shuffle,
    )
    return replace(scene, asked=tuple(_placed(ask) for ask in scene.asked))


def bystanders(draw: Draw, things: str) -> tuple[str, ...]:
    """Sentences about things of the same name that belong to others or to another time; none matters."""
    one, two = draw.people(2)
    place, relative = draw.place(), draw.relative()
    return (
        f"[{one.name} has <p> {things}.|{one.name}, a neighbor, has <p> {things}.|<p> {things} belong to {one.name}.]",
        f"[{two.name} would like to have <q> {things}.|{two.name} once counted <q> {things}.]",
        f"[There are <r> {things} at the {place}.|At the {place} they saw <r> {things}.]",
        f"[{two.name}'s {relative} is <s> years old.|The {place} is <s> miles away.|The {place} opened <s> years ago.]",
    )


def _leaner(
    draw: Draw, facts: Sequence[str], asked: Sequence[Row], always: Sequence[int]
) -> tuple[list[str], list[Row], list[int]]:
    """Fewer facts, the questions that they answer, and the places of the facts that are always told."""
    kept = [at for at in range(len(facts)) if at == 0 or at in always or draw.rng.random() >= _OMITTED]
    gone = {match[1] for at in range(len(facts)) if at not in kept for match in MARK.finditer(facts[at])}
    answered = [row for row in asked if gone.isdisjoint(_LETTER.findall(row[2]))]
    if len(answered) < _FEWEST or len({expression for _, _, expression in answered}) < _FEWEST:
        return list(facts), list(asked), list(always)
    return [facts[at] for at in kept], answered, [kept.index(at) for at in always]


def _others_like(who: Person, sentences: Sequence[str]) -> bool:
    """Whether sentences tell of somebody else whom the same pronoun could mean."""
    lists = phrases()
    alike = lists.women + lists.women_roles if who.they == "she" else lists.men + lists.men_roles
    told = " ".join(sentences)
    return any(name != who.name and re.search(rf"\b{name}\b", told) for name in alike)


def _with_pronoun(question: str, who: Person) -> str:
    name = re.escape(who.name)
    called = re.sub(rf"\b(does|did|will|would|can|could|must|had) {name}\b(?!')", rf"\1 {who.they}", question, count=1)
    return called if called != question else re.sub(rf"(?<=[a-z] ){name}'s\b", who.their, question, count=1)


def _placed(ask: Asked) -> Asked:
    return replace(ask, first="") if _STANDS_LAST.search(ask.text) else ask


def _tidy(text: str) -> str:
    return re.sub(r" +(?=[.,?! ])", "", text)
