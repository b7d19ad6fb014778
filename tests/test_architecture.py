"""The house's walls that no import contract can say: no two files import each other, directly or by way of others."""

from __future__ import annotations

import grimp
import pytest


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("irmill", exclude_type_checking_imports=True, cache_dir=None)


def circles(graph: grimp.ImportGraph) -> set[frozenset[str]]:
    """The files that reach each other by imports, at the top of a file or inside a function; but for tests."""
    files = {name for name in graph.modules if not name.startswith("irmill.tests")}
    reached = {name: graph.find_upstream_modules(name) for name in files}
    found = {name: frozenset({name, *(other for other in reached[name] if name in reached[other])}) for name in files}
    return {group for group in found.values() if len(group) > 1}


def test_no_files_import_each_other(imports: grimp.ImportGraph) -> None:
    assert circles(imports) == set()


def test_a_circle_would_be_found(imports: grimp.ImportGraph) -> None:
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == {frozenset({"a", "b", "c"})}
