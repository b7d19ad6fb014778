"""Scenes that go over days: pages read, stocks used up, pictures kept and deleted, work done and paid."""

from __future__ import annotations

from irmill.compiler.english.scenes.asking import ALL, dealt, had, more, together
from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.scene import Maker, Scene
from irmill.compiler.english.scenes.stories import story


def _reading(draw: Draw) -> tuple[str, ...]:
    """Pages and books that somebody else reads."""
    one, two = draw.people(2)
    return (
        f"[{one.name} reads <p> pages every week.|{one.name} once read <p> pages in one night.]",
        f"[{two.name} has <q> books at home.|{two.name}'s book has <q> pages.|{two.name} wrote <q> pages.]",
        "The library has <r> [books|shelves|comics].",
    )


def book_days(draw: Draw) -> Scene:
    """A book with pages and chapters, read on two days; a friend reads another."""
    who, friend = draw.people(2)
    name, other = who.name, friend.name
    read = draw.verb("read")
    day, next_day = draw.day(), draw.day()
    facts = (
        f"[{name}'s book has <a> pages.|{name} is reading a book of <a> pages.|There are <a> pages in {name}'s "
        "new book."
        f"|{name} took a book with <a> pages from the library.]",
        "[The book has <m> chapters.|It has <m> chapters.|Its story is told in <m> chapters.]",
        f"[On {day} {name} {read.past} <b> pages.|{name} {read.past} <b> pages of it on {day}."
        f"|{name} {read.past} the first <b> pages on {day}.]",
        f"[On {next_day} {who.they} {read.past} <c> more pages.|On {next_day}, {name} {read.past} another <c> pages."
        f"|{name} {read.past} <c> pages of it on {next_day}.]",
        f"[{other} {read.past} <d> pages of another book on {day}.|On {day}, {other} {read.past} <d> pages.]",
    )
    rows = (
        (
            "whole-book",
            f"If {name} had read <n> pages of the book every day, how many days would the whole book have taken?",
            "a / n",
        ),
        ("read", f"How many pages did {name} read on the two days {ALL}?", "b + c"),
        (
            "left",
            f"[How many pages does {name} still have to read?|How many pages are left to read?"
            f"|How many more pages must {name} read to finish the book?]",
            "a - b - c",
        ),
        ("left-after-first", f"How many pages of the book were left after {day}?", "a - b"),
        ("second-day-more", f"How many more pages did {name} read on {next_day} than on {day}?", "c - b"),
        (
            "chapter",
            f"[If all chapters are equally long, how many pages does each have?|How many pages are in each chapter of "
            f"{name}'s book, if the chapters are equally long?]",
            "a / m",
        ),
        ("than-friend", f"On {day}, how many more pages did {name} read than {other}?", "b - d"),
        ("both-first-day", f"How many pages did {name} and {other} read {ALL} on {day}?", "b + d"),
        (
            "days-to-finish",
            f"[If {name} reads <e> pages a day from then on, how many more days are needed to finish the book?"
            f"|From now on {name} wants to read <e> pages every day. How many days will the rest take?]",
            "(a - b - c) / e",
        ),
    )
    ranges = {"a": (90, 400), "b": (6, 42), "c": (8, 44), "d": (3, 30), "e": (4, 20), "m": (3, 20)}
    return story(draw, "book-days", facts, rows, who=who, noise=_reading(draw), always=(0,), ranges=ranges)


def book_numbers(draw: Draw) -> Scene:
    """Books with chapters and pages, and days: of all these numbers few matter."""
    who, friend = draw.people(2)
    name, other, read = who.name, friend.name, draw.verb("read")
    facts = (
        f"[{name} {read.past} <a> books in the first months of the year.|{name} {read.past} <a> books last month."
        f"|During the holidays {name} {read.past} <a> books.]",
        "[Each book has <b> chapters.|Every one of the books has <b> chapters.]",
        "[There are <c> pages in each chapter.|A chapter is <c> pages long.|Every chapter has <c> pages.]",
        f"[{other} {read.past} <d> books.|{other} {read.past} <d> books in the same time.]",
        f"[Each book was bought for $<e>.|{name} pays $<e> for each book.]",
    )
    rows = (
        ("chapters", f"How many chapters did {name} read {ALL}?", "a * b"),
        ("pages-book", "How many pages does one of the books have?", "b * c"),
        ("pages", f"How many pages did {name} read {ALL}?", "a * b * c"),
        ("books-both", together(name, other, "books", "read"), "a + d"),
        ("books-more", more(name, other, "books", "read"), "a - d"),
        ("price", f"How much did {name}'s books cost {ALL}?", "a * e"),
        (
            "started",
            f"[Of the next book {name} has read <m> chapters. How many chapters of it are left?"
            f"|If {name} has read <m> chapters of one more such book, how many chapters of that book are left?]",
            "b - m",
        ),
    )
    ranges = {"a": (3, 14), "b": (5, 20), "c": (6, 30), "d": (2, 12), "e": (4, 20), "m": (2, 9)}
    return story(draw, "book-numbers", facts, rows, who=who, things="books", always=(0,), ranges=ranges, counts=True)


