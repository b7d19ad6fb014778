"""The import walk: which edits move a key and which do not, over a real package."""

from __future__ import annotations

import sys
from pathlib import Path

import grimp
import pytest

from irmill.tasks.imports import PACKAGES, code_digests

FILES = {
    "walked/__init__.py": '"""A package."""\n',
    "walked/stages/__init__.py": "",
    "walked/stages/first.py": """
from __future__ import annotations
import json
from typing import TYPE_CHECKING
from walked.shared import SCHEMA
from walked import deep as renamed
if TYPE_CHECKING:
    from walked.unused import Shown
else:
    import walked.executed
def helper(value: Shown) -> Shown:
    return renamed.twice(value)
def first(config, inputs):
    return helper(1), SCHEMA
""",
    "walked/stages/second.py": """
import walked.inner.leaf
from walked.settings import Settings
def second(config: Settings, inputs):
    from walked.late import lazily
    return walked.inner.leaf.VALUE, lazily()
""",
    "walked/settings.py": "from walked import *\nclass Settings:\n    limit = 1\n",
    "walked/executed.py": "",
    "walked/shared.py": "SCHEMA = 1\n",
    "walked/deep.py": "from walked.deeper import base\ndef twice(value):\n    return 2 * base(value)\n",
    "walked/deeper.py": "def base(value):\n    import numpy\n    return value\n",
    "walked/late.py": "from .inner import leaf\nfrom .near import VALUE\n"
    "from importlib import resources\nWORKER = 'late_worker.py'\n"
    "def lazily():\n    return resources.files('walked.weights'), open('table.csv'), open('texts')\n",
    "walked/texts/one.txt": "one",
    "walked/late_worker.py": "print('run by its path')\n",
    "walked/table.csv": "a,b\n",
    "walked/weights/__init__.py": "",
    "walked/weights/model.bin": "0000",
    "walked/inner/__init__.py": "",
    "walked/inner/leaf.py": "VALUE = 1\n",
    "walked/near/__init__.py": "from .by import VALUE\n",
    "walked/near/by.py": "VALUE = 1\n",
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


FIRST = {
    "walked/__init__.py",
    "walked/stages/__init__.py",
    "walked/stages/first.py",
    "walked/shared.py",
    "walked/executed.py",
    "walked/deep.py",
    "walked/deeper.py",
}
SECOND = {
    "walked/__init__.py",
    "walked/stages/__init__.py",
    "walked/stages/second.py",
    "walked/settings.py",
    "walked/late.py",
    "walked/late_worker.py",
    "walked/table.csv",
    "walked/texts/one.txt",
    "walked/weights/__init__.py",
    "walked/weights/model.bin",
    "walked/inner/__init__.py",
    "walked/inner/leaf.py",
    "walked/near/__init__.py",
    "walked/near/by.py",
}


def digests(name: str) -> dict[str, str]:
    return code_digests(f"walked.stages.{name}:{name}")


def test_a_stage_counts_its_file_and_what_that_imports_and_names(walked: Path) -> None:
    assert set(digests("first")) == FIRST
    assert set(digests("second")) == SECOND
    assert list(digests("second")) == sorted(SECOND)
    assert "walked" not in sys.modules, "the walk must run nothing"


@pytest.mark.parametrize("file", [name for name in FILES if name != "walked/unused.py"])
def test_an_edit_moves_the_digest_of_that_file_for_those_that_reach_it(walked: Path, file: str) -> None:
    before = {name: digests(name) for name in ("first", "second")}
    with (walked / file).open("a") as source:
        source.write("\n")
    after = {name: digests(name) for name in ("first", "second")}
    for name, reached in (("first", FIRST), ("second", SECOND)):
        moved = {path for path in before[name] if before[name][path] != after[name][path]}
        assert moved == ({file} & reached)
    assert file in FIRST | SECOND


def test_what_is_not_there_is_an_error(walked: Path) -> None:
    with pytest.raises(ImportError, match="no module 'walked\\.nothing'"):
        code_digests("walked.nothing:first")


def test_literals_never_reach_out_of_the_package(walked: Path) -> None:
    (walked / "outside.txt").write_text("secret")
    (walked / "walked/deep.py").write_text(
        f"PATHS = ['../outside.txt', '{walked}/outside.txt', '.', '..', '', 'x' * 9, 'deep', 'inner', 'a\\0b']\n"
        "def twice(value):\n    return value\n"
    )
    assert set(digests("first")) == FIRST - {"walked/deeper.py"}


@pytest.mark.parametrize(
    "module", ["compiler.stages.execute", "compiler.wasm.emit", "synth.stages", "optimizer.stages"]
)
def test_the_walk_finds_what_another_reader_of_imports_finds(module: str) -> None:
    """grimp builds the graph of imports by itself; ours may only add what is named in strings."""
    graph = grimp.build_graph("irmill", exclude_type_checking_imports=True, cache_dir=None)
    start = f"irmill.{module}"
    reached = {start, *graph.find_upstream_modules(start)}
    wanted = {name for name in reached if ".".join(name.split(".")[:2]) in PACKAGES}
    found = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name in code_digests(f"{start}:any")
        if name.endswith(".py")
    }
    missing = {name for name in wanted if name.removeprefix("irmill.") not in found}
    assert missing == set()
    assert len(found) <= len(wanted) * 1.5 + 10


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
