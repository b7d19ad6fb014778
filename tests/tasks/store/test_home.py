"""The home: where it is, when it is refused, and that refusing it changes nothing in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from double.harness import Double, build_numbers

from irmill.compiler.lang.errors import InputError
from irmill.tasks.store.errors import HomeError, StoreVersionError
from irmill.tasks.store.layout import Layout, resolve_home
from irmill.tasks.store.store import Store


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its modification time and content, folders with theirs."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted([folder, *folder.rglob("*")])
    }


def test_the_environment_names_the_home(tmp_path: Path) -> None:
    assert resolve_home({"IRMILL_HOME": str(tmp_path / "here")}, tmp_path) == tmp_path / "here"
    assert resolve_home({"IRMILL_HOME": "~/mine"}, tmp_path) == Path("~/mine").expanduser()
    assert not (tmp_path / "here").exists()


def test_a_checkout_keeps_its_artifacts_in_it(tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").touch()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "irmill"\n')
    (tmp_path / "tests" / "deep").mkdir(parents=True)
    assert resolve_home({}, tmp_path) == tmp_path / "artifacts"
    assert resolve_home({"IRMILL_HOME": " "}, tmp_path / "tests" / "deep") == tmp_path / "artifacts"


def test_elsewhere_it_is_the_platforms_data_folder(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n')
    home = resolve_home({}, tmp_path)
    assert home.name == "irmill"
    assert tmp_path not in home.parents


def test_preparing_makes_the_folders_and_is_repeatable(home: Path) -> None:
    store = Store(home)
    store.check()
    assert not home.exists()
    store.prepare()
    layout = Layout(home)
    assert all(folder.is_dir() for folder in (layout.store, layout.exports, layout.runs, layout.prefect))
    before = snapshot(home)
    store.prepare()
    assert snapshot(home) == before


@pytest.mark.parametrize("mark", ['{"format": 2}', '{"format": "1"}', "{}", "not json", "[]", "\xff"])
def test_another_versions_store_is_refused_untouched(home: Path, store: Store, mark: str) -> None:
    store.layout.mark.write_text(mark, encoding="latin-1")
    before = snapshot(home)
    for use in (store.check, store.prepare):
        with pytest.raises(StoreVersionError) as caught:
            use()
        assert str(store.layout.mark) in str(caught.value)
        assert "\n" not in str(caught.value)
        assert isinstance(caught.value, InputError)
    assert snapshot(home) == before


def test_a_store_that_nobody_marked_is_refused_untouched(home: Path) -> None:
    (home / "store" / "somebody-elses").mkdir(parents=True)
    before = snapshot(home)
    with pytest.raises(StoreVersionError, match="somebody-elses"):
        Store(home).prepare()
    assert snapshot(home) == before


def test_a_manifest_of_another_format_is_refused(double: Double, store: Store) -> None:
    ref = build_numbers(double, store)
    path = store.layout.entry(ref.lane, ref.stage, ref.key) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 9}))
    with pytest.raises(StoreVersionError, match="format 9"):
        build_numbers(double, store)


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_home_that_is_a_file_is_refused(tmp_path: Path, below: str) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("mine")
    with pytest.raises(HomeError, match=r"blocked: is not a folder") as caught:
        Store(blocked / below).prepare()
    assert isinstance(caught.value, InputError)
    assert blocked.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounts a read-only file system")
def test_a_read_only_home_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "frozen"
    home.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(home)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        for place in (home, home / "below"):
            with pytest.raises(HomeError, match="frozen: cannot be written to"):
                Store(place).prepare()
    finally:
        subprocess.run(["umount", str(home)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(HomeError, match="cannot be written to"):
            Store(tmp_path / "home").prepare()
    finally:
        tmp_path.chmod(0o700)


def test_a_home_that_the_system_refuses_in_the_act(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: True)
    monkeypatch.setattr(Path, "mkdir", _refuse)
    with pytest.raises(HomeError, match=r"home/store: cannot be used \(Permission denied\)"):
        Store(home).prepare()


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_store_and_fingerprint_load_no_prefect() -> None:
    code = (
        "import sys; import irmill.tasks.build, irmill.tasks.plan, irmill.tasks.store.gc, irmill.tasks.fingerprint; "
        "print([m for m in ('prefect', 'torch', 'rich', 'warp', 'wasmtime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
