"""How facts of owners are told: what somebody has, gets, loses, how much that is beside what another has."""

from __future__ import annotations

import re

from irmill.compiler.english.scenes.draw import Draw, Person
from irmill.compiler.english.scenes.lexicon import Verb

NOW = "[now|in the end|after that|then|]"
AT_FIRST = "[at first|to begin with|to start with|in the beginning|originally|before that|at the start]"
SOME = "[some|some of them|a few|a few of them|several]"


_QUESTION_WORD = re.compile(r"(?:^|(?<=[\[|]))(?:How|What|By)\b")


def then(event: str, question: str) -> str:
    """A question about a world in which one thing more happens, which is told with the question."""
    small = _QUESTION_WORD.sub(lambda match: match[0].lower(), question)
    return f"[{event}. {question}|If {event}, {small}|Suppose that {event}. {question}]"


def owns(who: Person, letter: str, things: str) -> str:
    """Somebody has so many things."""
    return (
        f"[{who.name} [had|has|owned|owns|started with|began with|starts with] <{letter}> {things}."
        f"|{who.name} [had|has] <{letter}> {things} [at home|in a box|in {who.their} room|on a shelf]."
        f"|There [were|are] <{letter}> {things} in {who.name}'s [room|bag|box|collection|house]."
        f"|The number of {things} that {who.name} [had|has] [was|is] <{letter}>."
        f"|{who.name}, who [likes|loves|collects] {things}, [had|has] <{letter}>[ of them|].]"
    )


def owns_some(who: Person, things: str) -> str:
    """Somebody has things, nobody says how many."""
    return (
        f"[{who.name} [had|owned|started with|began with] [some|a number of|several|many] {things}."
        f"|There were some {things} in {who.name}'s [room|bag|box|house].]"
    )


def event(
    who: Person, verb: Verb, letter: str, things: str, draw: Draw, *, more: bool = False, named: bool = False
) -> str:
    """Somebody does something with so many of the things; ``more`` are added to what there is. ``named``: no pronoun
    stands for who it is."""
    they = who.name if named else who.they
    count = (
        f"[<{letter}> more|<{letter}> more {things}|another <{letter}>[ {things}|]"
        f"|<{letter}> new {things}|<{letter}> {things}]"
        if more
        else f"[<{letter}>|<{letter}> {things}|<{letter}> of them|<{letter}> of the {things}"
        f"|<{letter}> of {who.their} {things}]"
    )
    when = draw.pick("yesterday", "the next day", "in the afternoon", "last week", "after lunch", f"on {draw.day()}")
    passive = (
        f"|<{letter}> [more |]{things} were {verb.participle} by {who.name}." if " " not in verb.participle else ""
    )
    front = f"{when[0].upper()}{when[1:]}"
    return (
        f"[{they} {verb.past} {count}.|{who.name} {verb.past} {count}.|Then {they} {verb.past} {count}."
        f"|[Later|After that], {who.name} {verb.past} {count}.|{front} {they} {verb.past} {count}."
        f"|{who.name} {verb.past} {count} {when}.{passive}]"
    )


def event_some(who: Person, verb: Verb, things: str, *, more: bool = False) -> str:
    """Somebody does something with things, nobody says how many."""
    count = "[some more|a few more|several more]" if more else f"[{SOME}|some {things}|some of the {things}]"
    return (
        f"[{who.they} {verb.past} {count}.|Then {who.they} {verb.past} {count}.|Later {who.name} {verb.past} {count}."
        f"|One day {who.they} {verb.past} {count}.]"
    )


def result(who: Person, letter: str, things: str) -> str:
    """What somebody has in the end."""
    return (
        f"[Now {who.they} [has|have|is left with] <{letter}>[ {things}|].|{who.name} now has <{letter}> {things}."
        f"|In the end {who.they} had <{letter}>[ {things}|].|That left {who.them} with <{letter}>[ {things}|]."
        f"|Afterwards {who.name} had <{letter}>[ {things}|].|There are <{letter}> {things} now.]"
    ).replace("[has|have|is left with]", "[has|is left with]")


def still(who: Person, things: str) -> str:
    """The question how many things one of several owners still has."""
    return (
        f"[How many {things} does {who.name} have left?|How many {things} does {who.name} still have?"
        f"|How many {things} are left for {who.name}?|How many {things} does {who.name} have after that?]"
    )


def other_owner(draw: Draw, letter: str, things: str) -> str:
    """A sentence about somebody else's things of the same kind."""
    who = draw.person()
    return (
        f"[{who.name} [has|had] <{letter}> {things}.|{who.name}'s {draw.relative()} has <{letter}> {things}."
        f"|<{letter}> {things} belong to {who.name}.|Somebody else, {who.name}, has <{letter}>[ {things}|].]"
    )


def transfer(giver: Person, taker: Person, give: Verb, letter: str, things: str) -> str:
    """One gives so many things to another; told by either."""
    takes = give.inverse
    told = (
        f"{giver.name} {give.past} [<{letter}>|<{letter}> {things}|<{letter}> of the {things}"
        f"|<{letter}> of {giver.their} {things}] to {taker.name}.|Then {giver.name} {give.past} <{letter}>[ {things}"
        f"|] to {taker.name}."
        f"|{giver.name} later {give.past} <{letter}>[ {things}| of them|] to {taker.name}."
    )
    if takes is not None:
        told += f"|{taker.name} {takes.past} <{letter}> [{things} |of the {things} |]from {giver.name}."
    return f"[{told}]"
