"""A scene from its rows, with bystanders who have things of the same kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from irmill.compiler.english.rendering import expand
from irmill.compiler.english.scenes.contrasts import Row, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Asked, Scene

_STANDS_LAST = re.compile(
    r",|\bif\b|\. |\b(?:that|those|these|then|two|both|instead|once|before|after|rest|the other|would)\b", re.IGNORECASE
)
"""In a question that cannot stand before the facts."""
_USUAL: dict[str, tuple[int, int]] = {"q": (2, 60), "r": (2, 40), "s": (3, 80)}
"""Bounds of letters that only bystanders have: a few things, years and miles."""


def story(
    draw: Draw,
    family: str,
    facts: Sequence[str],
    rows: Sequence[Row],
    *,
    things: str = "",
    always: Sequence[int] = (),
    noise: Sequence[str] = (),
    fixed: Mapping[str, int] | None = None,
    ranges: Mapping[str, tuple[int, int]] | None = None,
    decimals: str = "",
    counts: bool = True,
    shuffle: bool = False,
) -> Scene:
    """The scene of facts and questions, the questions' choices made; with ``things``, others have some of them, too."""
    scene = contrasting(
        family,
        facts,
        [(name, _tidy(expand(text, draw.rng)), expression) for name, text, expression in rows],
        always=always,
        noise=(*noise, *(bystanders(draw, things) if things else ())),
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


def _placed(ask: Asked) -> Asked:
    return replace(ask, first="") if _STANDS_LAST.search(ask.text) else ask


def _tidy(text: str) -> str:
    return re.sub(r" +(?=[.,?! ])", "", text)
