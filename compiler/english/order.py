"""One way to write what can be written in several: sums and products in the order in which the text names the numbers.

``N2 * ( N0 + N1 )`` becomes ``( N0 + N1 ) * N2`` and ``N3 - ( N0 + N1 )`` becomes ``N3 - N0 - N1``: a model that is
asked for one of many equal programs wastes itself on the choice. The value stays the same, exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from irmill.compiler.lang.ast import ArrayLiteral, Binary, BuiltinCall, Expr, If, Loop, Name, Number, Unary
from irmill.compiler.lang.grammar import ATOM_PRECEDENCE, PRECEDENCE
from irmill.compiler.lang.ops import OPERATORS, SIGNS, Operation
from irmill.compiler.lang.parse import parse_text

_CHAINS = {
    Operation.ADD: (Operation.ADD, Operation.SUBTRACT),
    Operation.SUBTRACT: (Operation.ADD, Operation.SUBTRACT),
    Operation.MULTIPLY: (Operation.MULTIPLY, Operation.DIVIDE),
    Operation.DIVIDE: (Operation.MULTIPLY, Operation.DIVIDE),
}
_LAST = 1 << 20


class _Text:
    """A piece of program text: its words, how tightly it binds, and the first slot in it."""

    __slots__ = ("first", "rank", "words")

    def __init__(self, words: str, rank: int, first: int) -> None:
        self.words, self.rank, self.first = words, rank, first

    def inside(self, rank: int) -> str:
        """The words, in parentheses where something binds tighter."""
        return self.words if self.rank >= rank else f"( {self.words} )"


@lru_cache(maxsize=65536)
def ordered(slots: str) -> str:
    """A one-line program over slots, its sums and products in text order. Raises LanguageError if it does not parse."""
    line = parse_text(slots).lines[0]
    if line.statements:
        return slots
    return f"{_text(line.value).words} {line.suffix.value or '='}"


def _text(node: Expr) -> _Text:
    match node:
        case Name():
            slot = int(node.name[1:]) if node.name[0] == "N" and node.name[1:].isdigit() else _LAST
            return _Text(node.name, ATOM_PRECEDENCE, slot)
        case Number():
            return _Text(node.text, ATOM_PRECEDENCE, _LAST)
        case Binary() if node.operation in _CHAINS:
            return _chain(node)
        case Binary():
            rank, sign = PRECEDENCE[node.operation], SIGNS[node.operation]
            left, right = _text(node.left), _text(node.right)
            first = min(left.first, right.first)
            return _Text(f"{left.inside(rank + 1)} {sign} {right.inside(rank + 1)}", rank, first)
        case Unary():
            operand, rank = _text(node.operand), PRECEDENCE[node.operation]
            return _Text(f"{OPERATORS[node.operation].spelling} {operand.inside(rank)}", rank, operand.first)
        case If():
            parts = [_text(part) for part in (node.condition, node.then_value, node.else_value)]
            words = f"if {parts[0].words} then {parts[1].words} else {parts[2].words}"
            return _Text(words, 0, min(part.first for part in parts))
        case BuiltinCall():
            return _listed(f"{node.builtin} (", node.arguments, ")")
        case Loop():
            body = [] if node.body is None else [node.body]
            return _listed(f"{node.operation} ( {node.variable} ,", (node.lower, node.upper, *body), ")")
        case ArrayLiteral():
            return _listed("[", node.elements, "]")
        case _:
            raise ValueError(f"a program over slots has no {type(node).__name__}")


def _listed(before: str, nodes: Sequence[Expr], after: str) -> _Text:
    parts = [_text(part) for part in nodes]
    inner = " , ".join(part.words for part in parts)
    return _Text(f"{before} {inner} {after}", ATOM_PRECEDENCE, min((part.first for part in parts), default=_LAST))


def _chain(node: Binary) -> _Text:
    plain, inverse = _CHAINS[node.operation]
    rank = PRECEDENCE[plain]
    terms: list[tuple[bool, _Text]] = []
    stack: list[tuple[Expr, bool]] = [(node, True)]
    while stack:
        part, positive = stack.pop()
        if isinstance(part, Binary) and part.operation in (plain, inverse):
            stack.append((part.right, positive if part.operation is plain else not positive))
            stack.append((part.left, positive))
        else:
            terms.append((positive, _text(part)))
    terms.sort(key=lambda term: term[1].first)
    lead = next(index for index, term in enumerate(terms) if term[0])
    terms.insert(0, terms.pop(lead))
    words = terms[0][1].inside(rank + 1)
    for positive, term in terms[1:]:
        words += f" {SIGNS[plain if positive else inverse]} {term.inside(rank + 1)}"
    return _Text(words, rank, min(term.first for _, term in terms))
