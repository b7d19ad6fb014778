"""Scenes that tell more than a question needs: containers, prices, days, ages, another owner's things, other events."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past


def _empty_containers(draw: Draw) -> Scene:
    """Containers beside loose things that are in none of them."""
    p, q = draw.people(2)
    x, y = draw.things(2)
    box = container(draw)
    find = draw.verb("find")
    facts = [
        draw.pick(
            f"{p.name} brought <a> empty {box.many}.",
            f"there are <a> [empty |]{box.many} in {p.name}'s garage.",
            f"{p.name} has <a> {box.many} for {x.many} and {y.many}.",
        ),
        draw.pick(
            f"<b> {x.many} and <c> {y.many} lie on the floor.",
            f"{p.name} {past(find)} <b> {x.many} and <c> {y.many} on the floor.",
            f"on the floor there are <b> {x.many} and <c> {y.many}.",
        ),
        draw.pick(
            f"{q.name} brought <d> more {x.many}.",
            f"then {q.name} came with <d> {x.many}.",
            f"<d> {x.many} came from {q.name}.",
        ),
    ]
    rows = [
        ("kind", f"How many {x.many} are there {ALL}?", "b + d"),
        ("floor", f"How many {x.kind.many} are on the floor?", "b + c"),
        ("all", f"How many {x.kind.many} are there {ALL}?", "b + c + d"),
        ("containers", after(f"<e> of the {box.many} break", f"How many {box.many} are left?"), "a - e"),
        ("more", f"How many more {x.many} than {y.many} are there {ALL}?", "b + d - c"),
        ("floor-more", f"How many more {x.many} than {y.many} are on the floor?", "b - c"),
        (
            "per",
            f"all the {x.many} are put into the {box.many}, the same number in each. How many are in each {box.one}?",
            "(b + d) / a",
        ),
    ]
    ranges = {"a": (3, 9), "b": (5, 60), "c": (3, 50), "d": (2, 30), "e": (2, 2)}
    return contrasting("decoy-containers", facts, rows, always=(0, 1, 2), ranges=ranges)


def _days_told(draw: Draw) -> Scene:
    """Days that are no factor: the numbers are already those of the whole time."""
    p, q = draw.people(2)
    x, y = draw.things(2)
    get, lose = draw.verb("collect"), draw.verb("lose")
    span = draw.pick("days", "weeks", "hours")
    trip = draw.pick("trip", "holiday", "hike", "journey")
    facts = [
        draw.pick(
            f"{p.name} and {q.name} were on a {trip} of <n> {span}.",
            f"the {trip} of {p.name} and {q.name} was <n> {span} long.",
            f"for <n> {span} {p.name} and {q.name} looked for {x.many} and {y.many}.",
        ),
        draw.pick(
            f"[in the <n> {span}|in that time|during them] {p.name} {past(get)} <a> {x.many} and <b> {y.many}.",
            f"{p.name} {past(get)} <a> {x.many} and <b> {y.many} [in the <n> {span}|in all this time].",
        ),
        draw.pick(
            f"{q.name} {past(get)} <c> {x.many} [in the same time|in those {span}|].",
            f"<c> {x.many} were {get.participle} by {q.name} [in the same time|].",
        ),
        draw.pick(
            f"[on the way home|later] {p.name} {past(lose)} <d> {x.many}.",
            f"{p.name} {past(lose)} <d> of [the|these] {x.many}.",
        ),
    ]
    did = f"did {p.name} {get.base}"
    rows = [
        ("own", f"How many {x.kind.many} {did} [in the <n> {span} |]{ALL}?", "a + b"),
        ("both", f"How many {x.many} did they {get.base} [in the <n> {span}|in all|together]?", "a + c"),
        ("more", f"How many more {x.many} {did} than {q.name}[ in the <n> {span}|]?", "a - c"),
        ("kinds-more", f"How many more {x.many} than {y.many} {did}[ in the <n> {span}|]?", "a - b"),
        ("left", f"How many {x.many} did {p.name} have left?", "a - d"),
        (
            "per-day",
            f"How many {y.many} {did} [each|per] {span[:-1]}, if it was the same number every {span[:-1]}?",
            "b / n",
        ),
        ("all", f"How many {x.kind.many} did the two of them {get.base} {ALL}?", "a + b + c"),
    ]
    ranges = {"n": (2, 9), "a": (8, 60), "b": (4, 60), "c": (3, 60), "d": (2, 7)}
    return contrasting("decoy-days", facts, rows, always=(0, 1, 2), ranges=ranges)


def _prices_told(draw: Draw) -> Scene:
    """Prices beside numbers: one of the two is asked for."""
    p = draw.person()
    x, y = draw.things(2)
    buy, give, lose = draw.verb("buy"), draw.verb("give"), draw.verb("lose")
    q = draw.person()
    facts = [
        draw.pick(
            f"{p.name} {past(buy)} <a> {x.many} for $<b> and <c> {y.many} for $<d>.",
            f"{p.name} paid $<b> for <a> {x.many} and $<d> for <c> {y.many}.",
            f"for $<b> {p.name} got <a> {x.many}, and for $<d> <c> {y.many}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] {past(give)} <e> {x.many} to {q.name}.",
            f"<e> of the {x.many} were for {q.name}.",
            f"later {p.they} {past(lose)} <e> {x.many}.",
        ),
        draw.pick(f"{p.name} had $<t> at first.", f"{p.name} had taken <t> dollars along."),
    ]
    rows = [
        ("number", f"How many {x.kind.many} did {p.name} {buy.base} {ALL}?", "a + c"),
        ("money", f"How much [money |]did {p.name} pay {ALL}?", "b + d"),
        ("left", f"How many {x.many} did {p.name} have left?", "a - e"),
        ("left-all", f"How many {x.kind.many} did {p.name} have left {ALL}?", "a + c - e"),
        ("money-left", f"How much money did {p.name} have left?", "t - b - d"),
        ("more", f"How many more {x.many} than {y.many} did {p.name} {buy.base}?", "a - c"),
        ("money-more", f"How much more did the {y.many} cost than the {x.many} {ALL}?", "d - b"),
        ("each", f"How much did one {x.one} cost?", "b / a"),
    ]
    ranges = {"a": (5, 30), "b": (5, 90), "c": (2, 30), "d": (5, 90), "e": (2, 4), "t": (190, 400)}
    return contrasting("decoy-prices", facts, rows, who=p, always=(0, 1, 2), ranges=ranges)


def _ages_told(draw: Draw) -> Scene:
    """Ages, grades and hours in the sentences that tell of things."""
    p, q = draw.people(2)
    x = draw.thing()
    get, give = draw.verb("gain"), draw.verb("give")
    month = draw.month()
    facts = [
        draw.pick(
            f"{p.name}, who is <m> years old, has <a> {x.many}.",
            f"{p.name} is <m> years old and has <a> {x.many}.",
            f"at the age of <m>, {p.name} has <a> {x.many}.",
        ),
        draw.pick(
            f"{q.name}, who is <n>, has <b>[ {x.many}|].",
            f"{q.name} is <n> years old and has <b> {x.many}.",
            f"<b> {x.many} belong to {q.name}, who is <n> years old.",
        ),
        draw.pick(
            f"on {month} <r>, {p.name} {past(get)} <c> more {x.many}.",
            f"at <q> o'clock {p.name} {past(get)} <c> more.",
            f"after <s> minutes of looking, {p.name} {past(get)} <c> more {x.many}.",
        ),
        draw.pick(
            f"then {q.name} {past(give)} <d> {x.many} to a friend who is <o>.",
            f"{q.name} {past(give)} <d> {x.many} to <o> friends in all.",
        ),
    ]
    rows = [
        ("both", f"How many {x.many} did {p.name} and {q.name} have at first {ALL}?", "a + b"),
        ("gained", f"How many {x.many} does {p.name} have [now|in the end]?", "a + c"),
        ("left", f"How many {x.many} does {q.name} have left?", "b - d"),
        ("older", f"How many years older is {q.name} than {p.name}?", "n - m"),
        ("younger", f"How many years younger is {q.name} than {p.name}?", "m - n"),
        ("more", f"How many more {x.many} did {p.name} have than {q.name} at first?", "a - b"),
        ("both-end", f"How many {x.many} do {p.name} and {q.name} have in the end {ALL}?", "a + b + c - d"),
    ]
    ranges = {"m": (5, 60), "n": (5, 60), "a": (4, 90), "b": (12, 90), "c": (2, 30), "d": (2, 9)}
    ranges |= {"r": (2, 28), "q": (7, 11), "s": (5, 50), "o": (3, 9)}
    return contrasting("decoy-ages", facts, rows, always=(0, 1, 2, 3), ranges=ranges)


def _other_sizes(draw: Draw) -> Scene:
    """A number for each, which is asked for neither, beside the numbers that are."""
    p = draw.person()
    who, what, unit = draw.rng.choice(
        (
            ("books", "pages", "chapters"),
            ("houses", "windows", "doors"),
            ("cars", "seats", "wheels"),
            ("shirts", "buttons", "pockets"),
            ("albums", "pictures", "pages"),
            ("boats", "seats", "sails"),
        )
    )
    lose, gain = draw.verb("lose"), draw.verb("gain")
    one = who[:-1]
    facts = [
        draw.pick(
            f"{p.name} has <a> {who} with <b> {what} each.", f"{p.name} has <a> {who}, and each of them has <b> {what}."
        ),
        draw.pick(
            f"every {one} [also |]has <c> {unit}.",
            f"there are <c> {unit} in each {one}, too."
            if unit in ("chapters", "pages")
            else f"a {one} has <c> {unit}.",
        ),
        draw.pick(
            f"{p.name} {past(gain)} <d> more {who} last week.",
            f"last week {p.they} {past(gain)} <d> more of the same sort.",
        ),
    ]
    rows = [
        ("number", f"How many {who} does {p.name} have with [the new ones|those of last week]?", "a + d"),
        ("parts", f"How many {what} did the first {who} have {ALL}?", "a * b"),
        ("other-parts", f"How many {unit} did the first {who} have {ALL}?", "a * c"),
        ("all-parts", f"How many {what} do all {who} have {ALL}, the new ones too?", "(a + d) * b"),
        ("new-parts", f"How many {what} do the new {who} have {ALL}?", "d * b"),
        ("one", f"How many {what} and {unit} does one {one} have {ALL}?", "b + c"),
        ("lost", after(f"<e> of all the {who} are {lose.participle}", f"How many {who} are left?"), "a + d - e"),
    ]
    ranges = {"a": (3, 20), "b": (6, 40), "c": (2, 12), "d": (2, 9), "e": (2, 4)}
    return contrasting("decoy-sizes", facts, rows, who=p, always=(0, 1, 2), ranges=ranges)


def _two_days(draw: Draw) -> Scene:
    """The same events on other days; the question is about one of them, one kind or all."""
    p = draw.person()
    x, y = draw.things(2)
    first, second = draw.day(), draw.day()
    do = draw.verb(draw.pick("collect", "find", "buy"))
    lose = draw.verb("lose")
    facts = [
        draw.pick(
            f"on {first} {p.name} {past(do)} <a> {x.many} and <b> {y.many}.",
            f"{p.name} {past(do)} <a> {x.many} and <b> {y.many} on {first}.",
        ),
        draw.pick(
            f"on {second} {p.they} {past(do)} <c> {x.many} and <d> {y.many}.",
            f"{p.name} {past(do)} <c> {x.many} and <d> {y.many} on {second}.",
        ),
        draw.pick(
            f"<e> of the {x.many} from {first} were {lose.participle}.",
            f"{p.name} {past(lose)} <e> of the {x.many} from {first}.",
        ),
    ]
    did = f"did {p.name} {do.base}"
    rows = [
        ("kind", f"How many {x.many} {did} {ALL}?", "a + c"),
        ("other-kind", f"How many {y.many} {did} on the <k=two> days {ALL}?", "b + d"),
        ("day", f"How many {x.kind.many} {did} on {first}?", "a + b"),
        ("other-day", f"How many {x.kind.many} {did} on {second}?", "c + d"),
        ("days-more", f"How many more {x.many} {did} on {first} than on {second}?", "a - c"),
        ("kinds-more", f"How many more {y.many} than {x.many} {did} on {second}?", "d - c"),
        ("left", f"How many {x.many} from {first} were left?", "a - e"),
        ("left-kind", f"How many {x.many} did {p.name} have left {ALL}?", "a + c - e"),
        ("all", f"How many {x.kind.many} {did} on the <k=two> days {ALL}?", "a + b + c + d"),
    ]
    ranges = {"a": (9, 90), "b": (3, 90), "c": (3, 90), "d": (3, 90), "e": (2, 8)}
    return contrasting("decoy-two-days", facts, rows, who=p, always=(0, 1), fixed={"k": 2}, ranges=ranges)


def _two_owners(draw: Draw) -> Scene:
    """Two owners of the same things in containers; one owner's loose or packed ones are asked for."""
    p, q = draw.people(2)
    x, box = draw.thing(), container(draw)
    gain, lose = draw.verb("gain"), draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} has <a> {box.many} with <b> {x.many} in each.",
            f"{p.name}'s {x.many} are in <a> {box.many} of <b>.",
        ),
        draw.pick(
            f"{q.name} has <c> {box.many} and <d> loose {x.many}.",
            f"{q.name} has <d> {x.many} and also <c> empty {box.many}.",
        ),
        draw.pick(f"then {q.name} {past(gain)} <e> {x.many}.", f"{q.name} {past(gain)} <e> more {x.many}."),
        draw.pick(f"{p.name} {past(lose)} <f> of the {x.many}.", f"<f> of {p.name}'s {x.many} were {lose.participle}."),
    ]
    rows = [
        ("packed", f"How many {x.many} did {p.name} have at first?", "a * b"),
        ("loose", f"How many {x.many} does {q.name} have [now|in the end]?", "d + e"),
        ("left", f"How many {x.many} does {p.name} have left?", "a * b - f"),
        ("containers", f"How many {box.many} do {p.name} and {q.name} have {ALL}?", "a + c"),
        ("containers-more", f"How many more {box.many} does {p.name} have than {q.name}?", "a - c"),
        ("both", f"How many {x.many} did {p.name} and {q.name} have at first {ALL}?", "a * b + d"),
        ("more", f"How many more {x.many} did {p.name} have than {q.name} at first?", "a * b - d"),
    ]
    ranges = {"a": (3, 20), "b": (4, 30), "c": (2, 15), "d": (3, 40), "e": (2, 30), "f": (2, 9)}
    return contrasting("decoy-owners", facts, rows, always=(0, 1, 2), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "decoy-containers": _empty_containers,
    "decoy-days": _days_told,
    "decoy-prices": _prices_told,
    "decoy-ages": _ages_told,
    "decoy-sizes": _other_sizes,
    "decoy-two-days": _two_days,
    "decoy-owners": _two_owners,
}
"""The families of this file by name."""
