"""The matrix products of a network: how many operations a call takes of them, and how quick the machine is at them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from irmill.flows.bench.contest import Case

_TALL = 256
"""Rows of the ceiling's products: enough that taller ones are no quicker."""
_AGAIN = 20


def products_of(work: Callable[[], object]) -> float:
    """Floating-point operations of the matrix products that torch runs in one call; fused recurrent layers are not
    counted."""
    counter = FlopCounterMode(display=False)
    with counter:
        work()
    return float(counter.get_total_flops())


def weights_of(owner: Any) -> list[Tensor]:
    """The matrices (out, in) that a network multiplies by, whoever holds it: embeddings only look up."""
    nets = [owner] if isinstance(owner, nn.Module) else _networks(owner)
    looked_up = {id(part.weight) for net in nets for part in net.modules() if isinstance(part, nn.Embedding)}
    found = [parameter.detach() for net in nets for parameter in net.parameters() if parameter.dim() == 2]
    products = [matrix for matrix in found if id(matrix) not in looked_up]
    return products or found


def _networks(owner: Any, depth: int = 3) -> list[nn.Module]:
    """The networks that an object holds in its fields, or in theirs."""
    if isinstance(owner, nn.Module):
        return [owner]
    names = [*getattr(owner, "__dict__", ()), *getattr(type(owner), "__slots__", ())]
    return [net for name in names if depth for net in _networks(getattr(owner, name, None), depth - 1)]


def ceiling(matrices: Sequence[Tensor], kind: torch.dtype = torch.float32) -> Case:
    """Products with each matrix, ``_TALL`` rows on its left; it counts them."""
    pairs = [(torch.randn(_TALL, matrix.shape[1], dtype=kind), matrix.to(kind)) for matrix in matrices]
    flop = sum(2.0 * _TALL * matrix.shape[0] * matrix.shape[1] for matrix in matrices)

    def multiply() -> None:
        with torch.inference_mode():
            for left, matrix in pairs * _AGAIN:
                nn.functional.linear(left, matrix)

    return Case("bare matrix products", multiply, float(_AGAIN * len(pairs)), _AGAIN * flop)
