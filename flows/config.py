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
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from irmill.compiler.config import CompilerConfig, EmitConfig, ExecuteConfig, PromptsConfig
from irmill.compiler.execute.engine import EngineConfig
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import LensConfig, ModelConfig, NormalizerConfig, TrainConfig
from irmill.optimizer.config import BlocksConfig, ColdstartConfig, EvolveConfig, LowerConfig, SpeculateConfig
from irmill.synth.config import BuildConfig, DedupConfig, ExtractConfig, KernelsConfig
from irmill.tasks.corpus.config import ExportConfig, JoinConfig

EXTENDS = "extends"


class ConfigError(InputError):
    """A profile, a key or a value is wrong: one line that names it and the nearest one there is."""


ReasonLimits = dict[str, Annotated[float, Field(ge=0, le=1)]]


class Limits(BaseModel):
    """The largest share (0 to 1) of a stage's rows that each reason may reject; past it the run fails.

    ``*`` stands for every reason that is not named. A limit of 0 is about irmill itself and holds for any input; the
    others are about generated rows and are not applied to what a person's own prompt file holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompts: ReasonLimits = {"*": 0.0}
    normalize: ReasonLimits = {"ABSTAINED": 0.4, "*": 0.1}
    classify: ReasonLimits = {"LENS_DISAGREES": 0.25, "*": 0.1}
    emit: ReasonLimits = {"UNSUPPORTED": 0.2, "*": 0.0}
    execute: ReasonLimits = {"DISAGREE": 0.0, "WORKER": 0.0, "GOLD_DIFFERS": 0.3, "*": 0.3}
    kernels: ReasonLimits = {"UNSUPPORTED": 0.8, "*": 0.1}
    extract: ReasonLimits = {"*": 0.02}
    build: ReasonLimits = {"DISAGREE": 0.0, "VALUE": 0.0, "GRADIENT": 0.0, "WORKER": 0.0, "*": 0.1}
    dedup: ReasonLimits = {"DUPLICATE": 0.95, "*": 0.0}
    blocks: ReasonLimits = {"UNSUPPORTED": 0.8, "*": 0.1}
    lower: ReasonLimits = {"DISAGREE": 0.0, "*": 0.02}
    speculate: ReasonLimits = {"*": 0.0}


class RunConfig(BaseModel):
    """Everything that decides what a run makes.

    Sections are named as the stages; several stages share ``model``, ``normalizer``, ``lens`` and ``engine``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelConfig = ModelConfig()
    normalizer: NormalizerConfig = NormalizerConfig()
    lens: LensConfig = LensConfig()
    engine: EngineConfig = EngineConfig()
    prompts: PromptsConfig = PromptsConfig()
    emit: EmitConfig = EmitConfig()
    execute: ExecuteConfig = ExecuteConfig()
    kernels: KernelsConfig = KernelsConfig()
    extract: ExtractConfig = ExtractConfig()
    build: BuildConfig = BuildConfig()
    dedup: DedupConfig = DedupConfig()
    blocks: BlocksConfig = BlocksConfig()
    lower: LowerConfig = LowerConfig()
    coldstart: ColdstartConfig = ColdstartConfig()
    evolve: EvolveConfig = EvolveConfig()
    speculate: SpeculateConfig = SpeculateConfig()
    join: JoinConfig = JoinConfig()
    export: ExportConfig = ExportConfig()
    train: TrainConfig = TrainConfig()
    limits: Limits = Limits()

    @property
    def compiler(self) -> CompilerConfig:
        """The part that compiles one sentence."""
        return CompilerConfig(model=self.model, normalizer=self.normalizer, lens=self.lens, engine=self.engine)


def profiles() -> list[str]:
    """The profiles that are installed."""
    files = importlib.resources.files("irmill.configs").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load_config(profile: str = "base", sets: Sequence[str] = ()) -> RunConfig:
    """The configuration of a profile with ``--set`` applied.

    Raises:
        ConfigError: the profile, a key or a value is wrong.
    """
    # a profile that bounds one reason anew leaves the bounds of the others as they are
    values = merge({"limits": Limits().model_dump()}, _profile_values(profile, ()))
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
        if key not in model.model_fields:
            raise ConfigError(
                f"--set {assignment}: there is no key {'.'.join(keys[: depth + 1])}; {_hint(keys, depth, model)}"
            )
        inner = model.model_fields[key].annotation
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
    if model is not None:
        raise ConfigError(
            f"--set {assignment}: {'.'.join(keys)} is a section; its keys are: {', '.join(model.model_fields)}"
        )
    return inner


def _hint(keys: Sequence[str], depth: int, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(keys[depth], list(model.model_fields), n=1, cutoff=0.5)
    if close:
        return f"did you mean {'.'.join([*keys[:depth], close[0], *keys[depth + 1 :]])}?"
    return f"there are: {', '.join(model.model_fields)}"


def _explain(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    location = [str(part) for part in first["loc"]]
    path = ".".join(location)
    if first["type"] == "extra_forbidden":
        model: Any = RunConfig
        for key in location[:-1]:
            model = model.model_fields[key].annotation
        return f"{where}: there is no key {path}; {_hint(location, len(location) - 1, model)}"
    given = first.get("input")
    shown = f" (given {given!r})" if not isinstance(given, Mapping) else ""
    return f"{where}: {path}: {first['msg'].removeprefix('Value error, ')}{shown}"
