"""The typed abstract syntax tree of the canonical language (language specification, grammar).

Nodes are frozen and compare by identity: a chain of operators may be 30,000 nodes deep, and a structural
``__eq__``, ``__hash__`` or ``repr`` would recurse through all of it. Identity also makes a node usable as a dictionary
key, which is how types and intervals are attached to it. Walk trees with :func:`children` and an explicit stack.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from operator import attrgetter
from typing import Any, Final, get_args

from irmill.compiler.lang.ops import BUILTINS, Builtin, Operation


class Suffix(StrEnum):
    """What a line asks for: ``=`` a number, ``is`` a truth value, nothing either."""

    NUMBER = "="
    TRUTH = "is"
    NONE = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Number:
    """A literal. ``value`` is exact and never negative; ``text`` is as it was written (``007``, ``1.50``)."""

    value: Fraction
    text: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Truth:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Name:
    """A variable that is read."""

    name: str


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Unary:
    """``-x`` (:attr:`Operation.NEGATE`) or ``not x`` (:attr:`Operation.NOT`)."""

    operation: Operation
    operand: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary:
    """An arithmetic operator, a comparison, ``and`` or ``or``. Chains lean to the left, ``^`` to the right."""

    operation: Operation
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class If:
    """``if condition then then_value else else_value``; only the branch taken runs."""

    condition: Expr
    then_value: Expr
    else_value: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Call:
    """A call of one of the program's own functions."""

    function: str
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BuiltinCall:
    """A call of a built-in function."""

    builtin: Builtin
    arguments: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Loop:
    """``sum(i, lo, hi by step, body)`` or ``product(...)``.

    ``operation`` is SUM or PRODUCT; ``step`` is never 0, and 1 unless written (``step_written``); ``body`` None stands
    for the loop's variable itself.
    """

    operation: Operation
    variable: str
    lower: Expr
    upper: Expr
    step: int
    step_written: bool
    body: Expr | None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ArrayLiteral:
    """``[a, b, c]``: each evaluation makes a new array of numbers."""

    elements: tuple[Expr, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Index:
    """``name[index]``: an element of an array variable."""

    name: str
    index: Expr


Expr = Number | Truth | Name | Unary | Binary | If | Call | BuiltinCall | Loop | ArrayLiteral | Index


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Bind:
    """``name = value;``"""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Define:
    """``name(parameters) = body;``"""

    name: str
    parameters: tuple[str, ...]
    body: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Store:
    """``name[index] = value;``: the index is evaluated and checked before the value."""

    name: str
    index: Expr
    value: Expr


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class While:
    """``while condition do { body }``"""

    condition: Expr
    body: tuple[Stmt, ...]


Stmt = Bind | Define | Store | While


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Line:
    """One line: statements, then the expression that is its value."""

    statements: tuple[Stmt, ...]
    value: Expr
    suffix: Suffix


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """A text of at least one line. Lines share nothing; the text's value is the last line's."""

    lines: tuple[Line, ...]


Node = Expr | Stmt | Line | Program


def _reader(kind: type[Node]) -> Callable[[Any], tuple[Node, ...]]:
    """What takes the parts of a node of one kind out of the fields that its class declares to hold nodes."""
    types = [(part.name, str(part.type)) for part in fields(kind)]
    single = [name for name, text in types if re.match(r"(Expr|Stmt|Line)\b", text)]
    several = [name for name, text in types if re.match(r"tuple\[(Expr|Stmt|Line)\b", text)]
    match single, several:
        case [], []:
            return lambda _: ()
        case [only], []:
            return lambda node, get=attrgetter(only): (get(node),)
        case _, []:
            return attrgetter(*single)
        case [], [only]:
            return attrgetter(only)
        case _:
            raise TypeError(f"{kind.__name__} has an order of its own")


_READERS: Final[dict[type[Node], Callable[[Any], tuple[Node, ...]]]] = {
    Line: lambda line: (*line.statements, line.value),
    While: lambda loop: (loop.condition, *loop.body),
    Loop: lambda loop: (loop.lower, loop.upper) if loop.body is None else (loop.lower, loop.upper, loop.body),
}
_READERS.update({kind: _reader(kind) for kind in get_args(Node) if kind not in _READERS})


def children(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in order of evaluation (for a loop: lower, upper, body)."""
    return _READERS[type(node)](node)


def post_order(root: Node) -> list[Node]:
    """Every node below and with ``root``, parts before the whole, in order of evaluation, without recursion."""
    found: list[Node] = []
    waiting = [root]
    while waiting:  # the whole before its parts, the last part first: the other way round
        node = waiting.pop()
        found.append(node)
        waiting += _READERS[type(node)](node)
    found.reverse()
    return found


_SYNTAX_WORDS: Final[dict[type[Node], Operation]] = {
    If: Operation.IF,
    Call: Operation.CALL,
    Index: Operation.INDEX,
    Store: Operation.STORE,
    While: Operation.WHILE,
}


def operation_of(node: Node) -> Operation | None:
    """The operation word of a node, or None where the node is no operation (literals, names, bindings, ``f32``)."""
    match node:
        case Unary() | Binary() | Loop():
            return node.operation
        case BuiltinCall():
            return BUILTINS[node.builtin].operation
        case _:
            return _SYNTAX_WORDS.get(type(node))


def operation_nodes(root: Node) -> list[Node]:
    """The operation nodes below ``root``, post-order: one for each, however often it runs."""
    return [node for node in post_order(root) if operation_of(node) is not None]


def operation_words(root: Node) -> tuple[Operation, ...]:
    """The operation words below ``root``, one for each operation node, post-order."""
    return tuple(word for node in post_order(root) if (word := operation_of(node)) is not None)


def literals(root: Node) -> list[Number]:
    """The number literals in order of appearance: ``operands`` of the Warp and TASM forms. Steps are no literals."""
    return [node for node in post_order(root) if isinstance(node, Number)]