def stock_days(draw: Draw) -> Scene:
    """A stock from which the same is taken every day, and which is filled up once."""
    who, food = draw.person(), draw.thing("food")
    name, things, eat = who.name, food.many, draw.verb("consume")
    pet = draw.pick("dog", "cat", "pony", "parrot")
    facts = (
        f"[{name} has <a> {things} in the kitchen.|There are <a> {things} in {name}'s cupboard."
        f"|{name} bought <a> {things}.]",
        f"[Every day {name} {eat.present3} <b> of the {things}.|{name} {eat.present3} <b> {things} a day."
        f"|{name} {eat.present3} <b> {things} each day.]",
        f"[{name}'s {pet} gets <c> {things} a day.|Each day, <c> {things} go to the {pet}.]",
        f"[A friend brings {name} <d> more {things}.|{name} buys <d> {things} more.]",
    )
    rows = (
        ("days", f"How many days would <e> {things} last {name} alone?", "e / b"),
        ("in-days", f"How many {things} does {name} {eat.base} in <m> days?", "b * m"),
        (
            "left",
            f"[How many of the first {things} are left after <m> days, if only {name} takes some?"
            f"|Without the {pet} and without new {things}, how many are left after <m> days?]",
            "a - b * m",
        ),
        ("with-new", f"How many {things} are there with the new ones, before any is eaten?", "a + d"),
        (
            "together-days",
            f"[How many days would <e> {things} last {name} and the {pet} together?"
            f"|In how many days are <e> {things} used up by {name} and the {pet}?]",
            "e / (b + c)",
        ),
        ("per-day", f"How many {things} do {name} and the {pet} need each day?", "b + c"),
        ("difference", f"How many more {things} a day does {name} need than the {pet}?", "b - c"),
    )
    ranges = {"a": (60, 200), "b": (2, 9), "c": (2, 6), "d": (5, 40), "e": (12, 60), "m": (3, 7)}
    return story(draw, "stock-days", facts, rows, who=who, things=things, always=(0,), ranges=ranges)


def kept_and_deleted(draw: Draw) -> Scene:
    """Photos, songs or messages on a phone: some deleted, some added, then one number is known and one is not."""
    who, friend = draw.people(2)
    name = who.name
    things, add = draw.rng.choice(
        (
            ("pictures", "took"),
            ("songs", "downloaded"),
            ("videos", "recorded"),
            ("messages", "received"),
            ("files", "saved"),
        )
    )
    device = draw.pick("phone", "tablet", "computer", "laptop")
    wipe = draw.verb("delete")
    day = draw.day()
    facts = (
        f"[{name} had <a> {things} on a {device}.|There were <a> {things} on {name}'s {device}."
        f"|{name}'s {device} held <a> {things}.]",
        f"[On {day} {name} {wipe.past} <b> of them.|{name} {wipe.past} <b> {things} to make room."
        f"|{name} {wipe.past} <b> old {things}.]",
        f"[After that {who.they} {add} <c> new {things}.|Then {name} {add} <c> {things}."
        f"|{name} {add} <c> more {things}.]",
        f"[{friend.name} has <d> {things}.|On {friend.name}'s {device} there are <d> {things}.]",
        f"[{friend.name} {wipe.past} <e> {things}, too.|{friend.name} also {wipe.past} <e> {things}.]",
    )
    rows = (
        (
            "albums",
            f"At first, {friend.name} had sorted the {things} into <n> equal folders. How many were in each?",
            "d / n",
        ),
        ("now", f"How many {things} are on {name}'s {device} now?", "a - b + c"),
        ("after-deleting", f"How many {things} were left on {name}'s {device} right after the deleting?", "a - b"),
        (
            "net",
            f"[How many more {things} did {name} add than {who.they} {wipe.past}?"
            f"|By how many is the number of {things} on {name}'s {device} larger now than at first?]",
            "c - b",
        ),
        ("deleted-both", f"How many {things} did {name} and {friend.name} {wipe.base} {ALL}?", "b + e"),
        ("deleted-more", f"How many more {things} did {name} {wipe.base} than {friend.name}?", "b - e"),
        ("at-first-more", f"At first, how many more {things} did {name} have than {friend.name}?", "a - d"),
        ("nothing-deleted", f"If {name} had {wipe.participle} nothing, how many {things} would be there now?", "a + c"),
    )
    ranges = {"a": (40, 200), "b": (5, 30), "c": (6, 60), "d": (31, 190), "e": (2, 29)}
    return story(draw, "kept-and-deleted", facts, rows, who=who, things=things, always=(0, 1), ranges=ranges)


