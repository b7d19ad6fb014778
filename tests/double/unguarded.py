"""A script with no guard around its main part, which builds ``scaled`` with two workers: ``unguarded.py HOME CODE``."""

from __future__ import annotations

import sys
from pathlib import Path

from double.harness import Double, build_scaled
from irmill.tasks.build import BuildOptions
from irmill.tasks.store.store import Store

store = Store(Path(sys.argv[1]))
store.prepare()
sys.stdout.write(f"{build_scaled(Double(Path(sys.argv[2])), store, options=BuildOptions(workers=2)).rows}\n")
