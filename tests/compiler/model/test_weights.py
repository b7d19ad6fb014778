"""The shipped weights: their size, their files, what made them, and floors two points below what their card says."""

from __future__ import annotations

import json

import pytest

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import generate
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.config import FIGURES, embedded_folder
from irmill.compiler.model.digests import FILES as DIGESTS
from irmill.compiler.model.digests import damaged
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import SlotModel, load_slot_model
from irmill.compiler.model.normalizer import make_normalizer
from irmill.compiler.model.readings import LensItem
from irmill.compiler.model.report import SEED, figures, judge, lens_accuracy, operations_in
from irmill.compiler.model.training.card import render_card
from irmill.compiler.model.training.config import TrainConfig, TrainKind
from irmill.compiler.model.training.files import DIRECT, LANGUAGE_MODEL, LARGEST
from irmill.compiler.model.training.provenance import plain_config


@pytest.fixture(scope="module")
def shipped() -> SlotModel:
    return load_slot_model(embedded_folder())


def test_files_are_small_and_never_pickle() -> None:
    files = [path for path in embedded_folder().iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= LARGEST
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}
    assert (embedded_folder() / "README.md").is_file()
    facts = json.loads((embedded_folder() / "irmill.json").read_text())
    assert not any("/" in name for name in facts["training"]["corpus"])


@pytest.mark.parametrize(
    ("question", "canonical"),
    [
        ("Janet has 50 apples. She gives away 15.", "50 - 15 = "),
        ("Add 11 and 94", "11 + 94 = "),
        ("Subtract 49 from 69", "69 - 49 = "),
        ("What is 12 times 9?", "12 * 9 = "),
        ("16 - 3, then multiply by 5", "(16 - 3) * 5 = "),
        ("Sum 1 to 100", "sum(i, 1, 100) = "),
        ("Count down from 10", "count(10, 0) = "),
    ],
)
def test_plain_sentences(shipped: SlotModel, question: str, canonical: str) -> None:
    (answer,) = make_normalizer(shipped).normalize([question])
    assert answer.canonical == canonical
    (readings,) = classify(shipped, [LensItem(question, parse_text(canonical))])
    assert tuple(reading.operation for reading in readings) == operations_in(canonical)


def test_training_templates_are_learned(shipped: SlotModel) -> None:
    judged = judge(shipped, list(generate(60, 77)))
    assert figures(judged)["correct"]["all"] >= 0.6


def test_held_out_templates_are_within_two_points_of_the_card(shipped: SlotModel) -> None:
    card = json.loads((embedded_folder() / FIGURES).read_text())["direct"]["held_out"][Split.TEST]
    problems = list(generate(card["answers"]["problems"], SEED, splits=frozenset({Split.TEST})))
    found = figures(judge(shipped, problems))
    assert found["correct"]["all"] >= card["answers"]["correct"]["all"] - 0.02
    assert found["correct"]["all"] > max(found["baselines"].values())
    assert lens_accuracy(shipped, problems)["all"] >= card["lens"]["all"] - 0.02


def test_the_weights_are_what_make_train_last_wrote() -> None:
    folder, config = embedded_folder(), TrainConfig()
    parts = {"irmill.json": LANGUAGE_MODEL, "direct.json": DIRECT}
    for name, files in parts.items():
        facts = json.loads((folder / name).read_text())
        assert set(facts[DIGESTS]) == set(files[1:])
        assert not damaged(folder, facts)
        made = {**facts["training"], "corpus": []}
        assert made == plain_config(config.section(TrainKind(facts["kind"])))
        assert [one["name"] for one in facts["corpora"]] == facts["training"]["corpus"]
        assert all(len(one["sha256"]) == 64 and one["trained"] > one["held"] > 0 for one in facts["corpora"])
    assert (folder / "README.md").read_text() == render_card(folder)


def test_canonical_steps_are_read_off_their_sign(shipped: SlotModel) -> None:
    texts = ["50 - 15 = ", "7 * 8 + 3 = ", "48 / 6 = ", "15 > 10 is ", "sum(i, 1, 9) = ", "5 <= 6 is "]
    for text, readings in zip(
        texts, classify(shipped, [LensItem(None, parse_text(text)) for text in texts]), strict=True
    ):
        assert tuple(reading.operation for reading in readings) == operations_in(text)
