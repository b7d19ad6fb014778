"""Sets: what each person brings, boxes in boxes, two sizes of boxes, parts that each thing has, recipes."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past


def _each_brings(draw: Draw) -> Scene:
    p = draw.person()
    group = draw.group()
    x, y = draw.things(2)
    bring, lose = draw.verb("carry"), draw.verb("lose")
    kind = x.kind.many
    facts = [
        draw.pick(
            f"{p.name} [has|invited|met] <a> {group.many}.",
            f"<a> {group.many} came to {p.name}'s [party|house|garden].",
            f"there are <a> {group.many} in {p.name}'s [class|team|club].",
        ),
        draw.pick(
            f"each of them {bring.past} <b> {x.many} and <c> {y.many}.",
            f"every {group.one} {bring.past} <b> {x.many} and also <c> {y.many}.",
            f"each {group.one} {bring.past} <c> {y.many} as well as <b> {x.many}.",
            f"they {bring.past} <b> {x.many} and <c> {y.many} each.",
        ),
        draw.pick(
            f"{p.name} {past(lose)} <d> of the {x.many}.",
            f"later, <d> of the {x.many} were {lose.participle}.",
            f"in the end <d> {x.many} were {lose.participle}.",
        ),
    ]
    did = f"did the {group.many} {bring.base}"
    each = f"did each {group.one} {bring.base}"
    rows = [
        ("one-kind", f"How many {x.many} {did} {ALL}?", "a * b"),
        ("other-kind", f"How many {y.many} {did} {ALL}?", "a * c"),
        ("each", f"How many {kind} {each} {ALL}?", "b + c"),
        ("all", f"How many {kind} {did} {ALL}?", "a * (b + c)"),
        ("each-more", f"How many more {x.many} than {y.many} {each}?", "b - c"),
        ("more", f"How many more {x.many} than {y.many} {did} {ALL}?", "a * (b - c)"),
        ("left", f"How many {x.many} [were left|remained]?", "a * b - d"),
        (
            "absent",
            after(f"<e> of the {group.many} had stayed at home", f"How many {group.many} would have come?"),
            "a - e",
        ),
    ]
    ranges = {"a": (3, 30), "b": (3, 20), "c": (2, 15), "d": (2, 8), "e": (2, 9)}
    return contrasting("set-each", facts, rows, noise=bystanders(draw, p, x), always=(0,), ranges=ranges)


def _nested(draw: Draw) -> Scene:
    p = draw.person()
    outer = draw.rng.choice((("shelf", "shelves"), ("cart", "carts"), ("table", "tables"), ("rack", "racks")))
    inner = draw.rng.choice((("box", "boxes"), ("jar", "jars"), ("bag", "bags"), ("tray", "trays")))
    x = draw.thing()
    sell = draw.verb("sell")
    place = draw.place()
    facts = [
        draw.pick(
            f"[the {place}|{p.name}] has <a> {outer[1]}.",
            f"there are <a> {outer[1]} in {p.name}'s {place}.",
            f"{p.name} looks after <a> {outer[1]} [in|at] the {place}.",
        ),
        draw.pick(
            f"on each {outer[0]} there are <b> {inner[1]}.",
            f"each {outer[0]} [has|carries|holds] <b> {inner[1]}.",
            f"<b> {inner[1]} are on every {outer[0]}.",
        ),
        draw.pick(
            f"every {inner[0]} contains <c> {x.many}.",
            f"there are <c> {x.many} in each {inner[0]}.",
            f"a {inner[0]} holds <c> {x.many}.",
            f"<c> {x.many} are in every {inner[0]}.",
        ),
    ]
    sold = f"{p.name} {sell.present3} <d> {inner[1]}"
    rows = [
        ("all", f"How many {x.many} [are there|is that] {ALL}?", "a * b * c"),
        ("inner", f"How many {inner[1]} are there {ALL}?", "a * b"),
        ("one-outer", f"How many {x.many} are on one {outer[0]}?", "b * c"),
        ("inner-left", after(sold, f"How many {inner[1]} are left?"), "a * b - d"),
        ("sold", after(sold, f"How many {x.many} is that?"), "d * c"),
        ("one-empty", after(f"<e> {outer[1]} are empty", f"How many {outer[1]} are [full|not empty]?"), "a - e"),
        ("some-empty", after(f"<e> of the {outer[1]} are empty", f"How many {inner[1]} are there?"), "(a - e) * b"),
        ("left", after(sold, f"How many {x.many} are left?"), "a * b * c - d * c"),
    ]
    noise = (f"the {place} opened <m> years ago.", f"{p.name} works <n> hours a day.")
    ranges = {"a": (3, 20), "b": (2, 12), "c": (3, 30), "d": (2, 5), "e": (2, 4), "m": (2, 80), "n": (3, 9)}
    return contrasting("set-nested", facts, rows, who=p, always=(0,), noise=noise, ranges=ranges)


def _two_sizes(draw: Draw) -> Scene:
    p, q = draw.people(2)
    x, y = draw.things(2)
    box, bag = container(draw), container(draw)
    facts = [
        draw.pick(
            f"{p.name} has <a> {box.many} with <b> {x.many} in each.",
            f"{p.name} has <a> {box.many} of {x.many}, each with <b>[ {x.many}|].",
            f"in <a> {box.many}, {p.name} has <b> {x.many} each.",
        ),
        draw.pick(
            f"{p.name} also has <c> {bag.many} with <d> {y.many} in each.",
            f"[{p.they}|{p.name}] also has <c> {bag.many}, and each {bag.one} holds <d> {y.many}.",
            f"there are also <c> {bag.many} with <d> {y.many} each.",
        ),
    ]
    have = f"does {p.name} have"
    kind = x.kind.many
    rows = [
        ("first", f"How many {x.many} {have} {ALL}?", "a * b"),
        ("second", f"How many {y.many} {have} {ALL}?", "c * d"),
        ("all", f"How many {kind} {have} {ALL}?", "a * b + c * d"),
        ("containers", f"How many {box.many} and {bag.many} {have} {ALL}?", "a + c"),
        ("more", f"How many more {x.many} than {y.many} {have}?", "a * b - c * d"),
        ("fewer", f"How many fewer {x.many} than {y.many} {have}?", "c * d - a * b"),
        ("one-of-each", f"How many {kind} are in one {box.one} and one {bag.one} together?", "b + d"),
        (
            "lost",
            after(f"{p.name} gives <e> of the {y.many} to {q.name}", f"How many {y.many} does {p.name} have left?"),
            "c * d - e",
        ),
    ]
    ranges = {"a": (2, 20), "b": (3, 30), "c": (2, 20), "d": (3, 30), "e": (2, 9)}
    return contrasting("set-two-sizes", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0,), ranges=ranges)


def _made_of(draw: Draw) -> Scene:
    """Each thing that is made takes a number of parts."""
    p = draw.person()
    made, part = draw.rng.choice(
        (
            (("bracelet", "bracelets"), "beads"),
            (("tower", "towers"), "blocks"),
            (("cake", "cakes"), "eggs"),
            (("vase", "vases"), "roses"),
            (("toy car", "toy cars"), "wheels"),
            (("chain", "chains"), "paper strips"),
            (("fruit salad", "fruit salads"), "apples"),
            (("sign", "signs"), "nails"),
            (("coat", "coats"), "buttons"),
        )
    )
    lose = draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} needs <b> {part} for [one|each|every] {made[0]}.",
            f"[one|each|every|a] {made[0]} takes <b> {part}.",
            f"it takes <b> {part} to make a {made[0]}.",
            f"{p.name} uses <b> {part} for each {made[0]}.",
        ),
        draw.pick(
            f"{p.name} has <t> {part}.", f"there are <t> {part} in {p.name}'s drawer.", f"{p.name} bought <t> {part}."
        ),
    ]
    plans = f"{p.name} wants to make <a> {made[1]}"
    did = f"{p.name} has already made <c> {made[1]} [with them|from the {part}]"
    rows = [
        ("possible", f"How many {made[1]} can {p.name} make?", "t / b"),
        ("needed", after(plans, f"How many {part} does {p.name} need {ALL}?"), "a * b"),
        ("missing", after(plans, f"How many more {part} does {p.name} need?"), "a * b - t"),
        ("after", after(did, f"How many {part} are left?"), "t - c * b"),
        ("used", after(did, f"How many {part} were used?"), "c * b"),
        (
            "fewer",
            after(f"<d> {part} are {lose.participle}", f"How many {made[1]} can {p.name} make with the rest?"),
            "(t - d) / b",
        ),
        ("left", after(f"<d> {part} are {lose.participle}", f"How many {part} are left?"), "t - d"),
        (
            "bought",
            after(f"{p.name} gets <d> more {part}", f"How many {made[1]} can {p.name} make {ALL}?"),
            "(t + d) / b",
        ),
    ]
    noise = (f"{p.name} has <m> {draw.thing().many}.", f"one {made[0]} costs $<n>.")
    ranges = {"b": (2, 12), "t": (30, 200), "a": (20, 60), "c": (2, 4), "d": (2, 30), "m": (2, 30), "n": (2, 30)}
    return contrasting("set-made", facts, rows, who=p, always=(0,), noise=noise, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "set-each": _each_brings,
    "set-nested": _nested,
    "set-two-sizes": _two_sizes,
    "set-made": _made_of,
}
"""The families of this file by name."""
