"""Weeks and days, hours and minutes: rates over a longer time, and times of two units; the ratio is not told."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after


def _weeks(draw: Draw) -> Scene:
    """So many each day, over weeks or weeks and days."""
    p, q = draw.people(2)
    do = draw.verb(draw.pick("collect", "read", "make", "consume"))
    many = {"read": draw.pick("pages", "poems", "stories"), "consume": draw.food().many}.get(do.frame) or draw.thing(
        "toy"
    ).many
    daily = "[every day|each day|a day|per day]"
    facts = [
        draw.pick(
            f"{p.name} {do.present3} <a> {many} {daily}.", f"[every|each] day {p.name} {do.present3} <a> {many}."
        ),
        draw.pick(f"[{p.they}|{p.name}] does so for <b> weeks.", f"[that goes|{p.they} goes] on for <b> weeks."),
        draw.pick(f"{q.name} {do.present3} <c>[ {many}|] {daily}.", f"{q.name} {do.present3} only <c> {many} {daily}."),
    ]
    rows = [
        ("all", f"How many {many} does {p.name} {do.base} in that time[ {ALL}|]?", "a * b * u"),
        ("days", f"For how many days does {p.name} do that?", "b * u"),
        ("one-week", f"How many {many} does {p.name} {do.base} in one week?", "a * u"),
        ("longer", after(f"{p.name} goes on for <d> days more", f"How many days is that {ALL}?"), "b * u + d"),
        ("only-days", f"How many {many} does {p.name} {do.base} in the last <e> days of those weeks?", "a * e"),
        ("more", f"How many more {many} does {p.name} {do.base} than {q.name} in a week?", "(a - c) * u"),
        ("more-daily", f"How many more {many} does {p.name} {do.base} than {q.name} on one day?", "a - c"),
    ]
    ranges = {"a": (3, 40), "b": (2, 9), "c": (2, 30), "d": (2, 6), "e": (2, 5)}
    return contrasting("unit-weeks", facts, rows, always=(0, 1), fixed={"u": 7}, ranges=ranges)


def _weekly(draw: Draw) -> Scene:
    """So many each week; what is that a day?"""
    p = draw.person()
    do = draw.verb("walk")
    unit = draw.pick("miles", "kilometers")
    facts = [
        draw.pick(
            f"{p.name} {do.present3} <t> {unit} [a|every|each|per] week.",
            f"[every|each] week {p.name} {do.present3} <t> {unit}.",
        ),
        draw.pick(
            f"{p.their} sister {do.present3} <b> {unit} [every|each|per] day.",
            f"{p.their} sister {do.present3} <b>[ {unit}|] [each|every] day.",
        ),
    ]
    rows = [
        ("daily", f"How many {unit} [a|per|each] day is that for {p.name}, if it is the same every day?", "t / u"),
        ("sister", f"How many {unit} [a|per|each] week is that for {p.name}'s sister?", "b * u"),
        ("both", f"How many {unit} do both {do.base} [a|per|each] week {ALL}?", "t + b * u"),
        ("more", f"How many more {unit} does the sister {do.base} than {p.name} in a week?", "b * u - t"),
        ("several", f"How many {unit} does {p.name} {do.base} in <c> weeks?", "t * c"),
        ("more-daily", f"How many more {unit} [a|per|each] day does {p.name} {do.base} than the sister?", "t / u - b"),
    ]
    ranges = {"t": (14, 140), "b": (2, 16), "c": (2, 9)}
    return contrasting("unit-weekly", facts, rows, who=p, always=(0,), fixed={"u": 7}, ranges=ranges)


def _minutes(draw: Draw) -> Scene:
    """Hours and minutes of work, and minutes for each piece."""
    p = draw.person()
    do = draw.verb("work")
    x = draw.thing(draw.pick("clothes", "toy", "dish"))
    facts = [
        draw.pick(
            f"{p.name} works for <a> hours.",
            f"{p.name} has <a> hours[ of time|].",
            f"there are <a> hours until {p.name} must go.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] needs <b> minutes to {do.base} one {x.one}.",
            f"it takes <b> minutes to {do.base} {'one'} {x.one}.",
            f"each {x.one} that {p.they} {do.present3} takes <b> minutes.",
        ),
        draw.pick(f"<c> {x.many} are waiting.", f"there are <c> {x.many} to {do.base}."),
    ]
    rows = [
        ("number", f"How many {x.many} can {p.name} {do.base} in the <a> hours?", "a * u / b"),
        ("minutes", f"How many minutes does {p.name} have {ALL}?", "a * u"),
        ("needed", f"How many minutes do [all |]the <c> {x.many} take[ {ALL}|]?", "c * b"),
        ("left", f"How many minutes are left after all the {x.many} that are waiting?", "a * u - c * b"),
        ("break", after(f"{p.name} takes a break of <d> minutes", "How many minutes are left for work?"), "a * u - d"),
        ("not-done", f"How many of the waiting {x.many} cannot be done in that time?", "c - a * u / b"),
    ]
    ranges = {"a": (2, 8), "b": (3, 20), "c": (5, 90), "d": (5, 45)}
    return contrasting(
        "unit-minutes",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        who=p,
        always=(0, 1, 2),
        fixed={"u": 60},
        ranges=ranges,
    )


def _long_time(draw: Draw) -> Scene:
    """A time of two units, and another of the smaller one."""
    p, q = draw.people(2)
    big, small, ratio, top = draw.rng.choice(
        (
            ("hours", "minutes", 60, 50),
            ("weeks", "days", 7, 6),
            ("years", "months", 12, 11),
            ("minutes", "seconds", 60, 50),
            ("days", "hours", 24, 20),
        )
    )
    what, base = draw.rng.choice(
        (
            ("worked on a model", "work"),
            ("stayed with a friend", "stay"),
            ("trained for a race", "train"),
            ("practiced", "practice"),
        )
    )
    facts = [
        draw.pick(f"{p.name} {what} for <a> {big} and <b> {small}.", f"for <a> {big} and <b> {small} {p.name} {what}."),
        draw.pick(
            f"{q.name} {what} for <c> {small}.",
            f"{q.name} did so for <c> {small}.",
            f"it was <c> {small} for {q.name}.",
        ),
    ]
    rows = [
        ("small", f"How many {small} did {p.name} {base} {ALL}?", "a * u + b"),
        ("both", f"How many {small} did {p.name} and {q.name} {base} {ALL}?", "a * u + b + c"),
        ("more", f"How many more {small} did {p.name} {base} than {q.name}?", "a * u + b - c"),
        ("fewer", f"How many fewer {small} did {p.name} {base} than {q.name}?", "c - a * u - b"),
        ("without", f"How many {small} are there in the <a> {big} alone?", "a * u"),
    ]
    ranges = {"a": (2, 9), "b": (2, top), "c": (ratio + 2, ratio * 9)}
    return contrasting("unit-time", facts, rows, always=(0,), fixed={"u": ratio}, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "unit-weeks": _weeks,
    "unit-weekly": _weekly,
    "unit-minutes": _minutes,
    "unit-time": _long_time,
}
"""The families of this file by name."""
