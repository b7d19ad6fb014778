"""Scenes of the kitchen: what a recipe asks for and what is in, one batch and several."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def recipe(draw: Draw) -> Scene:
    """A recipe's cups: what it asks for, what is already in, and another ingredient."""
    who = draw.person()
    name = who.name
    flour, sugar = draw.rng.sample(("flour", "sugar", "oats", "milk", "rice", "honey", "butter"), 2)
    unit = draw.pick("cups", "cups", "spoons", "grams")
    dish = draw.pick("a cake", "a pie", "bread", "a pudding", "a big soup")
    put = draw.pick("put in", "added", "poured in", "stirred in")
    facts = (
        f"[{name} is making {dish}, and the recipe calls for <a> {unit} of {flour}."
        f"|For {dish}, {name}'s recipe asks for <a> {unit} of {flour}.|{name} makes {dish} with <a> "
        f"{unit} of {flour}.]",
        f"[It also needs <b> {unit} of {sugar}.|The recipe needs <b> {unit} of {sugar}, too."
        f"|<b> {unit} of {sugar} go into it.]",
        f"[{name} already {put} <c> {unit} of {flour}.|<c> {unit} of {flour} are already in the bowl.]",
        f"[{name} already {put} <d> {unit} of {sugar}.|<d> {unit} of {sugar} are already in the bowl.]",
    )
    rows = (
        (
            "for-each",
            f"If what the recipe needs of {flour} is for <n> people, how many {unit} of it are for each?",
            "a / n",
        ),
        (
            "missing-first",
            f"[How many more {unit} of {flour} does {name} need to add?|How many {unit} of {flour} are still missing?]",
            "a - c",
        ),
        ("missing-second", f"How many more {unit} of {sugar} does {name} need to add?", "b - d"),
        ("more-of-one", f"How many more {unit} of {flour} than of {sugar} does the recipe need?", "a - b"),
        ("recipe-total", f"How many {unit} of {flour} and {sugar} does the recipe need {ALL}?", "a + b"),
        ("bowl", f"How many {unit} of {flour} and {sugar} are in the bowl now?", "c + d"),
        ("missing-both", f"How many {unit} of {flour} and {sugar} together must still be added?", "(a - c) + (b - d)"),
        (
            "flour-than-sugar",
            f"How many more {unit} of {flour} must {name} still add than the recipe needs of {sugar}?",
            "a - c - b",
        ),
        ("in-bowl-more", f"At this time, how many more {unit} of {flour} than of {sugar} are in the bowl?", "c - d"),
    )
    ranges = {"a": (18, 40), "b": (5, 12), "c": (3, 12), "d": (2, 4)}
    return story(draw, "recipe", facts, rows, who=who, ranges=ranges, always=(0,), noise=_kitchen(draw, unit))


def bigger_recipe(draw: Draw) -> Scene:
    """One batch and several; eggs in boxes; what is at home."""
    who, thing = draw.person(), draw.thing("treat")
    name, make = who.name, draw.verb("make_food")
    flour = draw.pick("flour", "sugar", "oats", "milk", "chocolate", "butter")
    unit = draw.pick("cups", "spoons", "grams")
    facts = (
        f"[One batch of {thing.many} needs <a> {unit} of {flour}.|For each batch of {thing.many}, "
        f"{name} needs <a> {unit} of "
        f"{flour}.|{name} uses <a> {unit} of {flour} for a batch of {thing.many}.]",
        f"[A batch gives <b> {thing.many}.|Each batch makes <b> {thing.many}.]",
        f"[{name} wants to {make.base} <c> batches.|{name} is going to {make.base} <c> batches.]",
        f"[There are <d> {unit} of {flour} in the kitchen.|At home {name} has <d> {unit} of {flour}.]",
        f"[<e> friends will come.|{name} invited <e> friends.]",
    )
    rows = (
        ("needed", f"How many {unit} of {flour} does {name} need {ALL}?", "a * c"),
        ("pieces", f"How many {thing.many} will that be {ALL}?", "b * c"),
        ("to-buy", f"How many {unit} of {flour} must {name} still buy?", "a * c - d"),
        ("possible", f"How many batches can be made from the {flour} in the kitchen?", "d / a"),
        ("each", f"If the friends share all that {name} makes, how many {thing.many} does each get?", "b * c / e"),
        (
            "two-kinds",
            f"A pie needs <m> {unit} of {flour} besides. How many {unit} are needed for the batches and the pie?",
            "a * c + m",
        ),
    )
    ranges = {"a": (2, 9), "b": (6, 24), "c": (3, 9), "d": (4, 24), "e": (2, 8), "m": (2, 9)}
    return story(draw, "batches", facts, rows, who=who, ranges=ranges, always=(2,), noise=_kitchen(draw, unit))


def _kitchen(draw: Draw, unit: str) -> tuple[str, ...]:
    """What is told in a kitchen and never matters."""
    one, two = draw.people(2)
    return (
        "[The oven takes <p> minutes to get hot.|It must bake for <p> minutes.]",
        f"[{one.name}'s recipe asks for <q> {unit} of nuts.|It takes <q> {unit} of nuts, too.]",
        f"[{two.name} used <r> {unit} of water.|The recipe is for <r> people.]",
    )


FAMILIES: dict[str, Maker] = {
    "recipe": recipe,
    "batches": bigger_recipe,
}
