"""Earning, saving and spending: wages, sales and their costs, a goal, what is left and what was there before."""

from __future__ import annotations

from irmill.compiler.english.scenes.contrasts import bystanders, contrasting
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.wording import ALL, after, past, per


def _goal(draw: Draw) -> Scene:
    p, q = draw.people(2)
    x = draw.article()
    time = draw.pick("week", "month", "day")
    save = draw.verb("save")
    facts = [
        draw.pick(
            f"{p.name} wants [to buy |]a {x} [that costs|for] $<t>.",
            f"a {x} costs $<t>, and {p.name} wants one.",
            f"{p.name} is saving for a {x} of $<t>.",
        ),
        draw.pick(f"[{p.they}|{p.name}] already has $<a>.", f"so far {p.they} has $<a>."),
        draw.pick(
            f"[{p.they}|{p.name}] can {save.base} $<b> {per(time)}.",
            f"every {time} {p.they} {save.present3} $<b>.",
            f"[{p.they}|{p.name}] {save.present3} <b> dollars {per(time)}.",
        ),
    ]
    rows = [
        ("missing", "How much [money |]is still missing?", "t - a"),
        ("time", f"How many {time}s does it take until {p.name} can buy the {x}?", "(t - a) / b"),
        ("later", f"How much will {p.name} have after <c> {time}s?", "a + b * c"),
        ("saved", f"How much [does|will] {p.name} {save.base} in <c> {time}s?", "b * c"),
        ("missing-later", f"How much is still missing after <c> {time}s?", "t - a - b * c"),
        ("from-nothing", f"How many {time}s would {p.name} need without the money that {p.they} has already?", "t / b"),
        ("gift", after(f"{q.name} gives {p.name} $<d>", "How much is still missing then?"), "t - a - d"),
    ]
    ranges = {"t": (120, 600), "a": (10, 60), "b": (3, 20), "c": (2, 4), "d": (5, 40)}
    return contrasting("save-goal", facts, rows, who=p, always=(0,), ranges=ranges)


def _wages(draw: Draw) -> Scene:
    p = draw.person()
    chore = draw.chore()
    first, second = draw.day(), draw.day()
    earn, spend = draw.verb("earn"), draw.verb("spend")
    while earn.base in ("find", "raise", "win"):  # no wages
        earn = draw.verb("earn")
    x = draw.article()
    facts = [
        draw.pick(
            f"{p.name} {earn.present3} $<a> {per('hour')} [by|for|with] {chore}.",
            f"for {chore}, {p.name} is paid $<a> {per('hour')}.",
            f"{p.name} gets <a> dollars {per('hour')} for {chore}.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] worked <b> hours on {first} and <c> hours on {second}.",
            f"on {first} {p.they} worked for <b> hours, on {second} for <c>.",
            f"<b> hours of work came together on {first} and <c> on {second}.",
        ),
        draw.pick(
            f"then {p.they} {past(spend)} $<d> on a {x}.", f"of this money {p.they} {past(spend)} $<d> on a {x}."
        ),
    ]
    did = f"did {p.name} {earn.base}"
    rows = [
        ("all", f"How much {did} on the <k=two> days {ALL}?", "a * (b + c)"),
        ("first", f"How much {did} on {first}?", "a * b"),
        ("hours", f"How many hours did {p.name} work {ALL}?", "b + c"),
        ("more", f"How much more {did} on {first} than on {second}?", "a * (b - c)"),
        ("left", "How much of it was left in the end?", "a * (b + c) - d"),
        (
            "tips",
            after("there were also <e> dollars of tips", f"How much {did} {ALL}?"),
            "a * (b + c) + e",
        ),
        ("hours-more", f"How many more hours did {p.name} work on {second} than on {first}?", "c - b"),
    ]
    ranges = {"a": (5, 30), "b": (2, 9), "c": (2, 9), "d": (3, 19), "e": (3, 40)}
    return contrasting("earn-wages", facts, rows, who=p, always=(0, 1), fixed={"k": 2}, ranges=ranges)


