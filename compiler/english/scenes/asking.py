"""Turns of phrase that many scenes share: how a total, a rest or a difference is asked for."""

from __future__ import annotations

from irmill.compiler.english.scenes.draw import Draw
from irmill.compiler.english.scenes.lexicon import Noun

ALL = "[altogether|in all|in total]"
"""At the end of a question for a sum."""
_PORTABLE = frozenset(
    ("boxes", "bags", "baskets", "jars", "packets", "packs", "packages", "crates", "cartons", "trays", "bins", "cases")
)


def carton(draw: Draw) -> Noun:
    """A container that things are carried in: no row, table or room."""
    while (box := draw.box()).many not in _PORTABLE:
        pass
    return box


def had(who: str, things: str) -> str:
    """The question how many things somebody had at the end of a story."""
    return (
        f"[How many {things} does {who} have now?|How many {things} does {who} have in the end?"
        f"|How many {things} did {who} end up with?|What is the number of {things} that {who} has now?]"
    )


def left(who: str, things: str) -> str:
    """The question how many things somebody still has."""
    return (
        f"[How many {things} does {who} have left?|How many {things} are left?|How many {things} did {who} have left?"
        f"|How many {things} remain?|How many {things} does {who} still have?]"
    )


def together(first: str, second: str, things: str, verb: str = "have") -> str:
    """The question how many things two people have (or did, with another verb in its plain form) between them."""
    ask = "do" if verb == "have" else "did"
    return (
        f"[How many {things} {ask} {first} and {second} {verb} {ALL}?|How many {things} {ask} they {verb} {ALL}?"
        f"|How many {things} {ask} the two of them {verb} together?"
        f"|What is the total number of {things} that {first} and {second} {verb if ask == 'do' else f'{ask} {verb}'}?]"
    )


def more(first: str, second: str, things: str, verb: str = "have") -> str:
    """The question how many more things the first has than the second, from either side."""
    ask = "does" if verb == "have" else "did"
    return (
        f"[How many more {things} {ask} {first} {verb} than {second}?"
        f"|How many fewer {things} {ask} {second} {verb} than {first}?"
        f"|What is the difference between the number of {things} that {first} and {second} "
        f"{verb if ask == 'does' else f'{ask} {verb}'}?]"
    )


def dealt(things: str) -> str:
    """The question what so many equal shares of things hold, or how many shares of a size there are; ``n`` is told.

    ``things`` are named with their article: ``the shells of Monday``.
    """
    return (
        f"[If <n> children share {things} equally, how many does each child get?"
        f"|If {things} are put into <n> equal piles, how many are in each pile?"
        f"|If <n> of {things} go into each bag, how many bags are there?"
        f"|If {things} are laid out in rows of <n>, how many rows are there?"
        f"|<n> people divide {things} among them. How many are there for each, if all get the same?"
        f"|In groups of <n>, how many groups would {things} make?]"
    )


def paced(things: str, unit: str = "day") -> str:
    """The question how long things last or take at so many a day; ``n`` is told."""
    return (
        f"[At <n> a {unit}, how many {unit}s do {things} take?"
        f"|If there are <n> each {unit}, in how many {unit}s are {things} done?"
        f"|How many {unit}s do {things} take, with <n> every {unit}?]"
    )
