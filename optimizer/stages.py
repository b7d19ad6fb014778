"""The optimizer lane over tables: blocks, lower, coldstart, evolve, speculate.

Every function has the shape of a stage: configuration, parents' tables and a seed in; rows and rejects out. What needs
torch is imported by the stage that uses it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from irmill.compiler.base.rows import Progress, Reject, content_id
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.optimizer import rows as schemas
from irmill.optimizer.config import BlocksConfig, ColdstartConfig, EvolveConfig, LowerConfig, SpeculateConfig
from irmill.optimizer.lower.blocks import rewrite_blocks
from irmill.optimizer.lower.classical import lower_program
from irmill.optimizer.lower.flow import analyse, items_of
from irmill.optimizer.lower.peephole import peephole
from irmill.optimizer.lower.speculate import Effort
from irmill.optimizer.optimize import Optimized, optimize_tasm
from irmill.optimizer.policy.evolve import evolve as evolve_weights
from irmill.optimizer.policy.guide import Guide
from irmill.optimizer.policy.history import Point
from irmill.optimizer.policy.labels import LabelledBlock, block_line, block_problem, label
from irmill.optimizer.policy.network import SHAPES, Weights, check_weights
from irmill.optimizer.policy.report import baselines
from irmill.optimizer.rows import BlockSource, OptimizerReason
from irmill.optimizer.tasm.assemble import assemble
from irmill.optimizer.tasm.parse import parse_tasm
from irmill.optimizer.tasm.print import print_tasm
from irmill.optimizer.tasm.straight import Code
from irmill.optimizer.tasm.vm import RunLimits, Status, execute
from irmill.optimizer.tir.from_program import lower_typed
from irmill.optimizer.tir.generate import HELD_OUT, TRAIN, generate_blocks
from irmill.optimizer.tir.ops import TirCode
from irmill.optimizer.tir.text import parse_tir, print_tir

Row = dict[str, Any]
Made = tuple[pa.Table, list[Reject]]

PROGRAM = "program"


def blocks(config: BlocksConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress) -> Made:
    """TIR: generated blocks where ``config.count`` asks for them, and the programs of ``execute`` where it is given.

    A program that TASM cannot express, or that does not run to its end within the cycles, is rejected as UNSUPPORTED.
    """
    made: list[Row] = []
    rejects: list[Reject] = []
    for block in generate_blocks(config.count, seed) if config.count else ():
        text = print_tir(block.code)
        made.append(
            {
                "id": content_id("blocks", text, *map(str, block.public_input)),
                "parent_id": None,
                "seed": seed,
                "source": BlockSource.GENERATED,
                "kind": block.family,
                "split": block.split,
                "tir": text,
                "operands": [],
                "public_input": [str(word) for word in block.public_input],
                "expected": None,
                "program_id": None,
            }
        )
        progress(1)
    for row in inputs["execute"].select(["id", "canonical", "value"]).to_pylist() if "execute" in inputs else ():
        try:
            made.append(_program_row(config, row, seed))
        except LanguageError as error:
            rejects.append(Reject(row["id"], error.code, error.message, row["canonical"]))
        progress(1)
    return pa.Table.from_pylist(made, schema=schemas.BLOCKS), rejects


def _program_row(config: BlocksConfig, row: Row, seed: int) -> Row:
    program = lower_typed(check_types(parse_text(row["canonical"])), config.max_nodes)
    run = execute(
        assemble(lower_program(program.code)), program.operands, limits=RunLimits(max_cycles=config.max_cycles)
    )
    if run.status is not Status.OK:
        raise LanguageError(ErrorCode.UNSUPPORTED, f"a step leaves 0 to 2^32 - 1 or the limits: {run.message}")
    text = print_tir(program.code)
    operands = [str(word) for word in program.operands]
    return {
        "id": content_id("blocks", row["id"], text),
        "parent_id": row["id"],
        "seed": seed,
        "source": BlockSource.PROGRAM,
        "kind": PROGRAM,
        "split": PROGRAM,
        "tir": text,
        "operands": operands,
        "public_input": operands,
        "expected": [{"true": "1", "false": "0"}.get(row["value"], row["value"])],
        "program_id": row["id"],
    }


def lower(config: LowerConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress) -> Made:
    """Classical TASM for every row, run on its input. An output other than the expected one is DISAGREE."""
    made: list[Row] = []
    rejects: list[Reject] = []
    for row in inputs["blocks"].to_pylist():
        statements = lower_program(parse_tir(row["tir"]))
        words = tuple(int(word) for word in row["public_input"])
        run = execute(assemble(statements), words, limits=RunLimits(max_cycles=config.max_cycles))
        progress(1)
        if run.heights is None:
            rejects.append(Reject(row["id"], OptimizerReason.TRAPPED, run.message, row["tir"]))
            continue
        output = [str(word) for word in run.output]
        if row["expected"] is not None and output != row["expected"]:
            message = f"the machine wrote {' '.join(output)} where {' '.join(row['expected'])} was expected"
            rejects.append(Reject(row["id"], ErrorCode.DISAGREE, message, row["tir"]))
            continue
        text = print_tasm(statements)
        made.append(
            {
                **row,
                "id": content_id("lower", row["id"], text),
                "parent_id": row["id"],
                "seed": seed,
                "tasm": text,
                "cycles": run.cycles,
                "padded_height": run.heights.padded,
                "heights": json.dumps(run.heights.as_dict()),
                "answer": output[0] if output else "",
            }
        )
    return pa.Table.from_pylist(made, schema=schemas.LOWER), rejects


def _codes(table: pa.Table, split: str, count: int) -> list[TirCode]:
    """The first ``count`` different blocks of a split; all programs stand in where no block was generated."""
    splits = table.column("split").to_pylist()
    wanted = split if split in splits else PROGRAM
    texts = [text for text, found in zip(table.column("tir").to_pylist(), splits, strict=True) if found == wanted]
    return [parse_tir(text) for text in list(dict.fromkeys(texts))[:count]]


def coldstart(config: ColdstartConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress) -> Made:
    """The gradient cold start; the table holds the weights in fixed point and the history of the training."""
    from irmill.optimizer.policy.coldstart import train

    def labelled(split: str, count: int) -> list[LabelledBlock]:
        found: list[LabelledBlock] = []
        for code in _codes(inputs["lower"], split, count):
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
    return _network_table("coldstart", result.weights, result.history, seed), []


def evolve(config: EvolveConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress) -> Made:
    """Evolve the cold start's weights; history and baselines on the held-out families are folded in as rows."""
    start = weights_of(inputs["coldstart"])
    lines = _lines(inputs["lower"], TRAIN, max(config.minibatch * 2, config.minibatch))
    result = evolve_weights(
        start,
        [block_problem(line) for line in lines],
        population=config.population,
        generations=config.generations,
        minibatch=config.minibatch,
        expansions=config.expansions,
        share=config.mutated_share,
        sigma=config.sigma,
        seed=seed,
        progress=progress,
    )
    networks: dict[str, Weights | None] = {"uniform": None, "gradient": start, "evolved": result.weights}
    points = list(result.history)
    for row in baselines(_lines(inputs["lower"], HELD_OUT, config.held_out), networks, config.expansions):
        points += [
            Point(f"baseline.{row.name}.{name}", 0, float(value))
            for name, value in row.as_dict().items()
            if not isinstance(value, str)
        ]
    return _network_table("evolve", result.weights, points, seed), []


