"""Tiny networks of the direct normalizer with random weights, and the questions that they read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.direct.model import DirectModel, load_direct_model, save_direct_model
from irmill.compiler.model.direct.network import DirectNet, Shape
from irmill.compiler.model.direct.reading import SPECIALS, Reading, read

WORDS = ("how", "many", "has", "have", "are", "and", "the", "in", "all", "more", "gives", "left", ".", ",", "?", "mrs")
FACTS: dict[str, Any] = {"penalties": {"negative": 2.0, "zero": 2.0, "inexact": 1.5, "reuse": 2.5}}


def tiny_net(words: int, sharpness: float = 3.0) -> DirectNet:
    """A network of a few thousand weights, far from uniform, so that comparisons can fail."""
    torch.manual_seed(11)
    net = DirectNet(Shape(words, word=8, width=16, heads=2, layers=2, inner=16, pair=16, dropout=0.0))
    with torch.no_grad():
        net.mark.normal_()
        for name, parameter in net.named_parameters():
            if parameter.dim() > 1:
                parameter.mul_(sharpness if name.startswith(("choose", "stop", "middle")) else 2.0)
        net.stop[2].bias.add_(4.0)  # or a narrow beam would never see an end
        for parameter in net.parameters():
            parameter.copy_(parameter.half().float())  # weights are stored in half precision
    return net.requires_grad_(False).eval()


@pytest.fixture(scope="session")
def vocabulary() -> dict[str, int]:
    return {word: index for index, word in enumerate((*SPECIALS, *WORDS))}


@pytest.fixture(scope="session")
def make_net() -> Callable[[int, float], DirectNet]:
    """Makes a network of so many words, so sure of itself."""
    return tiny_net


@pytest.fixture(scope="session")
def net(vocabulary: dict[str, int]) -> DirectNet:
    return tiny_net(len(vocabulary))


@pytest.fixture(scope="session")
def smooth_net(vocabulary: dict[str, int]) -> DirectNet:
    """A network that is sure of nothing, so that no move is hopeless."""
    return tiny_net(len(vocabulary), sharpness=0.7)


@pytest.fixture(scope="session")
def direct_folder(tmp_path_factory: pytest.TempPathFactory, net: DirectNet) -> Path:
    folder = tmp_path_factory.mktemp("direct")
    save_direct_model(folder, [(net, WORDS)], FACTS, dict[str, Any])
    return folder


@pytest.fixture(scope="session")
def direct_model(direct_folder: Path) -> DirectModel:
    return load_direct_model(direct_folder)


@pytest.fixture(scope="session")
def readings(vocabulary: dict[str, int]) -> list[Reading]:
    """Readings of questions of many lengths."""
    found = [read(normal_form(problem.question), vocabulary) for problem in generate(14, 3)]
    assert len({len(reading.words) for reading in found}) > 6
    return found
