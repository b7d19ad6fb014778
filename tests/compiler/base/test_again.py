"""What failed for a reason outside of it is run once more, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.base.again import tried_again


@given(st.lists(st.sampled_from(["good", "bad", "once", "always"])))
def test_only_what_failed_is_run_again_and_only_once(kinds: list[str]) -> None:
    items = list(enumerate(kinds))
    calls: list[Sequence[tuple[int, str]]] = []

    def run(some: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        calls.append(some)
        died = {"always"} if len(calls) > 1 else {"always", "once"}
        return [(place, "WORKER" if kind in died else kind) for place, kind in some]

    outcomes = tried_again(run, items, lambda outcome: outcome[1] == "WORKER")
    assert outcomes == [(place, "WORKER" if kind == "always" else kind) for place, kind in items]
    failing = [item for item in items if item[1] in ("once", "always")]
    assert calls[0] is items
    assert calls[1:] == ([failing] if failing else [])


def test_outcomes_may_come_one_by_one() -> None:
    assert tried_again(lambda some: (item * 2 for item in some), [1, 2], lambda outcome: outcome == 2) == [2, 4]
