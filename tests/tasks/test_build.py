"""Building a stage: what is kept, what is refused, and that equal keys mean equal bytes whoever built them."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from double.harness import Double, NumbersConfig, build_numbers, build_scaled, numbers_of

from irmill.compiler.base.rows import REJECT_SCHEMA
from irmill.compiler.base.stage import Sharding
from irmill.tasks.build import BuildOptions, Observer, build_stage, shard_seed
from irmill.tasks.store.errors import EngineError, RejectLimitError, RowCountError, SchemaMismatchError
from irmill.tasks.store.manifest import ArtifactRef, ShardRecord
from irmill.tasks.store.store import EntryState, Store


def stages_called(calls: Path) -> list[str]:
    return [line.split()[0] for line in calls.read_text().splitlines()]


def files_of(store: Store, ref: ArtifactRef) -> dict[str, bytes]:
    folder = store.layout.entry(ref.lane, ref.stage, ref.key)
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.parquet"))}


def test_source_is_cut_into_shards_of_the_configured_size(double: Double, store: Store) -> None:
    ref = build_numbers(double, store, NumbersConfig(count=10, shard_rows=4))
    assert (ref.lane, ref.stage, ref.rows, ref.rejected, ref.shards) == ("double", "numbers", 10, 0, 3)
    assert [store.table(ref, shard).num_rows for shard in range(3)] == [4, 4, 2]
    seeds = set(store.table(ref).column("seed").to_pylist())
    assert seeds == {shard_seed(ref.key, index) for index in range(3)}
    assert len(seeds) == 3
    assert len(set(numbers_of(store.table(ref)))) == 10


def test_source_of_nothing_has_a_shard_with_the_schema(double: Double, store: Store) -> None:
    ref = build_numbers(double, store, NumbersConfig(count=0))
    assert (ref.rows, ref.shards) == (0, 1)
    assert store.table(ref).schema.names == ["id", "parent_id", "seed", "number"]
    assert store.open(ref).collect().height == 0


def test_map_keeps_the_parents_shards_in_order(double: Double, store: Store) -> None:
    parent = build_numbers(double, store)
    ref = build_scaled(double, store)
    assert ref.shards == parent.shards
    assert numbers_of(store.table(ref)) == [2 * number for number in numbers_of(store.table(parent))]
    assert store.table(ref).column("parent_id").to_pylist() == store.table(parent).column("id").to_pylist()
    assert store.open(ref).collect()["number"].to_list() == numbers_of(store.table(ref))


def test_gather_sees_all_shards(double: Double, store: Store) -> None:
    scaled = build_scaled(double, store)
    ref = build_stage(double.stage("total"), NumbersConfig(), {"double.scaled": scaled}, store)
    assert numbers_of(store.table(ref)) == [sum(numbers_of(store.table(scaled)))]


def test_source_and_map_generates_first_and_maps_after(double: Double, store: Store) -> None:
    parent = build_numbers(double, store)
    changes = {"sharding": Sharding.SOURCE_AND_MAP}
    ref = build_scaled(double, store, NumbersConfig(count=5), **changes)
    assert ref.shards == 2 + parent.shards
    assert [store.table(ref, shard).num_rows for shard in (0, 1)] == [3, 2]
    assert numbers_of(store.table(ref, 2)) == [2 * number for number in numbers_of(store.table(parent, 0))]
    mapped_only = build_scaled(double, store, NumbersConfig(count=0), **changes)
    assert mapped_only.shards == parent.shards
    stage = double.stage("scaled", **changes)
    assert list(stage.source_configs(NumbersConfig(count=0))) == []


def test_second_build_calls_no_engine(double: Double, store: Store, calls: Path) -> None:
    first = build_numbers(double, store)
    before = stages_called(calls)
    assert build_numbers(double, store) == first
    assert stages_called(calls) == before == ["numbers"] * 4


def test_force_builds_anew_and_leaves_the_same_bytes(double: Double, store: Store, calls: Path) -> None:
    ref = build_numbers(double, store)
    before = files_of(store, ref)
    again = build_stage(double.stage("numbers"), NumbersConfig(), {}, store, options=BuildOptions(force=True))
    assert again == ref
    assert stages_called(calls) == ["numbers"] * 8
    assert files_of(store, ref) == before


def test_an_entry_that_is_built_anew_is_not_valid_meanwhile(double: Double, store: Store) -> None:
    ref = build_numbers(double, store)
    seen: list[bool] = []

    class Looking(Observer):
        def shard(self, record: ShardRecord) -> None:
            seen.append(store.valid(ref.lane, ref.stage, ref.key))

    stage = double.stage("numbers")
    build_stage(stage, NumbersConfig(), {}, store, options=BuildOptions(force=True), observer=Looking())
    assert seen == [False] * 4
    assert store.valid(ref.lane, ref.stage, ref.key)


@pytest.mark.parametrize("damage", ["delete", "one byte", "truncate"])
def test_only_the_damaged_shard_is_built_again(double: Double, store: Store, calls: Path, damage: str) -> None:
    ref = build_numbers(double, store)
    before = files_of(store, ref)
    part = store.layout.entry(ref.lane, ref.stage, ref.key) / "part-00001.parquet"
    data = bytearray(part.read_bytes())
    if damage == "delete":
        part.unlink()
    else:
        data[len(data) // 2] ^= 1
        part.write_bytes(data if damage == "one byte" else data[:-7])
    assert not store.valid(ref.lane, ref.stage, ref.key)
    entry = store.entry(ref.lane, ref.stage, ref.key, full=True)
    assert entry.state is EntryState.CORRUPT
    assert "part-00001.parquet" in entry.problem
    calls.write_text("")
    assert build_numbers(double, store) == ref
    assert stages_called(calls) == ["numbers"]
    assert files_of(store, ref) == before
    assert store.manifest(ref).report.reused_shards == 3


def test_rejects_lie_beside_their_shard_and_are_counted(double: Double, store: Store) -> None:
    parent = build_numbers(double, store)
    ref = build_scaled(double, store, NumbersConfig(reject_every=2))
    assert (ref.rows, ref.rejected) == (3, 7)
    assert store.manifest(ref).report.reasons == {"DOMAIN": 7}
    assert store.manifest(ref).report.rows_in == 10
    rejects = store.rejects(ref)
    assert rejects.schema.equals(REJECT_SCHEMA)
    assert set(rejects.column("id").to_pylist()) < set(store.table(parent).column("id").to_pylist())
    folder = store.layout.entry(ref.lane, ref.stage, ref.key)
    assert pq.read_metadata(folder / "rejected-00000.parquet").num_rows == 2


def test_rejects_past_their_bound_fail_and_name_the_reason(double: Double, store: Store, calls: Path) -> None:
    config = NumbersConfig(reject_every=2)
    with pytest.raises(RejectLimitError, match=r"double\.scaled: DOMAIN rejected 7 of 10 rows, more than the 50\.0%"):
        build_scaled(double, store, config, BuildOptions(limits={"DOMAIN": 0.5}))
    calls.write_text("")
    with pytest.raises(RejectLimitError, match="DOMAIN"):
        build_scaled(double, store, config, BuildOptions(limits={"*": 0.1}))
    assert build_scaled(double, store, config, BuildOptions(limits={"DOMAIN": 0.7, "*": 0.0})).rejected == 7
    assert build_scaled(double, store, config, BuildOptions(limits={"PARSE": 0.0})).rejected == 7
    assert stages_called(calls) == []


@pytest.mark.parametrize(
    ("fault", "error", "line"),
    [
        ("lose", RowCountError, "double.scaled shard 0: 3 rows in are not 2 out + 0 rejected"),
        ("both", RowCountError, "double.scaled shard 0: 3 rows in are not 3 out + 1 rejected"),
        ("column", SchemaMismatchError, "columns missing ['number'], undeclared []"),
        ("null", SchemaMismatchError, "column number holds 3 nulls and may hold none"),
        ("type", SchemaMismatchError, "column number is string, not int64"),
        ("raise", EngineError, "double.scaled shard 0: ValueError: the engine broke"),
    ],
)
def test_a_broken_promise_leaves_no_valid_entry(
    double: Double, store: Store, fault: str, error: type[Exception], line: str
) -> None:
    with pytest.raises(error) as caught:
        build_scaled(double, store, NumbersConfig(fault=fault))
    assert line in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [entry.state for entry in store.entries() if entry.stage == "scaled"] == [EntryState.PARTIAL]


@pytest.mark.parametrize(("fault", "error"), [("lose", RowCountError), ("raise", EngineError)])
def test_a_workers_failure_is_the_builders(double: Double, store: Store, fault: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"double\.scaled shard \d: ") as caught:
        build_scaled(double, store, NumbersConfig(fault=fault), BuildOptions(workers=2))
    assert "\n" not in str(caught.value)
    assert [entry.state for entry in store.entries() if entry.stage == "scaled"] == [EntryState.PARTIAL]


def test_a_reject_of_a_row_that_never_came_in_is_refused(double: Double, store: Store) -> None:
    with pytest.raises(RowCountError, match="rejected row nobody is not among the rows in"):
        build_scaled(double, store, NumbersConfig(fault="stranger", reject_every=2))


def test_two_workers_write_the_bytes_of_one(
    double: Double, tmp_path: Path, calls: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    digests: list[dict[str, bytes]] = []
    for workers in (1, 2):
        store = Store(tmp_path / f"home{workers}")
        store.prepare()
        calls.write_text("")
        config = NumbersConfig(reject_every=3, fault="print")
        ref = build_scaled(double, store, config, BuildOptions(workers=workers))
        processes = {line.split()[1] for line in calls.read_text().splitlines() if line.startswith("scaled")}
        assert (str(os.getpid()) in processes) == (workers == 1)
        digests.append(files_of(store, ref))
    assert digests[0] == digests[1]
    assert len(digests[0]) == 8
    # What an engine prints must not get into a command's JSON.
    output = capfd.readouterr()
    assert "noise" not in output.out
    assert output.err.count("noise") == 8


def test_the_engine_must_say_what_it_needs(double: Double, store: Store) -> None:
    with pytest.raises(ValueError, match="parents are"):
        build_scaled(double, store, parents={})
    with pytest.raises(ValueError, match="needs a parent"):
        double.stage("numbers", sharding=Sharding.MAP)


def test_lanes_in_threads_keep_standard_output_clean(
    double: Double, store: Store, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOUBLE_SLEEP", "0.02")
    before = sys.stdout
    configs = [NumbersConfig(count=count, fault="print") for count in (3, 12, 6, 9)]
    with ThreadPoolExecutor(4) as pool:
        refs = list(pool.map(lambda config: build_numbers(double, store, config), configs))
    assert [ref.rows for ref in refs] == [3, 12, 6, 9]
    assert sys.stdout is before
    assert "noise" not in capfd.readouterr().out
