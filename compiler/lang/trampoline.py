"""Recursion without Python's stack: walks over a tree written as generators."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

Task = Generator["Task", Any, Any]
"""A suspended part of a walk: it yields the part that it waits for, gets that part's result, and returns its own."""


def trampoline(root: Task) -> Any:
    """Run a walk to its end on an explicit stack, however deep it goes. What it raises ends it as a whole."""
    stack = [root]
    result: Any = None
    while stack:
        try:
            stack.append(stack[-1].send(result))
            result = None
        except StopIteration as finished:
            stack.pop()
            result = finished.value
    return result
