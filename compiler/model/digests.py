"""The digests of a model's files among the facts beside them: whether weights are those that a training wrote."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILES = "files"
"""The key of the digests among the facts: sha256 by the file's name."""


def file_digest(path: Path) -> str:
    """The sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(folder: Path, facts: Mapping[str, Any]) -> list[str]:
    """The files of a folder that are not those that its facts were written with."""
    digests: Mapping[str, str] = facts.get(FILES, {})
    return [
        name
        for name, digest in digests.items()
        if not (folder / name).is_file() or file_digest(folder / name) != digest
    ]
