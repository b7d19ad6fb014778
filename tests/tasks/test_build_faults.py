"""Faults of the machine, for real: killed and racing processes, full disks, code that changes under a build."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from double.harness import Double, NumbersConfig, build_numbers, build_scaled, numbers_of, python_path

from irmill.tasks.build import BuildOptions, Observer, build_stage
from irmill.tasks.store.errors import CodeChangedError, StoreFullError, UnfinishedShardError, WorkerDiedError
from irmill.tasks.store.lease import process_start
from irmill.tasks.store.manifest import ArtifactRef, ShardRecord
from irmill.tasks.store.store import EntryState, Store

SCRIPTS = Path(__file__).resolve().parents[1] / "double"


def start(double: Double, script: str, home: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A process of its own that builds."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPTS / script), str(home), str(double.folder), *arguments],
        env={**os.environ, "PYTHONPATH": python_path(double), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(process: subprocess.Popen[str]) -> dict[str, object]:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return json.loads(out)


def states(store: Store) -> dict[str, EntryState]:
    return {entry.stage: entry.state for entry in store.entries(full=True)}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_row_lost_to_the_machine_leaves_its_shard_unfinished(
    double: Double, store: Store, calls: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Once as if the worker died: one line, no entry, the other shards kept; the next run does that shard again."""
    parents = {"double.numbers": build_numbers(double, store)}
    options = BuildOptions(workers=workers)
    monkeypatch.setenv("DOUBLE_LOSE", "scaled:1")
    with pytest.raises(UnfinishedShardError, match=r"rows failed twice .*WORKER: the worker died") as caught:
        build_scaled(double, store, options=options, parents=parents)
    again = int(str(caught.value).split()[1])  # each worker process loses its first shard
    assert 1 <= again <= workers
    assert states(store)["scaled"] is EntryState.PARTIAL
    monkeypatch.delenv("DOUBLE_LOSE")
    ref = build_scaled(double, store, options=options, parents=parents)
    assert calls.read_text().count("scaled") == 4 + again
    assert (ref.rows, ref.rejected) == (10, 0)
    assert store.manifest(ref).report.reused_shards == 4 - again


def test_two_builders_race_and_one_builds(double: Double, store: Store, calls: Path) -> None:
    racers = [start(double, "builder.py", store.home, "", DOUBLE_SLEEP="0.3") for _ in range(2)]
    answers = [answer(racer) for racer in racers]
    assert answers[0] == answers[1]
    ref = ArtifactRef.model_validate(answers[0]["ref"])
    assert store.valid(ref.lane, ref.stage, ref.key)
    lines = calls.read_text().splitlines()
    assert len(lines) == ref.shards
    assert len(set(lines)) == 1


def test_a_killed_builder_loses_the_shard_it_was_at(double: Double, store: Store, calls: Path) -> None:
    killed = start(double, "builder.py", store.home, "", DOUBLE_KILL="numbers:3")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert states(store) == {"numbers": EntryState.PARTIAL}
    assert (store.layout.entry("double", "numbers", store_key(store)) / "lease.json").is_file()
    calls.write_text("")
    started = time.monotonic()
    ref = build_numbers(double, store)
    assert time.monotonic() - started < 30, "a dead owner's lease must not be waited for"
    assert len(calls.read_text().splitlines()) == 2
    assert store.manifest(ref).report.reused_shards == 2
    assert states(store) == {"numbers": EntryState.VALID}
    assert not (store.layout.entry(ref.lane, ref.stage, ref.key) / "lease.json").exists()


def test_killed_between_shard_and_manifest_builds_nothing_twice(double: Double, store: Store, calls: Path) -> None:
    killed = start(double, "builder.py", store.home, "kill before manifest")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert states(store) == {"numbers": EntryState.PARTIAL}
    assert len(calls.read_text().splitlines()) == 4
    ref = build_numbers(double, store)
    assert len(calls.read_text().splitlines()) == 4
    assert store.valid(ref.lane, ref.stage, ref.key)


def test_a_shard_changed_after_the_kill_is_built_again(double: Double, store: Store, calls: Path) -> None:
    start(double, "builder.py", store.home, "kill before manifest").communicate(timeout=120)
    folder = store.layout.entry("double", "numbers", store_key(store))
    part = folder / "part-00002.parquet"
    part.write_bytes(part.read_bytes()[:-1] + b"?")
    (folder / "part-00003.json").write_text("{")
    build_numbers(double, store)
    assert len(calls.read_text().splitlines()) == 6
    assert states(store) == {"numbers": EntryState.VALID}