def _sales(draw: Draw) -> Scene:
    """What is sold, less what it cost: for each piece or in all."""
    p = draw.person()
    x = draw.thing(draw.pick("treat", "toy", "clothes", "flower"))
    sell = draw.verb("sell")
    whole = draw.rng.random() < 0.5
    facts = [
        draw.pick(
            f"{p.name} {past(sell)} <a> {x.many} for $<b> each.",
            f"{p.name} {past(sell)} <a> {x.many} at $<b> apiece.",
            f"<a> {x.many} were {sell.participle} by {p.name}, each for $<b>.",
        ),
        draw.pick(
            f"[{p.they}|{p.name}] had paid $<c> [in all |altogether |]to make them.",
            f"[{p.name}'s|{p.their}] costs were $<c> [in all|altogether].",
            f"to make [all of |]them had cost {p.them} $<c>.",
        )
        if whole
        else draw.pick(
            f"it had cost {p.them} $<c> to make one {x.one}.",
            f"each {x.one} had cost {p.them} $<c>.",
            f"[{p.they}|{p.name}] had paid $<c> for each of them.",
        ),
        draw.pick(f"[{p.they}|{p.name}] also paid $<d> for the stand.", "the stand at the market cost $<d>."),
    ]
    costs = "c" if whole else "a * c"
    profit = "a * b - c" if whole else "a * (b - c)"
    rows = [
        ("income", f"How much [money |]did {p.name} [get|take in] for the {x.many}?", "a * b"),
        ("profit", f"How much [profit |]was left of it after paying [only |]for making the {x.many}?", profit),
        ("profit-all", "How much was left after [all costs|paying for all, the stand too]?", f"{profit} - d"),
        ("costs", f"How much did {p.name} pay {ALL}, with the stand?", f"{costs} + d"),
        ("unsold", after(f"<e> of the {x.many} were brought back", f"How many {x.many} were really sold?"), "a - e"),
        ("dearer", after("each had been $<f> dearer", f"How much would {p.name} have taken in?"), "a * (b + f)"),
    ]
    if not whole:
        rows.append(("one", f"How much more than its cost did {p.name} get for one {x.one}?", "b - c"))
        rows.append(("making", f"How much did it cost to make [all |]the {x.many}?", "a * c"))
    ranges = {"a": (8, 40), "b": (8, 30), "c": (2, 6), "d": (3, 19), "e": (2, 7), "f": (2, 5)}
    if whole:
        ranges["c"] = (5, 40)
    return contrasting("earn-sales", facts, rows, noise=bystanders(draw, p, x), who=p, always=(0, 1), ranges=ranges)


def _purse(draw: Draw) -> Scene:
    """Two purchases; the start or the end is told."""
    p, q = draw.people(2)
    x, y = draw.article(), draw.article()
    told = draw.rng.random() < 0.5
    spend, earn = draw.verb("spend"), draw.verb("earn")
    start = draw.pick(
        f"{p.name} had $<t>.", f"{p.name} went out with <t> dollars.", f"there were $<t> in {p.name}'s purse."
    )
    buys = [
        draw.pick(f"[{p.they}|{p.name}] {past(spend)} $<a> on a {x}.", f"{p.name} bought a {x} for $<a>."),
        draw.pick(
            f"after that, {p.they} {past(spend)} $<b> on a {y}.",
            f"a {y} cost {p.them} another $<b>.",
            f"[{p.they}|{p.name}] also bought a {y} for <b> dollars.",
        ),
    ]
    did = f"did {p.name}"
    both = ("both", f"How much {did} pay for the {x} and the {y} {ALL}?", "a + b")
    more = ("more", f"How much more did the {x} cost than the {y}?", "a - b")
    cheaper = ("cheaper", f"How much less did the {x} cost than the {y}?", "b - a")
    if told:
        rows = [
            both,
            more,
            cheaper,
            ("left", f"How much [money |]{did} have left in the end?", "t - a - b"),
            ("left-first", f"How much [money |]{did} have [left |]after buying the {x}?", "t - a"),
            ("gift", after(f"then {q.name} gave {p.name} $<d>", f"How much {did} have in the end?"), "t - a - b + d"),
        ]
        facts = [start, *buys]
    else:
        facts = [
            buys[0].replace(f"[{p.they}|{p.name}]", p.name),
            buys[1],
            draw.pick(
                f"[now|in the end] {p.name} had $<c> left.", "<c> dollars were left.", "there were then $<c> left."
            ),
            draw.pick(f"later {p.they} {past(earn)} $<e>.", f"the next day {p.name} {past(earn)} <e> dollars."),
        ]
        rows = [
            both,
            more,
            cheaper,
            ("start", f"How much [money |]{did} have [at first|before shopping|to begin with]?", "a + b + c"),
            ("between", f"How much {did} have before buying the {y}?", "b + c"),
            ("end", f"How much {did} have after {earn.ing} more?", "c + e"),
        ]
    ranges = {"t": (90, 300), "a": (5, 45), "b": (5, 40), "c": (3, 60), "d": (3, 50), "e": (3, 50)}
    decimals = draw.pick("", "", "abc")
    return contrasting(
        "spend-purse", facts, rows, who=p, always=(0,), ranges=ranges, decimals=decimals, counts=not decimals
    )


