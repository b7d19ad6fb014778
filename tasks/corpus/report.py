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
from irmill.compiler.model.veto import Counterfactual, Heard, counterfactual
from irmill.tasks.corpus.backends import BACKENDS, PROGRAMS, Backend
from irmill.tasks.corpus.join import STAGE as JOIN
from irmill.tasks.corpus.join import JoinReason
from irmill.tasks.store.manifest import ArtifactRef
from irmill.tasks.store.store import Store

NAMED_DISAGREEMENTS = 20
AT_RANDOM = "as many rows at random, on average"


@dataclass(frozen=True, slots=True)
class StageCounts:
    """One stage: rows in and out, and rejects by reason."""

    stage: str
    key: str
    rows_in: int
    rows_out: int
    reasons: dict[str, int]


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
    lens: Counterfactual | None
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


def _lens(store: Store, refs: Mapping[str, ArtifactRef]) -> Counterfactual | None:
    """What the classifier's objections are worth, by the answers that the generators know: on the English rows that
    reached it, whether or not ``lens.veto`` let it reject them."""
    if "compiler.classify" not in refs:
        return None
    classify = refs["compiler.classify"]
    objected = {row["id"] for row in store.rejects(classify).to_pylist() if row["reason"] == "LENS_DISAGREES"}
    kept = (
        store.open(classify).filter(pl.col("source") == "english").select("parent_id", "operations", "lens").collect()
    )
    for row in kept.iter_rows(named=True):
        if row["operations"] != [reading["operation"] for reading in row["lens"]]:
            objected.add(row["parent_id"])
    rows = (
        store.open(refs["compiler.normalize"])
        .filter((pl.col("source") == "english") & pl.col("gold_answer").is_not_null())
        .select("id", "canonical", "gold_answer", "confidence")
        .collect()
        .to_dicts()
    )
    if not rows:
        return None
    share = sum(row["id"] in objected for row in rows) / len(rows)
    heard = [
        Heard(_is_right(row["canonical"], row["gold_answer"]), row["confidence"], row["id"] in objected, 0.0, share)
        for row in rows
    ]
    return counterfactual(heard, random=AT_RANDOM)


def _is_right(canonical: str, gold_answer: str) -> bool:
    try:
        outcome = interpret(check_types(parse_text(canonical)))
    except LanguageError:
        return False
    return outcome.value is not None and shown_agree(gold_answer, show(outcome.value))
