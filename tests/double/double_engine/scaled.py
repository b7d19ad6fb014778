"""The map: each number doubled, with the faults that its configuration asks for."""

from __future__ import annotations

import pyarrow as pa
from double_engine.numbers import numbers
from double_engine.shared import called, loses, rows

from irmill.compiler.base.rows import Reject


def scaled(config, inputs, *, seed, progress):
    from double_engine.helper import scale

    called("scaled", config)
    values, rejects = [], []
    if "numbers" not in inputs:
        return numbers(config, inputs, seed=seed, progress=progress)
    for index, row in enumerate(inputs["numbers"].to_pylist()):
        progress(1)
        if index == 0 and loses("scaled"):
            rejects.append(Reject(row["id"], "WORKER", "the worker died", ""))
        elif config.reject_every and index % config.reject_every == 0:
            rejects.append(Reject(row["id"], "DOMAIN", "a rejected number", str(row["number"])))
        else:
            values.append((scale(row["number"]), row["id"]))
    if config.fault == "lose":
        values = values[1:]
    if config.fault == "both":
        rejects.append(Reject(inputs["numbers"]["id"][0].as_py(), "DOMAIN", "kept all the same", ""))
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
