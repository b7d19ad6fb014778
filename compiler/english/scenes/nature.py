"""Scenes of gardens, farms and animals: rows of plants, herds, birds that come and go, eggs, feeding."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, carton, dealt
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import Noun
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def orchard(draw: Draw) -> Scene:
    """Rows of trees, what each bears, what is rotten."""
    who, fruit, pick = draw.person(), draw.thing("fruit"), draw.verb("pick")
    name, things = who.name, fruit.many
    facts = (
        f"[{name}'s orchard has <a> rows of trees.|There are <a> rows of trees in {name}'s orchard.]",
        "[There are <b> trees in each row.|Each row has <b> trees.|Every row is <b> trees long.]",
        f"[This year each tree bears <c> {things}.|Each of the trees has <c> {things} on it."
        f"|<c> {things} hang on every tree.]",
        "[<d> trees are old and will be cut down.|A storm broke <d> trees.]",
        f"[{name} {pick.past} <e> {things} for the kitchen.|<e> {things} were {pick.participle} for the kitchen.]",
    )
    rows = (
        ("trees", "How many trees did the orchard have at first?", "a * b"),
        ("trees-left", "How many trees are left without the lost ones?", "a * b - d"),
        ("row-fruit", f"How many {things} are there in one row, if nothing is missing?", "b * c"),
        ("fruit", f"How many {things} did all the trees bear at first?", "a * b * c"),
        ("some-rows", "How many trees are there in <m> full rows?", "m * b"),
        ("rows-left", f"{name} sells <m> of the rows. How many rows does {name} keep?", "a - m"),
        (
            "one-tree",
            f"If all that was {pick.participle} for the kitchen came from trees with nothing left, how many "
            "trees was it?",
            "e / c",
        ),
    )
    ranges = {"a": (8, 20), "b": (4, 25), "c": (6, 40), "d": (2, 20), "e": (24, 320), "m": (2, 7)}
    return story(draw, "orchard-rows", facts, rows, who=who, ranges=ranges, always=(0,), noise=_country(draw))


def flower_beds(draw: Draw) -> Scene:
    """Flowers in rows, some that wither, some that are given away in bunches."""
    who, flower, plant = draw.person(), draw.thing("flower"), draw.verb("plant")
    name, things = who.name, flower.many
    other = draw.things(1, "flower")[0].many
    facts = (
        f"[{name} {plant.past} <a> rows of {things}.|In the garden {name} {plant.past} <a> rows of {things}."
        f"|{name}'s garden has <a> rows of {things}.]",
        f"[Each row has <b> {things}.|There are <b> {things} in every row.]",
        f"[<c> {things} withered.|<c> of the {things} did not come up.|The dog broke <c> {things}.]",
        f"[{name} also {plant.past} <d> {other}.|Along the wall {name} {plant.past} <d> {other}.]",
        f"[The good {things} are tied into bunches of <e>.|{name} makes bunches of <e> from the good {things}.]",
    )
    rows = (
        ("others-dealt", dealt(f"the {other}"), "d / n"),
        ("planted", f"How many {things} did {name} {plant.base} {ALL}?", "a * b"),
        ("good", f"How many good {things} are there?", "a * b - c"),
        ("bunches", "How many bunches will it be?", "(a * b - c) / e"),
        ("flowers", f"How many flowers, {things} and {other}, did {name} {plant.base} {ALL}?", "a * b + d"),
        ("more", f"How many more {things} than {other} did {name} {plant.base}?", "a * b - d"),
        ("row-more", f"How many {things} would there have been at first with <m> rows less?", "(a - m) * b"),
        (
            "bunch-of-all",
            f"If every one of the {things} had been good, how many bunches would it have been?",
            "a * b / e",
        ),
    )
    ranges = {"a": (4, 12), "b": (5, 20), "c": (2, 12), "d": (3, 19), "e": (2, 9), "m": (2, 3)}
    return story(draw, "flower-beds", facts, rows, who=who, ranges=ranges, always=(0,), noise=_country(draw))


def farm(draw: Draw) -> Scene:
    """Herds of several kinds, birds among them; animals that are sold and born."""
    who = draw.person()
    name = who.name
    one, two = _beasts(draw)
    bird = draw.thing("bird")
    buy, sell = draw.verb("buy"), draw.verb("sell")
    facts = (
        f"[{name} keeps <a> {one.many} and <b> {two.many}.|On {name}'s farm there are "
        f"<a> {one.many} and <b> {two.many}."
        f"|<a> {one.many} and <b> {two.many} live with {name}.]",
        f"[There are <c> {bird.many} as well.|<c> {bird.many} sit on the roof.|{name} has <c> {bird.many}, too.]",
        f"[{name} {sell.past} <d> {one.many}.|In spring {name} {sell.past} <d> of the {one.many}.]",
        f"[{name} {buy.past} <e> more {two.many}.|At the market {name} {buy.past} <e> {two.many}.]",
        f"[Each of the {one.many} eats <m> pounds of hay a week.|Every week each {one.one} needs <m> pounds of hay.]",
    )
    rows = (
        (
            "pens",
            f"At first the {one.many} lived in <n> pens, equally many in each. How many were in one pen?",
            "a / n",
        ),
        ("animals", f"How many animals did {name} have at first, if the {bird.many} count, too?", "a + b + c"),
        ("two-kinds", f"How many {one.many} and {two.many} did {name} have {ALL} at first?", "a + b"),
        ("sold", f"How many {one.many} are left?", "a - d"),
        ("bought", f"How many {two.many} are there now?", "b + e"),
        ("more", f"How many more {one.many} than {two.many} did {name} have at first?", "a - b"),
        ("hay", f"How many pounds of hay did {name}'s {one.many} eat each week at first?", "a * m"),
        ("hay-now", f"How many pounds of hay do the remaining {one.many} eat each week?", "(a - d) * m"),
        ("now", f"How many {one.many} and {two.many} does {name} have now {ALL}?", "a - d + b + e"),
    )
    ranges = {"a": (14, 60), "b": (4, 13), "c": (3, 40), "d": (2, 9), "e": (2, 20), "m": (2, 12)}
    return story(draw, "farm-animals", facts, rows, who=who, ranges=ranges, always=(0,), noise=_country(draw))


def flock(draw: Draw) -> Scene:
    """Birds on two branches; some come, some go, some change the branch."""
    bird = draw.thing("bird")
    birds = bird.many
    one, two = draw.rng.choice((("roof", "fence"), ("wall", "tree"), ("oak", "gate"), ("bridge", "wire")))
    come, go = draw.verb("fly_in"), draw.verb("fly_off")
    facts = (
        f"[<a> {birds} were on the {one}.|There were <a> {birds} on the {one}.|On the {one} sat <a> {birds}.]",
        f"[<b> {birds} {go.past} when a dog barked.|After a while <b> of the {birds} on the {one} {go.past}."
        f"|Then <b> {birds} {go.past} from the {one}.]",
        f"[<c> more {birds} {come.past} on the {one}.|Later, <c> more {birds} {come.past} on the {one}."
        f"|On the {one} <c> new {birds} {come.past}.]",
        f"[<d> {birds} were on the {two} all day.|The {two} had <d> {birds} on it.]",
        f"[On the {two} they saw <e> cats.|<e> worms lay under the {two}.|Children threw <e> crumbs.]",
    )
    if come.base not in ("land", "settle", "appear", "arrive"):
        facts = (*facts[:2], facts[2].replace(f"{come.past} on the {one}", f"{come.past} to the {one}"), *facts[3:])
    rows = (
        ("now", f"How many {birds} were on the {one} in the end?", "a - b + c"),
        ("after-leaving", f"How many {birds} stayed on the {one} when the others had gone?", "a - b"),
        ("both-first", f"How many {birds} were there on the {one} and the {two} {ALL} at first?", "a + d"),
        ("more", f"How many more {birds} were on the {one} than on the {two} at first?", "a - d"),
        ("net", f"By how many did the number of {birds} on the {one} grow in all this?", "c - b"),
        ("both-end", f"How many {birds} were on the {one} and the {two} {ALL} in the end?", "a - b + c + d"),
        ("without-leaving", f"How many {birds} would there be on the {one} if none had left?", "a + c"),
    )
    ranges = {"a": (14, 50), "b": (2, 10), "c": (3, 30), "d": (3, 13), "e": (2, 20)}
    return story(draw, "birds-on-two-places", facts, rows, ranges=ranges, always=(0,), noise=_country(draw))


def how_many_flew(draw: Draw) -> Scene:
    """Insects or birds of which some leave, nobody says how many."""
    animal, place = draw.thing(draw.pick("insect", "bird")), _spot(draw)
    many, go = animal.many, draw.verb("fly_off")
    facts = (
        f"[<a> {many} were at {place}.|There were <a> {many} at {place}.]",
        f"[Some of the {many} {go.past}.|Then some {many} {go.past}.]",
        f"[Now there are <b> {many} at {place}.|<b> {many} are still at {place}.]",
        f"[<c> {many} were in the grass.|In the grass there were <c> {many}.]",
    )
    rows = (
        ("left", f"How many {many} {go.past}?", "a - b"),
        ("all", f"How many {many} were at {place} and in the grass {ALL} at first?", "a + c"),
        ("more", f"At first, how many more {many} were at {place} than in the grass?", "a - c"),
        ("end-all", f"How many {many} are there at {place} and in the grass {ALL} in the end?", "b + c"),
        ("next", f"If <d> more now leave {place}, how many {many} stay there?", "b - d"),
    )
    ranges = {"a": (25, 80), "b": (8, 24), "c": (3, 24), "d": (2, 7)}
    return story(draw, "how-many-flew", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_country(draw))


def how_many_were_there(draw: Draw) -> Scene:
    """Insects or birds of which nobody knows how many there were first."""
    animal, place = draw.thing(draw.pick("insect", "bird")), _spot(draw)
    many, come, go = animal.many, draw.verb("fly_in"), draw.verb("fly_off")
    facts = (
        f"[Some {many} were at {place}.|There were some {many} at {place}.|A few {many} were at {place}.]",
        f"[<a> more {many} {come.past}.|Then another <a> {many} {come.past}.]",
        f"[<b> {many} {go.past}.|After a minute <b> of the {many} {go.past}.]",
        f"[Now there are <c> {many} at {place}.|In the end <c> {many} were at {place}.]",
    )
    rows = (
        ("first", f"How many {many} were at {place} at first?", "c + b - a"),
        ("top", f"How many {many} were there just before some {go.past}?", "c + b"),
        ("net", f"How many more {many} were there in the end than at first?", "a - b"),
        ("next", f"If <d> more now leave, how many {many} stay at {place}?", "c - d"),
    )
    ranges = {"a": (10, 30), "b": (2, 9), "c": (34, 90), "d": (2, 20)}
    return story(draw, "how-many-were-there", facts, rows, ranges=ranges, always=(0, 1, 2, 3), noise=_country(draw))


def _beasts(draw: Draw) -> tuple[Noun, Noun]:
    """Two kinds of animals that walk: no birds, no insects."""
    while (one := draw.thing("animal")).kind.name != "animal":
        pass
    while (two := draw.thing("animal")).kind.name != "animal":
        pass
    return one, two


def _spot(draw: Draw) -> str:
    return draw.pick("the bush", "the rock", "the window", "the lamp", "the big stone")


def eggs(draw: Draw) -> Scene:
    """Hens that lay eggs every day; some are used, the rest go into boxes that are sold."""
    who, box, use = draw.person(), draw.pick("box", "carton", "basket", "tray"), draw.verb("consume")
    name = who.name
    boxes = f"{box}es" if box == "box" else f"{box}s"
    facts = (
        f"[{name} has <a> hens.|On {name}'s farm there are <a> hens.|<a> hens live on {name}'s farm.]",
        f"[Each hen lays <b> eggs a week.|Every week each hen lays <b> eggs.|{name} gets <b> eggs a week "
        "from each hen.]",
        f"[{name} {use.present3} <c> eggs each week.|In a week, {name} {use.present3} <c> eggs.]",
        f"[The other eggs go into {boxes} of <d>.|{name} puts the remaining eggs into {boxes}, <d> in each.]",
        f"[A {box} of eggs is sold for $<e>.|For each {box} {name} gets $<e>.]",
        f"[{name} has <m> ducks.|<m> ducks live there, too.]",
    )
    rows = (
        ("eggs", f"How many eggs do the hens lay in one week {ALL}?", "a * b"),
        ("rest", f"How many eggs of one week does {name} not {use.base}?", "a * b - c"),
        ("boxes", f"How many {boxes} can {name} fill each week?", "(a * b - c) / d"),
        ("money", f"How much money do the {boxes} of a week bring?", "(a * b - c) / d * e"),
        ("birds", f"How many birds, hens and ducks, does {name} keep?", "a + m"),
        ("hens-more", "How many more hens than ducks are there?", "a - m"),
        ("weeks", "How many eggs does a hen lay in <n> weeks?", "b * n"),
    )
    ranges = {"a": (12, 30), "b": (4, 7), "c": (4, 30), "d": (2, 12), "e": (2, 9), "m": (2, 11), "n": (2, 8)}
    return story(draw, "hens-and-eggs", facts, rows, who=who, ranges=ranges, always=(0, 1, 2), noise=_country(draw))


def zoo_food(draw: Draw) -> Scene:
    """Animals that eat so much a day, one sack of food, another that is bought."""
    animal, other = _beasts(draw)
    food = draw.pick("hay", "corn", "meat", "fruit", "bread")
    unit = draw.pick("pounds", "kilograms", "buckets")
    facts = (
        f"[The zoo has <a> {animal.many}.|<a> {animal.many} live at the zoo.|There are <a> {animal.many} at the zoo.]",
        f"[Each {animal.one} eats <b> {unit} of {food} a day.|Every day each {animal.one} "
        f"is given <b> {unit} of {food}.]",
        f"[The zoo has <c> {unit} of {food}.|There are <c> {unit} of {food} at the zoo.]",
        f"[The <d> {other.many} get no {food}.|There are <d> {other.many}, too, which need no {food}.]",
        f"[On Friday <e> {unit} of {food} are brought.|A truck brings <e> {unit} of {food} on Friday.]",
    )
    rows = (
        ("day", f"How many {unit} of {food} do the {animal.many} eat {ALL} in one day?", "a * b"),
        ("days", f"How many days does the {food} last, if no more is brought?", "c / (a * b)"),
        ("after-day", f"How many {unit} of {food} are left when one day is over and nothing was brought?", "c - a * b"),
        ("with-truck", f"How many {unit} of {food} does the zoo have with what is brought on Friday?", "c + e"),
        ("animals", f"How many {animal.many} and {other.many} are there {ALL}?", "a + d"),
        ("one-animal", f"How many {unit} of {food} does one {animal.one} eat in <m> days?", "b * m"),
        ("all-days", f"How many {unit} of {food} do all the {animal.many} eat in <m> days?", "a * b * m"),
    )
    ranges = {"a": (2, 9), "b": (2, 12), "c": (110, 600), "d": (2, 20), "e": (20, 200), "m": (2, 7)}
    return story(draw, "zoo-food", facts, rows, ranges=ranges, always=(0,), noise=_country(draw))


def catch_of_day(draw: Draw) -> Scene:
    """Two people who catch, throw back and share."""
    first, second = draw.people(2)
    catch = draw.verb("catch")
    thing = draw.pick("fish", "crabs", "shrimps", "trout")
    bucket = carton(draw)
    facts = (
        f"[{first.name} {catch.past} <a> {thing}.|At the lake {first.name} {catch.past} <a> {thing}.]",
        f"[{second.name} {catch.past} <b> {thing}.|With a longer rod {second.name} {catch.past} <b> {thing}.]",
        f"[{first.name} let <c> {thing} go because they were small.|<c> {thing} that {first.name} "
        f"had {catch.participle} were too "
        f"small and went back.]",
        f"[They put what they kept into {bucket.many} of <d>.|The {thing} they kept went "
        f"into {bucket.many}, <d> in each.]",
        f"[For a {draw.pick('soup', 'dinner', 'feast')} they need <e> {thing}.|Their family eats <e> {thing} a day.]",
    )
    rows = (
        ("second-dealt", dealt(f"the {thing} of {second.name}"), "b / n"),
        ("caught", f"How many {thing} did {first.name} and {second.name} {catch.base} {ALL}?", "a + b"),
        ("kept-one", f"How many {thing} did {first.name} keep?", "a - c"),
        ("kept-both", f"How many {thing} did they keep {ALL}?", "a - c + b"),
        ("boxes", f"How many {bucket.many} did they fill?", "(a + b - c) / d"),
        ("more", f"How many more {thing} did {second.name} {catch.base} than {first.name}?", "b - a"),
        ("more-kept", f"How many more {thing} did {second.name} take home than {first.name}?", "b - (a - c)"),
        ("eaten", f"<m> of the {thing} that they kept were eaten. How many are left?", "a - c + b - m"),
    )
    ranges = {"a": (9, 40), "b": (41, 70), "c": (2, 8), "d": (2, 9), "e": (3, 40), "m": (3, 20)}
    return story(draw, "catch-of-the-day", facts, rows, ranges=ranges, always=(0, 1, 2), noise=_country(draw))


def _country(draw: Draw) -> tuple[str, ...]:
    """What is told of the country and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|The gate is <s> years old.]",
        f"[{two.name} had worked there for <q> hours.|They watched for <q> minutes.|The way there took <q> minutes.]",
        f"[The fence is <r> meters long.|{two.name} paid $<r> for new shoes.]",
    )


FAMILIES: dict[str, Maker] = {
    "orchard-rows": orchard,
    "flower-beds": flower_beds,
    "farm-animals": farm,
    "birds-on-two-places": flock,
    "how-many-flew": how_many_flew,
    "how-many-were-there": how_many_were_there,
    "hens-and-eggs": eggs,
    "zoo-food": zoo_food,
    "catch-of-the-day": catch_of_day,
}
