"""Loading: safetensors only, and one clear line for everything that is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import ModelConfig, model_facts
from irmill.compiler.model.load import SlotModel, TextModel, load_model, load_slot_model


def test_a_trained_folder_loads_as_a_model_over_slots(slot_folder: Path) -> None:
    model = load_model(ModelConfig(id=str(slot_folder)))
    assert isinstance(model, SlotModel)
    assert model.layers == 4


def test_any_other_folder_loads_as_a_text_model(chat_folder: Path) -> None:
    model = load_model(ModelConfig(id=str(chat_folder)))
    assert isinstance(model, TextModel)
    assert model.layers == 4
    assert model.tokenizer.padding_side == "left"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model\.id .*nowhere: there is no such folder"):
        load_model(ModelConfig(id=str(tmp_path / "nowhere")))


def test_pickle_is_never_loaded(chat_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(chat_folder, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.save({"a": torch.zeros(1)}, folder / "pytorch_model.bin")
    with pytest.raises(InputError, match=r"pytorch_model\.bin: pickle is never loaded"):
        load_model(ModelConfig(id=str(folder)))


def test_a_hub_name_that_is_not_cached_is_named_offline() -> None:
    with pytest.raises(InputError, match=r"model\.id nobody/no-such-model: cannot be loaded"):
        load_model(ModelConfig(id="nobody/no-such-model", offline=True))


def test_a_file_that_is_missing_is_named(slot_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    shutil.copytree(slot_folder, folder)
    (folder / "model.safetensors").unlink()
    with pytest.raises(InputError, match=r"model\.safetensors is missing"):
        load_slot_model(folder)


def test_weights_that_do_not_fit_are_an_input_error(slot_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "wide"
    shutil.copytree(slot_folder, folder)
    shape = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**shape, "intermediate_size": 96}))
    facts = json.loads((folder / "irmill.json").read_text())
    (folder / "irmill.json").write_text(json.dumps({**facts, "files": {}}))
    with pytest.raises(InputError, match="the weights do not fit"):
        load_slot_model(folder)


def test_an_adapter_without_its_files_is_named(slot_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"model\.adapter .*adapter_config\.json is missing"):
        load_model(ModelConfig(id=str(slot_folder), adapter=str(tmp_path)))


def test_facts_move_with_the_weights(slot_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(slot_folder, folder)
    before = model_facts(ModelConfig(id=str(folder)))
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "model.safetensors").write_bytes(bytes(data))
    after = model_facts(ModelConfig(id=str(folder)))
    assert {name for name in after if before[name] != after[name]} == {"model.safetensors"}


def test_the_embedded_model_needs_neither_transformers_nor_peft() -> None:
    code = (
        "import sys\n"
        "from irmill.compiler.lang.parse import parse_text\n"
        "from irmill.compiler.model.readings import LensItem\n"
        "from irmill.compiler.model.lens import classify\n"
        "from irmill.compiler.model.load import load_model\n"
        "from irmill.compiler.model.normalizer import make_normalizer\n"
        "model = load_model()\n"
        "make_normalizer(model).normalize(['Add 2 and 3'])\n"
        "classify(model, [LensItem('Add 2 and 3', parse_text('2 + 3 = '))])\n"
        "assert not {'transformers', 'peft', 'prefect'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
