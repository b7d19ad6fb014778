"""What a run must hold beside the bounds on rejects: no stage empty, the backends agreed, enough programs complete."""

from __future__ import annotations

from irmill.compiler.base.stage import Stage
from irmill.flows.config import RunConfig
from irmill.tasks.corpus.join import JoinReason
from irmill.tasks.outcome import StageOutcome
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

NAMED = 3
"""So many disagreeing programs are named in the line; the rest stand in the rejects."""


def stage_problems(stage: Stage, outcome: StageOutcome) -> list[str]:
    """Why a stage's result cannot be carried on, in one line each; empty where it can."""
    if outcome.rows_out > 0:
        return []
    reasons = ", ".join(f"{count} {reason}" for reason, count in outcome.reasons.items())
    made = f"all {outcome.rows_in} were rejected: {reasons}" if outcome.rejected else "nothing came in"
    return [f"{stage.id}: no row is left ({made})"]


def join_problems(config: RunConfig, store: Store, ref: ArtifactRef) -> list[str]:
    """Why joined programs are no corpus: backends disagree, or too few programs have every form."""
    problems: list[str] = []
    disagreeing = [r for r in store.rejects(ref).to_pylist() if r["reason"] == JoinReason.DISAGREE]
    if len(disagreeing) > config.join.max_disagreements:
        named = "; ".join(f"{r['text'].strip()}: {r['message']}" for r in disagreeing[:NAMED])
        problems.append(
            f"corpus.join: backends disagree on {len(disagreeing)} programs, join.max_disagreements is "
            f"{config.join.max_disagreements}: {named}"
        )
    complete = store.open(ref).select("complete").collect()["complete"]
    if config.prompts.file is None and complete.sum() < config.join.min_complete * len(complete):
        problems.append(
            f"corpus.join: {complete.sum()} of {len(complete)} programs have every form, join.min_complete asks for "
            f"{config.join.min_complete:.0%}; look at what synth and optimizer rejected, or lower it"
        )
    return problems
