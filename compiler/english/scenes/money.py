"""Buying: prices times numbers, bills and change, what is missing, tickets, discounts, one price from a total."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past

_SPEND = "[spend|pay]"


def _two_prices(draw: Draw) -> Scene:
    """Several of two things, each at its price."""
    p = draw.person()
    x, y = draw.things(2)
    buy = draw.verb("buy")
    facts = [
        draw.pick(
            f"{p.name} {past(buy)} <a> {x.many} for $<b> each.",
            f"{p.name} {past(buy)} <a> {x.many} at $<b> [apiece|a piece|each].",
            f"{p.name} {past(buy)} <a> {x.many}, and [each|every] {x.one} cost $<b>.",
            f"{p.name} paid $<b> for each of <a> {x.many}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] also {buy.past} <c> {y.many} for $<d> each.",
            f"[{p.they}|{p.name}] {past(buy)} <c> {y.many}, too, for <d> dollars each.",
            f"[{p.they}|{p.name}] got <c> {y.many} at $<d> [apiece|a piece|each] as well.",
        ),
        draw.pick(f"{p.name} had $<t> with {p.them}.", f"{p.name} had taken $<t> along."),
    ]
    did = f"did {p.name}"
    rows = [
        ("first", f"How much {did} {_SPEND} for the {x.many}[ {ALL}|]?", "a * b"),
        ("second", f"How much {did} {_SPEND} for the {y.many}[ {ALL}|]?", "c * d"),
        ("all", f"How much [money |]{did} {_SPEND} {ALL}?", "a * b + c * d"),
        ("number", f"How many {x.kind.many} {did} {buy.base} {ALL}?", "a + c"),
        ("more", f"How much more {did} {_SPEND} for the {x.many} than for the {y.many}?", "a * b - c * d"),
        ("price", f"How much more [does|did] one {x.one} cost than one {y.one}?", "b - d"),
        ("number-more", f"How many more {y.many} than {x.many} {did} {buy.base}?", "c - a"),
        ("left", f"How much [money |]{did} have left?", "t - a * b - c * d"),
        ("one-each", f"How much do one {x.one} and one {y.one} cost together?", "b + d"),
    ]
    decimals = draw.pick("", "bd")
    ranges = {"a": (2, 15), "b": (3, 30), "c": (2, 15), "d": (2, 25), "t": (300, 900)}
    return contrasting(
        "buy-two",
        facts,
        rows,
        noise=bystanders(draw, p, x),
        who=p,
        always=(0,),
        ranges=ranges,
        decimals=decimals,
        counts=not decimals,
    )


def _three_articles(draw: Draw) -> Scene:
    """One of each, a bill, what is missing and what comes back."""
    p = draw.person()
    x, y, z = draw.article(), draw.article(), draw.article()
    place = draw.place()
    facts = [
        draw.pick(
            f"at the {place}, a {x} costs $<a>.", f"a {x} [costs|is] <a> dollars.", f"the price of a {x} is $<a>."
        ),
        draw.pick(f"a {y} costs $<b>.", f"a {y} is $<b>.", f"for a {y} [people|customers] pay $<b>."),
        draw.pick(f"a {z} costs $<c>.", f"the price of a {z} is $<c>.", f"<c> dollars is the price of a {z}."),
    ]
    if draw.rng.random() < 0.4:
        facts = [f"a {x} costs $<a>, a {y} $<b> and a {z} $<c>[ at the {place}|]."]
    has = f"{p.name} has $<d>"
    rows = [
        ("two", f"How much do a {x} and a {y} cost [together|in all|altogether]?", "a + b"),
        ("three", f"How much do [all three|the three of them] cost {ALL}?", "a + b + c"),
        ("more", f"How much more does a {x} cost than a {y}?", "a - b"),
        ("cheaper", f"How much cheaper is a {x} than a {z}?", "c - a"),
        (
            "change",
            f"{p.name} buys a {x} and a {y} and pays with [a $<t> bill|$<t>]. "
            f"How much [change|money] does {p.name} get back?",
            "t - a - b",
        ),
        ("missing", after(has, f"How much more does {p.name} need for a {x}?"), "a - d"),
        ("missing-two", after(has, f"How much more does {p.name} need to buy a {x} and a {z}?"), "a + c - d"),
        ("left", after(f"{p.name} has $<t> and buys a {z}", f"How much does {p.name} have left?"), "t - c"),
        ("several", f"{p.name} buys <e> {_many(y)} and one {x}. How much is that {ALL}?", "e * b + a"),
    ]
    decimals = draw.pick("", "abc")
    ranges = {"a": (15, 90), "b": (8, 60), "c": (8, 90), "d": (3, 14), "t": (200, 400), "e": (2, 9)}
    return contrasting("buy-articles", facts, rows, shuffle=True, ranges=ranges, decimals=decimals, counts=not decimals)


def _many(article: str) -> str:
    """An article's plural."""
    return f"{article}es" if article.endswith(("s", "x", "ch", "sh")) else f"{article}s"


