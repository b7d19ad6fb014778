"""The network as the prior of the search: actions that it finds unlikely look dearer than they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from irmill.optimizer.field.fixed import FRACTION_BITS, Fixed
from irmill.optimizer.field.fixed import encode as to_fixed_point
from irmill.optimizer.policy.encode import Encoding, encode, features
from irmill.optimizer.policy.network import (
    OPCODE_INDEX,
    POOLED,
    Weights,
    decode_logits,
    encode_tokens,
    last_instruction,
    logit_places,
    pool,
)
from irmill.optimizer.search.astar import Found, Prior, search
from irmill.optimizer.search.problem import Problem
from irmill.optimizer.search.symbolic import State
from irmill.optimizer.tasm.straight import Op

PENALTY_PER_LOGIT = 2
"""Units of price for a score that is 1 below the best."""

MAX_PENALTY = 24


@dataclass(frozen=True, slots=True)
class Guide:
    """A network that guides the search."""

    weights: Weights

    def prior(self, problem: Problem) -> Prior:
        """Encode the block once; its states are scored one by one."""
        encoding = encode(problem)
        tokens = to_fixed_point(features(encoding))
        embeddings = encode_tokens(self.weights, tokens, encoding.mask)
        return _BlockPrior(self.weights, problem, encoding, embeddings)


def searched(problems: Sequence[Problem], weights: Weights | None, expansions: int) -> list[Found]:
    """What the search finds for each problem, guided by a network; None stands for no network."""
    guide = None if weights is None else Guide(weights)
    return [search(problem, expansions, guide.prior(problem) if guide else None) for problem in problems]


def stack_places(encoding: Encoding, stack: Sequence[int]) -> npt.NDArray[np.int64]:
    """The tokens of the words on top of a stack: (8,), -1 where there is no word or it has no token."""
    places = np.full(POOLED, -1, dtype=np.int64)
    for depth, value in enumerate(reversed(stack[-POOLED:])):
        places[depth] = encoding.tokens.get(value, -1)
    return places


def constants_of(problem: Problem) -> list[int]:
    """The block's table of constants, as ``push`` writes them."""
    return [problem.values.constant_value(identity) or 0 for identity in problem.constants]


class _BlockPrior:
    """The prior of one block."""

    def __init__(self, weights: Weights, problem: Problem, encoding: Encoding, embeddings: Fixed) -> None:
        self._weights = weights
        self._encoding = encoding
        self._embeddings = embeddings
        self._constants = constants_of(problem)
        self._goal = pool(embeddings, stack_places(encoding, problem.goal.stack)[None, :])

    def penalties(self, state: State, actions: Sequence[Op], last: Op | None) -> Sequence[int]:
        if not actions:
            return []
        stack = pool(self._embeddings, stack_places(self._encoding, state.stack)[None, :])
        goal = self._goal + last_instruction(np.array([-1 if last is None else OPCODE_INDEX[last.name]]))
        logits = decode_logits(self._weights, stack, goal)[0]
        places = [logit_places(action, self._constants) for action in actions]
        scores = [int(logits[opcode] + logits[argument]) for opcode, argument in places]
        best = max(scores)
        return [min(MAX_PENALTY, PENALTY_PER_LOGIT * (best - score) >> FRACTION_BITS) for score in scores]
