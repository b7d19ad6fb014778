"""What is installed: one name with everything in it, that runs among folders of the same names as ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from irmill.flows.config import STAGES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
NOT_BUILT_FROM = shutil.ignore_patterns(".*", "__pycache__", "artifacts", "build", "dist", "*.egg-info", "tests")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")

WITHOUT_THE_CHECKOUT = """
import sys
sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in getattr(finder, "__module__", "")]
"""
"""The environment that runs the tests has the checkout installed, too: where a wheel lacks a part, it must not help."""

OF_A_USER = """
import json, sys
import {packages}
assert all(module.OWN for module in ({packages}))
import irmill
config = irmill.CompilerConfig.model_validate({{"engine": {{"name": "wasmtime"}}}})
(found,) = irmill.compile_texts(["50 - 15 = "], config)
(kernel,) = irmill.extract_kernels("kernels.py", targets=["cpp"])
ours = [module.__file__ for name, module in sys.modules.items() if name.partition(".")[0] == "irmill"]
print(json.dumps([found.value, found.engine, found.message, kernel.kernel, kernel.as_dict()["error"], ours]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the sources, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "sources", ignore=NOT_BUILT_FROM)
    build = (*PIP, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(folder), "./sources")
    subprocess.run(build, cwd=folder, check=True, capture_output=True, text=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    """The files of the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def site(wheel: Path) -> Path:
    """The wheel, installed into a folder of its own."""
    folder = wheel.parent / "site"
    target = (*PIP, "install", "--no-deps", "--no-index", "--no-compile", "--target", str(folder), str(wheel))
    subprocess.run(target, check=True, capture_output=True, text=True)
    (folder / "sitecustomize.py").write_text(WITHOUT_THE_CHECKOUT)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A person's project: it has packages of its own that are called as our folders are."""
    for name in PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("OWN = True\n")
    shutil.copyfile(ROOT / "synth/examples/saxpy.py", tmp_path / "kernels.py")
    return tmp_path


def run(site: Path, project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the project, in an environment that has what was installed and not the checkout."""
    environ = {**os.environ, "PYTHONPATH": str(site), "IRMILL_HOME": str(project / "home")}
    return subprocess.run(
        [sys.executable, *command], cwd=project, env=environ, capture_output=True, text=True, check=False, timeout=200
    )


def test_the_only_name_is_irmill(names: list[str], site: Path) -> None:
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"irmill"}
    assert len({name.partition("/")[0] for name in names}) == 2
    (declared,) = (name for name in names if name.endswith(".dist-info/top_level.txt"))
    assert (site / declared).read_text().split() == ["irmill"]


def test_every_source_and_its_data_is_in_it_and_nothing_else(names: list[str]) -> None:
    files = (path for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file())
    sources = {path.relative_to(ROOT).as_posix() for path in files if "__pycache__" not in path.parts}
    wanted = {"irmill/__init__.py", "irmill/py.typed", *(f"irmill/{name}" for name in sources)}
    there = {name for name in names if name.startswith("irmill/")}
    assert {name for name in there ^ wanted if not name.endswith(".md")} == set()
    for kind in (
        "irmill/configs/smoke.yaml",
        "irmill/configs/requirements-wasmer.txt",
        "irmill/compiler/model/weights/",
        "irmill/compiler/english/texts/",
        "irmill/synth/examples/saxpy.py",
        "irmill/compiler/execute/wasmer_worker.py",
    ):
        assert [name for name in names if name.startswith(kind)], kind


@pytest.mark.slow
def test_it_runs_in_a_project_with_packages_called_as_our_folders(site: Path, project: Path) -> None:
    answer = run(site, project, "-c", OF_A_USER.format(packages=", ".join(PACKAGES)))
    assert answer.returncode == 0, answer.stderr
    *found, ours = json.loads(answer.stdout.splitlines()[-1])
    assert found == ["35", "wasmtime", "", "saxpy", None]
    assert [file for file in ours if not Path(file).is_relative_to(site)] == []


@pytest.mark.slow
def test_its_command_runs_and_finds_the_profiles(site: Path, project: Path) -> None:
    command = str(site / "bin" / "irmill")
    asked = run(site, project, command, "--version")
    assert (asked.returncode, asked.stdout) == (0, "irmill 0.1.0\n"), asked.stderr
    dry = run(site, project, command, "run", "--dry-run", "--profile", "smoke", "--json")
    assert dry.returncode == 0, dry.stderr
    planned = json.loads(dry.stdout)
    assert planned["profile"] == "smoke"
    stages = [f"{stage['lane']}.{stage['stage']}" for stage in planned["planned"]]
    assert stages == [*(stage.id for stage in STAGES), "corpus.export"]
    assert not (project / "home").exists()
