"""Our own edge cases, whose answers follow from the machine's rules by hand, on every way through the driver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Compare = Callable[[dict[str, Any]], list[str]]


def test_golden_case(golden_case: dict[str, Any], compare_golden: Compare) -> None:
    assert compare_golden(golden_case) == []


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_golden_cases_in_short_blocks(
    longest: int, golden_cases: list[dict[str, Any]], compare_golden: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("irmill.optimizer.tasm.vm._LONGEST_BLOCK", longest)
    assert [case["name"] for case in golden_cases if compare_golden(case)] == []
