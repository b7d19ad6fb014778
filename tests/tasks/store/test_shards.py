"""Shards: equal rows give equal bytes, and a sidecar vouches for its files only while they are as it says."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.base.rows import REJECT_SCHEMA, Reject
from irmill.tasks.store.errors import SchemaMismatchError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.shards import conform, encode, read_sidecar, write_shard

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("number", pa.int64(), nullable=True),
        pa.field("words", pa.list_(pa.string()), nullable=False),
    ]
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.text(max_size=5),
            "number": st.none() | st.integers(-(2**63), 2**63 - 1),
            "words": st.lists(st.text(max_size=3), max_size=3),
        }
    ),
    max_size=20,
)


@given(rows=ROWS, cut=st.integers(0, 20))
def test_bytes_do_not_depend_on_chunks_column_order_or_metadata(rows: list[dict[str, object]], cut: int) -> None:
    whole = pa.Table.from_pylist(rows, schema=SCHEMA)
    pieces = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
    shuffled = pieces.select(["words", "id", "number"]).replace_schema_metadata({"made": "elsewhere"})
    data = encode(conform(whole, SCHEMA, "whole"))
    assert encode(conform(shuffled, SCHEMA, "shuffled")) == data
    back = pq.read_table(pa.BufferReader(data))
    assert back.schema.equals(SCHEMA)
    assert back.to_pylist() == rows


def test_no_time_and_no_host_in_the_bytes() -> None:
    data = encode(pa.Table.from_pylist([], schema=SCHEMA))
    metadata = pq.read_metadata(pa.BufferReader(data))
    assert set(metadata.metadata or {}) <= {b"ARROW:schema"}
    assert metadata.created_by == f"parquet-cpp-arrow version {pa.__version__}"


@pytest.mark.parametrize(
    ("column", "line"),
    [
        (pa.array([1.5]), "column number is double, not int64"),
        (pa.array([2**63], pa.uint64()), "column number is uint64, not int64"),
        (pa.array(["one"]), "column number is string, not int64"),
    ],
)
def test_a_column_that_does_not_cast_without_loss_is_refused(column: pa.Array, line: str) -> None:
    table = pa.table({"id": ["a"], "number": column, "words": [["b"]]})
    with pytest.raises(SchemaMismatchError) as caught:
        conform(table, SCHEMA, "lane.stage shard 7")
    assert str(caught.value).startswith(f"lane.stage shard 7: {line}")
    assert "\n" not in str(caught.value)


def test_undeclared_and_missing_columns_are_named() -> None:
    table = pa.table({"id": ["a"], "nubmer": [1], "words": [["b"]]})
    with pytest.raises(SchemaMismatchError, match=r"missing \['number'\], undeclared \['nubmer'\]"):
        conform(table, SCHEMA, "x")


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "store")


def test_sidecar_vouches_while_both_files_are_whole(storage: LocalStorage) -> None:
    table = pa.Table.from_pylist([{"id": "a", "number": 1, "words": []}], schema=SCHEMA)
    rejects = [Reject("b", "PARSE", "m", "t"), Reject("c", "DOMAIN", "m", "t"), Reject("d", "PARSE", "m", "t")]
    record = write_shard(storage, "lane.stage/key", 3, table, rejects, rows_in=4)
    assert record.reasons == {"DOMAIN": 1, "PARSE": 2}
    assert (record.part.rows, record.rejected.rows) == (1, 3)
    assert sorted(storage.names("lane.stage/key")) == [
        "part-00003.json",
        "part-00003.parquet",
        "rejected-00003.parquet",
    ]
    assert read_sidecar(storage, "lane.stage/key", 3) == record
    assert read_sidecar(storage, "lane.stage/key", 2) is None
    rejected = storage.root / "lane.stage/key/rejected-00003.parquet"
    assert pq.read_schema(rejected).equals(REJECT_SCHEMA)
    data = rejected.read_bytes()
    rejected.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert read_sidecar(storage, "lane.stage/key", 3) is None
    rejected.write_bytes(data)
    assert read_sidecar(storage, "lane.stage/key", 3) == record
    rejected.unlink()
    assert read_sidecar(storage, "lane.stage/key", 3) is None


def test_a_put_that_fails_leaves_neither_the_file_nor_its_temporary(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage.put("folder/file", b"before")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(Exception, match="No space left"):
        storage.put("folder/file", b"after")
    assert storage.names("folder") == ["file"]
    assert storage.read("folder/file") == b"before"


def test_a_digest_is_remembered_only_for_a_settled_file(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    storage.put("file", b"one")
    first = storage.sha256("file")
    (storage.root / "file").write_bytes(b"two")
    assert storage.sha256("file") != first
    hashed: list[Path] = []
    monkeypatch.setattr("irmill.tasks.store.filesystem.file_digest", lambda path: hashed.append(path) or "digest")
    monkeypatch.setattr("time.time_ns", lambda: 2**62)
    assert [storage.sha256("file"), storage.sha256("file")] == ["digest", "digest"]
    assert len(hashed) == 1
    (storage.root / "file").write_bytes(b"more")
    assert storage.sha256("file") == "digest"
    assert len(hashed) == 2
