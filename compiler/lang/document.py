"""The table of operations in ``LANGUAGE.md``: ``python -m irmill.compiler.lang.document`` writes it anew."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from irmill.compiler.lang.ops import ROWS, SYNTAX, OpRow, Type

PAGE: Final = Path(__file__).with_name("LANGUAGE.md")
_BEGIN: Final = "<!-- operations: made from ops.py -->\n"
_END: Final = "<!-- end of operations -->\n"


def operation_table() -> str:
    """Every operation as a Markdown table, the operators first."""
    lines = ["| written | word | takes | gives | what | whole |", "|---|---|---|---|---|---|"]
    lines += [_line(row) for row in ROWS]
    lines += [f"| `{spelled}` | {word} | | | {meaning} | |" for word, (spelled, meaning) in SYNTAX.items()]
    return "\n".join(lines) + "\n"


def _line(row: OpRow) -> str:
    written = f"`{row.spelling}`" if row.precedence else f"`{row.spelling}(...)`"
    if row.takes is None:
        takes = "2 of one type, no arrays"
    elif row.arity is None:
        takes = "any numbers, or an array"
    else:
        takes = f"{row.arity} {'number' if row.takes is Type.NUMBER else row.takes}{'s' if row.arity > 1 else ''}"
    if row.asks_whole:
        takes += ", whole" if len(row.asks_whole) == row.arity else ", the second whole"
    return f"| {written} | {row.operation or ''} | {takes} | {row.gives} | {row.meaning} | {row.whole} |"


def documented(page: str) -> str:
    """A page with its table of operations as the code has it."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{operation_table()}{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(documented(PAGE.read_text()))
