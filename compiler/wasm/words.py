"""Helper functions written in words: a shorter way to write what :func:`compiler.wasm.runtime.read_helpers` reads.

Locals have names, and most words are the words of a stack machine on i64::

    u64_gcd: a b -> 1, rest
    block loop b eqz br_if:1 a b rem_u >rest b >a rest >b br:0 end end a

A name pushes a local, ``>name`` sets it, ``=name`` sets it and leaves the value; a number is a constant (an f64 one
with a point), ``$name`` a call, ``fail:FAULT`` stops the module; ``if:2`` has two i64 results and ``if:f64`` an f64;
``extend`` makes an i64 of a truth value. A word without a point is an instruction of i64. Locals are i64 unless they
are written ``name:type``; results are a number of i64, or types. Blank lines stand between functions, ``#`` says why.
"""

from __future__ import annotations

from irmill.compiler.wasm.codebook import BY_NAME
from irmill.compiler.wasm.faults import Fault
from irmill.compiler.wasm.runtime import Helper, fail

_STRUCTURE = frozenset({"block", "loop", "if", "br", "br_if"})


def read_words(text: str) -> dict[str, Helper]:
    """Functions by name. Raises KeyError for an unknown word."""
    found: dict[str, Helper] = {}
    for block in text.strip().split("\n\n"):
        head, *lines = (line for line in block.splitlines() if not line.startswith("#"))
        name, _, types = head.partition(": ")
        parameters, _, given = types.partition("->")
        results, _, locals_ = given.partition(",")
        declared = [_declared(word) for word in (*parameters.split(), *locals_.split())]
        places = {local: place for place, (local, _) in enumerate(declared)}
        kinds = [kind for _, kind in declared]
        count = len(parameters.split())
        source = "\n".join(_instruction(word, places) for line in lines for word in line.split())
        found[name] = Helper(" ".join(kinds[:count]), _types(results.strip()), " ".join(kinds[count:]), source)
    return found


def _declared(word: str) -> tuple[str, str]:
    name, _, kind = word.partition(":")
    return name, kind or "i64"


def _types(word: str) -> str:
    return " ".join(["i64"] * int(word)) if word.isdigit() else word


def _instruction(word: str, places: dict[str, int]) -> str:
    if word in places:
        return f"local.get {places[word]}"
    if word[0] in ">=":
        return f"local.{'set' if word[0] == '>' else 'tee'} {places[word[1:]]}"
    if word[0] == "$":
        return f"call {word}"
    if word[0].isdigit() or (word[0] == "-" and len(word) > 1):
        return f"{'f64' if '.' in word else 'i64'}.const {word}"
    first, _, rest = word.partition(":")
    if first == "fail":
        return fail(Fault[rest])
    if first in _STRUCTURE:
        return f"{first} {rest if first.startswith('br') else _types(rest)}"
    if word == "extend":
        return "i64.extend_i32_u"
    name = first if first in BY_NAME else f"i64.{first}"
    return f"{name} {rest}" if rest else name
