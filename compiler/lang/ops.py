"""The table of operations: one row for each operator and built-in, which everything that enumerates them reads.

Parser and printer read how an operation is written, the type checker what it takes and gives, the interpreter its
exact meaning, the proofs its interval and whether whole numbers stay whole, the generator what it may draw. Backends
have their own lowering of an operation, keyed by this table.

A new built-in is written in these files, and no other names it:

1. ``compiler/lang/ops.py``: its word, its name and its row;
2. ``compiler/lang/exact.py``: its exact meaning;
3. ``compiler/lang/prove/intervals.py``: what it makes of intervals;
4. ``compiler/wasm/builtins.py``: its rule, and the function that it calls;
5. ``synth/lowering.py``: its Warp form, unless Warp has a function of that name;
6. ``optimizer/tir/from_program.py``: its TIR form; without one it is UNSUPPORTED.

Its line in ``LANGUAGE.md`` is generated. Prompts, texts and weights learn it afterwards.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from irmill.compiler.lang import exact


class Operation(StrEnum):
    """The operation words: what the classifier may say, one for each operation node."""

    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    DIVIDE = "divide"
    FLOOR_DIVIDE = "floor_divide"
    MODULO = "modulo"
    POWER = "power"
    NEGATE = "negate"
    LESS = "less"
    LESS_EQUAL = "less_equal"
    GREATER = "greater"
    GREATER_EQUAL = "greater_equal"
    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    AND = "and"
    OR = "or"
    NOT = "not"
    IF = "if"
    SUM = "sum"
    PRODUCT = "product"
    COUNT = "count"
    WHILE = "while"
    MIN = "min"
    MAX = "max"
    ABS = "abs"
    FLOOR = "floor"
    SQRT = "sqrt"
    GCD = "gcd"
    LEN = "len"
    INDEX = "index"
    STORE = "store"
    CALL = "call"


class Builtin(StrEnum):
    """The built-in functions by name. ``sum`` and ``product`` here are the folds over an array, not the loops."""

    MIN = "min"
    MAX = "max"
    ABS = "abs"
    FLOOR = "floor"
    SQRT = "sqrt"
    GCD = "gcd"
    POW = "pow"
    LEN = "len"
    SUM = "sum"
    PRODUCT = "product"
    COUNT = "count"
    F32 = "f32"


class Type(StrEnum):
    """What a value can be."""

    NUMBER = "number"
    TRUTH = "truth"
    ARRAY = "array"


class Whole(StrEnum):
    """When a result is whole."""

    ALWAYS = "always"
    KEPT = "of whole operands"
    EXACT = "of whole operands, where it is exact"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpRow:
    """What there is to know about one operator or built-in.

    Attributes:
        operation: its operation word; None for what is no operation (``f32``).
        spelling: its sign or its name.
        meaning: what it gives, in a few words.
        takes: the type of every operand; None where two operands of one type, numbers or truth values, are compared.
        gives: the type of the result.
        arity: how many operands; None for any number of them, or one array.
        precedence: how tightly an operator binds; 0 for a built-in.
        exact: the meaning, as a function of exact numbers (of one sequence where it takes an array or any number of
            operands); None where an operand may stay unevaluated.
        single: the meaning inside ``f32``, of rounded operands.
        interval: the function of :mod:`compiler.lang.prove.intervals` that says where the result lies: by name, because
            the reference interpreter reads this table and imports no proof. Empty where the result has no interval.
        whole: when the result is whole.
        asks_whole: the places of the operands that must be whole, else the error is DOMAIN.
        folds: of ``sum`` and ``product``, the operator that is folded and what the fold starts from.
    """

    operation: Operation | None
    spelling: str
    meaning: str
    takes: Type | None = Type.NUMBER
    gives: Type = Type.NUMBER
    arity: int | None = 2
    precedence: int = 0
    exact: Callable[..., Any] | None
    single: Callable[..., Any] | None = None
    interval: str = ""
    whole: Whole = Whole.NEVER
    asks_whole: tuple[int, ...] = ()
    folds: tuple[Operation, int] | None = None


def _number(
    operation: Operation | None, spelling: str, function: Callable[..., Any], meaning: str, **more: Any
) -> OpRow:
    """A row of numbers whose interval has the name of its meaning, and which inside ``f32`` rounds its result."""
    given: dict[str, Any] = {
        "single": exact.rounded(function),
        "interval": function.__name__,
        "whole": Whole.KEPT,
        **more,
    }
    return OpRow(operation=operation, spelling=spelling, meaning=meaning, exact=function, **given)


def _truth(operation: Operation, spelling: str, precedence: int, function: Any, meaning: str, **more: Any) -> OpRow:
    """A row whose result is a truth value."""
    given: dict[str, Any] = {"precedence": precedence, "gives": Type.TRUTH, **more}
    return OpRow(operation=operation, spelling=spelling, meaning=meaning, exact=function, **given)


_OPERATORS = (
    _truth(
        Operation.OR,
        "or",
        1,
        None,
        "whether either holds; the right one runs where the left does not",
        takes=Type.TRUTH,
    ),
    _truth(
        Operation.AND, "and", 2, None, "whether both hold; the right one runs where the left does", takes=Type.TRUTH
    ),
    _truth(Operation.NOT, "not", 3, operator.not_, "the other truth value", takes=Type.TRUTH, arity=1),
    _truth(Operation.LESS, "<", 4, exact.less, "whether the left one is less"),
    _truth(Operation.LESS_EQUAL, "<=", 4, exact.less_equal, "whether the left one is not greater"),
    _truth(Operation.GREATER, ">", 4, exact.greater, "whether the left one is greater"),
    _truth(Operation.GREATER_EQUAL, ">=", 4, exact.greater_equal, "whether the left one is not less"),
    _truth(Operation.EQUAL, "==", 4, exact.equal, "whether they are equal", takes=None),
    _truth(Operation.NOT_EQUAL, "!=", 4, exact.not_equal, "whether they differ", takes=None),
    _number(Operation.ADD, "+", exact.add, "the sum", precedence=5),
    _number(Operation.SUBTRACT, "-", exact.subtract, "the difference", precedence=5),
    _number(Operation.MULTIPLY, "*", exact.multiply, "the product", precedence=6),
    _number(Operation.DIVIDE, "/", exact.divide, "the quotient; by 0 DIV_BY_ZERO", precedence=6, whole=Whole.EXACT),
    _number(
        Operation.FLOOR_DIVIDE,
        "//",
        exact.floor_divide,
        "the quotient rounded down; by 0 DIV_BY_ZERO",
        precedence=6,
        single=exact.single_floor_divide,
    ),
    _number(
        Operation.MODULO,
        "%",
        exact.modulo,
        "what the quotient rounded down leaves, with the sign of the right one; by 0 DIV_BY_ZERO",
        precedence=6,
    ),
    _number(Operation.NEGATE, "-", exact.negate, "the number with the other sign", precedence=7, arity=1),
    _number(
        Operation.POWER,
        "^",
        exact.power,
        "the power; `0 ^ 0` is 1, 0 to a negative exponent DIV_BY_ZERO",
        precedence=8,
        whole=Whole.EXACT,
        asks_whole=(1,),
        single=exact.single_power,
    ),
)

OPERATORS: Final[Mapping[Operation, OpRow]] = {row.operation: row for row in _OPERATORS if row.operation is not None}
"""The operators. Comparisons do not chain, ``^`` leans to the right, the other operators to the left."""

_BUILTINS = (
    _number(Operation.MIN, Builtin.MIN, exact.least, "the least; of none DOMAIN", arity=None),
    _number(Operation.MAX, Builtin.MAX, exact.greatest, "the greatest; of none DOMAIN", arity=None),
    _number(Operation.ABS, Builtin.ABS, exact.absolute, "the magnitude", arity=1),
    _number(Operation.FLOOR, Builtin.FLOOR, exact.floor, "the number rounded down", arity=1, whole=Whole.ALWAYS),
    _number(
        Operation.SQRT,
        Builtin.SQRT,
        exact.sqrt,
        "the square root, exact where it is rational, else the nearest f64; of a negative number DOMAIN",
        arity=1,
        whole=Whole.NEVER,
    ),
    _number(
        Operation.GCD,
        Builtin.GCD,
        exact.greatest_divisor,
        "the greatest common divisor, never negative; of 0 and 0 it is 0",
        whole=Whole.ALWAYS,
        asks_whole=(0, 1),
    ),
    replace(OPERATORS[Operation.POWER], spelling=Builtin.POW, precedence=0, meaning="as `^`"),
    _number(
        Operation.LEN,
        Builtin.LEN,
        len,
        "the number of elements",
        arity=1,
        takes=Type.ARRAY,
        interval="length",
        whole=Whole.ALWAYS,
    ),
    _number(
        Operation.SUM,
        Builtin.SUM,
        exact.total,
        "the sum of the elements from the first on; 0 of none",
        arity=1,
        takes=Type.ARRAY,
        single=exact.single_total,
        folds=(Operation.ADD, 0),
    ),
    _number(
        Operation.PRODUCT,
        Builtin.PRODUCT,
        exact.whole_product,
        "the product of the elements from the first on; 1 of none",
        arity=1,
        takes=Type.ARRAY,
        single=exact.single_whole_product,
        folds=(Operation.MULTIPLY, 1),
    ),
    _number(
        Operation.COUNT,
        Builtin.COUNT,
        exact.count,
        "the second, after a count to it from the first, one by one",
        whole=Whole.ALWAYS,
        asks_whole=(0, 1),
    ),
    _number(
        None,
        Builtin.F32,
        exact.single,
        "the operand, with each step of it in single precision",
        arity=1,
        interval="",
        whole=Whole.NEVER,
    ),
)

BUILTINS: Final[Mapping[str, OpRow]] = {row.spelling: row for row in _BUILTINS}
"""The built-in functions by name. They can name variables, but no function of a program."""

FOLDS: Final = {row.operation: row.folds for row in _BUILTINS if row.operation and row.folds}
"""Of the folds and loops, the operator that is folded and what the fold starts from."""

ROWS: Final = (*_OPERATORS, *_BUILTINS)
"""The table."""

SYNTAX: Final[Mapping[Operation, tuple[str, str]]] = {
    Operation.IF: ("if c then a else b", "`a` where `c` holds, else `b`; the other one is not computed"),
    Operation.SUM: ("sum(i, a, b by s, e)", "the sum of `e` over the loop's variable; 0 of no iterations"),
    Operation.PRODUCT: ("product(i, a, b by s, e)", "the product of `e` over the loop's variable; 1 of no iterations"),
    Operation.WHILE: ("while c do { ... }", "runs its statements as long as `c` holds"),
    Operation.INDEX: ("a[i]", "an element; outside of the array OUT_OF_BOUNDS, no whole index DOMAIN"),
    Operation.STORE: ("a[i] = e;", "changes an element; the index is computed and checked before `e`"),
    Operation.CALL: ("f(x, ...)", "the function's body for these arguments"),
}
"""Operations with a syntax of their own: how they are written, and what they are."""

ARITHMETIC: Final = frozenset(
    operation for operation, row in OPERATORS.items() if row.gives is Type.NUMBER and row.arity == 2
)
COMPARISON: Final = frozenset(
    operation for operation, row in OPERATORS.items() if row.gives is Type.TRUTH and row.takes is not Type.TRUTH
)
LOGIC: Final = frozenset({Operation.AND, Operation.OR})
SIGNS: Final = {operation: row.spelling for operation, row in OPERATORS.items() if row.arity == 2}
"""How an operator of two operands is written."""
