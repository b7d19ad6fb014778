"""Wholes and parts: kinds of one thing, colours, girls and boys, rooms, stages of a way or a book."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting, whole_and_parts
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, past

_ROOMS = ("kitchen", "hall", "attic", "garage", "cellar", "classroom", "living room", "basement", "office", "library")


def _three_kinds(draw: Draw) -> Scene:
    p = draw.person()
    x, y, z = draw.things(3)
    kind = x.kind.many
    box = container(draw)
    if draw.rng.random() < 0.4:
        facts = [
            draw.pick(
                f"{p.name} [has|has got] <a> {x.many}, <b> {y.many} and <c> {z.many}[ at home| in a {box.one}|].",
                f"there are <a> {x.many}, <b> {y.many} and <c> {z.many} in {p.name}'s {box.one}.",
                f"{p.name}'s {box.one} [holds|contains] <a> {x.many}, <b> {y.many}, and <c> {z.many}.",
            )
        ]
    else:
        facts = [
            draw.pick(
                f"{p.name} has <a> {x.many} in a {box.one}.",
                f"there are <a> {x.many} in {p.name}'s {box.one}.",
                f"{p.name} keeps <a> {x.many}[ in a {box.one}|].",
            ),
            draw.pick(
                f"{p.name} also has <b> {y.many}.",
                f"there are also <b> {y.many} in {p.name}'s {box.one}.",
                f"besides, {p.name} has <b> {y.many}.",
            ),
            draw.pick(
                f"{p.name} has <c> {z.many}, too.",
                f"<c> {z.many} belong to {p.name} as well.",
                f"[next to them|on a shelf] {p.name} has <c> {z.many}.",
            ),
        ]
    have = f"does {p.name} have"
    rows = [
        ("all", f"How many {kind} {have} {ALL}?", "a + b + c"),
        ("two", f"How many {x.many} and {y.many} {have} {ALL}?", "a + b"),
        ("ends", f"How many {x.many} and {z.many} {have} {ALL}?", "a + c"),
        ("not", f"How many of {p.name}'s {kind} are not {y.many}?", "a + c"),
        ("more", f"How many more {x.many} than {y.many} {have}?", "a - b"),
        ("fewer", f"How many fewer {z.many} than {y.many} {have}?", "b - c"),
        ("against", f"How many more {x.many} and {y.many} [together |]than {z.many} {have}?", "a + b - c"),
    ]
    q = draw.person()
    noise = (f"{q.name} has <m> {y.many}.", f"last year {p.name} had <n> {x.many}.")
    return contrasting("whole-kinds", facts, rows, who=p, always=(0,), noise=noise)


def _colours(draw: Draw) -> Scene:
    p, x, box = draw.person(), draw.thing(), container(draw)
    c, d, e = [draw.color() for _ in range(3)]
    facts = [
        draw.pick(
            f"[there are|{p.name} has] <t> {x.many} in a {box.one}.",
            f"a {box.one} [holds|contains] <t> {x.many}.",
            f"in {p.name}'s {box.one} there are <t> {x.many}.",
        ),
        draw.pick(f"<a> of the {x.many} are {c}.", f"of these, <a> are {c}.", f"<a> {x.many} are {c}."),
        draw.pick(f"<b> [of them |]are {d}.", f"<b> {x.many} are {d}.", f"another <b> are {d}."),
        draw.pick(f"the [rest|others|remaining {x.many}] are {e}.", f"all the others are {e}."),
    ]
    if draw.rng.random() < 0.4:
        facts = [facts[0], f"<a> [of them |]are {c}, <b> are {d} and [the rest|all the others] are {e}."]
    rows = [
        ("rest", f"How many [of the {x.many} |{x.many} ]are {e}?", "t - a - b"),
        ("not", f"How many [of the {x.many} |{x.many} ]are not {c}?", "t - a"),
        ("not-second", f"How many [of the {x.many} |{x.many} ]are not {d}?", "t - b"),
        ("two", f"How many {x.many} are [either |]{c} or {d}?", "a + b"),
        ("more", f"How many more {c} {x.many} than {d} {x.many} are there?", "a - b"),
        ("rest-and", f"How many {x.many} are [either |]{d} or {e}?", "t - a"),
    ]
    always = tuple(range(len(facts)))
    return contrasting("whole-colours", facts, rows, always=always, ranges=whole_and_parts(draw, "ab"))


def _colours_untold(draw: Draw) -> Scene:
    """The parts are told and the whole is not; one kind changes."""
    p, x = draw.person(), draw.thing()
    c, d, e = [draw.color() for _ in range(3)]
    lose = draw.verb("lose")
    facts = [
        draw.pick(f"{p.name} [had|owned] <a> {c} {x.many}.", f"<a> {c} {x.many} were {p.name}'s."),
        draw.pick(f"{p.name} also had <b> {d} {x.many}.", f"{p.name} had <b> {d} {x.many} as well."),
        draw.pick(f"there were <c> {e} {x.many} too[, all of them {p.name}'s|].", f"{p.name}'s {e} {x.many} were <c>."),
        draw.pick(
            f"then {p.name} {past(lose)} <d> of the {c} {x.many}.",
            f"<d> of the {c} {x.many} were old, and all of these were {lose.participle}.",
            f"one day {p.name} {past(lose)} <d> {c} {x.many}.",
        ),
    ]
    did = f"did {p.name} have"
    rows = [
        ("start", f"How many {x.many} {did} [at first|in the beginning|to begin with] {ALL}?", "a + b + c"),
        ("left-one", f"How many {c} {x.many} {did} [left|after that|in the end]?", "a - d"),
        ("left-all", f"How many {x.many} {did} [left|after that|in the end] {ALL}?", "a + b + c - d"),
        ("untouched", f"How many {d} and {e} {x.many} {did}?", "b + c"),
        ("more-after", f"How many more {c} than {d} {x.many} {did} after that?", "a - d - b"),
        ("gap", f"How many more {d} {x.many} than {e} {x.many} {did}?", "b - c"),
    ]
    return contrasting(
        "whole-changed",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        who=p,
        ranges={"a": (12, 60), "d": (2, 9), "b": (2, 40)},
    )


def _girls_and_boys(draw: Draw) -> Scene:
    group = draw.pick("class", "choir", "team", "camp", "club")
    kids = draw.pick("children", "students", "kids", "pupils")
    told = draw.rng.random() < 0.5
    g, b = draw.rng.choice((("girls", "boys"), ("boys", "girls"), ("swimmers", "runners"), ("singers", "drummers")))
    if told:
        facts = [
            draw.pick(
                f"there are <t> {kids} in [the|a] {group}.",
                f"a {group} has <t> {kids}.",
                f"<t> {kids} are in the {group}.",
            ),
            draw.pick(
                f"<a> of the {kids} are {g} and the [rest|others] are {b}.", f"<a> of them are {g}, the rest are {b}."
            ),
            draw.pick(f"<c> of the {g} were [absent|ill|late] today.", f"today <c> {g} were [absent|missing|ill]."),
            draw.pick(f"the {group} also has <d> [teachers|grown-up helpers].", f"<d> teachers go with the {group}."),
        ]
        rows = [
            ("part", f"How many {b} are in the {group}?", "t - a"),
            ("present", f"How many {g} [were there|came] today?", "a - c"),
            ("came", f"How many {kids} [were there|came] today?", "t - c"),
            ("people", f"How many people are that with the teachers {ALL}?", "t + d"),
            ("more", f"How many more {kids} than [teachers|grown-ups] are [there|in the {group}]?", "t - d"),
        ]
        ranges = {"t": (30, 90), "a": (8, 28), "c": (2, 7), "d": (2, 9)}
        return contrasting("whole-girls-told", facts, rows, always=(0, 1), ranges=ranges)
    facts = [
        draw.pick(f"the {group} has <a> {g}.", f"there are <a> {g} in the {group}.", f"<a> {g} are in the {group}."),
        draw.pick(f"there are <b> {b} in the {group}.", f"the {group} has <b> {b} as well.", f"the {b} are <b>."),
        draw.pick(
            f"<c> of the {kids} in the {group} [wear glasses|walk to school|play chess|have a dog].",
            f"in the {group}, <c> {kids} [wear glasses|walk to school|play chess|have a dog].",
        ),
        draw.pick(f"<d> [teachers|grown-ups] look after the {group}.", f"there are <d> teachers with the {group}."),
    ]
    rows = [
        ("all", f"How many {kids} are in the {group} {ALL}?", "a + b"),
        ("more", f"How many more {g} than {b} are in the {group}?", "a - b"),
        ("do-not", f"How many of the {kids} [do not|don't]?", "a + b - c"),
        ("people", f"How many people are there {ALL}, counting the [teachers|grown-ups]?", "a + b + d"),
        ("one-kind", f"How many {g} and [teachers|grown-ups] are there {ALL}?", "a + d"),
    ]
    ranges = {"c": (2, 9), "a": (6, 40), "b": (6, 40), "d": (2, 8)}
    return contrasting("whole-girls", facts, rows, ranges=ranges)


def _rooms(draw: Draw) -> Scene:
    x = draw.thing(draw.pick("", "furniture"))
    first, second, third = draw.rng.sample(_ROOMS, 3)
    move = draw.verb("carry")
    p = draw.person()
    facts = [
        draw.pick(
            f"there are <a> {x.many} in the {first}.",
            f"the {first} has <a> {x.many}.",
            f"in the {first} are <a> {x.many}.",
        ),
        draw.pick(f"the {second} has <b>[ {x.many}|].", f"in the {second} there are <b>[ {x.many}|]."),
        draw.pick(f"<c> {x.many} are in the {third}.", f"the {third} has <c>[ {x.many}|]."),
        draw.pick(
            f"{p.name} {past(move)} <d> {x.many} from the {first} to the {second}.",
            f"then <d> [of the |]{x.many} were {move.participle} from the {first} to the {second}.",
        ),
    ]
    where = "[are there|are now]"
    rows = [
        ("all", f"How many {x.many} are there [in the three places|in all|altogether|in total]?", "a + b + c"),
        ("two", f"How many {x.many} were in the {second} and the {third} {ALL} [before that|at first]?", "b + c"),
        ("source", f"How many {x.many} {where} in the {first} after that?", "a - d"),
        ("goal", f"How many {x.many} {where} in the {second} after that?", "b + d"),
        ("gap", f"How many more {x.many} are in the {third} than in the {first} at first?", "c - a"),
        ("gap-after", f"How many more {x.many} are in the {second} than in the {third} in the end?", "b + d - c"),
    ]
    return contrasting("whole-rooms", facts, rows, always=(0,), ranges={"d": (2, 8), "a": (9, 40)})


def _picked_and_bad(draw: Draw) -> Scene:
    p = draw.person()
    x, y = draw.things(2, draw.pick("fruit", "vegetable"))
    kind = x.kind.many
    get = draw.verb("pick")
    lose = draw.verb("consume")
    day = draw.day()
    bad = draw.pick("[bad|rotten|spoiled]", "too small", "unripe")
    facts = [
        draw.pick(
            f"{p.name} {past(get)} <a> {x.many} and <b> {y.many}[ on {day}|].",
            f"on {day} {p.name} {past(get)} <a> {x.many}, and also <b> {y.many}.",
            f"<a> {x.many} and <b> {y.many} were [in the kitchen|on the table], all {get.past} by {p.name}.",
        ),
        draw.pick(f"<c> of the {x.many} were {bad}.", f"{p.name} saw that <c> {x.many} were {bad}."),
        draw.pick(
            f"{p.name} {past(lose)} <d> of the {y.many}[ the next day|].",
            f"<d> {y.many} were {lose.participle} [by {p.name}|].",
        ),
    ]
    good = "[were not|were still good and not]"
    rows = [
        ("all", f"How many {kind} did {p.name} {get.base} {ALL}?", "a + b"),
        ("good", f"How many {x.many} were not {bad}?", "a - c"),
        ("left-second", f"How many {y.many} were left?", "b - d"),
        ("left-all", f"How many of the {kind} were not {lose.participle}?", "a + b - d"),
        ("good-all", f"How many {kind} {good} {bad}?", "a + b - c"),
        ("more", f"How many more {x.many} than {y.many} did {p.name} {get.base}?", "a - b"),
    ]
    return contrasting(
        "whole-picked",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        who=p,
        always=(0,),
        ranges={"c": (2, 9), "d": (2, 9), "a": (10, 60), "b": (10, 60)},
    )


FAMILIES: dict[str, Maker] = {
    "whole-kinds": _three_kinds,
    "whole-colours": _colours,
    "whole-changed": _colours_untold,
    "whole-girls": _girls_and_boys,
    "whole-rooms": _rooms,
    "whole-picked": _picked_and_bad,
}
"""The families of this file by name."""
