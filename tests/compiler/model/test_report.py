"""Figures: baselines, the counterfactual of the lens, the probe."""

from __future__ import annotations

from typing import Any

import pytest

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.model.baselines import BASELINES, addition, keyword, majority, subtraction
from irmill.compiler.model.load import SlotModel
from irmill.compiler.model.normalized import Normalized
from irmill.compiler.model.outcomes import Outcome
from irmill.compiler.model.probe import SUFFIXES, next_tokens, probe
from irmill.compiler.model.readings import LensReading
from irmill.compiler.model.report import Judged, answer_of_text, figures, judge, lens_accuracy, trials, worth


@pytest.mark.parametrize(
    ("question", "guess"),
    [
        ("Ann had 9 cups and lost 4.", 5.0),
        ("Add 4 and 9", 13.0),
        ("Each box has 4 pens. How many in 9 boxes?", 36.0),
        ("Share 12 nuts equally among 3 dogs", 4.0),
        ("Is 4 greater than 9?", False),
        ("only 5 here", None),
        ("nothing", None),
    ],
)
def test_the_keyword_baseline(question: str, guess: float | bool | None) -> None:
    assert keyword(question) == guess
    assert isinstance(keyword(question), bool) == isinstance(guess, bool)


def test_the_plain_baselines() -> None:
    assert majority("4 and 9") == 5.0
    assert subtraction("4 and 9") == -5.0
    assert addition("4 and 9") == 13.0
    assert all(guess("no number") is None for guess in BASELINES.values())


def judged(correct: bool, said: Operation, written: Operation = Operation.ADD) -> Judged:
    problem = Problem("Add 4 and 5", "N0 + N1 =", "t", "f", Split.TEST)
    answer = Normalized(check_types(parse_text("4 + 5 = ")), "N0 + N1 =", 1.0, False, "")
    value = 9.0 if correct else 8.0
    return Judged(
        problem,
        answer,
        Outcome("Add 4 and 5", 9.0, value, 1.0, True, False, (written,), (LensReading(said, 0.9),)),
    )


def test_the_counterfactual_counts_what_the_lens_catches_and_costs() -> None:
    right = [judged(True, Operation.ADD)] * 8 + [judged(True, Operation.SUBTRACT)] * 2
    wrong = [judged(False, Operation.SUBTRACT)] * 3 + [judged(False, Operation.ADD)] * 1
    found = worth([*right, *wrong])
    lens = found["vetoes"][0]
    assert found["answered"] == 14
    assert lens["caught_share"] == pytest.approx(0.75)
    assert lens["lost_share"] == pytest.approx(0.2)
    assert found["lens_accuracy"] == pytest.approx(0.8)
    assert [(trial.right, trial.objected) for trial in trials([right[0], right[9], wrong[0], wrong[3]])] == [
        (True, False),
        (True, True),
        (False, True),
        (False, False),
    ]


def test_figures_are_by_family_and_beside_baselines() -> None:
    found = figures([judged(True, Operation.ADD), judged(False, Operation.ADD)])
    assert found["correct"] == {"all": 0.5, "f": 0.5}
    assert found["baselines"]["first two numbers added"] == 1.0
    assert found["baselines"]["majority: first two numbers subtracted"] == 0.0


def test_an_answer_is_a_number_or_a_truth_value() -> None:
    assert answer_of_text("2 + 2 = ") == 4.0
    assert answer_of_text("2 > 1 is ") is True
    assert answer_of_text("1 / 0 = ") is None
    assert answer_of_text("2 + = ") is None
    assert answer_of_text(None) is None


def test_a_problem_without_an_answer_is_left_out(slot_model: SlotModel) -> None:
    problems = [
        Problem("Divide 4 by 0", "N0 / N1 =", "t", "f", Split.TEST),
        Problem("Add 4 and 5", "N0 + N1 =", "t", "f", Split.TEST),
    ]
    assert [row.problem.question for row in judge(slot_model, problems)] == ["Add 4 and 5"]


def test_lens_accuracy_is_a_share_by_family(slot_model: SlotModel) -> None:
    problems = list(generate(20, 2))
    found = lens_accuracy(slot_model, problems)
    assert set(found) == {problem.family for problem in problems} | {"all", "rows"}
    assert all(0.0 <= share <= 1.0 for share in found.values())


def test_the_probe_reads_every_block(slot_model: SlotModel) -> None:
    found = probe(slot_model, problems=25)
    assert [row["block"] for row in found["rows"]] == [0, 1, 2, 3]
    assert found["lens_block"] == 2
    assert [row[0] for row in found["routing"]] == list(SUFFIXES)
    assert max(row["linear"] for row in found["rows"]) > max(row["lens"] for row in found["rows"])  # untrained lens


def test_the_probe_reads_any_model(chat_model: Any) -> None:
    found = probe(chat_model, problems=4)
    assert len(found["rows"]) == 4


def test_next_tokens_are_probable_ones(slot_model: SlotModel, chat_model: Any) -> None:
    for model in (slot_model, chat_model):
        for token, chance in next_tokens(model, ["15 > 10 = ", "= ", "foo bar = "]):
            assert isinstance(token, str)
            assert 0.0 < chance <= 1.0
