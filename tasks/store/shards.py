"""One shard: a table held against its declared schema, equal Parquet bytes for equal rows, and a sidecar beside it."""

from __future__ import annotations

import hashlib
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq

from irmill.compiler.base.rows import Reject, reject_table
from irmill.tasks.store.errors import RowCountError, SchemaMismatchError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.layout import part_name, rejected_name, sidecar_name
from irmill.tasks.store.manifest import FileRecord, ShardRecord


def conform(table: pa.Table, schema: pa.Schema, what: str) -> pa.Table:
    """The table with exactly the declared columns, types and order.

    Args:
        table: rows of any chunking and metadata.
        schema: the declared schema; fields that are not nullable hold no null.
        what: named in the error, ``compiler.emit shard 3``.

    Raises:
        SchemaMismatchError: a column is missing or undeclared, does not cast without loss, or holds a null it may not.
    """
    missing = [name for name in schema.names if name not in table.column_names]
    extra = [name for name in table.column_names if name not in schema.names]
    if missing or extra:
        raise SchemaMismatchError(f"{what}: columns missing {missing}, undeclared {extra}")
    columns: list[pa.ChunkedArray] = []
    for field in schema:
        column = table.column(field.name)
        if not field.nullable and column.null_count:
            raise SchemaMismatchError(f"{what}: column {field.name} holds {column.null_count} nulls and may hold none")
        try:
            columns.append(column.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            reason = str(error).splitlines()[0]
            raise SchemaMismatchError(
                f"{what}: column {field.name} is {column.type}, not {field.type}: {reason}"
            ) from error
    return pa.Table.from_arrays(columns, schema=schema).combine_chunks()


def encode(table: pa.Table) -> bytes:
    """Parquet bytes that depend on the rows, the schema and the library's version: no time, no host, no chunking."""
    sink = pa.BufferOutputStream()
    pq.write_table(
        table.combine_chunks(),
        sink,
        version="2.6",
        compression="zstd",
        compression_level=3,
        row_group_size=1 << 16,
        data_page_version="1.0",
        store_schema=True,
    )
    return sink.getvalue().to_pybytes()


def write_shard(
    storage: LocalStorage,
    folder: str,
    index: int,
    table: pa.Table,
    rejects: list[Reject],
    *,
    rows_in: int,
    seconds: float = 0.0,
) -> ShardRecord:
    """Write a shard's rows (as :func:`conform` gave them), its rejects and, last, its sidecar.

    Args:
        rows_in: rows that the shard was made from.
        seconds: how long the engine took.

    Raises:
        StoreFullError: the disk is full.
    """
    part = _put(storage, folder, part_name(index), table)
    rejected = _put(storage, folder, rejected_name(index), reject_table(rejects))
    record = ShardRecord(
        index=index,
        rows_in=rows_in,
        part=part,
        rejected=rejected,
        reasons=dict(sorted(Counter(reject.reason for reject in rejects).items())),
        seconds=round(seconds, 3),
    )
    storage.put(f"{folder}/{sidecar_name(index)}", record.model_dump_json(indent=1).encode())
    return record


def read_sidecar(storage: LocalStorage, folder: str, index: int) -> ShardRecord | None:
    """The record of a shard that an earlier builder finished, if both files still have the digests it names."""
    record = ShardRecord.parse(storage.read(f"{folder}/{sidecar_name(index)}"))
    if record is None:
        return None
    files = (record.part, record.rejected)
    whole = record.index == index and all(storage.sha256(f"{folder}/{file.name}") == file.sha256 for file in files)
    return record if whole else None


def check_accounts(what: str, ids: pa.ChunkedArray, rows_out: int, rejects: list[Reject]) -> None:
    """Hold a shard against the ids of the rows that came in: as many go out or are rejected, and no others are.

    Raises:
        RowCountError: the counts differ, or a reject names an id that is not among ``ids``.
    """
    rows_in = len(ids)
    if rows_in != rows_out + len(rejects):
        raise RowCountError(f"{what}: {rows_in} rows in are not {rows_out} out + {len(rejects)} rejected")
    if not rejects:
        return
    known = set(ids.to_pylist())
    strange = next((reject.id for reject in rejects if reject.id not in known), None)
    if strange is not None:
        raise RowCountError(f"{what}: rejected row {strange} is not among the rows in")


def _put(storage: LocalStorage, folder: str, name: str, table: pa.Table) -> FileRecord:
    data = encode(table)
    storage.put(f"{folder}/{name}", data)
    return FileRecord(name=name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data), rows=table.num_rows)
