"""Build ``numbers`` in a process of its own: ``builder.py HOME CODE FAULT``; prints the reference, or the error.

``CODE`` is the folder of the double. ``FAULT`` is empty, ``kill before manifest``, or the largest file in bytes.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path

from double.harness import Double, build_numbers
from irmill.tasks.store.errors import StoreError
from irmill.tasks.store.filesystem import LocalStorage
from irmill.tasks.store.store import Store

home, code, fault = sys.argv[1:]
put = LocalStorage.put


def killed_at_the_manifest(self: LocalStorage, path: str, data: bytes, **options: bool) -> None:
    if path.endswith("manifest.json"):
        os.kill(os.getpid(), signal.SIGKILL)
    put(self, path, data, **options)


if fault == "kill before manifest":
    LocalStorage.put = killed_at_the_manifest
store = Store(Path(home))
store.prepare()
if fault.isdigit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(fault), int(fault)))
try:
    answer = {"ref": build_numbers(Double(Path(code)), store).model_dump()}
except StoreError as error:
    answer = {"error": type(error).__name__, "line": str(error)}
sys.stdout.write(json.dumps(answer))
