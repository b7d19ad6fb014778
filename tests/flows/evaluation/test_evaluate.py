"""What eval says of compilations: in the flow's own setting, and before threshold and lens."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from irmill.compiler.base.splits import Split
from irmill.compiler.compile import Compilation, Compiler, CompilerConfig, Rejection
from irmill.compiler.english.corpus import generate
from irmill.compiler.english.likeness import Corpus
from irmill.compiler.lang.errors import ErrorCode, InputError
from irmill.compiler.lang.ops import Operation
from irmill.compiler.model.config import embedded_folder
from irmill.compiler.model.load import load_slot_model
from irmill.compiler.model.readings import LensReading
from irmill.compiler.model.report import figures, judge, worth
from irmill.flows.evaluation.evaluate import (
    Judgement,
    Known,
    evaluate,
    implausible,
    read_known,
    result,
    summary,
)
from irmill.flows.evaluation.problems import HELD_OUT, SEED, AnsweredProblem, held_out_problems, read_problems

QUESTION = "Ida has 9 dolls and loses 4. How many dolls are left?"
VETO = Rejection("classify", ErrorCode.LENS_DISAGREES, "operation 1")
DOUBT = Rejection("normalize", ErrorCode.ABSTAINED, "confidence")


def judged(
    value: str | None, answer: float = 5.0, confidence: float = 0.5, rejection: Rejection | None = None, heard: str = ""
) -> Judgement:
    made = Compilation(QUESTION, stage="execute", canonical="9 - 4 = ", english=True, confidence=confidence)
    made.operations = (Operation.SUBTRACT,)
    made.lens = (LensReading(Operation(heard or "subtract"), 0.8),)
    made.value, made.rejection = value, rejection
    if value is None:
        made.error, made.message = ErrorCode.DIV_BY_ZERO, "divided by zero"
    return Judgement(AnsweredProblem(QUESTION, answer, answer, {"steps": "1"}), made, {"steps": "1"})


class Scripted:
    """A compiler that answers what it was given."""

    def __init__(self, *made: Compilation) -> None:
        self.made = list(made)

    def compile_all(self, texts: list[str], *, model_only: bool, rejecting: bool) -> list[Compilation]:
        assert not rejecting
        assert len(texts) == len(self.made)
        return self.made


def test_a_rejected_row_has_no_value_and_counts_as_not_right() -> None:
    rows = [judged("5"), judged("5", rejection=VETO), judged("5", rejection=DOUBT), judged("4"), judged(None)]
    kept, vetoed, doubted, wrong, broken = (result(row) for row in rows)
    assert (kept["value"], kept["correct"], kept["error"]) == ("5", True, None)
    assert (vetoed["value"], vetoed["correct"], vetoed["error"]["code"]) == (None, False, "LENS_DISAGREES")
    assert (vetoed["stage"], vetoed["abstained"], vetoed["canonical"]) == ("classify", False, "9 - 4 = ")
    assert (doubted["stage"], doubted["abstained"], doubted["canonical"]) == ("normalize", True, None)
    assert (wrong["correct"], broken["error"]["code"]) == (False, "DIV_BY_ZERO")
    assert all(row["confidence"] == 0.5 for row in (kept, vetoed, doubted))
    totals = summary(rows)
    assert (totals["correct"], totals["abstained"], totals["before_rejection"]["correct"]) == (1, 1, 3)
    assert totals["errors"] == {
        "classify: LENS_DISAGREES": 1,
        "normalize: ABSTAINED": 1,
        "execute: DIV_BY_ZERO": 1,
    }
    assert totals["groups"]["steps"]["1"]["correct"] == 1


def test_coverage_is_of_answers_before_they_are_rejected() -> None:
    rows = [judged("5", confidence=0.9, rejection=VETO)] * 3 + [judged("4", confidence=0.1, rejection=DOUBT)]
    totals = summary(rows)
    assert totals["accuracy"] == 0.0
    assert [one["accuracy"] for one in totals["coverage"]] == [0.75, 0.75, 1.0]
    assert totals["risk_coverage_area"] == pytest.approx(1 / 16)


def test_a_text_without_a_program_is_the_least_sure() -> None:
    abstained = judged("5", confidence=0.99)
    abstained.compilation.canonical, abstained.compilation.error = None, ErrorCode.ABSTAINED
    assert abstained.outcome.score.confidence == 0.0
    assert not abstained.outcome.right


def test_the_lens_is_weighed_on_english_rows_that_have_a_value() -> None:
    rows = [judged("5")] * 4 + [judged("4", confidence=0.1, heard="add"), judged("5", heard="add", rejection=VETO)]
    canonical = judged("5", heard="add")
    canonical.compilation.english = False
    lens = summary([*rows, canonical, judged(None)])["lens"]
    assert (lens["right"], lens["wrong"], lens["accuracy"]) == (5, 1, 0.8)
    assert (lens["vetoes"][0]["caught"], lens["vetoes"][0]["lost"]) == (1, 1)
    assert summary([canonical])["lens"] is None


def test_implausible_answers_are_counted_where_the_right_one_is_whole() -> None:
    rows = [judged("-5"), judged("2.25"), judged("-0.5"), judged("5", rejection=VETO), judged("-1", answer=-1.0)]
    rows += [judged("2.25", answer=2.25), judged(None)]
    counted = implausible(rows)["things in ones"]
    assert (counted["rows"], counted["negative"], counted["fractional"], counted["share"]) == (4, 2, 2, 0.75)
    measured = judged("-5")
    measured = replace(measured, problem=replace(measured.problem, question="4 miles less 9 miles"))
    assert implausible([measured])["things in ones"]["rows"] == 0
    assert implausible([measured])["whole numbers"]["negative"] == 1


def test_groups_say_likeness_and_the_models_operations() -> None:
    made = [judged("5").compilation, judged("5").compilation]
    made[0].text = "Ida has 12 dolls and loses 7. How many dolls are left?"
    made[1].text = "What is the sum of 3 and 8?"
    made[1].operations, made[1].lens = (Operation.ADD,) * 5, (LensReading(Operation.ADD, 0.9),) * 5
    problems = [AnsweredProblem(one.text, 5, 5.0) for one in made]
    known = Known(Corpus([QUESTION]), lambda question: 5.0)
    first, second = evaluate(problems, Scripted(*made), known)  # pyright: ignore[reportArgumentType]
    assert (first.groups["corpus"], first.groups["operations"]) == ("like a question of it", "1")
    assert summary([first, second], known)["baselines"]["the program of the nearest question of the corpora"] == 1.0
    assert (second.groups["corpus"], second.groups["operations"]) == ("unlike all of it", "3 and more")


def test_rows_of_a_file_say_what_they_know(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {"question": "a", "answer": 1, "equation": "( 7 + 2 ) * 3", "source": "s"},
        {"question": "b", "answer": 1, "steps": ["1+1=2", "2+1=3", "3+1=4"], "family": "f"},
        {"question": "c", "answer": 1, "canonical": "4 - 3 = "},
        {"question": "d", "answer": 1, "equation": "x = 7 +"},
        {"question": "e", "answer": True},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    found = [problem.groups for problem in read_problems(str(file))]
    assert found == [{"source": "s", "steps": "2"}, {"family": "f", "steps": "3 and more"}, {"steps": "1"}, {}, {}]
    assert read_known([]) is None
    known = read_known([str(file)])
    assert known is not None
    assert known.questions.has_like("a")
    with pytest.raises(InputError, match="no such file"):
        read_known(["missing.jsonl"])


def test_held_out_problems_are_of_no_split_that_trains() -> None:
    assert {Split.TEST, Split.TEST_FAMILY} <= set(HELD_OUT)
    assert not {Split.TRAIN, Split.VALIDATION, Split.HELD_OUT} & set(HELD_OUT)
    first, again = list(held_out_problems(12, Split.TEST)), list(held_out_problems(12, Split.TEST))
    assert first == again
    assert len(first) == 12
    assert {problem.groups["source"] for problem in first} == {"test"}
    assert all({"family", "steps"} <= problem.groups.keys() for problem in first)


def test_a_training_reports_what_eval_prints() -> None:
    """The two ask in ways of their own: a training without an engine, eval through the whole compiler."""
    rows = list(held_out_problems(24, Split.TEST))
    config = CompilerConfig()
    with Compiler(config) as compiler:
        printed = summary(evaluate(rows, compiler, model_only=True))
    judged = judge(load_slot_model(embedded_folder()), list(generate(24, SEED, splits=frozenset({Split.TEST}))))
    reported, lens = figures(judged), worth(judged)
    assert reported["problems"] == printed["rows"] == 24
    assert reported["correct"]["all"] == printed["before_rejection"]["accuracy"]
    assert 0.0 < reported["correct"]["all"] < 1.0
    assert reported["abstained"] == printed["abstained"] / 24
    assert reported["baselines"] == printed["baselines"]
    assert list(reported["coverage"].values()) == [one["accuracy"] for one in printed["coverage"]]
    assert lens.pop("answered") == printed["lens"]["right"] + printed["lens"]["wrong"]
    assert lens.pop("lens_accuracy") == printed["lens"].pop("accuracy")
    assert lens == printed["lens"]
