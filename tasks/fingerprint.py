"""The key of a stage: everything that its rows can depend on, and nothing else.

``key = sha256(stage, schema version, configuration, parent keys, code, versions, architecture, files)[:16]``. Parents
enter by key, so that the keys of a whole DAG are known before anything is built.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from irmill.compiler.base.stage import Sharding, Stage
from irmill.tasks.imports import PACKAGES, code_digests
from irmill.tasks.store.errors import InputFileError
from irmill.tasks.store.filesystem import file_digest
from irmill.tasks.store.manifest import KeyParts

KEY_DIGITS = 16
NOT_INSTALLED = "not installed"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A key, and the parts it is the digest of."""

    key: str
    parts: KeyParts


def stage_key(
    stage: Stage, config: BaseModel, parents: Mapping[str, str], *, packages: frozenset[str] = PACKAGES
) -> Fingerprint:
    """The key of a stage for its configuration and its parents' keys. Parents need not be built.

    Args:
        parents: ``lane.name`` to key, exactly the stage's parents.
        packages: the project's packages, whose sources count by content.

    Raises:
        InputFileError: one of the user's files that the stage reads cannot be read.
        ValueError: the parents are not the stage's.
    """
    if set(parents) != set(stage.parents):
        raise ValueError(f"stage {stage.id}: parents are {sorted(stage.parents)}, got {sorted(parents)}")
    shards = _cut(stage, config)  # first: a stage that cuts a person's file says best what is wrong with it
    parts = KeyParts(
        stage=stage.id,
        schema_version=stage.schema_version,
        config=canonical_config(config, stage.unkeyed),
        parents=dict(sorted(parents.items())),
        code=dict(known_code(stage.path, packages)),
        versions=_versions(stage, config),
        files=_files(stage, config),
        shards=shards,
    )
    return Fingerprint(key=digest_parts(parts), parts=parts)


def digest_parts(parts: KeyParts) -> str:
    """The key that some parts have."""
    data = json.dumps(parts.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(data.encode()).hexdigest()[:KEY_DIGITS]


def canonical_config(config: BaseModel, unkeyed: frozenset[str] = frozenset()) -> str:
    """A configuration as JSON with sorted keys, without the named fields of its top level."""
    data: dict[str, Any] = config.model_dump(mode="json", exclude=set(unkeyed))
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def code_now(stage: Stage, packages: frozenset[str] = PACKAGES) -> dict[str, str]:
    """The digests of the stage's code as it is on disk at this moment (keys use what it was when first asked for)."""
    return code_digests(stage.path, packages)


@functools.cache
def known_code(function: str, packages: frozenset[str]) -> Mapping[str, str]:
    """The digests of a function's code as they were when this process first asked."""
    return code_digests(function, packages)


def _versions(stage: Stage, config: BaseModel) -> dict[str, str]:
    versions = {name: installed_version(name) for name in stage.versions}
    versions["python"] = f"{sys.version_info.major}.{sys.version_info.minor}"
    versions["architecture"] = f"{platform.system()} {platform.machine()}"
    if stage.facts is not None:
        versions.update(stage.facts(config))
    return dict(sorted(versions.items()))


def installed_version(distribution: str) -> str:
    """The version of an installed distribution, or ``not installed``."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return NOT_INSTALLED


def _cut(stage: Stage, config: BaseModel) -> str:
    if stage.sharding not in (Sharding.SOURCE, Sharding.SOURCE_AND_MAP):
        return ""
    pieces = [canonical_config(piece, stage.unkeyed) for piece in stage.source_configs(config)]
    return hashlib.sha256("\n".join(pieces).encode()).hexdigest()


def _files(stage: Stage, config: BaseModel) -> dict[str, str]:
    files = stage.files(config) if stage.files is not None else ()
    digests: dict[str, str] = {}
    for path in files:
        try:
            digests[str(path)] = file_digest(path)
        except OSError as error:
            raise InputFileError(
                f"{path}: cannot be read ({error.strerror}); stage {stage.id} was told to read it"
            ) from error
    return digests
