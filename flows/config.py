"""The configuration of a run: one frozen model made of the engines' own, YAML profiles, and ``--set``.

Defaults are in the models, ``configs/<profile>.yaml`` holds only what differs, ``--set section.key=value`` wins. A
profile may start from another one (``extends: base``). Facts of the machine (home, workers) are no part of this model,
so they can never enter a cache key.
"""

from __future__ import annotations

import difflib
import importlib.resources
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator

from irmill.compiler.base.stage import ANY_REASON, Section, Stage
from irmill.compiler.compile import CompilerConfig
from irmill.compiler.execute.engine import EngineConfig
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import LensConfig, ModelConfig, NormalizerConfig
from irmill.compiler.model.training.config import TrainConfig
from irmill.compiler.stages.classify import STAGE as CLASSIFY
from irmill.compiler.stages.emit import STAGE as EMIT
from irmill.compiler.stages.emit import EmitConfig
from irmill.compiler.stages.execute import STAGE as EXECUTE
from irmill.compiler.stages.execute import ExecuteConfig
from irmill.compiler.stages.normalize import STAGE as NORMALIZE
from irmill.compiler.stages.prompts import STAGE as PROMPTS
from irmill.compiler.stages.prompts import PromptsConfig
from irmill.optimizer.policy.evolve import EvolveConfig
from irmill.optimizer.stages.blocks import STAGE as BLOCKS
from irmill.optimizer.stages.blocks import BlocksConfig
from irmill.optimizer.stages.coldstart import STAGE as COLDSTART
from irmill.optimizer.stages.coldstart import ColdstartConfig
from irmill.optimizer.stages.evolve import STAGE as EVOLVE
from irmill.optimizer.stages.lower import STAGE as LOWER
from irmill.optimizer.stages.lower import LowerConfig
from irmill.optimizer.stages.speculate import STAGE as SPECULATE
from irmill.optimizer.stages.speculate import SpeculateConfig
from irmill.synth.build import BuildConfig
from irmill.synth.extract import ExtractConfig
from irmill.synth.stages.build import STAGE as BUILD
from irmill.synth.stages.dedup import STAGE as DEDUP
from irmill.synth.stages.dedup import DedupConfig
from irmill.synth.stages.extract import STAGE as EXTRACT
from irmill.synth.stages.kernels import STAGE as KERNELS
from irmill.synth.stages.kernels import KernelsConfig
from irmill.tasks.corpus.export import ExportConfig
from irmill.tasks.corpus.join import STAGE as JOIN
from irmill.tasks.corpus.join import JoinConfig

EXTENDS = "extends"


class ConfigError(InputError):
    """A profile, a key or a value is wrong: one line that names it and the nearest one there is."""


class Sections(Section):
    """The sections that stages are configured by; a stage is registered by one line here, in the order of the DAG.

    Several stages share ``model`` and ``engine``.
    """

    model: ModelConfig = ModelConfig()
    engine: EngineConfig = EngineConfig()
    prompts: Annotated[PromptsConfig, PROMPTS] = PromptsConfig()
    normalizer: Annotated[NormalizerConfig, NORMALIZE] = NormalizerConfig()
    lens: Annotated[LensConfig, CLASSIFY] = LensConfig()
    emit: Annotated[EmitConfig, EMIT] = EmitConfig()
    execute: Annotated[ExecuteConfig, EXECUTE] = ExecuteConfig()
    kernels: Annotated[KernelsConfig, KERNELS] = KernelsConfig()
    extract: Annotated[ExtractConfig, EXTRACT] = ExtractConfig()
    build: Annotated[BuildConfig, BUILD] = BuildConfig()
    dedup: Annotated[DedupConfig, DEDUP] = DedupConfig()
    blocks: Annotated[BlocksConfig, BLOCKS] = BlocksConfig()
    lower: Annotated[LowerConfig, LOWER] = LowerConfig()
    coldstart: Annotated[ColdstartConfig, COLDSTART] = ColdstartConfig()
    evolve: Annotated[EvolveConfig, EVOLVE] = EvolveConfig()
    speculate: Annotated[SpeculateConfig, SPECULATE] = SpeculateConfig()
    join: Annotated[JoinConfig, JOIN] = JoinConfig()


STAGES: tuple[Stage, ...] = tuple(
    item for field in Sections.model_fields.values() for item in field.metadata if isinstance(item, Stage)
)
"""All stages of the DAG, in an order in which every parent comes before its children."""

Share = Annotated[float, Field(ge=0, le=1)]


