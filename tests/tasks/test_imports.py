"""The import walk: which edits move a key and which do not, over a real package."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from irmill.tasks.imports import code_digests, reached_statements

FILES = {
    "walked/__init__.py": '"""A package."""\n',
    "walked/stages.py": '''
"""Two stages in one module."""
from __future__ import annotations
import json
from typing import TYPE_CHECKING
from walked.shared import SCHEMA
from walked.settings import Settings
from walked import deep as renamed
import walked.inner.leaf
LIMIT = 3
OTHER = 4
def decorate(function):
    return function
if TYPE_CHECKING:
    from walked.unused import Shown
def helper(value: Shown) -> Shown:
    return renamed.twice(value) + LIMIT
@decorate
def first(config, inputs):
    return helper(1), SCHEMA
def second(config: Settings, inputs):
    from walked.late import lazily
    return walked.inner.leaf.VALUE, lazily(), OTHER
''',
    "walked/settings.py": "from walked.unused import x\n"
    "class Base:\n    limit = 1\nclass Settings(Base):\n    def cut(self):\n        return self.limit\n",
    "walked/shared.py": "SCHEMA = 1\n",
    "walked/deep.py": "from walked.deeper import base\ndef twice(value):\n    return 2 * base(value)\n",
    "walked/deeper.py": "def base(value):\n    import numpy\n    return value\n",
    "walked/late.py": "from .inner import leaf\nfrom importlib import resources\nWORKER = 'late_worker.py'\n"
    "def lazily():\n    return resources.files('walked.weights'), open('table.csv')\n",
    "walked/late_worker.py": "print('run by its path')\n",
    "walked/table.csv": "a,b\n",
    "walked/weights/__init__.py": "",
    "walked/weights/model.bin": "0000",
    "walked/inner/__init__.py": "",
    "walked/inner/leaf.py": "VALUE = 1\n",
    "walked/unused.py": "x = 1\n",
}


@pytest.fixture
def walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def test_a_function_counts_what_it_reaches_and_no_more(walked: Path) -> None:
    assert set(code_digests("walked.stages:first")) == {
        "walked/__init__.py",
        "walked/stages.py:first",
        "walked/shared.py",
        "walked/deep.py",
        "walked/deeper.py",
    }


def test_late_and_relative_imports_and_data_files_count(walked: Path) -> None:
    assert set(code_digests("walked.stages:second")) >= {
        "walked/late.py",
        "walked/late_worker.py",
        "walked/table.csv",
        "walked/weights/model.bin",
        "walked/inner/__init__.py",
        "walked/inner/leaf.py",
        "walked/settings.py:Settings",
    }
    assert "walked" not in sys.modules, "the walk must run nothing"


@pytest.mark.parametrize(
    ("file", "old", "new", "moves"),
    [
        ("walked/deeper.py", "return value", "return value + 1", {"first"}),
        ("walked/stages.py", "LIMIT = 3", "LIMIT = 5", {"first"}),
        ("walked/stages.py", "OTHER = 4", "OTHER = 5", {"second"}),
        ("walked/stages.py", "return function", "return print or function", {"first"}),
        ("walked/stages.py", "@decorate\n", "", {"first"}),
        ("walked/stages.py", "import json", "import json\nprint(1)", {"first", "second"}),
        ("walked/stages.py", "lazily(), OTHER", "lazily(), -OTHER", {"second"}),
        ("walked/weights/model.bin", "0000", "0001", {"second"}),
        ("walked/late_worker.py", "path", "name", {"second"}),
        ("walked/inner/leaf.py", "VALUE = 1", "VALUE = 2", {"second"}),
        ("walked/settings.py", "limit = 1", "limit = 2", {"second"}),
        ("walked/settings.py", "from walked.unused import x", "from walked.unused import y", set()),
        ("walked/unused.py", "x = 1", "x = 2", set()),
        ("walked/__init__.py", "A package", "The package", {"first", "second"}),
    ],
)
def test_an_edit_moves_the_digests_of_those_that_reach_it(
    walked: Path, file: str, old: str, new: str, moves: set[str]
) -> None:
    before = {name: code_digests(f"walked.stages:{name}") for name in ("first", "second")}
    text = (walked / file).read_text()
    assert old in text
    (walked / file).write_text(text.replace(old, new))
    after = {name: code_digests(f"walked.stages:{name}") for name in ("first", "second")}
    assert {name for name in before if before[name] != after[name]} == moves


def test_a_module_that_looks_names_up_counts_whole(walked: Path) -> None:
    text = (walked / "walked/stages.py").read_text()
    (walked / "walked/stages.py").write_text(text.replace("return helper(1)", "return globals()['helper'](1)"))
    assert "walked/late.py" in code_digests("walked.stages:first")


def test_what_is_not_there_is_an_error(walked: Path) -> None:
    with pytest.raises(ImportError, match="no module 'walked\\.nothing'"):
        code_digests("walked.nothing:first")
    with pytest.raises(ImportError, match="has no 'third'"):
        code_digests("walked.stages:third")


def test_literals_never_reach_out_of_the_package(walked: Path) -> None:
    (walked / "outside.txt").write_text("secret")
    (walked / "walked/deep.py").write_text(
        f"PATHS = ['../outside.txt', '{walked}/outside.txt', '.', '..', '', 'x' * 9, 'deep', 'inner', 'a\\0b']\n"
        "def twice(value):\n    return value\n"
    )
    names = set(code_digests("walked.stages:first"))
    assert names == {"walked/__init__.py", "walked/stages.py:first", "walked/shared.py", "walked/deep.py"}


def test_reached_statements_follow_blocks() -> None:
    source = "try:\n    import fast as engine\nexcept ImportError:\n    import slow as engine\n"
    source += "x = 1\ndef f():\n    engine()\n"
    reached = reached_statements(ast.parse(source), "f")
    assert reached is not None
    assert [type(node).__name__ for node in reached] == ["Try", "FunctionDef"]


def test_the_projects_own_sources_can_be_walked() -> None:
    digests = code_digests("irmill.compiler.base.rows:reject_table")
    names = {"rows.py:reject_table", "rows.py:Reject", "__init__.py"}
    assert set(digests) == {"compiler/__init__.py", *(f"compiler/base/{name}" for name in names)}


@pytest.mark.parametrize(
    ("stage", "counts", "does_not"),
    [
        ("prompts", "compiler/english/", "compiler/wasm/"),
        ("normalize", "compiler/model/weights/", "compiler/wasm/"),
        ("classify", "compiler/model/lens.py", "compiler/wasm/"),
        ("emit", "compiler/wasm/emit.py", "compiler/model/"),
        ("execute", "compiler/execute/wasmer_worker.py", "compiler/model/"),
    ],
)
def test_a_stage_of_the_compiler_depends_on_its_part_of_it(stage: str, counts: str, does_not: str) -> None:
    names = code_digests(f"irmill.compiler.stages.{stage}:{stage}")
    assert [name for name in names if name.startswith(counts)]
    assert [name for name in names if name.startswith(does_not)] == []
