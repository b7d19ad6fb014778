"""What the rows of every table have in common: content ids and the closed form of a rejected row."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

Progress = Callable[[int], None]
"""Called by an engine with the number of rows done since the last call."""


def silent(rows: int) -> None:
    """Progress that nobody is told."""
    del rows


Row = dict[str, Any]
"""One row of a table, by column."""


def text_field(name: str, *, nullable: bool = False) -> pa.Field:
    """A column of strings."""
    return pa.field(name, pa.string(), nullable=nullable)


def texts_field(name: str, *, nullable: bool = False) -> pa.Field:
    """A column of lists of strings; no string in a list is null."""
    return pa.field(name, pa.list_(pa.field("item", pa.string(), nullable=False)), nullable=nullable)


KEY_FIELDS = [text_field("id"), text_field("parent_id", nullable=True), pa.field("seed", pa.int64(), nullable=False)]
"""The columns every table starts with: content hash, the row it was made from (null at a source), and the seed."""

REJECT_SCHEMA = pa.schema([text_field(name) for name in ("id", "reason", "message", "text")])
"""Rows that failed: the id they came in with, a closed-set reason, one line for a person, and the text to blame."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row that a stage could not carry on.

    Attributes:
        id: the id of the incoming row.
        reason: a member of a closed set: an ``ErrorCode``, or a reason that the stage's own enum names.
        message: one line for a person.
        text: what the row held that is to blame, cut to 2,000 characters.
    """

    id: str
    reason: str
    message: str
    text: str


def content_id(kind: str, *parts: str) -> str:
    """The 16 hex digits that name a row by its content: equal content, equal id, in every run and process."""
    digest = hashlib.sha256(kind.encode())
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()[:16]


def reject_table(rejects: list[Reject]) -> pa.Table:
    """The rejects as a table of :data:`REJECT_SCHEMA`, in the order given."""
    rows = [{**asdict(reject), "text": reject.text[:2000]} for reject in rejects]
    return pa.Table.from_pylist(rows, schema=REJECT_SCHEMA)


def sorted_out(outcomes: Iterable[Row | Reject], schema: pa.Schema) -> tuple[pa.Table, list[Reject]]:
    """What a stage returns, of what its work made of each row: the rows as a table, and the rejects, each in order."""
    rows: list[Row] = []
    rejects: list[Reject] = []
    for outcome in outcomes:
        if isinstance(outcome, Reject):
            rejects.append(outcome)
        else:
            rows.append(outcome)
    return pa.Table.from_pylist(rows, schema=schema), rejects
