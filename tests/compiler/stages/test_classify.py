"""The stage ``classify``: what the lens decides."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from stage_tables import normalized, silent

from irmill.compiler.lang.ast import operation_nodes
from irmill.compiler.stages import classify, normalize


def test_the_lens_decides_nothing_on_canonical_text_and_everything_on_english(monkeypatch: pytest.MonkeyPatch):
    from irmill.compiler.lang.ops import Operation
    from irmill.compiler.model import lens, load
    from irmill.compiler.model.readings import LensReading

    def always_add(model: object, items: Any, config: object) -> list[list[LensReading]]:
        del model, config
        counts = [len(operation_nodes(item.program)) for item in items]
        return [[LensReading(Operation.ADD, 0.5)] * count for count in counts]

    monkeypatch.setattr(load, "load_model", lambda config: None)
    monkeypatch.setattr(lens, "classify", always_add)
    canonical = normalized("9 - 4 = ")[0].to_pylist()[0]
    english = [
        {**canonical, "id": "e1", "question": "Take 4 away from 9"},
        {**canonical, "id": "e2", "question": "Add 9 and 4", "canonical": "9 + 4 = "},
    ]
    table = pa.Table.from_pylist([canonical, *english], schema=normalize.SCHEMA)
    made, rejects = classify.classify(classify.ClassifyConfig(), {"normalize": table}, seed=1, progress=silent)
    assert made["parent_id"].to_pylist() == [canonical["id"], "e2"]
    assert made["operations"].to_pylist() == [["subtract"], ["add"]]
    assert [(reject.id, reject.reason) for reject in rejects] == [("e1", "LENS_DISAGREES")]
    assert "subtract" in rejects[0].message