def _lines(table: pa.Table, split: str, count: int) -> list[Code]:
    found = [block_line(code) for code in _codes(table, split, count)]
    return [line for line, _ in (entry for entry in found if entry is not None)]


def _network_table(stage: str, weights: Weights, history: Sequence[Point], seed: int) -> pa.Table:
    made: list[Row] = []
    for name in SHAPES:
        values = weights[name].reshape(-1).tolist()
        made.append(_network_row(stage, "weights", name, list(weights[name].shape), values, 0.0, 0, seed))
    made += [_network_row(stage, "history", p.name, [], [], p.value, p.step, seed) for p in history]
    return pa.Table.from_pylist(made, schema=schemas.COLDSTART)


def _network_row(
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
    """The network of a ``coldstart`` or ``evolve`` table.

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


def history_of(table: pa.Table) -> list[Point]:
    """The history of a ``coldstart`` or ``evolve`` table, in order."""
    return [Point(row["name"], row["step"], row["metric"]) for row in table.to_pylist() if row["kind"] == "history"]


def baseline_rows(table: pa.Table) -> list[dict[str, str | float]]:
    """The held-out baselines of an ``evolve`` table: one row for each way of lowering, as the report shows it."""
    made: dict[str, dict[str, str | float]] = {}
    for point in history_of(table):
        parts = point.name.split(".")
        if parts[0] == "baseline":
            made.setdefault(parts[1], {"name": parts[1]})[parts[2]] = point.value
    return list(made.values())


def speculate(config: SpeculateConfig, inputs: Mapping[str, pa.Table], *, seed: int, progress: Progress) -> Made:
    """Speculative lowering of every row, guided by the evolved network: never worse than classical, and verified."""
    guide = Guide(weights_of(inputs["evolve"]))
    effort = Effort(config.expansions, config.each, config.windows, config.whole)
    made: list[Row] = []
    for row in inputs["lower"].to_pylist():
        words = [int(word) for word in row["public_input"]]
        result = optimize_tasm(
            row["tasm"], words, effort=effort, guide=guide, trials=config.trials, max_cycles=config.max_cycles
        )
        made.append(_speculated(row, result, _peephole_cycles(row["tasm"], words, config.max_cycles), seed))
        progress(1)
    return pa.Table.from_pylist(made, schema=schemas.SPECULATE), []


def _speculated(row: Row, result: Optimized, peephole_cycles: int, seed: int) -> Row:
    after = result.after
    heights = None if after is None else after.heights
    if after is None or heights is None or after.padded_height is None:
        raise ValueError(f"row {row['id']} ran when it was lowered, and does not now")
    return {
        **row,
        "id": content_id("speculate", row["id"], result.tasm),
        "parent_id": row["id"],
        "seed": seed,
        "tasm_optimized": result.tasm,
        "cycles_after": after.cycles,
        "padded_height_after": after.padded_height,
        "heights_after": json.dumps(dict(heights)),
        "improved": result.tasm != row["tasm"],
        "verified": result.verified,
        "trials": result.trials,
        "cycles_peephole": peephole_cycles,
    }


def _peephole_cycles(source: str, words: Sequence[int], max_cycles: int) -> int:
    """Cycles after the peephole rules alone."""
    items = items_of(parse_tasm(source))
    simple, _, _ = rewrite_blocks(items, analyse(items), peephole)
    return execute(assemble(simple), words, limits=RunLimits(max_cycles=max_cycles)).cycles
