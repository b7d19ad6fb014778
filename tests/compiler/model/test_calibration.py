"""Confidence as a probability, and the bounds that are chosen by it."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.model.calibration import (
    Calibration,
    Trial,
    calibrate,
    calibration_of,
    write_calibration,
)
from irmill.compiler.model.config import LensConfig, NormalizerConfig, Veto
from irmill.compiler.model.load import TextModel
from irmill.compiler.model.normalized import Normalized, abstain, checked
from irmill.compiler.model.normalizer import CalibratedNormalizer
from irmill.compiler.stages.classify import may_veto


class Sure:
    """A normalizer that is so sure of each text as the text says."""

    def normalize(self, questions: Sequence[str]) -> list[Normalized]:
        return [
            Normalized(checked("1 + 1 = "), "N0 + N0 =", float(text), False, "") if text else abstain("nothing")
            for text in questions
        ]


@given(st.floats(0.0, 1.0))
def test_without_a_calibration_confidence_stays_what_it_is(confidence: float) -> None:
    assert Calibration().probability(confidence) == confidence


def test_overconfidence_is_brought_down_and_order_kept() -> None:
    rng = random.Random(1)
    trials = [Trial(said, rng.random() < said**3) for _ in range(4000) for said in [rng.uniform(0.3, 0.99)]]
    found = calibrate(trials)
    assert found.probability(0.8) == pytest.approx(0.8**3, abs=0.06)
    shown = [found.probability(place / 10) for place in range(11)]
    assert all(low < high for low, high in pairwise(shown))


def test_the_threshold_costs_no_more_right_rows_than_it_may() -> None:
    trials = [Trial(0.01 * place, right=True) for place in range(1, 100)]
    trials += [Trial(0.004 * place, right=False) for place in range(1, 50)]
    for lost in (0.0, 0.05, 0.2):
        found = calibrate(trials, lost)
        below = [row for row in trials if found.probability(row.confidence) < found.threshold]
        assert sum(row.right for row in below) == int(lost * 99)
        kept = len(trials) - len(below)
        assert found.coverage == pytest.approx(kept / len(trials))
        assert found.precision == pytest.approx((99 - int(lost * 99)) / kept)
    assert calibrate(trials, 0.0).coverage < 1.0  # wrong rows below the least sure right one


def test_the_lens_decides_where_its_objections_catch_more_than_they_cost() -> None:
    trials = [Trial(0.2, False, objected=True)] * 5 + [Trial(0.4, True, objected=True)] * 2
    trials += [Trial(0.9, True, objected=True)] * 4 + [Trial(0.95, True)] * 20
    found = calibrate(trials)
    assert found.probability(0.2) < found.unsure_below <= found.probability(0.4)


def test_a_lens_that_only_costs_never_decides_and_one_that_only_catches_always() -> None:
    rows = [Trial(0.2, False), Trial(0.9, True)] * 10
    assert calibrate([*rows, Trial(0.5, True, objected=True)]).unsure_below == 0.0
    assert calibrate([*rows, Trial(0.95, False, objected=True)]).unsure_below > 1.0


def test_confidence_that_says_nothing_is_left_alone() -> None:
    found = calibrate([Trial(0.9, False), Trial(0.1, True)] * 20)
    assert (found.slope, found.intercept) == (1.0, 0.0)
    assert calibrate([]) == Calibration()
    assert calibrate([Trial(0.5, False)] * 3).threshold == 0.0


def test_a_calibration_comes_back_from_the_card(tmp_path: Path) -> None:
    card = tmp_path / "irmill.json"
    card.write_text(json.dumps({"format": 1, "threshold": 0.0}))
    chosen = Calibration(1.5, -0.25, 0.125, 0.5, 40, 0.9, 0.8)
    write_calibration(card, chosen)
    facts = json.loads(card.read_text())
    assert (facts["format"], facts["threshold"]) == (1, 0.125)
    assert calibration_of(facts) == chosen
    assert calibration_of({}) == Calibration()


def test_a_doubted_program_is_still_there_for_a_curve() -> None:
    own = Calibration(threshold=0.5)
    low, high, none = CalibratedNormalizer(Sure(), own, NormalizerConfig()).normalize(["0.4", "0.5", ""])
    assert low.canonical == high.canonical == "1 + 1 = "
    assert low.doubt == "confidence 0.400 is below 0.500"
    assert not high.doubt
    assert none.abstained
    assert not none.doubt


def test_the_configured_threshold_goes_before_the_models_own() -> None:
    own = Calibration(threshold=0.5)
    assert CalibratedNormalizer(Sure(), own, NormalizerConfig()).threshold == 0.5
    assert CalibratedNormalizer(Sure(), own, NormalizerConfig(threshold=0.0)).threshold == 0.0


@pytest.mark.parametrize(
    ("config", "decides"),
    [
        (LensConfig(veto=Veto.ALWAYS), (True, True)),
        (LensConfig(), (False, False)),
        (LensConfig(veto=Veto.UNSURE), (True, False)),
        (LensConfig(veto=Veto.UNSURE, unsure_below=0.3), (False, False)),
        (LensConfig(veto=Veto.UNSURE, unsure_below=1.0), (True, True)),
    ],
)
def test_where_the_lens_may_reject(config: LensConfig, decides: tuple[bool, bool]) -> None:
    model = TextModel(None, None, facts={"calibration": {"unsure_below": 0.6}})
    assert (may_veto(0.5, config, model), may_veto(0.7, config, model)) == decides
    if config == LensConfig(veto=Veto.UNSURE):
        assert may_veto(1.0, config, TextModel(None, None))  # no card: always unsure
