"""Evolution of the fixed-point weights: what counts is the verified price that the guided search saves.

The gradient can only imitate the search; here every individual is measured on what it is for. Mutations are sparse,
Gaussian and antithetic (one child has the opposite mutation of its sibling), all individuals of a generation are
measured on one minibatch with one search budget, parents are chosen by rank, and the best is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import Field

from irmill.compiler.base.rows import Progress, silent
from irmill.compiler.base.stage import Section
from irmill.optimizer.field.fixed import SCALE, Fixed
from irmill.optimizer.policy.guide import searched
from irmill.optimizer.policy.history import Point, Trained
from irmill.optimizer.policy.network import LIMIT, SHAPES, Weights
from irmill.optimizer.search.problem import Problem
from irmill.optimizer.tasm.straight import cost_of


class EvolveConfig(Section):
    """Evolution of the fixed-point weights."""

    population: int = Field(default=16, ge=4)
    generations: int = Field(default=3, ge=0)
    minibatch: int = Field(default=12, ge=1)
    """Blocks that every individual of a generation is measured on."""
    expansions: int = Field(default=30, ge=1)
    """States that the search may expand for one block."""
    mutated_share: float = Field(default=0.1, gt=0, le=1)
    """The part of the weights that one mutation touches."""
    sigma: float = Field(default=0.3, gt=0)
    """Standard deviation of a mutation, in units of 1."""
    held_out: int = Field(default=40, ge=0)
    """Blocks of the held-out families for the report."""


def fitness(weights: Weights, problems: Sequence[Problem], expansions: int) -> float:
    """The share of the price that the search saves over all blocks, at a fixed budget for each.

    Every line that the search gives is proved equal to the block, so nothing wrong can score.
    """
    before = sum(cost_of(problem.code).weight() for problem in problems)
    after = sum(cost_of(found.code).weight() for found in searched(problems, weights, expansions))
    return 1 - after / before if before else 0.0


def mutation(generator: np.random.Generator, share: float, sigma: float) -> dict[str, Fixed]:
    """A sparse Gaussian change of the decoder and of the gains, the part of the network that choices hang on most."""
    change: dict[str, Fixed] = {}
    for name, shape in SHAPES.items():
        if name.startswith("decoder") or "gain" in name:
            chosen = generator.random(shape) < share
            change[name] = np.rint(generator.normal(0.0, sigma * SCALE, shape) * chosen).astype(np.int64)
    return change


def mutate(weights: Weights, change: Weights, sign: int) -> dict[str, Fixed]:
    """The weights plus or minus a change, cut to the allowed range."""
    bound = int(LIMIT * SCALE) - 1
    return {
        name: np.clip(values + sign * change[name], -bound, bound) if name in change else values
        for name, values in weights.items()
    }


def crossover(generator: np.random.Generator, first: Weights, second: Weights) -> dict[str, Fixed]:
    """Whole tensors from one parent or the other."""
    return {name: (first if generator.random() < 0.5 else second)[name] for name in SHAPES}


def evolve(
    start: Weights,
    problems: Sequence[Problem],
    config: EvolveConfig,
    *,
    seed: int,
    progress: Progress = silent,
) -> Trained:
    """Evolve from one network.

    Args:
        start: the first individual, which is never lost unless something better is found.
        problems: training blocks; each generation draws its minibatch from them.
        config: how many individuals and generations, how they are changed, how long each is measured.
        seed: of everything random.
        progress: told one for each generation.

    Returns:
        The best weights on all problems, and the best and mean fitness of each generation.
    """
    generations, expansions = config.generations, config.expansions
    generator = np.random.default_rng(seed)
    parents: list[Weights] = [start]
    history: list[Point] = []
    for generation in range(1, generations + 1 if problems else 1):
        chosen = generator.choice(len(problems), size=min(config.minibatch, len(problems)), replace=False)
        batch = [problems[at] for at in sorted(int(at) for at in chosen)]
        individuals = list(parents)
        while len(individuals) < config.population:
            parent = parents[_by_rank(generator, len(parents))]
            if len(parents) > 1 and generator.random() < 0.5:
                parent = crossover(generator, parent, parents[_by_rank(generator, len(parents))])
            change = mutation(generator, config.mutated_share, config.sigma)
            individuals += [mutate(parent, change, 1), mutate(parent, change, -1)]
        individuals = individuals[: config.population]
        scores = [fitness(individual, batch, expansions) for individual in individuals]
        order = sorted(range(len(individuals)), key=lambda at: (-scores[at], at))
        parents = [individuals[at] for at in order[: max(2, config.population // 4)]]
        history.append(Point("best_fitness", generation, max(scores)))
        history.append(Point("mean_fitness", generation, float(np.mean(scores))))
        history.append(Point("start_fitness", generation, fitness(start, batch, expansions)))
        progress(1)
    best = max(parents[:3], key=lambda weights: fitness(weights, problems, expansions)) if generations else start
    if best is not start and fitness(best, problems, expansions) < fitness(start, problems, expansions):
        best = start
    return Trained(best, tuple(history))


def _by_rank(generator: np.random.Generator, count: int) -> int:
    """A place from 0 up, the first ones more often."""
    return min(int(generator.random() ** 2 * count), count - 1)
