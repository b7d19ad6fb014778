"""Scenes of collections: three owners, several kinds, what was given and received, albums, bowls and drawers."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, carton, dealt, had, more
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def three_owners(draw: Draw) -> Scene:
    """One has so many, the second more than the first, the third fewer than the second."""
    first, second, third = (person.name for person in draw.people(3))
    things = draw.thing().many
    facts = (
        f"[{first} has <a> {things}.|{first} owns <a> {things}.|<a> {things} are {first}'s.]",
        f"[{second} has <b> more {things} than {first}.|{second} has <b> more than {first}."
        f"|{first} has <b> fewer {things} "
        f"than {second}.]",
        f"[{third} has <c> fewer {things} than {second}.|{third} has <c> fewer than {second}."
        f"|{second} has <c> more {things} "
        f"than {third}.]",
        f"[{third} would like to give <d> {things} away.|{third} wants to sell <d> {things}.]",
    )
    rows = (
        ("first-dealt", dealt(f"the {things} of {first}"), "a / n"),
        ("second", f"How many {things} does {second} have?", "a + b"),
        ("third", f"How many {things} does {third} have?", "a + b - c"),
        ("first-and-second", f"How many {things} do {first} and {second} have together?", "a + (a + b)"),
        ("second-and-third", f"How many {things} do {second} and {third} have {ALL}?", "(a + b) + (a + b - c)"),
        ("third-than-first", more(third, first, things), "b - c"),
        ("third-later", f"How many {things} will {third} have after doing so?", "a + b - c - d"),
        (
            "second-gives",
            f"[If {second} gives away <e> {things}, how many does {second} keep?"
            f"|{second} loses <e> {things}. How many does {second} have then?]",
            "a + b - e",
        ),
    )
    ranges = {"a": (12, 90), "b": (9, 40), "c": (2, 8), "d": (2, 10), "e": (2, 9)}
    return story(draw, "three-owners", facts, rows, shuffle=True, things=things, ranges=ranges, always=(0,))


def mixed_differences(draw: Draw) -> Scene:
    """An owner whose number is only told beside another's: the comparison runs the other way."""
    first, second, third = (person.name for person in draw.people(3))
    things = draw.thing().many
    facts = (
        f"[{first} has <a> {things}.|There are <a> {things} in {first}'s room.]",
        f"[{first} has <b> more {things} than {second}.|{first} has <b> more than {second} has."
        f"|{first} has <b> {things} more than "
        f"{second}.]",
        f"[{first} has <c> fewer {things} than {third}.|{third} has <c> more {things} than {first}."
        f"|Only {third}, with <c> "
        f"{things} more than {first}, has the most.]",
    )
    rows = (
        ("second", f"How many {things} does {second} have?", "a - b"),
        ("third", f"How many {things} does {third} have?", "a + c"),
        ("third-than-second", more(third, second, things), "b + c"),
        ("first-and-second", f"What do {first} and {second} have together, in {things}?", "a + (a - b)"),
        ("first-and-third", f"How many {things} do {first} and {third} have {ALL}?", "a + (a + c)"),
        (
            "second-catches-up",
            f"[{second} gets <d> {things}. How many {things} does {second} have then?"
            f"|If {second} gets <d> more {things}, how many will {second} have?]",
            "a - b + d",
        ),
        (
            "gap-left",
            f"[{second} finds <d> {things}. How many more {things} does {first} still have than {second}?"
            f"|If {second} finds <d> {things}, how many more than {second} will {first} still have?]",
            "b - d",
        ),
    )
    ranges = {"a": (40, 120), "b": (12, 30), "c": (3, 30), "d": (2, 11)}
    return story(draw, "both-ways-compared", facts, rows, shuffle=True, things=things, ranges=ranges, always=(0,))


def kinds_compared(draw: Draw) -> Scene:
    """Three kinds of one sort in one collection; two of them are asked about, or all, or all but one."""
    who, friend = draw.people(2)
    one, two, three = draw.things(3)
    name, group = who.name, one.kind.many
    get = draw.verb("buy")
    told = [f"<a> {one.many}", f"<b> {two.many}", f"<c> {three.many}"]
    draw.rng.shuffle(told)
    kinds = f"{told[0]}, {told[1]} and {told[2]}"
    facts = (
        f"[{name} has {kinds}.|In {name}'s house there are {kinds}.|{name} {get.past} {kinds}."
        f"|{name}, who keeps everything, has {kinds}.|There are {kinds} on {name}'s list.]",
        f"[{friend.name} has <d> {one.many} and <e> {two.many}.|{friend.name} {get.past} <d> "
        f"{one.many} and <e> {two.many}.]",
    )
    rows = (
        ("kind-dealt", dealt(f"the {two.many} of {name}"), "b / n"),
        ("all", f"How many {group} does {name} have {ALL}?", "a + b + c"),
        ("two", f"How many {one.many} and {three.many} does {name} have {ALL}?", "a + c"),
        ("one-more", f"How many more {one.many} than {two.many} does {name} have?", "a - b"),
        ("other-more", f"How many fewer {three.many} than {one.many} does {name} have?", "a - c"),
        ("friend-all", f"How many {group} does {friend.name} have {ALL}?", "d + e"),
        ("same-kind", f"How many {one.many} do the two of them have together?", "a + d"),
        ("kind-more", f"How many more {two.many} does {friend.name} have than {name}?", "e - b"),
        ("others", f"How many of {name}'s {group} are not {two.many}?", "a + c"),
    )
    if draw.rng.random() < 0.5:
        ranges = {"a": (20, 60), "b": (3, 19), "c": (4, 18), "d": (3, 50), "e": (20, 40)}
    else:
        ranges = {"a": (7, 16), "b": (2, 6), "c": (2, 6), "d": (2, 15), "e": (7, 14)}
    return story(draw, "kinds-in-a-collection", facts, rows, who=who, things=one.kind.many, ranges=ranges, always=(0,))