class RunConfig(Sections):
    """Everything that decides what a run makes.

    Attributes:
        export: how the dataset is written.
        train: how a part of the embedded model is trained; no run reads it, ``irmill train`` does.
        limits: stage name to the largest share (0 to 1) of its rows that each reason may reject; past it the run
            fails. ``*`` stands for every reason that is not named. What is given here replaces or joins the bounds
            that the stage itself has.
    """

    export: ExportConfig = ExportConfig()
    train: TrainConfig = TrainConfig()
    limits: dict[str, dict[str, Share]] = Field(default={}, validate_default=True)

    @field_validator("limits")
    @classmethod
    def _join_bounds(cls, given: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        known = {stage.name: dict(stage.bounds) for stage in STAGES if stage.bounds is not None}
        for name in given:
            if name not in known:
                raise ValueError(f"there is no key limits.{name}; {nearest(name, list(known))}")
        return {name: {**bounds, **given.get(name, {})} for name, bounds in known.items()}

    def bounds(self, stage: Stage) -> dict[str, float]:
        """The bounds on a stage's rejects in this run.

        A bound of 0 says what irmill must never do and always holds. The others say what generated rows are like; they
        do not hold for a person's own prompts, whose bad rows are rejects and no failure.
        """
        bounds = self.limits.get(stage.name, {})
        if self.prompts.file is None:
            return bounds
        return {reason: share for reason, share in bounds.items() if share == 0 and reason != ANY_REASON}

    @property
    def compiler(self) -> CompilerConfig:
        """The part that compiles one sentence."""
        return CompilerConfig(
            model=self.model, normalizer=self.normalizer, lens=self.lens, emit=self.emit, engine=self.engine
        )


def profiles() -> list[str]:
    """The profiles that are installed."""
    files = importlib.resources.files("irmill.configs").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load_config(profile: str = "base", sets: Sequence[str] = ()) -> RunConfig:
    """The configuration of a profile with ``--set`` applied.

    Raises:
        ConfigError: the profile, a key or a value is wrong.
    """
    values = _profile_values(profile, ())
    for assignment in sets:
        _assign(values, assignment)
    return validate_config(values, profile)


def validate_config(values: Mapping[str, Any], where: str) -> RunConfig:
    """The configuration of nested values. Raises ConfigError that names the first key that is wrong."""
    try:
        return RunConfig.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explain(error, where)) from None


def nearest(name: str, known: Sequence[str]) -> str:
    """A hint that names the nearest of the known names, or all of them where none is near."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]}?" if close else f"there are: {', '.join(known)}"


def _profile_values(profile: str, seen: tuple[str, ...]) -> dict[str, Any]:
    known = profiles()
    if profile not in known:
        raise ConfigError(f"there is no profile {profile!r}; {nearest(profile, known)}")
    if profile in seen:
        raise ConfigError(f"profile {profile} extends itself: {' -> '.join((*seen, profile))}")
    text = (importlib.resources.files("irmill.configs") / f"{profile}.yaml").read_text(encoding="utf-8")
    try:
        values = yaml.safe_load(text) or {}
    except yaml.YAMLError as error:
        raise ConfigError(f"configs/{profile}.yaml is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(values, dict):
        raise ConfigError(f"configs/{profile}.yaml must hold sections, not {type(values).__name__}")
    parent = values.pop(EXTENDS, None)
    return values if parent is None else merge(_profile_values(str(parent), (*seen, profile)), values)


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Nested mappings, the second winning key by key."""
    merged = dict(base)
    for key, value in changes.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def _assign(values: dict[str, Any], assignment: str) -> None:
    path, sign, text = assignment.partition("=")
    keys = path.strip().split(".")
    if not sign or not all(keys):
        raise ConfigError(f"--set {assignment}: write it as section.key=value")
    leaf = _leaf_type(keys, assignment)
    bounded = [stage.name for stage in STAGES if stage.bounds is not None]
    if keys[0] == "limits" and len(keys) > 1 and keys[1] not in bounded:
        raise ConfigError(f"--set {assignment}: there is no key limits.{keys[1]}; {_hint(keys, 1, bounded)}")
    try:
        value = yaml.safe_load(text) if text.strip() else None
    except yaml.YAMLError:
        value = text
    if value is not None and not {str, Path}.isdisjoint(get_args(leaf) if isinstance(leaf, UnionType) else (leaf,)):
        value = text  # 007 and yes are names where a name is wanted
    target = values
    for key in keys[:-1]:
        inner = target.get(key)
        target[key] = dict(inner) if isinstance(inner, Mapping) else {}
        target = target[key]
    target[keys[-1]] = value


def _leaf_type(keys: Sequence[str], assignment: str) -> Any:
    """The type of a field, found by its path; what lies in a plain mapping (the reasons of limits) is free.

    Raises:
        ConfigError: the path leads nowhere, or ends at a section.
    """
    model: type[BaseModel] | None = RunConfig
    inner: Any = RunConfig
    for depth, key in enumerate(keys):
        if model is None:
            return None
        known = list(model.model_fields)
        if key not in known:
            raise ConfigError(
                f"--set {assignment}: there is no key {'.'.join(keys[: depth + 1])}; {_hint(keys, depth, known)}"
            )
        inner = model.model_fields[key].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    if model is not None:
        raise ConfigError(
            f"--set {assignment}: {'.'.join(keys)} is a section; its keys are: {', '.join(model.model_fields)}"
        )
    return inner


def _hint(keys: Sequence[str], depth: int, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(keys[depth], known, n=1, cutoff=0.5)
    if close:
        return f"did you mean {'.'.join([*keys[:depth], close[0], *keys[depth + 1 :]])}?"
    return f"there are: {', '.join(known)}"


def _explain(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    location = [str(part) for part in first["loc"]]
    path = ".".join(location)
    if first["type"] == "extra_forbidden":
        model: Any = RunConfig
        for key in location[:-1]:
            model = model.model_fields[key].annotation
        return f"{where}: there is no key {path}; {_hint(location, len(location) - 1, list(model.model_fields))}"
    given = first.get("input")
    shown = f" (given {given!r})" if not isinstance(given, Mapping) else ""
    return f"{where}: {path}: {first['msg'].removeprefix('Value error, ')}{shown}"
