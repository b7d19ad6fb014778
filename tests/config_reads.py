"""Which fields of which configuration the sources read: attribute access by syntax tree, with the receiver's class.

The class of an expression is known from annotations (parameters, fields, results, of functions and methods), from
constructors, and from assignments of such expressions. A receiver that is declared to be anything (``Any``, a lambda's
parameter) is taken for the whole configuration, which is how stages are given theirs. Reading in a validator is no use
of a value, and neither is dumping the whole model.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

Env = dict[str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
SAME_CLASS = {"model_copy", "model_validate", "model_construct", "__enter__"}


@dataclass(slots=True)
class Sources:
    """Classes and functions of the sources by their bare names, and the reads found so far."""

    whole: str
    """The class of a receiver that is declared to be anything."""
    bases: dict[str, list[str]] = field(default_factory=dict)
    members: dict[tuple[str, str], ast.expr | str | None] = field(default_factory=dict)
    """The annotation (or the class) of a class's field, property or method's result."""
    results: dict[str, ast.expr | None] = field(default_factory=dict)
    """The annotation of a function's result; None where two functions of one name differ."""
    reads: set[tuple[str, str]] = field(default_factory=set)

    def owner(self, name: str, member: str) -> str | None:
        """The class that defines a member of a class, which may be one of its bases."""
        if (name, member) in self.members:
            return name
        return next((found for base in self.bases.get(name, ()) if (found := self.owner(base, member))), None)

    def read(self, name: str, member: str) -> str | None:
        """Note that a member of a class is read; the class of what is read, where it is known."""
        owner = self.owner(name, member)
        if owner is None:
            return None
        self.reads.add((owner, member))
        return self.named(self.members[owner, member])

    def named(self, annotation: ast.expr | str | None) -> str | None:
        """The class of ours that an annotation names; of a union, the first."""
        match annotation:
            case str():
                return annotation
            case ast.Name(id=name) | ast.Attribute(attr=name):
                return name if name in self.bases else None
            case ast.BinOp(left=left, right=right):
                return self.named(left) or self.named(right)
            case ast.Constant(value=str() as text):
                return self.named(ast.parse(text, mode="eval").body)
            case ast.Subscript(value=ast.Name(id="Annotated" | "Optional"), slice=inner):
                return self.named(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
        return None


def config_reads(files: Sequence[Path], whole: str) -> Sources:
    """Every read of a field that the files hold, as (class that defines it, field)."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    sources = Sources(whole)
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ClassDef):
            _declare_class(sources, node)
        elif isinstance(node, Function):
            known = sources.results.setdefault(node.name, node.returns)
            if known is not node.returns and (known is None or ast.dump(known) != _dumped(node.returns)):
                sources.results[node.name] = None
    for _ in range(2):  # the second time, fields that are set from parameters are known
        for tree in trees:
            _block(sources, tree, {}, None)
    return sources


def _dumped(node: ast.expr | None) -> str:
    return "" if node is None else ast.dump(node)


def _declare_class(sources: Sources, node: ast.ClassDef) -> None:
    sources.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
    for line in node.body:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            sources.members[node.name, line.target.id] = line.annotation
        elif isinstance(line, Function):
            sources.members[node.name, line.name] = line.returns


def _block(sources: Sources, node: ast.AST, env: Env, inside: str | None) -> None:
    """Walk statements and expressions in order; ``inside`` is the class whose body this is."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.ClassDef():
                _block(sources, child, dict(env), child.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if not any("validator" in ast.unparse(decorator) for decorator in child.decorator_list):
                    _block(sources, child, env | _parameters(sources, child, inside), None)
            case ast.Lambda():
                _block(sources, child, env | {arg.arg: sources.whole for arg in child.args.args}, None)
            case ast.Assign(targets=[target], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value):
                _block(sources, child, env, None)
                _assign(sources, target, value, env)
            case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
                _block(sources, child, env, None)
                _assign(sources, target, value, env)
            case ast.Attribute(ctx=ast.Load()):
                _class_of(sources, child, env)
                _block(sources, child, env, None)
            case ast.Call(func=ast.Name(id="getattr"), args=[receiver, name, *_]):
                _read_by_name(sources, _class_of(sources, receiver, env), name)
                _block(sources, child, env, None)
            case ast.Call(func=ast.Attribute(value=value)):  # what is called is a method, so no field
                for part in (value, *child.args, *child.keywords):
                    _block(sources, ast.Expr(part), env, None)
            case _:
                _block(sources, child, env, inside)


def _parameters(sources: Sources, function: Function, inside: str | None) -> Env:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    found: Env = {}
    for place, argument in enumerate(arguments):
        anything = isinstance(argument.annotation, ast.Name) and argument.annotation.id == "Any"
        name = sources.whole if anything else sources.named(argument.annotation)
        if inside is not None and place == 0:
            name = inside
        if name is not None:
            found[argument.arg] = name
    return found


def _assign(sources: Sources, target: ast.expr, value: ast.expr, env: Env) -> None:
    name = _class_of(sources, value, env)
    match target:
        case ast.Name(id=variable):
            env.pop(variable, None)
            if name is not None:
                env[variable] = name
        case ast.Attribute(value=ast.Name(id="self"), attr=attribute) if name is not None and "self" in env:
            sources.members.setdefault((env["self"], attribute), name)


def _read_by_name(sources: Sources, receiver: str | None, name: ast.expr) -> None:
    if receiver is None:
        return
    if isinstance(name, ast.Constant):
        sources.read(receiver, str(name.value))
    elif receiver != sources.whole:  # a name that is computed may be any field of a known class
        for owner, member in list(sources.members):
            if owner == receiver:
                sources.read(receiver, member)


def _class_of(sources: Sources, node: ast.expr, env: Env) -> str | None:
    match node:
        case ast.Name(id=name):
            return env.get(name)
        case ast.Attribute(value=value, attr=attribute):
            receiver = _class_of(sources, value, env)
            return None if receiver is None else sources.read(receiver, attribute)
        case ast.Call(func=ast.Name(id=name)):
            return name if name in sources.bases else sources.named(sources.results.get(name))
        case ast.Call(func=ast.Attribute(value=value, attr=method)):
            receiver = value.id if isinstance(value, ast.Name) and value.id in sources.bases else None
            receiver = receiver or _class_of(sources, value, env)
            if receiver is None or method in SAME_CLASS:
                return receiver
            owner = sources.owner(receiver, method)
            return None if owner is None else sources.named(sources.members[owner, method])
        case ast.BoolOp(values=values):
            return next((found for value in values if (found := _class_of(sources, value, env))), None)
        case ast.IfExp(body=body, orelse=other):
            return _class_of(sources, body, env) or _class_of(sources, other, env)
        case ast.NamedExpr(value=value):
            return _class_of(sources, value, env)
    return None
