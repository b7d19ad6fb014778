"""The runner of planted bugs, on a made-up package: what survives is told, what is stale refused, nothing touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutants.run import ROOT, check_texts, read_lists

RUNNER = Path(__file__).with_name("run.py")
TRIPLE = """
[[mutant]]
name = "triple"
file = "small.py"
before = "number * 2"
after = "number * 3"
tests = ["tests/test_small.py"]
why = "a double is not a triple"
"""
ENDLESS = TRIPLE.replace("number * 3", "number * exec('while True: pass')")
UNSEEN = TRIPLE.replace('"triple"', '"unseen"').replace("number * 2", "number // 2").replace("number * 3", "number")
TEST = "from irmill.small import doubled\n\n\ndef test_doubled():\n    assert doubled(2) == 4\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A package of two functions, one of them tested. Its folder has another name than the package."""
    root = tmp_path / "checkout"
    (root / "tests" / "mutants").mkdir(parents=True)
    (root / "__init__.py").touch()
    source = "def doubled(number):\n    return number * 2\n\n\ndef halved(number):\n    return number // 2\n"
    (root / "small.py").write_text(source)
    (root / "tests" / "test_small.py").write_text(TEST)
    return root


def mutants(root: Path, listed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the lists of a project that has one."""
    (root / "tests" / "mutants" / "small.toml").write_text(listed)
    command = [sys.executable, str(RUNNER), "--root", str(root), "--jobs", "1", *arguments]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # a second less for each start
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)


def contents(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_bug_that_no_test_sees_is_a_survivor_and_the_project_stays_as_it_was(project: Path):
    (project / "tests" / "mutants" / "small.toml").write_text(TRIPLE + UNSEEN)
    before = contents(project)
    done = mutants(project, TRIPLE + UNSEEN)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 of 2 killed" in done.stdout
    assert "tests/test_small.py::test_doubled" in done.stdout
    assert "SURVIVED unseen (small.py): a double is not a triple" in done.stdout
    assert contents(project) == before


def test_all_killed_is_success_and_only_picks_one(project: Path):
    done = mutants(project, TRIPLE + UNSEEN, "small", "--only", "triple")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 killed" in done.stdout
    assert "unseen" not in done.stdout


def test_a_bug_without_end_is_killed_and_said_to_be_so(project: Path):
    done = mutants(project, ENDLESS, "--timeout", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no end in 3 s" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("number * 2", "number * 9", "triple: the text to replace is 0 times in small.py"),
        ("number * 2", "number", "triple: the text to replace is 4 times in small.py"),
        ("number * 3", "number *", "triple: small.py with the bug is no Python"),
        ("small.py", "gone.py", "triple: there is no gone.py"),
        ("test_small.py", "test_gone.py", "triple: there is no tests/test_gone.py"),
        ("test_small.py", "test_small.py::test_gone", "test_gone: not green without any bug"),
        ("why", "what", "small.toml: triple: what, why"),
    ],
)
def test_a_stale_list_is_refused_by_name(project: Path, old: str, new: str, said: str):
    done = mutants(project, TRIPLE.replace(old, new))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_tests_that_are_red_without_a_bug_are_refused(project: Path):
    (project / "tests" / "test_small.py").write_text(TEST.replace("4", "5"))
    done = mutants(project, TRIPLE)
    assert done.returncode == 2
    assert "test_small.py: not green without any bug: tests/test_small.py::test_doubled" in done.stderr


@pytest.mark.parametrize("package", ["compiler", "synth", "optimizer", "tasks", "flows"])
def test_a_dozen_of_each_package_stand(package: str):
    listed = read_lists(ROOT)[package]
    assert len(listed) >= 12
    assert all(mutant.file.startswith(f"{package}/") for mutant in listed)


def test_no_list_of_this_project_is_stale():
    for listed in read_lists(ROOT).values():
        check_texts(ROOT, listed)
