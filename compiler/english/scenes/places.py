"""Scenes of places: people, birds and passengers come and go, things are put in and taken out."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import Verb
from irmill.compiler.english.scenes.scene import Asked, Maker, Scene
from irmill.compiler.english.scenes.telling import AT_FIRST, then

_WHEN = ("At noon", "Then", "Later", "After an hour", "In the evening", "A little later", "When it got dark")


def _there(letter: str, who: str, where: str) -> str:
    return (
        f"[There were <{letter}> {who} {where}.|<{letter}> {who} were {where}.|At first, <{letter}> {who} were {where}."
        f"|In the morning there were <{letter}> {who} {where}.|Somebody counted <{letter}> {who} {where}.]"
    )


def _move(draw: Draw, letter: str, who: str, verb: Verb, *, more: bool) -> str:
    when = draw.rng.choice(_WHEN)
    count = (
        f"[<{letter}> more {who}|<{letter}> more|another <{letter}>[ {who}|]]"
        if more
        else (f"[<{letter}> of them|<{letter}> {who}|<{letter}> of the {who}]")
    )
    return f"[{when} {count} {verb.past}.|{when}, {count} {verb.past}.]"


def _flow(family: str, draw: Draw, who: str, where: str, come: Verb, go: Verb, noise: tuple[str, ...]) -> Scene:
    """So many are there, some come and others go, in either order."""
    up, down = _move(draw, "b", who, come, more=True), _move(draw, "c", who, go, more=False)
    events = (up, down) if draw.rng.random() < 0.5 else (down, up)
    rows = (
        (
            "now",
            f"[How many {who} are there now?|How many {who} are {where} [now|in the end]?"
            f"|How many {who} were there then?]",
            "a + b - c",
        ),
        ("if-none-left", f"How many {who} would be {where} if none had gone?", "a + b"),
        ("if-none-came", f"How many {who} would be there if no others had come?", "a - c"),
        ("more-came", f"How many more {who} {come.past} than {go.past}?", "b - c"),
        ("more-left", f"By how many did the number of {who} {where} get smaller?", "c - b"),
        ("next", then(f"<d> more {who} {come.past}", f"How many {who} are there?"), "a + b - c + d"),
        ("moved", f"How many {who} came or went [altogether|in all|]?", "b + c"),
    )
    return contrasting(family, (_there("a", who, where), *events), rows, always=(0,), noise=noise)


def visitors(draw: Draw) -> Scene:
    """People at a place."""
    who = draw.pick(draw.thing("person").many, draw.group().many, "people")
    place = draw.place()
    arrive = draw.verb("arrive")
    noise = (
        f"[<m> {draw.thing('person').many} were outside.|The {place} is open for <m> hours.]",
        f"[There are <n> {draw.thing('big').many} in the {place}.|At the {draw.place()}, there were <n> {who}.]",
    )
    leave = arrive.inverse or draw.verb("leave")
    return _flow("visitors", draw, who, f"[at the {place}|in the {place}]", arrive, leave, noise)


def birds(draw: Draw) -> Scene:
    """Birds or insects at a spot."""
    who = draw.thing(draw.pick("bird", "bird", "insect")).many
    spot = draw.pick(
        "on the fence", "in the tree", "on the roof", "on a branch", "on the wall", "in the grass", "by the pond"
    )
    come = draw.verb("fly_in")
    other = draw.thing("bird").many
    noise = (
        f"[There were also <m> {other} {spot}.|<m> {other} were watching them.]",
        f"[In another place there were <n> {who}.|The day before, <n> {who} were there.]",
    )
    return _flow("birds", draw, who, spot, come, come.inverse or draw.verb("fly_off"), noise)


def riders(draw: Draw) -> Scene:
    """Passengers, with what is not known: how many there were before, or how many got on."""
    who = draw.pick("passengers", "people", draw.thing("person").many)
    bus = draw.pick("bus", "train", "boat", "ferry", "tram")
    board = draw.verb("board")
    alight = board.inverse or draw.verb("alight")
    stop = draw.pick("At the first stop", "At the station", "At the next stop", "In the next town")
    unknown = draw.rng.random() < 0.5
    noise = (f"The {bus} has <m> seats.", f"[Another {bus} had <n> {who} on board.|The trip takes <n> minutes.]")
    if unknown:
        facts = (
            f"[There were some {who} on a {bus}.|A {bus} was carrying {who}.|Some {who} were on a {bus}.]",
            f"[{stop}, <b> {who} {board.past}.|{stop} <b> more {board.past}.]",
            f"[At the same time, <c> {alight.past}.|There, <c> {who} {alight.past}.]",
            f"[Now there are <d> {who} on the {bus}.|Then the {bus} went on with <d> {who}.]",
        )
        rows = (
            (
                "before",
                f"[How many {who} were on the {bus} {AT_FIRST}?|How many {who} had been on the {bus}?]",
                "d + c - b",
            ),
            ("now-more", then(f"<e> more {who} {board.past}", f"How many {who} are on the {bus}?"), "d + e"),
            ("now-less", then(f"<f> {who} {alight.past}", f"How many {who} are on the {bus}?"), "d - f"),
            ("more-on", f"How many more {who} {board.past} than {alight.past}?", "b - c"),
            ("stayed", f"How many of the {who} on the {bus} now had been on it before the stop?", "d - b"),
        )
        return contrasting("riders", facts, rows, always=(0, 1, 2, 3), noise=noise)
    facts = (
        f"[There were <a> {who} on a {bus}.|A {bus} had <a> {who} on board.|A {bus} left with <a> {who}.]",
        f"[{stop}, <c> {who} {alight.past}.|{stop} <c> of them {alight.past}.]",
        f"[Some others {board.past}.|A few {who} {board.past} there.]",
        f"[Now there are <d> {who} on the {bus}.|Then the {bus} went on with <d> {who}.]",
    )
    rows = (
        ("boarded", f"How many {who} {board.past}[ at the stop|]?", "d - (a - c)"),
        ("stayed", f"How many {who} were on the {bus} before the others {board.past}?", "a - c"),
        ("then-more", then(f"<e> more {who} {board.past}", f"How many {who} are on the {bus}?"), "d + e"),
        ("grown", f"How many more {who} are on the {bus} now than {AT_FIRST}?", "d - a"),
        ("shrunk", f"How many fewer {who} are on the {bus} now than {AT_FIRST}?", "a - d"),
    )
    return contrasting("riders", facts, rows, always=(0, 1, 2, 3), noise=noise)


def in_and_out(draw: Draw) -> Scene:
    """Things of two kinds are in a container; somebody adds some and takes others out."""
    p = draw.person()
    x, y = draw.things(2)
    box, put = container(draw), draw.verb("put_in")
    take = draw.verb("take_out")
    facts = (
        f"[A {box.one} [holds|held|contains] <a> {x.many} and <b> {y.many}."
        f"|There are <a> {x.many} and <b> {y.many} in a "
        f"{box.one}.|In {p.name}'s {box.one} are <a> {x.many} and <b> {y.many}.]",
        f"[{p.name} {put.past} <c> more {x.many} [in|into] the {box.one}.|<c> more {x.many} were {put.participle} [in"
        f"|into] "
        f"the {box.one}.|{p.name} added <c> {x.many}.]",
        f"[{p.name} {take.past} <d> {y.many} [out of|from] the {box.one}."
        f"|<d> of the {y.many} were {take.participle} [out|].]",
    )
    rows = (
        ("first-kind", f"How many {x.many} are in the {box.one} [now|]?", "a + c"),
        ("second-kind", f"How many {y.many} are [left |still ]in the {box.one}?", "b - d"),
        ("kinds-before", f"How many {x.kind.many} were in the {box.one} {AT_FIRST}?", "a + b"),
        ("kinds-now", f"How many {x.kind.many} are in the {box.one} [in the end|now]?", "a + b + c - d"),
        ("more-before", f"How many more {x.many} than {y.many} were there {AT_FIRST}?", "a - b"),
        ("more-now", f"How many more {x.many} than {y.many} are [there|in the {box.one}] now?", "a + c - (b - d)"),
    )
    noise = (f"Another {box.one} holds <m> {x.many}.", f"There are <n> {box.many} on the shelf.")
    return contrasting("in-and-out", facts, rows, always=(0,), noise=noise)


def taken_unknown(draw: Draw) -> Scene:
    """A container whose content before, or what was taken, is not known."""
    p, q = draw.people(2)
    x = draw.thing()
    box, put = container(draw), draw.verb("put_in")
    take = draw.verb("take_out")
    if draw.rng.random() < 0.5:
        facts = (
            f"[There were some {x.many} in a {box.one}.|A {box.one} was partly full of {x.many}.]",
            f"[{p.name} {take.past} <b> [{x.many} |of them |][out|from it]."
            f"|<b> {x.many} were {take.participle} by {p.name}.]",
            f"[Now there are <c> {x.many} [left |]in the {box.one}.|<c> {x.many} are left in the {box.one}.]",
        )
        rows = (
            ("before", f"How many {x.many} were in the {box.one} {AT_FIRST}?", "b + c"),
            ("then-less", then(f"{q.name} takes <d> more", f"How many {x.many} are left in the {box.one}?"), "c - d"),
            ("then-more", then(f"{q.name} puts <e> {x.many} in", f"How many {x.many} are in the {box.one}?"), "c + e"),
            ("more-left", f"How many more {x.many} are left than {p.name} {take.past}?", "c - b"),
        )
        asked = tuple(Asked(f"out-{name}", text, expression, (0, 1, 2)) for name, text, expression in rows)
    else:
        facts = (
            f"[There were <a> {x.many} in a {box.one}.|A {box.one} held <a> {x.many}.]",
            f"[{p.name} {put.past} some more [{x.many} |][in|into it]."
            f"|Some more {x.many} were {put.participle} into it.]",
            f"[Now there are <c> {x.many} in the {box.one}.|In the end the {box.one} held <c> {x.many}.]",
        )
        rows = (
            ("added", f"How many {x.many} did {p.name} {put.base} [in|into the {box.one}]?", "c - a"),
            ("then-less", then(f"{q.name} takes <d> out", f"How many {x.many} are left in the {box.one}?"), "c - d"),
            ("then-more", then(f"{q.name} puts <e> more in", f"How many {x.many} are in the {box.one}?"), "c + e"),
            ("of-new", f"{q.name} takes out <f> of the new {x.many}. How many new ones stay in?", "c - a - f"),
        )
        asked = tuple(Asked(f"in-{name}", text, expression, (0, 1, 2)) for name, text, expression in rows)
    noise = (f"Another {box.one} holds <m> {x.many}.", f"{q.name} has <n> {draw.thing(x.kind.name).many} at home.")
    return Scene("taken-unknown", facts, asked, noise)


FAMILIES: dict[str, Maker] = {
    "visitors": visitors,
    "birds": birds,
    "riders": riders,
    "in-and-out": in_and_out,
    "taken-unknown": taken_unknown,
}
