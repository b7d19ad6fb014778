"""Short scenes with many topics: a deed on two days, a part of a whole, what is missing, days of a place."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, paced
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story
from irmill.compiler.english.scenes.topics import DEEDS, NEEDS, WHOLES, negated


def deed_twice(draw: Draw) -> Scene:
    """Somebody does so many of something at two times, told in one sentence; a friend likewise."""
    who, friend = draw.people(2)
    name, other = who.name, friend.name
    things, did, do = draw.rng.choice(DEEDS)
    first, then = _times(draw)
    up = draw.rng.random() < 0.5
    grown = ("b - a", then, first) if up else ("a - b", first, then)
    facts = (
        f"[{name} {did} <a> {things} {first} and <b> {things} {then}.|{name} {did} <a> {things} {first} and <b> {then}."
        f"|{first}, {name} {did} <a> {things}, and {then} it was <b>.|{name} {did} <a> {things} "
        f"{first}, but <b> {then}."
        f"|{then} {name} {did} <b> {things}, after <a> {first}.]",
        f"[{other} {did} <c> {things} {first}.|{first} {other} {did} <c> {things}.]",
        f"[{name} wanted to {do} <d> {things}.|{name} has to {do} <d> {things}.|The plan was to {do} <d> {things}.]",
    )
    rows = (
        ("per-hour", f"{first} it took {name} <n> hours. How many {things} was that an hour?", "a / n"),
        (
            "total",
            f"[How many {things} did {name} {do} {ALL}?|What is the number of {things} that {name} {did} {ALL}?]",
            "a + b",
        ),
        (
            "change",
            f"[How many more {things} did {name} {do} {grown[1]} than {grown[2]}?"
            f"|How many fewer {things} did {name} {do} {grown[2]} than {grown[1]}?]",
            grown[0],
        ),
        ("both", f"How many {things} did {name} and {other} {do} {ALL} {first}?", "a + c"),
        ("than-friend", f"How many more {things} did {name} {do} {first} than {other}?", "a - c"),
        ("friend-less", f"How many fewer {things} did {other} {do} {first} than {name} {then}?", "b - c"),
        ("missing", f"[How many {things} are still missing?|How many more {things} must {name} {do}?]", "d - a - b"),
        ("over-all", f"How many {things} did the two of them {do}, both times taken together?", "a + b + c"),
    )
    low, high = (6, 25), (26, 60)
    ranges = {"a": low if up else high, "b": high if up else low, "c": (2, 5 + 20 * (not up)), "d": (86, 200)}
    return story(draw, "deed-twice", facts, rows, who=who, always=(0,), ranges=ranges, noise=_beside(draw, things))


def deed_unknown(draw: Draw) -> Scene:
    """The sum of two times is known and one of them, or what a friend did beside."""
    who, friend = draw.people(2)
    name, other = who.name, friend.name
    things, did, do = draw.rng.choice(DEEDS)
    first, then = _times(draw)
    facts = (
        f"[{name} {did} <a> {things} in all.|Altogether, {name} {did} <a> {things}."
        f"|In all, {name} {did} <a> {things}.]",
        f"[{name} {did} <b> of them {first}, the others {then}.|<b> of the {things} came {first}, the rest {then}."
        f"|{first} it was <b> {things}, and {then} {name} {did} the rest.]",
        f"[{other} {did} <c> {things} in all.|The total of {other} was <c> {things}.]",
    )
    rows = (
        ("all-paced", paced(f"all of {name}'s {things}", "hour"), "a / n"),
        ("other-time", f"How many {things} did {name} {do} {then}?", "a - b"),
        ("both", f"How many {things} did {name} and {other} {do} {ALL}?", "a + c"),
        ("more", f"How many more {things} did {name} {do} {ALL} than {other}?", "a - c"),
        ("then-more", f"How many more {things} did {name} {do} {then} than {first}?", "a - b - b"),
        ("friend-then", f"How many more {things} did {name} {do} {then} than {other} {ALL}?", "a - b - c"),
    )
    ranges = {"a": (40, 99), "b": (4, 19), "c": (3, 20)}
    return story(
        draw, "deed-shared-out", facts, rows, who=who, always=(0, 1), ranges=ranges, noise=_beside(draw, things)
    )


def part_of_place(draw: Draw) -> Scene:
    """Of so many in a place, so many have one quality, and so many another."""
    things, place, qualities = draw.rng.choice(WHOLES)
    one, two = draw.rng.sample(qualities, 2)
    facts = (
        f"[There are <a> {things} {place}.|{place} there are <a> {things}.|<a> {things} are {place}.]",
        f"[<b> of the {things} {one}.|<b> {things} {one}.|Of the {things}, <b> {one}.]",
        f"[<c> of the {things} {two}.|<c> {things} {two}.|Of all the {things}, <c> {two}.]",
        f"[Last year there were <d> {things} {place}.|A year ago, <d> {things} were {place}.]",
    )
    rows = (
        ("groups", f"In groups of <n>, how many groups would all the {things} {place} make?", "a / n"),
        ("not-one", f"[How many of the {things} {negated(one)}?|How many {things} {place} {negated(one)}?]", "a - b"),
        ("not-two", f"[How many of the {things} {negated(two)}?|How many {things} {place} {negated(two)}?]", "a - c"),
        ("more", f"How many more {things} {one} than {two}?", "b - c"),
        ("than-last-year", f"How many more {things} are there {place} than last year?", "a - d"),
        (
            "some-more",
            f"[If <e> more {things} were {place}, how many would there be?"
            f"|How many {things} will be {place} when <e> more are there?]",
            "a + e",
        ),
        (
            "some-less",
            f"[<e> {things} are no longer {place}. How many are left?|If <e> of the {things} go, "
            f"how many are left {place}?]",
            "a - e",
        ),
    )
    scale = draw.rng.choice((1, 1, 4))
    ranges = {
        "a": (26 * scale, 60 * scale),
        "b": (9 * scale, 22 * scale),
        "c": (2, 8 * scale),
        "d": (8 * scale, 25 * scale),
    }
    return story(
        draw, "part-of-a-place", facts, rows, always=(0,), ranges=ranges | {"e": (2, 19)}, noise=_beside(draw, things)
    )


def place_in_parts(draw: Draw) -> Scene:
    """Those with a quality and those without are told; the whole is not."""
    things, place, qualities = draw.rng.choice(WHOLES)
    one = draw.rng.choice(qualities)
    more = draw.rng.random() < 0.5
    who = draw.person()
    facts = (
        f"[{place} <a> {things} {one}, and <b> {things} {negated(one)}.|<a> {things} {place} {one}; <b> {negated(one)}."
        f"|{place} there are <a> {things} that {one} and <b> that {negated(one)}.]",
        f"[{who.name} has seen <c> of them.|{who.name} counted <c> of them.|{who.name} knows <c> of them.]",
        f"[<d> {things} are expected tomorrow.|Tomorrow <d> more {things} will be there.]",
    )
    rows = (
        ("whole", f"How many {things} are there {place} {ALL}?", "a + b"),
        (
            "more",
            f"How many more {things} {one if more else negated(one)} than {negated(one) if more else one}?",
            "a - b" if more else "b - a",
        ),
        ("unseen", f"How many of the {things} are not among those of {who.name}?", "a + b - c"),
        ("tomorrow", f"How many {things} will be {place} tomorrow, if none go?", "a + b + d"),
        (
            "one-group-more",
            f"If <e> more {things} that {one} come, how many {things} that {one} will there be?",
            "a + e",
        ),
    )
    low, high = (8, 20), (24, 70)
    ranges = {"a": high if more else low, "b": low if more else high, "c": (2, 25), "d": (2, 30), "e": (2, 7)}
    return story(draw, "place-in-two-parts", facts, rows, always=(0,), ranges=ranges, noise=_beside(draw, things))


def needed(draw: Draw) -> Scene:
    """So many are needed, so many are there, others bring some."""
    who, friend, third = draw.people(3)
    name, other = who.name, friend.name
    things, purpose = draw.rng.choice(NEEDS)
    facts = (
        f"[{name} needs <a> {things} {purpose}.|{purpose}, {name} needs <a> {things}."
        f"|It takes <a> {things} {purpose}, and "
        f"{name} wants to have them.]",
        f"[{name} has <b> {things}.|{name} already has <b>.|So far {who.they} has <b> {things}.]",
        f"[{other} has <c> {things}.|{other} could get <c> {things}.]",
        f"[{third.name} brings {name} <d> more {things}.|Today {name} gets <d> {things} more.]",
    )
    rows = (
        (
            "all-paced",
            f"If {name} could get <n> {things} a week, how many weeks would all that are needed take?",
            "a / n",
        ),
        ("missing", f"At first, how many more {things} did {name} need?", "a - b"),
        ("missing-now", f"After the new ones came, how many {things} are still missing?", "a - b - d"),
        ("have-now", f"How many {things} does {name} have with the new ones?", "b + d"),
        ("together", f"At first, how many {things} did {name} and {other} have {ALL}?", "b + c"),
        (
            "together-missing",
            f"If {other} had given all of {friend.their} {things} to {name} at once, how many would have been missing?",
            "a - b - c",
        ),
        ("than-friend", f"At first, how many more {things} did {name} have than {other}?", "b - c"),
        (
            "friend-missing",
            f"[{other} wants to have as many as are needed. How many more must {friend.they} get?"
            f"|How many more {things} would {other} need for the same thing?]",
            "a - c",
        ),
    )
    ranges = {"a": (60, 150), "b": (15, 35), "c": (3, 14), "d": (4, 18)}
    if draw.rng.random() < 0.4:
        ranges = {"a": (16, 40), "b": (6, 9), "c": (2, 5), "d": (2, 5)}
    return story(
        draw, "needed-and-there", facts, rows, who=who, always=(0, 1), ranges=ranges, noise=_beside(draw, things)
    )


def visitors_by_day(draw: Draw) -> Scene:
    """A place and its numbers on three days; a week's number."""
    place = draw.pick(
        "museum", "zoo", "library", "pool", "fair", "theater", "castle", "post office", "bakery", "toll bridge"
    )
    things = draw.pick("visitors", "people", "customers") if place not in ("toll bridge", "post office") else "people"
    came = draw.pick("came to", "visited", "went to")
    days = [draw.day() for _ in range(3)]
    up = draw.rng.random() < 0.5
    facts = (
        f"[On {days[0]}, <a> {things} {came} the {place}.|<a> {things} {came} the {place} on {days[0]}.]",
        f"[On {days[1]} <b> {things} {came} the {place}.|<b> {things} {came} the {place} on {days[1]}.]",
        f"[On {days[2]} <c> {things} {came} the {place}.|<c> {things} {came} the {place} on {days[2]}.]",
        f"[In the whole week it was <d> {things}.|<d> {things} {came} the {place} in that week.]",
        f"[Each of them paid $<e>.|A ticket for the {place} is $<e>.]",
    )
    more = ("b - a", days[1], days[0]) if up else ("a - b", days[0], days[1])
    rows = (
        ("groups", f"On {days[0]} the {things} came in groups of <n>. How many groups were there?", "a / n"),
        ("two-days", f"How many {things} {came} the {place} on {days[0]} and {days[1]} {ALL}?", "a + b"),
        ("last-two", f"How many {things} {came} the {place} on {days[1]} and {days[2]} together?", "b + c"),
        ("three-days", f"How many {things} {came} the {place} on these <t> days {ALL}?", "a + b + c"),
        ("more", f"How many more {things} {came} the {place} on {more[1]} than on {more[2]}?", more[0]),
        ("other-days", f"How many {things} {came} the {place} on the other days of the week?", "d - a - b - c"),
        ("money", f"How much money did the {place} get from the {things} of {days[2]}?", "c * e"),
        ("money-two", f"How much money did the {place} get on {days[0]} and {days[2]} {ALL}?", "(a + c) * e"),
    )
    scale = draw.rng.choice((1, 1, 5, 20))
    low, high = (12 * scale, 30 * scale), (31 * scale, 80 * scale)
    ranges = {"a": low if up else high, "b": high if up else low, "c": (9 * scale, 60 * scale)}
    ranges |= {"d": (200 * scale, 400 * scale), "e": (2, 12)}
    return story(
        draw,
        "place-by-days",
        facts,
        rows,
        shuffle=True,
        always=(),
        ranges=ranges,
        fixed={"t": 3},
        noise=_beside(draw, things),
    )


def _times(draw: Draw) -> tuple[str, str]:
    one, two = draw.day(), draw.day()
    return draw.rng.choice(
        (
            ("yesterday", "today"),
            (f"on {one}", f"on {two}"),
            ("in the morning", "in the afternoon"),
            ("before lunch", "after lunch"),
            ("last week", "this week"),
            ("last month", "this month"),
            (f"in {draw.month()}", f"in {draw.month()}"),
        )
    )


def _beside(draw: Draw, things: str) -> tuple[str, ...]:
    """What others have or do, and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} dreamed of <p> {things}.|{one.name} said that <p> {things} would be too many.]",
        f"[{two.name} is <s> years old.|It took <s> minutes.|{two.name} came <s> minutes late.]",
        f"[{two.name} paid $<r> for lunch.|It rained for <r> days.|{two.name} brought <r> oranges.]",
    )


FAMILIES: dict[str, Maker] = {
    "deed-twice": deed_twice,
    "deed-shared-out": deed_unknown,
    "part-of-a-place": part_of_place,
    "place-in-two-parts": place_in_parts,
    "needed-and-there": needed,
    "place-by-days": visitors_by_day,
}
