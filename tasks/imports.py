"""Which of the project's own sources a function's result can depend on: a static walk over imports, nothing is run.

The walk starts at one function. Of the module that holds it, only the definitions that the function reaches count, so
that an edit of one stage's function leaves the other stages of that module alone. Every module those definitions
import, at the top or inside a function, counts whole, and so does all that it imports in turn. Data files that a source
names in a string (``"weights"``, ``"wasmer_worker.py"``, ``"irmill.compiler.model.weights"``) count by content.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from irmill.tasks.store.filesystem import file_digest

PACKAGES = frozenset({"irmill.compiler", "irmill.synth", "irmill.optimizer"})
"""The project's own packages that a result may depend on; everything else counts by its version."""

PROJECT = "irmill"

_FILE_NAME = re.compile(r"(?!.*\.\.)\w[\w./-]{0,199}", re.ASCII)
"""Literals that may name a file beside the source: relative, never upwards."""
_DYNAMIC = frozenset({"globals", "locals", "vars", "eval", "exec", "__import__", "import_module"})


def code_digests(function: str, packages: frozenset[str] = PACKAGES) -> dict[str, str]:
    """Digest of every source and data file that ``package.module:function`` can depend on.

    Args:
        function: dotted path of the engine function; its own package counts as the project's too.
        packages: the project's packages.

    Returns:
        Path relative to the project's root (``compiler/wasm/emit.py``) to the sha256 of its content; of
        the function's own module, of the reached definitions' text. Sorted by path.

    Raises:
        ImportError: the module or the function is not there.
        SyntaxError: a source cannot be parsed.
    """
    module, _, name = function.partition(":")
    walk = _Walk(packages | {_package(module)})
    walk.start(module, name)
    return dict(sorted(walk.digests.items()))


@dataclass(slots=True)
class _Walk:
    packages: frozenset[str]
    digests: dict[str, str] = field(default_factory=dict[str, str])
    seen: set[str] = field(default_factory=set[str])

    def start(self, module: str, name: str) -> None:
        """Count a function, and the classes its configuration is annotated with: their methods may be called."""
        path = _module_path(module)
        if path is None:
            raise ImportError(f"no module {module!r}")
        if not self._slice(module, path, name):
            raise ImportError(f"{module} has no {name!r}")
        for origin, class_name in _configuration(ast.parse(path.read_bytes(), str(path)), module, name):
            place = _module_path(origin) if _package(origin) in self.packages else None
            if place is not None and not self._slice(origin, place, class_name):
                self._follow([origin])

    def _slice(self, module: str, path: Path, name: str) -> bool:
        """Count what a name of a module reaches there, and whole modules from then on; False where nothing binds it."""
        source = path.read_text(encoding="utf-8")
        nodes = reached_statements(_parse(source, path), name)
        if nodes is None:
            return False
        text = "\n".join(ast.get_source_segment(source, node, padded=True) or "" for node in nodes)
        decorators = "\n".join(ast.dump(item) for node in nodes for item in getattr(node, "decorator_list", []))
        self.digests[f"{_relative(module, path)}:{name}"] = _text_digest(f"{text}\n{decorators}")
        self._follow(self._sources(module, path, *_mentions(module, path.name == "__init__.py", nodes)))
        return True

    def _follow(self, queue: list[str]) -> None:
        """Walk modules iteratively: each once, whole."""
        while queue:
            module = queue.pop()
            path = None if module in self.seen else _module_path(module)
            self.seen.add(module)
            if path is None:
                continue
            source = path.read_bytes()
            self.digests[_relative(module, path)] = hashlib.sha256(source).hexdigest()
            queue.extend(self._sources(module, path, *_mentions_of_module(module, path.name == "__init__.py", source)))

    def _sources(self, module: str, path: Path, imports: Iterable[str], literals: Iterable[str]) -> list[str]:
        """The project's modules among some imports and literals; data files that are named are digested at once."""
        found = [*_parents(module), *imports]
        for text in literals:
            found.extend(self._named(text, module, path))
        return [name for name in found if _package(name) in self.packages]

    def _named(self, text: str, module: str, path: Path) -> list[str]:
        """What a string literal names: a module of the project, or a data file or folder beside the source."""
        if _package(text) in self.packages and all(part.isidentifier() for part in text.split(".")):
            found = _module_path(text) if "." in text else None
            if found is None:
                return []
            if found.name == "__init__.py" and _is_data_folder(found.parent):
                self._add_data(_relative(text, found), found.parent)
            return [text]
        target = path.parent / text
        base = _relative(module, path).rpartition("/")[0]
        if target.is_file():
            self.digests.setdefault(f"{base}/{text}", file_digest(target))
        elif target.is_dir() and _is_data_folder(target):
            self._add_data(f"{base}/{text}/", target)
        return []

    def _add_data(self, name: str, folder: Path) -> None:
        base = name.rpartition("/")[0]
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                self.digests.setdefault(f"{base}/{file.relative_to(folder).as_posix()}", file_digest(file))


