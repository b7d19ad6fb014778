"""The baseline's worker: wasmer, a module and an instance for every program, as irmill ran them before it put programs
together. Standard library, the worker's side of a child and wasmer only, Python 3.10.

    python -I one_each_worker.py READ_FD WRITE_FD

A request is a number of modules (u32) and, for each, its length (u32) and its bytes; each has a reply in JSON.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2] / "compiler" / "base"))
from worker import die_with_parent, read_message, write_message  # the package itself needs Python 3.11

MODULES_IN_A_STORE = 500
"""A store keeps the code of every module it compiled; a new one after so many keeps the process small."""


def value_of(wasmer: Any, store: Any, module: bytes) -> dict[str, Any]:
    """The reply's content for one module."""
    instance = wasmer.Instance(wasmer.Module(store, module))
    try:
        value = instance.exports.compute()
    except RuntimeError as error:
        try:
            return {"trap": str(error)[:500], "fault": int(instance.exports.error.value)}
        except LookupError:
            return {"trap": str(error)[:500], "fault": 0}
    return {"float": value.hex()} if isinstance(value, float) else {"int": str(value)}


def main() -> None:
    """Serves requests until the pipe ends."""
    import wasmer
    import wasmer_compiler_cranelift
    from wasmer import engine

    die_with_parent()
    reader, writer = int(sys.argv[1]), int(sys.argv[2])
    write_message(writer, b"{}")
    store, used = None, 0
    while True:
        message = read_message(reader)
        if message is None:
            return
        (count,) = struct.unpack_from("<I", message)
        at = 4
        for row in range(count):
            (length,) = struct.unpack_from("<I", message, at)
            at += 4 + length
            if store is None or used >= MODULES_IN_A_STORE:
                store, used = wasmer.Store(engine.JIT(wasmer_compiler_cranelift.Compiler)), 0
            used += 1
            reply = value_of(wasmer, store, message[at - length : at])
            write_message(writer, json.dumps({"row": row, **reply}).encode())


if __name__ == "__main__":
    main()
