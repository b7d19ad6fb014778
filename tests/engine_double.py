"""A small engine written out as a real package, for tests of the store, the builder and the flow.

Its functions obey variables of the environment, which enter no key: ``DOUBLE_LOG`` (a file that gets a line for every
call), ``DOUBLE_SLEEP`` (seconds a call takes), ``DOUBLE_KILL`` (``stage:n``: the process is killed in the n-th call of
a stage).
"""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from irmill.compiler.base.stage import Sharding, Stage
from irmill.tasks.build import BuildOptions, build_stage
from irmill.tasks.fingerprint import forget_code
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


SHARED_SOURCE = '''
"""What every stage of the double imports."""
import os
import signal
import sys
import time

import pyarrow as pa

from irmill.compiler.base.rows import KEY_FIELDS, content_id

NUMBERS = pa.schema([*KEY_FIELDS, pa.field("number", pa.int64(), nullable=False)])
CALLS = {}


def called(name, config):
    CALLS[name] = CALLS.get(name, 0) + 1
    if "DOUBLE_LOG" in os.environ:
        with open(os.environ["DOUBLE_LOG"], "a") as log:
            log.write(f"{name} {os.getpid()}\\n")
    time.sleep(float(os.environ.get("DOUBLE_SLEEP", "0")))
    if os.environ.get("DOUBLE_KILL") == f"{name}:{CALLS[name]}":
        os.kill(os.getpid(), signal.SIGKILL)
    if config.fault == "raise":
        raise ValueError("the engine\\nbroke")
    if config.fault == "print":
        print("noise on standard output")


def rows(values, seed):
    keys = [content_id("number", str(value)) for value, _ in values]
    return pa.table(
        {
            "id": pa.array(keys, pa.string()),
            "parent_id": pa.array([parent for _, parent in values], pa.string()),
            "seed": pa.array([seed] * len(values), pa.int64()),
            "number": pa.array([value for value, _ in values], pa.int64()),
        }
    )
'''

NUMBERS_SOURCE = """
import random

from PACKAGE.shared import called, rows


def numbers(config, inputs, *, seed, progress):
    called("numbers", config)
    rng = random.Random(seed)
    values = [(rng.randrange(10**6), None) for _ in range(config.count)]
    progress(config.count)
    return rows(values, seed), []
"""

SCALED_SOURCE = """
import pyarrow as pa

from irmill.compiler.base.rows import Reject
from PACKAGE.numbers import numbers
from PACKAGE.shared import called, rows


def scaled(config, inputs, *, seed, progress):
    from PACKAGE.helper import scale

    called("scaled", config)
    values, rejects = [], []
    if "numbers" not in inputs:
        return numbers(config, inputs, seed=seed, progress=progress)
    for index, row in enumerate(inputs["numbers"].to_pylist()):
        progress(1)
        if config.reject_every and index % config.reject_every == 0:
            rejects.append(Reject(row["id"], "DOMAIN", "a rejected number", str(row["number"])))
        else:
            values.append((scale(row["number"]), row["id"]))
    if config.fault == "lose":
        values = values[1:]
    if config.fault == "stranger":
        rejects[0] = Reject("nobody", "DOMAIN", "not one of them", "")
    table = rows(values, seed)
    if config.fault == "column":
        table = table.drop_columns(["number"])
    if config.fault == "null":
        table = table.set_column(3, "number", pa.nulls(len(values), pa.int64()))
    if config.fault == "type":
        table = table.set_column(3, "number", pa.array(["x"] * len(values)))
    return table, rejects
"""

TOTAL_SOURCE = """
from PACKAGE.shared import called, rows


def total(config, inputs, *, seed, progress):
    called("total", config)
    return rows([(sum(inputs["scaled"].column("number").to_pylist()), None)], seed), []
"""

HELPER_SOURCE = '''
"""What the stage ``scaled`` calls."""


def scale(number):
    return number * 2
'''


@dataclass(frozen=True)
class Double:
    """A double's package on the import path."""

    folder: Path
    package: str

    def write(self, name: str, source: str) -> None:
        """Write a module and make the next import see it, as a new process would."""
        path = self.folder / self.package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source).replace("PACKAGE", self.package), encoding="utf-8")
        self.forget()

    def edit(self, name: str, old: str, new: str) -> None:
        """Change a module's text; the old text must be there."""
        path = self.folder / self.package / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.forget()

    def forget(self) -> None:
        """Drop the package from memory, with what is known of its code."""
        for module in [name for name in sys.modules if name.partition(".")[0] == self.package]:
            del sys.modules[module]
        importlib.invalidate_caches()
        sys.path_importer_cache.pop(str(self.folder), None)
        forget_code()

    def stage(self, name: str, /, **changes: Any) -> Stage:
        """A stage of the double: ``numbers`` (source), ``scaled`` (map) or ``total`` (gather)."""
        usual: dict[str, Any] = {
            "numbers": {"sharding": Sharding.SOURCE},
            "scaled": {"parents": ("double.numbers",), "sharding": Sharding.MAP},
            "total": {"parents": ("double.scaled",), "sharding": Sharding.GATHER, "conserves": False},
        }[name]
        module = importlib.import_module(f"{self.package}.{name}")
        section = "numbers" if name == "numbers" else "scaled"
        return Stage(
            **{
                "lane": "double",
                "name": name,
                "function": getattr(module, name),
                "schema": importlib.import_module(f"{self.package}.shared").NUMBERS,
                "config": lambda whole: getattr(whole, section),
                "unkeyed": frozenset({"rejects"}),
                **usual,
                **changes,
            }
        )


def write_double(folder: Path, package: str) -> Double:
    """Write the double's package into a folder and put that on the import path."""
    double = Double(folder, package)
    double.write("__init__.py", '"""A double."""\n')
    double.write("shared.py", SHARED_SOURCE)
    double.write("numbers.py", NUMBERS_SOURCE)
    double.write("scaled.py", SCALED_SOURCE)
    double.write("total.py", TOTAL_SOURCE)
    double.write("helper.py", HELPER_SOURCE)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return double


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
