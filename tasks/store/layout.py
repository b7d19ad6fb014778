"""Where things live: ``<home>/store/<lane>.<stage>/<key>/``, and ``exports/``, ``runs/``, ``prefect/`` beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

FORMAT = 1
"""The version of everything this package writes under ``store/``: a home with another one is refused, untouched."""

MARK = "format.json"
MANIFEST = "manifest.json"
LEASE = "lease.json"
GUARD = ".guard"


def part_name(index: int) -> str:
    """The file name of a shard's rows."""
    return f"part-{index:05d}.parquet"


def rejected_name(index: int) -> str:
    """The file name of a shard's rejected rows."""
    return f"rejected-{index:05d}.parquet"


def sidecar_name(index: int) -> str:
    """The file name of a shard's record, written after both of its Parquet files."""
    return f"part-{index:05d}.json"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders of a home. Nothing is made or touched by asking for a path."""

    home: Path

    @property
    def store(self) -> Path:
        """Entries of every stage."""
        return self.home / "store"

    @property
    def exports(self) -> Path:
        """Finished datasets, one folder a run."""
        return self.home / "exports"

    @property
    def runs(self) -> Path:
        """``<run>/run.json``: what each run used; the roots of garbage collection."""
        return self.home / "runs"

    @property
    def prefect(self) -> Path:
        """Prefect's own home: database and result records."""
        return self.home / "prefect"

    @property
    def mark(self) -> Path:
        """The file that says which format the store has."""
        return self.store / MARK

    def entry(self, lane: str, stage: str, key: str) -> Path:
        """The folder of one entry."""
        return self.store / f"{lane}.{stage}" / key


def resolve_home(environ: Mapping[str, str] | None = None, cwd: Path | None = None) -> Path:
    """The home: ``IRMILL_HOME``, else ``artifacts`` in a checkout, else the platform's data folder. Creates nothing.

    Args:
        environ: the environment to read (the process's own unless given).
        cwd: the folder to start from; a checkout is found in it or above it.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("IRMILL_HOME", "").strip()
    if named:
        return Path(named).expanduser().absolute()
    here = (Path.cwd() if cwd is None else cwd).absolute()
    for folder in (here, *here.parents):
        if is_checkout(folder):
            return folder / "artifacts"
    return Path(platformdirs.user_data_dir("irmill", appauthor=False))


def is_checkout(folder: Path) -> bool:
    """Whether a folder is the root of a working copy of irmill: its project file beside the flows package."""
    project = folder / "pyproject.toml"
    if not (folder / "flows" / "__init__.py").is_file() or not project.is_file():
        return False
    return 'name = "irmill"' in project.read_text(encoding="utf-8", errors="replace")
