"""Totals of several sorts in one scene: made and sold, two groupings, pages and chapters and days, packs and pieces."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past, per


def _made_and_sold(draw: Draw) -> Scene:
    """Two kinds are made, some of both are sold."""
    p = draw.person()
    kind, frame = draw.rng.choice(
        (("treat", "make_food"), ("toy", "make"), ("clothes", "make"), ("fruit", "pick"), ("vegetable", "pick"))
    )
    x, y = draw.things(2, kind)
    make, sell = draw.verb(frame), draw.verb(draw.pick("sell", "sell", "lose"))
    facts = [
        draw.pick(
            f"{p.name} {past(make)} <a> {x.many} and <b> {y.many}.",
            f"[this week|yesterday|last month], {p.name} {past(make)} <a> {x.many} and <b> {y.many}.",
            f"{p.name} {past(make)} <b> {y.many} and <a> {x.many}.",
        ),
        draw.pick(
            f"{p.name} {past(sell)} <c> {x.many} and <d> {y.many}.",
            f"[of these|of them], <d> {y.many} and <c> {x.many} were {sell.participle}.",
            f"[later|the next day] {p.name} {past(sell)} <d> of the {y.many} and <c> of the {x.many}.",
            f"{p.name} {past(sell)} <c> of the {x.many}, but <d> of the {y.many}.",
        ),
    ]
    if draw.rng.random() < 0.35:
        facts = [
            draw.pick(
                f"{p.name} {past(make)} <a> {x.many}, of which <c> were {sell.participle}.",
                f"of <a> {x.many} that {p.name} {make.past}, <c> were {sell.participle}.",
            ),
            draw.pick(
                f"{p.name} also {make.past} <b> {y.many} and {sell.past} <d> of them.",
                f"<b> {y.many} were {make.participle} as well, and <d> of those were {sell.participle}.",
            ),
        ]
    kinds = x.kind.many
    have = f"[does {p.name} still have|does {p.name} have left|are left]"
    rows = [
        ("left", f"How many {x.many} {have}?", "a - c"),
        ("left-other", f"How many {y.many} {have}?", "b - d"),
        ("made", f"How many {kinds} did {p.name} {make.base} {ALL}?", "a + b"),
        ("sold", f"How many {kinds} were {sell.participle} {ALL}?", "c + d"),
        ("left-all", f"How many {kinds} {have} {ALL}?", "a + b - c - d"),
        ("made-more", f"How many more {x.many} than {y.many} did {p.name} {make.base}?", "a - b"),
        ("sold-more", f"How many more {y.many} than {x.many} were {sell.participle}?", "d - c"),
        ("sold-fewer", f"How many fewer {y.many} than {x.many} were {sell.participle}?", "c - d"),
        ("left-more", f"How many more {x.many} than {y.many} are left?", "a - c - (b - d)"),
    ]
    ranges = {"a": (20, 200), "b": (20, 180), "c": (3, 19), "d": (3, 19)}
    return contrasting(
        "total-made-sold", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0, 1), ranges=ranges
    )


def _two_groupings(draw: Draw) -> Scene:
    """Two kinds, each in its own groups: the totals and the groups are told, or the groups and their sizes."""
    p = draw.person()
    x, y = draw.things(2)
    box = container(draw)
    put = draw.verb("put_in")
    many, one = draw.rng.choice(((box.many, box.one), ("groups", "group"), ("bundles", "bundle")))
    facts = [
        draw.pick(
            f"{p.name} has <a> {x.many} and <b> {y.many}.",
            f"there are <a> {x.many} and <b> {y.many} in {p.name}'s [house|shop|garage].",
            f"{p.name}'s collection [consists of|contains] <a> {x.many} and <b> {y.many}.",
        ),
        draw.pick(
            f"the {x.many} are [put|arranged|packed] into <c> {many}, the {y.many} into <d> {many}.",
            f"{p.name} {past(put)} the {x.many} into <c> {many} and the {y.many} into <d>[ {many}|].",
            f"the {y.many} are in <d> {many}, and the {x.many} are in <c> {many}.",
        ),
    ]
    even = draw.pick("equal", "even")
    rows = [
        ("size", f"How many {x.many} are in each {one} of {x.many}, if these are {even}?", "a / c"),
        ("size-short", f"How [big|large] is each {one} of {x.many}?", "a / c"),
        ("size-other", f"How [big|large] is each {one} of {y.many}?", "b / d"),
        ("all", f"How many {x.kind.many} are there {ALL}?", "a + b"),
        ("groups", f"How many {many} are there {ALL}?", "c + d"),
        ("more", f"How many more {x.many} than {y.many} are there?", "a - b"),
        ("groups-more", f"How many more {many} of {y.many} than {many} of {x.many} are there?", "d - c"),
        (
            "taken",
            after(f"{p.name} takes <e> {many} of {x.many} away", f"How many {many} of {x.many} are left?"),
            "c - e",
        ),
    ]
    ranges = {"a": (24, 300), "b": (24, 300), "c": (3, 12), "d": (3, 12), "e": (2, 2)}
    return contrasting("total-groupings", facts, rows, always=(0, 1), ranges=ranges)


def _group_sizes(draw: Draw) -> Scene:
    """Two kinds in groups whose sizes are told."""
    p = draw.person()
    x, y = draw.things(2)
    box = container(draw)
    facts = [
        draw.pick(
            f"{p.name} packed {x.many} into {box.many} of <a> and {y.many} into {box.many} of <b>.",
            f"each {box.one} of {x.many} has <a> {x.many}, each {box.one} of {y.many} has <b> {y.many}.",
            f"a {box.one} of {x.many} holds <a>, and a {box.one} of {y.many} holds <b>.",
        ),
        draw.pick(
            f"there are <c> {box.many} of {x.many} and <d> of {y.many}.",
            f"{p.name} has <c> {box.many} of {x.many} and <d> {box.many} of {y.many}.",
            f"<c> {box.many} hold {x.many}, <d> {box.many} hold {y.many}.",
        ),
    ]
    rows = [
        ("first", f"How many {x.many} [are there|does {p.name} have] {ALL}?", "a * c"),
        ("second", f"How many {y.many} [are there|does {p.name} have] {ALL}?", "b * d"),
        ("boxes", f"How many {box.many} are there {ALL}?", "c + d"),
        ("all", f"How many {x.kind.many} are there {ALL}?", "a * c + b * d"),
        ("more-boxes", f"How many more {box.many} of {x.many} than of {y.many} are there?", "c - d"),
        (
            "one-more",
            f"How many more does a {box.one} of {x.many} hold than a {box.one} of {y.many}?",
            "a - b",
        ),
        ("more", f"How many more {y.many} than {x.many} are there?", "b * d - a * c"),
        (
            "boxes-given",
            after(f"<e> {box.many} of {y.many} are given away", f"How many {y.many} are left?"),
            "(d - e) * b",
        ),
    ]
    ranges = {"a": (3, 30), "b": (3, 30), "c": (2, 20), "d": (4, 20), "e": (2, 3)}
    return contrasting("total-sizes", facts, rows, always=(0, 1), ranges=ranges)


def _three_totals(draw: Draw) -> Scene:
    """One amount, two other totals: per this, per that, this per that."""
    p = draw.person()
    big, middle, small, time, do, base = draw.rng.choice(
        (
            ("book", "chapters", "pages", "days", "finished", "finish"),
            ("poem", "parts", "lines", "days", "learned", "learn"),
            ("film", "scenes", "minutes", "weeks", "drew", "draw"),
            ("wall", "rows", "stones", "hours", "built", "build"),
            ("field", "rows", "plants", "hours", "watered", "water"),
            ("exam", "parts", "questions", "hours", "answered", "answer"),
        )
    )
    facts = [
        draw.pick(
            f"[a|the] {big} has <a> {small} in <b> {middle}.",
            f"[a|the] {big} has <b> {middle} with <a> {small} [altogether|in all|in total].",
            f"there are <a> {small} and <b> {middle} in a {big}.",
        ),
        draw.pick(
            f"{p.name} {do} it in <c> {time}.",
            f"it took {p.name} <c> {time} to {base} it.",
            f"{p.name} needed <c> {time} to {base} the {big}.",
        ),
    ]
    same = f"[, if all {middle} are equally long|]"
    each = middle[:-1]
    rows = [
        ("per-part", f"How many {small} are in each {each}{same}?", "a / b"),
        ("per-time", f"How many {small} {per(time[:-1])} did {p.name} {base}?", "a / c"),
        ("parts-per-time", f"How many {middle} {per(time[:-1])} did {p.name} {base}?", "b / c"),
        ("left", f"How many {small} were left after <d> {small}?", "a - d"),
        ("parts-left", f"How many {middle} were left after <e> {middle}?", "b - e"),
        ("two", f"How many {small} are in <f> such {big}s?", "a * f"),
        ("time-two", f"How many {time} does {p.name} need for <f> such {big}s?", "c * f"),
    ]
    noise = (f"{p.name} has <m> friends.", f"{p.name} began at <n> o'clock.")
    ranges = {
        "a": (48, 480),
        "b": (8, 40),
        "c": (2, 12),
        "d": (5, 40),
        "e": (2, 6),
        "f": (2, 9),
        "m": (2, 12),
        "n": (6, 11),
    }
    return contrasting("total-three", facts, rows, who=p, always=(0, 1), noise=noise, ranges=ranges)


def _same_price(draw: Draw) -> Scene:
    """People of two sorts who pay the same, or a bill that is shared."""
    g, h = draw.rng.choice((("adults", "children"), ("teachers", "students"), ("boys", "girls"), ("men", "women")))
    place = draw.pick("zoo", "museum", "theater", "pool", "circus", "park")
    facts = [
        draw.pick(
            f"<a> {g} and <b> {h} [went|came] to the {place}.",
            f"a group of <a> {g} and <b> {h} visited the {place}.",
        ),
        draw.pick(
            "[in all|together|altogether] they paid $<t>, everybody the same.",
            "everybody paid the same, $<t> [in all|together|altogether].",
            "all had the same price and paid $<t> [in all|together|altogether].",
        ),
        draw.pick(f"<c> of the {h} also had lunch there.", f"<c> of the {h} left early."),
    ]
    rows = [
        ("price", "How much did one ticket cost?", "t / (a + b)"),
        ("people", f"How many people [went|were there] {ALL}?", "a + b"),
        ("more", f"How many more {h} than {g} were there?", "b - a"),
        ("others", f"How many {h} did not [do so|do that]?", "b - c"),
        ("with-lunch", after("they also paid $<d> for lunch", f"How much did the group pay {ALL}?"), "t + d"),
        ("more-people", after(f"<e> more {g} came", f"How many {g} was that {ALL}?"), "a + e"),
        ("discount", after("they got $<f> back", f"How much did the group pay {ALL} in the end?"), "t - f"),
    ]
    ranges = {"a": (2, 12), "b": (6, 30), "t": (40, 600), "c": (2, 5), "d": (10, 90), "e": (2, 9), "f": (3, 20)}
    return contrasting("total-same-price", facts, rows, always=(0, 1, 2), ranges=ranges)


def _packs(draw: Draw) -> Scene:
    """Packs with a number of pieces and a price each."""
    p, q = draw.people(2)
    x = draw.thing()
    pack = draw.rng.choice((("pack", "packs"), ("bag", "bags"), ("box", "boxes"), ("carton", "cartons")))
    buy, give = draw.verb("buy"), draw.verb("give")
    facts = [
        draw.pick(
            f"{p.name} {past(buy)} <a> {pack[1]} of {x.many}.",
            f"<a> {pack[1]} of {x.many} were what {p.name} {past(buy)}.",
        ),
        draw.pick(
            f"each {pack[0]} cost $<b>.",
            f"the price was $<b> {per(pack[0]).replace('a|', '')}.",
            f"{p.name} paid $<b> for each {pack[0]}.",
        ),
        draw.pick(
            f"there were <c> {x.many} in each {pack[0]}.",
            f"each {pack[0]} had <c> {x.many} in it.",
            f"every {pack[0]} held <c>[ {x.many}|].",
        ),
        draw.pick(f"{p.name} {past(give)} <d> {x.many} to {q.name}.", f"<d> of the {x.many} went to {q.name}."),
    ]
    did = f"did {p.name}"
    rows = [
        ("number", f"How many {x.many} {did} {buy.base} {ALL}?", "a * c"),
        ("cost", f"How much [money |]{did} pay {ALL}?", "a * b"),
        ("left", f"How many {x.many} {did} have left?", "a * c - d"),
        ("change", after(f"{p.name} paid with $<t>", f"How much did {p.name} get back?"), "t - a * b"),
        ("resold", f"How much would {p.name} get for the {x.many} that went to {q.name} at $<e> each?", "d * e"),
        ("more-packs", after(f"{p.name} had taken <f> {pack[1]} more", f"How many {pack[1]} would that be?"), "a + f"),
        (
            "more-cost",
            after(f"{p.name} had taken <f> {pack[1]} more", f"How much would {p.name} have paid {ALL}?"),
            "(a + f) * b",
        ),
        (
            "cheaper",
            after(f"each {pack[0]} had been $<g> cheaper", f"How much would {p.name} have paid {ALL}?"),
            "a * (b - g)",
        ),
    ]
    ranges = {
        "a": (2, 15),
        "b": (6, 30),
        "c": (4, 30),
        "d": (2, 7),
        "t": (460, 900),
        "e": (2, 9),
        "f": (2, 6),
        "g": (2, 4),
    }
    return contrasting("total-packs", facts, rows, noise=bystanders(draw, p, x), always=(0, 1, 2), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "total-made-sold": _made_and_sold,
    "total-groupings": _two_groupings,
    "total-sizes": _group_sizes,
    "total-three": _three_totals,
    "total-same-price": _same_price,
    "total-packs": _packs,
}
"""The families of this file by name."""
