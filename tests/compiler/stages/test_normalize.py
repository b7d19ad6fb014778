"""The stage ``normalize`` on canonical text."""

from __future__ import annotations

import pytest
from stage_tables import normalized

from irmill.compiler.stages import normalize


def test_canonical_text_goes_past_the_model_and_is_printed_anew():
    table, rejects = normalized("2+2=", "sum(i,1,10)")
    assert table.schema == normalize.SCHEMA
    assert table["canonical"].to_pylist() == ["2 + 2 = ", "sum(i, 1, 10)"]
    assert table["confidence"].to_pylist() == [1.0, 1.0]
    assert table["parent_id"].to_pylist() == ["p0", "p1"]
    assert not rejects


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2 +", "PARSE"),
        ("1 / true", "TYPE"),
        ("x = 1; y", "TYPE"),
        ("1 + " * 20_000 + "1", "TOO_LARGE"),
        ("\x07\x00 + 1", "PARSE"),
    ],
)
def test_one_bad_prompt_is_a_reject_and_the_others_go_on(text: str, reason: str):
    table, rejects = normalized("2 + 2", text, "3 + 3")
    assert table["parent_id"].to_pylist() == ["p0", "p2"]
    assert [(reject.id, reject.reason) for reject in rejects] == [("p1", reason)]
