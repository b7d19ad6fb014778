"""Scenes of measures: lengths that grow and are cut, temperatures, ways, weights, tanks."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def growth(draw: Draw) -> Scene:
    """Two plants that grow over two weeks, of which one is cut."""
    one, other = draw.rng.sample(("sunflower", "bean plant", "vine", "bamboo", "corn stalk", "rose bush"), 2)
    who = draw.person()
    grew = _change(draw, "grow", ("swell", "expand", "rise", "increase", "go up"))
    unit = draw.pick("inches", "centimeters", "cm")
    facts = (
        f"[{who.name}'s {one} was <a> {unit} tall.|At first, {who.name}'s {one} was <a> {unit} tall.]",
        f"[In the first week the {one} {grew} by <b> {unit}.|The {one} {grew} <b> {unit} in the first week.]",
        f"[In the second week the {one} {grew} by <c> {unit}.|In the second week the {one} {grew} another <c>.]",
        f"[{who.name} cut off <d> {unit} from the top of the {one}.|Then <d> {unit} were cut from the {one}.]",
        f"[The {other} beside it is <e> {unit} tall.|{who.name} also has a {other} of <e> {unit}.]",
    )
    rows = (
        ("after-weeks", f"How tall was the {one} after the two weeks, before anything was cut?", "a + b + c"),
        ("after-one", f"How tall was the {one} after the first week?", "a + b"),
        ("grown", f"By how many {unit} did the {one} grow in the <t> weeks {ALL}?", "b + c"),
        ("grew-more", f"How many more {unit} did the {one} grow in the second week than in the first?", "c - b"),
        ("now", f"How tall is the {one} now?", "a + b + c - d"),
        ("other-taller", f"How many {unit} taller than the {one} was at first is the {other}?", "e - a"),
        ("both", f"At first, what was the height of the {one} and the {other} together?", "a + e"),
    )
    ranges = {"a": (20, 80), "b": (2, 14), "c": (3, 18), "d": (2, 15), "e": (81, 200)}
    return story(
        draw, "plant-growth", facts, rows, ranges=ranges, fixed={"t": 2}, always=(0, 1, 2, 3), noise=_people(draw)
    )


def cuts(draw: Draw) -> Scene:
    """A length from which pieces are cut, and another that is sewn on."""
    who, cut = draw.person(), draw.verb("cut")
    name = who.name
    thing = draw.pick("string", "wire", "cloth", "hose", "chain", "thread")
    unit, one = draw.rng.choice(
        (("feet", "foot"), ("meters", "meter"), ("inches", "inch"), ("centimeters", "centimeter"))
    )
    facts = (
        f"[{name} has a {thing} of <a> {unit}.|{name} bought <a> {unit} of {thing}.|{name}'s {thing} is <a> {unit} "
        "long.]",
        f"[{name} {cut.past} off <b> {unit} for a friend.|First {name} {cut.past} off a piece of <b> {unit}.]",
        f"[Then {who.they} {cut.past} off <c> {unit} more.|Another piece of <c> {unit} was {cut.participle} off.]",
        f"[The rest was {cut.participle} into pieces of <d> {unit}.|{name} {cut.past} what was left into pieces, each "
        f"<d> {unit} long.]",
        f"[For a tent, <e> {unit} are needed.|{name}'s neighbor has <e> {unit} of it.]",
    )
    rows = (
        ("rest", f"How many {unit} of {thing} were left after the first two cuts?", "a - b - c"),
        ("pieces", f"Into how many pieces was the rest {cut.participle}?", "(a - b - c) / d"),
        ("cut-off", f"How many {unit} were {cut.participle} off {ALL} in the first two cuts?", "b + c"),
        ("after-one", f"How long was the {thing} after the first cut, in {unit}?", "a - b"),
        ("longer", f"How much longer was the first piece than the second, in {unit}?", "b - c"),
        (
            "price",
            f"[One {one} cost $<m>. How much did {name} pay for the whole {thing}?"
            f"|At $<m> for each {one}, what did the whole {thing} cost?]",
            "a * m",
        ),
        (
            "uncut",
            f"If all of the {thing} had been {cut.participle} into pieces of the same small size, how "
            "many would it give?",
            "a / d",
        ),
    )
    ranges = {"a": (40, 160), "b": (5, 18), "c": (3, 17), "d": (2, 9), "e": (4, 30), "m": (2, 9)}
    return story(draw, "cut-pieces", facts, rows, who=who, ranges=ranges, always=(0, 1, 2), noise=_people(draw))


def temperature(draw: Draw) -> Scene:
    """The temperature over a day in two places: rises and falls, known or not."""
    here, there = draw.place(), draw.place()
    up, down = _change(draw, "grow"), _change(draw, "shrink")
    facts = (
        f"[In the morning it was <a> degrees at the {here}.|At the {here} the morning began with <a> degrees.]",
        f"[By noon the temperature there {up} by <b> degrees.|Until noon it {up} <b> degrees at the {here}.]",
        f"[In the evening it {down} by <c> degrees.|Then the temperature at the {here} {down} <c> degrees.]",
        f"[At noon it was <d> degrees at the {there}.|The noon temperature at the {there} was <d> degrees.]",
    )
    rows = (
        ("noon", f"What was the temperature at the {here} at noon?", "a + b"),
        ("evening", f"How many degrees was it at the {here} in the evening?", "a + b - c"),
        ("noon-difference", f"At noon, how many degrees warmer was it at the {here} than at the {there}?", "a + b - d"),
        ("whole-day", f"How many degrees colder was it at the {here} in the evening than in the morning?", "c - b"),
        ("turn", f"Before noon and after noon the temperature changed. By how many degrees {ALL}?", "b + c"),
    )
    ranges = {"a": (40, 70), "b": (3, 20), "c": (6, 30), "d": (20, 42)}
    return story(draw, "temperatures", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_people(draw))


def _change(draw: Draw, frame: str, but: tuple[str, ...] = ("grow", "swell", "expand", "shrink", "sink")) -> str:
    """The past of a verb of change, but not of those that the thing cannot do."""
    while (verb := draw.verb(frame)).base in but:
        pass
    return verb.past


def walks(draw: Draw) -> Scene:
    """Distances of two people, to a place and further."""
    who, friend = draw.people(2)
    name, other, go = who.name, friend.name, draw.verb("walk")
    place, next_place = draw.place(), draw.place()
    unit = draw.pick("miles", "kilometers", "blocks")
    facts = (
        f"[{name} {go.past} <a> {unit} to the {place}.|{name} {go.past} to the {place}, which is <a> {unit} away.]",
        f"[From the {place} {who.they} {go.past} <b> {unit} to the {next_place}.|Then {name} {go.past} <b> "
        f"{unit} to the "
        f"{next_place}.]",
        f"[{other} {go.past} <c> {unit} that day.|That day, {other} {go.past} <c> {unit}.]",
        f"[{name} wanted to {go.base} <d> {unit} that day.|The goal of {name} was <d> {unit} in one day.]",
    )
    rows = (
        ("hours", f"{other} made <n> {unit} an hour. How many hours did it take {friend.them}?", "c / n"),
        ("total", f"How far did {name} {go.base} {ALL}, in {unit}?", "a + b"),
        ("than-friend", f"How many more {unit} did {other} {go.base} than {name}?", "c - (a + b)"),
        ("both", f"How many {unit} did {name} and {other} {go.base} {ALL}?", "a + b + c"),
        ("missing", f"How many {unit} were missing from {name}'s goal?", "d - a - b"),
        (
            "second-longer",
            f"How many {unit} longer was {name}'s way to the {next_place} than the one to the {place}?",
            "b - a",
        ),
        ("first-part", f"How many {unit} of {name}'s goal were still to {go.base} at the {place}?", "d - a"),
        ("friend-first", f"By how many {unit} is {other}'s way longer than the way to the {place}?", "c - a"),
    )
    scale = draw.rng.choice((1, 1, 3, 10))
    ranges = {"a": (2 * scale, 12 * scale), "b": (3 * scale, 15 * scale), "c": (28 * scale, 40 * scale)}
    ranges |= {"d": (29 * scale, 50 * scale)}
    return story(draw, "two-walkers", facts, rows, who=who, ranges=ranges, always=(0, 1), noise=_people(draw))


def weights(draw: Draw) -> Scene:
    """Boxes that weigh the same, one empty truck, and a limit."""
    thing, box = draw.thing("school"), draw.pick("box", "crate", "carton")
    boxes = f"{box}es" if box == "box" else f"{box}s"
    who = draw.person()
    unit = draw.pick("pounds", "kilograms", "kg")
    facts = (
        f"[{who.name} has <a> {boxes} of {thing.many}.|There are <a> {boxes} of {thing.many} for {who.name}.]",
        f"[Each {box} weighs <b> {unit}.|A {box} weighs <b> {unit}.|The weight of one {box} is <b> {unit}.]",
        f"[An empty cart weighs <c> {unit}.|The cart weighs <c> {unit} when empty.]",
        f"[The bridge can bear <d> {unit}.|The limit of the bridge is <d> {unit}.]",
        f"[There are <e> {thing.many} in each {box}.|In each {box} are <e> {thing.many}.]",
    )
    rows = (
        ("two-to-a-cart", f"If <n> {boxes} go on a cart each time, how many times must it go?", "a / n"),
        ("load", f"How many {unit} do the {boxes} weigh {ALL}?", "a * b"),
        ("loaded", f"What does the cart weigh, in {unit}, with all the {boxes} on it?", "a * b + c"),
        (
            "spare",
            f"With all the {boxes} on the cart, how many {unit} below the limit of the bridge is it?",
            "d - (a * b + c)",
        ),
        ("things", f"How many {thing.many} are there {ALL}?", "a * e"),
        (
            "some-taken",
            f"[{who.name} puts only <m> {boxes} on the cart. How much does it weigh then, in {unit}?"
            f"|How many {unit} is the cart with just <m> {boxes}?]",
            "m * b + c",
        ),
        ("remaining", f"{who.name} carries <m> {boxes} away. How many {boxes} remain?", "a - m"),
        ("one-each", f"How many {unit} more than one {box} does the empty cart weigh?", "c - b"),
    )
    ranges = {"a": (8, 20), "b": (3, 20), "c": (21, 60), "d": (470, 600), "e": (4, 30), "m": (2, 7)}
    return story(draw, "cart-and-boxes", facts, rows, who=who, ranges=ranges, always=(0,), noise=_people(draw))


def tank(draw: Draw) -> Scene:
    """A tank that is filled and drained, by minutes and at once."""
    liquid = draw.pick("water", "oil", "milk", "juice")
    unit = draw.pick("liters", "gallons", "buckets")
    box = draw.pick("tank", "pool", "barrel", "pond") if liquid == "water" else draw.pick("tank", "barrel")
    fill, drain = draw.pick("pours", "pumps", "lets"), draw.pick("drains", "takes", "leaks")
    facts = (
        f"[A {box} holds <a> {unit} of {liquid} now.|There are <a> {unit} of {liquid} in a {box}.]",
        f"[A pipe {fill} <b> {unit} into it every minute.|Every minute <b> {unit} flow into the {box}.]",
        f"[A hole {drain} <c> {unit} a minute.|Every minute <c> {unit} get lost through a hole.]".replace(
            " takes ", " lets out "
        ),
        f"[The {box} is full with <d> {unit}.|A full {box} has <d> {unit}.]",
    )
    rows = (
        ("to-fill", f"How many {unit} are missing until the {box} is full?", "d - a"),
        ("flows-in", f"How many {unit} flow into the {box} in <m> minutes?", "b * m"),
        ("net", f"By how many {unit} does what is in the {box} grow each minute?", "b - c"),
        ("net-minutes", f"By how many {unit} does what is in the {box} grow in <m> minutes?", "(b - c) * m"),
        ("lost", f"How many {unit} get lost through the hole in <m> minutes?", "c * m"),
        ("then", f"How many {unit} are in the {box} after <m> minutes?", "a + (b - c) * m"),
    )
    ranges = {"a": (20, 150), "b": (8, 20), "c": (2, 7), "d": (400, 900), "m": (3, 15)}
    return story(draw, "tank", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_people(draw))


def _people(draw: Draw) -> tuple[str, ...]:
    """What is told of people nearby and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|{one.name} came <s> minutes late.]",
        f"[{two.name} lives <q> miles away.|{two.name} watched for <q> minutes.]",
        "[A ticket for two cost $<r>.|It took <r> minutes to get there.]",
    )


FAMILIES: dict[str, Maker] = {
    "plant-growth": growth,
    "cut-pieces": cuts,
    "temperatures": temperature,
    "two-walkers": walks,
    "cart-and-boxes": weights,
    "tank": tank,
}
