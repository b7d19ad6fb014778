"""A copy of the double's package on the import path, its stages, and building them."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from irmill.compiler.base.stage import Sharding, Stage
from irmill.tasks.build import BuildOptions, build_stage
from irmill.tasks.fingerprint import known_code
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store


class NumbersConfig(BaseModel):
    """Configuration of every stage of the double."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = 10
    shard_rows: int = 3
    reject_every: int = 0
    fault: str = ""
    rejects: dict[str, float] = {}


class Whole(BaseModel):
    """The whole configuration of a run of the double."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: NumbersConfig = NumbersConfig()
    scaled: NumbersConfig = NumbersConfig()


ENGINE = Path(__file__).with_name("double_engine")


@dataclass(frozen=True)
class Double:
    """A copy of the double's package in a folder that is on the import path."""

    folder: Path

    def path(self, name: str) -> Path:
        """The file of a module."""
        return self.folder / ENGINE.name / name

    def write(self, name: str, source: str) -> None:
        """Write a module and make the next import see it, as a new process would."""
        self.path(name).write_text(source, encoding="utf-8")
        self.forget()

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a module's text; the old text must be there."""
        text = self.path(name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def forget(self) -> None:
        """Drop the package from memory, with what is known of its code."""
        for module in [name for name in sys.modules if name.partition(".")[0] == ENGINE.name]:
            del sys.modules[module]
        importlib.invalidate_caches()
        sys.path_importer_cache.pop(str(self.folder), None)
        known_code.cache_clear()

    def stage(self, name: str, /, **changes: Any) -> Stage:
        """A stage of the double: ``numbers`` (source), ``scaled`` (map) or ``total`` (gather)."""
        usual: dict[str, Any] = {
            "numbers": {"sharding": Sharding.SOURCE},
            "scaled": {"parents": ("double.numbers",), "sharding": Sharding.MAP},
            "total": {"parents": ("double.scaled",), "sharding": Sharding.GATHER, "conserves": False},
        }[name]
        module = importlib.import_module(f"{ENGINE.name}.{name}")
        section = "numbers" if name == "numbers" else "scaled"
        return Stage(
            **{
                "lane": "double",
                "name": name,
                "function": getattr(module, name),
                "schema": importlib.import_module(f"{ENGINE.name}.shared").NUMBERS,
                "config": lambda whole: getattr(whole, section),
                "unkeyed": frozenset({"rejects"}),
                **usual,
                **changes,
            }
        )


def write_double(folder: Path) -> Double:
    """Copy the double's package into a folder and put that on the import path."""
    shutil.copytree(ENGINE, folder / ENGINE.name, ignore=shutil.ignore_patterns("__pycache__"))
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    double = Double(folder)
    double.forget()
    return double


def python_path(double: Double) -> str:
    """``PYTHONPATH`` of a process that is to find this double, the tests' modules and the irmill of this process."""
    tests = Path(__file__).resolve().parents[1]
    before = [os.environ["PYTHONPATH"]] if os.environ.get("PYTHONPATH") else []
    return os.pathsep.join([str(double.folder), str(tests), *before])


def build_numbers(double: Double, store: Store, config: NumbersConfig | None = None) -> ArtifactRef:
    """The entry of ``numbers``."""
    return build_stage(double.stage("numbers"), config or NumbersConfig(), {}, store)


def build_scaled(
    double: Double,
    store: Store,
    config: NumbersConfig | None = None,
    options: BuildOptions | None = None,
    parents: Mapping[str, ArtifactRef] | None = None,
    **changes: Any,
) -> ArtifactRef:
    """The entry of ``scaled``, over the default ``numbers`` unless parents are given."""
    entries = parents if parents is not None else {"double.numbers": build_numbers(double, store)}
    stage = double.stage("scaled", **changes)
    return build_stage(stage, config or NumbersConfig(), entries, store, options=options)


def numbers_of(table: pa.Table) -> list[int]:
    """The column ``number``."""
    return table.column("number").to_pylist()
