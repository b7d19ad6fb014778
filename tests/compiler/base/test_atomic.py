"""A file is written whole or not at all, whatever happens while it is written."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from irmill.compiler.base.atomic import TEMPORARY, replaced, write_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_there_whole_and_nothing_else_is(tmp_path: Path, durable: bool) -> None:
    write_file(tmp_path / "a", b"first", durable=durable)
    write_file(tmp_path / "a", "zweite ½\n", durable=durable)
    assert (tmp_path / "a").read_bytes() == "zweite ½\n".encode()
    assert names(tmp_path) == ["a"]


def test_it_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_file(tmp_path / "a", b"")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_block_that_raises_leaves_the_old_file_alone(tmp_path: Path, error: type[BaseException]) -> None:
    write_file(tmp_path / "a", b"old")

    def interrupted() -> None:
        with replaced(tmp_path / "a") as temporary:
            temporary.write_bytes(b"half")
            raise error

    with pytest.raises(error):
        interrupted()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("fails", ["os.fsync", "pathlib.Path.replace"])
def test_a_disk_that_refuses_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    write_file(tmp_path / "a", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fails, full)
    with pytest.raises(OSError, match="No space left"):
        write_file(tmp_path / "a", b"new", durable=True)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_content_and_name_are_synced_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr("os.fsync", lambda handle: seen.append(str(Path(f"/proc/self/fd/{handle}").readlink())))
    write_file(tmp_path / "a", b"x", durable=True)
    assert Path(seen[0]).name.startswith(TEMPORARY)
    assert seen[1:] == [str(tmp_path)]
    write_file(tmp_path / "a", b"x")
    assert len(seen) == 2


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    file = tmp_path / "a"
    write_file(file, b"0" * 100_000)
    done = threading.Event()

    def write() -> None:
        for turn in range(200):
            write_file(file, str(turn % 10).encode() * 100_000)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not done.is_set():
        content = file.read_bytes()
        assert len(content) == 100_000
        assert len(set(content)) == 1
    writer.join()


def test_a_killed_writer_leaves_at_most_a_temporary(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"old")
    code = (
        "import sys, time; from pathlib import Path; from irmill.compiler.base.atomic import replaced\n"
        "with replaced(Path(sys.argv[1])) as file: file.write_bytes(b'half'); print('x', flush=True); time.sleep(100)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "a")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [name for name in names(tmp_path) if not name.startswith(TEMPORARY)] == ["a"]
