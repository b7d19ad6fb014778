"""Basic blocks of a TIR program: straight runs of operations, at most 32 each, bodies of control flow included."""

from __future__ import annotations

from collections.abc import Sequence

from irmill.optimizer.tir.ops import TirCode, TirOp

MAX_NODES = 32


def basic_blocks(code: Sequence[TirOp], limit: int = MAX_NODES) -> list[TirCode]:
    """The straight runs in order of appearance; longer ones are cut at ``limit`` operations."""
    blocks: list[TirCode] = []
    current: list[TirOp] = []

    def flush() -> None:
        if current:
            blocks.append(tuple(current))
            current.clear()

    for operation in code:
        if operation.name == "comment":
            continue
        if operation.opcode.ends_block:
            flush()
            for body in operation.bodies:
                blocks.extend(basic_blocks(body, limit))
            continue
        current.append(operation)
        if len(current) == limit:
            flush()
    flush()
    return blocks
