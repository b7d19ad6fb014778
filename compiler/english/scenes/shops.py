"""Scenes of shops: a stock sold in the morning and the afternoon, deliveries, money that comes in."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def shop_day(draw: Draw) -> Scene:
    """A stock, two sales, a delivery."""
    who, thing, sell = draw.person(), draw.thing(), draw.verb("sell")
    name, things = who.name, thing.many
    shop = draw.pick("shop", "store", "stand", "booth")
    facts = (
        f"[{name}'s {shop} had <a> {things} in the morning.|In the morning there were <a> {things} in {name}'s {shop}."
        f"|{name} opened the {shop} with <a> {things}.]",
        f"[Before noon {name} {sell.past} <b> {things}.|{name} {sell.past} <b> of the {things} before noon."
        f"|<b> {things} were {sell.participle} before noon.]",
        f"[In the afternoon {who.they} {sell.past} <c> {things}.|In the afternoon {name} {sell.past} <c> more."
        f"|After lunch <c> {things} were {sell.participle}.]",
        f"[In the evening <d> new {things} were delivered.|In the evening a truck brought <d> {things}.]",
        f"[Each {thing.one} costs $<e>.|{name} takes $<e> for each {thing.one}.|The price of one {thing.one} is $<e>.]",
    )
    rows = (
        ("boxes", f"The new {things} came in boxes of <n>. How many boxes were there?", "d / n"),
        ("left", f"How many {things} were left before the new ones came?", "a - b - c"),
        ("sold", f"How many {things} did {name} {sell.base} that day {ALL}?", "b + c"),
        ("end", f"How many {things} were in the {shop} when the day was over?", "a - b - c + d"),
        ("noon", f"How many {things} were left at noon?", "a - b"),
        (
            "more-afternoon",
            f"How many more {things} were {sell.participle} in the afternoon than before noon?",
            "c - b",
        ),
        ("money", f"How much money did the {things} of this day bring {name}?", "(b + c) * e"),
        ("money-noon", f"How much money did {name} make with {things} before noon?", "b * e"),
        ("stock-value", f"What was the price of all the {things} of the morning together?", "a * e"),
    )
    ranges = {"a": (60, 150), "b": (4, 25), "c": (5, 30), "d": (6, 60), "e": (2, 20)}
    return story(draw, "shop-day", facts, rows, who=who, ranges=ranges, things=things, always=(0, 1))


def shop_unknown(draw: Draw) -> Scene:
    """How many were sold, or how many there were, is not told."""
    who, thing, sell = draw.person(), draw.thing(), draw.verb("sell")
    name, things = who.name, thing.many
    day, next_day = draw.day(), draw.day()
    facts = (
        f"[On {day} morning {name} had <a> {things} for sale.|{name} began {day} with <a> {things} to sell.]",
        f"[On {day} {name} {sell.past} some of the {things}.|Some {things} were {sell.participle} on {day}.]",
        f"[On {day} evening there were <b> {things} left.|<b> {things} were left on {day} evening.]",
        f"[On {next_day} {name} {sell.past} <c> {things}.|{name} {sell.past} <c> {things} on {next_day}.]",
        f"[Each {thing.one} brings $<d>.|Every {thing.one} is sold for $<d>.]",
    )
    rows = (
        ("sold", f"How many {things} did {name} {sell.base} on {day}?", "a - b"),
        ("both-days", f"How many {things} did {name} {sell.base} on the two days {ALL}?", "a - b + c"),
        ("left", f"If nothing new came, how many {things} were left after {next_day}?", "b - c"),
        ("money", f"How much money did {name} make with {things} on {day}?", "(a - b) * d"),
        ("money-next", f"How much money did the {things} bring on {next_day}?", "c * d"),
        ("more", f"How many more {things} did {name} {sell.base} on {day} than on {next_day}?", "a - b - c"),
    )
    ranges = {"a": (60, 120), "b": (20, 40), "c": (3, 19), "d": (2, 15)}
    return story(draw, "shop-backwards", facts, rows, who=who, ranges=ranges, things=things, always=(0, 1, 2))


def lemonade(draw: Draw) -> Scene:
    """What a small business takes in and pays, and what each partner gets."""
    who, group = draw.person(), draw.group()
    name = who.name
    ware = draw.pick("cups of juice", "glasses of juice", "bowls of soup", "bags of popcorn", "paper hats")
    earn = draw.pick("take in", "make")
    facts = (
        f"[{name} and friends sold <a> {ware}.|<a> {ware} were sold by {name} and friends.]",
        "[They got $<b> for each.|Each was $<b>.|They asked $<b> apiece.]",
        "[They had paid $<c> for what they needed.|What they needed had cost $<c>.|All that they needed had cost "
        "them $<c>.]",
        f"[The <d> {group.many} share what they earned equally.|There are <d> {group.many} who share what was earned.]",
        f"[Last week they sold <e> {ware}.|They had sold <e> {ware} the week before.]",
    )
    rows = (
        ("income", f"How much money did they {earn} {ALL} before any costs?", "a * b"),
        ("profit", "How much money did they have when the costs were taken off?", "a * b - c"),
        ("share", "When the costs are taken off, how much does each get?", "(a * b - c) / d"),
        ("share-before", "If nothing had been paid for before, how much would each of them get?", "a * b / d"),
        ("weeks", f"How many {ware} did they sell in the two weeks {ALL}?", "a + e"),
        ("fewer", f"How many fewer {ware} did they sell last week than now?", "a - e"),
        ("more-money", f"How much more money did they {earn} now than last week, at the same price?", "(a - e) * b"),
    )
    ranges = {"a": (20, 60), "b": (2, 9), "c": (6, 38), "d": (2, 8), "e": (5, 19)}
    return story(draw, "small-business", facts, rows, ranges=ranges, always=(0,), noise=_street(draw))


def two_kinds_sold(draw: Draw) -> Scene:
    """Two kinds at two prices, some unsold."""
    who = draw.person()
    one, two = draw.things(2, "treat")
    sell, make = draw.verb("sell"), draw.verb("make_food")
    name = who.name
    facts = (
        f"[{name} {make.past} <a> {one.many} and <b> {two.many} for the fair.|For the fair {name} {make.past} "
        f"<a> {one.many} and "
        f"<b> {two.many}.]",
        f"[{name} {sell.past} <c> of the {one.many}.|<c> {one.many} were {sell.participle}.]",
        f"[{name} {sell.past} <d> {two.many}.|<d> of the {two.many} were {sell.participle}.]",
        f"[A {one.one} was $<e>.|Each {one.one} brought $<e>.]",
        f"[A {two.one} was $<m>.|Each {two.one} brought $<m>.]",
    )
    rows = (
        (
            "trays",
            f"All the {one.many} were carried on <n> trays, equally many on each. How many were on a tray?",
            "a / n",
        ),
        ("left-one", f"How many {one.many} were not {sell.participle}?", "a - c"),
        ("left-all", f"How many {one.many} and {two.many} were left {ALL}?", "(a - c) + (b - d)"),
        ("sold-all", f"How many {one.many} and {two.many} did {name} {sell.base} {ALL}?", "c + d"),
        ("made-all", f"How many {one.kind.many} did {name} {make.base} for the fair {ALL}?", "a + b"),
        ("money", f"How much money did {name} get for all that was {sell.participle}?", "c * e + d * m"),
        ("money-one", f"How much money did the {one.many} bring?", "c * e"),
        ("more-money", f"How much more money did the {one.many} bring than the {two.many}?", "c * e - d * m"),
        ("more-sold", f"How many more {one.many} than {two.many} were {sell.participle}?", "c - d"),
        (
            "missed",
            f"How much more money would {name} have got if all the {two.many} had been {sell.participle}?",
            "(b - d) * m",
        ),
    )
    ranges = {"a": (35, 80), "b": (20, 40), "c": (15, 34), "d": (4, 14), "e": (3, 9), "m": (2, 7)}
    return story(draw, "fair-stand", facts, rows, who=who, ranges=ranges, always=(0,), noise=_street(draw))


def price_total_change(draw: Draw) -> Scene:
    """Two kinds of things at two prices, paid with a sum that leaves change."""
    who, (one, other), buy = draw.person(), draw.things(2), draw.verb("buy")
    name = who.name
    facts = (
        f"[{name} {buy.past} <a> {one.many} at $<b> each.|{name} {buy.past} <a> {one.many} for $<b> each."
        f"|{name} took <a> {one.many}, and every {one.one} was $<b>.|One {one.one} costs $<b>, and {name} took <a>.]",
        f"[[{name}|{who.they}] also took <c> {other.many} at $<d> each.|[{name}|{who.they}] paid $<d> for "
        f"each of <c> {other.many} as well."
        f"|{name} chose <c> {other.many}, too, which cost $<d> apiece.]",
        f"[[{name}|{who.they}] [paid with|handed over|gave the cashier] $<e>.|{name} had brought $<e>."
        f"|{name} came with $<e>.]",
    )
    rows = (
        ("how-many", f"How many {one.many} could {name} get for $<n>?", "n / b"),
        (
            "total",
            f"[How much did {name} spend {ALL}?|What did all of it cost?|How much money did {name} "
            "pay for everything?]",
            "a * b + c * d",
        ),
        (
            "change",
            f"[How much change did {name} get?|How much money was left after the shopping?"
            f"|How much money does {name} have left?]",
            "e - (a * b + c * d)",
        ),
        ("first-only", f"How much did {name} spend on the {one.many}?", "a * b"),
        ("second-only", f"How much did the {other.many} cost {name} {ALL}?", "c * d"),
        ("difference", f"How much more did {name} spend on the {one.many} than on the {other.many}?", "a * b - c * d"),
        ("pieces", f"How many things did {name} {buy.base} {ALL}?", "a + c"),
        (
            "pair",
            f"[How much do one {one.one} and one {other.one} cost together?"
            f"|How much would {name} have paid for just one {one.one} and one {other.one}?]",
            "b + d",
        ),
        (
            "dearer",
            f"[How much more does one {one.one} cost than one {other.one}?"
            f"|By how many dollars is one {other.one} cheaper than one {one.one}?]",
            "b - d",
        ),
    )
    ranges = {"a": (2, 9), "b": (3, 30), "c": (2, 9), "d": (2, 20), "e": (450, 600)}
    if draw.rng.random() < 0.6:
        ranges |= {"b": (2, 9), "d": (2, 6), "e": (136, 200)}
    ranges |= {"n": (10, 240)}
    return story(draw, "price-total-change", facts, rows, who=who, things=one.many, ranges=ranges, counts=False)


def _street(draw: Draw) -> tuple[str, ...]:
    """What is told of a street and never matters."""
    one, two = draw.people(2)
    return (
        f"[{one.name} is <s> years old.|{one.name} stood there for <s> minutes.]",
        f"[{two.name} spent $<r> elsewhere.|There were <r> dogs in the street.|<r> cars were in the street.]",
        "[It was <q> degrees that day.|They started <q> minutes late.]",
    )


FAMILIES: dict[str, Maker] = {
    "shop-day": shop_day,
    "shop-backwards": shop_unknown,
    "small-business": lemonade,
    "fair-stand": two_kinds_sold,
    "price-total-change": price_total_change,
}
