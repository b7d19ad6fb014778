"""Batches: which jobs an engine compiles together, and how a batch that fails is cut until only one job is to blame."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from irmill.compiler.execute.engine import Answer, Job, not_a_module
from irmill.compiler.wasm.decode import Code, Undecodable
from irmill.compiler.wasm.merge import Call, Mergeable, merge_modules


@dataclass(frozen=True, slots=True)
class Part:
    """A job of a batch: its place among all, and its module in pieces; None where it has to run as it is."""

    row: int
    job: Job
    pieces: Mergeable | None


Batch = Sequence[Part]
"""Jobs that are compiled together: several that can be merged, or any one."""

Attempt = Callable[[Batch, dict[int, Answer]], Iterable[Batch]]
"""Runs a batch. It answers rows of it by their place, and returns the batches that are still to be run."""


def run_batches(jobs: Sequence[Job], most: int, attempt: Attempt) -> list[Answer]:
    """One answer for each job, in order; a job that is no module is not attempted.

    Args:
        jobs: what to run.
        most: the most jobs of a batch.
        attempt: runs one batch.
    """
    answers: dict[int, Answer] = {}
    waiting = deque(_cut(jobs, most, answers))
    while waiting:
        waiting.extendleft(reversed(list(attempt(waiting.popleft(), answers))))
    return [answers[row] for row in range(len(jobs))]


def _cut(jobs: Sequence[Job], most: int, answers: dict[int, Answer]) -> list[Batch]:
    """Batches of jobs with equal memories, in the order of their first jobs."""
    known: dict[bytes, Code] = {}
    batches: list[list[Part]] = []
    growing: dict[tuple[int, int] | None, list[Part]] = {}
    for row, job in enumerate(jobs):
        refused = not_a_module(job)
        if refused is not None:
            answers[row] = refused
            continue
        try:
            pieces = Mergeable(job.module, known)
        except Undecodable:
            batches.append([Part(row, job, None)])
            continue
        batch = growing.get(pieces.memory)
        if batch is None or len(batch) >= most:
            batch = growing[pieces.memory] = []
            batches.append(batch)
        batch.append(Part(row, job, pieces))
    return [*batches]


def module_of(batch: Batch) -> tuple[bytes, Sequence[Call | None]]:
    """The module of a batch, and how each of its jobs is called: None for ``compute`` of the job's own module."""
    pieces = [part.pieces for part in batch if part.pieces is not None]
    if len(batch) == 1 or len(pieces) < len(batch):
        (part,) = batch
        return part.job.module, (None,)
    merged = merge_modules(pieces)
    return merged.module, merged.calls


def halves(batch: Batch) -> list[Batch]:
    """A batch that cannot be run as one, cut in two."""
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]]
