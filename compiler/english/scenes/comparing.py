"""Scenes of comparisons: more, fewer and times as many, said from either side, and what follows from them."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import more, together
from irmill.compiler.english.scenes.contrasts import contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.telling import AT_FIRST, event, other_owner, owns, still, then


def more_than(draw: Draw) -> Scene:
    """The other has so many more than one who is known."""
    p, q = draw.people(2)
    x, lose = draw.thing(), draw.verb("lose")
    things, one, two = x.many, p.name, q.name
    facts = (
        owns(p, "a", things),
        f"[{two} has <b> more [{things} |]than {one}[ does| has|].|{two} has <b> {things} more than {one}."
        f"|{one} has <b> fewer {things} than {two}.|{two}'s {things} are <b> more than {one}'s."
        f"|Compared to {one}, {two} has <b> more {things}.]",
    )
    rows = (
        ("other", f"How many {things} does {two} have?", "a + b"),
        ("both", together(one, two, things), "a + (a + b)"),
        ("known-then", then(f"{one} {lose.past} <c> of {p.their} {things}", still(p, things)), "a - c"),
        ("other-then", then(f"{two} {lose.past} <c> of {q.their} {things}", still(q, things)), "a + b - c"),
        ("catch-up", f"If {one} gets <d> more {things}, how many fewer than {two} will {p.they} still have?", "b - d"),
        (
            "difference-then",
            f"{two} gets <e> more {things}. How many more than {one} does {q.they} have then?",
            "b + e",
        ),
    )
    noise = (other_owner(draw, "m", things), f"{two} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("more-than", facts, rows, always=(0,), noise=noise, shuffle=True)


def fewer_than(draw: Draw) -> Scene:
    """The other has so many fewer than one who is known."""
    p, q = draw.people(2)
    x, gain = draw.thing(), draw.verb("gain")
    things, one, two = x.many, p.name, q.name
    facts = (
        owns(p, "a", things),
        f"[{two} has <b> fewer [{things} |]than {one}[ does| has|].|{two} has <b> {things} less than {one}."
        f"|{one} has <b> more {things} than {two}.|{one}'s {things} are <b> more than {two}'s."
        f"|Compared to {one}, {two} has <b> fewer {things}.]",
    )
    rows = (
        ("other", f"How many {things} does {two} have?", "a - b"),
        ("both", together(one, two, things), "a + (a - b)"),
        ("known-then", then(f"{one} {gain.past} <c> more", f"How many {things} does {one} have then?"), "a + c"),
        ("other-then", then(f"{two} {gain.past} <c> more", f"How many {things} does {two} have then?"), "a - b + c"),
        ("catch-up", f"{two} gets <d> more {things}. How many fewer than {one} does {q.they} have then?", "b - d"),
        (
            "difference-then",
            f"{one} gets <e> more {things}. How many more than {two} does {p.they} have then?",
            "b + e",
        ),
    )
    noise = (other_owner(draw, "m", things), f"{two} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("fewer-than", facts, rows, always=(0,), noise=noise, shuffle=True)


def known_is_more(draw: Draw) -> Scene:
    """The known one is told by how much more or fewer that is than another has: the words say the other operation."""
    p, q = draw.people(2)
    x, get = draw.thing(), draw.verb("collect")
    things, one, two = x.many, p.name, q.name
    is_more = draw.rng.random() < 0.5
    than, opposite, sign = ("more", "fewer", "-") if is_more else ("fewer", "more", "+")
    facts = (
        f"[{one} {get.past} <a> {things}.|{one} has {get.participle} <a> {things}.|<a> {things} are {one}'s."
        f"|There are <a> {things} in {one}'s [box|bag|room].]",
        f"[That is <b> {than} than {two} {get.past}.|This is <b> {than} than {two} has."
        f"|{one} {get.past} <b> {than} [{things} |]than {two}.|{two} {get.past} <b> {opposite} than {one}."
        f"|These are <b> {than} {things} than {two} has.]",
    )
    rows = (
        (
            "other",
            f"[How many {things} does {two} have?|How many {things} did {two} {get.base}?"
            f"|What is the number of {things} that {two} has?]",
            f"a {sign} b",
        ),
        ("both", together(one, two, things), f"a + (a {sign} b)"),
        ("known-then", then(f"{one} gives away <c> {things}", still(p, things)), "a - c"),
        ("other-then", f"If {two} gets <d> more, how many {things} will {two} have?", f"a {sign} b + d"),
        ("third", f"{draw.person().name} {get.past} <e> {things} more than {one}. How many are that?", "a + e"),
    )
    noise = (other_owner(draw, "m", things), f"{one} also has <n> {draw.thing(x.kind.name).many}.")
    return contrasting("known-is-more", facts, rows, always=(0,), noise=noise)


def two_counts(draw: Draw) -> Scene:
    """Both numbers are told; the questions compare, add, and ask after one of two kinds."""
    p, q = draw.people(2)
    x, y = draw.things(2, draw.pick("", "food", "toy", "flower", "animal", "collectible"))
    one, two = p.name, q.name
    verb = draw.verb(draw.pick("find", "buy", "collect"))
    facts = (
        f"[{one} {verb.past} <a> {x.many} and <b> {y.many}.|{one} {verb.past} <a> {x.many}, and also <b> {y.many}."
        f"|There were <a> {x.many} and <b> {y.many} that {one} {verb.past}."
        f"|<a> {x.many} and <b> {y.many} are {one}'s.]",
        f"[{two} {verb.past} <c> {x.many} and <d> {y.many}.|{two}, however, {verb.past} <c> {x.many} and <d> {y.many}."
        f"|{two} has <c> {x.many} and <d> {y.many}.]",
    )
    rows = (
        ("kind", f"How many {x.kind.many} did {one} {verb.base} [in all|altogether|in total]?", "a + b"),
        ("kind-other", f"How many {x.kind.many} does {two} have [in all|altogether|]?", "c + d"),
        ("same", f"How many {x.many} did {one} and {two} {verb.base} together?", "a + c"),
        ("more-kind", f"How many more {x.many} than {y.many} did {one} {verb.base}?", "a - b"),
        ("more-owner", more(one, two, x.many, verb.base), "a - c"),
        ("more-owner-other", f"How many fewer {y.many} does {one} have than {two}?", "d - b"),
        ("all", f"How many {x.kind.many} do {one} and {two} have [altogether|in all]?", "a + b + c + d"),
        ("more-all", f"How many more {x.kind.many} does {one} have than {two}?", "a + b - (c + d)"),
    )
    return contrasting("two-counts", facts, rows, noise=(other_owner(draw, "m", x.many),))


def chain_of_owners(draw: Draw) -> Scene:
    """A second has more than the first, a third fewer than the second."""
    p, q, r = draw.people(3)
    x = draw.thing()
    things, one, two, three = x.many, p.name, q.name, r.name
    facts = (
        owns(p, "a", things),
        f"[{two} has <b> more {things} than {one}.|{one} has <b> fewer {things} than {two}."
        f"|{two} has <b> more than {one}.]",
        f"[{three} has <c> fewer {things} than {two}.|{two} has <c> more {things} than {three}."
        f"|{three} has <c> fewer than {two}.]",
    )
    rows = (
        ("second", f"How many {things} does {two} have?", "a + b"),
        ("third", f"How many {things} does {three} have?", "a + b - c"),
        ("third-first", f"How many more {things} does {three} have than {one}?", "b - c"),
        ("first-third", f"How many fewer {things} does {three} have than {one}?", "c - b"),
        ("gift", f"{one} gets <d> {things} as a gift. How many {things} does {one} have now?", "a + d"),
    )
    noise = (other_owner(draw, "m", things),)
    return contrasting("chain-of-owners", facts, rows, always=(0,), noise=noise, shuffle=True)


def times_as_many(draw: Draw) -> Scene:
    """The other has a multiple of what is known."""
    p, q = draw.people(2)
    x, lose = draw.thing(), draw.verb("lose")
    things, one, two = x.many, p.name, q.name
    times, fixed = draw.rng.choice(
        (("<k=twice> as many", {"k": 2}), ("<k> times as many", {}), ("<k> times as many", {}), ("<k> times more", {}))
    )
    facts = (
        owns(p, "a", things),
        f"[{two} has {times} {things} as {one}[ has| does|].|{two} has {times} as {one}."
        f"|Compared to {one}, {two} has {times}[ {things}|].|{two}'s {things} are {times} as {one}'s.]"
        if "as" in times
        else f"[{two} has {times} {things} than {one}[ has| does|].|{two} has {times} than {one}.]",
    )
    rows = (
        ("other", f"How many {things} does {two} have?", "k * a"),
        ("both", together(one, two, things), "a + k * a"),
        ("difference", more(two, one, things), "k * a - a"),
        ("other-then", then(f"{two} {lose.past} <c> of {q.their} {things}", still(q, things)), "k * a - c"),
        ("known-then", then(f"{one} {lose.past} <d> of {p.their} {things}", still(p, things)), "a - d"),
    )
    noise = (other_owner(draw, "m", things), f"{two} also has <n> {draw.thing(x.kind.name).many}.")
    ranges = {} if fixed else {"k": (2, 12)}
    return contrasting("times-as-many", facts, rows, always=(0,), noise=noise, fixed=fixed, ranges=ranges, shuffle=True)


def known_is_times(draw: Draw) -> Scene:
    """What is known is a multiple of what another has."""
    p, q = draw.people(2)
    x, gain = draw.thing(), draw.verb("gain")
    things, one, two = x.many, p.name, q.name
    fixed = {"k": 2} if draw.rng.random() < 0.3 else {}
    times = "<k=twice>" if fixed else "<k> times"
    facts = (
        owns(p, "a", things),
        f"[{one} has {times} as many {things} as {two}[ has| does|].|That is {times} as many as {two} has."
        f"|{one}'s {things} are {times} as many as {two}'s.]",
    )
    rows = (
        ("other", f"How many {things} does {two} have?", "a / k"),
        ("both", together(one, two, things), "a + a / k"),
        ("difference", more(one, two, things), "a - a / k"),
        ("other-then", then(f"{two} {gain.past} <c> more", f"How many {things} does {two} have now?"), "a / k + c"),
        ("known-then", then(f"{one} {gain.past} <d> more", f"How many {things} does {one} have now?"), "a + d"),
    )
    noise = (other_owner(draw, "m", things), f"{two} also has <n> {draw.thing(x.kind.name).many}.")
    ranges = {} if fixed else {"k": (2, 9)}
    return contrasting("known-is-times", facts, rows, always=(0,), noise=noise, fixed=fixed, ranges=ranges)


def compared_after(draw: Draw) -> Scene:
    """Two owners, one event, and how the two compare before and after it."""
    p, q = draw.people(2)
    x, verb = draw.thing(), draw.verb(draw.pick("lose", "gain"))
    things, one, two = x.many, p.name, q.name
    sign = "-" if verb.frame == "lose" else "+"
    facts = (
        owns(p, "a", things),
        owns(q, "b", things),
        event(p, verb, "c", things, draw, more=sign == "+", named=True),
    )
    rows = (
        ("before-more", f"How many more {things} did {one} have than {two} {AT_FIRST}?", "a - b"),
        ("before-fewer", f"How many fewer {things} did {one} have than {two} {AT_FIRST}?", "b - a"),
        ("after-more", f"How many more {things} does {one} have [now|in the end] than {two}?", f"a {sign} c - b"),
        ("after-fewer", f"How many fewer {things} does {one} have [now|in the end] than {two}?", f"b - (a {sign} c)"),
        (
            "after-both",
            f"How many {things} do {one} and {two} have [now|in the end] [altogether|in all]?",
            f"a {sign} c + b",
        ),
        ("before-both", f"How many {things} did the two of them have {AT_FIRST}?", "a + b"),
    )
    return contrasting("compared-after", facts, rows, always=(0,), noise=(other_owner(draw, "m", things),))


FAMILIES: dict[str, Maker] = {
    "more-than": more_than,
    "fewer-than": fewer_than,
    "known-is-more": known_is_more,
    "two-counts": two_counts,
    "chain-of-owners": chain_of_owners,
    "times-as-many": times_as_many,
    "known-is-times": known_is_times,
    "compared-after": compared_after,
}
