"""Where the shared reference data lie, for tests that use them and skip without them."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def shared(path: str) -> Path:
    """The shared file or folder ``path``; skips the calling test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"shared/{path} is not here")
    return found
