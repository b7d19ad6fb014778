"""Which of the project's own sources a stage's rows can depend on: a static walk over imports, nothing is run.

The walk starts at the module that holds the stage's function and follows every import, at the top of a module or inside
a function, but for what only a type checker looks at. Modules count whole, so a stage has a file of its own. Data files
that a source names in a string (``"weights"``, ``"wasmer_worker.py"``, ``"irmill.compiler.model.weights"``) count by
content.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from irmill.tasks.store.filesystem import file_digest

PACKAGES = frozenset({"irmill.compiler", "irmill.synth", "irmill.optimizer"})
"""The project's own packages that a result may depend on; everything else counts by its version."""

PROJECT = "irmill"

_PARSER = threading.Lock()
"""CPython 3.11 counts the depth of trees for all threads at once: two that parse may end in a SystemError."""

_FILE_NAME = re.compile(r"(?!.*\.\.)\w[\w./-]{0,199}", re.ASCII)
"""Literals that may name a file beside the source: relative, never upwards."""


def code_digests(function: str, packages: frozenset[str] = PACKAGES) -> dict[str, str]:
    """Digest of every source and data file that ``package.module:function`` can depend on.

    Args:
        function: where the engine function is; its own package counts as the project's too.
        packages: the project's packages.

    Returns:
        Path relative to the project's root (``compiler/wasm/emit.py``) to the sha256 of its content, sorted by path.

    Raises:
        ImportError: the module is not there.
        SyntaxError: a source cannot be parsed.
    """
    start = function.partition(":")[0]
    if _source(start) is None:
        raise ImportError(f"no module {start!r}")
    ours = packages | {_package(start)}
    digests: dict[str, str] = {}
    seen: set[str] = set()
    queue = [start]
    while queue:
        module = queue.pop()
        if module in seen or _package(module) not in ours:
            continue
        seen.add(module)
        path = _source(module)
        if path is None:
            continue  # ``from module import name`` may mean a module, or what is in one
        source = path.read_bytes()
        name = _name(module, path)
        digests[name] = hashlib.sha256(source).hexdigest()
        imports, literals = _mentions(module, path.name == "__init__.py", source)
        parts = module.split(".")
        parents = (".".join(parts[:end]) for end in range(1, len(parts)))
        queue += [*parents, *imports, *(text for text in literals if "." in text)]
        data = [path.parent] if path.name == "__init__.py" else []
        for file in _data_files([*data, *(path.parent / text for text in literals)]):
            digests.setdefault(file.relative_to(path.parents[name.count("/")]).as_posix(), file_digest(file))
    return dict(sorted(digests.items()))


def _data_files(named: Iterable[Path]) -> Iterator[Path]:
    """The files that some paths name: themselves, or all in a folder that has no source but an ``__init__.py``."""
    for path in named:
        if path.is_file():
            yield path
        elif path.is_dir() and all(file.name == "__init__.py" for file in path.rglob("*.py")):
            yield from (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)


@functools.lru_cache(maxsize=2048)
def _mentions(module: str, is_package: bool, source: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Modules that a source may import, and literals in it that could name a file.

    Stages share most of their modules: each text is parsed once in a process.
    """
    imports: dict[str, None] = {}
    literals: dict[str, None] = {}
    with _PARSER:
        tree = ast.parse(source, module)
    for node in _executed(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.update(dict.fromkeys(_imported(node, module, is_package)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE_NAME.fullmatch(node.value):
            literals[node.value] = None
    return tuple(imports), tuple(literals)


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree but for what only a type checker looks at."""
    queue = [tree]
    while queue:
        node = queue.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            queue += node.orelse
        else:
            queue += ast.iter_child_nodes(node)


def _imported(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> list[str]:
    """Every module an import statement may load: ``from a.b import c`` may mean ``a.b.c`` too."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        anchor = module.split(".")
        anchor = anchor[: len(anchor) - node.level + (1 if is_package else 0)]
        base = ".".join([*anchor, *([base] if base else [])])
    return [base, *(f"{base}.{alias.name}" for alias in node.names if alias.name != "*")]


def _package(module: str) -> str:
    """The package that a module's sources lie in: ``irmill.compiler`` of the project's own, else the first name."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == PROJECT else parts[0]


def _source(module: str) -> Path | None:
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


def _name(module: str, path: Path) -> str:
    """The source's path from the project's root, or from the folder of another package."""
    name = module.removeprefix(f"{PROJECT}.").replace(".", "/")
    return f"{name}/__init__.py" if path.name == "__init__.py" else f"{name}.py"
