"""Syntax tree to canonical text: minimal parentheses, one blank after the suffix, without recursion."""

from __future__ import annotations

from collections.abc import Collection

from irmill.compiler.lang.ast import (
    ArrayLiteral,
    Binary,
    Bind,
    BuiltinCall,
    Call,
    Define,
    Expr,
    If,
    Index,
    Line,
    Loop,
    Name,
    Node,
    Number,
    Program,
    Stmt,
    Store,
    Suffix,
    Truth,
    Unary,
    While,
    children,
)
from irmill.compiler.lang.grammar import (
    ATOM_PRECEDENCE,
    COMPARISON_PRECEDENCE,
    NOT_PRECEDENCE,
    POWER_PRECEDENCE,
    PRECEDENCE,
    UNARY_PRECEDENCE,
)
from irmill.compiler.lang.ops import SIGNS, Operation

_Item = str | tuple[Node, int]
"""What is still to be written: text as it is, or a node with the precedence that its place asks for."""

_SUFFIXES = {Suffix.NUMBER: " = ", Suffix.TRUTH: " is ", Suffix.NONE: ""}


def print_program(program: Program) -> str:
    """The canonical text; parsing it gives a structurally equal program (a tree within the limits of the language)."""
    return print_node(program)


def print_node(node: Node, elided: Collection[Node] = ()) -> str:
    """The canonical text of any node, as it stands where no parentheses are needed.

    Nodes below it that are among ``elided`` are written as ``...``: a step of a chain of thousands shows its last part.
    """
    written: list[str] = []
    waiting: list[_Item] = [(node, 0)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            written.append(item)
        elif item[0] in elided and item[0] is not node:
            written.append("...")
        else:
            waiting.extend(reversed(_parts(*item)))
    return "".join(written)


def same_structure(first: Node, second: Node) -> bool:
    """Whether two trees are equal node for node: same kinds, names, operations, values and literal texts."""
    waiting: list[tuple[Node, Node]] = [(first, second)]
    while waiting:
        one, other = waiting.pop()
        if type(one) is not type(other) or _own(one) != _own(other):
            return False
        parts = list(children(one))
        others = list(children(other))
        if len(parts) != len(others):
            return False
        waiting.extend(zip(parts, others, strict=True))
    return True


def _own(node: Node) -> tuple[object, ...]:
    """What a node holds besides its parts."""
    match node:
        case Number():
            return (node.value, node.text)
        case Truth():
            return (node.value,)
        case Name() | Index() | Bind() | Store():
            return (node.name,)
        case Unary() | Binary():
            return (node.operation,)
        case Call():
            return (node.function,)
        case BuiltinCall():
            return (node.builtin,)
        case Loop():
            return (node.operation, node.variable, node.step, node.step_written, node.body is None)
        case Define():
            return (node.name, node.parameters)
        case While():
            return (len(node.body),)
        case Line():
            return (node.suffix, len(node.statements))
        case If() | ArrayLiteral() | Program():
            return ()


def _parts(node: Node, needed: int) -> list[_Item]:
    """A node's text, its parts still as nodes; parenthesised where it binds less tightly than ``needed``."""
    match node:
        case Program():
            items: list[_Item] = []
            for line in node.lines:
                items += ["\n", (line, 0)]
            return items[1:]
        case Line():
            return [*((statement, 0) for statement in node.statements), (node.value, 0), _SUFFIXES[node.suffix]]
        case Bind() | Define() | Store() | While():
            return _statement(node)
        case Unary() | Binary() | If():
            items, precedence = _operator(node)
            return items if precedence >= needed else ["(", *items, ")"]
        case _:
            return _atom(node)


def _statement(node: Stmt) -> list[_Item]:
    match node:
        case Bind():
            return [f"{node.name} = ", (node.value, 0), "; "]
        case Define():
            return [f"{node.name}({', '.join(node.parameters)}) = ", (node.body, 0), "; "]
        case Store():
            return [f"{node.name}[", (node.index, 0), "] = ", (node.value, 0), "; "]
        case While():
            return ["while ", (node.condition, 0), " do { ", *((statement, 0) for statement in node.body), "}; "]


def _operator(node: Unary | Binary | If) -> tuple[list[_Item], int]:
    """The text of an operator's node and how tightly it binds."""
    if isinstance(node, If):
        return ["if ", (node.condition, 0), " then ", (node.then_value, 0), " else ", (node.else_value, 0)], 0
    if isinstance(node, Unary):
        if node.operation is Operation.NOT:
            return ["not ", (node.operand, NOT_PRECEDENCE)], NOT_PRECEDENCE
        return ["-", (node.operand, UNARY_PRECEDENCE)], UNARY_PRECEDENCE
    precedence = PRECEDENCE[node.operation]
    left, right = precedence, precedence + 1
    if precedence == POWER_PRECEDENCE:
        left, right = ATOM_PRECEDENCE, UNARY_PRECEDENCE
    elif precedence == COMPARISON_PRECEDENCE:
        left = precedence + 1
    return [(node.left, left), f" {SIGNS[node.operation]} ", (node.right, right)], precedence


def _atom(node: Node) -> list[_Item]:
    match node:
        case Number():
            return [node.text]
        case Truth():
            return ["true" if node.value else "false"]
        case Name():
            return [node.name]
        case Call():
            return [f"{node.function}(", *_commas(node.arguments), ")"]
        case BuiltinCall():
            return [f"{node.builtin.value}(", *_commas(node.arguments), ")"]
        case ArrayLiteral():
            return ["[", *_commas(node.elements), "]"]
        case Index():
            return [f"{node.name}[", (node.index, 0), "]"]
        case Loop():
            items: list[_Item] = [f"{node.operation.value}({node.variable}, ", (node.lower, 0), ", ", (node.upper, 0)]
            if node.step_written:
                items.append(f" by {node.step}")
            if node.body is not None:
                items += [", ", (node.body, 0)]
            return [*items, ")"]
        case _:
            raise TypeError(f"{type(node).__name__} is no atom")


def _commas(parts: tuple[Expr, ...]) -> list[_Item]:
    items: list[_Item] = []
    for part in parts:
        items += [", ", (part, 0)]
    return items[1:]
