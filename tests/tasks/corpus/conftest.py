"""Fixtures over the small corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_corpus import Corpus, block, join_tables, kernel, make_table, program

from irmill.compiler.base.rows import Reject


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "home")


@pytest.fixture
def joined() -> Callable[..., tuple[list[dict[str, Any]], list[Reject]]]:
    """Join rows of the three lanes; rows and rejects."""

    def run(
        programs: list[dict[str, Any]], kernels: list[dict[str, Any]], blocks: list[dict[str, Any]]
    ) -> tuple[list[dict[str, Any]], list[Reject]]:
        table, rejects = join_tables(
            make_table("compiler.execute", programs),
            make_table("synth.dedup", kernels),
            make_table("optimizer.speculate", blocks),
        )
        return table.to_pylist(), rejects

    return run


@pytest.fixture
def rows() -> Any:
    """The makers of rows: ``program``, ``kernel``, ``block``; and ``table``."""

    class Makers:
        pass

    makers: Any = Makers()
    makers.program, makers.kernel, makers.block, makers.table = program, kernel, block, make_table
    return makers
