"""The synth lane's stages: kernels -> extract -> build -> dedup."""

from __future__ import annotations

from irmill.compiler.base.stage import Sharding, Stage
from irmill.synth import stages

LANE = "synth"
WARP_VERSIONS = ("warp-lang", "numpy")

STAGES = (
    Stage(
        lane=LANE,
        name="kernels",
        function=stages.kernels,
        schema=stages.KERNELS_SCHEMA,
        config=lambda config: config.kernels,
        parents=("compiler.execute",),
        sharding=Sharding.SOURCE_AND_MAP,
        bounds={"UNSUPPORTED": 0.8, "*": 0.1},
    ),
    Stage(
        lane=LANE,
        name="extract",
        function=stages.extract,
        schema=stages.EXTRACT_SCHEMA,
        config=lambda config: config.extract,
        parents=("synth.kernels",),
        versions=WARP_VERSIONS,
        bounds={"*": 0.02},
    ),
    Stage(
        lane=LANE,
        name="build",
        function=stages.build,
        schema=stages.BUILD_SCHEMA,
        config=lambda config: config.build,
        parents=("synth.extract",),
        versions=WARP_VERSIONS,
        bounds={"DISAGREE": 0.0, "VALUE": 0.0, "GRADIENT": 0.0, "*": 0.1},
    ),
    Stage(
        lane=LANE,
        name="dedup",
        function=stages.dedup,
        schema=stages.DEDUP_SCHEMA,
        config=lambda config: config.dedup,
        parents=("synth.build",),
        sharding=Sharding.GATHER,
        bounds={"DUPLICATE": 0.95, "*": 0.0},
    ),
)
