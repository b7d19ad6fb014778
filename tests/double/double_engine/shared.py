"""What every stage of the double imports. Each test has a copy of this package, which it may edit.

Stages obey variables of the environment, which enter no key: ``DOUBLE_LOG`` (a file that gets a line for every call),
``DOUBLE_SLEEP`` (seconds a call takes), ``DOUBLE_KILL`` (``stage:n``: the process is killed in the n-th call of a
stage), ``DOUBLE_LOSE`` (``stage:n``: the first row of the n-th call of a stage fails as if a worker had died).
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pyarrow as pa

from irmill.compiler.base.rows import KEY_FIELDS, content_id

NUMBERS = pa.schema([*KEY_FIELDS, pa.field("number", pa.int64(), nullable=False)])
CALLS = {}


def called(name, config):
    CALLS[name] = CALLS.get(name, 0) + 1
    if "DOUBLE_LOG" in os.environ:
        with Path(os.environ["DOUBLE_LOG"]).open("a") as log:
            log.write(f"{name} {os.getpid()}\n")
    time.sleep(float(os.environ.get("DOUBLE_SLEEP", "0")))
    if os.environ.get("DOUBLE_KILL") == f"{name}:{CALLS[name]}":
        os.kill(os.getpid(), signal.SIGKILL)
    if config.fault == "raise":
        raise ValueError("the engine\nbroke")
    if config.fault == "print":
        print("noise on standard output")  # noqa: T201  what an engine must not do


def loses(name):
    return os.environ.get("DOUBLE_LOSE") == f"{name}:{CALLS[name]}"


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
