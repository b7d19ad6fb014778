"""The tables of the optimizer seed: the network's parameters by part, and what its fixed-point rule computes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from irmill.optimizer.field import fixed, goldilocks
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.policy.network import SHAPES

PARAMETERS = {
    "encoder layer: query, key and value": (12_288, ("encoder0.query", "encoder0.key", "encoder0.value")),
    "encoder layer: output": (4_096, ("encoder0.output",)),
    "encoder layer: feed-forward": (16_512, ("encoder0.rise", "encoder0.rise_bias", "encoder0.fall")),
    "encoder layer: norms": (128, ("encoder0.gain_attention", "encoder0.gain_feed")),
    "decoder: hidden": (16_512, ("decoder.hidden", "decoder.hidden_bias")),
    "decoder: output": (8_256, ("decoder.logits", "decoder.logits_bias")),
    "all": (90_816, tuple(SHAPES)),
}
"""Parameters by part, as the seed adds them up (two encoder layers and the decoder are its "91K"), and our tensors."""
PRODUCTS = 2_000


def parameter_rows() -> list[dict[str, Any]]:
    """The seed's count of each part beside that of our tensors."""
    rows: list[dict[str, Any]] = []
    for part, (claimed, tensors) in PARAMETERS.items():
        ours = sum(math.prod(SHAPES[name]) for name in tensors)
        rows.append({"input": part, "seed": claimed, "ours": ours, "correct": ours == claimed})
    return rows


def product_rows() -> list[dict[str, Any]]:
    """How many products of numbers from [-1, 1] come out within 1e-3, and with the right sign.

    The seed divides by the scale in the field, which is exact only where the scale divides the product; we shift and
    round once.
    """
    draw = np.random.default_rng(2026)
    left, right = draw.uniform(-1, 1, PRODUCTS), draw.uniform(-1, 1, PRODUCTS)
    exact = left * right
    a, b = fixed.encode(left), fixed.encode(right)
    ours = fixed.decode(fixed.multiply(a, b))
    unscale = goldilocks.inverse(fixed.SCALE)
    raw = [
        goldilocks.signed(goldilocks.mul(goldilocks.mul(int(x) % MODULUS, int(y) % MODULUS), unscale))
        for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]
    seed = np.array(raw, dtype=np.float64) / fixed.SCALE
    rows: list[dict[str, Any]] = []
    for what, measure in (
        ("products within 1e-3", lambda found: np.abs(found - exact) < 1e-3),
        ("products with the right sign", lambda found: np.sign(found) == np.sign(exact)),
    ):
        shares = [float(np.mean(measure(found))) for found in (seed, ours)]
        rows.append(
            {
                "input": f"{what}, of {PRODUCTS:,}",
                "seed": f"{shares[0]:.1%} by its rule, run here",
                "ours": f"{shares[1]:.1%}",
                "correct": shares[1] >= 0.99,
            }
        )
    return rows
