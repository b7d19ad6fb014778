"""Scenes that speak to the reader, or of the one who asks: you and I."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after


def _your_money(draw: Draw) -> Scene:
    x, y = draw.thing(), draw.article()
    friend = draw.pick("a friend", "your mother", "your uncle", "your teacher", "somebody")
    facts = [
        draw.pick("you have $<t>.", "there are $<t> in your wallet.", "you want to spend <t> dollars."),
        draw.pick(
            f"{x.many} cost $<b> each.", f"one of the {x.many} in the shop costs $<b>.", f"a {x.one} costs $<b>."
        ),
    ]
    can = "[can|could] you buy"
    rows = [
        ("number", f"How many {x.many} {can}?", "t / b"),
        ("cost", f"How much would you pay for <e> {x.many}?", "b * e"),
        ("left", after(f"you buy <e> {x.many}", "How much [money |]do you have left?"), "t - b * e"),
        ("other", after(f"you buy a {y} for $<c>", "How much [money |]do you have left?"), "t - c"),
        ("other-then", f"first you buy a {y} for $<c>. How many {x.many} {can} with the rest?", "(t - c) / b"),
        ("gift", after(f"{friend} gives you $<d>", "How much [money |]do you have then?"), "t + d"),
        ("gift-then", after(f"{friend} gives you $<d>", f"How many {x.many} {can} {ALL}?"), "(t + d) / b"),
    ]
    ranges = {"t": (40, 300), "b": (2, 12), "c": (3, 39), "d": (3, 60), "e": (2, 3)}
    return contrasting("your-money", facts, rows, always=(0,), ranges=ranges)


def _your_boxes(draw: Draw) -> Scene:
    x, box, group = draw.thing(), container(draw), draw.group()
    p = draw.person()
    facts = [
        draw.pick(
            f"you have <a> {box.many} with <b> {x.many} in each.",
            f"you put <b> {x.many} into each of <a> {box.many}.",
            f"your {x.many} are in <a> {box.many}, <b> in each of them.",
        ),
        draw.pick(f"{p.name} has <c> {x.many}.", f"your friend {p.name} has <c>[ {x.many}|]."),
    ]
    rows = [
        ("yours", f"How many {x.many} do you have {ALL}?", "a * b"),
        ("both", f"How many {x.many} do you and {p.name} have {ALL}?", "a * b + c"),
        ("more", f"How many more {x.many} than {p.name} do you have?", "a * b - c"),
        (
            "given",
            after(f"you give {p.name} <d> of your {x.many}", f"How many {x.many} do you have left?"),
            "a * b - d",
        ),
        ("friend", after(f"you give {p.name} <d> {x.many}", f"How many {x.many} does {p.name} have then?"), "c + d"),
        ("boxes", after(f"you give away <e> {box.many}", f"How many {box.many} do you have left?"), "a - e"),
        (
            "shared",
            after(f"you share all your {x.many} equally among <f> {group.many}", "How many does each of them get?"),
            "a * b / f",
        ),
    ]
    ranges = {"a": (3, 20), "b": (4, 30), "c": (3, 60), "d": (2, 11), "e": (2, 2), "f": (2, 9)}
    return contrasting("your-boxes", facts, rows, always=(0,), ranges=ranges)


def _my_things(draw: Draw) -> Scene:
    x, y = draw.things(2)
    gain, lose = draw.verb("gain"), draw.verb("lose")
    giver = draw.pick("my mother", "my sister", "my grandfather", "a friend", "my aunt")
    facts = [
        draw.pick(f"I had <a> {x.many} and <b> {y.many}.", f"at first, I had <b> {y.many} and <a> {x.many}."),
        draw.pick(
            f"then I {gain.past} <c> more {x.many}.",
            f"{giver} gave me <c> more {x.many}.",
            f"I {gain.past} another <c> {x.many}.",
        ),
        draw.pick(f"after that I {lose.past} <d> {x.many}.", f"<d> of my {x.many} were {lose.participle} later."),
    ]
    rows = [
        ("now", f"How many {x.many} do I have now?", "a + c - d"),
        ("before", f"How many {x.many} did I have before [any were {lose.participle}|I {lose.past} any]?", "a + c"),
        ("kinds", f"How many {x.kind.many} did I have at first {ALL}?", "a + b"),
        ("kinds-now", f"How many {x.kind.many} do I have now {ALL}?", "a + b + c - d"),
        ("more", f"How many more {x.many} than {y.many} did I have at first?", "a - b"),
        ("net", f"By how many has the number of my {x.many} grown {ALL}?", "c - d"),
    ]
    ranges = {"a": (10, 90), "b": (3, 80), "c": (4, 40), "d": (2, 9)}
    return contrasting("my-things", facts, rows, always=(0, 1), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "your-money": _your_money,
    "your-boxes": _your_boxes,
    "my-things": _my_things,
}
"""The families of this file by name."""
