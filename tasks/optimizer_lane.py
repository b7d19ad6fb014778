"""The optimizer lane's stages: blocks -> lower -> coldstart -> evolve -> speculate."""

from __future__ import annotations

from irmill.compiler.base.stage import Sharding, Stage
from irmill.optimizer import rows, stages

LANE = "optimizer"

STAGES = (
    Stage(
        lane=LANE,
        name="blocks",
        function=stages.blocks,
        schema=rows.BLOCKS,
        config=lambda config: config.blocks,
        parents=("compiler.execute",),
        sharding=Sharding.SOURCE_AND_MAP,
        bounds={"UNSUPPORTED": 0.8, "*": 0.1},
    ),
    Stage(
        lane=LANE,
        name="lower",
        function=stages.lower,
        schema=rows.LOWER,
        config=lambda config: config.lower,
        parents=("optimizer.blocks",),
        bounds={"DISAGREE": 0.0, "*": 0.02},
    ),
    Stage(
        lane=LANE,
        name="coldstart",
        function=stages.coldstart,
        schema=rows.COLDSTART,
        config=lambda config: config.coldstart,
        parents=("optimizer.lower",),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy", "torch"),
    ),
    Stage(
        lane=LANE,
        name="evolve",
        function=stages.evolve,
        schema=rows.EVOLVE,
        config=lambda config: config.evolve,
        parents=("optimizer.coldstart", "optimizer.lower"),
        sharding=Sharding.GATHER,
        conserves=False,
        versions=("numpy",),
    ),
    Stage(
        lane=LANE,
        name="speculate",
        function=stages.speculate,
        schema=rows.SPECULATE,
        config=lambda config: config.speculate,
        parents=("optimizer.lower", "optimizer.evolve"),
        versions=("numpy",),
        bounds={"*": 0.0},
    ),
)
