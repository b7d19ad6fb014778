"""One row of a run's table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class StageOutcome(BaseModel):
    """One row of a run's table: what a stage made, or found made (``cached``), and how long this run waited for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lane: str
    stage: str
    key: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float
    cached: bool
    reasons: dict[str, int] = {}

    @property
    def ref(self) -> str:
        """``lane.stage/key``, as the store's folders have it."""
        return f"{self.lane}.{self.stage}/{self.key}"
