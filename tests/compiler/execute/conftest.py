"""Programs from text, and the engines that run them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from irmill.compiler.execute.engine import EngineConfig, EngineName, EngineUnavailable, WasmEngine, open_engine
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import TypedProgram, check_types


@pytest.fixture(scope="session")
def program() -> Callable[[str], TypedProgram]:
    """Turns canonical text into a typed program."""
    return lambda text: check_types(parse_text(text))


@pytest.fixture(scope="module", params=[EngineName.WASMER, EngineName.WASMTIME])
def engine(request: pytest.FixtureRequest) -> Iterator[WasmEngine]:
    """Each engine that is here."""
    try:
        opened = open_engine(EngineConfig(name=request.param, timeout_seconds=60))
    except EngineUnavailable as error:
        pytest.skip(f"the environment of {request.param} is not here: {error}")
    with opened:
        yield opened
