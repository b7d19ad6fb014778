"""Making a straight line of any length cheaper: peephole rules, then the search over windows that slide along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from irmill.optimizer.lower.peephole import peephole
from irmill.optimizer.search.astar import GREED, PriorSource, search
from irmill.optimizer.search.problem import make_problem
from irmill.optimizer.search.symbolic import reach
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Code, Op, cost_of, delta_of

UNGUIDED = 6
"""Lines of at most this many instructions are searched without a policy: they are nearly exhausted anyway."""


LONGEST = 512
"""Longer lines are improved in parts of this length, so that the time stays proportional to the length."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try.

    Attributes:
        expansions: states that all searches together may expand.
        each: states that one search may expand.
        windows: lengths of the windows, tried in this order.
        whole: the longest line that is searched as a whole.
        greed: see :func:`optimizer.search.astar.search`.
    """

    expansions: int = 6_000
    each: int = 80
    windows: tuple[int, ...] = (3, 5)
    whole: int = 12
    greed: float = GREED


class Improver:
    """Improves lines one after the other within one budget, and remembers what it has searched.

    Attributes:
        spent: states expanded so far.
    """

    def __init__(self, effort: Effort, priors: PriorSource | None = None) -> None:
        self._effort = effort
        self._priors = priors
        self._known: dict[tuple[Code, int], Code] = {}
        self._finished: set[tuple[Code, int]] = set()
        self.spent = 0

    def improve(self, code: Sequence[Op], floor: int = MINIMUM_DEPTH) -> Code:
        """A line that provably does the same from every stack at least ``floor`` deep, and costs no more.

        Each step replaces a window by one that was proved equal to it at the depth there.

        Returns:
            The given line itself where nothing cheaper was found.
        """
        original = tuple(code)
        if len(original) > LONGEST:
            depths = _depths(original, floor)
            parts = range(0, len(original), LONGEST)
            return tuple(op for at in parts for op in self.improve(original[at : at + LONGEST], depths[at]))
        if (original, floor) in self._finished:
            return original
        current = peephole(original, floor)
        if len(current) <= self._effort.whole:
            current = self._searched(current, floor)
        for width in self._effort.windows:
            if width < len(current):
                current = self._slide(current, floor, width)
        better = current != original and cost_of(current).no_worse(cost_of(original))
        result = current if better else original
        self._finished.add((result, floor))
        return result

    def _slide(self, code: Code, floor: int, width: int) -> Code:
        at = 0
        depths = _depths(code, floor)
        while at + 1 < len(code) and self.spent < self._effort.expansions:
            window = code[at : at + width]
            better = self._searched(window, depths[at])
            if better == window:
                at += 1
                continue
            code = (*code[:at], *better, *code[at + width :])
            depths = _depths(code, floor)
            at = max(0, at - width + 1)
        return code

    def _searched(self, code: Code, floor: int) -> Code:
        if not code:
            return code
        key = (code, min(floor, MINIMUM_DEPTH + reach(code) + 2))
        known = self._known.get(key)
        if known is None:
            budget = min(self._effort.each, self._effort.expansions - self.spent)
            if budget <= 0:
                return code
            problem = make_problem(*key)
            guided = self._priors is not None and len(code) > UNGUIDED
            prior = self._priors.prior(problem) if self._priors and guided else None
            found = search(problem, budget, prior, self._effort.greed)
            self.spent += found.expansions
            known = found.code
            self._known[key] = known
        return known


def _depths(code: Code, floor: int) -> list[int]:
    """The least depth before each operation, and at the end."""
    depths = [floor]
    for op in code:
        depths.append(max(MINIMUM_DEPTH, depths[-1] + delta_of(op)))
    return depths
