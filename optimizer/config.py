"""Configuration of the optimizer lane's stages. Everything that makes a stage larger or smaller is here."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class BlocksConfig(BaseModel):
    """Where blocks come from: generated ones by families of algorithms, and whole programs of the compiler lane."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(default=240, ge=0)
    """Generated blocks."""
    shard_rows: int = Field(default=240, ge=1)
    max_cycles: int = Field(default=1_000_000, ge=1)
    """A program whose TASM takes more on its own operands is UNSUPPORTED."""
    max_nodes: int = Field(default=2_000, ge=1)
    """A program with more nodes in its syntax tree is UNSUPPORTED."""


class LowerConfig(BaseModel):
    """Classical lowering."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_cycles: int = Field(default=1_000_000, ge=1)


class ColdstartConfig(BaseModel):
    """The gradient cold start on labels that the search with a uniform prior finds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    blocks: int = Field(default=128, ge=1)
    """Training blocks that are labelled."""
    held_out: int = Field(default=40, ge=0)
    """Blocks of the held-out families on which the result is measured."""
    label_expansions: int = Field(default=400, ge=1)
    """States that the search may expand for one label."""
    epochs: int = Field(default=16, ge=0)
    batch: int = Field(default=64, ge=1)
    rate: float = Field(default=3e-3, gt=0)


class EvolveConfig(BaseModel):
    """Evolution of the fixed-point weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    population: int = Field(default=16, ge=4)
    generations: int = Field(default=3, ge=0)
    minibatch: int = Field(default=12, ge=1)
    """Blocks that every individual of a generation is measured on."""
    expansions: int = Field(default=30, ge=1)
    """States that the search may expand for one block."""
    mutated_share: float = Field(default=0.1, gt=0, le=1)
    """The part of the weights that one mutation touches."""
    sigma: float = Field(default=0.3, gt=0)
    """Standard deviation of a mutation, in units of 1."""
    held_out: int = Field(default=40, ge=0)
    """Blocks of the held-out families for the report."""


class SpeculateConfig(BaseModel):
    """Speculative lowering: how hard to search, and how many inputs each result is run on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expansions: int = Field(default=2_000, ge=0)
    """States that the search may expand for one program or block."""
    each: int = Field(default=40, ge=1)
    """States that one search may expand."""
    windows: tuple[int, ...] = (4,)
    """Lengths of the windows that the search slides along longer lines."""
    whole: int = Field(default=24, ge=0)
    """The longest line that the network searches as a whole."""
    trials: int = Field(default=6, ge=1)
    max_cycles: int = Field(default=1_000_000, ge=1)
