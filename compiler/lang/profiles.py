"""What generated programs may hold: the parts of the grammar by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from irmill.compiler.lang import ops
from irmill.compiler.lang.ops import BUILTINS, Builtin, Operation, Type, Whole

_OF_NUMBERS: Final = tuple(
    Builtin(name)
    for name, row in BUILTINS.items()
    if row.takes is Type.NUMBER and row.operation not in (None, Operation.COUNT)
)
"""The built-in functions of numbers, but for what counts."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What generated programs may hold.

    Attributes:
        operators: the arithmetic operators.
        comparison: comparisons, so that a line may ask for a truth value.
        logic: ``and``, ``or``, ``not``; they need comparison.
        branches: ``if``; needs comparison.
        loops: ``sum``, ``product`` and ``count``.
        whiles: ``while`` statements; needs comparison.
        decimals: literals that are not whole.
        builtins: the built-in functions of numbers that may appear.
        arrays: literals, elements, stores and folds.
        functions: functions of the program's own, some recursive; needs branches.
        single: ``f32(...)``.
        statements: the most statements of a line; 0 for bare expressions.
        lines: the most lines of a program.
        depth: how deep expressions nest.
        largest: the largest literal.
        careful: avoid what is likely to be an error.
        mistyped: the share of places where a value of the wrong type is put.
    """

    operators: tuple[Operation, ...] = tuple(operation for operation in Operation if operation in ops.ARITHMETIC)
    comparison: bool = True
    logic: bool = True
    branches: bool = True
    loops: bool = True
    whiles: bool = True
    decimals: bool = True
    builtins: tuple[Builtin, ...] = _OF_NUMBERS
    arrays: bool = True
    functions: bool = True
    single: bool = False
    statements: int = 4
    lines: int = 1
    depth: int = 4
    largest: int = 50
    careful: bool = True
    mistyped: float = 0.0


CORPUS: Final = Profile()
"""Everything of the language, mostly without errors."""

ARITHMETIC: Final = Profile(
    operators=(Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.DIVIDE),
    comparison=False,
    logic=False,
    branches=False,
    loops=False,
    whiles=False,
    decimals=False,
    builtins=(),
    arrays=False,
    functions=False,
    statements=0,
    depth=3,
)
"""Chains of the four operations over whole literals."""

INTEGERS: Final = replace(
    CORPUS,
    operators=(Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.FLOOR_DIVIDE, Operation.MODULO),
    decimals=False,
    builtins=tuple(
        builtin
        for builtin in _OF_NUMBERS
        if BUILTINS[builtin].whole in (Whole.KEPT, Whole.ALWAYS) and builtin is not Builtin.FLOOR
    ),
)
"""Whole numbers at every step, in everything that the language has."""

WILD: Final = replace(CORPUS, single=True, lines=3, depth=5, largest=2**40, careful=False, mistyped=0.003)
"""Everything, errors of every kind among it."""
