"""Scenes in which one word makes a product of a quotient: so many in each, or so many in all."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.telling import other_owner, then

_EQUALLY = "[equally|evenly|fairly|so that all are the same|in equal parts]"


def each_or_all(draw: Draw) -> Scene:
    """The same words and numbers, but for ``each`` and ``altogether``."""
    p, x, box = draw.person(), draw.thing(), container(draw)
    things, boxes = x.many, box.many
    in_each = draw.rng.random() < 0.5
    told = (
        f"[There are <a> {things} in each of {p.name}'s <b> {boxes}.|{p.name} has <b> {boxes} with <a> {things} each."
        f"|{p.name} has <b> {boxes}, and every {box.one} holds <a> {things}.|<b> {boxes} hold <a> {things} apiece.]"
        if in_each
        else f"[There are <a> {things} [altogether |in all |]in {p.name}'s <b> {boxes}, the same number in each."
        f"|{p.name} has <a> {things} in <b> {boxes} of the same size.|<b> equal {boxes} hold <a> {things} together."
        f"|{p.name} put <a> {things} {_EQUALLY} into <b> {boxes}.]"
    )
    each, total = ("a", "a * b") if in_each else ("a / b", "a")
    ask_first = (
        ("total", f"[How many {things} are there [altogether|in all]?|How many {things} does {p.name} have?]", total)
        if in_each
        else ("size", f"[How many {things} are in each {box.one}?|How many {things} does one {box.one} hold?]", each)
    )
    rows = (
        ask_first,
        ("some", f"How many {things} are in <c> of the {boxes}?", f"{each} * c"),
        (
            "more-in-each",
            then(f"<d> more {things} are put into each {box.one}", f"How many will be in one {box.one}?"),
            f"{each} + d",
        ),
        ("taken", then(f"<e> {things} are taken out of one {box.one}", "How many are left in it?"), f"{each} - e"),
        ("all-but", then(f"<f> of all the {things} are lost", f"How many {things} are left in all?"), f"{total} - f"),
        ("boxes-left", then(f"{p.name} gives away <c> of the {boxes}", f"How many {boxes} are left?"), "b - c"),
    )
    noise = (other_owner(draw, "m", things), f"Each {box.one} weighs <n> grams.")
    ranges = {"a": (2, 30), "b": (3, 20)} if in_each else {"a": (12, 300), "b": (3, 12)}
    return contrasting(
        "each-or-all", (told,), rows, noise=noise, ranges=ranges | {"c": (2, 8), "d": (2, 15), "e": (1, 12)}
    )


def fair_shares(draw: Draw) -> Scene:
    """Things are shared out among people; others got theirs already."""
    p, x, people = draw.person(), draw.thing(draw.pick("food", "", "toy")), draw.group()
    things, many = x.many, people.many
    facts = (
        f"[{p.name} has <a> {things}.|There are <a> {things}.|{p.name} bought <a> {things}."
        f"|<a> {things} lie on the table.]",
        f"[<b> {many} share them {_EQUALLY}.|{p.name} shares them {_EQUALLY} among <b> {many}."
        f"|They are divided {_EQUALLY} among <b> {many}.|<b> {many} each get the same number of them.]",
        f"[<c> other {many} already had <d> {things} each.|<c> more {many} have <d> {things} each at home.]",
    )
    of_each = f"How many does each of the <b> {many} get?"
    rows = (
        (
            "share",
            f"[How many {things} does each [of the <b> {many}|{people.one}] get?"
            f"|How many does one of the <b> {many} get?"
            f"|What is the share of each of the <b> {many}?]",
            "a / b",
        ),
        ("others", f"How many {things} did the other {many} have [altogether|in all]?", "c * d"),
        (
            "less",
            then("<e> of them are bad and not shared", of_each),
            "(a - e) / b",
        ),
        (
            "additional",
            then(f"<f> more {things} are added before", of_each),
            "(a + f) / b",
        ),
        ("several", f"How many {things} do <g=two> of the <b> {many} get together?", "a / b * g"),
        ("everyone", f"How many {many} are there [altogether|in all]?", "b + c"),
    )
    noise = (other_owner(draw, "m", things),)
    ranges = {"a": (12, 240), "b": (3, 12), "c": (2, 9), "d": (2, 20), "e": (1, 20)}
    return contrasting("fair-shares", facts, rows, always=(0,), noise=noise, ranges=ranges, fixed={"g": 2})


def steady_work(draw: Draw) -> Scene:
    """So many in so many days: how many a day, and at this rate."""
    p, q = draw.people(2)
    make, x = draw.verb(draw.pick("work", "make")), draw.thing()
    things = x.many
    unit = draw.pick("day", "hour", "week", "minute")
    facts = (
        f"[{p.name} {make.past} <a> {things} in <b> {unit}s.|In <b> {unit}s, {p.name} {make.past} <a> {things}."
        f"|It took {p.name} <b> {unit}s to {make.base} <a> {things}.]",
        f"[{q.name} {make.present3} <c> {things} [a|per|every|each] {unit}."
        f"|Every {unit}, {q.name} {make.present3} <c> {things}.]",
    )
    same = f"[working at the same speed|the same number every {unit}|at a steady rate]"
    rows = (
        ("rate", f"How many {things} did {p.name} {make.base} [per|a|each] {unit}, {same}?", "a / b"),
        ("at-rate", f"At this rate, how many {things} does {p.name} {make.base} in <d> {unit}s?", "a / b * d"),
        ("other", f"How many {things} does {q.name} {make.base} in <b> {unit}s?", "c * b"),
        ("other-time", f"How many {unit}s does {q.name} need for <e> {things}?", "e / c"),
        (
            "both",
            f"How many {things} do they both {make.base} in one {unit} if {p.name} is steady?",
            "a / b + c",
        ),
        ("more", f"{p.name} {make.past} <f> more {things} today. How many are that with the <a>?", "a + f"),
    )
    noise = (f"{p.name} has been doing this for <m> years.", f"[They were paid $<n>.|{q.name} took <n> breaks.]")
    ranges = {"a": (12, 240), "b": (2, 12), "c": (2, 15), "d": (2, 14), "e": (20, 200), "m": (2, 20)}
    return contrasting("steady-work", facts, rows, noise=noise, ranges=ranges)


def price_of_one(draw: Draw) -> Scene:
    """The price of several tells that of one."""
    p, q = draw.people(2)
    x, y = draw.things(2)
    buy = draw.verb("buy")
    facts = (
        f"[{p.name} {buy.past} <a> {x.many} for $<b>.|{p.name} paid $<b> for <a> {x.many}.|<a> {x.many} cost $<b>."
        f"|<a> {x.many} of the same price cost {p.name} <b> dollars.]",
        f"[{q.name} {buy.past} <c> {y.many} at $<d> [each|apiece].|A {y.one} costs $<d>, and {q.name} {buy.past} <c>."
        f"|For each of <c> {y.many}, {q.name} paid $<d>.]",
    )
    rows = (
        (
            "one",
            f"[How much did each {x.one} cost?|What is the price of one {x.one}?|How much is one?]",
            "b / a",
        ),
        ("other-all", f"How much did {q.name} pay [altogether|in all]?", "c * d"),
        ("number", f"How many {x.kind.many} did they {buy.base} [altogether|in all]?", "a + c"),
        ("several", f"What do <e> of the {x.many} cost?", "b / a * e"),
        ("both", f"How much did {p.name} and {q.name} pay together?", "b + c * d"),
        ("change", f"{p.name} paid with $<f>. How much money came back?", "f - b"),
        ("with-money", f"How many {y.many} could {q.name} {buy.base} for $<g>?", "g / d"),
    )
    noise = (f"The shop has <m> {x.many} left.", f"[{p.name} drove <n> miles to the shop.|The shop opens at <n>.]")
    ranges = {"a": (2, 12), "b": (6, 120), "c": (2, 12), "d": (2, 20), "e": (2, 15), "f": (20, 200), "g": (10, 150)}
    return contrasting("price-of-one", facts, rows, noise=noise, ranges=ranges | {"n": (2, 12)})


def teams(draw: Draw) -> Scene:
    """Two groups are put into teams, or each into its own."""
    g, h = draw.group(), draw.group()
    one, two = g.many, h.many
    what = draw.pick("teams", "groups", "rows", "cars", "rooms", "tents")
    single = what[:-1]
    facts = (
        f"[<a> {one} and <b> {two} came to the camp.|There are <a> {one} and <b> {two} [in the club|on the trip|].]",
        f"[Each {single} has <c> people.|They are put into {what} of <c>.|There is room for <c> in each {single}.]",
    )
    rows = (
        ("all", f"How many {what} [are there|do they need] for all of them?", "(a + b) / c"),
        ("first", f"How many {what} would the {one} need alone?", "a / c"),
        ("second", f"How many {what} would the {two} need alone?", "b / c"),
        ("people", "How many people came [altogether|in all]?", "a + b"),
        ("more", f"How many more {one} than {two} are there?", "a - b"),
        ("full", f"How many people are in <d> full {what}?", "c * d"),
        ("number-told", f"If all of them made <e> {what} of the same size, how many would be in each?", "(a + b) / e"),
    )
    noise = ("They stay for <m> days.", f"The youngest of the {one} is <n> years old.")
    ranges = {"a": (6, 80), "b": (6, 80), "c": (2, 9), "d": (2, 12), "e": (2, 9), "m": (2, 14), "n": (5, 12)}
    return contrasting("teams", facts, rows, always=(0,), noise=noise, ranges=ranges)


def mean_of_days(draw: Draw) -> Scene:
    """What was done on three days, and on average."""
    p, get, x = draw.person(), draw.verb(draw.pick("pick", "collect", "sell", "work")), draw.thing()
    things = x.many
    one, two, three = draw.day(), draw.day(), draw.day()
    facts = (
        f"[On {one}, {p.name} {get.past} <a> {things}.|{p.name} {get.past} <a> {things} on {one}.]",
        f"[On {two} it was <b>[ {things}|].|On {two}, {p.they} {get.past} <b>[ {things}|].]",
        f"[On {three} it was <c>[ {things}|].|On {three}, {p.they} {get.past} <c>[ {things}|].]",
    )
    rows = (
        (
            "mean",
            f"[How many {things} did {p.name} {get.base} a day on average over the <n=three> days?"
            f"|What was the average number of {things} on these <n=three> days?]",
            "(a + b + c) / n",
        ),
        ("total", f"How many {things} did {p.name} {get.base} [altogether|in all|on these days]?", "a + b + c"),
        ("two-days", f"How many {things} did {p.name} {get.base} on {one} and {two}[ together|]?", "a + b"),
        ("more", f"How many more {things} did {p.name} {get.base} on {three} than on {one}?", "c - a"),
        ("double", f"On the next day it was <k=twice> as many as on {two}. How many {things} were that?", "b * k"),
        ("goal", f"How many {things} are missing for a total of <g>?", "g - (a + b + c)"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("mean-of-days", facts, rows, always=(0,), noise=noise, fixed={"n": 3, "k": 2})


FAMILIES: dict[str, Maker] = {
    "each-or-all": each_or_all,
    "fair-shares": fair_shares,
    "steady-work": steady_work,
    "price-of-one": price_of_one,
    "teams": teams,
    "mean-of-days": mean_of_days,
}