def given_and_received(draw: Draw) -> Scene:
    """Some go to one friend, some come from another; the state before is known."""
    who, giver, taker = draw.people(3)
    name, things, give = who.name, draw.thing().many, draw.verb("give")
    gift = draw.verb("give")
    facts = (
        f"[{name} had <a> {things}.|{name} started with <a> {things}.|At first {name} had <a> {things}.]",
        f"[[{name}|{who.they}] {give.past} <b> {things} to {taker.name}.|<b> of the {things} were {give.participle} to "
        f"{taker.name}.|[{name}|{who.they}] {give.past} <b> to {taker.name}.]",
        f"[{giver.name} {gift.past} <c> {things} to {name}.|Then {giver.name} {gift.past} <c> {things} to {who.them}."
        f"|{name} was happy when {giver.name} {gift.past} <c> {things} to {who.them}.]",
        f"[{taker.name} had <d> {things} before.|Before, {taker.name} had <d> {things}.]",
        f"[{giver.name} kept <e> {things}.|{giver.name} still has <e> {things}.]",
    )
    rows = (
        ("taken-dealt", dealt(f"the {things} that {taker.name} got from {name}"), "b / n"),
        ("now", had(name, things), "a - b + c"),
        ("after-giving", f"How many {things} did {name} have before any came from {giver.name}?", "a - b"),
        ("taker-now", f"How many {things} does {taker.name} have now?", "d + b"),
        ("giver-before", f"How many {things} did {giver.name} have at first?", "e + c"),
        ("net", f"How many more {things} did {name} get from {giver.name} than {taker.name} got from {name}?", "c - b"),
        (
            "all",
            f"How many {things} did {name} and {taker.name} have {ALL} before anything was {give.participle}?",
            "a + d",
        ),
        ("taker-than-giver", f"How many more {things} does {taker.name} have now than {giver.name}?", "d + b - e"),
    )
    ranges = {"a": (25, 90), "b": (3, 20), "c": (5, 40), "d": (20, 60), "e": (2, 21)}
    return story(draw, "given-and-received", facts, rows, who=who, ranges=ranges, things=things, always=(0, 1, 2))


def album(draw: Draw) -> Scene:
    """An album with equal pages, some of it empty, and loose pieces."""
    who, add, lose = draw.person(), draw.verb("gain"), draw.verb("lose")
    name, thing = who.name, draw.pick("stamp", "card", "picture", "coin", "badge", "drawing")
    things = f"{thing}s"
    book = draw.pick("album", "folder", "binder")
    facts = (
        f"[{name}'s {book} has <a> pages.|{name} bought a new {book} with <a> pages."
        f"|There are <a> pages in {name}'s {book}.]",
        f"[Each page holds <b> {things}.|<b> {things} fit on one page.|On each page there is room for <b> {things}.]",
        f"[<c> pages are full, the others empty.|{name} has filled <c> pages.|So far <c> pages are full.]",
        f"[{name} also has <d> loose {things}.|<d> {things} are not in the {book} yet.]",
        f"[Last week {name} {lose.past} <e> {things}.|<e> {things} of {name}'s were damaged.]",
    )
    rows = (
        ("room", f"How many {things} fit into the whole {book}?", "a * b"),
        ("in-album", f"How many {things} are in the {book} now?", "c * b"),
        ("all", f"How many {things} does {name} have, the loose ones included?", "c * b + d"),
        ("empty-pages", f"How many pages of the {book} are empty?", "a - c"),
        ("empty-room", f"How many more {things} fit into the {book}?", "(a - c) * b"),
        ("new-pages", f"How many pages could <m> more {things} fill?", "m / b"),
        (
            "after-adding",
            f"[{name} {add.present3} <m> {things}. How many loose {things} are there then?"
            f"|If {name} {add.present3} <m> {things}, how many loose ones will there be?]",
            "d + m",
        ),
    )
    ranges = {"a": (12, 40), "b": (2, 12), "c": (2, 11), "d": (3, 30), "e": (2, 10), "m": (8, 96)}
    return story(draw, "album-pages", facts, rows, who=who, ranges=ranges, things=things, always=(0, 2))


