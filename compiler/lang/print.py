"""Syntax tree to canonical text: minimal parentheses, one blank after the suffix, without recursion."""

from __future__ import annotations

from collections.abc import Collection

from irmill.compiler.lang import ast, grammar
from irmill.compiler.lang.ops import SIGNS, Operation

_Item = str | tuple[ast.Node, int]
"""What is still to be written: text as it is, or a node with the precedence that its place asks for."""

_SUFFIXES = {ast.Suffix.NUMBER: " = ", ast.Suffix.TRUTH: " is ", ast.Suffix.NONE: ""}


def print_program(program: ast.Program) -> str:
    """The canonical text; parsing it gives a structurally equal program (a tree within the limits of the language)."""
    return print_node(program)


def print_node(node: ast.Node, elided: Collection[ast.Node] = ()) -> str:
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


def _parts(node: ast.Node, needed: int) -> list[_Item]:
    """A node's text, its parts still as nodes; parenthesised where it binds less tightly than ``needed``."""
    match node:
        case ast.Program():
            items: list[_Item] = []
            for line in node.lines:
                items += ["\n", (line, 0)]
            return items[1:]
        case ast.Line():
            return [*((statement, 0) for statement in node.statements), (node.value, 0), _SUFFIXES[node.suffix]]
        case ast.Bind() | ast.Define() | ast.Store() | ast.While():
            return _statement(node)
        case ast.Unary() | ast.Binary() | ast.If():
            items, precedence = _operator(node)
            return items if precedence >= needed else ["(", *items, ")"]
        case _:
            return _atom(node)


def _statement(node: ast.Stmt) -> list[_Item]:
    match node:
        case ast.Bind():
            return [f"{node.name} = ", (node.value, 0), "; "]
        case ast.Define():
            return [f"{node.name}({', '.join(node.parameters)}) = ", (node.body, 0), "; "]
        case ast.Store():
            return [f"{node.name}[", (node.index, 0), "] = ", (node.value, 0), "; "]
        case ast.While():
            return ["while ", (node.condition, 0), " do { ", *((statement, 0) for statement in node.body), "}; "]


def _operator(node: ast.Unary | ast.Binary | ast.If) -> tuple[list[_Item], int]:
    """The text of an operator's node and how tightly it binds."""
    if isinstance(node, ast.If):
        return ["if ", (node.condition, 0), " then ", (node.then_value, 0), " else ", (node.else_value, 0)], 0
    if isinstance(node, ast.Unary):
        if node.operation is Operation.NOT:
            return ["not ", (node.operand, grammar.NOT_PRECEDENCE)], grammar.NOT_PRECEDENCE
        return ["-", (node.operand, grammar.UNARY_PRECEDENCE)], grammar.UNARY_PRECEDENCE
    precedence = grammar.PRECEDENCE[node.operation]
    left, right = precedence, precedence + 1
    if precedence == grammar.POWER_PRECEDENCE:
        left, right = grammar.ATOM_PRECEDENCE, grammar.UNARY_PRECEDENCE
    elif precedence == grammar.COMPARISON_PRECEDENCE:
        left = precedence + 1
    return [(node.left, left), f" {SIGNS[node.operation]} ", (node.right, right)], precedence


def _atom(node: ast.Node) -> list[_Item]:
    match node:
        case ast.Number():
            return [node.text]
        case ast.Truth():
            return ["true" if node.value else "false"]
        case ast.Name():
            return [node.name]
        case ast.Call():
            return [f"{node.function}(", *_commas(node.arguments), ")"]
        case ast.BuiltinCall():
            return [f"{node.builtin.value}(", *_commas(node.arguments), ")"]
        case ast.ArrayLiteral():
            return ["[", *_commas(node.elements), "]"]
        case ast.Index():
            return [f"{node.name}[", (node.index, 0), "]"]
        case ast.Loop():
            items: list[_Item] = [f"{node.operation.value}({node.variable}, ", (node.lower, 0), ", ", (node.upper, 0)]
            if node.step_written:
                items.append(f" by {node.step}")
            if node.body is not None:
                items += [", ", (node.body, 0)]
            return [*items, ")"]
        case _:
            raise TypeError(f"{type(node).__name__} is no atom")


def _commas(parts: tuple[ast.Expr, ...]) -> list[_Item]:
    items: list[_Item] = []
    for part in parts:
        items += [", ", (part, 0)]
    return items[1:]
