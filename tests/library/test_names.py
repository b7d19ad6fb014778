"""What ``import irmill`` has: the names, and that none costs anything before it is used."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import irmill
from irmill.flows.config import STAGES
from irmill.tasks.imports import code_digests

LOADED = """
import json, sys
before = set(sys.modules)
import irmill
dir(irmill)
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_the_bare_import_loads_the_standard_library_and_itself() -> None:
    answer = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = json.loads(answer.stdout)
    assert "irmill" in loaded
    assert [name for name in loaded if name != "irmill" and name.partition(".")[0] not in sys.stdlib_module_names] == []


@pytest.mark.parametrize("name", irmill.__all__)
def test_each_name_is_its_home_s_own(name: str) -> None:
    value = getattr(irmill, name)
    assert value.__name__ == name
    assert value is getattr(sys.modules[value.__module__], name)
    assert value.__doc__


def test_what_a_type_checker_sees_is_what_there_is() -> None:
    tree = ast.parse(Path(str(irmill.__file__)).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {str(node.module): tuple(alias.name for alias in node.names) for node in imports}
    assert seen == irmill._HOMES
    assert sorted(name for names in seen.values() for name in names) == sorted(irmill.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert {*irmill.__all__} <= {*dir(irmill)}
    with pytest.raises(AttributeError, match="'irmill' has no attribute 'compile_text'"):
        _ = irmill.compile_text  # pyright: ignore[reportAttributeAccessIssue]


def test_no_stage_depends_on_the_list_of_public_names() -> None:
    """A name more is no reason to build anything again."""
    for stage in STAGES:
        names = code_digests(stage.path)
        assert names
        assert not {"__init__.py", "irmill/__init__.py"} & names.keys(), stage.id
