"""The bench `model`: normalizing in batches, the lens with early exit, a step of training.

The normalizer is whichever the configuration opens; its matrix products are counted as torch runs them, and the ceiling
is the products of its own weights' shapes, bare and in tall batches, on one thread as every stage reads the model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from multiprocessing import get_context

import torch

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.config import LensConfig, ModelConfig, NormalizerConfig
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import LoadedModel, SlotModel, open_model
from irmill.compiler.model.normalizer import Normalizer, make_normalizer
from irmill.compiler.model.readings import LensItem, lens_block
from irmill.flows.bench.contest import Case, Contest, Goal, Measure
from irmill.flows.bench.products import ceiling, products_of, weights_of
from irmill.flows.bench.training import training
from irmill.flows.config import RunConfig

PROBLEMS = 256
"""English problems of held-out templates that every case reads."""
BATCH = 64
_SEED = 11


def contests(config: RunConfig, stack: ExitStack) -> Iterator[Contest]:
    """Normalizing, the lens, and a training step where the model is one that irmill trains."""
    torch.set_num_threads(1)
    problems = list(generate(PROBLEMS, _SEED, splits=frozenset({Split.TEST})))
    model = open_model(config.model)
    yield normalizing(model, config, [problem.question for problem in problems], stack)
    yield lens(model, config.lens, problems)
    if isinstance(model, SlotModel):
        yield training(model, config.train.base)


def normalizing(model: LoadedModel, config: RunConfig, questions: Sequence[str], stack: ExitStack) -> Contest:
    """One question at a time against batches, on one core and on all of them."""
    one = make_normalizer(model, config.normalizer.model_copy(update={"batch_size": 1}))
    wide = config.normalizer.model_copy(update={"batch_size": BATCH})
    many = make_normalizer(model, wide)
    cores = os.cpu_count() or 1
    read_by = (config.model.model_dump_json(), wide.model_dump_json())
    pool = stack.enter_context(
        ProcessPoolExecutor(cores, get_context("spawn"), initializer=_normalizer, initargs=read_by)
    )
    parts = [questions[start : start + BATCH] for start in range(0, len(questions), BATCH)]

    def shared_out() -> None:
        list(pool.map(partial(_normalize_part, *read_by), parts))

    flop = products_of(lambda: many.normalize(questions))
    count = len(questions)
    times = Goal(Measure.TIMES, 5.0)
    return Contest(
        f"normalize, {type(many).__name__}",
        "problems",
        Case("one at a time", lambda: one.normalize(questions), count, products_of(lambda: one.normalize(questions))),
        (
            Case(f"batches of {BATCH}", lambda: many.normalize(questions), count, flop, goals=(times,)),
            Case(f"batches of {BATCH}, {cores} processes", shared_out, count, flop, goals=(Goal(Measure.RATE, 500.0),)),
        ),
        ceiling(weights_of(many)),
        f"{flop / count / 1e6:,.0f} MFLOP of matrix products a problem in batches; the ceiling is one core's",
    )


@cache
def _normalizer(model: str, config: str) -> Normalizer:
    opened = open_model(ModelConfig.model_validate_json(model))
    return make_normalizer(opened, NormalizerConfig.model_validate_json(config))


def _normalize_part(model: str, config: str, questions: Sequence[str]) -> int:
    """In a process of the pool, which has opened the model."""
    return len(_normalizer(model, config).normalize(questions))


def lens(model: LoadedModel, config: LensConfig, problems: Sequence[Problem]) -> Contest:
    """Reading every operation in the middle of the model against reading it after the last block."""
    items = [LensItem(problem.question, parse_text(problem.canonical)) for problem in problems]
    block = lens_block(model.layers, config)
    last = LensConfig(depth=(model.layers - 0.5) / model.layers)
    share = (block + 1) / model.layers

    def reading(where: LensConfig) -> Callable[[], object]:
        return lambda: [classify(model, items[start : start + BATCH], where) for start in range(0, len(items), BATCH)]

    whole, early = reading(last), reading(config)
    return Contest(
        "lens",
        "problems",
        Case("full forward", whole, len(items), products_of(whole)),
        (
            Case(
                f"early exit after block {block + 1} of {model.layers}",
                early,
                len(items),
                products_of(early),
                goals=(Goal(Measure.SHARE, share + 0.03),),
            ),
        ),
        ceiling(weights_of(model.net)),
        f"{block + 1} of {model.layers} blocks are {share:.3f} of the full forward's time, all else being nothing",
    )
