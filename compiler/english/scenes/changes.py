"""Scenes of a number that changes: two times, or one and the change."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story
from irmill.compiler.english.scenes.topics import GAUGES, ONLY_GROW


def two_states(draw: Draw) -> Scene:
    """A number at two times, and the change to come."""
    what, unit, bounds = draw.rng.choice(GAUGES)
    up = draw.rng.random() < 0.5 or what in ONLY_GROW
    first, then = draw.rng.choice((("last year", "now"), ("in spring", "in autumn"), ("in May", "in July")))
    facts = (
        f"[{first}, {what} was <a> {unit}.|{what} was <a> {unit} {first}.]",
        f"[{then}, {what} is <b> {unit}.|{what} is <b> {unit} {then}.|{then}, it is <b> {unit}.]",
        f"[Elsewhere it is <c> {unit}.|Elsewhere one finds <c> {unit}.]",
    )
    rows = (
        (
            "change",
            f"[By how many {unit} did it {'rise' if up else 'fall'}?|By how many {unit} has {what} "
            f"{'risen' if up else 'fallen'}?"
            f"|What was the change, in {unit}?]",
            "b - a" if up else "a - b",
        ),
        ("rise", f"If it rises by <d> {unit} more, what will it be?", "b + d"),
        ("fall", f"If it falls by <d> {unit} next, what will it be?", "b - d"),
        ("again", "If it changes once more by as much, what will it be?", "b + (b - a)" if up else "b - (a - b)"),
        ("elsewhere", f"How many {unit} more than elsewhere was it {first}?", "a - c"),
    )
    low, high = bounds
    gap = high - low
    ranges = (
        {"a": (low, high), "b": (high + 2, high + gap)} if up else {"b": (low, high), "a": (high + 2, high + low - 1)}
    )
    ranges |= {"c": (2, low - 1), "d": (2, max(3, low // 2))}
    return story(draw, "number-at-two-times", facts, rows, always=(0, 1), ranges=ranges)


def change_and_end(draw: Draw) -> Scene:
    """A number now, and by how much it has changed since then; the beginning is asked for."""
    what, unit, (low, high) = draw.rng.choice(GAUGES)
    up = draw.rng.random() < 0.5 or what in ONLY_GROW
    word, sign, back = ("higher", "-", "+") if up else ("lower", "+", "-")
    facts = (
        f"[{what} is <a> {unit} now.|Today {what} is <a> {unit}.|{what} is <a> {unit} today.]",
        f"[That is <b> {unit} {word} than a year ago.|Now it is <b> {unit} {word} than a year ago.]",
        f"[Next year it will be <c> {unit} {word} than now.|It will be <c> {unit} {word} next year.]",
    )
    rows = (
        (
            "before",
            f"[What was it a year ago?|How many {unit} was it a year ago?|What was {what} a year ago?]",
            f"a {sign} b",
        ),
        ("next", f"What will {what} be next year?", f"a {back} c"),
        (
            "year-after",
            f"If it is <d> {unit} {word} still in the year after next year, what will it be then?",
            f"a {back} c {back} d",
        ),
        ("whole-change", f"By how many {unit} does it change in the two years {ALL}?", "b + c"),
    )
    ranges = {"a": (low, high), "b": (2, max(3, low // 2)), "c": (2, max(3, low // 3)), "d": (2, max(3, low // 3))}
    return story(draw, "number-and-its-change", facts, rows, always=(0,), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "number-at-two-times": two_states,
    "number-and-its-change": change_and_end,
}
