"""The training of a direct network in seconds: files, resuming, and what never reaches it."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path

import pytest
import torch

from irmill.compiler.base.splits import Split
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.scenarios import all_templates
from irmill.compiler.english.splits import split_of
from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.direct.derivation import derivation_of, program_of
from irmill.compiler.model.direct.model import WEIGHTS, load_direct_model
from irmill.compiler.model.direct.reading import NUMBER, SPECIALS, padded_length
from irmill.compiler.model.training import direct
from irmill.compiler.model.training.config import DirectTraining, MemberTraining
from irmill.compiler.model.training.corpus import Example
from irmill.compiler.model.training.direct import Lessons, block_batches, draft, train_direct
from irmill.compiler.model.training.problems import DRILLED, NO_CORPUS, Material, block_examples, drills, read_material

TINY = DirectTraining(
    steps=4,
    tokens=256,
    batch=12,
    warmup=1,
    log_every=2,
    save_every=2,
    validate_every=4,
    validation=8,
    vocabulary=400,
    counted=200,
    word=16,
    vectors=8,
    width=16,
    heads=2,
    layers=1,
    inner=16,
    pair=16,
    bf16=False,
    members=2,
)
PEOPLE = ("Tom", "Ann", "Leo", "Mia", "Zoe", "Sam")
THINGS = ("pens", "cups", "hats", "nuts", "jars", "figs", "keys", "maps")


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "_BLOCKS", 1)
    monkeypatch.setattr(direct, "_VECTOR_BLOCKS", 1)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "rows.jsonl"
    rows = [
        {"question": f"{person} has {a} {thing} and finds 9 more. How many {thing}?", "equation": f"{a} + 9"}
        | {"answer": a + 9}
        for a, (person, thing) in enumerate(itertools.product(PEOPLE, THINGS), 2)
    ]
    rows += [
        {"question": f"{person} parts 60 figs among 3, each in 4 bags. How many figs?", "equation": "60 / 3 / 4"}
        | {"answer": 5}
        for person in PEOPLE
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(direct, "_BLOCKS", 1)
        patch.setattr(direct, "_VECTOR_BLOCKS", 1)
        train_direct(TINY.model_copy(update={"corpus": (corpus,)}), folder, lambda _: None)
    return folder


def test_a_training_leaves_a_model(trained: Path, corpus: Path) -> None:
    model = load_direct_model(trained)
    assert model.net.shape.width == 16
    assert tuple(model.vocabulary)[: len(SPECIALS)] == SPECIALS
    assert len(model.vocabulary) == model.net.shape.vocabulary > len(SPECIALS) + 50
    assert model.facts["corpora"][0]["name"] == corpus.name
    assert model.facts["training"]["steps"] == 4
    points = [json.loads(line) for line in (trained / "member-0" / "curves.jsonl").read_text().splitlines()]
    assert [point["step"] for point in points] == [2, 4]
    assert 0.0 <= points[-1]["validation_right"] <= 1.0
    assert {"loss", "choices_right", "right"} <= points[0].keys()


def test_members_are_trained_from_seeds_of_their_own(trained: Path) -> None:
    model = load_direct_model(trained)
    (first, _), (second, words) = model.members
    assert not torch.equal(first.choose.weight, second.choose.weight)
    assert len(words) == second.shape.vocabulary
    assert TINY.member(1) == MemberTraining(**{**TINY.model_dump(exclude={"members"}), "seed": TINY.seed + 1})
    assert TINY.total_steps == 2 * TINY.steps


def test_a_stopped_training_goes_on_to_the_same_weights(trained: Path, corpus: Path, tmp_path: Path) -> None:
    config = TINY.model_copy(update={"corpus": (corpus,)})
    done = 0

    def stop_at_three(steps: int) -> None:
        nonlocal done
        done += steps
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_direct(config, tmp_path, stop_at_three)
    assert not (tmp_path / WEIGHTS).exists()
    train_direct(config, tmp_path, lambda _: None)
    assert (tmp_path / WEIGHTS).read_bytes() == (trained / WEIGHTS).read_bytes()


def seen(config: DirectTraining, material: Material, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Example, bool]]:
    """The examples that batches are made of, and whether each is among the lessons."""
    examples: list[Example] = []
    kept: list[str] = []
    lesson = Lessons.lesson

    def examples_of(config: DirectTraining, material: Material, block: int) -> list[Example]:
        found = block_examples(config, material, block)
        examples.extend(found)
        return found

    def drills_of(config: DirectTraining, block: int, share: float) -> list[Example]:
        found = drills(config, block, share)
        examples.extend(found)
        return found

    def noted(self: Lessons, form: object, slots: str, rng: object) -> object:
        made = lesson(self, form, slots, rng)  # type: ignore[arg-type]
        kept.append(slots if made is not None else "")
        return made

    monkeypatch.setattr(direct, "block_examples", examples_of)
    monkeypatch.setattr(direct, "drills", drills_of)
    monkeypatch.setattr(Lessons, "lesson", noted)
    lessons = Lessons({word: index for index, word in enumerate(SPECIALS)}, frozenset(), 0.3)
    batches = block_batches(config, lessons, material, 1)
    assert sum(len(batch) for batch in batches) == sum(slots != "" for slots in kept)
    for batch in batches:
        lengths = {padded_length(len(item.reading.words)) for item in batch}
        assert len(lengths) == 1
        assert len(batch) == 1 or len(batch) * lengths.pop() <= config.tokens
        assert len(batch) <= config.batch  # a short question must not weigh less than a long one
    return [(example, slots != "") for example, slots in zip(examples, kept, strict=True)]


def test_only_what_trains_is_taught(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    material = read_material([corpus])
    found = seen(TINY.model_copy(update={"corpus_share": 0.5}), material, monkeypatch)
    held = {template.name for template in all_templates() if split_of(template) is not Split.TRAIN}
    assert not {example.template for example, _ in found} & held
    assert not [example.slots for example, _ in found if holds_held_pair(example.slots)]
    assert any("60 / 3" in row["equation"] for row in map(json.loads, corpus.read_text().splitlines()))
    assert sum(taught for _, taught in found) > 0.85 * len(found)
    assert sum(example.family in DRILLED for example, _ in found) > 0.04 * len(found)


def test_a_lesson_is_the_derivation_of_its_program() -> None:
    _, lessons = draft(TINY, NO_CORPUS)
    for example in block_examples(TINY, NO_CORPUS, 2)[:80]:
        count = len(example.form.quantities)
        lesson = lessons.lesson(example.form, example.slots, None)
        steps = derivation_of(example.slots, count)
        assert (lesson is None) == (steps is None)
        if lesson is not None and steps is not None:
            assert lesson.steps == steps
            assert program_of(steps, count) is not None
            assert len(lesson.reading.words) == len(example.form.tokens)


def test_questions_lose_their_commas_and_keep_their_quantities() -> None:
    vocabulary = {word: index for index, word in enumerate((*SPECIALS, ",", "has", "and", "pens", "?"))}
    form = normal_form("Tom has 3 pens, 4 pens, and 5 pens. How many pens?")
    lesson = Lessons(vocabulary, frozenset(), 0.0, commas_lost=1.0).lesson(form, "N0 + N2 =", random.Random(1))
    whole = Lessons(vocabulary, frozenset(), 0.0, commas_lost=1.0).lesson(form, "N0 + N2 =", None)
    assert lesson is not None
    assert whole is not None
    assert whole.reading.words.count(vocabulary[","]) == 2
    assert vocabulary[","] not in lesson.reading.words
    assert len(lesson.reading.words) == len(whole.reading.words) - 2
    assert [lesson.reading.words[place] for place in lesson.reading.slots] == 3 * [vocabulary[NUMBER]]
    assert (lesson.reading.values, lesson.steps) == (whole.reading.values, whole.steps)


def test_word_vectors_start_from_company() -> None:
    net, lessons = draft(TINY, NO_CORPUS)
    table = net.word.weight.detach()[:, : TINY.vectors]
    assert float(table.pow(2).mean().sqrt()) == pytest.approx(TINY.vector_scale, rel=1e-3)
    assert float(table[lessons.vocabulary["W3"]].abs().max()) < 1e-4  # in no question
    assert list(lessons.vocabulary.values()) == list(range(len(lessons.vocabulary)))


def test_without_a_problem_to_validate_on_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(direct, "validation_examples", lambda config: [])
    with pytest.raises(InputError, match=r"^train\.direct\.validation: "):
        train_direct(TINY, tmp_path, lambda _: None)
