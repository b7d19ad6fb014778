"""The compiler lane over tables: prompts, normalize, classify, emit, execute.

Every function has the shape of a stage: configuration, parents' tables and a seed in; rows and rejects out. A row that
fails is a reject with a reason of a closed set (:class:`ErrorCode`, :class:`CompilerReason`); nothing that a row holds
can stop the others. What needs torch or an engine is imported by the stage that uses it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from irmill.compiler import rows as schemas
from irmill.compiler.base.answer import shown_agree
from irmill.compiler.base.rows import Progress, Reject, content_id
from irmill.compiler.config import ClassifyStage, EmitConfig, ExecuteStage, NormalizeStage, PromptsShard
from irmill.compiler.lang.ast import operation_nodes, operation_of
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import is_canonical, parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import TypedProgram, check_types
from irmill.compiler.prompt_file import read_prompts
from irmill.compiler.rows import CompilerReason, Source

if TYPE_CHECKING:
    from irmill.compiler.execute.run import Execution
    from irmill.compiler.model.normalizer import Normalized
    from irmill.compiler.wasm.emit import Emission

Row = dict[str, Any]

SHOWN_OPERATIONS = 64
"""The lens is shown for so many operations of a canonical question, and decides nothing there."""


def prompts(
    config: PromptsShard, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """One shard of prompts: read from a person's file, or generated, English and canonical programs mixed.

    A shard holds no question twice; of a file, the second and later ones are rejected as DUPLICATE.
    """
    rejects: list[Reject] = []
    if config.prompts.file is None:
        made = _generated(config, seed)
    else:
        made, rejects = _from_file(config, seed)
    progress(config.rows)
    return pa.Table.from_pylist(made, schema=schemas.PROMPTS), rejects


def _generated(config: PromptsShard, seed: int) -> list[Row]:
    from irmill.compiler.prompt_mix import english_prompts

    canonical = round(config.rows * config.prompts.canonical)
    made = english_prompts(config.rows - canonical, seed)
    if canonical:
        from irmill.compiler.canonical_prompts import canonical_prompts

        made += canonical_prompts(canonical, seed)
    # a fixed shuffle: whatever is cut from a shard holds both kinds
    made.sort(key=lambda row: hashlib.sha256(row["id"].encode()).digest())
    return made


def _from_file(config: PromptsShard, seed: int) -> tuple[list[Row], list[Reject]]:
    assert config.prompts.file is not None
    questions = read_prompts(config.prompts.file, config.prompts.column)[config.start : config.start + config.rows]
    made: dict[str, Row] = {}
    rejects: list[Reject] = []
    for place, question in enumerate(questions, config.start + 1):
        row_id = content_id("prompts", question)
        if row_id in made:
            message = f"prompt {place} of {config.prompts.file.name} stands in it before"
            rejects.append(Reject(row_id, CompilerReason.DUPLICATE, message, question))
            continue
        made[row_id] = {
            "id": row_id,
            "parent_id": None,
            "seed": seed,
            "question": question,
            "gold_canonical": None,
            "gold_answer": None,
            "template": f"file:{row_id}",
            "family": "file",
            "split": "train",
            "source": Source.FILE,
        }
    return list(made.values()), rejects


def normalize(
    config: NormalizeStage, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """Canonical text for every question. A canonical question is its own; the model rewrites an English one."""
    questions: list[Row] = inputs["prompts"].to_pylist()
    english = [row for row in questions if not is_canonical(row["question"])]
    answers = {row["id"]: answer for row, answer in zip(english, _normalized(config, english, progress), strict=True)}
    made: list[Row] = []
    rejects: list[Reject] = []
    for row in questions:
        answer = answers.get(row["id"])
        try:
            canonical = print_program(typed_program(_canonical_text(row["question"], answer)).program)
        except LanguageError as error:
            rejects.append(Reject(row["id"], error.code, error.message, row["question"]))
            continue
        made.append(
            {
                **row,
                "id": content_id("normalize", row["id"], canonical),
                "parent_id": row["id"],
                "canonical": canonical,
                "slots": "" if answer is None else answer.slots,
                "confidence": 1.0 if answer is None else float(answer.confidence),
            }
        )
    progress(len(questions) - len(english))
    return pa.Table.from_pylist(made, schema=schemas.NORMALIZE), rejects


def _canonical_text(question: str, answer: Normalized | None) -> str:
    """The question itself where it needs no answer, else what the normalizer made of it; LanguageError if nothing."""
    if answer is None:
        return question
    if answer.canonical is None:
        raise LanguageError(answer.error or ErrorCode.ABSTAINED, answer.message)
    return answer.canonical


def _normalized(config: NormalizeStage, english: Sequence[Row], progress: Progress) -> Iterator[Normalized]:
    """The normalizer's answers, batch by batch; the model is loaded only where there is English."""
    if not english:
        return
    from irmill.compiler.model.load import load_model
    from irmill.compiler.model.normalizer import make_normalizer

    normalizer = make_normalizer(load_model(config.model), config.normalizer)
    for batch in batches(english, config.normalizer.batch_size):
        yield from normalizer.normalize([row["question"] for row in batch])
        progress(len(batch))


