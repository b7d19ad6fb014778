"""The policy network: its size, its encoding, the agreement of fixed point and float, training and evolution."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from irmill.optimizer.field.fixed import SCALE
from irmill.optimizer.field.fixed import encode as to_fixed_point
from irmill.optimizer.policy import coldstart
from irmill.optimizer.policy.encode import CONTEXT, NODES, TENSOR_WORDS, encode, features, tir_number
from irmill.optimizer.policy.evolve import EvolveConfig, crossover, evolve, fitness, mutate, mutation
from irmill.optimizer.policy.float_network import batch_scores, to_tensors
from irmill.optimizer.policy.guide import MAX_PENALTY, Guide
from irmill.optimizer.policy.labels import LabelledBlock, block_line, block_problem, label
from irmill.optimizer.policy.network import (
    LIMIT,
    SHAPES,
    check_weights,
    decode_logits,
    encode_tokens,
    initial_weights,
    last_instruction,
    pool,
    to_fixed,
)
from irmill.optimizer.policy.report import baselines
from irmill.optimizer.search.astar import ActionSpace, search
from irmill.optimizer.search.problem import Problem, make_problem
from irmill.optimizer.search.symbolic import proves
from irmill.optimizer.tasm.isa import OPCODES, Flow
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.program import Instruction
from irmill.optimizer.tasm.straight import cost_of, to_op
from irmill.optimizer.tir.generate import HELD_OUT, TRAIN, generate_blocks

PARAMETERS = sum(int(np.prod(shape)) for shape in SHAPES.values())


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> None:
    torch.set_num_threads(1)


def problem_of(text: str) -> Problem:
    return make_problem([to_op(i) for i in parse_tasm(text) if isinstance(i, Instruction)], 30)


def problems(count: int, seed: int, split: str = TRAIN) -> list[Problem]:
    found = [block_line(block.code) for block in generate_blocks(count, seed, (split,))]
    return [block_problem(*line) for line in found if line is not None]


@pytest.fixture(scope="module")
def labelled() -> list[LabelledBlock]:
    return [block for block in (label(problem, 60) for problem in problems(16, 3)) if block is not None]


def test_the_network_has_the_published_size() -> None:
    """Two encoder layers of 33,024 parameters and a decoder of 24,768."""
    layer = sum(int(np.prod(shape)) for name, shape in SHAPES.items() if name.startswith("encoder0"))
    decoder = sum(int(np.prod(shape)) for name, shape in SHAPES.items() if name.startswith("decoder"))
    assert (layer, decoder, PARAMETERS) == (33_024, 24_768, 90_816)


def test_a_known_block_is_encoded_as_described() -> None:
    encoding = encode(problem_of("dup 1 push 5 add swap 1 pop 1 split"))
    nodes = encoding.tensor[: NODES * 4].reshape(NODES, 4)
    push, add, split = (tir_number(name) for name in ("push", "add", "split"))
    assert [int(word) >> 13 for word in nodes[:4, 0]] == [push, add, split, 0]
    assert int(nodes[0, 3]) == 5
    assert int(nodes[1, 0]) & 31 == 1 or (int(nodes[1, 0]) >> 5) & 31 == 0
    assert (int(nodes[2, 0]) >> 5) & 31 == 1
    assert int(nodes[0, 1]) == 2
    assert int(nodes[1, 1]) == 3
    assert encoding.tensor.shape == (TENSOR_WORDS,) == (144,)
    used = np.count_nonzero(encoding.tensor[NODES * 4 :])
    assert used == 2 <= CONTEXT
    assert np.all(encoding.mask == encoding.mask.T)


def test_blocks_past_the_limits_are_cut_and_not_refused() -> None:
    encoding = encode(problem_of("push 1 add " * 40 + "swap 15"))
    assert encoding.tensor.shape == (144,)
    assert int(np.count_nonzero(encoding.tensor[: NODES * 4].reshape(NODES, 4)[:, 1])) == NODES


def test_every_straight_instruction_has_a_tir_number() -> None:
    for row in OPCODES:
        if row.flow is Flow.NEXT and row.name not in ("dup", "swap", "pick", "place", "pop", "nop"):
            assert 0 <= tir_number(row.name) < 54


def fixed_logits(weights, problem: Problem, block: LabelledBlock) -> np.ndarray:
    embeddings = encode_tokens(weights, to_fixed_point(block.tokens), block.mask)
    stack = pool(embeddings, np.stack([choice.stack for choice in block.choices]))
    goal = pool(embeddings, np.stack([choice.goal for choice in block.choices]))
    goal = goal + last_instruction(np.array([choice.last for choice in block.choices]))
    return decode_logits(weights, stack, goal)


def test_fixed_point_and_float_agree(labelled: list[LabelledBlock]) -> None:
    """The same first choice in nearly every state, and scores within a few thousandths."""
    real = initial_weights(4)
    fixed = to_fixed(real)
    grid = {name: values / SCALE for name, values in fixed.items()}
    agreed = total = 0
    worst = 0.0
    for block in labelled:
        with torch.no_grad():
            scores, _ = batch_scores(to_tensors(grid), [block])
        logits = fixed_logits(fixed, problem_of("push 1"), block)
        for row, choice in enumerate(block.choices):
            mine = logits[row, choice.places[:, 0]] + logits[row, choice.places[:, 1]]
            theirs = scores[row, : len(choice.places)].numpy()
            worst = max(worst, float(np.abs(mine / SCALE - theirs).max()))
            best = float(theirs.max())
            agreed += best - theirs[int(mine.argmax())] < 1e-3
            total += 1
    assert total > 60
    assert agreed >= 0.99 * total
    assert worst < 0.02


def test_the_logits_hang_on_the_weights(labelled: list[LabelledBlock]) -> None:
    """The agreement above is no accident of a network that says the same whatever it holds."""
    fixed = to_fixed(initial_weights(4))
    broken = dict(fixed)
    broken["decoder.hidden"] = -fixed["decoder.hidden"]
    first = fixed_logits(fixed, problem_of("push 1"), labelled[0])
    assert not np.array_equal(first, fixed_logits(broken, problem_of("push 1"), labelled[0]))


def test_extreme_weights_stay_inside_the_arithmetic() -> None:
    generator = np.random.default_rng(0)
    extreme = {name: generator.choice([-LIMIT, LIMIT - 0.01], shape) for name, shape in SHAPES.items()}
    fixed = to_fixed(extreme)
    for problem in problems(6, 2):
        encoding = encode(problem)
        embeddings = encode_tokens(fixed, to_fixed_point(features(encoding)), encoding.mask)
        assert np.abs(embeddings).max() <= 4 * SCALE
        prior = Guide(fixed).prior(problem)
        actions = [op for op, _ in ActionSpace(problem).successors(problem.start)]
        penalties = prior.penalties(problem.start, actions, None)
        assert len(penalties) == len(actions)
        assert all(0 <= penalty <= MAX_PENALTY for penalty in penalties)
        assert not penalties or min(penalties) == 0


def test_weights_are_checked() -> None:
    fixed = to_fixed(initial_weights(1))
    check_weights(fixed)
    with pytest.raises(ValueError, match="missing"):
        check_weights({name: fixed[name] for name in list(fixed)[1:]})
    with pytest.raises(ValueError, match="shape"):
        check_weights({**fixed, "decoder.logits": fixed["decoder.logits"].T})
    with pytest.raises(ValueError, match="range"):
        check_weights({**fixed, "decoder.logits": fixed["decoder.logits"] + 5 * SCALE})


def test_training_lowers_the_loss_and_repeats(labelled: list[LabelledBlock]) -> None:
    first = coldstart.train(labelled[:10], labelled[10:], epochs=4, batch=24, rate=3e-3, seed=2)
    again = coldstart.train(labelled[:10], labelled[10:], epochs=4, batch=24, rate=3e-3, seed=2)
    losses = [point.value for point in first.history if point.name == "train_loss"]
    assert losses[-1] < 0.8 * losses[0]
    assert first.history == again.history
    assert all(np.array_equal(first.weights[name], again.weights[name]) for name in SHAPES)


def test_training_without_material_gives_a_network() -> None:
    check_weights(coldstart.train([], [], epochs=2, batch=8, rate=1e-3, seed=1).weights)


def test_mutations_are_sparse_and_antithetic() -> None:
    generator = np.random.default_rng(3)
    weights = to_fixed(initial_weights(1))
    change = mutation(generator, 0.02, 0.05)
    up, down = mutate(weights, change, 1), mutate(weights, change, -1)
    touched = sum(int(np.count_nonzero(values)) for values in change.values())
    assert 0 < touched < 0.03 * PARAMETERS
    for name in SHAPES:
        inside = np.abs(weights[name]) < int((LIMIT - 1) * SCALE)
        assert np.array_equal((up[name] + down[name])[inside], 2 * weights[name][inside])
    check_weights(crossover(generator, up, down))


def test_evolution_repeats_and_never_ends_below_its_start() -> None:
    blocks = problems(5, 8)
    start = to_fixed(initial_weights(2))
    config = EvolveConfig(population=4, generations=2, minibatch=3, expansions=8, mutated_share=0.05, sigma=0.2)
    first, again = evolve(start, blocks, config, seed=4), evolve(start, blocks, config, seed=4)
    assert all(np.array_equal(first.weights[name], again.weights[name]) for name in SHAPES)
    assert fitness(first.weights, blocks, 8) >= fitness(start, blocks, 8)
    assert {point.name for point in first.history} == {"best_fitness", "mean_fitness", "start_fitness"}


def test_a_guided_search_is_as_sound_as_any() -> None:
    guide = Guide(to_fixed(initial_weights(9)))
    for problem in problems(8, 5, HELD_OUT):
        found = search(problem, 40, guide.prior(problem))
        assert proves(problem.code, found.code, problem.floor)
        assert cost_of(found.code).no_worse(cost_of(problem.code))


def test_baselines_compare_the_same_blocks() -> None:
    lines = [line for line, _ in filter(None, (block_line(b.code) for b in generate_blocks(10, 4, (HELD_OUT,))))]
    rows = baselines(lines, {"uniform": None, "random": to_fixed(initial_weights(1))}, 40)
    assert [row.name for row in rows] == ["peephole", "uniform", "random"]
    assert all(row.blocks == len(lines) for row in rows)
    assert rows[0].versus_peephole == 1.0
    assert rows[1].versus_classical <= rows[0].versus_classical <= 1.0
