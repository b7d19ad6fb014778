"""Programs from text, for the tests of the emission."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import TypedProgram, check_types


@pytest.fixture(scope="session")
def program() -> Callable[[str], TypedProgram]:
    """Turns canonical text into a typed program."""
    return lambda text: check_types(parse_text(text))
