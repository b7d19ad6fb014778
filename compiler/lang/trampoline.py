"""Recursion without Python's stack: walks over a tree written as generators."""

from __future__ import annotations

from collections.abc import Generator
from types import GeneratorType
from typing import Any

Task = Generator[Any, Any, Any]
"""A suspended part of a walk: it yields the part that it waits for, gets that part's result, and returns its own.

A part that needs no walk may be yielded as its result at once, which spares a leaf of the tree a generator.
"""


def trampoline(root: Task) -> Any:
    """Run a walk to its end on an explicit stack, however deep it goes. What it raises ends it as a whole."""
    stack = [root]
    result: Any = None
    while stack:
        try:
            part = stack[-1].send(result)
        except StopIteration as finished:
            stack.pop()
            result = finished.value
            continue
        if isinstance(part, GeneratorType):
            stack.append(part)
            result = None
        else:
            result = part
    return result
