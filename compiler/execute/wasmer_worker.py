"""The process that runs modules through wasmer 1.1.0 and Cranelift: standard library, the worker's side of a child
(:mod:`compiler.base.worker`) and wasmer only, Python 3.10.

It is started by its path with the wasmer environment's interpreter and two inherited pipes:

    python -I wasmer_worker.py READ_FD WRITE_FD

The first message it writes is a greeting with its versions. A request is a 4-byte number of rows and, for each, a
4-byte row number, a 4-byte length and the module. For each row it writes one reply (JSON), at once, so that killing it
loses only the row that ran. End of file ends it.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Iterator

sys.path.append(str(Path(__file__).resolve().parents[1] / "base"))
from worker import die_with_parent, read_message, write_message  # the package itself needs Python 3.11

MODULES_IN_A_STORE = 500
"""A store keeps the code of every module it compiled; a new one after this many keeps the process small."""


def split_rows(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The rows of a request: (row number, module)."""
    (count,) = struct.unpack_from("<I", message, 0)
    at = 4
    for _ in range(count):
        row, length = struct.unpack_from("<II", message, at)
        at += 8
        yield row, message[at : at + length]
        at += length


def read_fault(instance: Any) -> int:
    """The module's `error` global, 0 where it exports none."""
    try:
        return int(instance.exports.error.value)
    except (LookupError, AttributeError, RuntimeError):
        return 0


def run_row(wasmer: Any, store: Any, module_bytes: bytes) -> dict[str, Any]:
    """The reply's content for one module."""
    try:
        instance = wasmer.Instance(wasmer.Module(store, module_bytes))
        compute = instance.exports.compute
    except (RuntimeError, LookupError, TypeError, AttributeError) as error:
        return {"invalid": str(error)[:500]}
    try:
        value = compute()
    except RuntimeError as error:
        return {"trap": str(error)[:500], "fault": read_fault(instance)}
    except (TypeError, ValueError) as error:
        return {"invalid": str(error)[:500]}
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, int):
        return {"int": str(value)}
    return {"invalid": "compute gives no single number"}


def main() -> None:
    """Serves requests until the pipe ends."""
    import wasmer
    import wasmer_compiler_cranelift
    from wasmer import engine

    die_with_parent()
    reader, writer = int(sys.argv[1]), int(sys.argv[2])
    os.set_inheritable(reader, False)
    os.set_inheritable(writer, False)
    versions = {"version": version("wasmer"), "compiler": version("wasmer-compiler-cranelift")}
    write_message(writer, json.dumps({"engine": "wasmer", **versions}).encode())
    store, used = None, 0
    while True:
        message = read_message(reader)
        if message is None:
            return
        for row, module in split_rows(message):
            if store is None or used >= MODULES_IN_A_STORE:
                store, used = wasmer.Store(engine.JIT(wasmer_compiler_cranelift.Compiler)), 0
            used += 1
            reply = run_row(wasmer, store, module)
            reply["row"] = row
            write_message(writer, json.dumps(reply).encode())


if __name__ == "__main__":
    main()
