"""Scenes of food that is made and eaten, of aims not yet reached, of ages and of points."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, more
from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.telling import then


def kitchen(draw: Draw) -> Scene:
    """Food of two kinds is made, some of it is eaten."""
    p, q = draw.people(2)
    x, y = draw.things(2, draw.pick("treat", "snack", "food"))
    make, eat = draw.verb("make_food"), draw.verb("consume")
    facts = (
        f"[{p.name} {make.past} <a> {x.many} and <b> {y.many}.|<a> {x.many} and <b> {y.many} were {make.participle} by "
        f"{p.name}.|For the party {p.name} {make.past} <a> {x.many}, and <b> {y.many} as well.]",
        f"[{q.name} {eat.past} <c> [of the {x.many}|{x.many}]."
        f"|{q.name} {eat.past} <c> {x.many} {draw.pick('at once', 'for lunch')}.]",
        f"[{p.name}'s friends {eat.past} <d> [of the {y.many}|{y.many}].|<d> {y.many} went to {p.name}'s friends.]",
    )
    rows = (
        ("kinds", f"How many {x.kind.many} did {p.name} {make.base} {ALL}?", "a + b"),
        ("first-left", f"How many {x.many} are left?", "a - c"),
        ("second-left", f"How many {y.many} are left?", "b - d"),
        ("eaten", f"How many {x.kind.many} are gone {ALL}?", "c + d"),
        ("all-left", f"How many {x.kind.many} are left {ALL}?", "a + b - c - d"),
        ("more-made", f"How many more {x.many} than {y.many} did {p.name} {make.base}?", "a - b"),
        ("again", then(f"{p.name} {make.past} <e> more {x.many}", f"How many {x.many} are there now?"), "a - c + e"),
    )
    noise = (
        f"[{p.name} used <m> cups of flour.|Each tray holds <m> {x.many}.|There were <m> people at the party.]",
        f"[{draw.person().name} {make.past} <n> {x.many} for another party.|Last week there were <n> {y.many}.]",
    )
    return contrasting("kitchen", facts, rows, always=(0,), noise=noise)


def aims(draw: Draw) -> Scene:
    """So many are wanted, some are there, more come in."""
    p, q = draw.people(2)
    x, get = draw.thing(), draw.verb("collect")
    things, one = x.many, p.name
    facts = (
        f"[{one} wants to have <t> {things}.|{one} needs <t> {things}[ for school| for a party|]."
        f"|{one}'s goal is <t> {things}."
        f"|{one} must bring <t> {things} to the club.|<t> {things} are what {one} hopes to get.]",
        f"[{p.they} already has <a>[ {things}|].|So far, {one} has {get.participle} <a>[ {things}|]."
        f"|{one} has <a> {things} now."
        f"|<a> {things} are already there.]",
        f"[{q.name} gave {p.them} <b> [more|{things}].|{q.name} brought {one} another <b>[ {things}|].]",
    )
    rows = (
        (
            "needed",
            f"[How many more {things} does {one} need now?|How many {things} are still missing?"
            f"|How many more {things} must {one} get to reach the goal?]",
            "t - a - b",
        ),
        ("needed-before", f"How many {things} was {one} short of before {q.name} helped?", "t - a"),
        ("has", f"How many {things} does {one} have [now|so far]?", "a + b"),
        (
            "needed-after",
            then(f"{one} lost <c> of the {things} again", "How many more are needed?"),
            "t - (a + b - c)",
        ),
        ("more-own", f"How many more of the {things} had {one} got alone than from {q.name}?", "a - b"),
        ("double-goal", f"If the goal were raised by <d>, how many {things} would it be?", "t + d"),
    )
    noise = (f"{q.name} has <m> {things} as well.", f"[{one} paid $<n> for {p.their} bag.|{one} has <n> days left.]")
    return contrasting("aims", facts, rows, always=(0, 1), noise=noise)


def two_towards_one(draw: Draw) -> Scene:
    """Two people gather towards one number."""
    p, q = draw.people(2)
    x, get = draw.thing(), draw.verb("collect")
    things, one, two = x.many, p.name, q.name
    facts = (
        f"[{one} and {two} want to {get.base} <t> {things} together.|Together, {one} and {two} need <t> {things}."
        f"|The goal of {one} and {two} is <t> {things}.]",
        f"[{one} has {get.participle} <a>[ {things}| so far|].|So far, <a> {things} are from {one}."
        f"|{one} {get.past} <a>.]",
        f"[{two} has {get.participle} <b>[ {things}| so far|].|{two} {get.past} <b>[ {things}|]."
        f"|<b> {things} are from {two}.]",
    )
    rows = (
        ("missing", f"[How many more {things} do they need?|How many {things} are still missing?]", "t - a - b"),
        ("together", f"How many {things} do they have {ALL}?", "a + b"),
        ("more", more(one, two, things), "a - b"),
        ("more-other", more(two, one, things), "b - a"),
        ("alone", f"How many {things} would {one} still need to reach the goal alone?", "t - a"),
    )
    noise = (f"{draw.person().name} has <m> {things}.", f"{two} has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("two-towards-one", facts, rows, always=(0,), noise=noise)


def ages(draw: Draw) -> Scene:
    """Two ages, one by its difference to the other, now, later and before."""
    p, q = draw.people(2)
    one, two = p.name, q.name
    older = draw.rng.random() < 0.5
    sign, back = ("+", "-") if older else ("-", "+")
    than = "older" if older else "younger"
    facts = (
        f"[{one} is <a> years old.|{one} is <a>[ years old| years of age].|{one}, who goes to school, is <a> years old."
        f"|The age of {one} is <a>.]",
        f"[{two} is <b> years {than} than {one}.|{two}, {draw.pick('a friend', 'a cousin')}, is <b> years {than}."
        f"|Compared to {one}, {two} is <b> years {than}.]",
    )
    rows = (
        ("other", f"[How old is {two}?|What is the age of {two}?]", f"a {sign} b"),
        ("later", f"How old will {one} be in <c> years?", "a + c"),
        ("before", f"How old was {one} <d> years ago?", "a - d"),
        (
            "other-later",
            f"[How old will {two} be in <c> years?|In <c> years, how old will {two} be?]",
            f"a {sign} b + c",
        ),
        ("other-before", f"How old was {two} <d> years ago?", f"a {sign} b - d"),
        ("until", f"In how many years will {one} be <e> years old?", "e - a"),
        ("until-other", f"In how many years will {two} be <e> years old?", f"e - a {back} b"),
        ("together", f"[What is the sum of their ages?|How old are {one} and {two} together?]", f"a + (a {sign} b)"),
    )
    noise = (
        f"{draw.person().name} is <m> years old.",
        f"[{one}'s {draw.relative()} is <n> years old.|{one} has been at this school for <n> years.]",
    )
    ranges = {"a": (6, 60), "b": (2, 30), "c": (2, 20), "d": (2, 12), "e": (40, 95), "m": (5, 80), "n": (5, 80)}
    return contrasting("ages", facts, rows, always=(0,), noise=noise, ranges=ranges)


def points(draw: Draw) -> Scene:
    """Points of two players or teams, in two parts of a game."""
    p, q = draw.people(2)
    verb = draw.verb("score")
    one, two = draw.rng.choice(((p.name, q.name), ("the red team", "the blue team"), ("the home team", "the guests")))
    unit = draw.pick("points", "points", "goals")
    halves = draw.rng.choice(
        (("round one", "round two"), ("the morning", "the afternoon"), ("the opening game", "the final"))
    )
    facts = (
        f"[In {halves[0]}, {one} {verb.past} <a> {unit}.|{one} {verb.past} <a> {unit} in {halves[0]}.]",
        f"[In {halves[0]}, {two} {verb.past} <b>[ {unit}|].|{two} {verb.past} <b> {unit} in {halves[0]}.]",
        f"[In {halves[1]}, {one} {verb.past} <c>[ {unit}|].|{one} {verb.past} <c> {unit} in {halves[1]}.]",
        f"[In {halves[1]}, {two} {verb.past} <d>[ {unit}|].|{two} {verb.past} <d> {unit} in {halves[1]}.]",
    )
    rows = (
        ("one", f"How many {unit} did {one} {verb.base} {ALL}?", "a + c"),
        ("two", f"How many {unit} did {two} {verb.base} {ALL}?", "b + d"),
        ("part", f"How many {unit} were there in {halves[0]} {ALL}?", "a + b"),
        ("more-part", f"How many more {unit} did {one} {verb.base} in {halves[1]} than in {halves[0]}?", "c - a"),
        ("lead", f"In {halves[0]}, how many more {unit} did {one} {verb.base} than {two}?", "a - b"),
        ("lead-all", f"By how many {unit} did {one} beat {two} {ALL}?", "a + c - (b + d)"),
        ("all", f"How many {unit} were {verb.participle} {ALL}?", "a + b + c + d"),
    )
    noise = ("[There were <m> people watching.|Each game is <m> minutes long.]", f"{one} has won <n> games so far.")
    return contrasting("points", facts, rows, noise=noise, shuffle=True)


FAMILIES: dict[str, Maker] = {
    "kitchen": kitchen,
    "aims": aims,
    "two-towards-one": two_towards_one,
    "ages": ages,
    "points": points,
}
