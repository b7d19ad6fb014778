"""The tables of the generator's held-out problems: right answers, confidence, and what the lens is worth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from irmill.compiler.base.splits import Split
from irmill.compiler.model.veto import CONFIDENCE
from irmill.flows.evaluation.evaluate import Judgement, evaluate, summary
from irmill.flows.evaluation.problems import HELD_OUT, SEED, held_out_problems
from irmill.flows.reproduction.setting import Setting

if TYPE_CHECKING:
    from irmill.compiler.compile import Compiler

PROBLEMS = 150
"""Of each held-out split: some seconds in all."""
TRAINED = 20_000
"""Training problems that the held-out ones are compared with."""
GOALS = {Split.TEST: 0.85, Split.TEST_FAMILY: 0.85}
"""The share that is to be right; where none is named :data:`GOAL` is."""
GOAL = 0.95
IMPLAUSIBLE = 0.02
"""The share of negative or fractional answers that is tolerated where things come in ones."""


@lru_cache(maxsize=1)
def _judged_by(compiler: Compiler, model_only: bool) -> Mapping[Split, list[Judgement]]:
    return {
        split: evaluate(list(held_out_problems(PROBLEMS, split)), compiler, model_only=model_only) for split in HELD_OUT
    }


def _judged(setting: Setting) -> Mapping[Split, list[Judgement]]:
    """The problems of every held-out split, judged once for all tables of a call."""
    return _judged_by(setting.compiler, setting.model_only)


def accuracy_rows(setting: Setting) -> list[dict[str, Any]]:
    """Right answers by split and, below, by the number of operations of the right program, beside the best baseline."""
    judged = _judged(setting)
    rows = [
        _accuracy_row(split.value, part, f"{GOALS.get(split, GOAL):.0%}", GOALS.get(split, GOAL))
        for split, part in judged.items()
    ]
    every = [row for part in judged.values() for row in part]
    for steps in sorted({row.problem.groups["steps"] for row in every}):
        part = [row for row in every if row.problem.groups["steps"] == steps]
        rows.append(_accuracy_row(f"operations: {steps}", part, "the baseline", None))
    return rows


def _accuracy_row(name: str, part: list[Judgement], expected: str, goal: float | None) -> dict[str, Any]:
    totals = summary(part)
    baseline = max(totals["baselines"].values())
    low, high = totals["interval"]
    return {
        "input": f"{name}, {totals['rows']} problems",
        "expected": expected,
        "ours": f"{totals['accuracy']:.1%} ({low:.1%} to {high:.1%})",
        "before rejection": f"{totals['before_rejection']['accuracy']:.1%}",
        "baseline": f"{baseline:.1%}",
        "correct": totals["accuracy"] >= (baseline if goal is None else goal),
    }


def overlap_rows() -> list[dict[str, Any]]:
    """How much of the words, pairs of words and programs of each held-out split the training problems hold. A split of
    held-out words or pairs of operations is right where training holds less of them than of held-out templates."""
    from irmill.compiler.english.corpus import generate
    from irmill.compiler.english.overlap import lexical_overlap

    train = generate(TRAINED, SEED, splits=frozenset({Split.TRAIN}))
    test = [problem for split in HELD_OUT for problem in generate(PROBLEMS, SEED, splits=frozenset({split}))]
    found = lexical_overlap(train, test)
    plain = found[Split.TEST]
    return [
        {
            "input": f"{split.value}, {overlap.problems} problems",
            "words": f"{overlap.types:.1%}",
            "of all tokens": f"{overlap.tokens:.1%}",
            "pairs of words": f"{overlap.bigrams:.1%}",
            "programs": f"{overlap.expressions:.1%}",
            "unseen": ", ".join(overlap.unseen[:6]),
            "correct": (split is not Split.TEST_WORDS or overlap.types < plain.types)
            and (split is not Split.TEST_PAIR or overlap.expressions < plain.expressions),
        }
        for split, overlap in found.items()
    ]


def confidence_rows(setting: Setting) -> list[dict[str, Any]]:
    """Accuracy of the surest rows of each split, and implausible answers; each coverage is to beat the one above."""
    rows: list[dict[str, Any]] = []
    for split, part in _judged(setting).items():
        totals = summary(part)
        curve = [one["accuracy"] for one in totals["coverage"]]
        odd = totals["implausible"]["things in ones"]["share"]
        rows.append(
            {
                "input": split.value,
                **{f"at {one['coverage']:.0%}": f"{one['accuracy']:.1%}" for one in totals["coverage"]},
                "risk area": f"{totals['risk_coverage_area']:.3f}",
                "negative or fractional": f"{odd:.1%}",
                "correct": curve == sorted(curve) and odd <= IMPLAUSIBLE,
            }
        )
    return rows


def lens_rows(setting: Setting) -> list[dict[str, Any]]:
    """What each way to reject does on each split; right is one that catches a larger share than it loses by more than
    lowest confidence does."""
    rows: list[dict[str, Any]] = []
    for split, part in _judged(setting).items():
        lens = summary(part)["lens"]
        if lens is None:
            continue
        gains = {way["by"]: way["caught_share"] - way["lost_share"] for way in lens["vetoes"]}
        for way in lens["vetoes"]:
            rows.append(
                {
                    "input": f"{split.value}: {way['by']}",
                    "rejected": f"{way['rejected']:.0f}",
                    "wrong caught": f"{way['caught_share']:.1%}",
                    "right lost": f"{way['lost_share']:.1%}",
                    "correct": gains[way["by"]] >= gains[CONFIDENCE],
                }
            )
    return rows
