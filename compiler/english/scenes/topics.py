"""What short stories are about: things people do, places with parts, things that are needed, numbers that change."""

from __future__ import annotations

DEEDS: tuple[tuple[str, str, str], ...] = (
    ("push-ups", "did", "do"), ("math problems", "solved", "solve"), ("letters", "mailed", "mail"),
    ("windows", "cleaned", "clean"), ("new words", "learned", "learn"), ("emails", "answered", "answer"),
    ("raffle tickets", "sold", "sell"), ("pictures", "drew", "draw"), ("shirts", "ironed", "iron"),
    ("paving stones", "laid", "lay"), ("dishes", "washed", "wash"), ("snowballs", "threw", "throw"),
    ("sandcastles", "built", "build"), ("cups of tea", "poured", "pour"), ("loaves of bread", "baked", "bake"),
    ("bushes", "planted", "plant"), ("phone calls", "made", "make"), ("stairs", "climbed", "climb"),
    ("birds", "counted", "count"), ("cars", "repaired", "repair"), ("poems", "wrote", "write"),
    ("boxes", "carried", "carry"), ("jars", "filled", "fill"), ("potatoes", "peeled", "peel"),
    ("dollars", "saved", "save"), ("empty cans", "collected", "collect"), ("dogs", "walked", "walk"),
    ("lawns", "mowed", "mow"), ("bags of leaves", "raked", "rake"), ("customers", "served", "serve"),
    ("patients", "visited", "visit"), ("fence posts", "painted", "paint"), ("chairs", "mended", "mend"),
    ("goals", "scored", "score"), ("pages", "typed", "type"), ("questions", "asked", "ask"),
    ("gifts", "wrapped", "wrap"), ("tests", "graded", "grade"), ("holes", "drilled", "drill"),
    ("flyers", "handed out", "hand out"), ("parcels", "delivered", "deliver"), ("plants", "watered", "water"),
    ("songs", "practiced", "practice"), ("steps", "walked", "walk"), ("tables", "set", "set"),
    ("sandwiches", "made", "make"), ("buckets of berries", "picked", "pick"), ("kites", "made", "make"),
)  # fmt: skip
"""What is done in numbers: the things, the past and the plain form of the verb."""

WHOLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("students", "in the class", ("wear glasses", "have a dog", "play chess", "walk to school")),
    ("singers", "in the choir", ("can read music", "are boys", "wear a hat")),
    ("trees", "in the park", ("are oaks", "are very old", "have a nest", "need water")),
    ("books", "on the shelf", ("are about animals", "have pictures", "are new", "are in Spanish")),
    ("cars", "in the street", ("are red", "are new", "have a flat tire")),
    ("houses", "in the village", ("have a red roof", "are empty", "have a garden")),
    ("seats", "in the theater", ("are taken", "are broken", "are red")),
    ("pages", "in the book", ("have pictures", "are blank", "are torn")),
    ("eggs", "in the basket", ("are brown", "are cracked", "are painted")),
    ("balloons", "at the fair", ("are yellow", "have a string", "are round")),
    ("fish", "in the pond", ("are striped", "are golden", "are young")),
    ("children", "at the camp", ("can swim", "are from the city", "like soup", "have a sister")),
    ("players", "in the club", ("are left-handed", "are new", "own a racket")),
    ("cows", "on the meadow", ("are brown", "have a bell", "give milk")),
    ("coins", "in the purse", ("are old", "are from France", "shine")),
    ("coats", "in the closet", ("are white", "need a button", "are too small")),
    ("rooms", "in the hotel", ("have a balcony", "are free", "are on the ground floor")),
    ("apples", "in the crate", ("are green", "have a worm", "are sour")),
    ("boats", "in the harbor", ("have a sail", "need paint", "belong to the club")),
    ("songs", "on the list", ("are slow", "are in Spanish", "have a chorus")),
    ("windows", "in the house", ("are open", "are dirty", "have curtains")),
    ("tomatoes", "in the garden", ("are ripe", "are yellow", "have spots")),
    ("workers", "in the factory", ("wear a helmet", "work at night", "come by bus")),
    ("people", "on the train", ("have a ticket", "are asleep", "read a newspaper")),
    ("crayons", "in the box", ("are broken", "are green", "are long")),
)  # fmt: skip
"""Wholes: the things, where they are, and what some of them are or do."""

NEEDS: tuple[tuple[str, str], ...] = (
    ("votes", "to win the election"), ("stones", "for a wall"), ("points", "to win a prize"),
    ("signatures", "for a letter to the mayor"), ("cans of food", "for the food drive"),
    ("chairs", "for the school play"), ("tickets", "for the big wheel"), ("bottles of water", "for a hike"),
    ("beads", "for a chain"), ("dollars", "for a new bike"), ("boards", "for a tree house"),
    ("cups of sugar", "for the jam"), ("hours of practice", "for a badge"), ("plates", "for a dinner"),
    ("miles", "to get a medal"), ("wheels", "for the toy cars"), ("costumes", "for the parade"),
    ("eggs", "for a big omelet"), ("songs", "for a concert"), ("flowers", "for the wreaths"),
    ("candles", "for the party"), ("tables", "for the fair"), ("jars", "for the honey"), ("screws", "for a shelf"),
    ("stamps", "for all the letters"), ("yards of cloth", "for the curtains"), ("pages", "for the school paper"),
)  # fmt: skip
"""What somebody needs, and what for."""

GAUGES: tuple[tuple[str, str, tuple[int, int]], ...] = (
    ("the price of the bike", "dollars", (80, 200)), ("the height of the tree", "feet", (10, 40)),
    ("the number of members of the club", "members", (20, 90)), ("the water level", "inches", (12, 60)),
    ("the weight of the puppy", "pounds", (6, 30)), ("the length of the snake", "inches", (20, 70)),
    ("the number of visitors a day", "people", (50, 300)), ("the rent of the room", "dollars", (100, 400)),
    ("the temperature in the cellar", "degrees", (20, 60)), ("the number of stores in town", "stores", (9, 60)),
    ("the speed of the train", "miles an hour", (30, 90)), ("the size of the choir", "singers", (12, 50)),
    ("the number of students in the school", "students", (120, 600)), ("the length of the road", "miles", (12, 90)),
    ("the depth of the well", "feet", (15, 80)), ("the number of books in the library", "books", (300, 900)),
    ("the price of a ticket", "dollars", (5, 30)), ("the number of beds in the hospital", "beds", (40, 200)),
)  # fmt: skip
"""Numbers that change: what is measured, in what, and between which bounds it lies at first."""

ONLY_GROW = frozenset(("the height of the tree", "the length of the snake", "the length of the road"))
"""Gauges that do not fall."""


def negated(quality: str) -> str:
    """What those do who do not: ``are not red``, ``cannot swim``, ``do not have a dog``."""
    word, _, rest = quality.partition(" ")
    if word in ("are", "can"):
        return f"{'are not' if word == 'are' else 'cannot'} {rest}"
    return f"do not {quality}"
