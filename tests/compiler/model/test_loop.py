"""The training loop on a network of a few numbers: bytes after a stop anywhere, schedules, averages, curves."""

from __future__ import annotations

import contextlib
import json
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from irmill.compiler.lang.errors import InputError
from irmill.compiler.model.training.checkpoint import CHECKPOINT, identity_of, read_state
from irmill.compiler.model.training.config import TrainingConfig
from irmill.compiler.model.training.loop import Measured, optimizer_of, rate_at, run, seed_all

CONFIG = TrainingConfig(
    steps=6, rate=0.05, warmup=2, log_every=2, save_every=3, validate_every=4, bf16=False, average=0.9
)
Item = tuple[Tensor, Tensor]


class Small(nn.Module):
    """An embedding, a norm, dropout and a linear layer: one of everything that a loop treats in a way of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(5, 4)
        self.norm = nn.LayerNorm(4)
        self.drop = nn.Dropout(0.5)
        self.line = nn.Linear(4, 1)

    def forward(self, ids: Tensor) -> Tensor:
        return self.line(self.drop(self.norm(self.table(ids))))[:, 0]


def small() -> Small:
    torch.manual_seed(5)
    return Small()


def blocks(block: int) -> list[Item]:
    """Two or three batches, by the number of the block."""
    rng = random.Random(block)
    made: list[Item] = []
    for _ in range(2 + block % 2):
        ids = [rng.randrange(5) for _ in range(8)]
        made.append((torch.tensor(ids), torch.tensor([float(number % 2) for number in ids])))
    return made


def train(
    folder: Path,
    config: TrainingConfig = CONFIG,
    progress: Any = lambda _: None,
    identity: str = "",
    net: Small | None = None,
) -> Small:
    seed_all(config)
    net = net or small()

    def loss_of(batch: Item) -> tuple[Tensor, Measured]:
        scores = net(batch[0])
        right = ((scores > 0.5) == (batch[1] > 0.5)).float().mean()
        return (scores - batch[1]).square().mean(), {"right": right}

    def validate() -> Measured:
        assert not net.training
        ids = torch.arange(5)
        return {"right": ((net(ids) > 0.5) == (ids % 2 > 0)).float().mean()}

    run(net, config, folder, blocks, loss_of, progress, identity=identity, validate=validate)
    return net


def same(first: nn.Module, second: nn.Module) -> bool:
    a, b = first.state_dict(), second.state_dict()
    return all(torch.equal(a[name], b[name]) for name in a)


@dataclass(frozen=True)
class Straight:
    """A training that nothing stopped: the network it left, its curves and its picture."""

    net: Small
    curves: str
    picture: bytes


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Straight:
    folder = tmp_path_factory.mktemp("straight")
    net = train(folder)
    return Straight(net, (folder / "curves.jsonl").read_text(), (folder / "curves.png").read_bytes())


def test_three_steps_and_three_more_are_six(tmp_path: Path, straight: Straight) -> None:
    steps = 0

    def stop_at_four(done: int) -> None:
        nonlocal steps
        steps += done
        if steps == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, progress=stop_at_four)
    stopped = read_state(tmp_path)
    assert stopped is not None
    assert (stopped.step, stopped.block, stopped.within) == (3, 1, 1)
    seen: list[int] = []
    again = train(tmp_path, progress=seen.append)
    assert seen == [3, 1, 1, 1]
    assert same(again, straight.net)
    assert (tmp_path / "curves.jsonl").read_text() == straight.curves


class Killed(BaseException):
    """The process ends here."""


@contextlib.contextmanager
def killed_at(monkeypatch: pytest.MonkeyPatch, write: int) -> Iterator[list[str]]:
    """Ends the process just before the file of the ``write``-th write takes its place."""
    replace, done = Path.replace, list[str]()

    def counted(self: Path, target: Path) -> Path:
        done.append(target.name)
        if len(done) == write:
            raise Killed
        return replace(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted)
        yield done


@pytest.mark.parametrize("write", range(1, 9))
def test_a_kill_between_any_two_writes_costs_steps_but_no_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, straight: Straight, write: int
) -> None:
    with killed_at(monkeypatch, write), pytest.raises(Killed):
        train(tmp_path)
    assert same(train(tmp_path), straight.net)
    assert (tmp_path / "curves.jsonl").read_text() == straight.curves


def test_all_that_a_run_writes_is_killed_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with killed_at(monkeypatch, 0) as done:
        train(tmp_path)
    assert len(done) == 8
    assert set(done) == {CHECKPOINT, "curves.jsonl", "curves.png"}
    assert {path.name for path in tmp_path.iterdir()} == set(done)


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    first = train(tmp_path)
    seen: list[int] = []
    assert same(train(tmp_path, progress=seen.append), first)
    assert seen == [6]


@pytest.mark.parametrize("change", ["config", "identity", "start", "damage"])
def test_another_training_starts_anew(tmp_path: Path, change: str) -> None:
    train(tmp_path)
    config, identity, start = CONFIG, "", small()
    if change == "config":
        config = CONFIG.model_copy(update={"rate": 0.01})
    elif change == "identity":
        identity = "other files"
    elif change == "damage":
        (tmp_path / CHECKPOINT).write_bytes((tmp_path / CHECKPOINT).read_bytes()[:40])
    else:
        with torch.no_grad():
            start.line.bias.add_(1.0)
    seen: list[int] = []
    train(tmp_path, config, seen.append, identity, start)
    assert seen == [0, 1, 1, 1, 1, 1, 1]


def test_the_identity_of_a_network_is_its_weights_and_the_parts() -> None:
    net = small()
    first = identity_of(net, {"a": 1})
    assert identity_of(small(), {"a": 1}) == first
    assert identity_of(net, {"a": 2}) != first
    with torch.no_grad():
        net.table.weight[0, 0] += 1e-6
    assert identity_of(net, {"a": 1}) != first


@pytest.mark.parametrize("average", [0.0, 0.3])
def test_the_weights_at_the_end_are_the_running_mean(tmp_path: Path, average: float) -> None:
    net = small()
    seen: list[Tensor] = []
    train(
        tmp_path,
        CONFIG.model_copy(update={"average": average}),
        lambda _: seen.append(net.line.weight.detach().clone()),
        net=net,
    )
    mean = seen[0]
    for step, weight in enumerate(seen[1:]):
        decay = min(average, (1 + step) / (10 + step))
        mean = decay * mean + (1 - decay) * weight
    torch.testing.assert_close(net.line.weight.detach(), mean, atol=1e-6, rtol=1e-5)


def test_curves_have_measurements_rates_and_validation(straight: Straight) -> None:
    points = [json.loads(line) for line in straight.curves.splitlines()]
    assert [point["step"] for point in points] == [2, 3, 4, 6]
    assert [point["step"] for point in points if "validation_right" in point] == [4, 6]
    assert all(0.0 <= point["right"] <= 1.0 for point in points)
    assert [point["rate"] for point in points] == [rate_at(step - 1, CONFIG) for step in (2, 3, 4, 6)]
    assert straight.picture.startswith(b"\x89PNG")


def test_every_point_is_logged_with_its_rate(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        train(tmp_path)
    assert [record.message.split(":")[0] for record in caplog.records] == [f"step {n} of 6" for n in (2, 3, 4, 6)]
    assert "validation_right" in caplog.records[-1].message
    assert "steps/s" in caplog.records[-1].message


def test_norms_biases_and_embeddings_do_not_decay() -> None:
    net = small()
    names = {id(parameter): name for name, parameter in net.named_parameters()}
    groups = optimizer_of(net, CONFIG).param_groups
    found = {group["weight_decay"]: {names[id(p)] for p in group["params"]} for group in groups}
    assert found[CONFIG.weight_decay] == {"line.weight"}
    assert found[0.0] == {"table.weight", "norm.weight", "norm.bias", "line.bias"}


def test_gradients_are_clipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    norms: list[float] = []
    step = torch.optim.AdamW.step

    def watched(self: torch.optim.AdamW, *rest: Any) -> Any:
        grads = [p.grad for group in self.param_groups for p in group["params"]]
        norms.append(float(torch.stack([grad.norm() for grad in grads]).norm()))
        return step(self, *rest)

    monkeypatch.setattr(torch.optim.AdamW, "step", watched)
    train(tmp_path, CONFIG.model_copy(update={"clip": 1e-3}))
    assert max(norms) == pytest.approx(1e-3, rel=1e-2)


def test_the_rate_rises_and_falls_to_a_twentieth() -> None:
    config = TrainingConfig(steps=1000, warmup=100, rate=1.0)
    rates = [rate_at(step, config) for step in range(1001)]
    assert rates[0] == pytest.approx(0.01)
    assert rates.index(max(rates)) in range(90, 110)
    assert rates[1000] == pytest.approx(0.05)


def test_a_loss_that_is_not_finite_and_a_stream_that_ends_are_said(tmp_path: Path) -> None:
    net = small()

    def infinite(batch: Item) -> tuple[Tensor, Measured]:
        return net(batch[0]).sum() * float("inf"), {}

    with pytest.raises(InputError, match="not finite at step 1"):
        run(net, CONFIG, tmp_path, blocks, infinite, lambda _: None)
    with pytest.raises(InputError, match="block 0 of the stream has no batches"):
        run(net, CONFIG, tmp_path, lambda _: list[Item](), infinite, lambda _: None)
