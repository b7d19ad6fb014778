"""The compiler lane's stage functions over small tables; canonical prompts, so that most need no model."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from irmill.compiler import stages
from irmill.compiler.base.rows import Reject
from irmill.compiler.canonical_prompts import KINDS, canonical_prompts
from irmill.compiler.config import ClassifyStage, EmitConfig, ExecuteStage, NormalizeStage, PromptsConfig, PromptsShard
from irmill.compiler.execute.engine import EngineConfig, EngineName
from irmill.compiler.lang.ast import operation_nodes, operation_of
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.prompt_mix import english_prompts
from irmill.compiler.rows import CLASSIFY, EMIT, EXECUTE, NORMALIZE, PROMPTS

WASMTIME = ExecuteStage(engine=EngineConfig(name=EngineName.WASMTIME))


def silent(rows: int) -> None:
    del rows


def shard(rows: int, start: int = 0, **more: Any) -> PromptsShard:
    return PromptsShard(prompts=PromptsConfig(count=rows, **more), start=start, rows=rows)


def prompts(rows: int = 30, seed: int = 7, **more: Any) -> pa.Table:
    return stages.prompts(shard(rows, **more), {}, seed=seed, progress=silent)[0]


def questions(*texts: str, **more: Any) -> pa.Table:
    rows = [
        {"id": f"p{n}", "parent_id": None, "seed": 1, "question": text, "template": "t", "family": "f"}
        | {"split": "train", "source": "file", **more}
        for n, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, schema=PROMPTS)


def normalized(*texts: str, **more: Any) -> tuple[pa.Table, list[Reject]]:
    return stages.normalize(NormalizeStage(), {"prompts": questions(*texts, **more)}, seed=1, progress=silent)


def classified(*texts: str, **more: Any) -> pa.Table:
    """Rows as classify makes them of canonical text, without a model."""
    table, rejects = normalized(*texts, **more)
    assert not rejects
    made = []
    for row in table.to_pylist():
        words = [str(operation_of(node)) for node in operation_nodes(parse_text(row["canonical"]))]
        made.append({**row, "operations": words, "lens": [{"operation": w, "probability": 1.0} for w in words]})
    return pa.Table.from_pylist(made, schema=CLASSIFY)


def emitted(*texts: str, **more: Any) -> tuple[pa.Table, list[Reject]]:
    return stages.emit(EmitConfig(), {"classify": classified(*texts, **more)}, seed=1, progress=silent)


def executed(table: pa.Table, config: ExecuteStage = WASMTIME) -> tuple[list[dict[str, Any]], list[Reject]]:
    made, rejects = stages.execute(config, {"emit": table}, seed=1, progress=silent)
    assert made.schema == EXECUTE
    assert made.num_rows + len(rejects) == table.num_rows
    return made.to_pylist(), rejects


def test_generated_prompts_are_a_function_of_the_seed():
    one, two, other = prompts(), prompts(), prompts(seed=8)
    assert one.schema == PROMPTS
    assert one.equals(two)
    assert not one.equals(other)


def test_the_mix_is_as_asked_for():
    table = prompts(40, canonical=0.25)
    assert Counter(table["source"].to_pylist()) == {"canonical": 10, "english": 30}
    assert len(set(table["id"].to_pylist())) == 40
    assert table["gold_answer"].null_count == table["gold_canonical"].null_count == 0


def test_canonical_programs_show_every_kind_and_are_as_printed():
    rows = canonical_prompts(120, 3)
    assert len(rows) == 120
    assert {row["family"].removeprefix("canonical ") for row in rows} == set(KINDS)
    for row in rows:
        program = parse_text(row["question"])
        assert print_program(program) == row["question"] == row["gold_canonical"]
        kind = KINDS[row["family"].removeprefix("canonical ")]
        shown = {operation_of(node) for node in operation_nodes(program)}
        assert not kind.shows or shown & kind.shows


def test_no_template_is_in_two_splits():
    where: dict[str, set[str]] = {}
    for row in [
        *canonical_prompts(300, 1),
        *canonical_prompts(300, 2),
        *english_prompts(200, 1),
        *english_prompts(200, 2),
    ]:
        where.setdefault(row["template"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in where.values())
    assert {split for splits in where.values() for split in splits} == {"train", "validation", "test"}


def test_a_file_is_read_in_shards_and_a_repeated_prompt_is_a_reject(tmp_path: Path):
    file = tmp_path / "mine.txt"
    file.write_text("1 + 1\n2 + 2\n1 + 1\n3 + 3\n")
    config = PromptsConfig(file=file)
    table, rejects = stages.prompts(PromptsShard(prompts=config, start=0, rows=3), {}, seed=1, progress=silent)
    assert table["question"].to_pylist() == ["1 + 1", "2 + 2"]
    assert [(reject.reason, reject.text) for reject in rejects] == [("DUPLICATE", "1 + 1")]
    rest, _ = stages.prompts(PromptsShard(prompts=config, start=3, rows=1), {}, seed=1, progress=silent)
    assert rest["question"].to_pylist() == ["3 + 3"]
    assert set(rest["source"].to_pylist()) == {"file"}


def test_canonical_text_goes_past_the_model_and_is_printed_anew():
    table, rejects = normalized("2+2=", "sum(i,1,10)")
    assert table.schema == NORMALIZE
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


def test_emission_has_every_column_and_rejects_keep_the_counts():
    table, rejects = emitted("2 + 3", "6 * 7 - 1 = ", "7 > 3 is")
    assert table.schema == EMIT
    assert not rejects
    row = table.to_pylist()[0]
    assert row["ir"] == ["i32.const 2", "i32.const 3", "i32.add"]
    assert row["bytes"] == "410241036a"
    assert row["module"].startswith(b"\0asm")
    assert row["type"] == "i32"


def test_execution_gives_values_and_reasons():
    table, _ = emitted("2 + 3", "7 > 3 is", "10 / 4 = ", "1 / (3 - 3) = ", "sum(i, 1, 100) = ")
    rows, rejects = executed(table)
    assert [row["value"] for row in rows] == ["5", "true", "2.5", "5050"]
    assert [(reject.reason, reject.text) for reject in rejects] == [("DIV_BY_ZERO", "1 / (3 - 3) = ")]
    assert rows[2]["type"] == "f64"
    assert rows[2]["module"] != table.to_pylist()[2]["module"]
    assert {row["engine"] for row in rows} == {"wasmtime"}


def test_a_module_that_is_not_its_programs_is_refused():
    table, _ = emitted("2 + 3", "2 + 4")
    rows = table.to_pylist()
    rows[0]["module"] = rows[1]["module"]
    made, rejects = executed(pa.Table.from_pylist(rows, schema=EMIT))
    assert [row["value"] for row in made] == ["6"]
    assert [reject.reason for reject in rejects] == ["DISAGREE"]


def test_a_value_that_is_not_the_known_answer_is_refused_unless_told_otherwise():
    table, _ = emitted("2 + 3", gold_answer="6", gold_canonical="2 * 3 = ")
    _, rejects = executed(table)
    assert [reject.reason for reject in rejects] == ["GOLD_DIFFERS"]
    lenient = WASMTIME.model_copy(update={"execute": WASMTIME.execute.model_copy(update={"check_gold": False})})
    assert [row["value"] for row in executed(table, lenient)[0]] == ["5"]


def test_the_lens_decides_nothing_on_canonical_text_and_everything_on_english(monkeypatch: pytest.MonkeyPatch):
    from irmill.compiler.lang.ops import Operation
    from irmill.compiler.model import lens, load
    from irmill.compiler.model.lens import LensReading

    def always_add(model: object, items: Any, config: object) -> list[list[LensReading]]:
        del model, config
        counts = [len(operation_nodes(parse_text(item.canonical))) for item in items]
        return [[LensReading(Operation.ADD, 0.5)] * count for count in counts]

    monkeypatch.setattr(load, "load_model", lambda config: None)
    monkeypatch.setattr(lens, "classify", always_add)
    canonical = normalized("9 - 4 = ")[0].to_pylist()[0]
    english = [
        {**canonical, "id": "e1", "question": "Take 4 away from 9"},
        {**canonical, "id": "e2", "question": "Add 9 and 4", "canonical": "9 + 4 = "},
    ]
    table = pa.Table.from_pylist([canonical, *english], schema=NORMALIZE)
    made, rejects = stages.classify(ClassifyStage(), {"normalize": table}, seed=1, progress=silent)
    assert made["parent_id"].to_pylist() == [canonical["id"], "e2"]
    assert made["operations"].to_pylist() == [["subtract"], ["add"]]
    assert [(reject.id, reject.reason) for reject in rejects] == [("e1", "LENS_DISAGREES")]
    assert "subtract" in rejects[0].message