def classify(
    config: ClassifyStage, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """What the lens reads for every operation. For English it decides: a row where it differs is rejected."""
    from irmill.compiler.model.lens import LensItem
    from irmill.compiler.model.lens import classify as read_lens
    from irmill.compiler.model.load import load_model

    model = load_model(config.model)
    made: list[Row] = []
    rejects: list[Reject] = []
    for batch in batches(inputs["normalize"].to_pylist(), config.batch_rows):
        items: list[LensItem] = []
        for row in batch:
            english = not is_canonical(row["question"])
            question, shown = (row["question"], None) if english else (None, SHOWN_OPERATIONS)
            items.append(LensItem(question, row["canonical"], shown))
        for row, item, readings in zip(batch, items, read_lens(model, items, config.lens), strict=True):
            program = parse_text(row["canonical"])
            operations = [str(operation_of(node)) for node in operation_nodes(program)]
            heard = [str(reading.operation) for reading in readings]
            if item.question is not None and heard != operations:
                message = f"the canonical text says {' '.join(operations)}, the lens {' '.join(heard)}"
                rejects.append(Reject(row["id"], ErrorCode.LENS_DISAGREES, message[:500], row["question"]))
                continue
            made.append(
                {
                    **row,
                    "id": content_id("classify", row["id"], *heard),
                    "parent_id": row["id"],
                    "operations": operations,
                    "lens": [
                        {"operation": str(reading.operation), "probability": float(reading.probability)}
                        for reading in readings
                    ],
                }
            )
        progress(len(batch))
    return pa.Table.from_pylist(made, schema=schemas.CLASSIFY), rejects


def emit(
    config: EmitConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The WebAssembly of every program; what the backend cannot express is rejected as UNSUPPORTED."""
    from irmill.compiler.wasm.emit import emit_program

    made: list[Row] = []
    rejects: list[Reject] = []
    for row in inputs["classify"].to_pylist():
        progress(1)
        try:
            emission = emit_program(typed_program(row["canonical"]), optimize=config.optimize)
        except LanguageError as error:
            rejects.append(Reject(row["id"], error.code, error.message, row["canonical"]))
            continue
        made.append(
            {
                **row,
                "id": content_id("emit", row["id"], emission.module.hex()),
                "parent_id": row["id"],
                **emission_columns(emission),
            }
        )
    return pa.Table.from_pylist(made, schema=schemas.EMIT), rejects


def execute(
    config: ExecuteStage, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The value of every program, as the engine gives it and the interpreter confirms it.

    Where a division leaves a remainder the program is emitted again; the emission's columns are then those of the
    module that gave the value. A module that is not the program's own, a value that differs from the interpreter's
    (DISAGREE) or from the answer that the prompt's generator knows (GOLD_DIFFERS) is a reject.
    """
    from irmill.compiler.execute.engine import open_engine
    from irmill.compiler.execute.run import run_programs

    rows: list[Row] = inputs["emit"].to_pylist()
    made: list[Row] = []
    rejects: list[Reject] = []
    with open_engine(config.engine) as engine:
        for batch in batches(rows, config.engine.batch_rows):
            programs = [typed_program(row["canonical"]) for row in batch]
            executions = run_programs(programs, engine, optimize=config.emit.optimize)
            for row, execution in zip(batch, executions, strict=True):
                problem = _problem(row, execution, config)
                if problem is not None:
                    rejects.append(Reject(row["id"], problem[0], problem[1], row["canonical"]))
                    continue
                made.append(_executed(row, execution))
            progress(len(batch))
    return pa.Table.from_pylist(made, schema=schemas.EXECUTE), rejects


def _executed(row: Row, execution: Execution) -> Row:
    """The row of a program that has a value."""
    assert execution.emission is not None
    assert execution.value is not None
    columns = emission_columns(execution.emission)
    return {
        **row,
        **columns,
        "id": content_id("execute", row["id"], columns["bytes"], execution.value, execution.engine),
        "parent_id": row["id"],
        "value": execution.value,
        "engine": execution.engine,
        "engine_version": execution.engine_version,
    }


def _problem(row: Row, execution: Execution, config: ExecuteStage) -> tuple[str, str] | None:
    """Why an executed row is no row of the corpus, or None."""
    emission = execution.emission
    if execution.error is not None:
        return execution.error, execution.message
    if emission is None or execution.value is None:
        return ErrorCode.WORKER, "the engine gave no answer"
    if str(emission.numbers) == "whole" and emission.module != row["module"]:
        return ErrorCode.DISAGREE, "the module of the row is not what its program is compiled to"
    gold = row["gold_answer"]
    if config.execute.check_gold and gold is not None and not shown_agree(gold, execution.value):
        return CompilerReason.GOLD_DIFFERS, f"the value is {execution.value}, the prompt's answer is {gold}"
    return None


def typed_program(text: str) -> TypedProgram:
    """A canonical text, parsed and typed. Raises LanguageError."""
    return check_types(parse_text(text))


def emission_columns(emission: Emission) -> Row:
    """The columns that describe one emission."""
    return {
        "ir": list(emission.instructions),
        "bytes": emission.code.hex(),
        "module": emission.module,
        "wat": emission.wat,
        "type": str(emission.type),
        "type_by": str(emission.type_by),
    }


def batches(items: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    """Pieces of ``size``, the last one shorter: cut by position, so that no worker count changes them."""
    return (items[start : start + size] for start in range(0, len(items), size))
