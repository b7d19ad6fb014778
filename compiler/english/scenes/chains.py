"""Scenes of three and four steps: groups and what is loose, shares of a rest, comparisons that are then added."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, carton, dealt, had, left, more
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def packed_and_loose(draw: Draw) -> Scene:
    """Full boxes and loose things of the same kind, some of which go to a friend."""
    who, friend = draw.people(2)
    thing, box, gain, give = draw.thing(), carton(draw), draw.verb("buy"), draw.verb("give")
    name, things, boxes = who.name, thing.many, box.many
    facts = (
        f"[{name} {gain.past} <a> {boxes} of {things}.|{name} has <a> {boxes} full of {things} at home."
        f"|On the shelf {name} keeps <a> {boxes} of {things}.|There are <a> {boxes} with {things} in {name}'s room.]",
        f"[Each {box.one} holds <b> {things}.|There are <b> {things} in [each|every] {box.one}."
        f"|<b> {things} fit into one {box.one}, and all the {boxes} are full.|Every {box.one} contains <b> {things}.]",
        f"[[{name}|{who.they}] also has <c> loose {things}.|Another <c> {things} of {name}'s "
        f"are loose, in no {box.one} at all."
        f"|{who.they} also found <c> loose {things} in a drawer.|<c> {things} did not fit and lie loose on the desk.]",
        f"[Then {name} {give.past} <d> {things} to {friend.name}.|{name} {give.past} <d> of "
        f"the {things} to {friend.name}."
        f"|Later, <d> {things} were {give.participle} to {friend.name} by {name}.]",
    )
    rows = (
        ("loose-dealt", dealt(f"the loose {things}"), "c / n"),
        ("packed", f"How many {things} are [packed |]in the {boxes} {ALL}?", "a * b"),
        (
            "before",
            f"[How many {things} did {name} have before {friend.name} got any?"
            f"|How many {things}, packed and loose together, did {name} have at first?]",
            "a * b + c",
        ),
        ("now", had(name, things), "a * b + c - d"),
        (
            "more-packed",
            f"[How many more {things} are in the {boxes} than loose?"
            f"|How many fewer loose {things} are there than packed ones?]",
            "a * b - c",
        ),
        (
            "one-opened",
            f"[If one {box.one} is emptied onto the loose {things}, how many loose {things} will there be?"
            f"|{name} opens one {box.one} and puts its {things} with the loose ones. How many are loose then?]",
            "b + c",
        ),
        (
            "boxes-lent",
            f"[{name} lends <e> of the {boxes} to a neighbor. How many {boxes} [remain|are left]?"
            f"|If <e> {boxes} are sent away, how many {boxes} [stay|are left]?]",
            "a - e",
        ),
    )
    return story(
        draw,
        "packed-and-loose",
        facts,
        rows,
        who=who,
        things=things,
        always=(0,),
        ranges={"a": (3, 20), "b": (3, 30), "c": (2, 12), "d": (2, 9), "e": (2, 8)},
    )


def two_packings(draw: Draw) -> Scene:
    """Things of one kind in two sorts of containers."""
    who, thing, box, bag = draw.person(), draw.thing(), carton(draw), carton(draw)
    name, things, lose = who.name, thing.many, draw.verb("lose")
    facts = (
        f"[{name} has <a> {box.many} with <b> {things} in each.|{name} filled <a> {box.many} with <b> {things} each."
        f"|There are <a> {box.many} of <b> {things} in {name}'s room.|{name} put <b> {things} into "
        f"each of <a> {box.many}.]",
        f"[[{name}|{who.they}] also has <c> {bag.many} with <d> {things} in each.|<d> {things} are in each of {name}'s "
        f"<c> {bag.many}.|There are <c> {bag.many}, too, that hold <d> {things} apiece.]",
        f"[During the week {name} {lose.past} <e> of the {things}.|By Friday {name} had {lose.participle} <e> {things}."
        f"|Later {name} {lose.past} <e> {things}.]",
    )
    rows = (
        ("bags-alike", f"Into how many {bag.many} like these do <n> {things} go?", "n / d"),
        ("all", f"How many {things} did {name} have {ALL} at first?", "a * b + c * d"),
        ("boxes-only", f"How many {things} did the {box.many} hold at first?", "a * b"),
        ("bags-only", f"How many {things} did the {bag.many} hold {ALL} at first?", "c * d"),
        (
            "difference",
            f"[How many more {things} were put in the {box.many} than in the {bag.many}?"
            f"|How many fewer {things} did the {bag.many} hold {ALL} than the {box.many}?]",
            "a * b - c * d",
        ),
        ("left", left(name, things), "a * b + c * d - e"),
        (
            "containers",
            f"[How many {box.many} and {bag.many} are there {ALL}?|How many containers does {name} have {ALL}?]",
            "a + c",
        ),
        ("one-of-each", f"How many {things} fill one {box.one} and one {bag.one} together?", "b + d"),
        ("fuller", f"How many more {things} does one full {box.one} hold than one full {bag.one}?", "b - d"),
    )
    ranges = {"a": (3, 15), "b": (4, 30), "c": (2, 12), "d": (2, 20), "e": (2, 9)}
    ranges |= {"n": (6, 160)}
    return story(draw, "two-packings", facts, rows, who=who, things=things, ranges=ranges)


def spent_then_shared(draw: Draw) -> Scene:
    """Some are eaten, and what remains is shared equally."""
    who, friend = draw.people(2)
    thing, group, eat, get = draw.thing("food"), draw.group(), draw.verb("consume"), draw.verb("buy")
    name, things, guests = who.name, thing.many, group.many
    facts = (
        f"[{name} {get.past} <a> {things}.|There were <a> {things} on {name}'s table."
        f"|{name} had <a> {things} for the party.|<a> {things} were ready in {name}'s kitchen.]",
        f"[{name} {eat.past} <b> of them at once.|Before anyone came, {name} {eat.past} <b> {things}."
        f"|<b> of them were {eat.participle} before the guests came.]",
        f"[The rest was divided equally among <c> {guests}.|The other {things} were shared evenly by <c> {guests}."
        f"|Then <c> {guests} got the rest, the same number of {things} each.]",
        f"[{friend.name} brought <d> {things} of {friend.their} own.|At home, {friend.name} still had <d> {things}.]",
    )
    rows = (
        (
            "each",
            f"[How many {things} did each of the {guests} get?|How many {things} did each {group.one} receive?"
            f"|What was the share of each {group.one}?]",
            "(a - b) / c",
        ),
        ("rest", f"How many {things} were [shared|left to share|divided among the {guests}]?", "a - b"),
        (
            "all-shared",
            f"[If all of {name}'s {things} had been shared among the {guests} instead, how many would each have got?"
            f"|How many {things} would each {group.one} have got if none had been {eat.participle} before?]",
            "a / c",
        ),
        ("both-had", f"How many {things} did {name} and {friend.name} have {ALL} at first?", "a + d"),
        ("more-than-friend", f"At first, how many more {things} did {name} have than {friend.name}?", "a - d"),
    )
    ranges = {"a": (26, 150), "b": (2, 18), "c": (2, 9), "d": (3, 25)}
    return story(draw, "spent-then-shared", facts, rows, who=who, things=things, always=(0, 1, 2), ranges=ranges)


def compare_then_total(draw: Draw) -> Scene:
    """An owner, another with more or fewer, a third with a multiple; who has what, and all together."""
    first, second, third = (person.name for person in draw.people(3))
    things = draw.thing().many
    sign, word = draw.rng.choice((("+", "more"), ("-", "fewer")))
    twice = draw.rng.random() < 0.5
    mark, times = ("<k=twice>", "k") if twice else ("<m> times", "m")
    has = draw.pick("has", "owns", "keeps")
    other = f"a {sign} b"
    facts = (
        f"[{first} {has} <a> {things}.|<a> {things} belong to {first}.]",
        f"[{second} {has} <b> {word} {things} than {first}.|{second}, compared with {first}, {has} <b> {word} {things}."
        f"|{second} {has} <b> {word} than {first}.]",
        f"[{third} {has} {mark} as many {things} as {first}.|{third} {has} {mark} as many as {first}.]",
        f"[They need <c> {things} for the show.|They would like to have <c> {things} one day."
        f"|For a prize, <c> {things} are needed.]",
    )
    rows = (
        ("first-dealt", dealt(f"the {things} of {first}"), "a / n"),
        ("second", f"How many {things} does {second} have?", other),
        ("third", f"How many {things} does {third} have?", f"{times} * a"),
        ("two", f"How many {things} do {first} and {second} have {ALL}?", f"a + ({other})"),
        ("other-two", f"How many {things} do {first} and {third} have {ALL}?", f"a + {times} * a"),
        ("third-than-second", more(third, second, things), f"{times} * a - ({other})"),
        ("third-than-first", more(third, first, things), f"{times} * a - a"),
        ("missing", f"How many more {things} [does|would] {first} alone need to reach that number?", "c - a"),
    )
    return story(
        draw,
        "compare-then-total",
        facts,
        rows,
        shuffle=True,
        things=things,
        always=(0,),
        fixed={"k": 2} if twice else {},
        ranges={"a": (12, 60), "b": (2, 11), "c": (100, 400)} | ({} if twice else {"m": (3, 6)}),
    )


def gathered_then_packed(draw: Draw) -> Scene:
    """Two people's harvest, of which some is bad, goes into boxes."""
    first, second = draw.people(2)
    thing, box, pick = draw.thing("fruit"), carton(draw), draw.verb("pick")
    things, boxes = thing.many, box.many
    facts = (
        f"[{first.name} {pick.past} <a> {things}.|On the farm {first.name} {pick.past} <a> {things}."
        f"|<a> {things} were {pick.participle} by {first.name}.]",
        f"[{second.name} {pick.past} <b> {things}.|{second.name} {pick.past} another <b>."
        f"|<b> {things} came from {second.name}.]",
        f"[<c> of all the {things} were [rotten|bad|too soft] and were thrown away."
        f"|They found that <c> {things} were [rotten|bad] and threw them away.]",
        f"[They put the good ones into {boxes} of <d>.|Each {box.one} was filled with <d> good {things}."
        f"|The good {things} went into {boxes} that hold <d> {things} each.]",
    )
    rows = (
        ("first-alone", dealt(f"all the {things} of {first.name}"), "a / n"),
        ("boxes", f"How many {boxes} did they [need|fill|use]?", "(a + b - c) / d"),
        ("all", f"How many {things} did {first.name} and {second.name} {pick.base} {ALL}?", "a + b"),
        ("good", f"How many good {things} did they have?", "a + b - c"),
        ("more", more(first.name, second.name, things, pick.base), "a - b"),
        (
            "none-bad",
            f"[If none of the {things} had been bad, how many {boxes} would they have filled?"
            f"|How many {boxes} would all the {things} that were {pick.participle} have filled?]",
            "(a + b) / d",
        ),
        (
            "one-alone",
            f"How many {boxes} would the {things} that {second.name} {pick.past} have filled alone?",
            "b / d",
        ),
    )
    ranges = {"a": (30, 120), "b": (15, 110), "c": (2, 25), "d": (3, 10)}
    return story(draw, "gathered-then-packed", facts, rows, things=things, always=(0, 1, 2), ranges=ranges)


