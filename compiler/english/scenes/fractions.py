"""Fractions of a number of things: half, a third, what is left, the whole from a part."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past

_UNIT = {
    2: "<k=half>",
    3: "[a|one] <k=third>",
    4: "[a|one] <k=quarter>",
    5: "[a|one] <k=fifth>",
    6: "[a|one] <k=sixth>",
}
"""One part of so many, in words."""
_SEVERAL = ((2, 3, "<n=two> <k=thirds>"), (3, 4, "<n=three> <k=quarters>"), (2, 5, "<n=two> <k=fifths>"))
_SEVERAL_MORE = ((3, 5, "<n=three> <k=fifths>"), (4, 5, "<n=four> <k=fifths>"), (5, 6, "<n=five> <k=sixths>"))


def _part_given(draw: Draw) -> Scene:
    """One part of so many is lost or given, and more may happen."""
    p, q = draw.people(2)
    x = draw.thing()
    k = draw.rng.choice((2, 2, 3, 4, 5, 6))
    gain, give, lose = draw.verb("gain"), draw.verb("give"), draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} had <t> {x.many}.",
            f"there were <t> {x.many} in {p.name}'s bag.",
            f"{p.name} {past(gain)} <t> {x.many}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] {past(give)} {_UNIT[k]} of them to {q.name}.",
            f"{_UNIT[k]} of the {x.many} went to {q.name}.",
            f"{q.name} got {_UNIT[k]} of them.",
        ),
        draw.pick(f"{q.name} already had <b>[ {x.many}|].", f"before that, {q.name} had <b> {x.many}."),
    ]
    rows = [
        ("given", f"How many {x.many} did {p.name} give away?", "t / k"),
        ("kept", f"How many {x.many} did {p.name} keep?", "t / k" if k == 2 else "t - t / k"),
        ("other", f"How many {x.many} did {q.name} have [after that|in the end]?", "b + t / k"),
        (
            "lost",
            after(f"then {q.name} {past(lose)} <c> of the new {x.many}", "How many of the new ones were left?"),
            "t / k - c",
        ),
        ("before-more", f"How many more {x.many} did {p.name} have at first than {q.name}?", "t - b"),
        ("before", f"How many {x.many} did {p.name} and {q.name} have {ALL}?", "t + b"),
    ]
    ranges = {"b": (2, 11), "c": (2, 5)}
    return contrasting(
        "part-given",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        always=(0, 1),
        fixed={"k": k, "t": k * draw.rng.randint(12 // k, 180 // k)},
        ranges=ranges,
    )


def _kinds(draw: Draw) -> Scene:
    """A fraction of a group is of one kind, the rest of another."""
    n, k, words = draw.rng.choice((*_SEVERAL, *_SEVERAL_MORE))
    who = draw.pick("students", "children", "guests", "workers", "visitors")
    place = draw.place()
    one, two = draw.rng.choice(
        (
            ("came by bus", "walked"),
            ("had tea", "had juice"),
            ("wore hats", "wore caps"),
            ("were girls", "were boys"),
            ("sang", "danced"),
        )
    )
    facts = [
        draw.pick(
            f"there were <t> {who} at the {place}.", f"<t> {who} came to the {place}.", f"the {place} had <t> {who}."
        ),
        draw.pick(f"{words} of them {one}.", f"{words} of the {who} {one}."),
        draw.pick(f"the [others|rest] {two}.", f"all the others {two}."),
        draw.pick(f"<b> of those who {one} were new.", f"<b> of those who {one} were late."),
    ]
    rows = [
        ("part", f"How many {who} {one}?", "t * n / k"),
        ("rest", f"How many {who} {two}?", "t - t * n / k"),
        ("not-new", f"How many of those who {one} were not {'new' if 'new' in facts[3] else 'late'}?", "t * n / k - b"),
        ("not-new-all", f"How many of all the {who} were not {'new' if 'new' in facts[3] else 'late'}?", "t - b"),
        ("more-came", after(f"<c> more {who} came later", f"How many {who} was that {ALL}?"), "t + c"),
    ]
    ranges = {"b": (2, 7), "c": (2, 30)}
    return contrasting(
        "part-kinds",
        facts,
        rows,
        always=(0, 1, 2),
        fixed={"n": n, "k": k, "t": k * draw.rng.randint(5, 60)},
        ranges=ranges,
    )


def _whole_from_part(draw: Draw) -> Scene:
    """The part is told, the whole is asked for."""
    p = draw.person()
    x = draw.thing()
    color, other = draw.color(), draw.color()
    k = draw.rng.choice((2, 3, 4, 5))
    lose = draw.verb("lose")
    facts = [
        draw.pick(
            f"{_UNIT[k]} of {p.name}'s {x.many} are {color}.",
            f"{p.name} has some {x.many}, and {_UNIT[k]} of them are {color}.",
            f"of all the {x.many} that {p.name} has, {_UNIT[k]} are {color}.",
        ),
        draw.pick(f"there are <a> {color} ones.", f"<a> {x.many} are {color}.", "[these|they] are <a>."),
        draw.pick(f"<b> of the others are {other}.", f"<b> {x.many} are {other}."),
    ]
    rows = [
        ("whole", f"How many {x.many} does {p.name} have {ALL}?", "a * k"),
        ("more", f"How many more {color} {x.many} than {other} ones are there?", "a - b"),
        ("two-kinds", f"How many {x.many} are [either |]{color} or {other}?", "a + b"),
        ("not", f"How many of all the {x.many} are not {other}?", "a * k - b"),
        (
            "lost",
            after(f"<c> {x.many} are {lose.participle}", f"How many {x.many} does {p.name} have left {ALL}?"),
            "a * k - c",
        ),
        (
            "lost-color",
            after(f"<c> of the {color} {x.many} are {lose.participle}", f"How many {color} {x.many} are left?"),
            "a - c",
        ),
    ]
    ranges = {"a": (6, 60), "b": (2, 5), "c": (2, 5)}
    return contrasting(
        "part-whole", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0, 1), fixed={"k": k}, ranges=ranges
    )


def _rest_shared(draw: Draw) -> Scene:
    """Some go, and then a part of the rest."""
    p, q = draw.people(2)
    x = draw.thing()
    k = draw.rng.choice((2, 2, 3, 4))
    lose, give = draw.verb("lose"), draw.verb("give")
    facts = [
        draw.pick(f"{p.name} had <t> {x.many}.", f"there were <t> {x.many} on {p.name}'s desk."),
        draw.pick(f"[{p.they}|{p.name}] {past(lose)} <a>[ of them|].", f"<a> of them were {lose.participle}."),
        draw.pick(
            f"then {p.they} {past(give)} {_UNIT[k]} of the rest to {q.name}.",
            f"{q.name} got {_UNIT[k]} of what was left.".replace("<k=half>", "<k=half>"),
        ),
    ]
    rows = [
        ("given", f"How many {x.many} did {q.name} get?", "(t - a) / k"),
        ("left-between", f"How many {x.many} did {p.name} have before giving any to {q.name}?", "t - a"),
        (
            "other",
            after(f"{q.name} had <b> {x.many} before", f"How many did {q.name} have in the end?"),
            "(t - a) / k + b",
        ),
        (
            "left-all",
            after(f"{q.name} then {lose.past} <c> of those", f"How many of them did {q.name} have left?"),
            "(t - a) / k - c",
        ),
    ]
    ranges = {"t": (20, 200), "a": (2, 19), "b": (2, 30), "c": (2, 3)}
    return contrasting(
        "part-of-rest",
        facts,
        rows,
        who=p,
        noise=bystanders(draw, p, x),
        always=(0, 1, 2),
        fixed={"k": k},
        ranges=ranges,
    )


def _half_price(draw: Draw) -> Scene:
    """A price that falls to a part."""
    p = draw.person()
    x, y = draw.article(), draw.article()
    k = draw.rng.choice((2, 2, 3, 4))
    to = {2: "<k=half> the [old |]price", 3: "a <k=third> of the [old |]price", 4: "a <k=quarter> of the [old |]price"}[
        k
    ]
    facts = [
        draw.pick(f"a {x} cost $<a>.", f"the price of a {x} was $<a>.", f"at first a {x} was $<a>."),
        draw.pick(f"now it is sold for {to}.", f"in a sale it costs only {to}.", f"today one pays {to}."),
        draw.pick(f"a {y} costs $<b>.", f"the price of a {y} is $<b>."),
    ]
    rows = [
        ("now", f"How much is the {x} now?", "a / k"),
        ("both", f"How much do the {x} and the {y} cost [now|today] {ALL}?", "a / k + b"),
        (
            "several",
            f"How much do <c> such {x}s cost [now|today]?".replace(
                f"{x}s", f"{x}es" if x.endswith(("s", "x", "ch")) else f"{x}s"
            ),
            "a / k * c",
        ),
        ("missing", after(f"{p.name} has $<d>", f"How much more does {p.name} need for the {x} now?"), "a / k - d"),
        ("change", f"{p.name} buys the {x} now and pays with $<t>. How much does {p.name} get back?", "t - a / k"),
        ("before", f"How much more than the {y} was the {x} at first?", "a - b"),
    ]
    ranges = {"b": (5, 19), "c": (2, 9), "d": (2, 4), "t": (130, 200)}
    return contrasting(
        "part-price",
        facts,
        rows,
        always=(0, 1),
        fixed={"k": k, "a": k * draw.rng.randint(20 // k, 120 // k)},
        ranges=ranges,
    )


FAMILIES: dict[str, Maker] = {
    "part-given": _part_given,
    "part-kinds": _kinds,
    "part-whole": _whole_from_part,
    "part-of-rest": _rest_shared,
    "part-price": _half_price,
}
"""The families of this file by name."""
