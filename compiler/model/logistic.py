"""Logistic regression of a few features, by Newton's method: what calibration and combined votes are fitted with."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RIDGE = 1e-2
"""The penalty on the square of each weight but the last, so that separable rows have finite weights."""
_STEPS = 50
_EDGE = 1e-6


def logit(probability: float) -> float:
    """The log odds, of a probability kept :data:`_EDGE` away from 0 and 1."""
    inside = min(max(probability, _EDGE), 1.0 - _EDGE)
    return math.log(inside / (1.0 - inside))


def sigmoid(odds: float) -> float:
    """The probability of log odds."""
    return 1.0 / (1.0 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1.0 + math.exp(odds))


def fit(features: Sequence[Sequence[float]], right: Sequence[bool]) -> NDArray[np.float64]:
    """The weight of each feature and, last, the intercept, for the log odds of ``right``; rows must not be empty."""
    rows = np.column_stack([np.asarray(features, dtype=np.float64), np.ones(len(right))])
    target = np.asarray(right, dtype=np.float64)
    penalty = np.full(rows.shape[1], RIDGE)
    penalty[-1] = _EDGE
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(rows @ weights, -30.0, 30.0)))
        slope = rows.T @ (target - chance) - penalty * weights
        curvature = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.clip(np.linalg.solve(curvature, slope), -2.0, 2.0)
        weights = weights + step
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights
