"""The examples that a person reads, run: the blocks of the README's section, and the docstrings."""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path

import pytest
from small_corpus import Corpus

import irmill
from irmill.synth.examples import saxpy
from irmill.tasks.corpus.card import Provenance
from irmill.tasks.corpus.export import ExportConfig, export_dataset

ROOT = Path(__file__).resolve().parents[2]
SECTION = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Library\n")[2].partition("\n## ")[0]
BLOCKS = re.findall(r"^```python\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)
FUNCTIONS = [name for name in irmill.__all__ if name.islower()]


def assert_runs(example: doctest.DocTest) -> None:
    said: list[str] = []
    results = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST).run(example, out=said.append)
    assert results.attempted
    assert not results.failed, "".join(said)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the examples: a file of kernels, and a dataset."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(str(saxpy.__file__), "kernels.py")
    corpus = Corpus(tmp_path / "artifacts")
    corpus.fill()
    provenance = Provenance("<run>", "base", {"prompts": {"count": 20}}, "abc123", {"prefect": "3.8.8"})
    export_dataset(corpus.store, corpus.refs, ExportConfig(plots=False), provenance)
    return tmp_path


def test_the_readme(home: Path) -> None:
    """One block after the other, as one session."""
    text = "\n".join(BLOCKS)
    assert_runs(doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0))
    assert [name for name in FUNCTIONS if not re.search(rf"\b{name}\b", SECTION)] == []


@pytest.mark.parametrize("name", ["irmill", *FUNCTIONS])
def test_the_docstring(name: str, home: Path) -> None:
    documented = irmill if name == "irmill" else getattr(irmill, name)
    text = documented.__doc__
    assert_runs(doctest.DocTestParser().get_doctest(text, {}, name, name, 0))
