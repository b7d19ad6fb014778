"""Syntax tree to canonical text: minimal parentheses, one blank after the suffix, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import chain
from typing import Any, Final

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
            continue
        part, needed = item
        if part in elided and part is not node:
            written.append("...")
            continue
        precedence, items = _WRITERS[type(part)](part)
        waiting += reversed(items) if precedence >= needed else (")", *reversed(items), "(")
    return "".join(written)


_Written = tuple[int, Sequence[_Item]]
"""How tightly a node binds, and its text, its parts still as nodes."""


def _atom(*items: _Item) -> _Written:
    return grammar.ATOM_PRECEDENCE, items


def _commas(before: str, parts: Sequence[ast.Expr], after: str) -> _Written:
    items: Iterator[_Item] = chain.from_iterable((", ", (part, 0)) for part in parts)
    return _atom(before, *list(items)[1:], after)


def _unary(node: ast.Unary) -> _Written:
    precedence = grammar.PRECEDENCE[node.operation]
    return precedence, ("not " if node.operation is Operation.NOT else "-", (node.operand, precedence))


def _binary(node: ast.Binary) -> _Written:
    left, right = grammar.OPERANDS[node.operation]
    sign = f" {SIGNS[node.operation]} "
    return grammar.PRECEDENCE[node.operation], ((node.left, left), sign, (node.right, right))


def _if(node: ast.If) -> _Written:
    return 0, ("if ", (node.condition, 0), " then ", (node.then_value, 0), " else ", (node.else_value, 0))


def _loop(node: ast.Loop) -> _Written:
    items: list[_Item] = [f"{node.operation.value}({node.variable}, ", (node.lower, 0), ", ", (node.upper, 0)]
    if node.step_written:
        items.append(f" by {node.step}")
    if node.body is not None:
        items += [", ", (node.body, 0)]
    return _atom(*items, ")")


def _define(node: ast.Define) -> _Written:
    return _atom(f"{node.name}({', '.join(node.parameters)}) = ", (node.body, 0), "; ")


def _while(node: ast.While) -> _Written:
    return _atom("while ", (node.condition, 0), " do { ", *((statement, 0) for statement in node.body), "}; ")


def _line(line: ast.Line) -> _Written:
    return _atom(*((statement, 0) for statement in line.statements), (line.value, 0), _SUFFIXES[line.suffix])


def _program(node: ast.Program) -> _Written:
    items: Iterator[_Item] = chain.from_iterable(("\n", (line, 0)) for line in node.lines)
    return _atom(*list(items)[1:])


_WRITERS: Final[dict[type[ast.Node], Callable[[Any], _Written]]] = {
    ast.ArrayLiteral: lambda node: _commas("[", node.elements, "]"),
    ast.Binary: _binary,
    ast.Bind: lambda node: _atom(f"{node.name} = ", (node.value, 0), "; "),
    ast.BuiltinCall: lambda node: _commas(f"{node.builtin.value}(", node.arguments, ")"),
    ast.Call: lambda node: _commas(f"{node.function}(", node.arguments, ")"),
    ast.Define: _define,
    ast.If: _if,
    ast.Index: lambda node: _atom(f"{node.name}[", (node.index, 0), "]"),
    ast.Line: _line,
    ast.Loop: _loop,
    ast.Name: lambda node: _atom(node.name),
    ast.Number: lambda node: _atom(node.text),
    ast.Program: _program,
    ast.Store: lambda node: _atom(f"{node.name}[", (node.index, 0), "] = ", (node.value, 0), "; "),
    ast.Truth: lambda node: _atom("true" if node.value else "false"),
    ast.Unary: _unary,
    ast.While: _while,
}