def _present(draw: Draw) -> Scene:
    """Money that is put together."""
    p, q = draw.people(2)
    x = draw.article()
    group = draw.group()
    facts = [
        draw.pick(f"{p.name} has $<a>.", f"{p.name} saved <a> dollars.", f"{p.name} brings $<a>."),
        draw.pick(f"{q.name} has $<b>.", f"{q.name} saved <b> dollars.", f"{q.name} brings $<b>."),
        draw.pick(f"they want to buy a {x} [together |]for $<t>.", f"a {x} for both of them costs $<t>."),
    ]
    rows = [
        ("all", f"How much [money |]do {p.name} and {q.name} have {ALL}?", "a + b"),
        ("missing", f"How much more do {p.name} and {q.name} need for the {x}?", "t - a - b"),
        ("missing-one", f"How much more would {p.name} need to buy the {x} alone?", "t - a"),
        ("more", f"How much more does {p.name} have than {q.name}?", "a - b"),
        (
            "shares",
            after(f"<c> {group.many} pay for the {x} instead, all the same", "How much does each pay?"),
            "t / c",
        ),
        (
            "shares-rest",
            f"<c> {group.many} share what is missing equally. How much does each {group.one} pay?",
            "(t - a - b) / c",
        ),
        (
            "discount",
            after(f"the {x} gets $<d> cheaper", f"How much more do {p.name} and {q.name} need?"),
            "t - a - b - d",
        ),
    ]
    ranges = {"t": (100, 300), "a": (8, 45), "b": (8, 40), "c": (2, 9), "d": (2, 12)}
    return contrasting("spend-present", facts, rows, always=(0, 1), ranges=ranges)


def _fee(draw: Draw) -> Scene:
    """A fee once and a price for each day."""
    p = draw.person()
    what = draw.pick("bike", "boat", "car", "tent", "guitar", "machine")
    time = draw.pick("day", "hour", "week")
    facts = [
        draw.pick(
            f"the shop lends a {what} for $<a> {per(time)}.",
            f"a {what} costs $<a> {per(time)}.",
            f"{p.name} pays $<a> {per(time)} for a {what}.",
        ),
        draw.pick("[besides|also], there is a fee of $<b>[ at the start|].", "at the start $<b> must be paid once."),
        draw.pick(f"{p.name} keeps the {what} for <c> {time}s.", f"{p.name} needs it for <c> {time}s."),
    ]
    rows = [
        ("all", f"How much does {p.name} pay {ALL}?", "a * c + b"),
        ("time-only", f"How much of it is for the {time}s?", "a * c"),
        (
            "longer",
            after(f"{p.name} takes it for <d> {time}s more", f"How much is that {ALL}, fee and {time}s?"),
            "a * (c + d) + b",
        ),
        ("change", after(f"{p.name} pays with $<t>", f"How much does {p.name} get back?"), "t - a * c - b"),
        ("discount", after("the fee is lowered by $<e>", "How high is the fee then?"), "b - e"),
        (
            "times",
            after(f"{p.name} has $<t> and pays the fee", f"For how many {time}s is the rest enough?").replace(
                "For how", "for how"
            ),
            "(t - b) / a",
        ),
    ]
    ranges = {"a": (3, 20), "b": (8, 40), "c": (2, 9), "d": (2, 5), "t": (300, 500), "e": (2, 7)}
    return contrasting("spend-fee", facts, rows, who=p, always=(0, 1, 2), ranges=ranges)


FAMILIES: dict[str, Maker] = {
    "save-goal": _goal,
    "earn-wages": _wages,
    "earn-sales": _sales,
    "spend-purse": _purse,
    "spend-present": _present,
    "spend-fee": _fee,
}
"""The families of this file by name."""
