"""Set-up: interpreters are found by running them, and an environment is made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from irmill.flows import bootstrap


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH and a home with nothing in them, and none of the variables that name interpreters."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("PYENV_ROOT", "IRMILL_PYTHON", "IRMILL_PYTHON310"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_an_interpreter_is_asked_and_not_believed(tmp_path: Path) -> None:
    assert bootstrap.python_version(sys.executable) == sys.version_info[:2]
    shim = script(tmp_path / "python3.10", "echo 'python3.10: command not found' >&2; exit 127")
    assert bootstrap.python_version(str(shim)) is None
    liar = script(tmp_path / "liar", "echo hello")
    assert bootstrap.python_version(str(liar)) is None
    assert bootstrap.python_version(str(tmp_path / "none")) is None


def test_a_failing_shim_is_passed_over_for_an_installed_version(only: Path) -> None:
    script(only / "bin" / "python3.10", "exit 127")
    assert bootstrap.find_python310() is None
    script(only / "home/.pyenv/versions/3.10.2/bin/python", "exit 1")
    works = script(only / "home/.pyenv/versions/3.10.13/bin/python", "echo 3 10")
    assert bootstrap.find_python310() == str(works)


def test_pyenvs_newest_comes_first(only: Path) -> None:
    for patch in (9, 13, 2):
        script(only / f"home/.pyenv/versions/3.10.{patch}/bin/python", "echo 3 10")
    assert [Path(path).parts[-3] for path in bootstrap.pyenv_pythons("3.10")] == ["3.10.13", "3.10.9", "3.10.2"]


def test_uv_is_the_last_resort(only: Path) -> None:
    python = script(only / "uv-python", "echo 3 10")
    script(only / "bin" / "uv", f"echo {python}")
    assert bootstrap.find_python310() == str(python)


def test_no_python_at_all_is_one_line(only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "executable", str(only / "none"))
    with pytest.raises(bootstrap.SetupError, match=r"no Python >= 3\.11"):
        bootstrap.find_main_python()


def test_without_python310_one_line_says_what_happens(
    only: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bootstrap.set_up_wasmer(tmp_path / "environment")
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "wasmtime" in said
    assert not (tmp_path / "environment").exists()


def test_a_stamp_holds_for_what_it_was_made_from_only(tmp_path: Path) -> None:
    pins = tmp_path / "pins.txt"
    pins.write_text("a==1")
    stamp = bootstrap.digest(pins, "index")
    script(tmp_path / "env/bin/python", "exit 0")
    assert not bootstrap.stamped(tmp_path / "env", stamp)
    (tmp_path / "env" / bootstrap.STAMP).write_text(stamp)
    assert bootstrap.stamped(tmp_path / "env", stamp)
    pins.write_text("a==2")
    assert not bootstrap.stamped(tmp_path / "env", bootstrap.digest(pins, "index"))
    (tmp_path / "env/bin/python").unlink()
    assert not bootstrap.stamped(tmp_path / "env", stamp)


def test_every_dependency_that_is_pinned_by_name_can_be_found() -> None:
    assert bootstrap.constraint("torch").startswith("torch==")
    with pytest.raises(bootstrap.SetupError, match="nosuch"):
        bootstrap.constraint("nosuch")


def test_the_checkout_is_linked_under_its_name_again_and_again(tmp_path: Path) -> None:
    """pyright reads it there; without the link it would find no source and be content."""
    link = tmp_path / "build" / "irmill"
    for _ in range(2):
        bootstrap.link_checkout(tmp_path / "build")
        assert (link / "flows" / "bootstrap.py").samefile(Path(bootstrap.__file__))
    link.unlink()
    link.symlink_to(tmp_path)
    bootstrap.link_checkout(tmp_path / "build")
    assert link.resolve() == bootstrap.ROOT
