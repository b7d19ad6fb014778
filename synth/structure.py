"""The structure of a kernel: its source with names and literals normalised, so that equal structures are duplicates."""

from __future__ import annotations

import ast
import hashlib
from typing import Any, cast

_KEPT = frozenset({"wp", "range", "int", "float", "bool"})


def structure(source: str) -> str:
    """The normal form of a kernel: functions, arguments and variables numbered by first appearance, numbers as 0.

    Indices of subscripts keep their value: ``operands[0] - operands[1]`` is another structure than
    ``operands[0] - operands[0]``.
    """
    tree = ast.parse(source)
    return ast.unparse(_Normalizer().visit(tree))


def structure_id(source: str) -> str:
    """Sixteen hex digits of :func:`structure`."""
    return hashlib.sha256(structure(source).encode()).hexdigest()[:16]


class _Normalizer(ast.NodeTransformer):
    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def _name(self, name: str) -> str:
        return name if name in _KEPT else self._names.setdefault(name, f"v{len(self._names)}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.name = "kernel"
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> Any:
        node.arg = self._name(node.arg)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> Any:
        node.id = self._name(node.id)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        node.value = cast(ast.expr, self.visit(node.value))
        if not isinstance(node.slice, ast.Constant):
            node.slice = cast(ast.expr, self.visit(node.slice))
        return node

    def visit_Constant(self, node: ast.Constant) -> Any:
        # A truth value is an int to Python, and structure here.
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return ast.Constant(0)
        return node
