"""The configuration of the compiler lane: what each stage depends on, and nothing of the machine it runs on."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from irmill.compiler.execute.engine import EngineConfig
from irmill.compiler.model.config import LensConfig, ModelConfig, NormalizerConfig


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PromptsConfig(_Section):
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


class PromptsShard(_Section):
    """One shard of prompts: the rows ``start`` to ``start + rows`` of them all."""

    prompts: PromptsConfig
    start: int
    rows: int


class EmitConfig(_Section):
    """How WebAssembly is made: ``optimize`` lets rewrites run, which the corpus leaves off."""

    optimize: bool = False


class ExecuteConfig(_Section):
    """What is asked of an executed value.

    Attributes:
        check_gold: reject rows whose value is not the answer that the prompt's generator knows.
    """

    check_gold: bool = True


class NormalizeStage(_Section):
    """All that the stage ``normalize`` depends on."""

    model: ModelConfig = ModelConfig()
    normalizer: NormalizerConfig = NormalizerConfig()


class ClassifyStage(_Section):
    """All that the stage ``classify`` depends on. Programs go through the lens ``batch_rows`` at a time."""

    model: ModelConfig = ModelConfig()
    lens: LensConfig = LensConfig()
    batch_rows: int = Field(default=32, ge=1)


class ExecuteStage(_Section):
    """All that the stage ``execute`` depends on."""

    engine: EngineConfig = EngineConfig()
    emit: EmitConfig = EmitConfig()
    execute: ExecuteConfig = ExecuteConfig()


class CompilerConfig(_Section):
    """All that one sentence's way from text to value depends on, for use without a flow.

    Attributes:
        model: the language model.
        normalizer: how it turns English into a program.
        lens: how it names operations.
        engine: how modules are executed.
        batch_texts: texts that go through the stages together.
    """

    model: ModelConfig = ModelConfig()
    normalizer: NormalizerConfig = NormalizerConfig()
    lens: LensConfig = LensConfig()
    engine: EngineConfig = EngineConfig()
    batch_texts: int = Field(default=64, ge=1)
