"""Which words may come next in a program over slots: the grammar of the constrained decoder.

It is the canonical language without statements and digits; types are left to the checker. A state is immutable, so that
the hypotheses of a beam share it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from irmill.compiler.english.quantities import MAX_SLOTS
from irmill.compiler.lang.ops import ARITHMETIC, BUILTINS, COMPARISON, SIGNS

CALLS = frozenset(name for name, row in BUILTINS.items() if row.operation)
_SIGNS = frozenset(SIGNS[operation] for operation in ARITHMETIC)
_COMPARE = frozenset(SIGNS[operation] for operation in COMPARISON)
_DEEPEST = 6
END = "<eos>"
WORDS = frozenset(
    {*CALLS, *_SIGNS, *_COMPARE, *"()[],i=", "-", "not", "and", "or", "if", "then", "else", "is", END}
    | {f"N{index}" for index in range(MAX_SLOTS)}
)
"""All words that :func:`allowed` ever names."""


@dataclass(frozen=True, slots=True)
class State:
    """Where in a program the decoder is.

    Attributes:
        open: what is open, outermost first: ``(`` a group, ``c`` a call's arguments, ``[`` an array, ``i`` and ``t``
            the condition and the first branch of an ``if``.
        operand: whether an operand must come (else an operator, a comma, an end).
        compared: whether the current level holds a comparison already.
        called: whether a call's name came last, so that its parenthesis must follow.
        loop: whether the variable of a loop may stand.
        done: the suffix came; only the end may follow.
    """

    open: str = ""
    operand: bool = True
    compared: bool = False
    called: bool = False
    loop: bool = False
    done: bool = False


def allowed(state: State, slots: int) -> set[str]:
    """The words that may come next in a text with so many slots."""
    if state.done:
        return {END}
    if state.called:
        return {"("}
    deep = len(state.open) >= _DEEPEST
    if state.operand:
        words = {f"N{index}" for index in range(slots)} | {"-", "not"}
        if not deep:
            words |= CALLS | {"("}
            if state.open[-1:] == "c":
                words.add("[")
            if not state.open:
                words.add("if")
        if state.open[-1:] == "c":
            words.add("i")
        return words
    words = set(_SIGNS)
    if not state.compared:
        words |= _COMPARE
    words |= {"and", "or"}
    match state.open[-1:]:
        case "(":
            words.add(")")
        case "c":
            words |= {")", ","}
        case "[":
            words |= {"]", ","}
        case "i":
            words.add("then")
        case "t":
            words.add("else")
        case _:
            words |= {"=", "is"}
    return words


def advance(state: State, word: str) -> State:
    """The state after a word that :func:`allowed` named."""
    if word in ("=", "is"):
        return replace(state, done=True)
    if word in CALLS:
        return replace(state, called=True)
    if state.called:
        return State(state.open + "c", loop=True)
    if word in ("(", "[", "if"):
        return State(state.open + {"(": "(", "[": "[", "if": "i"}[word], loop=state.loop)
    if word in (")", "]"):
        return replace(state, open=state.open[:-1], operand=False, compared=False)
    if word == "then":
        return State(state.open[:-1] + "t", loop=state.loop)
    if word == "else":
        return State(state.open[:-1], loop=state.loop)
    if word == "," or word in ("and", "or"):
        return replace(state, operand=True, compared=False)
    if word in _COMPARE:
        return replace(state, operand=True, compared=True)
    if state.operand:
        return state if word in ("-", "not") else replace(state, operand=False)
    return replace(state, operand=True)
