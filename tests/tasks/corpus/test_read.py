"""A dataset is read back as it was exported, and a folder that is none is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.tasks.corpus.card import Provenance
from irmill.tasks.corpus.export import INDEX, SPLITS, ExportConfig, export_dataset
from irmill.tasks.corpus.read import read_dataset


def export(corpus, run: str = "run-1", formats: tuple[str, ...] = ("parquet",)) -> Path:
    corpus.fill()
    config = ExportConfig(rows_per_file=5, plots=False)
    return export_dataset(corpus.store, corpus.refs, config, Provenance(run, "base", {}, "", {}), formats=formats).path


@pytest.mark.parametrize("config", [("programs", "corpus.join"), ("kernels", "synth.dedup")])
def test_the_rows_are_those_of_the_stage(corpus, config: tuple[str, str]) -> None:
    name, stage = config
    folder = export(corpus, formats=("parquet", "jsonl"))
    rows = read_dataset(folder, name).collect()
    there = corpus.store.table(corpus.refs[stage])
    assert rows.columns == there.column_names
    assert sorted(rows["id"]) == sorted(there["id"].to_pylist())
    parts = [read_dataset(str(folder), name, split).collect() for split in SPLITS]
    assert [row for part in parts for row in part["id"]] == list(rows["id"])
    if name == "programs":
        assert [set(part["split"]) for part in parts] == [{split} for split in SPLITS]


def test_a_split_without_rows_is_empty(corpus) -> None:
    folder = export(corpus)
    index = folder / INDEX
    record = json.loads(index.read_text())
    record["data"] = [file for file in record["data"] if file["split"] != "test"]
    index.write_text(json.dumps(record))
    rows = read_dataset(folder, split="test").collect()
    assert rows.height == 0
    assert rows.schema == read_dataset(folder, split="train").collect_schema()


def test_a_folder_s_name_is_no_pattern(corpus) -> None:
    assert read_dataset(export(corpus, "run [1]*"), split="train").collect().height == 12


def test_a_folder_that_is_no_dataset_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / INDEX).write_text("{")
    for folder in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(InputError, match=f"^{folder}: this is no dataset"):
            read_dataset(folder)


def test_what_the_dataset_has_not_is_named(corpus) -> None:
    folder = export(corpus)
    with pytest.raises(InputError, match="no config 'program'; there are: programs, wasm, kernels, blocks"):
        read_dataset(folder, "program")
    with pytest.raises(InputError, match="no split 'training'; there are: train, validation, test"):
        read_dataset(folder, split="training")


def test_a_file_that_is_missing_is_named_before_any_row_is_read(corpus) -> None:
    folder = export(corpus)
    (folder / "data/programs/train-00001-of-00003.parquet").unlink()
    with pytest.raises(InputError, match=r"train-00001-of-00003[.]parquet: a file of the dataset is missing"):
        read_dataset(folder)
    assert read_dataset(folder, "wasm").collect().height == 20
