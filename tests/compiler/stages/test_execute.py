"""The stage ``execute``: values, and why a row is refused."""

from __future__ import annotations

import pyarrow as pa
from stage_tables import WASMTIME, emitted, executed

from irmill.compiler.stages import emit


def test_execution_gives_values_and_reasons():
    table, _ = emitted("2 + 3", "7 > 3 is", "10 / 4 = ", "1 / (3 - 3) = ", "sum(i, 1, 100) = ")
    rows, rejects = executed(table)
    assert [row["value"] for row in rows] == ["5", "true", "2.5", "5050"]
    assert [(reject.reason, reject.text) for reject in rejects] == [("DIV_BY_ZERO", "1 / (3 - 3) = ")]
    assert rows[2]["type"] == "f64"
    assert rows[2]["module"] != table.to_pylist()[2]["module"]
    assert {row["engine"] for row in rows} == {"wasmtime"}
    assert {row["confirmed_by"] for row in rows} == {"reference"}


def test_a_module_that_is_not_its_programs_is_refused():
    table, _ = emitted("2 + 3", "2 + 4")
    rows = table.to_pylist()
    rows[0]["module"] = rows[1]["module"]
    made, rejects = executed(pa.Table.from_pylist(rows, schema=emit.SCHEMA))
    assert [row["value"] for row in made] == ["6"]
    assert [reject.reason for reject in rejects] == ["DISAGREE"]


def test_a_value_that_is_not_the_known_answer_is_refused_unless_told_otherwise():
    table, _ = emitted("2 + 3", gold_answer="6", gold_canonical="2 * 3 = ")
    _, rejects = executed(table)
    assert [reject.reason for reject in rejects] == ["GOLD_DIFFERS"]
    lenient = WASMTIME.model_copy(update={"execute": WASMTIME.execute.model_copy(update={"check_gold": False})})
    assert [row["value"] for row in executed(table, lenient)[0]] == ["5"]
