"""What decides: prices, costs, results of runs, the search's last checks, evolution and the guide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.lower.blocks import basic_blocks
from irmill.optimizer.lower.flow import analyse
from irmill.optimizer.lower.items import items_of
from irmill.optimizer.lower.peephole import peephole, peephole_rule
from irmill.optimizer.policy import evolve as evolution
from irmill.optimizer.policy.encode import NODES, encode
from irmill.optimizer.policy.evolve import EvolveConfig
from irmill.optimizer.policy.guide import Guide
from irmill.optimizer.policy.network import Weights, initial_weights, to_fixed
from irmill.optimizer.search import astar
from irmill.optimizer.search.astar import ActionSpace, search
from irmill.optimizer.search.equivalence import run_case, same_result
from irmill.optimizer.search.problem import Problem, make_problem
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.case import Case
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.price import Price, StaticPrice
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.state import MachineState
from irmill.optimizer.tasm.straight import Code, Cost, cost_of, to_op
from irmill.optimizer.tasm.vm import Execution


def line(text: str) -> Code:
    return tuple(to_op(statement) for statement in parse_tasm(text) if isinstance(statement, Instruction))


def test_a_price_is_no_worse_only_if_nothing_is_higher() -> None:
    price = Price("ok", 10, 20, {"program": 30}, 256)
    assert price.no_worse(price)
    assert replace(price, words=25).no_worse(price)
    assert not replace(price, padded_height=512).no_worse(price)
    assert not replace(price, cycles=11).no_worse(price)
    trapped = Price("trap", 10, 20, None, None)
    assert not replace(trapped, words=21).no_worse(trapped)
    assert replace(price, cycles=9, padded_height=512).key() > price.key()
    assert replace(price, heights={"program": 20}).key() < price.key()


def test_a_text_is_never_dearer_only_if_it_pads_nothing_higher() -> None:
    text = StaticPrice(20, 30, 18, 205, 256, hashes=False)
    assert replace(text, words=25).never_dearer(text)
    assert not replace(text, padded_height=512).never_dearer(text)
    hashing = replace(text, hashes=True)
    assert hashing.never_dearer(hashing)
    assert not replace(hashing, words=21).never_dearer(hashing)


def test_a_cost_is_no_worse_only_if_no_component_is_higher() -> None:
    cost = Cost(3, 3, 3, 3, 3, 3)
    assert cost.no_worse(cost)
    for component in cost._fields:
        assert not cost._replace(**{component: 4}).no_worse(cost)
        assert not Cost(0, 0, 0, 0, 0, 0)._replace(**{component: 4}).no_worse(cost)


def test_a_dearer_line_is_not_taken_even_if_the_search_likes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With prices that count cycles alone, a second ``pow`` looks cheap; it takes rows of the U32 table."""
    code = line("dup 0 dup 0 mul mul swap 1 push 3 swap 1 pow")
    problem = make_problem(code, 30)
    monkeypatch.setattr(astar, "weight_of", lambda op: 1)
    monkeypatch.setattr(Cost, "weight", lambda cost: cost.cycles)
    monkeypatch.setattr(ActionSpace, "estimate", lambda *_: 0)
    found = search(problem, 3_000)
    assert cost_of(found.code).no_worse(cost_of(code))


def test_a_sound_rule_that_costs_more_never_fires() -> None:
    dear = peephole_rule("dear", "addi a -> push a; add", "Both add the constant.")
    assert dear.matcher.find(line("addi 3"), 0) is not None
    assert peephole(line("addi 3"), 30, [dear]) == line("addi 3")


def ended(text: str, *public: int, max_cycles: int = 100) -> Execution:
    return run_case(assemble(parse_tasm(text)), Case(public), max_cycles)


def test_results_are_the_same_only_if_nothing_tells_them_apart() -> None:
    for first, second, same in (
        ("push 1 halt", "nop push 1 halt", True),
        ("push 1 halt", "push 2 halt", False),
        ("push 1 halt", "push 1 push 1 halt", False),
        ("push 1 write_io 1 halt", "push 2 write_io 1 halt", False),
        ("push 0 assert", "push 1 write_io 1 push 0 assert", False),
        ("push 0 assert error_id 1", "push 0 assert error_id 2", False),
        ("push 0 assert error_id 1", "nop push 0 assert error_id 1", True),
        ("push 0 assert", "push 0 invert", True),
        ("push 0 assert", "halt", False),
        ("call a a: recurse", "call a a: recurse", None),
        ("call a a: recurse", "halt", None),
        ("push 1 push 5 write_mem 1 pop 1 halt", "halt", False),
    ):
        assert same_result(ended(first), ended(second)) is same, (first, second)