def _mentions(module: str, is_package: bool, nodes: Iterable[ast.stmt]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Modules that some statements may import, and literals in them that could name a file."""
    imports: dict[str, None] = {}
    literals: dict[str, None] = {}
    for node in nodes:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                imports.update(dict.fromkeys(_imported(inner, module, is_package)))
            elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and _FILE_NAME.fullmatch(inner.value):
                literals[inner.value] = None
    return tuple(imports), tuple(literals)


@functools.lru_cache(maxsize=2048)
def _mentions_of_module(module: str, is_package: bool, source: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stages share most of their modules: each text is parsed once in a process."""
    return _mentions(module, is_package, _parse(source, Path(module)).body)


def reached_statements(tree: ast.Module, name: str) -> list[ast.stmt] | None:
    """The top-level statements of a module that a function's result can depend on, in source order.

    Those are the statements that bind a name the function uses, directly or through others, and every statement that
    binds nothing (it may change anything). A module that looks names up as strings, or imports ``*``, counts whole.

    Returns:
        The statements, or None when nothing in the module binds ``name``.
    """
    bound: dict[str, list[ast.stmt]] = {}
    always: list[ast.stmt] = []
    for node in tree.body:
        names = list(_bindings(node))
        for binding in names:
            bound.setdefault(binding, []).append(node)
        if not names and not isinstance(node, ast.Pass):
            always.append(node)
    if name not in bound:
        return None
    if any(_is_dynamic(node) for node in ast.walk(tree)):
        return list(tree.body)
    reached: set[int] = set()
    queue = [*always, *bound[name]]
    while queue:
        node = queue.pop()
        if id(node) in reached:
            continue
        reached.add(id(node))
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name):
                queue.extend(bound.get(inner.id, ()))
    return [node for node in tree.body if id(node) in reached and not _is_docstring(node)]


def _configuration(tree: ast.Module, module: str, name: str) -> list[tuple[str, str]]:
    """Module and name of the classes in the annotation of a function's first parameter."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    annotations = [node.args.args[0].annotation for node in functions if node.args.args]
    used = {inner.id for item in annotations if item for inner in ast.walk(item) if isinstance(inner, ast.Name)}
    found = [(module, item.name) for item in tree.body if isinstance(item, ast.ClassDef) and item.name in used]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(node.module, item.name) for item in node.names if (item.asname or item.name) in used]
    return found


def _parse(source: str | bytes, path: Path) -> ast.Module:
    """The module's tree without what only a type checker looks at."""
    return cast(ast.Module, _Executed().visit(ast.parse(source, str(path))))


class _Executed(ast.NodeTransformer):
    """Drops ``if TYPE_CHECKING`` blocks and, where they are never evaluated, the annotations of functions."""

    def __init__(self) -> None:
        self._lazy = False

    def visit_Module(self, node: ast.Module) -> ast.AST:
        self._lazy = any(
            isinstance(item, ast.ImportFrom) and item.module == "__future__" and item.names[0].name == "annotations"
            for item in node.body
        )
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        visited = cast(ast.If, self.generic_visit(node))
        test = node.test
        named = test.id if isinstance(test, ast.Name) else test.attr if isinstance(test, ast.Attribute) else ""
        return visited.orelse if named == "TYPE_CHECKING" else visited

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._without_annotations(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._without_annotations(node)

    def _without_annotations(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if self._lazy:
            node.returns = None
            for argument in ast.walk(node.args):
                if isinstance(argument, ast.arg):
                    argument.annotation = None
        return self.generic_visit(node)


def _bindings(node: ast.stmt) -> Iterator[str]:
    """Names that a top-level statement binds, also inside its blocks."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id
            elif isinstance(inner, ast.stmt) and inner is not node:
                yield from _bindings(inner)


def _is_dynamic(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == "*" for alias in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr == "modules" and isinstance(node.value, ast.Name) and node.value.id == "sys"
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""
    return name in _DYNAMIC


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _imported(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> list[str]:
    """Every module an import statement may load: ``from a.b import c`` may mean ``a.b.c`` too."""
    if isinstance(node, ast.Import):
        return [name for alias in node.names for name in (alias.name, *_parents(alias.name))]
    base = node.module or ""
    if node.level:
        anchor = module.split(".")
        anchor = anchor[: len(anchor) - node.level + (1 if is_package else 0)]
        base = ".".join([*anchor, *([base] if base else [])])
    return [base, *_parents(base), *(f"{base}.{alias.name}" for alias in node.names if alias.name != "*")]


def _package(module: str) -> str:
    """The package that a module's sources lie in: ``irmill.compiler`` of the project's own, else the first name."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == PROJECT else parts[0]


def _parents(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _module_path(module: str) -> Path | None:
    """The source of a module, None where there is none. Only its top package is looked up; nothing is run."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top)
    if spec is None:
        return None
    if not rest and spec.origin and spec.submodule_search_locations is None:
        return Path(spec.origin)
    for location in spec.submodule_search_locations or ():
        base = Path(location).joinpath(*rest)
        for candidate in (base / "__init__.py", base.with_name(f"{base.name}.py")):
            if candidate.is_file() and (rest or candidate.name == "__init__.py"):
                return candidate
    return None


def _relative(module: str, path: Path) -> str:
    name = module.removeprefix(f"{PROJECT}.").replace(".", "/")
    return f"{name}/__init__.py" if path.name == "__init__.py" else f"{name}.py"


def _is_data_folder(folder: Path) -> bool:
    """A folder of data: no source in it but an ``__init__.py``."""
    return all(file.name == "__init__.py" for file in folder.rglob("*.py"))


def _text_digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
