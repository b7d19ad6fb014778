"""The stages after the lanes: the join, a stage as any other, and the export, which writes beside the store."""

from __future__ import annotations

from irmill.compiler.base.stage import Sharding, Stage
from irmill.tasks.corpus.join import join
from irmill.tasks.corpus.rows import PROGRAMS

LANE = "corpus"

STAGES = (
    Stage(
        lane=LANE,
        name="join",
        function=join,
        schema=PROGRAMS,
        config=lambda config: config.join,
        parents=("compiler.execute", "synth.dedup", "optimizer.speculate"),
        sharding=Sharding.GATHER,
        unkeyed=frozenset({"max_disagreements", "min_complete"}),
    ),
)
