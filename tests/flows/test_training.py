"""What a training is told: the profile's section, ``--set``, then the options."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.config import ModelConfig
from irmill.compiler.model.training.config import ClassifierTraining, TrainConfig, TrainKind
from irmill.compiler.model.training.train import TrainReport
from irmill.flows import training
from irmill.flows.cli.app import run as run_command
from irmill.flows.config import ConfigError, RunConfig
from irmill.flows.training import run_training


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[TrainKind, TrainConfig, Path, ModelConfig]]:
    """What the flow is called with, in place of the flow and its server."""
    calls: list[tuple[TrainKind, TrainConfig, Path, ModelConfig]] = []

    def train_model(kind: TrainKind, config: TrainConfig, folder: Path, start: ModelConfig) -> tuple[TrainReport, int]:
        calls.append((kind, config, folder, start))
        return TrainReport(kind, folder, config.section(kind).steps, folder / "curves.jsonl", {}), 0

    monkeypatch.setattr("irmill.flows.training_flow.train_model", train_model)
    monkeypatch.setattr(training, "api_server", lambda home: contextlib.nullcontext())
    monkeypatch.setattr(training, "drain", lambda flow_run, tasks: None)
    monkeypatch.setattr(training, "apply_settings", lambda home: None)
    return calls


def train(home: Path, **changes: Any) -> dict[str, Any]:
    given = {"steps": None, "corpus": (), "install": False, "seed": None, "profile": "base", "home": str(home)}
    return run_training("classifier", **{**given, **changes})


def test_the_profiles_section_reaches_the_training(
    told: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = RunConfig(train=TrainConfig(classifier=ClassifierTraining(rank=3, seed=99)))
    monkeypatch.setattr(training, "load_config", lambda profile, sets=(): config)
    train(tmp_path)
    assert told[0][1] == config.train


def test_sets_reach_it_and_options_win(told: list[Any], tmp_path: Path) -> None:
    sets = ["train.classifier.rank=3", "train.classifier.steps=5", "train.classifier.seed=4", "train.base.width=64"]
    report = train(tmp_path, sets=sets, steps=9, seed=0)
    kind, config, folder, _ = told[0]
    assert kind is TrainKind.CLASSIFIER
    assert config.classifier == ClassifierTraining(rank=3, steps=9, seed=0)
    assert (report["steps"], report["folder"]) == (9, str(folder))
    assert train(tmp_path, sets=sets, steps=9, seed=0)["folder"] == report["folder"]
    assert train(tmp_path, sets=sets, steps=8, seed=0)["folder"] != report["folder"]


def test_the_command_takes_sets(told: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["train", "base", "--set", "train.base.width=64", "--home", str(tmp_path), "--json"]
    assert run_command(command) == 0
    assert told[0][1].base.width == 64
    assert '"held_out"' in capsys.readouterr().out


def test_what_cannot_be_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no key train\.classifier\.rang; did you mean"):
        train(tmp_path, sets=["train.classifier.rang=3"])
    with pytest.raises(InputError, match=r"--corpus: nothing\.jsonl: there is no such file"):
        train(tmp_path, corpus=(Path("nothing.jsonl"),))
