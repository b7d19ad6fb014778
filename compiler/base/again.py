"""A second try for what failed for a reason outside of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def tried_again(
    run: Callable[[Sequence[Item]], Sequence[Result]], items: Sequence[Item], failed: Callable[[Result], bool]
) -> list[Result]:
    """One result for each item, in order; those whose result ``failed`` are run once more, together.

    Args:
        run: one result for each item that it is given, in order.
        items: what to run.
        failed: whether a result says more of the machine than of the item (a worker that died, a host's clock).
    """
    results = list(run(items))
    again = [place for place, result in enumerate(results) if failed(result)]
    if again:
        for place, result in zip(again, run([items[place] for place in again]), strict=True):
            results[place] = result
    return results
