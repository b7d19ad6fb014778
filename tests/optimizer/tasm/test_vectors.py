"""Every shared golden vector, on every field that it holds."""

from __future__ import annotations

import json
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
    record_property: Callable[[str, object], None],
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
    share = 100 * (len(lines) - len(wrong)) / len(lines)
    shown = f"{name} vectors: {len(lines) - len(wrong)} of {len(lines)} match ({share:.2f} %), {dict(statuses)}"
    record_property("summary", shown)
    assert lines
    assert not wrong, wrong[:10]
