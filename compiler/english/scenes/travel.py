"""Scenes of travel: bus stops, roads, trains, parking, towns at two times."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, more
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def bus_stops(draw: Draw) -> Scene:
    """Passengers who get on and off at two stops; seats, tickets."""
    ride = draw.pick("bus", "train", "ferry", "tram")
    on, off = draw.verb("board"), draw.verb("alight")
    people = draw.pick("people", "passengers", "travelers")
    place = draw.pick("station", "harbor", "market", "square")
    facts = (
        f"[A {ride} left the {place} with <a> {people}.|<a> {people} were on a {ride} that left the {place}."
        f"|There were <a> {people} on a {ride}.]",
        f"[At the first stop <b> {people} {off.past}.|<b> {people} {off.past} at the first stop.]",
        f"[At the second stop <c> {people} {on.past}.|Then, at the second stop, <c> more {people} {on.past}.]",
        f"[At the third stop <d> {people} {off.past}.|<d> {people} {off.past} at the third stop.]",
        f"[The {ride} has <e> seats.|There are <e> seats on the {ride}.]",
        "[Each ticket costs $<m>.|Everyone who gets on pays $<m>.]",
    )
    rows = (
        ("rows", "The seats are in rows of <n>. How many rows are there?", "e / n"),
        ("after-three", f"How many {people} were on the {ride} after the third stop?", "a - b + c - d"),
        ("after-two", f"How many {people} were on the {ride} between the second and the third stop?", "a - b + c"),
        ("after-one", f"How many {people} were still on the {ride} after the first stop?", "a - b"),
        ("off", f"How many {people} {off.past} {ALL} at the first and the third stop?", "b + d"),
        ("empty", "How many seats were empty before the first stop?", "e - a"),
        ("empty-later", "Everyone sits. How many seats were empty after the second stop?", "e - (a - b + c)"),
        ("fares", f"How much did the {people} who {on.past} at the second stop pay {ALL}?", "c * m"),
        ("net", f"How many more {people} {on.past} at the second stop than {off.past} at the first?", "c - b"),
    )
    ranges = {"a": (20, 45), "b": (2, 9), "c": (3, 20), "d": (2, 10), "e": (70, 120), "m": (2, 9)}
    return story(draw, "stops-on-a-line", facts, rows, ranges=ranges, always=(0,), noise=_along_the_way(draw))


def stops_unknown(draw: Draw) -> Scene:
    """The same told backwards: how many were there first, or how many got on, is not told."""
    ride = draw.pick("bus", "train", "ferry", "boat")
    on, off = draw.verb("board"), draw.verb("alight")
    people = draw.pick("people", "passengers", "children", "tourists")
    facts = (
        f"[Some {people} were on a {ride}.|A {ride} had some {people} on it.]",
        f"[At the market <a> {people} {off.past}.|<a> {people} {off.past} at the market.]",
        f"[At the bridge <b> {people} {on.past}.|<b> more {people} {on.past} at the bridge.]",
        f"[Then there were <c> {people} on the {ride}.|The {ride} went on with <c> {people}."
        f"|Now <c> {people} are on the {ride}.]",
        f"[The driver has driven for <d> years.|The {ride} is <d> years old.]",
    )
    rows = (
        ("first", f"How many {people} were on the {ride} at first?", "c - b + a"),
        ("between", f"How many {people} were on the {ride} between the market and the bridge?", "c - b"),
        ("net", f"How many more {people} {off.past} at the market than {on.past} at the bridge?", "a - b"),
        ("next", f"At the lake <e> more {off.base}. How many {people} are left on the {ride}?", "c - e"),
    )
    ranges = {"a": (9, 30), "b": (2, 8), "c": (30, 60), "d": (2, 40), "e": (3, 25)}
    return story(draw, "stops-backwards", facts, rows, ranges=ranges, always=(0, 1, 2, 3), noise=_along_the_way(draw))


def road_trip(draw: Draw) -> Scene:
    """Miles of a trip over days, at a speed, with a pause."""
    who, friend = draw.people(2)
    name, go = who.name, draw.pick("drove", "rode", "traveled")
    unit = draw.pick("miles", "kilometers")
    town, other = draw.rng.sample(("Riverton", "Hilltown", "Lakeside", "Westport", "Oakville", "Sandy Bay"), 2)
    facts = (
        f"[It is <a> {unit} from {town} to {other}.|The road from {town} to {other} is <a> {unit} long.]",
        f"[On the first day {name} {go} <b> {unit} of it.|{name} {go} <b> {unit} of this road on the first day.]",
        f"[On the second day {name} {go} <c> {unit} more.|The second day brought {name} <c> {unit} farther.]",
        f"[In one hour {name} covers <d> {unit}.|Each hour {name} makes <d> {unit}.|The speed of {name} is <d> "
        f"{unit} an hour.]",
        f"[{friend.name} {go} <e> {unit} on the first day.|<e> {unit} were {friend.name}'s way on the first day.]",
    )
    rows = (
        ("left", f"How many {unit} are left for {name} after the two days?", "a - b - c"),
        ("done", f"How many {unit} did {name} cover in the <t> days {ALL}?", "b + c"),
        ("left-one", f"How many {unit} of the road were left after the first day?", "a - b"),
        ("more-second", f"How many more {unit} did {name} cover on the second day than on the first?", "c - b"),
        ("hours-all", f"How many hours does the whole road take {name}?", "a / d"),
        ("hours-left", f"How many hours does {name} still need after the two days?", "(a - b - c) / d"),
        ("friend", f"How many more {unit} did {friend.name} cover on the first day than {name}?", "e - b"),
        ("in-hours", f"How many {unit} does {name} cover in <m> hours?", "d * m"),
    )
    ranges = {"a": (200, 600), "b": (30, 90), "c": (31, 99), "d": (10, 60), "e": (91, 150), "m": (2, 9)}
    return story(
        draw,
        "long-road",
        facts,
        rows,
        who=who,
        ranges=ranges,
        fixed={"t": 2},
        always=(0, 1, 2),
        noise=_along_the_way(draw),
    )


def towns(draw: Draw) -> Scene:
    """Two towns at two times: who moved in, who moved away, who was born."""
    town, other = draw.rng.sample(("Riverton", "Hilltown", "Lakeside", "Westport", "Oakville", "Sandy Bay"), 2)
    come, go = draw.pick("moved to", "came to"), draw.pick("moved away from", "left")
    facts = (
        f"[Last year <a> people lived in {town}.|{town} had <a> people last year.]",
        f"[Later <b> people {come} {town}.|This year <b> people {come} {town}.]",
        f"[This year <c> people {go} {town}.|<c> people {go} {town} this year.]",
        f"[<d> babies were born in {town} this year.|In {town} <d> children were born this year.]",
        f"[{other} has <e> people.|<e> people live in {other}.]",
    )
    rows = (
        ("now", f"How many people live in {town} now?", "a + b - c + d"),
        ("new", f"By how many people, new ones and newborn ones, was {town} made larger?", "b + d"),
        ("moved-net", f"How many more people {come} {town} than {go} it?", "b - c"),
        (
            "without-leaving",
            f"If nobody had left and nobody had been born, how many people would live in {town}?",
            "a + b",
        ),
        (
            "stayed",
            f"Of the people who lived in {town} last year, how many are still there, if only they left?",
            "a - c",
        ),
        ("more", f"How many fewer people than {town} had last year live in {other}?", "a - e"),
        ("both", f"How many people were there in {town} last year and are in {other} {ALL}?", "a + e"),
    )
    scale = draw.rng.choice((1, 10, 100))
    ranges = {"a": (50 * scale, 90 * scale), "b": (8 * scale, 20 * scale), "c": (2 * scale, 7 * scale)}
    ranges |= {"d": (2, 7 * scale), "e": (10 * scale, 49 * scale)}
    return story(draw, "town-at-two-times", facts, rows, ranges=ranges, always=(0, 1, 2, 3), noise=_along_the_way(draw))


def train_cars(draw: Draw) -> Scene:
    """Cars of a train with equal seats; cars that are taken off or put on."""
    seat = draw.pick("seats", "windows", "bunks", "doors")
    facts = (
        "[A train has <a> cars.|There are <a> cars on a train.|<a> cars make up a train.]",
        f"[Each car has <b> {seat}.|There are <b> {seat} in every car.]",
        "[At the border <c> cars were taken off.|<c> cars stayed behind at the border.]",
        "[<d> passengers are on the train.|The train carries <d> passengers.]",
        "[A second train has <e> cars.|The next train has <e> cars.]",
    )
    rows = (
        ("engines", "If one guard looks after <n> passengers, how many guards are needed?", "d / n"),
        ("seats", f"How many {seat} did the train have {ALL} before the border?", "a * b"),
        ("seats-left", f"How many {seat} did the train have after the border?", "(a - c) * b"),
        ("cars-left", "How many cars went on after the border?", "a - c"),
        ("lost-seats", f"How many {seat} did the train lose at the border?", "c * b"),
        (
            "per-car",
            "Before the border, the passengers were spread evenly over the cars. How many were in each?",
            "d / a",
        ),
        ("both-trains", f"How many cars do the two trains have {ALL} before the border?", "a + e"),
        ("some-cars", f"How many {seat} are there in <m> cars?", "m * b"),
    )
    ranges = {"a": (8, 16), "b": (12, 60), "c": (2, 6), "d": (64, 480), "e": (3, 15), "m": (2, 7)}
    return story(draw, "cars-of-a-train", facts, rows, ranges=ranges, always=(0,), noise=_along_the_way(draw))


def parking(draw: Draw) -> Scene:
    """A parking lot with floors, cars that come and go, what they pay."""
    place = draw.place()
    kind = draw.pick("cars", "cars", "trucks", "bikes")
    facts = (
        f"[The parking lot at the {place} has <a> floors.|There are <a> floors in the parking lot of the {place}.]",
        f"[Each floor has room for <b> {kind}.|<b> {kind} fit on every floor.]",
        f"[In the morning <c> {kind} were there.|<c> {kind} stood in the lot in the morning.]",
        f"[By noon <d> more {kind} had come.|Until noon <d> {kind} came to the lot.]",
        f"[Each of the {kind} pays $<e> a day.|The lot costs $<e> a day for each of the {kind}.]",
    )
    rows = (
        ("room", f"How many {kind} fit into the lot {ALL}?", "a * b"),
        ("free", f"How many more {kind} would have fitted into the lot in the morning?", "a * b - c"),
        ("noon", f"How many {kind} were there at noon, if none had left?", "c + d"),
        ("free-noon", f"If none left, how many more {kind} still fitted in at noon?", "a * b - c - d"),
        ("morning-money", f"How much do the {kind} of the morning pay for the day {ALL}?", "c * e"),
        ("all-money", f"How much do the {kind} of the morning and of noon pay for the day {ALL}?", "(c + d) * e"),
        (
            "leave",
            f"In the evening <m> {kind} had left. How many of those that had come were still there?",
            "c + d - m",
        ),
    )
    ranges = {"a": (3, 8), "b": (40, 60), "c": (15, 60), "d": (10, 50), "e": (2, 12), "m": (4, 20)}
    return story(draw, "parking-lot", facts, rows, ranges=ranges, always=(0,), noise=_along_the_way(draw))


def laps(draw: Draw) -> Scene:
    """Laps of one length on two days, by two people."""
    who, friend = draw.people(2)
    name, other, go = who.name, friend.name, draw.verb("walk")
    day, next_day = draw.day(), draw.day()
    facts = (
        "[A lap around the park is <a> meters long.|The track is <a> meters around.|One lap is <a> meters.]",
        f"[On {day}, {name} {go.past} <b> laps.|{name} {go.past} <b> laps on {day}.]",
        f"[On {next_day} {name} {go.past} <c> laps.|{name} {go.past} <c> laps on {next_day}.]",
        f"[{other} {go.past} <d> laps on {day}.|On {day} {other} {go.past} <d> laps.]",
        f"[{name} wants to {go.base} <e> laps every week.|The plan for {name} was <e> laps.]",
    )
    rows = (
        ("how-many-laps", "How many laps are <n> meters?", "n / a"),
        ("distance", f"How many meters did {name} {go.base} on the two days {ALL}?", "(b + c) * a"),
        ("laps", f"How many laps did {name} {go.base} {ALL}?", "b + c"),
        ("day-distance", f"How many meters did {name} {go.base} on {day}?", "b * a"),
        ("farther", f"On {day}, how many meters farther than {name} did {other} {go.base}?", "(d - b) * a"),
        ("laps-both", f"How many laps did {name} and {other} {go.base} {ALL} on {day}?", "b + d"),
        ("missing-laps", f"How many laps are missing from {name}'s plan?", "e - b - c"),
        ("missing-meters", f"How many meters are missing from {name}'s plan?", "(e - b - c) * a"),
        ("more-laps", more(other, name, "laps", go.base).replace("?", f" on {day}?"), "d - b"),
    )
    ranges = {"a": (50, 400), "b": (3, 12), "c": (2, 12), "d": (13, 22), "e": (26, 40)}
    ranges |= {"n": (100, 3000)}
    return story(draw, "laps", facts, rows, who=who, ranges=ranges, always=(0,), noise=_along_the_way(draw))


def _along_the_way(draw: Draw) -> tuple[str, ...]:
    """What is told of a way and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|{one.name} waited for <s> minutes.]",
        "[It rained for <q> hours.|The pause was <q> minutes long.|The clock was <q> minutes late.]",
        f"[{two.name} paid $<r> for lunch.|{two.name} saw <r> cows by the road.|{two.name} took <r> pictures.]",
    )


FAMILIES: dict[str, Maker] = {
    "stops-on-a-line": bus_stops,
    "stops-backwards": stops_unknown,
    "long-road": road_trip,
    "town-at-two-times": towns,
    "cars-of-a-train": train_cars,
    "parking-lot": parking,
    "laps": laps,
}
