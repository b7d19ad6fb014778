"""Break the middle of every lane, and the run turns red.

Each case copies the project, changes one line of one engine, and runs the command on a copy of a home that a good run
has filled: the key of the broken stage is another one, so just it and what follows is built again, in processes that
know nothing of the test.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("prefect_server"), pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("compiler", "synth", "optimizer", "tasks", "flows", "configs")
LITTLE = (
    "prompts.count=60",
    "prompts.shard_rows=60",
    "prompts.canonical=0.4",
    "engine.timeout_seconds=2",
    "lens.veto=always",
    "limits.classify.LENS_DISAGREES=0.3",
    "limits.execute.GOLD_DIFFERS=0.4",
    "kernels.count=4",
    "blocks.count=8",
    "coldstart.blocks=6",
    "coldstart.held_out=2",
    "coldstart.epochs=1",
    "evolve.generations=1",
    "evolve.population=4",
    "evolve.minibatch=2",
    "evolve.held_out=2",
    "speculate.expansions=60",
    "speculate.trials=2",
    "export.plots=false",
)


@dataclass(frozen=True)
class Command:
    """The command line in a copy of the project, on a home of its own."""

    project: Path
    home: Path
    api: str

    def run(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """The run's JSON document. The exit code must be ``code``."""
        sets = [part for assignment in LITTLE for part in ("--set", assignment)]
        call = "import sys; from irmill.flows.cli.app import run; sys.exit(run(sys.argv[1:]))"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        environment |= {
            "PYTHONPATH": str(self.project.parent),
            "IRMILL_HOME": str(self.home),
            "PREFECT_API_URL": self.api,
            "IRMILL_WORKERS": "1",
        }
        wasmer = ROOT / ".venv-wasmer" / "bin" / "python"
        if wasmer.is_file():
            environment["IRMILL_WASMER_PYTHON"] = str(wasmer)
        answer = subprocess.run(
            [sys.executable, "-c", call, "run", "--json", "--profile", "smoke", *sets, *arguments],
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert answer.returncode == code, answer.stdout + answer.stderr
        assert "Traceback" not in answer.stderr
        return json.loads(answer.stdout)


@pytest.fixture(scope="session")
def api(prefect_server: None) -> str:
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value())


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, api: str) -> tuple[Command, dict[str, Any]]:
    """A copy of the project, its home after a run that went well, and the run's document."""
    project = tmp_path_factory.mktemp("good") / "irmill"
    copy_project(ROOT, project)
    command = Command(project, project.parent / "home", api)
    return command, command.run()


