"""Normalizers side by side: what is counted, and what is compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import NormalizerConfig, NormalizerKind, embedded_folder
from irmill.flows.evaluation.normalizers import compare, describe
from irmill.flows.evaluation.problems import AnsweredProblem


def test_right_values_and_abstentions_are_counted_for_each_normalizer() -> None:
    answers = {"Add 11 and 94": 105.0, "What is 12 times 9?": 108.0, "Subtract 49 from 69": 21.0, "Hello": 1.0}
    problems = [AnsweredProblem(question, answer, answer) for question, answer in answers.items()]
    rows = compare([embedded_folder()], problems, NormalizerConfig(threshold=1.0))
    assert rows[-1]["normalizer"] == "programs over slots"
    for row in rows:
        assert (row["right"], row["rows"], row["abstained"]) == (2, 4, 1)
        assert row["accuracy"] == 0.5


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        compare([tmp_path], [], NormalizerConfig())


def test_a_row_says_what_was_trained() -> None:
    shared = {"trunk": {"blocks": 4}, "training": {"shared": True, "fresh": True}}
    assert describe(NormalizerKind.DIRECT, shared) == "direct, one trunk for all after 4 blocks, from nothing"
    frozen = {"trunk": {"blocks": 4}, "training": {"shared": False}}
    assert describe(NormalizerKind.DIRECT, frozen) == "direct, the language model's states after 4 blocks"
    assert describe(NormalizerKind.DIRECT, {}) == "direct, an encoder of its own"
