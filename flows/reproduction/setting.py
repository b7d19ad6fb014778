"""What a table is measured with, and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from irmill.compiler.compile import Compilation, Compiler
    from irmill.flows.config import RunConfig

Row = dict[str, Any]
"""One line of a table: ``input``, ``correct``, and what the table is about."""
Table = dict[str, Any]
"""``rows``, ``correct``, ``total``, ``status`` (measured, or not built yet) and ``about``; tables of answers have
``work`` as well: how many inputs each part read, and how many it would have read alone."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The open compiler, the configuration, and whether texts that the parser reads alone go to the model, too."""

    compiler: Compiler
    config: RunConfig
    model_only: bool = False

    def compile(self, texts: Sequence[str]) -> list[Compilation]:
        """One compilation a text."""
        return self.compiler.compile_all(texts, model_only=self.model_only)

    def parsing(self) -> Setting:
        """The same, where canonical texts are read by the parser alone."""
        return replace(self, model_only=False)


def measured(rows: list[Row], about: str, **more: Any) -> Table:
    """A table of rows."""
    right = sum(bool(row["correct"]) for row in rows)
    return {"rows": rows, "correct": right, "total": len(rows), "status": "measured", "about": about, **more}
