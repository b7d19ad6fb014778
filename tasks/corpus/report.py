"""What a dataset's card says in figures: rows, rejects, agreement of the backends, the lens's worth, cycles saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from irmill.compiler.base.answer import show, shown_agree
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.tasks.corpus.backends import BACKENDS, PROGRAMS, Backend
from irmill.tasks.corpus.join import STAGE as JOIN
from irmill.tasks.corpus.join import JoinReason
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

NAMED_DISAGREEMENTS = 20


@dataclass(frozen=True, slots=True)
class StageCounts:
    """One stage: rows in and out, and rejects by reason."""

    stage: str
    key: str
    rows_in: int
    rows_out: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class LensReport:
    """What the classifier is worth on English rows whose right answer is known.

    Attributes:
        rows: English rows that reached it.
        wrong_caught: misread sentences that it rejected.
        wrong_passed: misread sentences that it let through.
        right_lost: well read sentences that it rejected.
        random_caught: wrong rows that a lens would catch that rejects as many rows at random, on average.
        random_lost: right rows that such a lens would cost.
    """

    rows: int
    wrong_caught: int
    wrong_passed: int
    right_lost: int
    random_caught: float
    random_lost: float


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """All figures of a dataset. A part whose stages did not run is empty."""

    stages: tuple[StageCounts, ...]
    programs: int
    complete: int
    answered: dict[str, int]
    disagreements: tuple[str, ...]
    unsupported: dict[str, int]
    inexact: dict[str, int]
    operations: dict[str, int]
    engines: dict[str, int]
    lens: LensReport | None
    blocks: int
    improved: int
    cycles_before: tuple[int, ...]
    cycles_after: tuple[int, ...]


def make_report(store: Store, refs: Mapping[str, ArtifactRef], backends: Sequence[Backend] = BACKENDS) -> CorpusReport:
    """The figures of the entries of one run."""
    reports = [(ref, store.manifest(ref).report) for ref in refs.values()]
    stages = tuple(StageCounts(ref.id, ref.key, made.rows_in, ref.rows, dict(made.reasons)) for ref, made in reports)
    answered = _answered(store, refs, backends)
    before, after = _cycles(store, refs, backends)
    return CorpusReport(
        stages=stages,
        programs=answered.pop("programs", 0),
        complete=answered.pop("complete", 0),
        answered=answered,
        disagreements=_disagreements(store, refs),
        unsupported=_by_stage(stages, "UNSUPPORTED"),
        inexact=_by_stage(stages, "INEXACT"),
        operations=_histogram(store, refs, "operations", explode=True),
        engines=_histogram(store, refs, "engine"),
        lens=_lens(store, refs),
        blocks=len(before),
        improved=sum(a < b for a, b in zip(after, before, strict=True)),
        cycles_before=before,
        cycles_after=after,
    )


def _by_stage(stages: tuple[StageCounts, ...], reason: str) -> dict[str, int]:
    return {stage.stage: stage.reasons[reason] for stage in stages if reason in stage.reasons}


def _answered(store: Store, refs: Mapping[str, ArtifactRef], backends: Sequence[Backend]) -> dict[str, int]:
    if JOIN.id not in refs:
        return {}
    counts = (
        store.open(refs[JOIN.id])
        .select(
            pl.len().alias("programs"),
            pl.col("complete").sum(),
            *(pl.col(backend.value.name).count().alias(backend.name) for backend in backends),
        )
        .collect()
    )
    return {name: int(counts[name][0]) for name in counts.columns}


def _disagreements(store: Store, refs: Mapping[str, ArtifactRef]) -> tuple[str, ...]:
    if JOIN.id not in refs:
        return ()
    rejects = store.rejects(refs[JOIN.id]).to_pylist()
    named = [f"{r['id']}: {r['text']}: {r['message']}" for r in rejects if r["reason"] == JoinReason.DISAGREE]
    return tuple(named[:NAMED_DISAGREEMENTS])


def _histogram(store: Store, refs: Mapping[str, ArtifactRef], column: str, *, explode: bool = False) -> dict[str, int]:
    if PROGRAMS not in refs:
        return {}
    rows = store.open(refs[PROGRAMS]).select(column)
    rows = rows.explode(column) if explode else rows
    counts = rows.drop_nulls().group_by(column).len().sort("len", column, descending=[True, False]).collect()
    return {str(name): int(count) for name, count in counts.iter_rows()}


def _cycles(
    store: Store, refs: Mapping[str, ArtifactRef], backends: Sequence[Backend]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Cycles before and after, of every row of the backends that optimize."""
    before: list[int] = []
    after: list[int] = []
    for backend in backends:
        if backend.costs is not None and backend.stage in refs:
            rows = store.open(refs[backend.stage]).select(backend.costs).collect()
            before += rows[backend.costs[0]].to_list()
            after += rows[backend.costs[1]].to_list()
    return tuple(before), tuple(after)


def _lens(store: Store, refs: Mapping[str, ArtifactRef]) -> LensReport | None:
    """The classifier's worth, by the answers that the generators know."""
    if "compiler.classify" not in refs:
        return None
    rejected = store.rejects(refs["compiler.classify"])
    caught = {row["id"] for row in rejected.to_pylist() if row["reason"] == "LENS_DISAGREES"}
    rows = (
        store.open(refs["compiler.normalize"])
        .filter((pl.col("source") == "english") & pl.col("gold_answer").is_not_null())
        .select("id", "canonical", "gold_answer")
        .collect()
    )
    right = {row["id"]: _is_right(row["canonical"], row["gold_answer"]) for row in rows.iter_rows(named=True)}
    if not right:
        return None
    wrong = sum(not good for good in right.values())
    wrong_caught = sum(not good and row in caught for row, good in right.items())
    right_lost = sum(good and row in caught for row, good in right.items())
    share = (wrong_caught + right_lost) / len(right)
    return LensReport(
        rows=len(right),
        wrong_caught=wrong_caught,
        wrong_passed=wrong - wrong_caught,
        right_lost=right_lost,
        random_caught=round(wrong * share, 1),
        random_lost=round((len(right) - wrong) * share, 1),
    )


def _is_right(canonical: str, gold_answer: str) -> bool:
    try:
        outcome = interpret(check_types(parse_text(canonical)))
    except LanguageError:
        return False
    return outcome.value is not None and shown_agree(gold_answer, show(outcome.value))