def two_growths(draw: Draw) -> Scene:
    """Two collections at two times: how much each grew, and the difference of the differences."""
    first, second = (person.name for person in draw.people(2))
    things = draw.thing("collectible").many
    then, now = draw.rng.choice((("last year", "this year"), ("in May", "in June"), ("at first", "at the end")))
    facts = (
        f"[{then}, {first} had <a> {things}.|{first} had <a> {things} {then}.]",
        f"[{now}, {first} had <b> {things}.|{now} the collection of {first} held <b> {things}.]",
        f"[{second} had <c> {things} {then}.|{then}, {second}'s collection had <c> {things}.]",
        f"[{now}, {second} had <d> {things}.|{second} had <d> {things} {now}.]",
    )
    rows = (
        ("now-dealt", dealt(f"the {things} that {first} had {now}"), "b / n"),
        ("first-gain", f"How many {things} did {first} add to the collection?", "b - a"),
        ("second-gain", f"By how many {things} did {second}'s collection grow?", "d - c"),
        (
            "gain-difference",
            f"[How many more {things} did {first} add to the collection than {second}?"
            f"|By how many {things} more did {first}'s collection grow than {second}'s?]",
            "(b - a) - (d - c)",
        ),
        ("both-gains", f"How many {things} did the two of them add {ALL}?", "(b - a) + (d - c)"),
        ("both-then", f"How many {things} did {first} and {second} have together {then}?", "a + c"),
        ("both-now", f"How many {things} did {first} and {second} have together {now}?", "b + d"),
        ("lead-now", f"How many more {things} than {second} did {first} have {now}?", "b - d"),
        ("lead-then", f"How many more {things} did {second} have {then} than {first}?", "c - a"),
    )
    ranges = {"a": (3, 30), "b": (50, 150), "c": (10, 60), "d": (61, 100)}
    return story(draw, "two-growths", facts, rows, things=things, ranges=ranges, shuffle=True)


FAMILIES: dict[str, Maker] = {
    "packed-and-loose": packed_and_loose,
    "two-packings": two_packings,
    "spent-then-shared": spent_then_shared,
    "compare-then-total": compare_then_total,
    "gathered-then-packed": gathered_then_packed,
    "two-growths": two_growths,
}
