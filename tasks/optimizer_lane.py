"""The optimizer lane's stages: blocks -> lower -> coldstart -> evolve -> speculate."""

from __future__ import annotations

from irmill.tasks.definition import Sharding, Stage
from irmill.tasks.limits import stage_limits

LANE = "optimizer"

STAGES = (
    Stage(
        lane=LANE,
        name="blocks",
        function="irmill.optimizer.stages:blocks",
        schema="irmill.optimizer.rows:BLOCKS",
        config=lambda config: config.blocks,
        parents=("compiler.execute",),
        sharding=Sharding.SOURCE_AND_MAP,
        limits=stage_limits("blocks"),
    ),
    Stage(
        lane=LANE,
        name="lower",
        function="irmill.optimizer.stages:lower",
        schema="irmill.optimizer.rows:LOWER",
        config=lambda config: config.lower,
        parents=("optimizer.blocks",),
        limits=stage_limits("lower"),
    ),
    Stage(
        lane=LANE,
        name="coldstart",
        function="irmill.optimizer.stages:coldstart",
        schema="irmill.optimizer.rows:COLDSTART",
        config=lambda config: config.coldstart,
        parents=("optimizer.lower",),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy", "torch"),
    ),
    Stage(
        lane=LANE,
        name="evolve",
        function="irmill.optimizer.stages:evolve",
        schema="irmill.optimizer.rows:EVOLVE",
        config=lambda config: config.evolve,
        parents=("optimizer.coldstart", "optimizer.lower"),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy",),
    ),
    Stage(
        lane=LANE,
        name="speculate",
        function="irmill.optimizer.stages:speculate",
        schema="irmill.optimizer.rows:SPECULATE",
        config=lambda config: config.speculate,
        parents=("optimizer.lower", "optimizer.evolve"),
        versions=("numpy",),
        limits=stage_limits("speculate"),
    ),
)
