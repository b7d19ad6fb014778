"""How weights were made, as the facts beside them: configuration, corpora, generator, minutes, digests of the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from irmill.compiler.model.digests import FILES, file_digest
from irmill.compiler.model.training.checkpoint import read_state
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.problems import Material, generator_digest

TRAINING = "training"
"""The key of the configuration among the facts."""


def plain_config(config: TrainingConfig) -> dict[str, Any]:
    """A configuration as JSON, its files without their folders."""
    files = {name: [path.name for path in value] for name, value in config if isinstance(value, tuple)}
    return {**config.model_dump(mode="json"), **files}


def provenance(
    config: TrainingConfig, material: Material, folder: Path, names: Iterable[str], runs: Sequence[Path] = ()
) -> dict[str, Any]:
    """The facts of a training that has left the files ``names`` in its folder, and its checkpoints in ``runs``, there
    unless given."""
    states = [state for run in (runs or (folder,)) if (state := read_state(run)) is not None]
    return {
        "kind": type(config).__name__.removesuffix("Training").lower(),
        TRAINING: plain_config(config),
        "corpora": [asdict(source) for source in material.sources],
        "generator": generator_digest(),
        "seconds": round(sum(state.seconds for state in states)),
        FILES: {name: file_digest(folder / name) for name in names},
    }
