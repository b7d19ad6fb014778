"""Training material for the policy: what the search with a uniform prior chose, state by state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from irmill.optimizer.lower.classical import lower_block
from irmill.optimizer.lower.peephole import peephole
from irmill.optimizer.policy.encode import encode, features
from irmill.optimizer.policy.guide import constants_of, stack_places
from irmill.optimizer.policy.network import LOGITS, OPCODE_INDEX, logit_places
from irmill.optimizer.search.astar import ActionSpace, search
from irmill.optimizer.search.problem import Problem, make_problem
from irmill.optimizer.search.symbolic import step
from irmill.optimizer.tasm.isa import MINIMUM_DEPTH
from irmill.optimizer.tasm.straight import Code, Op, cost_of
from irmill.optimizer.tir.blocks import basic_blocks
from irmill.optimizer.tir.ops import TirCode


@dataclass(frozen=True, slots=True)
class Choice:
    """One state of the best line found, and what was done there.

    Attributes:
        stack, goal: (8,) tokens from the top down.
        last: number of the instruction before, -1 at the start.
        places: (actions, 2) the two logits of each action.
        best: which action was taken.
    """

    stack: npt.NDArray[np.int64]
    goal: npt.NDArray[np.int64]
    last: int
    places: npt.NDArray[np.int64]
    best: int


@dataclass(frozen=True, slots=True)
class LabelledBlock:
    """A block's tokens and the choices along the best line that was found for it.

    Attributes:
        tokens: (48, 64) reals on the grid.
        mask: (48, 48) truth values.
        choices: at least one.
        saved: price saved by the line, over that of the block.
    """

    tokens: npt.NDArray[np.float64]
    mask: npt.NDArray[np.bool_]
    choices: tuple[Choice, ...]
    saved: float


def block_line(code: TirCode) -> tuple[Code, int] | None:
    """The longest basic block of a TIR program as classical TASM, and the least depth there.

    None for a program without a straight line of two instructions.
    """
    blocks = [block for block in basic_blocks(code) if all(o.name not in ("write_io", "read_io") for o in block)]
    blocks = blocks or basic_blocks(code)
    longest = max(blocks, key=len, default=())
    line = lower_block(longest)
    return (line, MINIMUM_DEPTH) if len(line) > 1 else None


def block_problem(line: Sequence[Op], floor: int = MINIMUM_DEPTH) -> Problem:
    """The search problem of a line after the peephole rules, which are free."""
    return make_problem(peephole(line, floor), floor)


def label(problem: Problem, expansions: int) -> LabelledBlock | None:
    """Search with a uniform prior and record the choices of the best line; None where no choice can be recorded."""
    found = search(problem, expansions)
    encoding = encode(problem)
    space = ActionSpace(problem)
    constants = constants_of(problem)
    goal = stack_places(encoding, problem.goal.stack)
    state, last = problem.start, -1
    choices: list[Choice] = []
    for op in found.code:
        actions = [action for action, _ in space.successors(state)]
        if op in actions and len(actions) > 1:
            places = np.array([logit_places(action, constants) for action in actions], dtype=np.int64)
            choices.append(Choice(stack_places(encoding, state.stack), goal, last, places, actions.index(op)))
        after = step(problem.values, state, op)
        if after is None:
            break
        state, last = after, OPCODE_INDEX[op.name]
    if not choices:
        return None
    before = cost_of(problem.code).weight()
    saved = 1 - cost_of(found.code).weight() / before if before else 0.0
    return LabelledBlock(features(encoding), encoding.mask, tuple(choices), saved)


def choice_matrix(choices: Sequence[Choice]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The actions of several states, padded: (n, most actions, 2) logit places, -1 for padding, and (n,) the best."""
    most = max(len(choice.places) for choice in choices)
    places = np.full((len(choices), most, 2), -1, dtype=np.int64)
    for row, choice in enumerate(choices):
        places[row, : len(choice.places)] = choice.places
    if places.max(initial=0) >= LOGITS:
        raise ValueError("an action has no logit")
    return places, np.array([choice.best for choice in choices], dtype=np.int64)
