"""The stage ``emit``: columns and counts."""

from __future__ import annotations

from stage_tables import emitted

from irmill.compiler.stages import emit


def test_emission_has_every_column_and_rejects_keep_the_counts():
    table, rejects = emitted("2 + 3", "6 * 7 - 1 = ", "7 > 3 is")
    assert table.schema == emit.SCHEMA
    assert not rejects
    row = table.to_pylist()[0]
    assert row["ir"] == ["i32.const 2", "i32.const 3", "i32.add"]
    assert row["bytes"] == "410241036a"
    assert row["module"].startswith(b"\0asm")
    assert row["type"] == "i32"
