"""What a run must hold: no stage empty, backends that agree, enough programs in every form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from irmill.compiler.base.rows import Reject, reject_table
from irmill.flows.config import STAGES, load_config
from irmill.flows.gates import join_problems, stage_problems
from irmill.tasks.corpus.join import JoinReason
from irmill.tasks.outcome import StageOutcome


@dataclass
class Joined:
    """In the place of the store: so many joined programs, so many of them complete, and rejects by reason."""

    programs: int = 10
    complete: int = 10
    disagree: int = 0
    duplicate: int = 0

    def rejects(self, ref: Any) -> pa.Table:
        wrong = [Reject("1", JoinReason.DISAGREE, "wasm says 2, tasm says 3", "1 + 1 =")] * self.disagree
        return reject_table(wrong + [Reject("2", JoinReason.DUPLICATE, "came before", "")] * self.duplicate)

    def open(self, ref: Any) -> pl.LazyFrame:
        return pl.LazyFrame({"complete": [place < self.complete for place in range(self.programs)]})


def problems(joined: Joined, *sets: str) -> list[str]:
    return join_problems(load_config("smoke", sets), joined, None)  # pyright: ignore[reportArgumentType]


def outcome(**more: Any) -> StageOutcome:
    values = {"lane": "compiler", "stage": "emit", "key": "0" * 16, "rows_in": 10, "rows_out": 9, "rejected": 1}
    return StageOutcome(**{**values, "seconds": 1.5, "cached": False, "reasons": {"UNSUPPORTED": 1}, **more})


def test_an_empty_stage_is_a_problem_that_says_why():
    stage = next(stage for stage in STAGES if stage.id == "compiler.emit")
    assert stage_problems(stage, outcome()) == []
    (line,) = stage_problems(stage, outcome(rows_out=0, rejected=10, reasons={"UNSUPPORTED": 10}))
    assert line == "compiler.emit: no row is left (all 10 were rejected: 10 UNSUPPORTED)"
    (line,) = stage_problems(stage, outcome(rows_in=0, rows_out=0, rejected=0, reasons={}))
    assert "nothing came in" in line


def test_one_disagreement_is_one_too_many_and_named():
    assert problems(Joined(duplicate=5)) == []
    (line,) = problems(Joined(disagree=1))
    assert "backends disagree on 1 programs" in line
    assert "1 + 1 =: wasm says 2, tasm says 3" in line
    assert problems(Joined(disagree=1), "join.max_disagreements=1") == []
    assert len(problems(Joined(disagree=2), "join.max_disagreements=1")) == 1


@pytest.mark.parametrize(("complete", "good"), [(0, False), (4, False), (5, True), (10, True)])
def test_enough_programs_have_every_form(complete: int, good: bool):
    found = problems(Joined(complete=complete), "join.min_complete=0.5")
    assert found == [] if good else f"{complete} of 10 programs have every form" in found[0]


def test_a_persons_own_prompts_need_not_be_complete(tmp_path: Path):
    assert problems(Joined(complete=0), f"prompts.file={tmp_path / 'mine.txt'}") == []
    assert len(problems(Joined(disagree=1), f"prompts.file={tmp_path / 'mine.txt'}")) == 1
