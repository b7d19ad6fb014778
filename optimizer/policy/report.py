"""What each way of lowering reaches on the same blocks: peephole rules, search, search with a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.peephole import peephole
from irmill.optimizer.policy.guide import searched
from irmill.optimizer.policy.network import Weights
from irmill.optimizer.search.problem import make_problem
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Code, cost_of


@dataclass(frozen=True, slots=True)
class Baseline:
    """One way of lowering, measured on blocks.

    Attributes:
        name: ``peephole``, ``uniform``, ``gradient`` or ``evolved``.
        blocks: how many blocks.
        improved: how many came out cheaper than classical lowering leaves them.
        versus_classical: geometric mean of cycles against classical lowering; below 1 is better.
        versus_peephole: the same against the peephole rules alone.
        expansions: states that the searches expanded.
    """

    name: str
    blocks: int
    improved: int
    versus_classical: float
    versus_peephole: float
    expansions: int


def baselines(lines: Sequence[Code], networks: Mapping[str, Weights | None], expansions: int) -> list[Baseline]:
    """Measure the peephole rules and the search after them, once for each network; None stands for no network.

    Args:
        lines: classical TASM of blocks.
        networks: name to weights.
        expansions: states that each search may expand.
    """
    simple = [peephole(line) for line in lines]
    rows = [_baseline("peephole", lines, simple, simple, 0)]
    problems = [make_problem(line, MINIMUM_DEPTH) for line in simple]
    for name, weights in networks.items():
        found = searched(problems, weights, expansions)
        rows.append(_baseline(name, lines, simple, [f.code for f in found], sum(f.expansions for f in found)))
    return rows


def _baseline(
    name: str, lines: Sequence[Code], simple: Sequence[Code], results: Sequence[Code], spent: int
) -> Baseline:
    improved = sum(
        cost_of(after).weight() < cost_of(before).weight() for before, after in zip(lines, results, strict=True)
    )
    return Baseline(name, len(lines), improved, _geomean(results, lines), _geomean(results, simple), spent)


def _geomean(after: Sequence[Code], before: Sequence[Code]) -> float:
    """The geometric mean of the ratios of cycles, to four digits; a line that comes to nothing counts as one cycle."""
    logs = [math.log(max(1, len(new)) / max(1, len(old))) for new, old in zip(after, before, strict=True)]
    return round(math.exp(sum(logs) / len(logs)), 4) if logs else 1.0
