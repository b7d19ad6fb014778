"""Sharing and packing: equal shares, what is kept or left over, what was there before."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, container, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past

_EVENLY = "[equally|evenly|fairly|in equal parts]"


def _shared_rest(draw: Draw) -> Scene:
    """Something is kept or lost, the rest is shared."""
    p = draw.person()
    x, group = draw.thing(), draw.group()
    get, share, lose = draw.verb("gain"), draw.verb("share"), draw.verb("lose")
    facts = [
        draw.pick(
            f"{p.name} {past(get)} <t> {x.many}.",
            f"{p.name} had <t> {x.many}[ in a bag|].",
            f"there were <t> {x.many} in {p.name}'s bag.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] kept <c> [for {p.them}self|of them|{x.many}].",
            f"<c> of the {x.many} {p.they} {past(lose)}.",
            f"<c> of them were {lose.participle} on the way.",
            f"{p.they} {past(lose)} <c> of them.",
        ),
        draw.pick(
            f"{p.name} {past(share)} the [rest|others|remaining {x.many}] {_EVENLY} among <a> {group.many}.",
            f"the rest went {_EVENLY} to <a> {group.many}.",
            f"<a> {group.many} got the rest, and each got the same number.",
        ),
    ]
    q = draw.person()
    rows = [
        ("share", f"How many [{x.many} |]did each {group.one} get?", "(t - c) / a"),
        ("rest", f"How many {x.many} did the {group.many} get {ALL}?", "t - c"),
        (
            "share-and-own",
            after(f"one {group.one} named {q.name} already had <d> {x.many}", f"How many does {q.name} have now?"),
            "(t - c) / a + d",
        ),
        (
            "share-eaten",
            after(
                f"one {group.one}, {q.name}, then {lose.past} <e> [of them|{x.many}]",
                f"How many of the share did {q.name} have left?",
            ),
            "(t - c) / a - e",
        ),
    ]
    ranges = {"t": (20, 200), "a": (2, 9), "c": (2, 30), "d": (2, 30), "e": (2, 5)}
    return contrasting("share-rest", facts, rows, who=p, noise=bystanders(draw, p, x), ranges=ranges, always=(0, 1, 2))


def _shared_all(draw: Draw) -> Scene:
    """All is shared, with the owner among those who share or not."""
    p, q = draw.people(2)
    x, group = draw.thing(), draw.group()
    share = draw.verb("share")
    flaw = draw.pick("old", "damaged", "small", "dirty", "wet")
    inside = draw.rng.random() < 0.4
    who = f"the <a> {group.many}, {p.name} among them," if inside else f"<a> {group.many}"
    facts = [
        draw.pick(f"{p.name} has <t> {x.many}.", f"{p.name} [bought|got|brought] <t> {x.many}."),
        draw.pick(f"[of these|of them], <b> are {flaw}.", f"<b> of the {x.many} are {flaw}."),
    ]
    gives = (
        f"{who} {share.base} all the {x.many} {_EVENLY}"
        if inside
        else f"{p.name} {share.present3} all of them {_EVENLY} among {who}"
    )
    some = f"{p.name} gives <c> {x.many} to each of <a> {group.many}"
    rows = [
        ("share", after(gives, f"How many {x.many} does each [of them |{group.one} |]get?"), "t / a"),
        ("fine", f"How many of the {x.many} are not {flaw}?", "t - b"),
        ("given", after(some, f"How many {x.many} does {p.name} give away {ALL}?"), "c * a"),
        ("kept", after(some, f"How many {x.many} does {p.name} keep?"), "t - c * a"),
        (
            "people",
            after(f"each {group.one} gets <c> {x.many} and none are left", f"How many {group.many} are there?"),
            "t / c",
        ),
        (
            "with-more",
            f"{q.name} adds <d> {x.many}. [then|now] all the {x.many} are shared {_EVENLY} by <a> {group.many}. "
            "How many does each get?",
            "(t + d) / a",
        ),
        (
            "without",
            f"only the {x.many} that are not {flaw} are shared {_EVENLY} among <a> {group.many}. "
            "How many does each get?",
            "(t - b) / a",
        ),
    ]
    ranges = {"t": (30, 200), "b": (2, 25), "a": (2, 9), "c": (2, 9), "d": (2, 30)}
    return contrasting("share-all", facts, rows, who=p, noise=bystanders(draw, p, x), always=(0,), ranges=ranges)


def _given_back(draw: Draw) -> Scene:
    """The shares and what was left are told; the start is asked for."""
    p = draw.person()
    x, group = draw.thing(), draw.group()
    give = draw.verb("give")
    facts = [
        draw.pick(
            f"{p.name} {past(give)} [all {group.many}|some {group.many}] <b> {x.many} each.",
            f"{p.name} {past(give)} <b> {x.many} to each of some {group.many}.",
        ),
        draw.pick(f"there were <a> {group.many}.", f"<a> {group.many} were there[ that day|]."),
        draw.pick(
            f"[after that|in the end] {p.name} had <c> {x.many} left.",
            f"<c> {x.many} were left[ over|].",
            f"{p.name} kept the other <c>[ {x.many}|].",
        ),
    ]
    if draw.rng.random() < 0.5:
        facts = [
            draw.pick(
                f"{p.name} {past(give)} <b> {x.many} to each of <a> {group.many}.",
                f"each of <a> {group.many} got <b> {x.many} from {p.name}.",
                f"<a> {group.many} each got <b> of {p.name}'s {x.many}.",
            ),
            facts[2],
        ]
    rows = [
        ("start", f"How many {x.many} did {p.name} have [at first|before that|to begin with]?", "a * b + c"),
        ("given", f"How many {x.many} did the {group.many} get {ALL}?", "a * b"),
        ("more", f"How many more {x.many} did the {group.many} get [together |]than {p.name} kept?", "a * b - c"),
        ("kept-more", f"How many more {x.many} did {p.name} keep than each {group.one} got?", "c - b"),
        (
            "for-more",
            after(f"<d> more {group.many} come for the same share", f"How many {x.many} will they get?"),
            "d * b",
        ),
        (
            "one-left",
            after(f"one {group.one} loses <e> of the {x.many}", f"How many does that {group.one} have left?"),
            "b - e",
        ),
    ]
    ranges = {"a": (2, 20), "b": (4, 15), "c": (2, 30), "d": (2, 9), "e": (2, 3)}
    return contrasting("share-start", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0,), ranges=ranges)


def _pooled(draw: Draw) -> Scene:
    p, q = draw.people(2)
    x, bag = draw.thing(), container(draw)
    get, put = draw.verb("collect"), draw.verb("put_in")
    facts = [
        draw.pick(f"{p.name} {past(get)} <a> {x.many}.", f"<a> {x.many} were {get.participle} by {p.name}."),
        draw.pick(f"{q.name} {past(get)} <b>[ {x.many}|].", f"{q.name} {past(get)} <b> {x.many}, too."),
    ]
    if draw.rng.random() < 0.4:
        facts = [f"{p.name} {past(get)} <a> {x.many}[,|] and {q.name} {past(get)} <b>[ {x.many}|]."]
    they = f"{p.name} and {q.name}"
    pack = draw.pick(
        f"they {put.base} all their {x.many} into {bag.many} of <d>", f"<d> {x.many} go into each {bag.one}"
    )
    all_in = f"they {put.base} all of them into <c> {bag.many}[,| with] the same number in each"
    rows = [
        ("all", f"How many {x.many} do {they} have {ALL}?", "a + b"),
        ("bags", after(pack, f"How many {bag.many} do {they} need {ALL}?"), "(a + b) / d"),
        ("size", after(all_in, f"How many {x.many} are in each {bag.one}?"), "(a + b) / c"),
        (
            "own-bags",
            after(
                f"<d> {x.many} go into each {bag.one}",
                f"How many {bag.many} does {p.name} need for {p.their} own {x.many}?",
            ),
            "a / d",
        ),
        (
            "level",
            f"[they put them together and share {_EVENLY} between the <k=two> of them. How many does each get?"
            f"|If the <k=two> of them share all the {x.many} {_EVENLY}, how many does each get?]",
            "(a + b) / k",
        ),
        ("more", f"How many more {x.many} does {p.name} have than {q.name}?", "a - b"),
        (
            "after-gift",
            after(f"they give <e> of [all |]their {x.many} to a friend", f"How many do they have left {ALL}?"),
            "a + b - e",
        ),
    ]
    ranges = {"a": (10, 90), "b": (6, 80), "c": (2, 9), "d": (2, 9), "e": (2, 14)}
    return contrasting("share-pooled", facts, rows, fixed={"k": 2}, ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "share-rest": _shared_rest,
    "share-all": _shared_all,
    "share-start": _given_back,
    "share-pooled": _pooled,
}
"""The families of this file by name."""
