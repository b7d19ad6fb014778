"""Training in seconds: positions of the losses, adapters, resuming, equal bytes, installing."""

from __future__ import annotations

import itertools
import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.errors import InputError
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.batch import Encoder, collate, specials_of
from irmill.compiler.model.calibration import Calibration
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.lens import classify
from irmill.compiler.model.load import TextModel, load_model, load_slot_model
from irmill.compiler.model.readings import LensItem, lens_block
from irmill.compiler.model.text_lens import first_tokens
from irmill.compiler.model.tokenizer import PAD, word_ids
from irmill.compiler.model.training.checkpoint import read_state
from irmill.compiler.model.training.classifier import ADAPTED
from irmill.compiler.model.training.config import TrainConfig, TrainKind
from irmill.compiler.model.training.corpus import example_of, read_corpus
from irmill.compiler.model.training.files import draft_of
from irmill.compiler.model.training.losses import adapt, losses, text_batch
from irmill.compiler.model.training.train import TrainReport, train

PEOPLE = ("Tom", "Ann", "Leo", "Mia", "Zoe", "Sam", "Ida", "Ben")
THINGS = ("pens", "cups", "hats", "nuts", "jars", "figs", "keys", "maps", "pots", "rugs")


def quiet(_: int) -> None:
    """Progress that nobody watches."""


def changed(config: TrainConfig, kind: TrainKind, **changes: Any) -> TrainConfig:
    """The configuration with other values in the section of one training."""
    section = config.section(kind).model_copy(update=changes)
    return config.model_copy(update={kind.value: section})


def run(kind: TrainKind, config: TrainConfig, folder: Path, start: Path | None = None) -> TrainReport:
    model = ModelConfig(id=str(start)) if start else None
    return train(kind, config, folder, quiet, start=model, problems=6)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "problems.jsonl"
    rows = [
        {"question": f"{person} has {a} {thing} and buys 9 more. How many {thing}?", "equation": f"{a} + 9"}
        | {"answer": a + 9}
        for a, (person, thing) in enumerate(itertools.product(PEOPLE, THINGS))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, tiny_config: TrainConfig, corpus: Path) -> Path:
    folder = tmp_path_factory.mktemp("base")
    run(TrainKind.BASE, changed(tiny_config, TrainKind.BASE, corpus=(corpus,)), folder)
    return folder


def test_base_leaves_a_model_curves_and_a_report(trained: Path) -> None:
    model = load_slot_model(trained)
    assert model.layers == 4
    points = [json.loads(line) for line in (trained / "curves.jsonl").read_text().splitlines()]
    assert [point["step"] for point in points] == [2, 3, 4, 6]
    report = json.loads((trained / "report.json").read_text())
    assert set(report["held_out"]) == {"validation", "test", "test_family", "test_words", "test_pair", "corpus"}
    assert report["held_out"]["test"]["answers"]["problems"] == 6
    assert model.facts["calibration"].keys() == {field.name for field in fields(Calibration)}
    assert model.facts["threshold"] == model.facts["calibration"]["threshold"]
    assert "keyword" in " ".join(report["held_out"]["test"]["answers"]["baselines"])


