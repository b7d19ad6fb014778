"""The compiler lane's stages: prompts -> normalize -> classify -> emit -> execute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irmill.compiler import rows, stages
from irmill.compiler.base.stage import Sharding, Stage
from irmill.compiler.config import ClassifyStage, ExecuteStage, NormalizeStage, PromptsConfig, PromptsShard
from irmill.compiler.execute.engine import EngineConfig, EngineName, find_wasmer_python
from irmill.compiler.model.config import model_facts
from irmill.tasks.fingerprint import installed_version

LANE = "compiler"
MODEL_VERSIONS = ("torch", "transformers", "tokenizers")


def prompt_shards(config: PromptsConfig) -> Sequence[PromptsShard]:
    """The rows of every shard; a person's file is read, so a wrong one is found before anything is built."""
    total = config.count
    if config.file is not None:
        from irmill.compiler.prompt_file import read_prompts

        total = len(read_prompts(config.file, config.column))
    starts = range(0, total, config.shard_rows)
    return [PromptsShard(prompts=config, start=s, rows=min(config.shard_rows, total - s)) for s in starts]


def _prompt_files(config: PromptsConfig) -> Sequence[Path]:
    return () if config.file is None else (config.file,)


def _model_facts(config: NormalizeStage | ClassifyStage) -> Mapping[str, str]:
    return model_facts(config.model)


def _engine_facts(config: ExecuteStage) -> Mapping[str, str]:
    return {"engine": engine_version(config.engine)}


def engine_version(config: EngineConfig) -> str:
    """The engine that a configuration opens, found without opening it: ``wasmer 1.1.0``."""
    python = None if config.name is EngineName.WASMTIME else config.wasmer_python or find_wasmer_python()
    if python is not None:
        installed = python.parent.parent.glob("lib/python3*/site-packages/wasmer-*.dist-info")
        versions = [path.name.removesuffix(".dist-info").partition("-")[2] for path in installed]
        if versions:
            return f"wasmer {max(versions)}"
    return f"wasmtime {installed_version('wasmtime')}"


def _normalize(config: Any) -> NormalizeStage:
    return NormalizeStage(model=config.model, normalizer=config.normalizer)


def _classify(config: Any) -> ClassifyStage:
    return ClassifyStage(model=config.model, lens=config.lens)


def _execute(config: Any) -> ExecuteStage:
    return ExecuteStage(engine=config.engine, emit=config.emit, execute=config.execute)


STAGES = (
    Stage(
        lane=LANE,
        name="prompts",
        function=stages.prompts,
        schema=rows.PROMPTS,
        config=lambda config: config.prompts,
        sharding=Sharding.SOURCE,
        shards=prompt_shards,
        files=_prompt_files,
        bounds={"*": 0.0},
    ),
    Stage(
        lane=LANE,
        name="normalize",
        function=stages.normalize,
        schema=rows.NORMALIZE,
        config=_normalize,
        parents=("compiler.prompts",),
        versions=MODEL_VERSIONS,
        facts=_model_facts,
        bounds={"ABSTAINED": 0.4, "*": 0.1},
    ),
    Stage(
        lane=LANE,
        name="classify",
        function=stages.classify,
        schema=rows.CLASSIFY,
        config=_classify,
        parents=("compiler.normalize",),
        versions=MODEL_VERSIONS,
        facts=_model_facts,
        bounds={"LENS_DISAGREES": 0.25, "*": 0.1},
    ),
    Stage(
        lane=LANE,
        name="emit",
        function=stages.emit,
        schema=rows.EMIT,
        config=lambda config: config.emit,
        parents=("compiler.classify",),
        bounds={"UNSUPPORTED": 0.2, "*": 0.0},
    ),
    Stage(
        lane=LANE,
        name="execute",
        function=stages.execute,
        schema=rows.EXECUTE,
        config=_execute,
        parents=("compiler.emit",),
        facts=_engine_facts,
        bounds={"DISAGREE": 0.0, "GOLD_DIFFERS": 0.3, "*": 0.3},
    ),
)
