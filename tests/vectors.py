"""The golden vectors of the Triton VM, as its real release ran them (`tests/golden/triton`)."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "golden" / "triton"

SETS = ("edge", "random")


def vectors(name: str) -> list[dict[str, Any]]:
    """All vectors of a set, each as its JSON object."""
    with lzma.open(FOLDER / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
