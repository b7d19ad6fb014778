"""The configuration of the last two stages."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class JoinConfig(BaseModel):
    """What the join tolerates.

    Attributes:
        max_disagreements: programs on which two backends may differ before the run fails.
        min_complete: the share of generated programs that must have every form; it does not bind a person's prompts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_disagreements: int = Field(default=0, ge=0)
    min_complete: float = Field(default=0.3, ge=0, le=1)


class ExportConfig(BaseModel):
    """How the dataset is written.

    Attributes:
        rows_per_file: rows of one Parquet file of the dataset.
        plots: draw the card's plots.
        licence: the licence that the card names.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_per_file: int = Field(default=50_000, ge=1)
    plots: bool = True
    licence: str = "apache-2.0"
