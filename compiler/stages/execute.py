"""The stage ``execute``: the value of every program, as the engine gives it and the interpreter confirms it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

import pyarrow as pa

from irmill.compiler.base.again import tried_again
from irmill.compiler.base.answer import shown_agree
from irmill.compiler.base.rows import Progress, Reject, Row, content_id, sorted_out, text_field
from irmill.compiler.base.stage import TRANSIENT, Section, Stage
from irmill.compiler.execute.engine import EngineConfig, WasmEngine, engine_version, open_engine
from irmill.compiler.execute.run import Emitted, Execution, run_programs
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.stages.columns import EMITTED_FIELDS
from irmill.compiler.stages.emit import EmitConfig, emission_columns
from irmill.compiler.wasm.codebook import ValueType


class ExecuteConfig(Section):
    """What is asked of an executed value.

    Attributes:
        check_gold: reject rows whose value is not the answer that the prompt's generator knows.
    """

    check_gold: bool = True


class ExecuteStageConfig(Section):
    """All that the stage depends on: the run's sections ``engine``, ``emit`` and ``execute``."""

    engine: EngineConfig = EngineConfig()
    emit: EmitConfig = EmitConfig()
    execute: ExecuteConfig = ExecuteConfig()


SCHEMA = pa.schema([*EMITTED_FIELDS, *map(text_field, ("value", "confirmed_by", "engine", "engine_version"))])
"""``value`` is the answer as the language shows it, ``confirmed_by`` one of :class:`compiler.execute.run.Confirmation`:
a value that nothing confirmed is a reject. The emission's columns are those of the module that was run."""


class ExecuteReason(StrEnum):
    """Why an executed row is no row of the corpus, beside the language's own error codes."""

    GOLD_DIFFERS = "GOLD_DIFFERS"
    """the value is not the answer that the prompt's generator knows: the sentence was misread"""


BOUNDS = {"DISAGREE": 0.0, "GOLD_DIFFERS": 0.3, "*": 0.3}


def execute_emitted(
    programs: Sequence[Emitted], engine: WasmEngine, config: EmitConfig, *, steps: bool = False
) -> list[Execution]:
    """What comes of each program, in order; one that failed for a reason outside of it is run a second time.

    Args:
        programs: what to run, with the modules of the first attempt.
        engine: where.
        config: how programs are emitted again where their first module cannot hold the value.
        steps: keep the interpreter's steps.
    """

    def run(some: Sequence[Emitted]) -> list[Execution]:
        return run_programs(some, engine, optimize=config.optimize, steps=steps)

    return tried_again(run, programs, lambda execution: execution.error in TRANSIENT)


def execute(
    config: ExecuteStageConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The ``emit`` table with every program's value.

    Where a division leaves a remainder the program is emitted again; the emission's columns are then those of the
    module that gave the value. A value that differs from the interpreter's (DISAGREE) or from the answer that the
    prompt's generator knows (GOLD_DIFFERS) is a reject.
    """
    rows: list[Row] = inputs["emit"].to_pylist()
    outcomes: list[Row | Reject] = []
    with open_engine(config.engine) as engine:
        for start in range(0, len(rows), config.engine.batch_rows):
            batch = rows[start : start + config.engine.batch_rows]
            executions = execute_emitted(_emitted(batch), engine, config.emit)
            outcomes += [_executed(*pair, config.execute) for pair in zip(batch, executions, strict=True)]
            progress(len(batch))
    return sorted_out(outcomes, SCHEMA)


def _emitted(rows: Sequence[Row]) -> list[Emitted]:
    return [Emitted(check_types(parse_text(row["canonical"])), row["module"], ValueType(row["type"])) for row in rows]


def _executed(row: Row, execution: Execution, config: ExecuteConfig) -> Row | Reject:
    if execution.error is not None or execution.value is None:
        return Reject(row["id"], str(execution.error), execution.message, row["canonical"])
    gold = row["gold_answer"]
    if config.check_gold and gold is not None and not shown_agree(gold, execution.value):
        message = f"the value is {execution.value}, the prompt's answer is {gold}"
        return Reject(row["id"], ExecuteReason.GOLD_DIFFERS, message, row["canonical"])
    columns = {**row, **(emission_columns(execution.emission) if execution.emission is not None else {})}
    return {
        **columns,
        "id": content_id("execute", row["id"], columns["bytes"], execution.value, execution.engine),
        "parent_id": row["id"],
        "value": execution.value,
        "confirmed_by": str(execution.confirmed_by),
        "engine": execution.engine,
        "engine_version": execution.engine_version,
    }


STAGE = Stage(
    lane="compiler",
    name="execute",
    function=execute,
    schema=SCHEMA,
    schema_version=2,
    config=lambda run: ExecuteStageConfig(engine=run.engine, emit=run.emit, execute=run.execute),
    parents=("compiler.emit",),
    facts=lambda config: {"engine": engine_version(config.engine)},
    bounds=BOUNDS,
)
