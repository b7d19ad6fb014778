"""Where a run comes from: the code's commit, package versions, the effective configuration without secrets."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from irmill.flows.config import RunConfig
from irmill.tasks.corpus.backends import BACKENDS, Backend
from irmill.tasks.fingerprint import NOT_INSTALLED, installed_version

PACKAGES = ("irmill", "prefect", "torch", "transformers", "tokenizers", "peft", "numpy", "pyarrow", "polars")
"""What every result depends on; a backend adds its own."""
HIDDEN = "(hidden)"
_SECRET = re.compile(r"token|secret|password|credential|api_key", re.IGNORECASE)
_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
GIT_SECONDS = 10


def package_versions(backends: Sequence[Backend] = BACKENDS) -> dict[str, str]:
    """Installed versions of the packages that a result may depend on; what is not installed is left out."""
    names = (*PACKAGES, *(name for backend in backends for name in backend.versions))
    return {name: version for name in names if (version := installed_version(name)) != NOT_INSTALLED}


def code_commit() -> str:
    """The commit of the checkout that holds this file, with ``-dirty`` where files differ; empty outside git."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return ""
    try:
        commit = _git(root, "rev-parse", "HEAD")
        return f"{commit}-dirty" if commit and _git(root, "status", "--porcelain") else commit
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(root: Path, *arguments: str) -> str:
    answer = subprocess.run(
        ["git", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        timeout=GIT_SECONDS,
        check=False,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    return answer.stdout.strip() if answer.returncode == 0 else ""


def effective_config(config: RunConfig) -> dict[str, Any]:
    """The whole configuration as JSON takes it, with secrets hidden."""
    return redacted(config.model_dump(mode="json"))


def redacted(values: Mapping[str, Any]) -> dict[str, Any]:
    """Nested values with everything hidden that is named like a secret, and credentials taken out of addresses."""
    shown: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            shown[name] = redacted(value)
        elif isinstance(value, str):  # a number that counts tokens is no secret
            shown[name] = HIDDEN if _SECRET.search(name) else _CREDENTIALS.sub(f"{HIDDEN}@", value)
        else:
            shown[name] = value
    return shown
