"""What a training leaves and how it is installed: digests, facts, figures, a card that is made of them."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import ModelConfig, model_facts
from irmill.compiler.model.direct.model import save_direct_model
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.reading import SPECIALS
from irmill.compiler.model.load import load_slot_model
from irmill.compiler.model.training import files
from irmill.compiler.model.training.card import render_card
from irmill.compiler.model.training.card_tables import held_out_tables, tables
from irmill.compiler.model.training.config import BaseTraining
from irmill.compiler.model.training.files import Draft, add_evaluation, install, save_draft, write_card
from irmill.compiler.model.training.problems import Material, Source

CONFIG = BaseTraining(steps=6, corpus=(Path("somewhere/else/rows.jsonl"),))
VETO = {"by": "the lens disagrees", "rejected": 4.0, "caught": 3.0, "lost": 1.0, "caught_share": 0.5, "lost_share": 0.1}
HELD_OUT = {
    "test_words": {
        "answers": {
            "problems": 40,
            "correct": {"all": 0.625, "gain": 1.0, "loss": 0.0, "gift": 1.0, **{f"f{k}": k / 10 for k in range(1, 8)}},
            "abstained": 0.05,
            "coverage": {"100%": 0.625, "75%": 0.75},
            "baselines": {"add": 0.25},
        },
        "lens": {"all": 0.875, "gain": 0.25, "rows": 0.7},
        "counterfactual": {"answered": 38, "lens_accuracy": 0.55, "right": 25, "wrong": 13, "vetoes": [VETO]},
    }
}
MATERIAL = Material(sources=(Source("rows.jsonl", "ab" * 32, 95, 5),))


@pytest.fixture
def made(tmp_path: Path, tiny_net: transformers.LlamaForCausalLM, tiny_tokenizer: Tokenizer) -> Path:
    """A folder as a training from scratch leaves it."""
    folder = tmp_path / "made"
    save_draft(Draft(tiny_net, tiny_tokenizer, frozenset({"has"})), folder, CONFIG, MATERIAL)
    (folder / "report.json").write_text(json.dumps({"held_out": HELD_OUT}))
    (folder / "curves.jsonl").write_text("")
    return folder


@pytest.fixture
def direct(tmp_path: Path) -> Path:
    """A folder as the training of the direct normalizer leaves it."""
    folder = tmp_path / "direct"
    words = ("apples", "has")
    shape = Shape(len(SPECIALS) + len(words), word=8, width=16, heads=2, layers=1, inner=16, pair=16)

    def made() -> dict[str, Any]:
        digest = hashlib.sha256((folder / "direct.safetensors").read_bytes()).hexdigest()
        return {"kind": "direct", "files": {"direct.safetensors": digest}}

    save_direct_model(folder, [(DirectNet(shape), words)], {"penalties": {}}, made)
    return folder


def test_the_facts_are_configuration_corpora_and_digests(made: Path) -> None:
    facts = json.loads((made / "irmill.json").read_text())
    assert (facts["kind"], facts["training"]["steps"], facts["training"]["corpus"]) == ("base", 6, ["rows.jsonl"])
    assert facts["corpora"] == [{"name": "rows.jsonl", "sha256": "ab" * 32, "trained": 95, "held": 5}]
    assert set(facts["files"]) == {"model.safetensors", "config.json", "tokenizer.json"}
    for name, digest in facts["files"].items():
        assert hashlib.sha256((made / name).read_bytes()).hexdigest() == digest
    assert len(facts["generator"]) == 64


def test_both_models_are_installed_beside_one_another(made: Path, direct: Path, tmp_path: Path) -> None:
    target = tmp_path / "weights"
    assert install(direct, target) == target
    install(made, target)
    assert {path.name for path in target.iterdir()} == {
        "config.json", "irmill.json", "model.safetensors", "tokenizer.json",
        "direct.json", "direct.safetensors", "figures.json", "README.md",
    }  # fmt: skip
    load_slot_model(target)
    figures = json.loads((target / "figures.json").read_text())
    assert figures == {"direct": {"held_out": {}}, "base": {"held_out": HELD_OUT}}
    assert (target / "README.md").read_text() == render_card(target)


def test_the_card_says_how_the_weights_were_made_and_what_was_measured(
    made: Path, direct: Path, tmp_path: Path
) -> None:
    target = tmp_path / "weights"
    install(made, target)
    install(direct, target)
    add_evaluation("asdiv_a", {"accuracy": 0.8, "rows": 1217, "interval": [0.78, 0.82]}, target)
    card = (target / "README.md").read_text()
    for line in (
        "# The embedded models",
        "### `model.safetensors`",
        "### `direct.safetensors`",
        "| training | `irmill train direct` |",
        f"| rows.jsonl | 95 | 5 | {'ab' * 32} |",
        "### base, on what is held out",
        "| test words | 40 | 62.5 % | 5.0 % | 62.5 % | 75.0 % |",
        "### asdiv a",
        "| accuracy | 80.0 % |",
        "| rows | 1,217 |",
        "| interval | 78.0 % to 82.0 % |",
    ):
        assert f"{line}\n" in card
    assert "Configuration: `steps` 6, `seed` 7, " in card


def test_held_out_figures_are_summed_up_by_family() -> None:
    text = "\n".join(held_out_tables({**HELD_OUT, "corpus": HELD_OUT["test_words"]}, "base", 3))
    for line in (
        "| held out | problems | right | abstained | right of the surest 100% | right of the surest 75% |",
        "| baseline | test words | corpus |",
        "| add | 25.0 % | 25.0 % |",
        "| corpus | 10 | 2 | 1 | gain 100.0 %, gift 100.0 %, f7 70.0 % | loss 0.0 %, f1 10.0 %, f2 20.0 % |",
        "| test words | 87.5 % | 70.0 % | 55.0 % |",
        "| test words | 1 | 0 | 0 | gain 25.0 % |  |",
        "| test words | the lens disagrees | 4 | 50.0 % | 13 | 10.0 % | 25 |",
    ):
        assert f"{line}\n" in text
    assert "f4" not in text
    assert "Not measured." in "\n".join(held_out_tables({}, "base", 3))


@pytest.mark.parametrize("count", [12, 13])
def test_a_card_names_the_best_and_the_worst_of_many_groups(count: int) -> None:
    groups = {f"g{k}": {"rows": 100, "accuracy": k / 100} for k in range(count)}
    text = "\n".join(tables({"family": groups}, "asdiv_a", 3))
    named = [f"g{k}" for k in range(count) if f"| g{k} |" in text]
    if count == 12:
        assert len(named) == count
    else:
        assert named == ["g0", "g1", "g2", "g10", "g11", "g12"]
        assert "The best and the worst 3 of 13; all of them are in `figures.json`." in text


def test_the_card_is_written_again_from_what_lies_there(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "weights"
    install(made, target)
    card = (target / "README.md").read_text()
    (target / "README.md").unlink()
    write_card(target)
    assert (target / "README.md").read_text() == card


def test_figures_of_a_name_are_replaced_and_change_no_result(made: Path, tmp_path: Path) -> None:
    target = tmp_path / "weights"
    install(made, target)
    before = model_facts(ModelConfig(id=str(target)))
    for accuracy in (0.5, 0.75):
        add_evaluation("asdiv_a", {"accuracy": accuracy}, target)
    card = (target / "README.md").read_text()
    assert "75.0 %" in card
    assert "| accuracy | 50.0 % |" not in card
    assert model_facts(ModelConfig(id=str(target))) == before


def test_half_a_run_is_not_installed(made: Path, tmp_path: Path) -> None:
    (made / "tokenizer.json").unlink()
    with pytest.raises(InputError, match=r"tokenizer\.json is missing"):
        install(made, tmp_path / "weights")
    assert not (tmp_path / "weights").exists()


def test_weights_that_the_training_did_not_write_are_neither_installed_nor_loaded(made: Path, tmp_path: Path) -> None:
    raw = bytearray((made / "model.safetensors").read_bytes())
    raw[-1] ^= 1
    (made / "model.safetensors").write_bytes(bytes(raw))
    with pytest.raises(InputError, match=r"model\.safetensors is not what the training wrote"):
        install(made, tmp_path / "weights")
    with pytest.raises(InputError, match=r"model\.safetensors is not the file that irmill\.json was written with"):
        load_slot_model(made)


def test_all_files_together_are_bounded(
    made: Path, direct: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "weights"
    install(direct, target)
    own = sum((made / name).stat().st_size for name in files.LANGUAGE_MODEL)
    monkeypatch.setattr(files, "LARGEST", own + 10)
    with pytest.raises(InputError, match="bytes in all"):
        install(made, target)
    assert not (target / "model.safetensors").exists()


def test_a_kill_while_installing_leaves_the_old_model_or_one_that_says_so(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_tokenizer: Tokenizer
) -> None:
    target = tmp_path / "weights"
    install(made, target)
    other = tmp_path / "other"
    shutil.copytree(made, other)
    from irmill.compiler.model.training.files import draft_of

    draft = draft_of(load_slot_model(made))
    with torch.no_grad():
        draft.net.model.norm.weight.add_(1.0)
    save_draft(draft, other, CONFIG)
    replace = Path.replace
    for kill in range(1, 5):
        done: list[str] = []

        def counted(self: Path, to: Path, kill: int = kill, done: list[str] = done) -> Path:
            done.append(to.name)
            if len(done) == kill:
                raise KeyboardInterrupt
            return replace(self, to)

        install(made, target)
        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", counted)
            with pytest.raises(KeyboardInterrupt):
                install(other, target)
        assert not [path for path in target.iterdir() if path.name.startswith(".tmp")]
        try:
            loaded = load_slot_model(target)
        except InputError as error:
            assert "install it again" in str(error)  # noqa: PT017 - either is right
        else:
            assert torch.equal(loaded.net.model.norm.weight, load_slot_model(made).net.model.norm.weight)


@pytest.mark.parametrize(
    ("document", "lines"),
    [
        ({"right": 0.5, "rows": 2}, ["| right | 50.0 % |", "| rows | 2 |"]),
        ({"by_family": {"gain": 0.5, "loss": 1.0}}, ["| by family | value |", "| loss | 100.0 % |"]),
        (
            {"steps": {"1": {"rows": 3, "accuracy": 0.5}, "2": {"rows": 4, "accuracy": 0.25, "note": "few"}}},
            ["| steps | rows | accuracy | note |", "| 1 | 3 | 50.0 % |  |", "| 2 | 4 | 25.0 % | few |"],
        ),
        (
            {"coverage": [{"share": 0.9, "accuracy": 0.5}]},
            ["| coverage | share | accuracy |", "| 1 | 90.0 % | 50.0 % |"],
        ),
        ({"a": {"b": {"c": {"x": 1.5}}}}, ["#### a", "| b | x |", "| c | 1.5 |"]),
        ({"empty": {}, "none": None}, ["| none |  |"]),
        ({"a|b": 1}, ["| a\\|b | 1 |"]),
    ],
)
def test_any_nested_document_of_numbers_becomes_tables(document: dict[str, Any], lines: list[str]) -> None:
    text = "\n".join(tables(document, "made_up", 3))
    assert text.startswith("### made up\n")
    for line in lines:
        assert f"{line}\n" in f"{text}\n"
