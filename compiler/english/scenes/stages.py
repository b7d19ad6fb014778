"""Wholes and their parts in time and space: a book, a way, the seats of a hall, what three people did together."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import contrasting, whole_and_parts
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL


def _book(draw: Draw) -> Scene:
    p = draw.person()
    first, second = draw.day(), draw.day()
    work, unit, did = draw.rng.choice(
        (("book", "pages", "read"), ("song book", "songs", "practiced"), ("workbook", "exercises", "solved"))
    )
    base = {"read": "read", "practiced": "practice", "solved": "solve"}[did]
    facts = [
        draw.pick(f"{p.name}'s {work} has <t> {unit}.", f"there are <t> {unit} in {p.name}'s {work}."),
        draw.pick(f"on {first} {p.name} {did} <a> {unit}.", f"{p.name} {did} <a> {unit} [of it |]on {first}."),
        draw.pick(
            f"on {second} {p.name} {did} <b>[ {unit}| more {unit}|].", f"{p.name} {did} <b> [more |]{unit} on {second}."
        ),
    ]
    if draw.rng.random() < 0.35:
        facts = [facts[0], f"{p.name} {did} <a> {unit} on {first} and <b>[ {unit}|] on {second}."]
    rows = [
        ("left", f"How many {unit} [are left|are still left|does {p.name} still have to {base}]?", "t - a - b"),
        ("so-far", f"How many {unit} did {p.name} {base} on the <n=two> days {ALL}?", "a + b"),
        ("left-first", f"How many {unit} were left after {first}?", "t - a"),
        ("more", f"How many more {unit} did {p.name} {base} on {first} than on {second}?", "a - b"),
        ("fewer", f"How many fewer {unit} did {p.name} {base} on {first} than on {second}?", "b - a"),
    ]
    noise = (f"{p.name} started at <m> o'clock[ on {first}|].", f"there are <r> pictures in the {work}.")
    ranges = whole_and_parts(draw, "ab") | {"m": (2, 9)}
    return contrasting("whole-book", facts, rows, who=p, fixed={"n": 2}, noise=noise, ranges=ranges)


def _seats(draw: Draw) -> Scene:
    hall, seat = draw.rng.choice(
        (("theater", "seats"), ("bus", "seats"), ("cinema", "seats"), ("parking lot", "spaces"), ("train car", "seats"))
    )
    if hall == "parking lot":
        g, h, things = "cars", "vans", "vehicles"
    else:
        g, h = draw.rng.choice((("adults", "children"), ("women", "men"), ("students", "teachers")))
        things = "people"
    facts = [
        draw.pick(f"[a|the] {hall} has <t> {seat}.", f"there are <t> {seat} in the {hall}."),
        draw.pick(f"<a> of [them|the {seat}] are [taken|used] by {g}.", f"<a> {g} [are|have come] in the {hall}."),
        draw.pick(
            f"<b> {seat} are [taken|used] by {h}.", f"there are <b> {h} in the {hall}, [each on a {seat[:-1]}|too]."
        ),
        draw.pick(f"later <c> of the {g} left[ the {hall}|].", f"after a while <c> {g} went away."),
    ]
    rows = [
        ("free", f"How many {seat} [are|were] [free|empty|not taken] [at first|before anyone left]?", "t - a - b"),
        ("people", f"How many {things} were in the {hall} at first?", "a + b"),
        ("people-after", f"How many {things} were in the {hall} in the end?", "a + b - c"),
        ("stay", f"How many {g} were still in the {hall}?", "a - c"),
        ("free-after", f"How many {seat} were [free|empty] in the end?", "t - a - b + c"),
        ("more", f"How many more {g} than {h} were there at first?", "a - b"),
    ]
    ranges = {"t": (70, 120), "a": (12, 40), "b": (4, 28), "c": (2, 10)}
    return contrasting("whole-seats", facts, rows, always=(0,), ranges=ranges)


def _three_owners(draw: Draw) -> Scene:
    p, q, r = draw.people(3)
    x = draw.thing()
    get = draw.verb(draw.pick("collect", "find", "gain"))
    facts = [
        draw.pick(
            f"{p.name}, {q.name} and {r.name} {get.past} <t> {x.many} [together|in all|altogether].",
            f"together {p.name}, {q.name} and {r.name} {get.past} <t> {x.many}.",
        ),
        draw.pick(f"{p.name} {get.past} <a>[ of them|].", f"<a> of them were from {p.name}."),
        draw.pick(f"{q.name} {get.past} <b>[ {x.many}|].", f"<b> {x.many} were {get.participle} by {q.name}."),
    ]
    rows = [
        ("third", f"How many {x.many} did {r.name} {get.base}?", "t - a - b"),
        ("two", f"How many {x.many} did {p.name} and {q.name} {get.base} {ALL}?", "a + b"),
        ("other-two", f"How many {x.many} did {q.name} and {r.name} {get.base} {ALL}?", "t - a"),
        ("ends", f"How many {x.many} did {p.name} and {r.name} {get.base} {ALL}?", "t - b"),
        ("more", f"How many more {x.many} did {p.name} {get.base} than {q.name}?", "a - b"),
        ("fewer", f"How many fewer {x.many} did {p.name} {get.base} than {q.name}?", "b - a"),
    ]
    return contrasting("whole-owners", facts, rows, always=(0,), ranges=whole_and_parts(draw, "ab"))


def _way(draw: Draw) -> Scene:
    p = draw.person()
    unit = draw.pick("miles", "kilometers", "blocks")
    go, base = draw.rng.choice((("walked", "walk"), ("biked", "bike"), ("drove", "drive"), ("hiked", "hike")))
    goal = draw.place()
    facts = [
        draw.pick(
            f"the way to the {goal} is <t> {unit}[ long|].",
            f"it is <t> {unit} to the {goal}.",
            f"the {goal} is <t> {unit} away.",
        ),
        draw.pick(
            f"{p.name} {go} <a> {unit} [before lunch|in the morning|before the first stop].",
            f"[before lunch|in the morning] {p.name} {go} <a> {unit}.",
        ),
        draw.pick(
            f"{p.name} {go} <b> {unit} [after lunch|in the afternoon|after the stop].",
            f"[after lunch|in the afternoon] {p.name} {go} <b>[ {unit}|].",
        ),
    ]
    rows = [
        ("left", f"How many {unit} [are left|must {p.name} still {base}|are still to go]?", "t - a - b"),
        ("so-far", f"How [far|many {unit}] did {p.name} {base} {ALL}?", "a + b"),
        ("left-early", f"How many {unit} were left at lunch?", "t - a"),
        (
            "farther",
            f"How [much farther|many more {unit}] did {p.name} {base} in the first part than in the second?",
            "a - b",
        ),
    ]
    decimals = draw.pick("", "", "tab") if unit != "blocks" else ""
    noise = (f"{p.name} stopped for <m> minutes.", f"{p.name} met <n> friends on the way.")
    return contrasting(
        "whole-way",
        facts,
        rows,
        who=p,
        always=(0,),
        ranges=whole_and_parts(draw, "ab") | {"m": (3, 45), "n": (2, 6)},
        decimals=decimals,
        counts=not decimals,
        noise=noise,
    )


FAMILIES: dict[str, Maker] = {
    "whole-book": _book,
    "whole-seats": _seats,
    "whole-owners": _three_owners,
    "whole-way": _way,
}
"""The families of this file by name."""