def depths(text: str, *public: int) -> list[tuple[int, int]]:
    """(instruction, depth of the stack before it) along a run, one instruction after the other."""
    assembly = assemble(parse_tasm(text))
    found: list[tuple[int, int]] = []
    place = {placed.address: number for number, placed in enumerate(assembly.code)}
    for cycles in range(60):
        run = run_case(assembly, Case(public), cycles)
        if run.status.value != "cycle_limit" or run.address not in place:
            break
        found.append((place[run.address], len(run.stack)))
    return found


PROGRAMS = (
    "push 1 push 2 push 3 read_io 1 call f nop nop halt f: skiz return pop 2 return",
    "push 1 push 2 push 3 read_io 1 call f nop halt f: dup 0 skiz return pop 3 return",
    "push 1 push 2 push 3 read_io 1 call f nop nop halt f: skiz call g return g: pop 2 return",
    "push 1 push 2 push 3 read_io 1 skiz pop 1 nop nop halt",
    "push 9 push 9 push 9 read_io 1 call g nop halt g: dup 0 push 0 eq skiz return addi -1 swap 1 pop 1 recurse",
    "push 1 push 2 push 3 push 4 call f call f nop halt f: pop 1 read_io 1 skiz return pop 1 return",
)


@pytest.mark.parametrize("text", PROGRAMS)
def test_no_run_is_shallower_than_the_analysis_says(text: str) -> None:
    floors = analyse(items_of(parse_tasm(text))).floor
    reached: set[int] = set()
    for public in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 2)):
        for number, depth in depths(text, *public):
            assert depth >= floors[number], (number, public)
            reached.add(number)
    assert len(reached) > 6
    assert max(floors) > 16


def test_evolution_keeps_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a score that is the same on every minibatch the best of a generation is never lost."""

    def score(weights: Weights, problems: Sequence[Problem], expansions: int) -> float:
        return float(sum(values.sum() for name, values in weights.items() if name.startswith("decoder")))

    monkeypatch.setattr(evolution, "fitness", score)
    problems = [make_problem(line("push 1 add"), 30)]
    start = to_fixed(initial_weights(1))
    config = EvolveConfig(population=6, generations=5, minibatch=1, expansions=1)
    result = evolution.evolve(start, problems, config, seed=3)
    best = [point.value for point in result.history if point.name == "best_fitness"]
    assert best == sorted(best)
    assert best[-1] > score(start, [], 1)
    assert score(result.weights, [], 1) == best[-1]


def test_a_network_without_blocks_saves_nothing() -> None:
    assert evolution.fitness(to_fixed(initial_weights(1)), [], 8) == 0.0


def test_what_the_network_likes_best_has_no_penalty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The penalties rise as the scores fall."""
    from irmill.optimizer.policy import guide
    from irmill.optimizer.policy.network import logit_places

    problem = make_problem(line("dup 1 push 5 add swap 1 pop 1 split"), 30)
    actions = [op for op, _ in ActionSpace(problem).successors(problem.start)]
    constants = guide.constants_of(problem)
    logits = np.random.default_rng(2).integers(-(3 << 16), 3 << 16, 200)
    monkeypatch.setattr(guide, "decode_logits", lambda *_: logits[None, :])
    penalties = Guide(to_fixed(initial_weights(9))).prior(problem).penalties(problem.start, actions, None)
    scores = [int(logits[a] + logits[b]) for a, b in (logit_places(action, constants) for action in actions)]
    order = sorted(range(len(actions)), key=lambda at: -scores[at])
    assert [penalties[at] for at in order] == sorted(penalties)
    assert penalties[order[0]] == 0
    assert penalties[order[-1]] > 0


def test_a_node_lives_as_long_as_its_word_is_on_the_stack() -> None:
    problem = make_problem(line("dup 1 push 5 add dup 0 mul swap 1 pop 1 addi 2 pop 1 split"), 30)
    encoding = encode(problem)
    nodes = encoding.tensor[: NODES * 4].reshape(NODES, 4)
    for value, token in encoding.tokens.items():
        on = [at for at, state in enumerate(problem.states) if value in state.stack]
        if token < NODES and list(encoding.tokens.values()).count(token) == 1:
            assert int(nodes[token, 2]) == on[-1]
        elif token >= NODES:
            assert int(encoding.tensor[NODES * 4 + token - NODES]) & 1023 == on[-1] + 2
    apart = [first for first in range(4) for other in range(4) if not encoding.mask[first, other]]
    assert apart, "words that never lie there together do not attend to each other"


def test_memory_wraps_at_the_last_address() -> None:
    state = MachineState((0,) * 5, (), (), (), {MODULUS - 1: 7, 0: 8})
    assert state.load(MODULUS - 1, 2) == [7, 8]


def test_what_may_be_skipped_belongs_to_no_block() -> None:
    program = items_of(parse_tasm("read_io 1 skiz push 5 push 6 add halt"))
    blocks = basic_blocks(program, analyse(program))
    assert [block.code for block in blocks] == [line("read_io 1"), line("push 6 add")]
