"""Equal groups: boxes of things, lines of chairs, sets that each person brings, groups of groups."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past


def _boxes(draw: Draw) -> Scene:
    """Full boxes; some are carried off, or some of the things in them are."""
    p, q = draw.people(2)
    x, box = draw.thing(), container(draw)
    give, lose = draw.verb("give"), draw.verb("lose")
    each = draw.pick("each", "every")
    facts = [
        draw.pick(
            f"{p.name} [has|bought|got] <a> {box.many} of {x.many}.",
            f"there are <a> {box.many} [with|of] {x.many} in {p.name}'s [shop|room|house].",
            f"{p.name} keeps {x.many} in <a> {box.many}.",
        ),
        draw.pick(
            f"{each} {box.one} [has|holds|contains] <b> {x.many}.",
            f"there are <b> [{x.many} |]in {each} {box.one}.",
            f"<b> {x.many} are in {each} {box.one}.",
        ),
    ]
    if draw.rng.random() < 0.5:
        facts = [
            draw.pick(
                f"{p.name} [has|bought] <a> {box.many} with <b> {x.many} in each.",
                f"{p.name} put <b> {x.many} into each of <a> {box.many}.",
                f"there are <a> {box.many} of <b> {x.many} in {p.name}'s [shop|room].",
                f"{p.name} has <a> {box.many}, and {each} {box.one} holds <b> {x.many}.",
                f"{p.name} has some {x.many}: <a> {box.many} with <b> each.",
            )
        ]
    gives = f"{p.name} {give.present3} <c> [of the {box.many}|{box.many}] to {q.name}"
    loses = f"{p.name} {lose.present3} <d> [of the {x.many}|{x.many}]"
    left = f"[are left|does {p.name} have left|remain|does {p.name} still have]"
    rows = [
        ("all", f"How many {x.many} [does {p.name} have|are there] {ALL}?", "a * b"),
        ("boxes-left", after(gives, f"How many {box.many} {left}?"), "a - c"),
        ("left", after(gives, f"How many {x.many} {left}?"), "(a - c) * b"),
        ("given", after(gives, f"How many {x.many} does {q.name} get?"), "c * b"),
        ("singles", after(loses, f"How many {x.many} {left}?"), "a * b - d"),
        ("both", f"{gives}. [then|after that] {loses}. How many {x.many} {left}?", "(a - c) * b - d"),
        (
            "more-boxes",
            after(f"{p.name} gets <c> more {box.many}", f"How many {x.many} will {p.name} have?"),
            "(a + c) * b",
        ),
        (
            "refilled",
            after(f"<d> more {x.many} are put into each {box.one}", f"How many {x.many} will there be {ALL}?"),
            "a * (b + d)",
        ),
    ]
    noise = (f"{q.name} has <m> {box.many}[ of {x.many}|].", f"{p.name} paid $<n> for one {box.one}.")
    ranges = {"a": (5, 30), "b": (4, 40), "c": (2, 5), "d": (2, 9), "m": (2, 30), "n": (2, 20)}
    return contrasting("group-boxes", facts, rows, who=p, always=(0,), noise=noise, ranges=ranges)


def _boxes_and_loose(draw: Draw) -> Scene:
    p, q = draw.people(2)
    box = container(draw)
    x, y = draw.things(2)
    facts = [
        draw.pick(
            f"{p.name} has <a> {box.many} of {x.many} with <b> [{x.many} |]in each.",
            f"in each of {p.name}'s <a> {box.many} there are <b> {x.many}.",
            f"{p.name} has <a> {box.many}, and each {box.one} holds <b> {x.many}.",
            f"there are <a> {box.many} in {p.name}'s room, with <b> {x.many} in each of them.",
        ),
        draw.pick(
            f"{p.name} also has <c> loose {x.many}.",
            f"<c> more {x.many} lie loose on the floor.",
            f"besides, {p.name} has <c> {x.many} that are in no {box.one}.",
            f"<c> single {x.many} lie around, too.",
        ),
        draw.pick(
            f"{q.name} has <d> loose {y.many}.",
            f"<d> loose {y.many} belong to {q.name}.",
            f"{q.name} has no {box.many}, just <d> loose {y.many}.",
        ),
    ]
    have = f"does {p.name} have"
    rows = [
        ("packed", f"How many {x.many} are in [the|{p.name}'s] {box.many}[ {ALL}|]?", "a * b"),
        ("all", f"How many {x.many} {have} {ALL}?", "a * b + c"),
        ("loose", f"How many loose {x.kind.many} do {p.name} and {q.name} have {ALL}?", "c + d"),
        ("more", f"How many more {x.many} are in the {box.many} than loose?", "a * b - c"),
        ("everything", f"How many {x.kind.many} do {p.name} and {q.name} have {ALL}?", "a * b + c + d"),
        ("one-box", f"How many more {x.many} are in one {box.one} than loose?", "b - c"),
        ("loose-more", f"How many more loose {x.many} than loose {y.many} are there?", "c - d"),
        ("owners", f"How many more {x.many} {have} than {q.name} has {y.many}?", "a * b + c - d"),
    ]
    ranges = {"c": (3, 20), "b": (4, 40), "a": (2, 20), "d": (2, 19)}
    return contrasting("group-loose", facts, rows, always=(0,), ranges=ranges)


def _number_of_groups(draw: Draw) -> Scene:
    """The whole and the size are told; the number of the groups is asked for."""
    p, q = draw.people(2)
    x, box = draw.thing(), container(draw)
    put, lose = draw.verb("put_in"), draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} has <t> {x.many}.",
            f"there are <t> {x.many} on {p.name}'s desk.",
            f"{p.name} [bought|collected|was given] <t> {x.many}.",
        ),
        draw.pick(
            f"{p.name} [wants to {put.base}|can {put.base}] <b> [{x.many} |of them |]into each {box.one}.",
            f"<b> [{x.many} |]go into each {box.one}.",
            f"[a|each|every] {box.one} [holds|has room for] <b>[ {x.many}|].",
            f"{p.name} puts them into {box.many} of <b>.",
        ),
    ]
    if draw.rng.random() < 0.35:
        facts = [
            draw.pick(
                f"{p.name} has <t> {x.many} and wants to put <b> into each {box.one}.",
                f"<t> {x.many} are to be put into {box.many} of <b>.",
                f"{p.name} has to put <t> {x.many} into {box.many}, <b> in each.",
            )
        ]
    need = f"[does {p.name} need|will {p.name} need|are needed]"
    made = f"<c> {box.many} are [already full|ready]"
    more = f"{q.name} brings <d> more {x.many}"
    less = f"<e> of the {x.many} are {lose.participle}"
    rows = [
        ("groups", f"How many {box.many} {need}?", "t / b"),
        ("to-make", after(made, f"How many more {box.many} {need}?"), "t / b - c"),
        ("packed", after(made, f"How many {x.many} [are already in them|have been packed]?"), "b * c"),
        ("unpacked", after(made, f"How many {x.many} are not packed yet?"), "t - b * c"),
        ("with-more", after(more, f"How many {box.many} {need} for all of them?"), "(t + d) / b"),
        ("with-less", after(less, f"How many {box.many} {need} for the rest?"), "(t - e) / b"),
        ("left", after(less, f"How many {x.many} are left to pack?"), "t - e"),
        (
            "one",
            after(f"{p.name} takes <e> {x.many} out of one full {box.one}", f"How many {x.many} are left in it?"),
            "b - e",
        ),
    ]
    noise = (f"{q.name} has <m> {x.many}.", f"{p.name} needs <n> minutes for that.")
    ranges = {"t": (30, 400), "b": (3, 12), "c": (2, 5), "d": (2, 60), "e": (2, 28), "n": (2, 90)}
    return contrasting("group-number", facts, rows, who=p, always=(0,), noise=noise, ranges=ranges)


def _size_of_groups(draw: Draw) -> Scene:
    """The whole and the number of the groups are told; the unit is not said again."""
    p = draw.person()
    x, box = draw.thing(), container(draw)
    put, lose = draw.verb("put_in"), draw.verb("lose")
    word = draw.color()
    same = "[equally|evenly|so that all hold the same|in equal numbers]"
    facts = [
        draw.pick(
            f"{p.name} [has|got|bought] <t> {x.many}.",
            f"there are <t> {x.many} to pack.",
            f"<t> {x.many} are waiting for {p.name}.",
        ),
        draw.pick(f"<e> of them are {word}.", f"<e> of the {x.many} are {word}."),
        draw.pick(
            f"{p.name} has <a> {box.many}[ for them|].",
            f"there are <a> empty {box.many}.",
            f"{p.name} finds <a> {box.many} to put them in.",
        ),
    ]
    does = f"{p.name} {put.present3}"
    per = f"[How many {x.many} are in each {box.one}|How many does each {box.one} hold]"
    everything = f"{does} [all the {x.many}|them all] into the {box.many} {same}"
    rows = [
        ("size", after(everything, f"{per}?"), "t / a"),
        ("coloured", after(f"{does} only the {word} ones into the {box.many} {same}", f"{per}?"), "e / a"),
        ("others", f"{does} only those that are not {word} into the {box.many} {same}. {per}?", "(t - e) / a"),
        ("other-number", f"How many of the {x.many} are not {word}?", "t - e"),
        (
            "first-lost",
            f"[but first|before that], <c> {x.many} are {lose.participle}. "
            f"{does} the rest into the {box.many} {same}. {per}?",
            "(t - c) / a",
        ),
        ("loose-out", f"{does} <d> into each {box.one}. How many {x.many} do not fit?", "t - a * d"),
        ("room", f"{does} <d> into each {box.one}. How many {x.many} is that {ALL}?", "a * d"),
    ]
    ranges = {"t": (40, 300), "e": (10, 39), "a": (2, 9), "c": (2, 30), "d": (2, 6)}
    return contrasting(
        "group-size",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        who=p,
        always=(0, 1) if draw.rng.random() < 0.5 else (0,),
        ranges=ranges,
    )


def _lines(draw: Draw) -> Scene:
    """Lines of things that stand side by side."""
    line = draw.rng.choice((("line", "lines"), ("column", "columns"), ("row", "rows"), ("bed", "beds")))
    one, many = line
    place = draw.place()
    p = draw.person()
    if one == "bed":
        plant = draw.verb("plant")
        x = draw.thing("flower")
        facts = [
            draw.pick(
                f"{p.name} {past(plant)} <a> {many} of {x.many}[ in the {place}|].",
                f"there are <a> {many} of {x.many} in {p.name}'s {place}.",
            ),
            f"[there are <b> {x.many} in each {one}|each {one} has <b> {x.many}].",
        ]
        gone = f"<c> of the {x.many} [die|are picked]"
    else:
        x = draw.thing("furniture") if draw.rng.random() < 0.6 else draw.thing("tree")
        facts = [
            draw.pick(
                f"in the {place} there are <a> {many} of {x.many} with <b> in each.",
                f"{p.name} put <b> {x.many} in each of <a> {many}.",
                f"the {x.many} [in|at] the {place} stand in <a> {many} of <b>.",
                f"there are <a> {many} of {x.many}, and each {one} has <b>[ {x.many}|].",
            )
        ]
        gone = f"<c> of the {x.many} are taken away"
    used = f"{p.name} [checks|counts|waters|looks after] <d> {many}"
    rows = [
        ("all", f"How many {x.many} [are there|is that] {ALL}?", "a * b"),
        ("gone", after(gone, f"How many {x.many} are left?"), "a * b - c"),
        (
            "added",
            after(f"<c> more {x.many} are put at the end", f"How many {x.many} will there be {ALL}?"),
            "a * b + c",
        ),
        ("some", after(used, f"How many {x.many} is that?"), "d * b"),
        ("not-done", after(used, f"How many {x.many} has {p.name} not done yet?"), "(a - d) * b"),
        ("lines-left", after(used, f"How many {many} are left to do?"), "a - d"),
        ("longer", after(f"each {one} gets <e> more", f"How many {x.many} will there be {ALL}?"), "a * (b + e)"),
        (
            "other-way",
            after(f"the same {x.many} are put into {many} of <f>", f"How many {many} will there be?"),
            "a * b / f",
        ),
    ]
    noise = (f"the {place} is <m> years old.", f"{p.name} has <n> [friends|cousins].")
    ranges = {
        "a": (4, 20),
        "b": (3, 30),
        "c": (2, 11),
        "d": (2, 4),
        "e": (2, 6),
        "f": (2, 12),
        "m": (2, 90),
        "n": (2, 20),
    }
    return contrasting("group-lines", facts, rows, who=p, always=(0,), noise=noise, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "group-boxes": _boxes,
    "group-loose": _boxes_and_loose,
    "group-number": _number_of_groups,
    "group-size": _size_of_groups,
    "group-lines": _lines,
}
"""The families of this file by name."""
