"""The page that a run leaves in the UI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from irmill.tasks.corpus.card import markdown_table
from irmill.tasks.outcome import COUNTS, StageOutcome


def run_summary(document: Mapping[str, Any]) -> str:
    """A run's record as markdown: how it ended, its stages, rejects by reason, where the dataset is."""
    parts = [
        f"# Run {document['run']}",
        f"Profile `{document['profile']}`, {document['state']} in {document['seconds']:.1f} s.",
    ]
    if document["problems"]:
        parts.append("## Problems\n\n" + "\n".join(f"- {line}" for line in document["problems"]))
    stages = [StageOutcome.model_validate(stage) for stage in document["stages"]]
    if stages:
        rows = [[stage.id, f"`{stage.key}`", *stage.counts()] for stage in stages]
        parts.append("## Stages\n\n" + markdown_table(["stage", "key", *COUNTS], rows))
    reasons = [[stage.id, reason, count] for stage in stages for reason, count in stage.reasons.items()]
    if reasons:
        parts.append("## Rejected\n\n" + markdown_table(["stage", "reason", "rows"], reasons))
    if document["export"]:
        parts.append(f"Dataset: `{document['export']}`")
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items())
    parts.append(f"Commit `{document['commit'] or 'unknown'}`; {versions}.")
    return "\n\n".join(parts) + "\n"
