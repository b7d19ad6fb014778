"""The gradient cold start of the policy network, on labels that the search with a uniform prior finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
from pydantic import Field

from irmill.compiler.base.rows import KEY_FIELDS, Progress, Reject, Row, content_id, text_field
from irmill.compiler.base.stage import Section, Sharding, Stage
from irmill.optimizer.policy.history import Point
from irmill.optimizer.policy.labels import LabelledBlock, block_line, block_problem, label
from irmill.optimizer.policy.network import SHAPES, Weights, check_weights
from irmill.optimizer.stages.blocks import PROGRAM
from irmill.optimizer.tir.generate import HELD_OUT, TRAIN
from irmill.optimizer.tir.ops import TirCode
from irmill.optimizer.tir.text import parse_tir


class ColdstartConfig(Section):
    """How the network is started."""

    blocks: int = Field(default=128, ge=1)
    """Training blocks that are labelled."""
    held_out: int = Field(default=40, ge=0)
    """Blocks of the held-out families on which the result is measured."""
    label_expansions: int = Field(default=400, ge=1)
    """States that the search may expand for one label."""
    epochs: int = Field(default=16, ge=0)
    batch: int = Field(default=64, ge=1)
    rate: float = Field(default=3e-3, gt=0)


SCHEMA = pa.schema(
    [
        *KEY_FIELDS,
        text_field("kind"),
        text_field("name"),
        pa.field("shape", pa.list_(pa.field("item", pa.int64(), nullable=False)), nullable=False),
        pa.field("values", pa.list_(pa.field("item", pa.int64(), nullable=False)), nullable=False),
        pa.field("metric", pa.float64(), nullable=False),
        pa.field("step", pa.int64(), nullable=False),
    ]
)
"""Rows of kind ``weights``: a tensor in fixed point, 16 fraction bits. Rows of kind ``history``: ``metric`` is a figure
called ``name`` at ``step``, with no values."""


def coldstart(
    config: ColdstartConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress
) -> tuple[pa.Table, list[Reject]]:
    """The network after the cold start, and the history of its training, from the rows of ``lower``."""
    from irmill.optimizer.policy.coldstart import train

    def labelled(split: str, count: int) -> list[LabelledBlock]:
        found: list[LabelledBlock] = []
        for code in codes_of(inputs["lower"], split, count):
            line = block_line(code)
            block = label(block_problem(*line), config.label_expansions) if line else None
            if block is not None:
                found.append(block)
            progress(1)
        return found

    result = train(
        labelled(TRAIN, config.blocks),
        labelled(HELD_OUT, config.held_out),
        epochs=config.epochs,
        batch=config.batch,
        rate=config.rate,
        seed=seed,
    )
    return network_table("coldstart", result.weights, result.history, seed), []


def codes_of(table: pa.Table, split: str, count: int) -> list[TirCode]:
    """Different TIR blocks of a split; all programs stand in where no block was generated."""
    splits = table.column("split").to_pylist()
    wanted = split if split in splits else PROGRAM
    texts = [text for text, found in zip(table.column("tir").to_pylist(), splits, strict=True) if found == wanted]
    return [parse_tir(text) for text in list(dict.fromkeys(texts))[:count]]


def network_table(stage: str, weights: Weights, history: Sequence[Point], seed: int) -> pa.Table:
    """A network and its history as a table of :data:`SCHEMA`."""
    made = [
        _row(stage, "weights", name, list(shape), weights[name].reshape(-1).tolist(), 0.0, 0, seed)
        for name, shape in SHAPES.items()
    ]
    made += [_row(stage, "history", p.name, [], [], p.value, p.step, seed) for p in history]
    return pa.Table.from_pylist(made, schema=SCHEMA)


def _row(
    stage: str, kind: str, name: str, shape: list[int], values: list[int], metric: float, step: int, seed: int
) -> Row:
    return {
        "id": content_id(stage, kind, name, str(step), str(metric), *map(str, values)),
        "parent_id": None,
        "seed": seed,
        "kind": kind,
        "name": name,
        "shape": shape,
        "values": values,
        "metric": metric,
        "step": step,
    }


def weights_of(table: pa.Table) -> Weights:
    """The network of a table that :func:`network_table` made.

    Raises:
        ValueError: if a tensor is missing or has another shape than the network's.
    """
    weights = {
        row["name"]: np.array(row["values"], dtype=np.int64).reshape(row["shape"])
        for row in table.to_pylist()
        if row["kind"] == "weights"
    }
    check_weights(weights)
    return weights


STAGE = Stage(
    lane="optimizer",
    name="coldstart",
    function=coldstart,
    schema=SCHEMA,
    config=lambda config: config.coldstart,
    parents=("optimizer.lower",),
    sharding=Sharding.GATHER,
    conserves=False,
    versions=("numpy", "torch"),
)
