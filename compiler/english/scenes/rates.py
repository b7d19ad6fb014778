"""Rates: so many an hour, a day, a week; different days; two who work together; what a rate fills or drains."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, every, past, per


def _pages(draw: Draw) -> Scene:
    """A book that is read at a rate, by one or by two."""
    p, q = draw.people(2)
    read = draw.verb("read")
    unit, time = draw.pick("pages", "chapters", "poems", "stories"), draw.pick("day", "hour", "week", "evening")
    facts = [
        draw.pick(
            f"{p.name} {read.present3} <a> {unit} {per(time)}.",
            f"{every(time)} {p.name} {read.present3} <a> {unit}.",
            f"{p.name} can {read.base} <a> {unit} in {'an' if time in ('hour', 'evening') else 'a'} {time}.",
        ),
        draw.pick(
            f"{q.name} {read.present3} <b> {unit} {per(time)}.",
            f"{q.name} {read.present3} <b>[ {unit}|] in the same time.",
            f"{q.name} can {read.base} <b> {unit} {per(time)}.",
        ),
        draw.pick(
            f"{p.name}'s book has <t> {unit}.", f"there are <t> {unit} in {p.name}'s book.", f"the book has <t> {unit}."
        ),
    ]
    rows = [
        ("amount", f"How many {unit} does {p.name} {read.base} in <c> {time}s?", "a * c"),
        ("amount-second", f"How many {unit} does {q.name} {read.base} in <c> {time}s?", "b * c"),
        ("time", f"How many {time}s does {p.name} need for [the|this] [whole |]book?", "t / a"),
        (
            "left",
            f"How many {unit} of the book does {p.name} still have to {read.base} after <d> {time}s?",
            "t - a * d",
        ),
        ("both", f"How many {unit} do {p.name} and {q.name} {read.base} in <c> {time}s {ALL}?", "(a + b) * c"),
        ("more", f"How many more {unit} does {p.name} {read.base} than {q.name} in <c> {time}s?", "(a - b) * c"),
        ("more-rate", f"How many more {unit} {per(time)} does {p.name} {read.base} than {q.name}?", "a - b"),
        (
            "rest-time",
            after(f"{p.name} has already {read.participle} <e> {unit} of it", f"How many {time}s does the rest take?"),
            "(t - e) / a",
        ),
        ("rate", f"How many {unit} {per(time)} must one {read.base} to get through the book in <f> {time}s?", "t / f"),
    ]
    ranges = {"a": (4, 40), "b": (3, 30), "t": (100, 600), "c": (2, 12), "d": (2, 3), "e": (4, 90), "f": (2, 12)}
    return contrasting("rate-pages", facts, rows, always=(0,), ranges=ranges)


def _shifts(draw: Draw) -> Scene:
    """One rate, different days."""
    p = draw.person()
    first, second = draw.day(), draw.day()
    make = draw.verb(draw.pick("make", "make_food", "work"))
    x = draw.thing({"make": "toy", "make_food": "treat", "work": "clothes"}[make.frame])
    facts = [
        draw.pick(
            f"{p.name} {make.present3} <a> {x.many} {per('hour')}.",
            f"in one hour {p.name} {make.present3} <a> {x.many}.",
            f"{p.name} can {make.base} <a> {x.many} in an hour.",
        ),
        draw.pick(
            f"on {first} {p.they} worked <b> hours and on {second} <c> hours.",
            f"{p.name} worked <b> hours on {first} and <c> hours on {second}.",
            f"{p.they} worked for <b> hours on {first}, but for <c> on {second}.",
        ),
        draw.pick(
            f"<d> of the {x.many} from {first} were not good.",
            f"<d> of the {x.many} that {p.they} {make.past} on {first} were [sold|given away].",
        ),
    ]
    did = f"did {p.name} {make.base}"
    rows = [
        ("hours", f"How many hours did {p.name} work {ALL}?", "b + c"),
        ("first", f"How many {x.many} {did} on {first}?", "a * b"),
        ("second", f"How many {x.many} {did} on {second}?", "a * c"),
        ("all", f"How many {x.many} {did} on the <k=two> days {ALL}?", "a * (b + c)"),
        ("more", f"How many more {x.many} {did} on {first} than on {second}?", "a * (b - c)"),
        ("more-hours", f"How many more hours did {p.name} work on {second} than on {first}?", "c - b"),
        ("left", f"How many of the {x.many} from {first} were left?", "a * b - d"),
        ("left-all", f"How many of all these {x.many} were left in the end?", "a * (b + c) - d"),
    ]
    ranges = {"a": (2, 20), "b": (2, 12), "c": (2, 12), "d": (2, 12)}
    return contrasting("rate-shifts", facts, rows, who=p, always=(0, 1), fixed={"k": 2}, ranges=ranges)


def _trip(draw: Draw) -> Scene:
    p = draw.person()
    go = draw.verb("walk")
    unit = draw.pick("miles", "kilometers")
    speed = draw.pick(f"{unit} per hour", f"{unit} an hour", f"{unit} each hour")
    goal = draw.place()
    facts = [
        draw.pick(
            f"{p.name} {past(go)} for <b> hours at <a> {speed}.",
            f"for <b> hours {p.name} {past(go)} at a speed of <a> {speed}.",
            f"{p.name} {past(go)} <a> {speed} for <b> hours.",
        ),
        draw.pick(
            f"after lunch {p.they} {past(go)} for <d> hours at <c> {speed}.",
            f"after lunch {p.they} {past(go)} <c> {speed} for <d> more hours.",
        ),
        draw.pick(f"the {goal} is <t> {unit} from {p.name}'s house.", f"it is <t> {unit} to the {goal}."),
    ]
    did = f"did {p.name} {go.base}"
    rows = [
        ("part", f"How [far|many {unit}] {did} before lunch?", "a * b"),
        ("second-part", f"How [far|many {unit}] {did} after lunch?", "c * d"),
        ("all", f"How [far|many {unit}] {did} {ALL}?", "a * b + c * d"),
        ("hours", f"How many hours {did} {ALL}?", "b + d"),
        ("left", f"How many {unit} were left to the {goal} at lunch?", "t - a * b"),
        ("left-all", f"How many {unit} were left to the {goal} in the end?", "t - a * b - c * d"),
        ("more", f"How many more {unit} {did} before lunch than after it?", "a * b - c * d"),
        ("slower", f"By how many {unit} per hour was {p.name} slower after lunch?", "a - c"),
        ("time", f"How many hours would the whole way to the {goal} take at the first speed?", "t / a"),
    ]
    ranges = {"a": (4, 30), "b": (2, 6), "c": (3, 25), "d": (2, 6), "t": (200, 800)}
    return contrasting("rate-trip", facts, rows, who=p, always=(0, 1), ranges=ranges)


def _machines(draw: Draw) -> Scene:
    x = draw.thing(draw.pick("toy", "school"))
    make = draw.verb("make")
    time = draw.pick("minute", "hour", "day")
    one, two = draw.rng.choice(
        (
            ("the old machine", "the new machine"),
            ("the big machine", "the small machine"),
            ("the red press", "the blue press"),
        )
    )
    rate = per(time)
    facts = [
        draw.pick(f"{one} {make.present3} <a> {x.many} {rate}.", f"{every(time)} {one} {make.present3} <a> {x.many}."),
        draw.pick(
            f"{two} {make.present3} <b>[ {x.many}|] {rate}.", f"{two} can {make.base} <b> {x.many} in the same time."
        ),
    ]
    both = f"{one} and {two}"
    rows = [
        ("both", f"How many {x.many} do {both} {make.base} in <c> {time}s {ALL}?", "(a + b) * c"),
        ("one", f"How many {x.many} does {one} {make.base} in <c> {time}s?", "a * c"),
        ("rate-both", f"How many {x.many} do {both} {make.base} {rate} {ALL}?", "a + b"),
        ("more", f"How many more {x.many} does {one} {make.base} than {two} in <c> {time}s?", "(a - b) * c"),
        ("fewer", f"How many fewer {x.many} does {one} {make.base} than {two} in <c> {time}s?", "(b - a) * c"),
        ("time", f"How many {time}s do {both} need together for <t> {x.many}?", "t / (a + b)"),
        ("time-one", f"How many {time}s does {two} need for <t> {x.many}?", "t / b"),
        (
            "different-times",
            f"[{one} runs for <c> {time}s and {two} for <d> {time}s. How many {x.many} do they {make.base} {ALL}?"
            f"|How many {x.many} do they {make.base} {ALL} if {one} runs for <c> {time}s and {two} for <d>?]",
            "a * c + b * d",
        ),
    ]
    noise = (f"{one} is <m> years old.", f"{two} costs $<n>.")
    ranges = {"a": (3, 40), "b": (3, 40), "c": (2, 12), "d": (2, 12), "t": (40, 900), "m": (2, 30)}
    return contrasting("rate-machines", facts, rows, always=(0,), noise=noise, ranges=ranges)


def _from_total(draw: Draw) -> Scene:
    """A total and a time are told; the rate is not."""
    p = draw.person()
    work, unit, base = draw.rng.choice(
        (
            ("wrote", "words", "write"),
            ("picked", "pears", "pick"),
            ("painted", "signs", "paint"),
            ("pumped", "liters", "pump"),
            ("solved", "problems", "solve"),
            ("ironed", "shirts", "iron"),
            ("peeled", "potatoes", "peel"),
        )
    )
    time = draw.pick("minutes", "hours", "days")
    facts = [
        draw.pick(
            f"{p.name} {work} <t> {unit} in <a> {time}.",
            f"in <a> {time}, {p.name} {work} <t> {unit}.",
            f"it took {p.name} <a> {time} to {base} <t> {unit}.",
            f"{p.name} needs <a> {time} to {base} <t> {unit}.",
        )
    ]
    rows = [
        ("rate", f"How many {unit} {per(time[:-1])} is that?", "t / a"),
        (
            "other-time",
            f"At [this|the same] rate, how many {unit} [can|does] {p.name} {base} in <b> {time}?",
            "t / a * b",
        ),
        ("other-total", f"At [this|the same] rate, how many {time} does {p.name} need for <c> {unit}?", "c / (t / a)"),
        ("left", after(f"{p.name} has to {base} <c> {unit} {ALL}", f"How many {unit} are left?"), "c - t"),
        ("time-left", after(f"{p.name} has <d> {time} {ALL}", f"How many {time} are left?"), "d - a"),
        (
            "faster",
            after(
                f"{p.name}'s sister does <e> {unit} {per(time[:-1])}",
                f"How many more {unit} {per(time[:-1])} is that than {p.name} does?",
            ),
            "e - t / a",
        ),
    ]
    ranges = {"a": (2, 12), "t": (20, 200), "b": (2, 20), "c": (210, 900), "d": (14, 40), "e": (20, 90)}
    return contrasting("rate-total", facts, rows, who=p, always=(0,), ranges=ranges)


def _tank(draw: Draw) -> Scene:
    what = draw.liquid()
    tank = draw.pick("tank", "barrel", "pool", "pond", "basin")
    unit = draw.pick("liters", "gallons")
    time = draw.pick("hour", "minute", "day")
    pour, leak = draw.verb("pour"), draw.verb("spill")
    p = draw.person()
    facts = [
        draw.pick(
            f"there are <t> {unit} of {what} in the {tank}.",
            f"the {tank} [holds|contains] <t> {unit} of {what} [now|so far].",
        ),
        draw.pick(
            f"{p.name} {pour.present3} in <a> {unit} {per(time)}.",
            f"[every|each] {time} {p.name} {pour.present3} <a> {unit} into it.",
        )
        if pour.base not in ("pour in", "put in")
        else f"every {time} <a> {unit} run into it.",
        draw.pick(
            f"<b> {unit} {leak.base} out [every|each] {time}.",
            f"[each|every] {time}, <b> {unit} {leak.base} out of it.",
        ),
    ]
    rows = [
        ("in-only", f"How many {unit} does {p.name} {pour.base} into the {tank} in <c> {time}s?", "a * c"),
        ("out-only", f"How many {unit} are lost in <c> {time}s?", "b * c"),
        ("net", f"By how many {unit} does the {what} in the {tank} grow in <c> {time}s?", "(a - b) * c"),
        ("level", f"How many {unit} are in the {tank} after <c> {time}s?", "t + (a - b) * c"),
        ("net-rate", f"By how many {unit} does it grow {per(time)}?", "a - b"),
    ]
    ranges = {"t": (100, 900), "a": (10, 60), "b": (2, 9), "c": (2, 12)}
    return contrasting("rate-tank", facts, rows, always=(0, 1, 2), ranges=ranges)


def _grows(draw: Draw) -> Scene:
    p = draw.person()
    x = draw.pick("plant", "tree", "vine", "beanstalk", "bush")
    unit = draw.pick("inches", "centimeters")
    time = draw.pick("week", "month", "year")
    grow = draw.verb("grow")
    facts = [
        draw.pick(
            f"{p.name}'s {x} was <a> {unit} tall.",
            f"{p.name} bought a {x} that was <a> {unit} tall.",
            f"at first {p.name}'s {x} was <a> {unit} tall.",
        ),
        draw.pick(f"it {grow.past} by <b> {unit} {per(time)}.", f"[every|each] {time} it {grow.past} by <b> {unit}."),
    ]
    rows = [
        ("height", f"How tall was the {x} after <c> {time}s?", "a + b * c"),
        ("grown", f"[By how|How] many {unit} did the {x} grow in <c> {time}s?", "b * c"),
        ("time", f"After how many {time}s was the {x} <t> {unit} tall?", "(t - a) / b"),
        ("missing", f"How many {unit} was the {x} short of <t> {unit} at first?", "t - a"),
        ("missing-later", f"How many {unit} was it short of <t> {unit} after <c> {time}s?", "t - a - b * c"),
        (
            "cut",
            after(f"{p.name} cut off <d> {unit} after <c> {time}s", f"How tall was the {x} then?"),
            "a + b * c - d",
        ),
    ]
    noise = (f"{p.name} gave it <m> cups of water[ each time|].", "it cost $<n>.")
    ranges = {"a": (5, 40), "b": (2, 9), "c": (2, 9), "t": (130, 200), "d": (2, 8), "m": (2, 9), "n": (3, 30)}
    return contrasting("rate-grows", facts, rows, who=p, always=(0, 1), noise=noise, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "rate-pages": _pages,
    "rate-shifts": _shifts,
    "rate-trip": _trip,
    "rate-machines": _machines,
    "rate-total": _from_total,
    "rate-tank": _tank,
    "rate-grows": _grows,
}
"""The families of this file by name."""
