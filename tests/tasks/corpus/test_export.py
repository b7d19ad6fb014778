"""The dataset: layout, splits, card, plots, and that it is written once and whole."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
import yaml

from irmill.compiler.base.rows import Reject
from irmill.tasks.corpus.card import Provenance, markdown_table
from irmill.tasks.corpus.export import ExportConfig, export_dataset, structure
from irmill.tasks.corpus.join import SCHEMA
from irmill.tasks.corpus.report import make_report


def provenance(run: str = "run-1") -> Provenance:
    return Provenance(run, "base", {"prompts": {"count": 20}}, "abc123", {"prefect": "3.8.8"})


def export(corpus, run: str = "run-1", **more):
    config = ExportConfig(rows_per_file=5, **more.pop("config", {}))
    return export_dataset(corpus.store, corpus.refs, config, provenance(run), **more)


def digests(folder: Path) -> dict[str, str]:
    return json.loads((folder / "export.json").read_text())["files"]


def front_matter(card: str) -> dict:
    return yaml.safe_load(card.split("---\n")[1])


def test_the_layout_is_the_hubs(corpus):
    corpus.fill()
    made = export(corpus)
    names = sorted(path.relative_to(made.path).as_posix() for path in (made.path / "data").rglob("*.parquet"))
    assert [name for name in names if "programs/" in name] == [
        "data/programs/test-00000-of-00001.parquet",
        "data/programs/train-00000-of-00003.parquet",
        "data/programs/train-00001-of-00003.parquet",
        "data/programs/train-00002-of-00003.parquet",
        "data/programs/validation-00000-of-00001.parquet",
    ]
    assert {name.split("/")[1] for name in names} == {"programs", "wasm", "kernels", "blocks"}
    for config in front_matter((made.path / "README.md").read_text())["configs"]:
        for entry in config["data_files"]:
            assert list(made.path.glob(entry["path"])), entry


def test_every_row_is_in_exactly_one_file(corpus):
    corpus.fill()
    made = export(corpus)
    for config, stage in (("programs", "corpus.join"), ("kernels", "synth.dedup"), ("blocks", "optimizer.speculate")):
        files = sorted((made.path / "data" / config).glob("*.parquet"))
        there = [row for file in files for row in pq.read_table(file)["id"].to_pylist()]
        assert sorted(there) == sorted(corpus.store.table(corpus.refs[stage])["id"].to_pylist())
    assert sum(file.rows for file in made.files) == made.rows


def test_polars_opens_it_with_a_glob(corpus):
    corpus.fill()
    made = export(corpus)
    frame = pl.scan_parquet(made.path / "data" / "programs" / "train-*.parquet").collect()
    assert frame.height == 12
    assert frame.columns == SCHEMA.names


def test_no_template_and_no_structure_is_in_two_splits(corpus, rows):
    corpus.fill(40)
    kernels = [rows.kernel(n, structure=f"{n % 7:016x}", split=("train", "test")[n % 2]) for n in range(40)]
    corpus.put("synth.dedup", rows.table("synth.dedup", kernels))
    made = export(corpus)
    for config, column in (("programs", "template"), ("wasm", "template"), ("kernels", "structure"), ("blocks", "tir")):
        where: dict[str, set[str]] = {}
        for file in (made.path / "data" / config).glob("*.parquet"):
            for value in pq.read_table(file)[column].to_pylist():
                where.setdefault(structure(value) if column == "tir" else value, set()).add(file.name.partition("-")[0])
        assert where
        assert all(len(splits) == 1 for splits in where.values()), config


def test_a_structure_is_a_text_without_its_numbers_and_a_digest_is_its_own():
    assert structure("push 3 add") == structure("push 41.5 add") != structure("push 3 mul")
    assert structure("0123456789abcdef") == "0123456789abcdef"


def test_generated_rows_keep_the_split_of_their_generator(corpus, rows):
    corpus.fill()
    blocks = [rows.block(n, source="generated", program_id=None, split=("train", "held_out")[n % 2]) for n in range(8)]
    corpus.put("optimizer.speculate", rows.table("optimizer.speculate", blocks))
    made = export(corpus)
    assert {(file.split, file.rows) for file in made.files if file.config == "blocks"} == {("train", 4), ("test", 4)}


def test_data_bytes_repeat(corpus, tmp_path):
    corpus.fill()
    one = digests(export(corpus, "one").path)
    two = digests(export(corpus, "two", force=True).path)
    assert one == two
    assert any(name.endswith(".png") for name in one)


def test_a_second_run_links_the_first_ones_files(corpus):
    corpus.fill()
    one = export(corpus, "one")
    two = export(corpus, "two")
    assert (one.cached, two.cached) == (False, True)
    name = one.files[0].path
    assert (one.path / name).stat().st_ino == (two.path / name).stat().st_ino
    assert "run `two`" in (two.path / "README.md").read_text()
    assert one.files == two.files
    assert one.report == two.report


@pytest.mark.parametrize("damage", ["change", "remove"])
def test_a_damaged_dataset_is_not_linked(corpus, damage):
    corpus.fill()
    one = export(corpus, "one")
    file = one.path / one.files[0].path
    good = file.read_bytes()
    if damage == "change":
        file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    else:
        file.unlink()
    two = export(corpus, "two")
    assert not two.cached
    assert (two.path / one.files[0].path).read_bytes() == good


def test_another_configuration_is_another_dataset(corpus):
    corpus.fill()
    export(corpus, "one")
    assert not export(corpus, "two", config={"plots": False}).cached


def test_writing_a_run_again_replaces_it(corpus):
    corpus.fill()
    path = export(corpus).path
    (path / "stray.txt").write_text("x")
    assert export(corpus).path == path
    assert not (path / "stray.txt").exists()
    assert [entry.name for entry in path.parent.iterdir()] == ["run-1"]


def test_a_failure_leaves_nothing(corpus, monkeypatch):
    corpus.fill()

    def broken(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("irmill.tasks.corpus.export.write_card", broken)
    with pytest.raises(OSError, match="disk full"):
        export(corpus)
    assert list(corpus.store.layout.exports.iterdir()) == []


def test_lanes_that_did_not_run_are_left_out(corpus):
    corpus.fill()
    del corpus.refs["corpus.join"], corpus.refs["synth.dedup"], corpus.refs["optimizer.speculate"]
    made = export(corpus)
    assert {file.config for file in made.files} == {"wasm"}
    card = (made.path / "README.md").read_text()
    assert [config["config_name"] for config in front_matter(card)["configs"]] == ["wasm"]
    assert "## Answers" not in card


def test_json_lines_are_written_where_asked_for(corpus):
    corpus.fill()
    made = export(corpus, formats=("parquet", "jsonl"))
    lines = (made.path / "data/programs/test-00000-of-00001.jsonl").read_text().splitlines()
    assert {json.loads(line)["split"] for line in lines} == {"test"}
    assert "jsonl" not in (made.path / "README.md").read_text()


def test_the_card_says_what_was_made_and_how(corpus):
    corpus.fill()
    corpus.put(
        "compiler.classify",
        corpus.store.table(corpus.refs["compiler.execute"]).slice(0, 0),
        [Reject("n-1", "LENS_DISAGREES", "add, not subtract", "Add 1 and 2")],
    )
    del corpus.refs["compiler.classify"]
    card = (export(corpus).path / "README.md").read_text()
    assert front_matter(card)["license"] == "apache-2.0"
    assert "20 programs, 10 of them in every form." in card
    assert "| TASM | 10 |" in card
    assert "No two backends disagreed on any program." in card
    assert "at commit `abc123`" in card
    assert "count: 20" in card
    assert "| prefect | 3.8.8 |" in card
    for plot in ("stages", "operations", "cycles"):
        assert f"(plots/{plot}.png)" in card


def test_disagreements_are_named_in_the_card(corpus):
    corpus.fill()
    joined = corpus.store.table(corpus.refs["corpus.join"])
    rejects = [Reject("program-9", "DISAGREE", "wasm says 5, warp says 6", "3 + 2 = ")]
    corpus.put("corpus.join", joined, rejects, key="1" * 16)
    card = (export(corpus).path / "README.md").read_text()
    assert "- program-9: 3 + 2 = : wasm says 5, warp says 6" in card
    assert "| corpus.join | 21 | 20 | 1 DISAGREE |" in card


def test_the_classifiers_worth_is_counted_by_known_answers(corpus, rows):
    answers = [("2 + 2 = ", "4"), ("2 + 3 = ", "6"), ("2 - 3 = ", "5"), ("9 * 1 = ", "9"), ("1 + 1 = ", "2")]
    read = [
        rows.program(n, id=f"n-{n}", canonical=canonical, gold_answer=gold)
        for n, (canonical, gold) in enumerate(answers)
    ]
    read.append(rows.program(9, id="n-9", source="canonical"))
    corpus.put("compiler.normalize", rows.table("compiler.normalize", read))
    heard = [{"operation": "add", "probability": 0.9}]
    kept = [rows.program(4, id="c-4", parent_id="n-4", operations=["add"], lens=heard)]
    passed = rows.table("compiler.classify", kept)
    corpus.put("compiler.classify", passed, [Reject(f"n-{n}", "LENS_DISAGREES", "", "") for n in (1, 3)])
    lens = make_report(corpus.store, corpus.refs).lens
    assert lens is not None
    assert (lens.right, lens.wrong) == (3, 2)
    objections, random, confidence, *_ = lens.vetoes
    assert (objections.caught, objections.lost) == (1, 1)
    assert (random.caught, random.lost) == pytest.approx((0.8, 1.2))
    assert (confidence.rejected, confidence.caught, confidence.lost) == (2, 1, 1)


def test_a_table_cell_cannot_break_the_table():
    assert markdown_table(["a"], [["x|y\nz"]]).splitlines()[2] == "| x\\|y z |"
