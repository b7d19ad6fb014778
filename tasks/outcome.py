"""One row of a run's table."""

from __future__ import annotations

from pydantic import Field

from irmill.tasks.store.manifest import Record

COUNTS = ("in", "out", "rejected", "seconds", "cached")


class StageOutcome(Record):
    """One row of a run's table: what a stage made, or found made (``cached``), and how long this run waited for it."""

    lane: str
    stage: str
    key: str
    rows_in: int
    rows_out: int
    rejected: int
    seconds: float
    cached: bool
    reasons: dict[str, int] = Field(default_factory=dict)

    @property
    def id(self) -> str:
        """``lane.stage``."""
        return f"{self.lane}.{self.stage}"

    def counts(self) -> tuple[str, ...]:
        """What a person is shown in the columns :data:`COUNTS`."""
        rows = (f"{self.rows_in:,}", f"{self.rows_out:,}", f"{self.rejected:,}")
        return (*rows, f"{self.seconds:.1f}", "yes" if self.cached else "no")

    @property
    def ref(self) -> str:
        """``lane.stage/key``, as the store's folders have it."""
        return f"{self.lane}.{self.stage}/{self.key}"