def copy_project(source: Path, target: Path) -> None:
    target.mkdir()
    shutil.copy(source / "__init__.py", target)
    for package in PACKAGES:
        shutil.copytree(source / package, target / package, ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture
def broken(good: tuple[Command, dict[str, Any]], tmp_path: Path) -> Iterator[Command]:
    """A project that a test may break, and a home that knows what the good one made."""
    command, _ = good
    copy_project(command.project, tmp_path / "irmill")
    shutil.copytree(command.home, tmp_path / "home")
    yield Command(tmp_path / "irmill", tmp_path / "home", command.api)
    shutil.rmtree(tmp_path / "home")


def stages(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {stage["stage"]: stage for stage in document["stages"]}


def test_the_whole_dag_runs_and_the_next_run_finds_all_of_it_made(good: tuple[Command, dict[str, Any]]):
    command, first = good
    assert first["problems"] == []
    assert len(first["stages"]) == 16
    assert not any(stage["cached"] for stage in first["stages"])
    for stage in first["stages"]:
        assert stage["rows_out"] > 0, stage
    again = command.run()
    assert all(stage["cached"] for stage in again["stages"])
    assert {name: stage["key"] for name, stage in stages(first).items()} == {
        name: stage["key"] for name, stage in stages(again).items()
    }
    assert Path(again["export"]).is_dir()
    assert again["export"] != first["export"]


def test_the_corpus_holds_programs_in_every_form(good: tuple[Command, dict[str, Any]]):
    import polars as pl

    frame = pl.read_parquet(Path(good[1]["export"]) / "data" / "programs" / "*.parquet")
    whole = frame.filter("complete")
    assert whole.height >= 5
    wanted = [
        *("id", "question", "canonical", "operands", "wat", "bytes", "value"),
        *("warp_python", "cpp_forward", "cpp_adjoint", "cuda_forward", "cuda_adjoint", "cuda_status"),
        *("tasm", "tasm_optimized"),
    ]
    for column in wanted:
        assert whole[column].null_count() == 0, column
    assert whole.filter(pl.col("warp_value") != pl.col("wasm_value")).filter(pl.col("value") != "true").height <= 5
    assert frame["id"].n_unique() == frame.height


CASES = {
    "a normalizer that always says the same": (
        "normalize",
        "compiler",
        "compiler/stages/normalize.py",
        "    canonical = print_program(answer.typed.program)\n",
        '    canonical = "1 + 1 = "\n',
        " rejected ",
    ),
    "a lens that always says add": (
        "classify",
        "compiler",
        "compiler/model/slot_lens.py",
        "LensReading(self.operations[place], chance)",
        "LensReading(Operation.ADD, chance)",
        "compiler.classify: LENS_DISAGREES",
    ),
    "a wrong opcode in emission": (
        "emit",
        "compiler",
        "compiler/wasm/codebook.py",
        '_family("i32", _INTEGER_BINARY, 0x6A, 2, "i32")',
        '_family("i32", _INTEGER_BINARY, 0x6B, 2, "i32")',
        "compiler.execute: ",
    ),
    "an engine that answers 0": (
        "execute",
        "compiler",
        "compiler/execute/engine.py",
        "return Answer(bool(value) if job.truth else value, None",
        "return Answer(False if job.truth else 0, None",
        "compiler.execute: DISAGREE",
    ),
    "a wrong adjoint": (
        "build",
        "synth",
        "synth/build_worker.py",
        "argument.name: arguments[argument.name].grad.numpy().tolist()",
        "argument.name: (-arguments[argument.name].grad.numpy()).tolist()",
        "synth.build: GRADIENT",
    ),
    "a wrong opcode in TASM": (
        "lower",
        "optimizer",
        "optimizer/lower/classical.py",
        "**{name: name for name in _SAME},",
        '**{name: "mul" if name == "add" else name for name in _SAME},',
        "optimizer.",
    ),
    "a candidate that drops an effect": (
        "speculate",
        None,
        "optimizer/stages/speculate.py",
        '"tasm_optimized": result.tasm,',
        '"tasm_optimized": result.tasm.replace("write_io 1", "pop 1"),',
        "corpus.join: ",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_middle_turns_the_run_red(broken: Command, good: tuple[Command, dict[str, Any]], case: str):
    stage, lane, file, old, new, told = CASES[case]
    path = broken.project / file
    source = path.read_text()
    assert source.count(old) == 1, f"{file} no longer holds the line that this test breaks"
    path.write_text(source.replace(old, new))
    document = broken.run(*(("--only", lane) if lane else ()), code=1)
    assert document["export"] is None
    assert any(told in line for line in document["problems"]), document["problems"]
    assert all("\n" not in line for line in document["problems"])
    before, after = stages(good[1]), stages(document)
    assert stage not in after or after[stage]["key"] != before[stage]["key"]


def test_one_changed_byte_of_a_shard_is_found_and_the_stage_built_again(
    broken: Command, good: tuple[Command, dict[str, Any]]
):
    before = stages(good[1])
    shard = broken.home / "store" / "compiler.emit" / before["emit"]["key"] / "part-00000.parquet"
    sound = shard.read_bytes()
    middle = len(sound) // 2
    shard.write_bytes(sound[:middle] + bytes([sound[middle] ^ 1]) + sound[middle + 1 :])
    document = broken.run()
    assert [stage["stage"] for stage in document["stages"] if not stage["cached"]] == ["emit"]
    assert shard.read_bytes() == sound


def test_force_builds_a_stage_again_to_the_same_bytes(broken: Command, good: tuple[Command, dict[str, Any]]):
    key = stages(good[1])["emit"]["key"]
    shard = broken.home / "store" / "compiler.emit" / key / "part-00000.parquet"
    sound = shard.read_bytes()
    document = broken.run("--force", "emit", "--only", "compiler")
    assert [stage["stage"] for stage in document["stages"] if not stage["cached"]] == ["emit", "export"]
    assert shard.read_bytes() == sound


def test_a_dry_run_says_what_would_run_and_why_and_writes_nothing(broken: Command):
    (broken.project / "compiler" / "wasm" / "codebook.py").open("a").write("\nEXTRA = 1\n")
    before = sorted(path.relative_to(broken.home).as_posix() for path in broken.home.rglob("*"))
    planned = {plan["stage"]: plan for plan in broken.run("--dry-run", "--set", "prompts.seed=1")["planned"]}
    assert sorted(path.relative_to(broken.home).as_posix() for path in broken.home.rglob("*")) == before
    assert planned["prompts"]["why"] == "cached"
    assert "code changed: compiler/wasm/codebook.py" in planned["emit"]["why"]
    assert planned["execute"]["why"].count("changed") >= 1
    assert not planned["export"]["cached"]


def test_a_bound_that_is_passed_makes_a_found_stage_red(broken: Command, good: tuple[Command, dict[str, Any]]):
    assert stages(good[1])["blocks"]["reasons"]["UNSUPPORTED"] > 0
    document = broken.run("--only", "optimizer", "--set", "limits.blocks.UNSUPPORTED=0", code=1)
    assert "optimizer.blocks: UNSUPPORTED" in document["problems"][0]
    assert "blocks" not in stages(document)
