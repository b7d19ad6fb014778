"""Lengths, weights, money and dozens in two units, whose ratio is not told."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past


def _lengths(draw: Draw) -> Scene:
    """Something long that is cut into short pieces."""
    p = draw.person()
    big, small, ratio = draw.rng.choice(
        (
            ("feet", "inches", 12),
            ("meters", "centimeters", 100),
            ("yards", "feet", 3),
            ("kilometers", "meters", 1000),
        )
    )
    stuff = "cable" if big == "kilometers" else draw.pick("rope", "wire", "string", "pipe", "cloth")
    cut = draw.verb("cut")
    facts = [
        draw.pick(
            f"{p.name} has <a> {big} of {stuff}.",
            f"there are <a> {big} of {stuff} in {p.name}'s garage.",
            f"{p.name}'s {stuff} is <a> {big} long.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] {cut.present3} pieces of <b> {small}.",
            f"[{p.they}|{p.name}] wants pieces that are <b> {small} long.",
            f"one piece must be <b> {small} long.",
        ),
    ]
    rows = [
        ("pieces", f"How many [such |]pieces does {p.name} get from it?", "a * u / b"),
        ("small", f"How many {small} of {stuff} are there {ALL}?", "a * u"),
        ("left", f"How many {small} are left after {p.name} {cut.present3} <c> [such |]pieces?", "a * u - c * b"),
        (
            "used",
            f"How many {small} are <c> such pieces {ALL}?",
            "c * b",
        ),
        ("one-cut", f"How many {small} of the {stuff} are left after the first piece?", "a * u - b"),
        (
            "more",
            after(f"a friend brings <d> {small} more", f"How many {small} of {stuff} are there then?"),
            "a * u + d",
        ),
        ("after-loss", after(f"<e> {big} of it are bad", f"How many {small} are still good?"), "(a - e) * u"),
    ]
    ranges = {"a": (5, 40), "b": (2, 60 if ratio > 50 else 9), "c": (2, 3), "d": (2, 90), "e": (2, 4)}
    if ratio == 1000:
        ranges["b"] = (50, 500)
    return contrasting("unit-lengths", facts, rows, who=p, always=(0, 1), fixed={"u": ratio}, ranges=ranges)


def _weights(draw: Draw) -> Scene:
    """Bags of grams from kilograms, cups of milliliters from liters."""
    p = draw.person()
    big, small, ratio, stuff, cup = draw.rng.choice(
        (
            ("kilograms", "grams", 1000, draw.stuff(), "bag"),
            ("liters", "milliliters", 1000, draw.liquid(), "cup"),
            ("pounds", "ounces", 16, draw.stuff(), "bag"),
        )
    )
    facts = [
        draw.pick(
            f"{p.name} has <a> {big} of {stuff}.",
            f"there are <a> {big} of {stuff} in {p.name}'s kitchen.",
            f"{p.name} bought <a> {big} of {stuff}.",
        ),
        draw.pick(f"a {cup} holds <b> {small}.", f"<b> {small} go into each {cup}.", f"each {cup} takes <b> {small}."),
    ]
    rows = [
        ("number", f"How many {cup}s can {p.name} fill[ with it|]?", "a * u / b"),
        ("small", f"How many {small} of {stuff} does {p.name} have {ALL}?", "a * u"),
        ("left", f"How many {small} are left after <c> {cup}s have been filled?", "a * u - c * b"),
        ("inside", f"How many {small} are in <c> full {cup}s {ALL}?", "c * b"),
        (
            "to-fill",
            after(f"<c> {cup}s are already full", f"How many {cup}s can be filled after that?"),
            "a * u / b - c",
        ),
        ("spilled", after(f"<d> {small} are lost on the way", f"How many {small} are left?"), "a * u - d"),
        (
            "bigger",
            after(f"each {cup} held <e> {small} more", f"How many {small} would that be for one {cup}?"),
            "b + e",
        ),
    ]
    ranges = {"a": (2, 20), "b": (2, 20) if ratio == 16 else (50, 500), "c": (2, 5), "d": (2, 25), "e": (2, 50)}
    return contrasting(
        "unit-weights", facts, rows, shuffle=True, who=p, always=(0, 1), fixed={"u": ratio}, ranges=ranges
    )


def _cents(draw: Draw) -> Scene:
    p, q = draw.people(2)
    x = draw.thing()
    facts = [
        draw.pick(f"{p.name} has <a> dollars.", f"{p.name} has $<a>.", f"there are <a> dollars in {p.name}'s pocket."),
        draw.pick(
            f"[one|a] {x.one} costs <b> cents.", f"{x.many} are <b> cents each.", f"for <b> cents one gets a {x.one}."
        ),
    ]
    rows = [
        ("number", f"How many {x.many} can {p.name} buy?", "a * u / b"),
        ("cents", f"How many cents does {p.name} have {ALL}?", "a * u"),
        ("cost", f"How many cents do <c> {x.many} cost {ALL}?", "c * b"),
        ("left", f"How many cents are left after {p.name} buys <c> {x.many}?", "a * u - c * b"),
        ("dollars", f"How many dollars do <d> {x.many} cost?", "d * b / u"),
        ("gift", after(f"{q.name} gives {p.name} <e> cents", f"How many cents does {p.name} have then?"), "a * u + e"),
        (
            "dearer",
            after(f"each {x.one} gets <e> cents dearer", f"How many cents does one {x.one} cost then?"),
            "b + e",
        ),
    ]
    ranges = {"a": (2, 30), "b": (5, 80), "c": (2, 3), "d": (4, 40), "e": (5, 90)}
    return contrasting("unit-cents", facts, rows, shuffle=True, who=p, always=(0, 1), fixed={"u": 100}, ranges=ranges)


def _dozens(draw: Draw) -> Scene:
    p, q = draw.people(2)
    x = draw.thing(draw.pick("treat", "fruit", "flower", "school"))
    get, lose = draw.verb("buy"), draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} {past(get)} <a> <k=dozen> {x.many}.", f"there were <a> <k=dozen> {x.many} in {p.name}'s house."
        ),
        draw.pick(f"{q.name} {past(get)} <b>[ {x.many}|].", f"{q.name} {past(get)} just <b> {x.many}."),
        draw.pick(
            f"{p.name} {past(lose)} <c>[ of the {x.many}|].", f"<c> of {p.name}'s {x.many} were {lose.participle}."
        ),
        draw.pick(f"{p.name} paid $<d> for each dozen.", f"a dozen cost {p.name} $<d>."),
    ]
    rows = [
        ("number", f"How many {x.many} did {p.name} have at first?", "a * k"),
        (
            "both",
            f"How many {x.many} did {p.name} and {q.name} have at first {ALL}?",
            "a * k + b",
        ),
        ("left", f"How many {x.many} did {p.name} have left?", "a * k - c"),
        ("more", f"How many more {x.many} did {p.name} have than {q.name} at first?", "a * k - b"),
        ("cost", f"How much did {p.name} pay {ALL}?", "a * d"),
        (
            "shared",
            f"{p.name} puts all the <a> dozen {x.many} into boxes of <e>. How many boxes does that make?".replace(
                "the first", "all the <a> dozen"
            ),
            "a * k / e",
        ),
    ]
    ranges = {"a": (2, 9), "b": (3, 20), "c": (2, 20), "d": (2, 15), "e": (2, 9)}
    return contrasting(
        "unit-dozens", facts, rows, noise=bystanders(draw, p, x), always=(0,), fixed={"k": 12}, ranges=ranges
    )


FAMILIES: dict[str, Maker] = {
    "unit-lengths": _lengths,
    "unit-weights": _weights,
    "unit-cents": _cents,
    "unit-dozens": _dozens,
}
"""The families of this file by name."""