def colors(draw: Draw) -> Scene:
    """One container with two colors, and the rest of a third; another container beside it."""
    who, thing, box = draw.person(), draw.thing(), carton(draw)
    name, things = who.name, thing.many
    one, two, three, other = draw.color(), draw.color(), draw.color(), carton(draw)
    take = draw.verb("take_out")
    facts = (
        f"[There are <a> {things} in {name}'s {box.one}.|{name} has a {box.one} with <a> {things}."
        f"|{name}'s {box.one} holds <a> {things}.]",
        f"[<b> of the {things} are {one}.|<b> {things} in the {box.one} are {one}.|In this {box.one} <b> {things} "
        f"are {one}.]",
        f"[<c> of the {things} are {two}.|<c> {things} are {two}.|There are <c> {two} {things} in it.]",
        f"[The rest are {three}.|All the others are {three}.]",
        f"[In a {other.one} {name} has <d> {one} {things}.|A {other.one} beside it holds <d> {one} {things}.]",
        f"[{name} {take.past} <e> {one} {things} from the {box.one}."
        f"|<e> {one} {things} were {take.participle} from the {box.one}.]",
    )
    rows = (
        ("color-dealt", dealt(f"all the {things} that the {box.one} held at first"), "a / n"),
        ("third-color", f"How many {three} {things} are there in the {box.one}?", "a - b - c"),
        ("not-first", f"How many of the {things} in the {box.one} are not {one}?", "a - b"),
        ("both-boxes", f"How many {one} {things} were in the {box.one} and the {other.one} {ALL} at first?", "b + d"),
        ("first-more", f"How many more {one} than {two} {things} were in the {box.one} at first?", "b - c"),
        ("first-left", f"How many {one} {things} are still in the {box.one}?", "b - e"),
        ("box-left", f"How many {things} are still in the {box.one}?", "a - e"),
        ("two-colors", f"How many {one} and {two} {things} did the {box.one} hold at first {ALL}?", "b + c"),
    )
    ranges = {"a": (30, 90), "b": (8, 20), "c": (2, 7), "d": (3, 30), "e": (2, 7)}
    return story(draw, "colors-in-a-box", facts, rows, who=who, ranges=ranges, always=(0, 1, 3), noise=_tidying(draw))


def unknown_collection(draw: Draw) -> Scene:
    """Told backwards: what was there before a loss and a gain, and what a friend has more."""
    who, friend = draw.people(2)
    name, other, things = who.name, friend.name, draw.thing("collectible").many
    gain, lose = draw.verb("gain"), draw.verb("lose")
    facts = (
        f"[{name} had some {things}.|{name} had a box of {things}, nobody knows how many."
        f"|Some {things} were {name}'s.]",
        f"[First [{name}|{who.they}] {gain.past} <a> more.|[{name}|{who.they}] {gain.past} <a> {things}.]",
        f"[Then [{name}|{who.they}] {lose.past} <b> of them.|Later {who.they} {lose.past} <b>.|After that [{name}"
        f"|{who.they}] "
        f"{lose.past} <b> {things}.]",
        f"[Now {name} has <c> {things}.|<c> {things} are there now.|In the end {name} had <c> {things}.]",
        f"[{other} has <d> {things}.|<d> {things} are {other}'s.]",
    )
    rows = (
        ("end-dealt", dealt(f"the {things} that {name} has now"), "c / n"),
        (
            "at-first",
            f"[How many {things} did {name} have at first?|How many {things} were there in the beginning?"
            f"|With how many {things} did {name} start?]",
            "c + b - a",
        ),
        ("between", f"How many {things} did {name} have just before some were {lose.participle}?", "c + b"),
        ("net", f"By how many is the number of {name}'s {things} now greater than at first?", "a - b"),
        ("than-friend", f"How many more {things} does {name} have now than {other}?", "c - d"),
        ("both", f"How many {things} do {name} and {other} have {ALL} now?", "c + d"),
        ("friend-then", f"How many more {things} than {other} did {name} have before the loss?", "c + b - d"),
    )
    ranges = {"a": (10, 30), "b": (2, 9), "c": (40, 120), "d": (3, 39)}
    return story(
        draw, "collection-backwards", facts, rows, who=who, ranges=ranges, always=(0, 1, 2, 3), noise=_tidying(draw)
    )


def _tidying(draw: Draw) -> tuple[str, ...]:
    """What is told of a room and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|{one.name} slept for <s> minutes.]",
        f"[{two.name} paid $<r> for lunch.|{two.name} has <r> friends.|There are <r> chairs in the room.]",
    )


FAMILIES: dict[str, Maker] = {
    "three-owners": three_owners,
    "both-ways-compared": mixed_differences,
    "kinds-in-a-collection": kinds_compared,
    "given-and-received": given_and_received,
    "album-pages": album,
    "colors-in-a-box": colors,
    "collection-backwards": unknown_collection,
}
