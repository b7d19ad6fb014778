"""The stage ``prompts``: questions, from the generators or from a person's file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Self

import pyarrow as pa
from pydantic import Field, model_validator

from irmill.compiler.base.rows import KEY_FIELDS, Progress, Reject, Row, content_id, text_field
from irmill.compiler.base.splits import Split
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.compiler.prompts.english import Source, english_prompts, prompt_row
from irmill.compiler.prompts.file import read_prompts
from irmill.compiler.stages.columns import ORIGIN_FIELDS


class PromptsConfig(Section):
    """Where the prompts come from: the generators, or a person's file.

    Attributes:
        count: prompts to generate; unused where ``file`` is given.
        canonical: the share of generated prompts that are canonical programs; the rest is English.
        shard_rows: rows in one shard, generated or read.
        seed: equal seeds, equal prompts.
        file: a ``.txt`` (a prompt a line), ``.jsonl`` or ``.parquet`` file to read prompts from instead.
        column: the field that holds the prompt; None takes the first of ``question``, ``text`` and ``prompt``.
    """

    count: int = Field(default=600, ge=1)
    canonical: float = Field(default=0.5, ge=0, le=1)
    shard_rows: int = Field(default=150, ge=1)
    seed: int = 1
    file: Path | None = None
    column: str | None = None

    @model_validator(mode="after")
    def _column_needs_file(self) -> Self:
        if self.column is not None and self.file is None:
            raise ValueError("column names a field of prompts.file, which is not set")
        return self


class PromptsShard(Section):
    """One shard of prompts: the rows ``start`` to ``start + rows`` of them all."""

    prompts: PromptsConfig
    start: int
    rows: int


SCHEMA = pa.schema([*KEY_FIELDS, text_field("question"), *ORIGIN_FIELDS])
"""A question: English, or canonical text as it stands."""


class PromptsReason(StrEnum):
    """Why a prompt is not taken."""

    DUPLICATE = "DUPLICATE"
    """the same question stands in the prompt file before"""


BOUNDS = {"*": 0.0}


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
        made, rejects = _from_file(config, config.prompts.file, seed)
    progress(config.rows)
    return pa.Table.from_pylist(made, schema=SCHEMA), rejects


def _generated(config: PromptsShard, seed: int) -> list[Row]:
    canonical = round(config.rows * config.prompts.canonical)
    made = english_prompts(config.rows - canonical, seed)
    if canonical:
        from irmill.compiler.prompts.canonical import canonical_prompts

        made += canonical_prompts(canonical, seed)
    # a fixed shuffle: whatever is cut from a shard holds both kinds
    made.sort(key=lambda row: hashlib.sha256(row["id"].encode()).digest())
    return made


def _from_file(config: PromptsShard, file: Path, seed: int) -> tuple[list[Row], list[Reject]]:
    questions = read_prompts(file, config.prompts.column)[config.start : config.start + config.rows]
    made: dict[str, Row] = {}
    rejects: list[Reject] = []
    for place, question in enumerate(questions, config.start + 1):
        row_id = content_id("prompts", question)
        if row_id in made:
            message = f"prompt {place} of {file.name} stands in it before"
            rejects.append(Reject(row_id, PromptsReason.DUPLICATE, message, question))
            continue
        row = prompt_row(question, (None, None), f"file:{row_id}", "file", Split.TRAIN, seed)
        made[row_id] = {**row, "source": Source.FILE}
    return list(made.values()), rejects


def prompt_shards(config: PromptsConfig) -> Sequence[PromptsShard]:
    """The rows of every shard; a person's file is read, so a wrong one is found before anything is built."""
    total = config.count if config.file is None else len(read_prompts(config.file, config.column))
    starts = range(0, total, config.shard_rows)
    return [PromptsShard(prompts=config, start=s, rows=min(config.shard_rows, total - s)) for s in starts]


STAGE = Stage(
    lane="compiler",
    name="prompts",
    function=prompts,
    schema=SCHEMA,
    config=lambda run: run.prompts,
    sharding=Sharding.SOURCE,
    shards=prompt_shards,
    files=lambda config: () if config.file is None else (config.file,),
    bounds=BOUNDS,
)
