"""The source: random numbers."""

from __future__ import annotations

import random

from double_engine.shared import called, rows


def numbers(config, inputs, *, seed, progress):
    called("numbers", config)
    rng = random.Random(seed)
    values = [(rng.randrange(10**6), None) for _ in range(config.count)]
    progress(config.count)
    return rows(values, seed), []
