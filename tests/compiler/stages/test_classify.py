"""The stage ``classify``: what the lens decides."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from stage_tables import normalized, silent

from irmill.compiler.lang.ast import operation_nodes
from irmill.compiler.model.config import LensConfig, Veto
from irmill.compiler.stages import classify, normalize

ALWAYS = classify.ClassifyConfig(lens=LensConfig(veto=Veto.ALWAYS))


@pytest.fixture
def adding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lens that reads every operation as an addition."""
    from irmill.compiler.lang.ops import Operation
    from irmill.compiler.model import lens, load
    from irmill.compiler.model.readings import LensReading

    def always_add(model: object, items: Any, config: object) -> list[list[LensReading]]:
        del model, config
        counts = [len(operation_nodes(item.program)) for item in items]
        return [[LensReading(Operation.ADD, 0.5)] * count for count in counts]

    monkeypatch.setattr(load, "load_model", lambda config: load.TextModel(None, None))
    monkeypatch.setattr(lens, "classify", always_add)


@pytest.mark.usefixtures("adding")
def test_the_lens_decides_nothing_on_canonical_text_and_everything_on_english():
    canonical = normalized("9 - 4 = ")[0].to_pylist()[0]
    english = [
        {**canonical, "id": "e1", "question": "Take 4 away from 9"},
        {**canonical, "id": "e2", "question": "Add 9 and 4", "canonical": "9 + 4 = "},
    ]
    table = pa.Table.from_pylist([canonical, *english], schema=normalize.SCHEMA)
    made, rejects = classify.classify(ALWAYS, {"normalize": table}, seed=1, progress=silent)
    assert made["parent_id"].to_pylist() == [canonical["id"], "e2"]
    assert made["operations"].to_pylist() == [["subtract"], ["add"]]
    assert [(reject.id, reject.reason) for reject in rejects] == [("e1", "LENS_DISAGREES")]
    assert "subtract" in rejects[0].message


@pytest.mark.usefixtures("adding")
def test_the_lens_rejects_where_its_veto_reaches():
    canonical = normalized("9 - 4 = ")[0].to_pylist()[0]
    english = [
        {**canonical, "id": name, "question": "Take 4 away from 9", "confidence": confidence}
        for name, confidence in (("low", 0.3), ("high", 0.8))
    ]
    table = pa.Table.from_pylist(english, schema=normalize.SCHEMA)

    def rejected(**lens: Any) -> list[str]:
        config = classify.ClassifyConfig(lens=LensConfig(**lens))
        made, rejects = classify.classify(config, {"normalize": table}, seed=1, progress=silent)
        assert all(row["lens"][0]["operation"] == "add" for row in made.to_pylist())
        assert made.num_rows + len(rejects) == 2
        return [reject.id for reject in rejects]

    assert rejected(veto=Veto.ALWAYS) == ["low", "high"]
    assert rejected(veto=Veto.UNSURE, unsure_below=0.5) == ["low"]
    assert rejected() == []
