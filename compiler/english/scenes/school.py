"""Scenes of school and of parties: trips, teams, seats, supplies, tests."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, left
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def trip_buses(draw: Draw) -> Scene:
    """Classes that go on a trip in buses, with teachers."""
    place = draw.place()
    ride, rides = draw.rng.choice((("bus", "buses"), ("van", "vans"), ("wagon", "wagons"), ("boat", "boats")))
    facts = (
        f"[<a> classes go on a trip to the {place}.|A school takes <a> classes to the {place}."
        f"|<a> classes visit the {place}.]",
        "[There are <b> students in each class.|Each class has <b> students.|Every class has <b> students.]",
        "[<c> teachers come along.|<c> teachers go with them.|The students are led by <c> teachers.]",
        f"[Each {ride} has <d> seats.|<d> people fit into a {ride}.|A {ride} can carry <d> people.]",
        f"[A ticket for the {place} costs $<e>.|At the {place} everyone has to pay $<e>."
        f"|The {place} asks $<e> of each visitor.]",
    )
    rows = (
        ("students", f"How many students go on the trip {ALL}?", "a * b"),
        ("people", f"How many people, students and teachers, go on the trip {ALL}?", "a * b + c"),
        (
            "rides",
            f"[How many {rides} are needed for the students and the teachers?"
            f"|How many {rides} do the students and teachers fill?]",
            "(a * b + c) / d",
        ),
        ("rides-without-teachers", f"How many {rides} would the students fill without the teachers?", "a * b / d"),
        ("class-tickets", f"How much do the tickets for the students of one class cost {ALL}?", "b * e"),
        ("teacher-tickets", f"How much do the tickets of the teachers cost {ALL}?", "c * e"),
        ("all-tickets", f"What do the tickets for all students and teachers cost {ALL}?", "(a * b + c) * e"),
        ("students-more", "How many more students than teachers go on the trip?", "a * b - c"),
        ("seats", f"How many seats do <m> {rides} have {ALL}?", "m * d"),
    )
    ranges = {"a": (2, 8), "b": (15, 32), "c": (3, 14), "d": (5, 30), "e": (2, 15), "m": (2, 7)}
    return story(draw, "trip-in-buses", facts, rows, ranges=ranges, always=(0,), noise=_class(draw))


def trip_costs(draw: Draw) -> Scene:
    """Tickets for children and adults at two prices, a sum collected for them."""
    place = draw.pick("museum", "zoo", "theater", "circus", "aquarium", "fair")
    group = draw.pick("family", "club", "class", "choir")
    facts = (
        f"[At the {place} a ticket is $<a> for a child.|A child pays $<a> at the {place}."
        f"|The {place} asks $<a> for a child.]",
        "[An adult pays $<b>.|A ticket for an adult is $<b>.|For adults it is $<b> each.]",
        f"[<c> children of the {group} went in.|The {group} came with <c> children.|There were <c> children in "
        f"the {group}.]",
        f"[<d> adults went with them.|With the {group} came <d> adults.]",
        f"[The {group} had collected $<e>.|There were $<e> in the {group}'s purse.|The {group} had saved $<e> "
        "for this day.]",
    )
    rows = (
        ("total", f"How much did the {group} pay {ALL}?", "a * c + b * d"),
        ("children", f"How much did the tickets for the children cost {ALL}?", "a * c"),
        ("adults", f"How much did the tickets for the adults cost {ALL}?", "b * d"),
        ("rest", f"How much money of the {group} was left after all the tickets were paid?", "e - (a * c + b * d)"),
        ("people", f"How many people of the {group} went in {ALL}?", "c + d"),
        ("dearer", "How much more does an adult pay than a child?", "b - a"),
        ("children-more", "How many more children than adults went in?", "c - d"),
        ("one-each", "How much do one child and one adult pay together?", "a + b"),
        ("rest-children-only", "If only the children had gone in, how much money would have been left?", "e - a * c"),
    )
    ranges = {"a": (2, 9), "b": (10, 20), "c": (8, 30), "d": (2, 7), "e": (420, 700)}
    return story(draw, "trip-tickets", facts, rows, ranges=ranges, always=(2,), noise=_class(draw))


def teams(draw: Draw) -> Scene:
    """Two groups, some who do not want to play, teams of one size."""
    one, two = draw.rng.choice((("boys", "girls"), ("girls", "boys"), ("third graders", "fourth graders")))
    game = draw.pick("soccer", "basketball", "volleyball", "a quiz", "tug of war")
    facts = (
        f"[<a> {one} came to play {game}.|For {game}, <a> {one} signed up.|There are <a> {one} for {game}.]",
        f"[<b> {two} came, too.|There are also <b> {two}.|<b> {two} signed up as well.]",
        "[<c> of the children only watch.|<c> children do not want to play.|<c> of them just want to watch.]",
        "[The coach forms teams of <d>.|The others play in teams of <d>.|Each team has <d> players.]",
        "[There are <e> balls.|The school has <e> balls for them.]",
    )
    rows = (
        ("teams", "How many teams are there?", "(a + b - c) / d"),
        ("teams-all", f"If all the {one} and {two} had played, how many teams would it have been?", "(a + b) / d"),
        ("children", f"How many {one} and {two} were there {ALL}?", "a + b"),
        ("players", "How many children play?", "a + b - c"),
        ("more", f"How many more {one} than {two} were there?", "a - b"),
        ("one-kind", f"If the {one} played on their own, all of them, how many teams would they make?", "a / d"),
        ("players-of-teams", f"How many players do <m> teams have {ALL}?", "m * d"),
    )
    ranges = {"a": (12, 60), "b": (8, 50), "c": (2, 9), "d": (3, 11), "e": (2, 20), "m": (2, 6)}
    return story(draw, "teams-of-two-groups", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_class(draw))


def party(draw: Draw) -> Scene:
    """Guests, tables, chairs: some guests do not come, some chairs are broken."""
    who, come = draw.person(), draw.verb("leave")
    name = who.name
    facts = (
        f"[{name} invited <a> people to a party.|<a> people were asked to {name}'s party."
        f"|For {name}'s party there were <a> "
        f"guests on the list.]",
        "[<b> of the guests could not come.|<b> people on the list said no.|<b> guests stayed at home.]",
        f"[There were <c> tables in the room.|{name} put up <c> tables.|<c> tables were ready.]",
        f"[At each table there were <d> chairs.|Each table had <d> chairs.|{name} put <d> chairs at every table.]",
        f"[<e> of the guests {come.past} early.|Before the cake, <e> guests {come.past}.]",
    )
    rows = (
        ("came", "How many guests came to the party?", "a - b"),
        ("stayed", "How many guests were there for the whole party?", "a - b - e"),
        ("chairs", f"How many chairs were there {ALL}?", "c * d"),
        ("empty", "When all who came were sitting, how many chairs were empty?", "c * d - (a - b)"),
        ("if-all", "If nobody had said no, how many chairs would have stayed empty?", "c * d - a"),
        (
            "per-table",
            "The guests who came sat down in equal numbers at the tables. How many were at each?",
            "(a - b) / c",
        ),
        ("tables-needed", "How many tables like these are needed for <m> people?", "m / d"),
    )
    ranges = {"a": (20, 48), "b": (2, 9), "c": (6, 12), "d": (8, 12), "e": (2, 9), "m": (16, 120)}
    return story(draw, "party-tables", facts, rows, who=who, ranges=ranges, always=(0,), noise=_class(draw))


def two_schools(draw: Draw) -> Scene:
    """Girls and boys of two schools or classes."""
    first, second = draw.rng.choice(
        (
            ("Oak School", "Hill School"),
            ("the art class", "the music class"),
            ("the morning group", "the evening group"),
            ("the red room", "the blue room"),
        )
    )
    facts = (
        f"[There are <a> girls in {first}.|{first} has <a> girls.]",
        f"[There are <b> boys in {first}.|{first} has <b> boys.]",
        f"[There are <c> girls in {second}.|{second} has <c> girls.]",
        f"[There are <d> boys in {second}.|{second} has <d> boys.]",
        f"[<e> of the boys in {first} like to sing.|<e> boys of {first} wear glasses.]",
    )
    rows = (
        ("groups", f"In teams of <n>, how many teams would the girls of {first} make?", "a / n"),
        ("one-school", f"How many children are there in {first} {ALL}?", "a + b"),
        ("girls", f"How many girls are there in {first} and {second} {ALL}?", "a + c"),
        ("boys", f"How many boys are there in {first} and {second} {ALL}?", "b + d"),
        ("girls-more", f"How many more girls are in {first} than in {second}?", "a - c"),
        ("girls-than-boys", f"How many more girls than boys are in {first}?", "a - b"),
        (
            "children-more",
            f"[How many more children are in {first} than in {second}?|By how many children is {first} "
            f"larger than {second}?]",
            "(a + b) - (c + d)",
        ),
        ("all", f"How many children are there in {first} and {second} {ALL}?", "a + b + c + d"),
        ("cross", f"How many more girls are there {ALL} than boys?", "a + c - (b + d)"),
    )
    ranges = {"a": (20, 60), "b": (12, 50), "c": (8, 40), "d": (5, 25), "e": (2, 11)}
    if draw.rng.random() < 0.4:
        ranges = {"a": (300, 900), "b": (150, 500), "c": (120, 600), "d": (90, 300), "e": (11, 60)}
    return story(draw, "two-schools", facts, rows, ranges=ranges, shuffle=True, noise=_class(draw))


def supplies(draw: Draw) -> Scene:
    """A teacher deals out the same number to each child, from packs, and something is left."""
    who, thing = draw.person(), draw.thing("school")
    name, things, pack = who.name, thing.many, draw.pick("pack", "packet", "carton", "bag")
    deal = draw.verb("give")
    facts = (
        f"[{name} bought <a> {pack}s of {things}.|{name} has <a> {pack}s of {things} for the class.]",
        f"[There are <b> {things} in a {pack}.|Each {pack} has <b> {things}.]",
        f"[{name} {deal.past} <c> {things} to each of the <d> children.|Each of <d> children got <c> "
        f"{things} from {name}."
        f"|[{name}|{who.they}] {deal.past} <c> {things} each to <d> children.]",
        f"[A {pack} costs $<e>.|{name} paid $<e> for each {pack}.]",
    )
    rows = (
        ("all", f"How many {things} did {name} have at first?", "a * b"),
        ("dealt", f"How many {things} did the children get {ALL}?", "c * d"),
        ("left", left(name, things), "a * b - c * d"),
        ("price", f"How much did the {pack}s cost {ALL}?", "a * e"),
        (
            "more-children",
            f"<m> more children come and get as many each. How many {things} do these new children get {ALL}?",
            "m * c",
        ),
        ("two-children", "How many children would be in the room with <m> more?", "d + m"),
        ("packs-each", f"If {name} keeps <m> {pack}s, how many {pack}s are for the class?", "a - m"),
    )
    ranges = {"a": (9, 20), "b": (10, 30), "c": (2, 6), "d": (8, 15), "e": (2, 12), "m": (2, 7)}
    return story(draw, "supplies-for-a-class", facts, rows, who=who, ranges=ranges, things=things, always=(0,))


def quiz(draw: Draw) -> Scene:
    """Questions of a test: right, wrong, points, time."""
    who, friend = draw.people(2)
    name, other, subject = who.name, friend.name, draw.subject()
    facts = (
        f"[The {subject} test had <a> questions.|There were <a> questions in the {subject} test.]",
        f"[{name} got <b> questions wrong.|{name} gave <b> wrong answers.|<b> of {name}'s answers were wrong.]",
        f"[{name} left <c> questions out.|<c> questions were not answered by {name}.]",
        "[Each right answer gives <d> points.|For every right answer there are <d> points.]",
        f"[{other} had <e> right answers.|{other} answered <e> questions right.]",
        "[The test took <m> minutes.|There were <m> minutes for the test.]",
    )
    rows = (
        ("pages", "The questions stand on <n> pages, equally many on each. How many are on a page?", "a / n"),
        ("right", f"How many questions did {name} answer right?", "a - b - c"),
        ("answered", f"How many questions did {name} answer, right or wrong?", "a - c"),
        ("points", f"How many points did {name} get?", "(a - b - c) * d"),
        ("friend-points", f"How many points did {other} get?", "e * d"),
        ("possible", f"How many points could one get {ALL}?", "a * d"),
        ("lost", f"How many points did {name} lose by the wrong answers?", "b * d"),
        ("more-right", f"How many more questions than {other} did {name} answer right?", "a - b - c - e"),
        ("not-right", f"How many questions did {other} not answer right?", "a - e"),
    )
    ranges = {"a": (30, 60), "b": (3, 9), "c": (2, 7), "d": (2, 6), "e": (5, 16), "m": (20, 90)}
    return story(draw, "test-questions", facts, rows, who=who, ranges=ranges, always=(0, 1, 2), noise=_class(draw))


def _class(draw: Draw) -> tuple[str, ...]:
    """What is told of people at school and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|{one.name} lives <s> minutes away.]",
        "[It all took <q> minutes.|They began <q> minutes late.|The day before it had taken <q> minutes.]",
        f"[{two.name} has <r> friends there.|Last year <r> more people helped.|{two.name} brought <r> sandwiches.]",
    )


FAMILIES: dict[str, Maker] = {
    "trip-in-buses": trip_buses,
    "trip-tickets": trip_costs,
    "teams-of-two-groups": teams,
    "party-tables": party,
    "two-schools": two_schools,
    "supplies-for-a-class": supplies,
    "test-questions": quiz,
}
