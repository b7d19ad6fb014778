"""What a run would do and why: the keys of a whole DAG, known before anything is built, held against the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from irmill.compiler.base.stage import Stage
from irmill.tasks.fingerprint import Fingerprint, stage_key
from irmill.tasks.store.manifest import KeyParts, Manifest
from irmill.tasks.store.store import Store

CACHED = "cached"


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """One stage of a run that has not begun.

    Attributes:
        stage: the stage.
        config: its own configuration.
        fingerprint: its key, and what that is made of.
        cached: whether its entry is there and whole, and nothing forces it.
        why: ``cached``, or in a few words what makes it run.
    """

    stage: Stage
    config: BaseModel
    fingerprint: Fingerprint
    cached: bool
    why: str

    @property
    def key(self) -> str:
        """The stage's key."""
        return self.fingerprint.key


def plan_stages(
    stages: Sequence[Stage], config: Any, store: Store, *, force: Collection[str] = (), full: bool = True
) -> list[PlannedStage]:
    """What running these stages would do, in their order. Touches nothing.

    Args:
        stages: in topological order: parents come before their children.
        store: need not be prepared.
        force: ids of stages that are to be built anew.
        full: compare digests, as a run does; otherwise sizes only.

    Raises:
        InputFileError: a file that a stage is told to read cannot be read.
        KeyError: a parent is not among the stages before.
    """
    keys: dict[str, str] = {}
    planned: list[PlannedStage] = []
    for stage in stages:
        own = stage.config(config)
        fingerprint = stage_key(stage, own, {name: keys[name] for name in stage.parents})
        keys[stage.id] = fingerprint.key
        why = "forced" if stage.id in force else _why(stage, fingerprint, store, full)
        planned.append(PlannedStage(stage, own, fingerprint, why == CACHED, why))
    return planned


def _why(stage: Stage, fingerprint: Fingerprint, store: Store, full: bool) -> str:
    problem = store.problem(stage.lane, stage.name, fingerprint.key, full=full)
    if not problem:
        return CACHED
    if store.read_manifest(stage.lane, stage.name, fingerprint.key) is not None:
        return f"corrupt: {problem}"
    latest = latest_manifest(store, stage)
    if latest is None:
        return "never built"
    return "; ".join(differences(latest.parts, fingerprint.parts)) or "missing"


def latest_manifest(store: Store, stage: Stage) -> Manifest | None:
    """The manifest of a stage's entry that was finished last, whatever its key."""
    found = [
        manifest
        for lane, name, key in store.addresses()
        if (lane, name) == (stage.lane, stage.name) and (manifest := store.read_manifest(lane, name, key)) is not None
    ]
    return max(found, key=lambda manifest: (manifest.report.finished, manifest.key), default=None)


def differences(before: KeyParts, now: KeyParts) -> list[str]:
    """Why two keys differ, in words: ``config changed: count``, ``code changed: compiler/wasm/emit.py``."""
    return [
        *_named("config changed", flat(json.loads(before.config)), flat(json.loads(now.config))),
        *_named("code changed", before.code, now.code),
        *_named("file changed", before.files, now.files),
        *_named("parent changed", before.parents, now.parents),
        *(
            f"{name} {before.versions.get(name, 'new')} -> {now.versions.get(name, 'gone')}"
            for name in sorted(before.versions.keys() | now.versions.keys())
            if before.versions.get(name) != now.versions.get(name)
        ),
        *(["shards are cut otherwise"] if before.shards != now.shards and before.config == now.config else []),
        *(["schema changed"] if before.schema_version != now.schema_version else []),
    ]


def _named(title: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if not names:
        return []
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return [f"{title}: {', '.join(names[:3])}{more}"]


def flat(tree: Any) -> dict[str, Any]:
    """A nested configuration as dotted names to leaves."""
    return dict(_leaves(tree, ""))


def _leaves(tree: Any, name: str) -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    else:
        yield name, tree
