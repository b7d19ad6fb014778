"""The process that runs modules through wasmer 1.1.0 and Cranelift: standard library, the worker's side of a child
(:mod:`compiler.base.worker`) and wasmer only, Python 3.10.

It is started by its path with the wasmer environment's interpreter and two inherited pipes:

    python -I wasmer_worker.py READ_FD WRITE_FD

The first message it writes is a greeting with its versions (JSON). A request is a module and the calls of its
functions; the first reply to it says whether the module is taken, then each call has a reply of its own, written at
once, so that killing the worker loses only the row that ran. End of file ends it.

    request   rows (u32), length of the module (u32), the module, then for each row:
              row (u32), function (u32), arguments (u8), and for each argument its type's byte and 8 bytes
    reply     row (u32), kind (u8), then a number of 8 bytes, or a fault (i32) and the text of a trap, or a text
"""

from __future__ import annotations

import json
import os
import struct
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[1] / "base"))
from worker import die_with_parent, read_message, write_message  # the package itself needs Python 3.11

ROWS_IN_A_STORE = 500
"""A store keeps the code of every module it compiled; a new one after so many rows keeps the process small."""

OWN = 0xFFFFFFFF
"""In place of a function: ``compute``. In place of a row: the module itself."""

INT, FLOAT, TRAP, INVALID, READY = range(5)
"""What a reply says."""

REALS = (0x7D, 0x7C)
"""The bytes of f32 and f64; other arguments are whole numbers."""


def split_request(message: bytes) -> "tuple[bytes, list[tuple[int, str, list[Any]]]]":
    """The module of a request, and for each row its number, the name of its function and the arguments."""
    count, length = struct.unpack_from("<II", message, 0)
    at = 8 + length
    rows = []
    for _ in range(count):
        row, function, arguments = struct.unpack_from("<IIB", message, at)
        at += 9
        values = []
        for _ in range(arguments):
            values.append(struct.unpack_from("<d" if message[at] in REALS else "<q", message, at + 1)[0])
            at += 9
        rows.append((row, "compute" if function == OWN else str(function), values))
    return message[8 : 8 + length], rows


class Loaded:
    """A compiled module and an instance of it that is as new before every call.

    A row's own module is called once; in a merged one, `reset` makes the instance as new where anything is to reset.
    """

    def __init__(self, wasmer: Any, store: Any, module: bytes, merged: bool) -> None:
        self._wasmer = wasmer
        self._module = wasmer.Module(store, module)
        self._merged = merged
        self._fresh()

    def _fresh(self) -> None:
        exports = self._wasmer.Instance(self._module).exports
        self._exports = {name: value for name, value in exports}
        self._reset = self._exports.get("reset") if self._merged else None

    def call(self, name: str, values: "list[Any]") -> "tuple[int, bytes]":
        """The kind of the reply and its content."""
        if self._reset is not None and self._reset():
            self._fresh()
        function = self._exports.get(name)
        if function is None:
            return INVALID, b"there is no export compute"
        try:
            value = function(*values)
        except RuntimeError as error:
            return TRAP, struct.pack("<i", self._fault()) + str(error)[:500].encode()
        except (TypeError, ValueError) as error:
            return INVALID, str(error)[:500].encode()
        if isinstance(value, float):
            return FLOAT, struct.pack("<d", value)
        if isinstance(value, int):
            return INT, struct.pack("<q", value)
        return INVALID, b"compute gives no single number"

    def _fault(self) -> int:
        """The module's `error` global, 0 where it exports none."""
        try:
            return int(self._exports["error"].value)
        except (LookupError, AttributeError, RuntimeError):
            return 0


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
        module, rows = split_request(message)
        if store is None or used + len(rows) > ROWS_IN_A_STORE:
            store, used = wasmer.Store(engine.JIT(wasmer_compiler_cranelift.Compiler)), 0
        used += len(rows)
        try:
            loaded = Loaded(wasmer, store, module, merged=rows[0][1] != "compute")
        except (RuntimeError, LookupError, TypeError, AttributeError) as error:
            write_message(writer, struct.pack("<IB", OWN, INVALID) + str(error)[:500].encode())
            continue
        write_message(writer, struct.pack("<IB", OWN, READY))
        for row, name, values in rows:
            kind, content = loaded.call(name, values)
            write_message(writer, struct.pack("<IB", row, kind) + content)


if __name__ == "__main__":
    main()
