"""Percentages of a group and of a price."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after

_PERCENTS = (5, 10, 20, 25, 30, 40, 50, 60, 70, 75, 80)


def _percent(draw: Draw) -> Scene:
    """So many percent of a group."""
    share = draw.rng.choice(_PERCENTS)
    who = draw.pick("students", "seats", "trees", "books", "houses", "cars")
    place = draw.place()
    color = draw.color()
    kinds = {
        "students": ("play an instrument", "do not"),
        "seats": ("are taken", "are free"),
        "trees": ("bear fruit", "do not bear fruit"),
    }
    one, two = kinds.get(who, (f"are {color}", f"are not {color}"))
    if two == "do not":
        two = "do not play an instrument"
    facts = [
        draw.pick(f"there are <t> {who} [at|in] the {place}.", f"the {place} has <t> {who}."),
        draw.pick(
            f"<p><k=%> of them {one}.", f"<p> <k=percent> of the {who} {one}.", f"of these, <p> <k=percent> {one}."
        ),
    ]
    rows = [
        ("part", f"How many {who} {one}?", "t * p / k"),
        ("rest", f"How many {who} {two}?", "t - t * p / k"),
        (
            "some",
            after(f"<c> of those that {one} are very {draw.pick('old', 'big', 'new')}", "How many of them are not?"),
            "t * p / k - c",
        ),
        (
            "more",
            after(
                f"<d> more {who} come to the {place}"
                if who in ("students", "cars")
                else f"the {place} gets <d> more {who}",
                f"How many {who} will there be {ALL}?",
            ),
            "t + d",
        ),
    ]
    ranges = {"c": (2, 4), "d": (3, 60)}
    return contrasting(
        "part-percent",
        facts,
        rows,
        always=(0, 1),
        fixed={"k": 100, "p": share, "t": 20 * draw.rng.choice((1, 1, 5)) * draw.rng.randint(2, 40)},
        ranges=ranges,
    )


def _percent_off(draw: Draw) -> Scene:
    p = draw.person()
    x, y = draw.article(), draw.article()
    share = draw.rng.choice(_PERCENTS[:8])
    facts = [
        draw.pick(f"a {x} costs $<t>.", f"the price of a {x} is $<t>.", f"{p.name} wants a {x} for $<t>."),
        draw.pick(
            "this week it is <p><k=%> off.",
            "the price falls by <p> <k=percent>.",
            "there is a discount of <p> <k=percent>[ on it|].",
        ),
        draw.pick(f"a {y} costs $<b>.", f"{p.name} also wants a {y} for $<b>."),
    ]
    rows = [
        ("off", f"How many dollars is the {x} cheaper than before?", "t * p / k"),
        ("price", f"How much does the {x} cost now?", "t - t * p / k"),
        ("both", f"How much do the {x} and the {y} cost now {ALL}?", "t - t * p / k + b"),
        ("full", f"How much would the {x} and the {y} cost without the discount?", "t + b"),
        ("gap", f"How much more than the {y} did the {x} cost before?", "t - b"),
    ]
    ranges = {"b": (5, 39)}
    return contrasting(
        "part-off",
        facts,
        rows,
        always=(0, 1),
        fixed={"k": 100, "p": share, "t": 20 * draw.rng.randint(3, 30)},
        ranges=ranges,
    )


FAMILIES: dict[str, Maker] = {
    "part-percent": _percent,
    "part-off": _percent_off,
}
"""The families of this file by name."""
