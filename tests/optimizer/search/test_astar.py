"""The search: it finds known short lines, keeps every effect, and never returns anything unproved or dearer."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

from irmill.optimizer.lower.speculate import Effort, Improver
from irmill.optimizer.search.astar import Prior, search
from irmill.optimizer.search.equivalence import blocks_agree
from irmill.optimizer.search.problem import Problem, make_problem
from irmill.optimizer.search.symbolic import State, proves, reach, run
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import Code, Op, cost_of, to_instruction, to_op


def line(text: str) -> Code:
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


@pytest.mark.parametrize(
    ("old", "length"),
    [
        ("push 1 add", 1),
        ("swap 1 swap 1 add", 1),
        ("dup 1 dup 1 add swap 2 pop 2", 1),
        ("push 3 push 4 lt pop 1", 0),
        ("push 0 eq push 0 eq push 0 eq", 2),
        ("read_io 1 read_io 1 swap 1 read_io 1 add add", 4),
        ("push 2 swap 1 mul push 3 add swap 2 swap 1 swap 2 pop 1 push 1 push 2 add add", 3),
        ("push 10 push 3 write_mem 1 pop 1 push 3 read_mem 1 pop 1", 5),
    ],
)
def test_known_lines_come_out_short(old: str, length: int) -> None:
    found = search(make_problem(line(old), 30), 2_000)
    assert len(found.code) == length
    assert proves(line(old), found.code, 30)


@pytest.mark.parametrize(
    "kept",
    [
        "invert pop 1",
        "dup 0 lt pop 1",
        "read_io 1 pop 1",
        "divine 1 pop 1",
        "assert",
        "split pop 2 log_2_floor pop 1",
        "sponge_squeeze pop 5 pop 5",
        "merkle_step pop 5 pop 1",
        "push 4 push 9 write_mem 1 pop 1",
    ],
)
def test_dead_code_that_may_trap_or_has_an_effect_stays(kept: str) -> None:
    """The same effects remain: the number of instructions that check, read or write does not fall to zero."""
    code = line(kept)
    found = search(make_problem(code, 40), 600)
    assert found.code
    assert proves(code, found.code, 40)
    assert blocks_agree(code, found.code, 40)


def test_a_dead_split_goes_and_its_neighbour_stays() -> None:
    found = search(make_problem(line("dup 0 split pop 2 dup 0 invert pop 1"), 30), 600)
    assert "split" not in print_tasm(map(to_instruction, found.code))
    assert "invert" in print_tasm(map(to_instruction, found.code))


def test_random_lines_are_improved_soundly() -> None:
    generator = random.Random(5)
    improver = Improver(Effort(4_000, 60, (4,), 8))
    better = 0
    names = ["push", "dup", "swap", "add", "mul", "eq", "pop", "split", "xor", "read_io", "write_io", "write_mem"]
    for turn in range(60):
        code = tuple(
            Op(name, generator.randrange(1, 4) if name not in ("add", "mul", "eq", "split", "xor") else 0)
            for name in generator.choices(names, k=generator.randrange(3, 12))
        )
        found = improver.improve(code, 40)
        assert cost_of(found).no_worse(cost_of(code))
        if found != code:
            better += 1
            assert proves(code, found, 40)
            assert blocks_agree(code, found, 40, trials=8, seed=turn)
    assert better > 20


class _Contrary:
    """A prior that dislikes everything a little, and most what is good."""

    def penalties(self, state: State, actions: Sequence[Op], last: Op | None) -> Sequence[int]:
        return [20 if action.name in ("add", "addi", "pop") else 1 for action in actions]


class _Source:
    def prior(self, problem: Problem) -> Prior:
        return _Contrary()


def test_a_bad_prior_costs_time_and_never_soundness() -> None:
    code = line("dup 2 dup 2 add swap 3 pop 1 swap 1 pop 1 push 0 add swap 1 pop 1 dup 0 swap 1 pop 1")
    plain = Improver(Effort(3_000, 300, (4,), 16)).improve(code, 30)
    guided = Improver(Effort(3_000, 300, (4,), 16), _Source()).improve(code, 30)
    for found in (plain, guided):
        assert proves(code, found, 30)
        assert cost_of(found).weight() < cost_of(code).weight()


def test_only_an_admissible_search_says_that_it_exhausted_its_space() -> None:
    """The words below are left alone by the quick search, so it misses ``addi``; it must not call that a proof."""
    problem = make_problem(line("swap 1 push 1 add swap 1"), 30)
    assert not search(problem, 10_000).exhausted
    sure = search(problem, 10_000, admissible=True)
    assert sure.exhausted
    assert sure.code == line("swap 1 addi 1 swap 1")
    assert not search(problem, 3, admissible=True).exhausted


ALPHABET = line("push 1 add addi 1 addi -1 swap 1 swap 2 dup 0 dup 1 pop 1 pop 2 mul eq pick 2 place 2 read_io 1 split")


def shorter(problem: Problem, bound: int) -> Code | None:
    """The cheapest line of at most three instructions of the alphabet that does the same, by trying all of them."""
    best: Code | None = None
    for length in range(4):
        for code in itertools.product(ALPHABET, repeat=length):
            price = cost_of(code).weight()
            if price < bound and cost_of(code).no_worse(cost_of(problem.code)) and _in_space(problem, code):
                best, bound = code, price
    return best


def _in_space(problem: Problem, code: Code) -> bool:
    depth = len(problem.start.stack)
    if reach(code) > depth or not proves(problem.code, code, problem.floor):
        return False
    states = run(problem.values, code, depth)
    return all(len(state.stack) <= problem.height and problem.useful.issuperset(state.stack) for state in states)


def test_an_exhausted_space_holds_nothing_cheaper() -> None:
    """Against trying every line of three instructions; what they do is the same by the proof."""
    generator = random.Random(4)
    exhausted = 0
    for _ in range(14):
        code = tuple(generator.choices(ALPHABET, k=generator.randrange(2, 5)))
        problem = make_problem(code, 30)
        found = search(problem, 1_500, admissible=True)
        if found.exhausted:
            exhausted += 1
            assert shorter(problem, cost_of(found.code).weight()) is None, (code, found.code)
    assert exhausted >= 8


def test_nothing_is_searched_without_a_budget() -> None:
    found = search(make_problem(line("push 1 add"), 30), 0)
    assert found.code == line("push 1 add")
    assert found.expansions == 0
    assert not found.exhausted