def test_equal_configurations_give_equal_weights(
    trained: Path, tmp_path: Path, tiny_config: TrainConfig, corpus: Path
) -> None:
    run(TrainKind.BASE, changed(tiny_config, TrainKind.BASE, corpus=(corpus,)), tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()


def test_a_stopped_run_goes_on_to_the_same_weights(
    trained: Path, tmp_path: Path, tiny_config: TrainConfig, corpus: Path
) -> None:
    config = changed(tiny_config, TrainKind.BASE, corpus=(corpus,))
    steps = 0

    def stop_at_five(done: int) -> None:
        nonlocal steps
        steps += done
        if steps == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(TrainKind.BASE, config, tmp_path, stop_at_five)
    stopped = read_state(tmp_path)
    assert stopped is not None
    assert stopped.step == 3
    run(TrainKind.BASE, config, tmp_path)
    assert (tmp_path / "model.safetensors").read_bytes() == (trained / "model.safetensors").read_bytes()
    assert (tmp_path / "curves.jsonl").read_text() == (trained / "curves.jsonl").read_text()


def test_the_classifier_trains_adapters_and_merges_them(
    trained: Path, tmp_path: Path, tiny_config: TrainConfig
) -> None:
    run(TrainKind.CLASSIFIER, changed(tiny_config, TrainKind.CLASSIFIER, rate=0.05), tmp_path, trained)
    before, after = load_slot_model(trained).net.state_dict(), load_slot_model(tmp_path).net.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved
    assert all("v_proj" in name or "o_proj" in name for name in moved)


def test_the_normalizer_trains_all_weights(trained: Path, tmp_path: Path, tiny_config: TrainConfig) -> None:
    run(TrainKind.NORMALIZER, changed(tiny_config, TrainKind.NORMALIZER, rate=0.05), tmp_path, trained)
    before, after = load_slot_model(trained).net.state_dict(), load_slot_model(tmp_path).net.state_dict()
    assert all(not torch.equal(before[name], after[name]) for name in before if "mlp" in name)


def test_adapters_of_any_model_round_trip(chat_folder: Path, tmp_path: Path, tiny_config: TrainConfig) -> None:
    for kind, module in ((TrainKind.CLASSIFIER, "o_proj"), (TrainKind.NORMALIZER, "q_proj")):
        folder = tmp_path / kind.value
        run(kind, changed(tiny_config, kind, rate=0.05, steps=2), folder, chat_folder)
        assert (folder / "adapter_model.safetensors").is_file()
        plain: Any = load_model(ModelConfig(id=str(chat_folder)))
        adapted: Any = load_model(ModelConfig(id=str(chat_folder), adapter=str(folder)))
        assert isinstance(adapted, TextModel)
        assert adapted.adapted
        before, after = plain.net.state_dict(), adapted.net.state_dict()
        moved = {name for name in before if not torch.equal(before[name], after[name])}
        assert any(module in name for name in moved)
        assert all(name.split(".")[-2] in ("v_proj", module) for name in moved)
        classify(adapted, [LensItem(None, parse_text("1 + 2 = "))])


def test_the_lens_weighs_in_the_classifiers_loss(chat_folder: Path, tmp_path: Path, tiny_config: TrainConfig) -> None:
    made: list[bytes] = []
    for weight in (0.0, 1.0):
        config = changed(tiny_config, TrainKind.CLASSIFIER, rate=0.05, steps=2, lens_weight=weight)
        run(TrainKind.CLASSIFIER, config, tmp_path / str(weight), chat_folder)
        made.append((tmp_path / str(weight) / "adapter_model.safetensors").read_bytes())
    assert made[0] != made[1]


def test_the_class_loss_reads_the_prompt_s_last_token(chat_model: Any) -> None:
    tokenizer = chat_model.tokenizer
    word = first_tokens(tokenizer)[Operation.SUBTRACT]
    batch = text_batch(tokenizer, [("50 - 15 = ", word, "35"), ("7 * 8 = ", word, "56")])
    length = batch.ids.shape[1]
    for row, (prompt, answer) in enumerate((("50 - 15 = ", "35"), ("7 * 8 = ", "56"))):
        asked = len(tokenizer(prompt)["input_ids"])
        said = tokenizer(answer, add_special_tokens=False)["input_ids"] + [tokenizer.eos_token_id]
        assert int(batch.lens_places[row]) == row * length + asked - 1
        mine = (batch.answer_places >= row * length) & (batch.answer_places < (row + 1) * length)
        assert batch.answer_places[mine].tolist() == [row * length + asked - 1 + k for k in range(len(said))]
        assert batch.answer_ids[mine].tolist() == said


def encoded(tokenizer: Tokenizer, count: int) -> Any:
    vocabulary = tokenizer.get_vocab()
    encoder = Encoder(word_ids(tokenizer), specials_of(vocabulary), frozenset(), 0.0)
    rows = [encoder.encode(normal_form(problem.question), problem.slots) for problem in generate(count, 9)]
    return collate(rows, vocabulary[PAD]), rows


def test_targets_are_the_program_shifted_and_the_steps_ends(tiny_tokenizer: Tokenizer) -> None:
    batch, rows = encoded(tiny_tokenizer, 5)
    flat = batch.ids.reshape(-1)
    assert torch.equal(flat[batch.answer_places + 1], batch.answer_ids)
    equals = tiny_tokenizer.token_to_id("Ġ=")
    assert (flat[batch.lens_places] == equals).all()
    assert len(batch.lens_places) == sum(len(row.readings) for row in rows)
    assert batch.answer_ids.tolist().count(tiny_tokenizer.token_to_id("<eos>")) == len(rows)


def test_gradients_of_the_lens_stop_at_its_block(
    tiny_net: transformers.LlamaForCausalLM, tiny_tokenizer: Tokenizer
) -> None:
    batch, _ = encoded(tiny_tokenizer, 3)
    tiny_net.requires_grad_(True)
    found = losses(tiny_net, batch, lens_block(4))
    found.lens.backward()
    touched = [
        block.mlp.up_proj.weight.grad is not None and bool(block.mlp.up_proj.weight.grad.abs().sum() > 0)
        for block in tiny_net.model.layers
    ]
    tiny_net.zero_grad(set_to_none=True)
    tiny_net.requires_grad_(False)
    assert touched == [True, True, True, False]
    lens, answer = float(found.lens.detach()), float(found.answer.detach())
    assert float(found.combined(1.0).detach()) == pytest.approx(lens)
    assert float(found.combined(0.25).detach()) == pytest.approx(0.25 * lens + 0.75 * answer)


def test_one_forward_pass_gives_what_separate_ones_do(
    tiny_net: transformers.LlamaForCausalLM, tiny_tokenizer: Tokenizer
) -> None:
    batch, rows = encoded(tiny_tokenizer, 4)
    with torch.no_grad():
        whole = losses(tiny_net, batch, 2)
        parts = [losses(tiny_net, collate([row], 0), 2) for row in rows]
    weights = [len(row.readings) for row in rows]
    mean = sum(float(part.lens) * weight for part, weight in zip(parts, weights, strict=True)) / sum(weights)
    assert float(whole.lens) == pytest.approx(mean, rel=1e-3)


def test_only_adapters_are_trained(slot_folder: Path) -> None:
    draft = draft_of(load_slot_model(slot_folder))
    net = adapt(draft.net, 4, targets=ADAPTED)
    trained = [name for name, parameter in net.named_parameters() if parameter.requires_grad]
    assert trained
    assert all("lora_" in name and ("v_proj" in name or "o_proj" in name) for name in trained)


@pytest.mark.parametrize(
    ("row", "slots"),
    [
        ({"question": "5 pens, 3 lost", "equation": "( 5 - 3 )", "answer": 2}, "N0 - N1 ="),
        ({"question": "3 boxes of 4 and 5 more", "equation": "5 + ( 3 * 4 )", "answer": 17}, "N0 * N1 + N2 ="),
        ({"question": "48 in April, half in May", "steps": ["48/2=24", "48+24=72"], "answer": 72}, "N0 + N0 / N1 ="),
        ({"question": "5 pens", "equation": "5 + 7", "answer": 12}, None),
        ({"question": "5 pens and 3", "equation": "5 - 3", "answer": 8}, None),
        ({"question": "no numbers", "equation": "5 - 3", "answer": 2}, None),
        ({"question": "4 and 6", "steps": ["4+6=10", "4*6=24"], "answer": 24}, None),
        ({"question": "Add 11 and 94", "equation": "11 + 94", "answer": 105}, None),
    ],
)
def test_rows_of_a_corpus_become_programs_over_slots(row: dict[str, Any], slots: str | None) -> None:
    example = example_of(row, "file")
    assert (example.slots if example else None) == slots


def test_a_corpus_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "no question"}\n')
    with pytest.raises(ValueError, match=r"bad\.jsonl:1: a row needs a question"):
        list(read_corpus(path))
    with pytest.raises(InputError, match="--corpus"):
        run(TrainKind.BASE, changed(TrainConfig(), TrainKind.BASE, steps=1, corpus=(path,)), tmp_path / "run")


def test_every_training_has_a_section_with_its_own_defaults() -> None:
    config = TrainConfig()
    assert set(TrainConfig.model_fields) == set(TrainKind)
    assert config.section(TrainKind.CLASSIFIER) is config.classifier
    assert len({config.section(kind).model_dump_json() for kind in TrainKind}) == len(TrainKind)
    assert (config.base.lens_weight, config.classifier.lens_weight) == (0.2, 0.4)
