"""The optimizer lane's stages: blocks -> lower -> coldstart -> evolve -> speculate."""

from __future__ import annotations

from tasks.definition import Sharding, Stage
from tasks.limits import stage_limits

LANE = "optimizer"

STAGES = (
    Stage(
        lane=LANE,
        name="blocks",
        function="optimizer.stages:blocks",
        schema="optimizer.rows:BLOCKS",
        config=lambda config: config.blocks,
        parents=("compiler.execute",),
        sharding=Sharding.SOURCE_AND_MAP,
        limits=stage_limits("blocks"),
    ),
    Stage(
        lane=LANE,
        name="lower",
        function="optimizer.stages:lower",
        schema="optimizer.rows:LOWER",
        config=lambda config: config.lower,
        parents=("optimizer.blocks",),
        limits=stage_limits("lower"),
    ),
    Stage(
        lane=LANE,
        name="coldstart",
        function="optimizer.stages:coldstart",
        schema="optimizer.rows:COLDSTART",
        config=lambda config: config.coldstart,
        parents=("optimizer.lower",),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy", "torch"),
    ),
    Stage(
        lane=LANE,
        name="evolve",
        function="optimizer.stages:evolve",
        schema="optimizer.rows:EVOLVE",
        config=lambda config: config.evolve,
        parents=("optimizer.coldstart", "optimizer.lower"),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy",),
    ),
    Stage(
        lane=LANE,
        name="speculate",
        function="optimizer.stages:speculate",
        schema="optimizer.rows:SPECULATE",
        config=lambda config: config.speculate,
        parents=("optimizer.lower", "optimizer.evolve"),
        versions=("numpy",),
        limits=stage_limits("speculate"),
    ),
)
