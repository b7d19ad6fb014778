"""Whether Warp's adjoint of a kernel can be the true gradient at all.

Warp's backward pass does not replay dynamic loops (Warp's documentation, "Differentiability", dynamic loops): a
variable that such a loop changes has lost its values when the adjoint reads it. The adjoint is right only where no such
value is read, that is where the kernel is linear in every variable that a dynamic loop carries; a ``while`` loop is
never counted as right, because its adjoint also runs in forward order. Such kernels keep their adjoint text, and no
gradient is compared for them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

UNROLLED = 16
"""Ranges of constants up to this many rounds are unrolled by Warp (``wp.config.max_unroll``): no loop is left."""

_CASTS = frozenset({"float64", "float32", "float"})


def adjoint_is_exact(source: str) -> bool:
    """Whether the adjoint of the kernel in ``source`` is its gradient wherever it is differentiable."""
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For | ast.While) and _is_dynamic(node)]
    if any(isinstance(loop, ast.While) for loop in loops):
        return False
    lost = {name for loop in loops for name in _carried(loop, function)}
    return not lost or _linear_in(function, lost)


def _is_dynamic(loop: ast.For | ast.While) -> bool:
    if isinstance(loop, ast.While):
        return True
    call = loop.iter
    if not isinstance(call, ast.Call) or not all(isinstance(argument, ast.Constant) for argument in call.args):
        return True
    bounds: list[int] = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]  # type: ignore[misc]
    return len(range(*bounds)) > UNROLLED


def _carried(loop: ast.For | ast.While, function: ast.FunctionDef) -> set[str]:
    """Variables that a loop assigns and whose values outlive a round: read before they are assigned, or after it."""
    assigned = {name for node in ast.walk(loop) for name in _targets(node)}
    inside = {id(node) for node in ast.walk(loop)}
    outside = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in inside
    }
    carried = assigned & outside
    known: set[str] = set()
    for node in _in_order(loop.body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in assigned - known:
            carried.add(node.id)
        known.update(_targets(node))
    return carried


def _in_order(body: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a block, a statement's reads before what it assigns; what a branch or a loop assigns is left out."""
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AugAssign):
            yield from ast.walk(statement.value)
            if isinstance(statement, ast.AugAssign):
                yield from (ast.Name(name, ast.Load()) for name in _targets(statement))
            yield statement
        else:
            yield from (node for node in ast.walk(statement) if isinstance(node, ast.Name))


def _targets(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _linear_in(function: ast.FunctionDef, lost: set[str]) -> bool:
    """Whether every use of the lost variables, and of what is computed from them, is linear with constant factors."""
    tainted = set(lost)
    while True:
        before = len(tainted)
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _reads(node.value, tainted):
                tainted |= _targets(node)
        if len(tainted) == before:
            break
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AugAssign):
            linear = _linear(node.value, tainted)
            if isinstance(node, ast.AugAssign) and _targets(node) & tainted:
                linear = linear and isinstance(node.op, ast.Add | ast.Sub)
        elif isinstance(node, ast.If | ast.While):
            linear = not _reads(node.test, tainted)
        elif isinstance(node, ast.For):
            linear = not _reads(node.iter, tainted)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            linear = all(_linear(argument, tainted) for argument in node.value.args)
        else:
            continue
        if not linear:
            return False
    return True


def _reads(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(part, ast.Name) and part.id in names for part in ast.walk(node))


def _linear(node: ast.expr, tainted: set[str]) -> bool:
    if not _reads(node, tainted):
        return True
    match node:
        case ast.Name():
            return True
        case ast.BinOp(left, ast.Add() | ast.Sub(), right):
            return _linear(left, tainted) and _linear(right, tainted)
        case ast.BinOp(left, ast.Mult(), right):
            one = left if _reads(left, tainted) else right
            other = right if one is left else left
            return _linear(one, tainted) and _is_constant(other)
        case ast.BinOp(left, ast.Div(), right):
            return _linear(left, tainted) and _is_constant(right)
        case ast.UnaryOp(ast.USub(), operand):
            return _linear(operand, tainted)
        case ast.Call(ast.Attribute(attr=name), [argument]) if name in _CASTS:
            return _linear(argument, tainted)
        case _:
            return False


def _is_constant(node: ast.expr) -> bool:
    match node:
        case ast.Constant():
            return True
        case ast.Call(ast.Attribute(attr=name), [argument]) if name in _CASTS:
            return _is_constant(argument)
        case ast.UnaryOp(ast.USub(), operand):
            return _is_constant(operand)
        case _:
            return False
