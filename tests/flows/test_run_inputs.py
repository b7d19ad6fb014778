"""What is wrong with a call is said in one line before anything is written."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from irmill.compiler.lang.errors import InputError
from irmill.flows.run import execute_run


def contents(folder: Path) -> list[tuple[str, bytes | None]]:
    return sorted(
        (path.relative_to(folder).as_posix(), path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "empty.txt").write_text("")
    (folder / "binary.txt").write_bytes(b"\x00\xff\x80")
    (folder / "good.txt").write_text("2 + 2 =\n")
    (folder / "strange.csv").write_text("a,b\n")
    pq.write_table(pa.table({"other": ["2 + 2 ="]}), folder / "columns.parquet")
    return folder


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"profile": "bsae"}, "did you mean base?"),
        ({"only": "compilr"}, "did you mean compiler?"),
        ({"force": ["emitt"]}, "did you mean emit?"),
        ({"sets": ["promts.count=3"]}, "did you mean prompts.count?"),
        ({"sets": ["prompts.count=0"]}, "prompts.count"),
        ({"sets": ["prompts.file=none.txt"]}, "there is no file none.txt"),
        ({"sets": ["prompts.file={files}/empty.txt"]}, "holds no prompt"),
        ({"sets": ["prompts.file={files}/binary.txt"]}, "not UTF-8"),
        ({"sets": ["prompts.file={files}/strange.csv"]}, "is none of .txt"),
        ({"sets": ["prompts.file={files}/columns.parquet"]}, "it has: other"),
        ({"sets": ["prompts.file={files}/good.txt", "prompts.column=text"]}, "has no columns"),
        ({"sets": ["model.id=./no/such/folder"]}, "model.id: there is no folder ./no/such/folder"),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_wrong_call_leaves_the_home_untouched(tmp_path: Path, files: Path, call: dict, told: str, dry_run: bool):
    home = tmp_path / "home"
    call = {**call, "sets": [assignment.format(files=files) for assignment in call.get("sets", [])]}
    with pytest.raises(InputError) as caught:
        execute_run(**{"profile": "smoke", **call}, home=home, dry_run=dry_run)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not home.exists()


def test_another_versions_store_is_refused_untouched(tmp_path: Path):
    home = tmp_path / "home"
    (home / "store").mkdir(parents=True)
    (home / "store" / "format.json").write_text('{"format": 99}')
    before = contents(home)
    with pytest.raises(InputError, match="format 99"):
        execute_run("smoke", home=home)
    assert contents(home) == before


def test_a_home_that_is_a_file_is_refused(tmp_path: Path):
    home = tmp_path / "home"
    home.write_text("mine")
    with pytest.raises(InputError, match="is not a folder"):
        execute_run("smoke", home=home)
    assert home.read_text() == "mine"


def test_a_dry_run_on_an_empty_home_plans_every_stage_and_writes_nothing(tmp_path: Path):
    result = execute_run("smoke", home=tmp_path / "home", dry_run=True)
    document = result.document()
    assert [plan["stage"] for plan in document["planned"]][-1] == "export"
    assert len(document["planned"]) == 16
    assert {plan["why"] for plan in document["planned"][:-1]} == {"never built"}
    assert not (tmp_path / "home").exists()


def test_a_dry_run_needs_neither_prefect_nor_torch(tmp_path: Path):
    import subprocess

    script = (
        "import sys; from irmill.flows.run import execute_run; execute_run('smoke', home=sys.argv[1], dry_run=True);"
        "heavy = ('prefect', 'torch', 'transformers', 'warp', 'peft', 'wasmtime');"
        "print([name for name in heavy if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert answer.stdout.strip() == "[]"


def test_only_and_force_are_planned(tmp_path: Path):
    result = execute_run("smoke", only="compiler", force=["emit"], home=tmp_path / "home", dry_run=True)
    planned = {f"{plan.lane}.{plan.stage}": plan for plan in result.planned}
    assert set(planned) == {
        *(f"compiler.{name}" for name in ("prompts", "normalize", "classify", "emit", "execute")),
        "corpus.export",
    }
    assert planned["compiler.emit"].why == "forced"
