"""The synth lane's stages: kernels -> extract -> build -> dedup."""

from __future__ import annotations

from irmill.tasks.definition import Sharding, Stage
from irmill.tasks.limits import stage_limits

LANE = "synth"
WARP_VERSIONS = ("warp-lang", "numpy")

STAGES = (
    Stage(
        lane=LANE,
        name="kernels",
        function="irmill.synth.stages:kernels",
        schema="irmill.synth.stages:KERNELS_SCHEMA",
        config=lambda config: config.kernels,
        parents=("compiler.execute",),
        sharding=Sharding.SOURCE_AND_MAP,
        limits=stage_limits("kernels"),
    ),
    Stage(
        lane=LANE,
        name="extract",
        function="irmill.synth.stages:extract",
        schema="irmill.synth.stages:EXTRACT_SCHEMA",
        config=lambda config: config.extract,
        parents=("synth.kernels",),
        versions=WARP_VERSIONS,
        limits=stage_limits("extract"),
    ),
    Stage(
        lane=LANE,
        name="build",
        function="irmill.synth.stages:build",
        schema="irmill.synth.stages:BUILD_SCHEMA",
        config=lambda config: config.build,
        parents=("synth.extract",),
        versions=WARP_VERSIONS,
        limits=stage_limits("build"),
    ),
    Stage(
        lane=LANE,
        name="dedup",
        function="irmill.synth.stages:dedup",
        schema="irmill.synth.stages:DEDUP_SCHEMA",
        config=lambda config: config.dedup,
        parents=("synth.build",),
        sharding=Sharding.GATHER,
        limits=stage_limits("dedup"),
    ),
)
