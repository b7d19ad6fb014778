"""The reference interpreter: the exact meaning of a program, with the errors and limits of the language.

Every line is translated to Python (:mod:`compiler.lang.translate`) and run. Fuel and array elements are counted for
each line, steps of work for the whole program. No clock is looked at: what comes out depends on the program alone.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, NoReturn

from irmill.compiler.base.answer import Value, show, show_array
from irmill.compiler.base.limits import ARRAY_BYTES, FUEL, OPEN_CALLS
from irmill.compiler.lang import exact
from irmill.compiler.lang.ast import Node, children, operation_nodes, post_order
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.exact import Num, Trap
from irmill.compiler.lang.ops import ROWS
from irmill.compiler.lang.print import print_node
from irmill.compiler.lang.series import product_series, sum_series
from irmill.compiler.lang.translate import translate
from irmill.compiler.lang.types import TypedLine, TypedProgram


@dataclass(frozen=True, slots=True)
class Budget:
    """What a program may use up.

    Attributes:
        calls: open calls; one more is STACK.
        fuel: loop iterations and calls together, of one line; one more is FUEL.
        memory: bytes of array elements, 8 each, that one line ever creates; more is MEMORY.
        steps: work of loops and calls in the whole program: 1 for a statement on whole numbers, 8 for a call of exact
            arithmetic, more for long fractions; some 20 million are a second. What takes more is not finished. None
            for no limit.
    """

    calls: int = OPEN_CALLS
    fuel: int = FUEL
    memory: int = ARRAY_BYTES
    steps: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What one operation node computed last.

    Attributes:
        node: the operation node.
        text: its canonical text, large parts of it as ``...``.
        value: its value as the language shows it; a store's is what was stored, a while's is ``false``.
    """

    node: Node
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program came to: a value, an error, or neither where the steps ran out.

    Attributes:
        value: the last line's value, or None with an error.
        error: why there is none, or None.
        message: one line about why there is no value; empty with one.
        steps: where asked for, one for each operation node that was executed, in order of evaluation.
    """

    value: Value | None
    error: ErrorCode | None
    message: str
    steps: tuple[Step, ...]

    @property
    def finished(self) -> bool:
        """Whether the program ended, with a value or an error, before the steps ran out."""
        return self.value is not None or self.error is not None


def interpret(typed: TypedProgram, budget: Budget | None = None, *, steps: bool = False) -> Outcome:
    """Run every line of a program; the first error ends it.

    Args:
        typed: the program.
        budget: what it may use up; None for the limits of the language, however long it takes.
        steps: whether to keep what each operation computed, which costs about a quarter of the speed.
    """
    budget = budget or Budget()
    left = _UNLIMITED if budget.steps is None else budget.steps
    kept: list[Step] = []
    value: Value | None = None
    for line in typed.lines:
        nodes = operation_nodes(line.line) if steps else []
        record: list[Any] = [None] * len(nodes)
        trap: Trap | _Unfinished | None = None
        try:
            value, left = _run(line, budget, left, nodes if steps else None, record)
        except (Trap, _Unfinished) as caught:
            trap = caught
        kept += _steps(line.line, nodes, record)
        if isinstance(trap, Trap):
            return Outcome(None, trap.code, trap.message, tuple(kept))
        if trap is not None:
            return Outcome(None, None, f"not finished within {budget.steps:,} steps", tuple(kept))
    return Outcome(value, None, "", tuple(kept))


_SHOWN_NODES: Final = 64


def _steps(line: Node, nodes: Sequence[Node], record: Sequence[Any]) -> list[Step]:
    large = _larger(line, _SHOWN_NODES) if nodes else set[Node]()
    return [
        Step(node, print_node(node, large), _shown(value))
        for node, value in zip(nodes, record, strict=True)
        if value is not None
    ]


def _shown(value: Value | list[Num]) -> str:
    return show_array(value) if isinstance(value, list) else show(value)


def _larger(root: Node, most: int) -> set[Node]:
    """The nodes of a tree that hold more than ``most`` nodes."""
    sizes: dict[Node, int] = {}
    for node in post_order(root):
        sizes[node] = 1 + sum(sizes[part] for part in children(node))
    return {node for node, size in sizes.items() if size > most}


_UNLIMITED: Final = 1 << 62


class _Unfinished(Exception):
    """The steps ran out."""


def _spent(fuel: int) -> NoReturn:
    if fuel < 0:
        raise Trap(ErrorCode.FUEL, "too many loop iterations and calls")
    raise _Unfinished


def _run(
    line: TypedLine, budget: Budget, steps: int, nodes: Sequence[Node] | None, record: list[Any]
) -> tuple[Value, int]:
    """The value of a line, and how many steps are left."""
    places = None if nodes is None else {node: place for place, node in enumerate(nodes)}
    translation = translate(line, places)
    names: dict[str, Any] = {
        **_RUNTIME,
        **translation.constants,
        "most_calls": budget.calls,
        "take": _allocator(budget.memory // 8),
        "record": record,
    }
    exec(compile(translation.source, "<line>", "exec"), names)  # the source is our own translation
    built: tuple[Callable[[], Value], Callable[[], int]] = names["build"](budget.fuel, steps)
    main, left = built
    with _deep_stack(translation.frames * (budget.calls + 2)):
        return main(), left()


def _allocator(most: int) -> Callable[[int, int], int]:
    """The count of elements after creating ``new`` ones, within ``most``."""

    def take(elements: int, new: int) -> int:
        if elements + new > most:
            raise Trap(ErrorCode.MEMORY, f"more than {most:,} array elements created")
        return elements + new

    return take


def _count(first: Num, last: Num, fuel: int) -> tuple[int, int]:
    """``count(first, last)``: one iteration for each step from one to the other."""
    end = exact.count(first, last)
    distance = abs(end - int(first))
    if distance > fuel:
        raise Trap(ErrorCode.FUEL, "too many loop iterations and calls")
    return end, fuel - distance


def _outside(index: int, array: list[Num]) -> NoReturn:
    raise Trap(ErrorCode.OUT_OF_BOUNDS, f"the index {index} of an array of {len(array)}")


def _too_deep() -> NoReturn:
    raise Trap(ErrorCode.STACK, "too many open calls")


def _stop(error: tuple[ErrorCode, str]) -> NoReturn:
    raise Trap(*error)


def _singles(values: Sequence[Num]) -> list[float]:
    return [exact.single(value) for value in values]


_RUNTIME: Final[dict[str, Any]] = {
    **{row.operation: row.exact for row in ROWS if row.operation and row.exact},
    **{f"single_{row.operation}": row.single for row in ROWS if row.operation and row.single},
    "Fraction": Fraction,
    "count": _count,
    "divided_by_zero": exact.divided_by_zero,
    "exactly": exact.exactly,
    "outside": _outside,
    "overflow": exact.overflow,
    "product_series": product_series,
    "single": exact.single,
    "singles": _singles,
    "spent": _spent,
    "stop": _stop,
    "sum_series": sum_series,
    "too_deep": _too_deep,
    "whole": exact.whole,
}
"""The names that a translation uses: an operation has its word for a name."""


class _Depth:
    """How many runs need a deep Python stack, and what the limit was before the first."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.before = 0


_DEPTH: Final = _Depth()


@contextmanager
def _deep_stack(frames: int) -> Generator[None]:
    """Allow ``frames`` more Python frames: calls between Python functions take no C stack."""
    with _DEPTH.lock:
        if _DEPTH.users == 0:
            _DEPTH.before = sys.getrecursionlimit()
        _DEPTH.users += 1
        sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH.before + frames + 1_000))
    try:
        yield
    finally:
        with _DEPTH.lock:
            _DEPTH.users -= 1
            if _DEPTH.users == 0:
                sys.setrecursionlimit(_DEPTH.before)
