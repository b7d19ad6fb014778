"""Evolution of the cold start's weights, with the baselines that it is measured against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pyarrow as pa

from irmill.compiler.base.rows import Progress, Reject
from irmill.compiler.base.stage import Sharding, Stage
from irmill.optimizer.policy.evolve import EvolveConfig
from irmill.optimizer.policy.evolve import evolve as evolve_weights
from irmill.optimizer.policy.history import Point
from irmill.optimizer.policy.labels import block_line, block_problem
from irmill.optimizer.policy.network import Weights
from irmill.optimizer.policy.report import baselines
from irmill.optimizer.stages import coldstart
from irmill.optimizer.tasm.straight import Code
from irmill.optimizer.tir.generate import HELD_OUT, TRAIN

SCHEMA = coldstart.SCHEMA
"""The history also holds the baselines, ``baseline.<network>.<figure>``, on blocks of the held-out families."""


def evolve(
    config: EvolveConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The evolved network, from that of ``coldstart`` and the rows of ``lower``."""
    start = coldstart.weights_of(inputs["coldstart"])
    lines = _lines(inputs["lower"], TRAIN, config.minibatch * 2)
    problems = [block_problem(line) for line in lines]
    result = evolve_weights(start, problems, config, seed=seed, progress=progress)
    networks: dict[str, Weights | None] = {"uniform": None, "gradient": start, "evolved": result.weights}
    points = list(result.history)
    for row in baselines(_lines(inputs["lower"], HELD_OUT, config.held_out), networks, config.expansions):
        points += [
            Point(f"baseline.{row.name}.{name}", 0, float(value))
            for name, value in asdict(row).items()
            if name != "name"
        ]
    return coldstart.network_table("evolve", result.weights, points, seed), []


def _lines(table: pa.Table, split: str, count: int) -> list[Code]:
    found = [block_line(code) for code in coldstart.codes_of(table, split, count)]
    return [line for line, _ in (entry for entry in found if entry is not None)]


STAGE = Stage(
    lane="optimizer",
    name="evolve",
    function=evolve,
    schema=SCHEMA,
    config=lambda config: config.evolve,
    parents=("optimizer.coldstart", "optimizer.lower"),
    sharding=Sharding.GATHER,
    conserves=False,
    versions=("numpy",),
)
