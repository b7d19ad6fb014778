"""A second try for what failed for a reason outside of it: a process that died, a host's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def tried_again(
    run: Callable[[Sequence[Item]], Iterable[Outcome]], items: Sequence[Item], failed: Callable[[Outcome], bool]
) -> list[Outcome]:
    """The outcome of each item, in order; those that failed are run once more, together, and the second one counts.

    Args:
        run: one outcome for each item, in order. It is called with ``items`` itself, then with those that failed.
        items: what to run.
        failed: whether an outcome came from outside of its item (:data:`irmill.compiler.base.stage.TRANSIENT`).
    """
    outcomes = list(run(items))
    places = [place for place, outcome in enumerate(outcomes) if failed(outcome)]
    if places:
        for place, outcome in zip(places, run([items[place] for place in places]), strict=True):
            outcomes[place] = outcome
    return outcomes
