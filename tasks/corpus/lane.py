"""The stages after the lanes: the join, a stage as any other, and the export, which writes beside the store."""

from __future__ import annotations

from irmill.tasks.definition import Sharding, Stage

LANE = "corpus"

STAGES = (
    Stage(
        lane=LANE,
        name="join",
        function="irmill.tasks.corpus.join:join",
        schema="irmill.tasks.corpus.rows:PROGRAMS",
        config=lambda config: config.join,
        parents=("compiler.execute", "synth.dedup", "optimizer.speculate"),
        sharding=Sharding.GATHER,
        unkeyed=frozenset({"max_disagreements", "min_complete"}),
    ),
)

EXPORT = Stage(
    lane=LANE,
    name="export",
    function="irmill.tasks.corpus.export:export_dataset",
    schema="irmill.tasks.corpus.rows:PROGRAMS",
    config=lambda config: config.export,
    parents=("corpus.join", "compiler.execute", "synth.dedup", "optimizer.speculate"),
    sharding=Sharding.GATHER,
)
"""Names the export where stages are named. Its result is a folder of files, no entry of the store."""
