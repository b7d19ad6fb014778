"""The smallest text that still shows what is wrong, by greedy delta debugging.

A text that parses is made smaller as a tree: lines and statements go, expressions become a part of themselves or a
small number. Any other text loses runs of signs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import get_args

from irmill.compiler.lang import ast
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.grammar import number_literal
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program

_LONGEST_TREE = 4_000
"""Signs of a text that is taken as a tree: rebuilding one recurses."""

Fails = Callable[[str], bool]


def shrink(text: str, fails: Fails, tries: int = 600) -> str:
    """The smallest text found within so many tries for which ``fails`` holds; it holds for ``text``."""
    left = _Tries(fails, tries)
    if len(text) <= _LONGEST_TREE and _tree(text) is not None:
        return _smaller(text, left, _smaller_trees)
    return _smaller(text, left, _smaller_strings)


class _Tries:
    def __init__(self, fails: Fails, most: int) -> None:
        self.fails, self.left, self.seen = fails, most, set[str]()

    def __call__(self, text: str) -> bool:
        if text in self.seen or self.left <= 0:
            return False
        self.seen.add(text)
        self.left -= 1
        return self.fails(text)


def _smaller(text: str, tries: _Tries, candidates: Callable[[str], Iterator[str]]) -> str:
    tries.seen.add(text)
    while True:
        found = next((candidate for candidate in candidates(text) if tries(candidate)), None)
        if found is None:
            return text
        text = found


def _smaller_strings(text: str) -> Iterator[str]:
    size = len(text) // 2
    while size:
        for start in range(0, len(text), size):
            yield text[:start] + text[start + size :]
        size //= 2


def _tree(text: str) -> ast.Program | None:
    try:
        return parse_text(text)
    except LanguageError:
        return None


def _smaller_trees(text: str) -> Iterator[str]:
    program = _tree(text)
    if program is None:
        return
    for candidate in _candidates(program):
        printed = print_program(candidate)
        if (len(printed), printed) < (len(text), text):
            yield printed


def _candidates(program: ast.Program) -> Iterator[ast.Program]:
    """Programs with something left out, much of it first."""
    for line in program.lines:
        if len(program.lines) > 1:
            yield ast.Program((line,))
            yield ast.Program(tuple(other for other in program.lines if other is not line))
    for node in _all_nodes(program):
        for name in _LISTS.get(type(node), ()):
            parts = getattr(node, name)
            for part in parts:
                rest = tuple(other for other in parts if other is not part)
                yield _changed(program, node, replace(node, **{name: rest}))
                if isinstance(part, ast.While):
                    at = parts.index(part)
                    yield _changed(program, node, replace(node, **{name: parts[:at] + part.body + parts[at + 1 :]}))
        if isinstance(node, get_args(ast.Expr)):
            for smaller in _smaller_expressions(node):
                yield _changed(program, node, smaller)
        elif isinstance(node, ast.Define) and len(node.parameters) > 1:
            yield _changed(program, node, replace(node, parameters=node.parameters[:-1]))
        elif isinstance(node, ast.Line) and node.suffix:
            yield _changed(program, node, replace(node, suffix=ast.Suffix.NONE))


_LISTS = {
    ast.Line: ("statements",),
    ast.While: ("body",),
    ast.ArrayLiteral: ("elements",),
    ast.BuiltinCall: ("arguments",),
    ast.Call: ("arguments",),
}


def _smaller_expressions(node: ast.Expr) -> Iterator[ast.Expr]:
    yield from ast.children(node)
    for value in (0, 1, 2):
        yield number_literal(value)
    yield ast.Truth(True)
    match node:
        case ast.Number():
            yield number_literal(node.value // 1)
            yield number_literal(node.value // 2)
            if node.value >= 1:
                yield number_literal(node.value - 1)
        case ast.Loop():
            yield replace(node, body=None)
            yield replace(node, step=1, step_written=False)
            yield replace(node, step=2 if node.step > 0 else -1, step_written=True)
        case ast.Index():
            yield ast.Name(node.name)
        case _:
            return


def _all_nodes(program: ast.Program) -> list[ast.Node]:
    """Every node, the whole before its parts."""
    return list(ast.post_order(program))[::-1]


def _changed(root: ast.Node, old: ast.Node, new: ast.Node) -> ast.Program:
    """The tree with one node in place of another."""
    return _rebuilt(root, old, new)


def _rebuilt(node: ast.Node, old: ast.Node, new: ast.Node) -> ast.Node:
    if node is old:
        return new
    changes = {}
    for part in fields(node):
        value = getattr(node, part.name)
        if isinstance(value, tuple):
            made = tuple(_rebuilt(one, old, new) if isinstance(one, get_args(ast.Node)) else one for one in value)
            if any(one is not other for one, other in zip(made, value, strict=True)):
                changes[part.name] = made
        elif isinstance(value, get_args(ast.Node)):
            made = _rebuilt(value, old, new)
            if made is not value:
                changes[part.name] = made
    return replace(node, **changes) if changes else node