def days_of_gathering(draw: Draw) -> Scene:
    """What somebody gathers on three days, told with the number of days; a friend's gathering beside it."""
    who, friend = draw.people(2)
    name, things, find, lose = who.name, draw.thing("collectible").many, draw.verb("collect"), draw.verb("lose")
    first, second, third = (draw.day() for _ in range(3))
    facts = (
        f"[{name} {find.past} <a> {things} on {first}.|On {first}, {name} {find.past} <a> {things}."
        f"|On {first} <a> {things} were {find.participle} by {name}.]",
        f"[On {second} it was <b>.|On {second} {name} {find.past} <b> {things}.|<b> more {things} followed "
        f"on {second}.]",
        f"[On {third} {who.they} {find.past} <c> more.|{name} {find.past} <c> {things} on {third}."
        f"|On {third} there were <c> {things}.]",
        f"[{friend.name} {find.past} <d> {things} on {first}.|On {first} {friend.name} {find.past} <d>.]",
        f"[{name} {lose.past} <e> of the {things}.|Later {name} {lose.past} <e> {things}.]",
    )
    rows = (
        ("one-day-dealt", dealt(f"the {things} of {second}"), "b / n"),
        ("all", f"How many {things} did {name} {find.base} [in|during] the <t> days {ALL}?", "a + b + c"),
        (
            "two-days",
            f"How many {things} did {name} {find.base} {ALL} on {first} and {second}, the first <u> days?",
            "a + b",
        ),
        ("last-two", f"How many {things} did {name} {find.base} on {second} and {third} together?", "b + c"),
        ("day-more", f"How many more {things} did {name} {find.base} on {third} than on {first}?", "c - a"),
        ("day-fewer", f"How many fewer {things} did {name} {find.base} on {second} than on {third}?", "c - b"),
        ("than-friend", f"How many more {things} than {friend.name} did {name} {find.base} on {first}?", "a - d"),
        ("left", had(name, things), "a + b + c - e"),
        (
            "last-than-rest",
            f"How many more {things} did {name} {find.base} on {first} and {second} together than on {third}?",
            "a + b - c",
        ),
    )
    ranges = {"a": (5, 60), "b": (3, 60), "c": (6, 70), "d": (2, 50), "e": (2, 12)}
    return story(
        draw,
        "days-of-gathering",
        facts,
        rows,
        who=who,
        things=things,
        ranges=ranges,
        fixed={"t": 3, "u": 2},
        always=(0,),
    )


def homework_time(draw: Draw) -> Scene:
    """Minutes spent on subjects; how long together, how much longer, and what is left of the afternoon."""
    who, friend = draw.people(2)
    one, two, three = draw.subject(), draw.subject(), draw.subject()
    name = who.name
    spend = draw.pick("spent", "worked", "needed")
    with_one, with_two = (f"on {one}", f"on {two}") if spend != "needed" else (f"for {one}", f"for {two}")
    facts = (
        f"[{name} {spend} <a> minutes {with_one}.|On {one} homework {name} spent <a> minutes.]",
        f"[{name} {spend} <b> minutes {with_two}.|The {two} homework took {who.them} <b> minutes.]",
        f"[{name} practiced {three} for <c> minutes.|<c> minutes went into {three}.|{three} took {name} <c> minutes.]",
        f"[{friend.name} spent <d> minutes on {one}.|{friend.name} needed <d> minutes for {one}.]",
        f"[{name} had <e> minutes before dinner.|There were <e> minutes until dinner when {name} began.]",
    )
    rows = (
        ("all", f"How many minutes did {name} spend on {one}, {two} and {three} {ALL}?", "a + b + c"),
        ("two", f"How long did {name} work on {one} and {two} {ALL}, in minutes?", "a + b"),
        ("longer", f"How many minutes longer did {name} work on {two} than on {one}?", "b - a"),
        ("friend", f"How many more minutes did {friend.name} spend on {one} than {name}?", "d - a"),
        ("left", f"How many minutes were left before dinner when {name} had done all of it?", "e - a - b - c"),
        ("left-after-one", f"How many minutes before dinner were left after {name} had done only {one}?", "e - a"),
        (
            "per-exercise",
            f"There were <m> equally long exercises in {two}. How many minutes did each take {name}?",
            "b / m",
        ),
    )
    ranges = {"a": (10, 45), "b": (12, 60), "c": (10, 40), "d": (12, 60), "e": (150, 240), "m": (2, 6)}
    return story(draw, "homework-time", facts, rows, who=who, ranges=ranges, shuffle=True)


FAMILIES: dict[str, Maker] = {
    "book-days": book_days,
    "book-numbers": book_numbers,
    "stock-days": stock_days,
    "kept-and-deleted": kept_and_deleted,
    "days-of-gathering": days_of_gathering,
    "homework-time": homework_time,
}
