"""The process that runs modules through wasmer 1.1.0 and Cranelift: standard library and wasmer only, Python 3.10.

It is started by its path with the wasmer environment's interpreter and two inherited pipes:

    python -I wasmer_worker.py READ_FD WRITE_FD

Every message is a 4-byte little-endian length and that many bytes. The first message it writes is a greeting with its
versions. A request is a 4-byte number of rows and, for each, a 4-byte row number, a 4-byte length and the module. For
each row it writes one reply (JSON), at once, so that killing it loses only the row that ran. End of file ends it.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from importlib.metadata import version
from typing import Any, Iterator

MODULES_IN_A_STORE = 500
"""A store keeps the code of every module it compiled; a new one after this many keeps the process small."""


def read_exactly(descriptor: int, count: int) -> bytes | None:
    """`count` bytes, or None at the end of the pipe."""
    parts = []
    while count:
        part = os.read(descriptor, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_message(descriptor: int) -> bytes | None:
    """The next message, or None at the end of the pipe."""
    head = read_exactly(descriptor, 4)
    if head is None:
        return None
    return read_exactly(descriptor, struct.unpack("<I", head)[0])


def write_message(descriptor: int, content: dict[str, Any]) -> None:
    """One message, whole."""
    data = json.dumps(content).encode()
    data = struct.pack("<I", len(data)) + data
    while data:
        data = data[os.write(descriptor, data) :]


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


def die_with_parent() -> None:
    """A parent that is killed cannot kill its worker, and a module in an endless loop never sees the pipe close."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


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
    write_message(writer, {"engine": "wasmer", **versions})
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
            write_message(writer, reply)


if __name__ == "__main__":
    main()
