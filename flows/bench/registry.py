"""The benches by name: a line here and a file beside this one is all that another costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING

from irmill.compiler.lang.errors import InputError
from irmill.flows.bench.contest import Contest
from irmill.flows.bench.measure import Row, rows_of, take_turns

if TYPE_CHECKING:
    from irmill.flows.config import RunConfig

BENCHES = {
    "model": "irmill.flows.bench.model",
    "rewrites": "irmill.flows.bench.wasm_rewrites",
    "wasm": "irmill.flows.bench.wasm",
}
"""The module of each bench; it has ``contests``, a :data:`Bench`, and is imported when it is run."""

Bench = Callable[["RunConfig", ExitStack], Iterator[Contest]]
"""Makes the contests of a bench one after another; what must be closed in the end goes on the stack."""


def chosen(name: str | None) -> list[str]:
    """The benches to run: the one named, or all. Raises InputError for a name that there is not."""
    if name is None:
        return list(BENCHES)
    if name not in BENCHES:
        raise InputError(f"bench: there is no bench '{name}'; choose from {', '.join(BENCHES)}")
    return [name]


def run_benches(names: Sequence[str], config: RunConfig, rounds: int) -> Iterator[tuple[Contest, list[Row]]]:
    """Every contest of the benches with its rows, each as soon as it is measured."""
    for name in names:
        contests: Bench = import_module(BENCHES[name]).contests
        with ExitStack() as stack:
            for contest in contests(config, stack):
                yield contest, rows_of(contest, take_turns(contest.cases, rounds))
