"""Scenes of two owners: things go from one to the other, and the questions are about either, or both."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import had, more, together
from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.telling import AT_FIRST, other_owner, owns, result, still, then, transfer


def giving(draw: Draw) -> Scene:
    """One gives to the other; both are known before."""
    p, q = draw.people(2)
    x, give = draw.thing(), draw.verb("give")
    things, one, two = x.many, p.name, q.name
    both_told = (
        f"[{one} [had|has] <a> {things} and {two} [had|has] <b>.|{one} [has|had] <a> {things}, {two} [has|had] <b>."
        f"|{one} and {two} [have|had] <a> and <b> {things}[, in this order|].]"
    )
    start = (owns(p, "a", things), owns(q, "b", things)) if draw.rng.random() < 0.7 else (both_told, "")
    facts = tuple(fact for fact in (*start, transfer(p, q, give, "c", things)) if fact)
    third = draw.person()
    rows = (
        ("giver", f"How many {things} does {one} have [left|now]?", "a - c"),
        ("taker", had(two, things), "b + c"),
        ("both", together(one, two, things), "a + b"),
        ("before-more", f"How many more {things} did {one} have than {two} {AT_FIRST}?", "a - b"),
        (
            "before-fewer",
            f"[Before that, how many fewer {things} did {one} have than {two}?"
            f"|How many more {things} did {two} have than {one} {AT_FIRST}?]",
            "b - a",
        ),
        ("giver-again", then(f"{one} {give.past} <d> {things} to {third.name} as well", still(p, things)), "a - c - d"),
        ("taker-spends", then(f"{two} lost <e> of all {q.their} {things}", still(q, things)), "b + c - e"),
        (
            "after-more",
            f"[After that|Now|In the end], how many more {things} does {two} have than {one}?",
            "b + c - (a - c)",
        ),
    )
    noise = (other_owner(draw, "m", things), f"{one} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("giving", facts, rows, noise=noise)


def getting_from(draw: Draw) -> Scene:
    """One takes from the other; told from the side of who gets."""
    p, q = draw.people(2)
    x, get = draw.thing(), draw.verb("get_from")
    things, one, two = x.many, p.name, q.name
    give = get.inverse or draw.verb("give")
    facts = (
        owns(p, "a", things),
        owns(q, "b", things),
        f"[{one} {get.past} <c> [{things} |of the {things} |]from {two}.|From {two}, {one} {get.past} <c> {things}."
        f"|{two} {give.past} <c>[ {things}| of {q.their} {things}|] to {one}.]",
    )
    rows = (
        ("taker", had(one, things), "a + c"),
        ("giver", still(q, things), "b - c"),
        ("both", together(one, two, things), "a + b"),
        ("back", then(f"{one} gave <d> of the {things} back", had(one, things)), "a + c - d"),
        ("difference", f"How many more {things} did {one} have than {two} {AT_FIRST}?", "a - b"),
        ("next", then(f"{two} {give.past} <e> more to a friend", still(q, things)), "b - c - e"),
    )
    noise = (other_owner(draw, "m", things), f"{two} has <n> {draw.thing(x.kind.name).many}, too.")
    return contrasting("getting-from", facts, rows, noise=noise)


def gave_some(draw: Draw) -> Scene:
    """How many were given is not known; what both have afterwards is."""
    p, q = draw.people(2)
    x, give = draw.thing(), draw.verb("give")
    things, one, two = x.many, p.name, q.name
    get = give.inverse.base if give.inverse is not None else "get"
    facts = (
        owns(p, "a", things),
        f"[{one} {give.past} some[ of them| of the {things}| of {p.their} {things}|] to {two}."
        f"|Then {one} {give.past} a few {things} to {two}.]",
        f"[Now {one} has <c>[ {things}|] left.|That left {one} with <c>[ {things}|].|{one} still has <c>[ {things}|].]",
        f"[{two} now has <d>[ {things}|].|With these, {two} has <d> {things}.|{two} ended up with <d>[ {things}|].]",
    )
    rows = (
        (
            "given",
            f"[How many {things} did {one} {give.base} to {two}?|How many {things} did {two} {get} from {one}?"
            f"|How many {things} changed hands?]",
            "a - c",
        ),
        ("taker-first", f"How many {things} did {two} have {AT_FIRST}?", "d - (a - c)"),
        ("both", together(one, two, things), "c + d"),
        ("more", more(two, one, things), "d - c"),
        ("third", then(f"{draw.person().name} {give.past} <e> {things} to {one}", had(one, things)), "c + e"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("gave-some", facts, rows, always=(0, 1, 2), noise=noise)


def had_before_giving(draw: Draw) -> Scene:
    """What the giver had is not known: to several."""
    p, q, r = draw.people(3)
    x, give = draw.thing(), draw.verb("give")
    things, one = x.many, p.name
    again = f"[{give.past} <c> to {r.name}|<c> to {r.name}]"
    facts = (
        f"[{one} had {things} to give away.|{one} had [some|a lot of|many] {things}."
        f"|There were {things} in {one}'s bag.]",
        f"[{one} {give.past} <b> {things} to {q.name} and {again}.|{q.name} got <b> {things} from {one}; "
        f"{r.name} got <c>.|{one} {give.past} <b> of {p.their} {things} to {q.name}, and then {again}.]",
        result(p, "d", things),
    )
    rows = (
        (
            "before",
            f"[How many {things} did {one} have {AT_FIRST}?|How many {things} did {one} start with?]",
            "b + c + d",
        ),
        ("given", f"How many {things} did {one} give away [altogether|in all]?", "b + c"),
        ("more", f"How many more {things} did {q.name} get than {r.name}?", "b - c"),
        ("after-first", f"How many {things} did {one} have between the two gifts?", "c + d"),
        ("next", then(f"{one} {give.past} <e> more to a friend", still(p, things)), "d - e"),
        ("add", then(f"{q.name} already had <f> {things}", f"How many {things} does {q.name} have now?"), "b + f"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("had-before-giving", facts, rows, always=(0,), noise=noise)


def each_with_events(draw: Draw) -> Scene:
    """Two owners, to each of whom something else happens."""
    p, q = draw.people(2)
    x, gain, lose = draw.thing(), draw.verb("gain"), draw.verb("lose")
    things, one, two = x.many, p.name, q.name
    when = draw.pick("last week", "yesterday", "in the morning", "after school", "then")
    facts = (
        owns(p, "a", things),
        f"[{one} {gain.past} <c> more[ {things}|] {when}.|{one} {gain.past} another <c>[ {things}|].]",
        owns(q, "b", things),
        f"[{two} {lose.past} <d>[ {things}| of them| of {q.their} {things}|] {when}.|{two} {lose.past} <d>[ {things}"
        f"|].]",
    )
    rows = (
        ("first", had(one, things), "a + c"),
        ("second", still(q, things), "b - d"),
        ("both", f"How many {things} do {one} and {two} have [altogether|in all|together] now?", "a + c + (b - d)"),
        ("both-before", f"How many {things} did {one} and {two} have together {AT_FIRST}?", "a + b"),
        ("more-before", f"How many more {things} did {two} have than {one} {AT_FIRST}?", "b - a"),
        ("more-after", f"How many more {things} does {one} have now than {two}?", "a + c - (b - d)"),
        ("fewer-after", f"How many fewer {things} does {two} have now than {one} had {AT_FIRST}?", "a - (b - d)"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("each-with-events", facts, rows, noise=noise)


def round_trip(draw: Draw) -> Scene:
    """Things go out and come back: lent and returned, sold and bought."""
    p, q = draw.people(2)
    x, lend = draw.thing(), draw.verb("give")
    things, one, two = x.many, p.name, q.name
    facts = (
        owns(p, "a", things),
        f"[{one} lent <b>[ {things}| of them|] to {two}.|{two} took <b>[ of the {things}|] on loan from {one}."
        f"|<b> of {one}'s {things} were lent to {two}.]",
        f"[{two} gave <c> of them back[ a week later|].|Of these, <c> came back.|<c> of them came back to {one}.]",
        f"[{one} {lend.past} <d>[ {things}|] to a neighbor.|A neighbor got <d> {things} from {one} for good.]",
    )
    rows = (
        ("out", f"How many {things} has {two} not given back yet?", "b - c"),
        ("meanwhile", f"How many {things} did {one} have while {two} had all of the ones {q.they} took?", "a - b"),
        ("before-last", f"How many {things} did {one} have once some had come back?", "a - b + c"),
        ("in-the-end", had(one, things), "a - b + c - d"),
        ("gone", f"How many of the {things} are with others in the end?", "b - c + d"),
    )
    return contrasting("round-trip", facts, rows, always=(0,), noise=(other_owner(draw, "m", things),))


FAMILIES: dict[str, Maker] = {
    "giving": giving,
    "getting-from": getting_from,
    "gave-some": gave_some,
    "had-before-giving": had_before_giving,
    "each-with-events": each_with_events,
    "round-trip": round_trip,
}
