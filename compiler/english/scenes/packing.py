"""Packing and parting: what still fits in, teams that people are divided into, lengths that are cut."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past


def _still_missing(draw: Draw) -> Scene:
    """What fits in and what is in already."""
    p = draw.person()
    x, box = draw.thing(), container(draw)
    put = draw.verb("put_in")
    facts = [
        draw.pick(f"a {box.one} [holds|has room for] <t> {x.many}.", f"<t> {x.many} [fit|go] into a {box.one}."),
        draw.pick(
            f"{p.name} {past(put)} <a> {x.many} into {draw.pick('a', 'one')} {box.one}.",
            f"<a> {x.many} are already in {p.name}'s {box.one}.",
        ),
    ]
    more = f"then {p.name} {past(put)} <b> more into it"
    rows = [
        ("missing", f"How many more {x.many} [fit into|does it take to fill] the {box.one}?", "t - a"),
        ("missing-after", f"{more}. How many more {x.many} [fit in|are needed to fill it]?", "t - a - b"),
        ("inside", f"{more}. How many {x.many} are in [it|the {box.one}] now?", "a + b"),
        (
            "many-boxes",
            after(f"{p.name} wants to fill <c> such {box.many}", f"How many {x.many} does {p.name} need {ALL}?"),
            "c * t",
        ),
        (
            "many-missing",
            f"{p.name} wants to fill <c> such {box.many}, this one among them. "
            f"How many more {x.many} does {p.name} need?",
            "c * t - a",
        ),
        ("taken", after(f"<d> {x.many} are taken out again", f"How many {x.many} are left in the {box.one}?"), "a - d"),
        (
            "boxes",
            after(
                f"{p.name} has <e> {x.many} at home", f"How many such {box.many} can {p.name} fill with [those|these]?"
            ),
            "e / t",
        ),
    ]
    ranges = {"t": (12, 40), "a": (4, 11), "b": (2, 7), "c": (2, 9), "d": (2, 3), "e": (40, 300)}
    return contrasting("share-missing", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0, 1), ranges=ranges)


def _teams(draw: Draw) -> Scene:
    who = draw.pick("students", "players", "children", "scouts")
    team, teams = draw.rng.choice(
        (("team", "teams"), ("group", "groups"), ("tent", "tents"), ("van", "vans"), ("boat", "boats"))
    )
    p = draw.person()
    facts = [
        draw.pick(
            f"there are <t> {who}[ in the camp| in the park|].",
            f"<t> {who} [came|are going on a trip] with {p.name}.",
            f"{p.name} looks after <t> {who}.",
        ),
        draw.pick(
            "<c> of them [do not take part|are ill|stay at home|only watch].",
            f"<c> of the {who} [do not take part|are ill|stay at home|only watch].",
        ),
        draw.pick(
            f"the [others|rest] are divided into {teams} of <b>.",
            f"the [others|rest] make {teams} with <b> {who} in each.",
            f"there are <b> {who} in each {team}[, and all the others are in a {team}|].",
        ),
    ]
    rows = [
        ("teams", f"How many {teams} are there?", "(t - c) / b"),
        ("taking-part", f"How many {who} take part?", "t - c"),
        (
            "teams-left",
            after(f"<d> {teams} are [ready|full] already", f"How many {teams} are [still missing|not yet ready]?"),
            "(t - c) / b - d",
        ),
        ("in-some", after(f"<d> {teams} go first", f"How many {who} is that?"), "d * b"),
        ("cost", after(f"each {team} pays $<e>", f"How much do the {teams} pay {ALL}?"), "(t - c) / b * e"),
    ]
    ranges = {"t": (20, 120), "c": (2, 15), "b": (2, 9), "d": (2, 4), "e": (3, 40)}
    return contrasting("share-teams", facts, rows, always=(0, 1, 2), ranges=ranges)


def _cut(draw: Draw) -> Scene:
    p = draw.person()
    stuff = draw.pick("rope", "wire", "string", "pipe", "board", "tape")
    unit = draw.pick("inches", "feet", "meters", "yards", "centimeters")
    cut = draw.verb("cut")
    facts = [
        draw.pick(
            f"{p.name} has <t> {unit} of {stuff}.",
            f"{p.name}'s {stuff} is <t> {unit} long.",
            f"{p.name} bought a {stuff} <t> {unit} long."
            if stuff in ("rope", "wire", "string", "pipe", "board")
            else f"{p.name} bought <t> {unit} of {stuff}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] {cut.present3} off <c> {unit} [for a friend|first|and throws that away].",
            f"<c> {unit} [of it |]are [bad|used for a fence].",
        ),
    ]
    rest = f"{p.name} {cut.present3} the rest into"
    rows = [
        ("length", f"[then |]{rest} <a> equal pieces. How long is each piece?", "(t - c) / a"),
        (
            "pieces",
            f"[then |]{rest} pieces of <b> {unit}. How many pieces [are there|does {p.they} get]?",
            "(t - c) / b",
        ),
        ("rest", f"How [long is the rest|many {unit} are left]?", "t - c"),
        (
            "used",
            f"[then |]{p.name} uses <d> pieces of <b> {unit}. How many {unit} are [left|not used] now?",
            "t - c - d * b",
        ),
        (
            "pieces-length",
            after(f"{p.name} needs <d> pieces of <b> {unit}", f"How many {unit} is that {ALL}?"),
            "d * b",
        ),
    ]
    ranges = {"t": (30, 200), "c": (2, 24), "a": (2, 9), "b": (2, 9), "d": (2, 3)}
    return contrasting("share-cut", facts, rows, who=p, always=(0, 1), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "share-missing": _still_missing,
    "share-teams": _teams,
    "share-cut": _cut,
}
"""The families of this file by name."""
