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