def _tickets(draw: Draw) -> Scene:
    p = draw.person()
    place = draw.pick("zoo", "museum", "cinema", "fair", "theater", "pool", "castle")
    first, second = draw.rng.choice(
        (("adult", "child"), ("grown-up", "student"), ("weekend", "weekday"), ("front", "back"))
    )
    one, two = f"{first} tickets", f"{second} tickets"
    facts = [
        draw.pick(
            f"at the {place} [an|one] {first} ticket costs $<a> and [a|one] {second} ticket $<b>.".replace(
                "[an|one]", "one"
            ),
            f"{one} [for the {place} |]cost $<a>, {two} cost $<b>.",
            f"the {place} [takes|wants] $<a> for each {first} ticket and $<b> for each {second} ticket.",
        ),
        draw.pick(
            f"{p.name} buys <c> {one} and <d> {two}.",
            f"{p.name} needs <c> {one} and <d> {two}.",
            f"{p.name}'s group takes <c> {one} and <d> {two}.",
        ),
    ]
    does = f"does {p.name} [pay|have to pay]"
    rows = [
        ("all", f"How much {does} {ALL}?", "a * c + b * d"),
        ("first", f"How much {does} for the {one}?", "a * c"),
        ("second", f"How much {does} for the {two}?", "b * d"),
        ("number", f"How many tickets is that {ALL}?", "c + d"),
        ("more", f"How much more {does} for the {one} than for the {two}?", "a * c - b * d"),
        ("price", f"How much more is one {first} ticket than one {second} ticket?", "a - b"),
        ("change", f"{p.name} pays with $<t>. How much [change |money |]does {p.name} get back?", "t - a * c - b * d"),
        (
            "coupon",
            after(f"{p.name} has a coupon for $<e> off the whole price", f"How much {does} {ALL}?"),
            "a * c + b * d - e",
        ),
    ]
    noise = (f"the {place} opens at <m> o'clock.", f"<n> people work at the {place}.")
    ranges = {"a": (8, 30), "b": (3, 15), "c": (2, 12), "d": (2, 15), "t": (600, 900), "e": (2, 12), "m": (7, 11)}
    decimals = draw.pick("", "", "ab")
    return contrasting(
        "buy-tickets",
        facts,
        rows,
        who=p,
        always=(0,),
        noise=noise,
        ranges=ranges,
        decimals=decimals,
        counts=not decimals,
    )


def _one_price(draw: Draw) -> Scene:
    """The price of several is told; one costs the share of it."""
    p = draw.person()
    x = draw.thing()
    y = draw.article()
    buy = draw.verb("buy")
    facts = [
        draw.pick(
            f"{p.name} {past(buy)} <a> {x.many} for $<t>[ in all|].",
            f"<a> {x.many} cost {p.name} $<t>[ in all|].",
            f"for <a> {x.many} {p.name} paid $<t>[ in all|].",
            f"{p.name} paid $<t> for <a> {x.many}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] also {buy.past} a {y} for $<c>.",
            f"a {y} cost {p.them} another $<c>.",
            f"[{p.they}|{p.name}] paid $<c> for a {y}, too.",
        ),
    ]
    did = f"did {p.name}"
    rows = [
        ("one", f"How much did [each|one] {x.one} cost?", "t / a"),
        ("all", f"How much {did} {_SPEND} {ALL}?", "t + c"),
        ("other-number", f"How much [would|do] <b> {x.many} cost at [this|the same] price?", "t / a * b"),
        ("affordable", f"How many {x.many} could one buy at this price for $<d>?", "d / (t / a)"),
        ("more", f"How much more {did} {_SPEND} for the {y} than for the {x.many}?", "c - t"),
        ("more-one", f"How much more did the {y} cost than one {x.one}?", "c - t / a"),
        ("bill", after(f"{p.name} had $<e> at first", f"How much did {p.name} have left in the end?"), "e - t - c"),
        (
            "resold",
            after(f"{p.name} sells each {x.one} for $<f>", f"How much does {p.name} get for [all |]the {x.many}?"),
            "a * f",
        ),
    ]
    ranges = {"a": (2, 12), "t": (10, 120), "b": (2, 20), "c": (20, 150), "d": (20, 300), "e": (300, 500), "f": (2, 20)}
    return contrasting("buy-one", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0,), ranges=ranges)


