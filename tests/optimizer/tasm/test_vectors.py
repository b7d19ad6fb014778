"""Every shared golden vector, on every field that it holds."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from shared_data import shared


@pytest.mark.slow
@pytest.mark.parametrize("name", ["edge", "random"])
def test_shared_vectors_match_in_full(
    name: str,
    compare_vector: Callable[[dict[str, Any]], list[str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = shared(f"data/triton/{name}.jsonl").read_text(encoding="utf-8").splitlines()
    wrong: list[tuple[int, str, list[str]]] = []
    statuses: Counter[str] = Counter()
    for line in lines:
        vector = json.loads(line)
        statuses[vector["expected"]["status"]] += 1
        differences = compare_vector(vector)
        if differences:
            wrong.append((vector["id"], vector["kind"], differences))
    with capsys.disabled():
        share = 100 * (len(lines) - len(wrong)) / len(lines)
        sys.stdout.write(f"\n{name}: {len(lines) - len(wrong)} of {len(lines)} ({share:.2f} %), {dict(statuses)}\n")
    assert lines
    assert not wrong, wrong[:10]
