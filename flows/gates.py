"""What a run must hold beside the bounds on rejects: no stage empty, the backends agreed, enough programs complete."""

from __future__ import annotations

from tasks.corpus.config import JoinConfig
from tasks.corpus.rows import JoinReason
from tasks.definition import Stage, StageOutcome
from tasks.store.manifest import ArtifactRef
from tasks.store.store import Store

NAMED = 3
"""So many disagreeing programs are named in the line; the rest stand in the rejects."""


def stage_problems(stage: Stage, outcome: StageOutcome) -> list[str]:
    """Why a stage's result cannot be carried on, in one line each; empty where it can."""
    if outcome.rows_out > 0:
        return []
    reasons = ", ".join(f"{count} {reason}" for reason, count in outcome.reasons.items())
    made = f"all {outcome.rows_in} were rejected: {reasons}" if outcome.rejected else "nothing came in"
    return [f"{stage.id}: no row is left ({made})"]


def join_problems(config: JoinConfig, store: Store, ref: ArtifactRef) -> list[str]:
    """Why joined programs are no corpus: backends disagree, or too few programs have every form."""
    problems: list[str] = []
    disagreeing = [r for r in store.rejects(ref).to_pylist() if r["reason"] == JoinReason.DISAGREE]
    if len(disagreeing) > config.max_disagreements:
        named = "; ".join(f"{r['text'].strip()}: {r['message']}" for r in disagreeing[:NAMED])
        problems.append(
            f"corpus.join: backends disagree on {len(disagreeing)} programs, join.max_disagreements is "
            f"{config.max_disagreements}: {named}"
        )
    complete = int(store.open(ref).select("complete").collect()["complete"].sum())
    if complete < config.min_complete:
        problems.append(
            f"corpus.join: {complete} programs have every form, join.min_complete asks for {config.min_complete}; "
            "raise prompts.count or lower it"
        )
    return problems
