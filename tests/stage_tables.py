"""Small tables of the compiler lane, as its stage functions make them; canonical, so that most need no model."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from irmill.compiler.base.rows import Reject
from irmill.compiler.execute.engine import EngineConfig, EngineName
from irmill.compiler.lang.ast import operation_nodes, operation_of
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.stages import classify, emit, execute, normalize, prompts

WASMTIME = execute.ExecuteStageConfig(engine=EngineConfig(name=EngineName.WASMTIME))


def silent(rows: int) -> None:
    del rows


def shard(rows: int, start: int = 0, **more: Any) -> prompts.PromptsShard:
    return prompts.PromptsShard(prompts=prompts.PromptsConfig(count=rows, **more), start=start, rows=rows)


def generated(rows: int = 30, seed: int = 7, **more: Any) -> pa.Table:
    return prompts.prompts(shard(rows, **more), {}, seed=seed, progress=silent)[0]


def questions(*texts: str, **more: Any) -> pa.Table:
    rows = [
        {"id": f"p{n}", "parent_id": None, "seed": 1, "question": text, "template": "t", "family": "f"}
        | {"split": "train", "source": "file", **more}
        for n, text in enumerate(texts)
    ]
    return pa.Table.from_pylist(rows, schema=prompts.SCHEMA)


def normalized(*texts: str, **more: Any) -> tuple[pa.Table, list[Reject]]:
    return normalize.normalize(
        normalize.NormalizeConfig(), {"prompts": questions(*texts, **more)}, seed=1, progress=silent
    )


def classified(*texts: str, **more: Any) -> pa.Table:
    """Rows as classify makes them of canonical text, without a model."""
    table, rejects = normalized(*texts, **more)
    assert not rejects
    made = []
    for row in table.to_pylist():
        words = [str(operation_of(node)) for node in operation_nodes(parse_text(row["canonical"]))]
        made.append({**row, "operations": words, "lens": [{"operation": w, "probability": 1.0} for w in words]})
    return pa.Table.from_pylist(made, schema=classify.SCHEMA)


def emitted(*texts: str, **more: Any) -> tuple[pa.Table, list[Reject]]:
    return emit.emit(emit.EmitConfig(), {"classify": classified(*texts, **more)}, seed=1, progress=silent)


def executed(
    table: pa.Table, config: execute.ExecuteStageConfig = WASMTIME
) -> tuple[list[dict[str, Any]], list[Reject]]:
    made, rejects = execute.execute(config, {"emit": table}, seed=1, progress=silent)
    assert made.schema == execute.SCHEMA
    assert made.num_rows + len(rejects) == table.num_rows
    return made.to_pylist(), rejects
