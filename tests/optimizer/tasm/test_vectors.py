"""Every golden vector of the real machine, on every field that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from vectors import SETS, vectors


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_vectors_match_in_full(
    name: str,
    compare_vector: Callable[[dict[str, Any]], list[str]],
    record_property: Callable[[str, object], None],
) -> None:
    lines = vectors(name)
    wrong: list[tuple[int, str, list[str]]] = []
    statuses: Counter[str] = Counter()
    for vector in lines:
        statuses[vector["expected"]["status"]] += 1
        differences = compare_vector(vector)
        if differences:
            wrong.append((vector["id"], vector["kind"], differences))
    share = 100 * (len(lines) - len(wrong)) / len(lines)
    shown = f"{name} vectors: {len(lines) - len(wrong)} of {len(lines)} match ({share:.2f} %), {dict(statuses)}"
    record_property("summary", shown)
    assert len(lines) == {"edge": 3_485, "random": 2_000}[name]
    assert not wrong, wrong[:10]
