"""Scenes of work: hours and pay, the same time for every piece, trays that are baked and sold."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def trays_and_sale(draw: Draw) -> Scene:
    """Trays of treats, some spoiled, packed into bags that are sold at a price."""
    who, thing, bake = draw.person(), draw.thing("treat"), draw.verb("make_food")
    name, things = who.name, thing.many
    bag = draw.pick("bag", "packet", "carton", "basket")
    facts = (
        f"[{name} {bake.past} <a> trays of {things} with <b> on each tray.|{name} {bake.past} <b> {things} on each of "
        f"<a> trays.|On each of <a> trays {name} {bake.past} <b> {things}.]",
        f"[<c> {things} were burnt and went to the dog.|<c> of the {things} fell on the floor."
        f"|{name}'s friends took <c>.]",
        f"[The others were put into {bag}s of <d>.|{name} packs the other {things} into {bag}s, <d> in each.]",
        f"[Each {bag} is sold for $<e>.|A {bag} of {things} brings $<e>.|{name} sold every {bag} for $<e>.]",
    )
    rows = (
        ("made", f"How many {things} did {name} {bake.base} {ALL}?", "a * b"),
        ("rest", f"How many {things} were packed?", "a * b - c"),
        ("bags", f"How many {bag}s did {name} fill?", "(a * b - c) / d"),
        ("income", f"How much money did {name} get for all the {bag}s?", "(a * b - c) / d * e"),
        ("bags-if-all", f"If no {thing.one} had been missing, how many {bag}s would {name} have filled?", "a * b / d"),
        (
            "two-trays",
            f"On the next day {name} used <m> trays of the same size. How many {things} did they hold?",
            "m * b",
        ),
    )
    ranges = {"a": (2, 9), "b": (6, 24), "c": (2, 12), "d": (2, 8), "e": (2, 12), "m": (10, 20)}
    return story(draw, "trays-and-sale", facts, rows, who=who, things=things, always=(0, 1, 2), ranges=ranges)


def hours_and_pay(draw: Draw) -> Scene:
    """Hours worked on two days at one pay, tips, and a wish."""
    who = draw.person()
    name, day, other, chore = who.name, draw.day(), draw.day(), draw.chore()
    art, spend = draw.article(), draw.verb("spend")
    facts = (
        f"[{name} worked <a> hours on {day}.|On {day}, {name} spent <a> hours {chore}.|On {day} {name} worked for "
        "<a> hours.]",
        f"[{name} worked <b> hours on {other}.|On {other} {who.they} worked <b> hours.|On {other} it was <b> hours.]",
        f"[{name} is paid $<c> an hour.|The pay is $<c> per hour.|For each hour {name} gets $<c>.]",
        f"[{name} also got $<d> in tips.|The tips were $<d>.|A kind lady gave {name} another $<d>.]",
        f"[{name} {spend.past} $<e> for a {art}.|A {art} for $<e> was all that {name} bought.]",
    )
    rows = (
        ("hours", f"How many hours did {name} work {ALL}?", "a + b"),
        ("pay", f"How much did {name} earn by the hour on the two days {ALL}?", "(a + b) * c"),
        ("one-day", f"How much was {name} paid for the work on {day}?", "a * c"),
        ("other-day", f"How much was {name} paid for the hours on {other}?", "b * c"),
        ("more-money", f"How much more did {name} earn on {day} than on {other}, without tips?", "(a - b) * c"),
        ("more-hours", f"How many hours longer did {name} work on {day} than on {other}?", "a - b"),
        ("with-tips", f"How much money did {name} make with the tips {ALL}?", "(a + b) * c + d"),
        ("after", f"How much of what {name} made, tips included, was left in the end?", "(a + b) * c + d - e"),
    )
    ranges = {"a": (3, 10), "b": (2, 9), "c": (5, 25), "d": (3, 30), "e": (6, 25)}
    return story(draw, "hours-and-pay", facts, rows, who=who, always=(0,), ranges=ranges, counts=True)


def minutes_per_piece(draw: Draw) -> Scene:
    """The same time for every piece of work, in the morning and after lunch."""
    who, friend = draw.people(2)
    name, other, thing, do = who.name, friend.name, draw.thing("big"), draw.verb("work")
    things = thing.many
    facts = (
        f"[{name} {do.past} <a> {things} before lunch.|In the morning {name} {do.past} <a> {things}."
        f"|<a> {things} were {do.participle} by {name} in the morning.]",
        f"[{name} {do.past} <b> {things} after lunch.|In the afternoon {name} {do.past} <b> {things}."
        f"|In the afternoon <b> more were {do.participle}.]",
        f"[Each {thing.one} takes <c> minutes.|{name} needs <c> minutes for each {thing.one}."
        f"|It takes {name} <c> minutes to {do.base} one {thing.one}.]",
        f"[{other} needs <d> minutes for each.|It takes {other} <d> minutes to {do.base} one.]",
        f"[There were <e> {things} to {do.base}.|<e> {things} had to be {do.participle} that day.]",
    )
    rows = (
        ("pieces", f"How many {things} did {name} {do.base} that day {ALL}?", "a + b"),
        ("time", f"How many minutes did {name} work that day {ALL}?", "(a + b) * c"),
        ("morning-time", f"How long did the work before lunch take {name}, in minutes?", "a * c"),
        ("longer", f"How many minutes longer did {name} work in the morning than in the afternoon?", "(a - b) * c"),
        ("slower", f"How many more minutes than {name} does {other} need for one {thing.one}?", "d - c"),
        ("to-do", f"How many {things} are still not {do.participle}?", "e - a - b"),
        ("in-time", f"How many {things} can {name} {do.base} in <m> minutes?", "m / c"),
    )
    ranges = {"a": (4, 15), "b": (2, 12), "c": (3, 15), "d": (6, 25), "e": (30, 60), "m": (30, 180)}
    return story(draw, "minutes-per-piece", facts, rows, who=who, things=things, always=(0, 2), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "trays-and-sale": trays_and_sale,
    "hours-and-pay": hours_and_pay,
    "minutes-per-piece": minutes_per_piece,
}
