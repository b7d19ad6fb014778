"""What a command prints: one JSON document on stdout, or text for a person; news and errors go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console


def print_document(document: Mapping[str, Any]) -> None:
    """Write one JSON document and nothing else to stdout. Lone surrogates and control characters are escaped."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True, allow_nan=False) + "\n")
    sys.stdout.flush()


def stdout_console() -> Console:
    """The console for what a command was asked for."""
    return Console(highlight=False, soft_wrap=True)


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]], **options: Any) -> None:
    """A table for a person, with rich's options of one."""
    from rich.table import Table

    table = Table(*header, **options)
    for row in rows:
        table.add_row(*row)
    stdout_console().print(table)


def stderr_console() -> Console:
    """The console for progress and news; progress is shown only where it is a terminal."""
    return Console(stderr=True, highlight=False)


def error_field(code: str | None, message: str, **more: object) -> dict[str, object] | None:
    """The ``error`` field of a result: null, or an object of code and message (and what more a command adds)."""
    return None if code is None else {"code": str(code), "message": message, **more}


def printable(text: str) -> str:
    """Text that any terminal can take: lone surrogates and control characters but newline and tab are escaped."""
    return "".join(
        c if c in "\n\t" or (c.isprintable() and not "\ud800" <= c <= "\udfff") else ascii(c)[1:-1] for c in text
    )
