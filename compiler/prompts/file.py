"""A person's own prompts: a text file, JSON lines, or Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from irmill.compiler.lang.errors import InputError

COLUMNS = ("question", "text", "prompt")
"""The fields that may hold the prompt, in the order they are looked for."""

SUFFIXES = (".txt", ".jsonl", ".parquet")


def read_prompts(path: Path, column: str | None = None) -> tuple[str, ...]:
    """The prompts of a file, in order. Blank lines of a text file are no prompts.

    Args:
        path: a ``.txt``, ``.jsonl`` or ``.parquet`` file.
        column: the field that holds the prompt; None takes the first of :data:`COLUMNS` that is there.

    Raises:
        InputError: the file is missing, empty, not of its kind, or has no such field.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"prompts.file: {path} is none of {', '.join(SUFFIXES)}; rename or convert it")
    try:
        status = path.stat()
        return _read(path, column, (status.st_mtime_ns, status.st_size))
    except FileNotFoundError:
        raise InputError(f"prompts.file: there is no file {path}") from None
    except OSError as error:
        raise InputError(f"prompts.file: {path} cannot be read: {error.strerror or error}") from None


@lru_cache(maxsize=2)
def _read(path: Path, column: str | None, stamp: tuple[int, int]) -> tuple[str, ...]:
    """The prompts; ``stamp`` (time and size) makes a changed file another one. Every shard of a file asks for it."""
    prompts = _read_parquet(path, column) if path.suffix == ".parquet" else _read_lines(path, column)
    if not prompts:
        raise InputError(f"prompts.file: {path} holds no prompt; give one a row")
    return tuple(prompts)


def _read_lines(path: Path, column: str | None) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"prompts.file: {path} is not UTF-8 text (byte {error.start}); give a text file") from None
    if "\0" in text:
        raise InputError(f"prompts.file: {path} holds zero bytes, so it is not text; give a text file")
    lines = text.split("\n")
    if path.suffix == ".txt":
        if column is not None:
            raise InputError(f"prompts.column: {path} is a text file and has no columns; leave it out")
        return [line.rstrip("\r") for line in lines if line.strip()]
    return list(_json_prompts(path, lines, column))


def _json_prompts(path: Path, lines: list[str], column: str | None) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise InputError(f"prompts.file: {path}:{number} is not JSON; give one object a line") from None
        if not isinstance(row, dict):
            raise InputError(f"prompts.file: {path}:{number} is not an object; give one object a line")
        name = _chosen(path, column, [str(key) for key in row])
        value = row[name]
        if not isinstance(value, str):
            raise InputError(f"prompts.file: {path}:{number}: {name} must be a string, not {type(value).__name__}")
        yield value.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be stored


def _read_parquet(path: Path, column: str | None) -> list[str]:
    try:
        schema = pq.read_schema(path)
        name = _chosen(path, column, schema.names)
        values = pq.read_table(path, columns=[name]).column(name)
    except pa.ArrowInvalid as error:
        raise InputError(f"prompts.file: {path} is not Parquet: {str(error).splitlines()[0]}") from None
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        raise InputError(f"prompts.file: {path}: the column {name} holds {values.type}, not strings")
    return [value or "" for value in values.to_pylist()]


def _chosen(path: Path, column: str | None, there: list[str]) -> str:
    wanted = COLUMNS if column is None else (column,)
    for name in wanted:
        if name in there:
            return name
    raise InputError(
        f"prompts.file: {path} has no column {' or '.join(wanted)}; it has: {', '.join(there) or 'none'};"
        " name yours with prompts.column"
    )