def test_a_killed_worker_is_named_and_its_siblings_are_kept(
    double: Double, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = {"double.numbers": build_numbers(double, store)}
    monkeypatch.setenv("DOUBLE_KILL", "scaled:2")
    with pytest.raises(WorkerDiedError, match=r"double\.scaled: a worker process died"):
        build_scaled(double, store, options=BuildOptions(workers=2), parents=parents)
    monkeypatch.delenv("DOUBLE_KILL")
    ref = build_scaled(double, store, options=BuildOptions(workers=2), parents=parents)
    assert store.manifest(ref).report.reused_shards >= 1


def test_workers_do_not_run_the_callers_script_again(double: Double, home: Path) -> None:
    out, err = start(double, "unguarded.py", home).communicate(timeout=120)
    assert out == "10\n", err


def test_workers_end_with_their_killed_parent(double: Double, home: Path, calls: Path) -> None:
    script = start(double, "unguarded.py", home, DOUBLE_SLEEP="0.5")
    workers: set[int] = set()
    deadline = time.monotonic() + 120
    while not workers and time.monotonic() < deadline:
        lines = [line.split() for line in calls.read_text().splitlines()]
        workers = {int(line[1]) for line in lines if len(line) == 2 and line[0] == "scaled"}
        time.sleep(0.02)
    script.kill()
    script.communicate()
    assert workers
    while any(process_start(pid) is not None for pid in workers):
        assert time.monotonic() < deadline, "workers outlived their parent"
        time.sleep(0.02)


@pytest.mark.parametrize(("limit", "file"), [("1000", "part-00000.parquet"), ("2000", "manifest.json")])
def test_a_full_disk_leaves_no_valid_entry(double: Double, store: Store, limit: str, file: str) -> None:
    answered = answer(start(double, "builder.py", store.home, limit))
    assert answered["error"] == "StoreFullError"
    assert f"{file}: File too large" in str(answered["line"])
    assert "IRMILL_HOME" in str(answered["line"])
    assert states(store) == {"numbers": EntryState.PARTIAL}
    folder = store.layout.entry("double", "numbers", store_key(store))
    assert all(path.name.startswith(("part-", "rejected-")) for path in folder.iterdir())
    build_numbers(double, store)
    assert states(store) == {"numbers": EntryState.VALID}


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="mounts a small file system")
def test_a_full_file_system_is_an_error_and_the_next_try_works(double: Double, tmp_path: Path) -> None:
    home = tmp_path / "small"
    home.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(home)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        store = Store(home)
        store.prepare()
        config = NumbersConfig(count=6000, shard_rows=1000)
        with pytest.raises(StoreFullError, match="No space left"):
            build_numbers(double, store, config)
        assert states(store) == {"numbers": EntryState.PARTIAL}
        subprocess.run(["mount", "-o", "remount,size=8m", str(home)], check=True)
        ref = build_numbers(double, store, config)
        assert store.valid(ref.lane, ref.stage, ref.key)
        assert store.manifest(ref).report.reused_shards >= 1
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_code_that_changes_under_a_build_is_not_stored(
    double: Double, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents = {"double.numbers": build_numbers(double, store)}
    helper = double.path("helper.py")
    stage = double.stage("scaled")
    first = build_stage(stage, NumbersConfig(), parents, store)
    helper.write_text(helper.read_text().replace("* 2", "* 3"))
    # The process has the old code in memory, and its key: what it would build now belongs under neither key.
    with pytest.raises(CodeChangedError, match=r"double_engine/helper\.py changed since the run began; run again"):
        build_stage(stage, NumbersConfig(), parents, store, options=BuildOptions(force=True))
    double.forget()
    second = build_stage(stage, NumbersConfig(), parents, store)
    assert second.key != first.key
    assert numbers_of(store.table(second)) == [3 * n for n in numbers_of(store.table(parents["double.numbers"]))]


def test_code_that_changes_between_two_shards_is_not_stored(double: Double, store: Store) -> None:
    parents = {"double.numbers": build_numbers(double, store)}
    stage = double.stage("scaled")

    class Editing(Observer):
        def shard(self, record: ShardRecord) -> None:
            double.path("helper.py").write_text(double.path("helper.py").read_text() + "\n# edited\n")

    with pytest.raises(CodeChangedError, match=r"double_engine/helper\.py changed since the run began; run again"):
        build_stage(stage, NumbersConfig(), parents, store, observer=Editing())
    assert states(store)["scaled"] == EntryState.PARTIAL
    (folder,) = (store.layout.store / stage.id).iterdir()
    assert not list(folder.glob("*.json")), "shards of unknown code would be taken over by the next build"


def store_key(store: Store) -> str:
    ((_, _, key),) = store.addresses()
    return key
