"""What a command reads: texts and files from the command line, rows from JSON-lines files or standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from irmill.compiler.lang.errors import InputError


def read_bytes(path: str) -> bytes:
    """The bytes of a file, ``-`` for standard input. Raises InputError with one line where it cannot be read."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise InputError(f"{path}: this is a folder, a file is needed") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def read_text(path: str) -> str:
    """The text of a UTF-8 file. Raises InputError where it is none."""
    data = read_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start}); give a text file") from None


def read_rows(path: str, *required: str) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file, each with the fields required.

    Raises:
        InputError: the file is missing, empty, not UTF-8, or a line of it is no object with the fields required.
    """
    rows = list(_rows(path, required))
    if not rows:
        raise InputError(f"{path}: the file holds no rows; give one JSON object a line")
    return rows


def _rows(path: str, required: Sequence[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path}:{number}: not JSON ({error}); give one object a line") from None
        if not isinstance(row, dict):
            raise InputError(f"{path}:{number}: not an object; give one object a line")
        missing = [name for name in required if name not in row]
        if missing:
            raise InputError(f"{path}:{number}: the field '{missing[0]}' is missing")
        yield row


def text_field(row: dict[str, Any], name: str, where: str) -> str:
    """A field that must be a string. Raises InputError where it is not."""
    value = row[name]
    if not isinstance(value, str):
        raise InputError(f"{where}: the field '{name}' must be a string, not {type(value).__name__}")
    return value