def _discount(draw: Draw) -> Scene:
    p = draw.person()
    x = draw.article()
    xs = _many(x)
    facts = [
        draw.pick(
            f"a {x} [usually|normally] costs $<a>.",
            f"the [old|usual] price of a {x} is $<a>.",
            f"{xs} [usually|normally] cost $<a> each.",
        ),
        draw.pick(
            f"this week every {x} is $<b> [off|cheaper|less].",
            "now [people|customers] [pay|get it for] $<b> less.",
            "in a sale the price is lowered by $<b>.",
        ),
    ]
    buys = f"{p.name} buys <c> {xs} [now|in the sale]"
    rows = [
        ("price", f"How much does a {x} cost now?", "a - b"),
        ("several", after(buys, f"How much does {p.name} pay {ALL}?"), "(a - b) * c"),
        ("saved", after(buys, f"How much does {p.name} save {ALL}?"), "b * c"),
        ("before", f"How much would <c> {xs} have cost before?", "a * c"),
        ("change", f"{p.name} buys one {x} now and pays with $<t>. How much change is that?", "t - (a - b)"),
        ("affordable", after(f"{p.name} has $<d>", f"How many {xs} can {p.name} buy at the new price?"), "d / (a - b)"),
        (
            "once-off",
            after(
                f"{p.name} bought <c> {xs} at the old price and got $<e> off the sum",
                f"How much did {p.name} pay {ALL}?",
            ),
            "a * c - e",
        ),
    ]
    noise = (f"the shop sold <m> {xs} last month.", "the sale lasts <n> days.")
    ranges = {
        "a": (12, 90),
        "b": (2, 9),
        "c": (2, 9),
        "t": (100, 300),
        "d": (80, 900),
        "e": (3, 20),
        "n": (2, 10),
        "m": (3, 60),
    }
    decimals = draw.pick("", "", "ab")
    return contrasting(
        "buy-discount", facts, rows, always=(0, 1), noise=noise, ranges=ranges, decimals=decimals, counts=not decimals
    )


def _as_many_as(draw: Draw) -> Scene:
    """How many can be bought, after something or with something more."""
    p, q = draw.people(2)
    x = draw.thing()
    y = draw.article()
    facts = [
        draw.pick(
            f"{p.name} has $<t>.", f"{p.name} has <t> dollars to spend.", f"there are $<t> in {p.name}'s wallet."
        ),
        draw.pick(
            f"[one|a] {x.one} costs $<b>.", f"{x.many} cost $<b> each.", f"the price of {'one'} {x.one} is $<b>."
        ),
    ]
    bought = f"{p.name} buys a {y} for $<c>"
    gift = f"{q.name} gives {p.name} $<d> more"
    can = f"can {p.name} buy"
    rows = [
        ("number", f"How many {x.many} {can}?", "t / b"),
        ("after", f"first {p.name} buys a {y} for $<c>. How many {x.many} {can} with the rest?", "(t - c) / b"),
        ("rest", after(bought, f"How much does {p.name} have left?"), "t - c"),
        ("with-gift", after(gift, f"How many {x.many} {can} {ALL}?"), "(t + d) / b"),
        ("money", after(gift, f"How much does {p.name} have then?"), "t + d"),
        ("change", after(f"{p.name} buys <e> {x.many}", "How much [money |]is left?"), "t - b * e"),
        ("cost", f"How much do <e> {x.many} cost?", "b * e"),
        ("both", f"{gift} and {p.name} buys a {y} for $<c>. How much does {p.name} have then?", "t + d - c"),
    ]
    ranges = {"t": (40, 300), "b": (2, 12), "c": (3, 39), "d": (3, 60), "e": (2, 3)}
    return contrasting(
        "buy-number", facts, rows, shuffle=True, noise=bystanders(draw, p, x), who=p, always=(0,), ranges=ranges
    )


FAMILIES: dict[str, Maker] = {
    "buy-two": _two_prices,
    "buy-articles": _three_articles,
    "buy-tickets": _tickets,
    "buy-one": _one_price,
    "buy-discount": _discount,
    "buy-number": _as_many_as,
}
"""The families of this file by name."""
