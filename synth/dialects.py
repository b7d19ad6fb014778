"""How one operation of the language is written: for Warp in three number types, and for an exact run in Python.

The lowering (:mod:`synth.lowering`) writes the same structure in every dialect. The exact dialect calls a recorder
(:mod:`synth.exact_run`) instead of the machine, which tells what the machine will need.
"""

from __future__ import annotations

from dataclasses import dataclass

from irmill.compiler.lang.ops import SIGNS, Operation

ATOM, PRODUCT, SUM, COMPARISON, NOT, AND, OR = range(7)
"""Binding strength of a piece of text, strongest first."""


@dataclass(frozen=True, slots=True)
class Code:
    """Source text of a value.

    Attributes:
        text: the source, without side effects.
        level: how loosely it binds.
        total: whether it may be computed where the program would not: it cannot trap.
    """

    text: str
    level: int = ATOM
    total: bool = True

    def inside(self, level: int) -> str:
        """The text where only something as strong as ``level`` may stand."""
        return f"({self.text})" if self.level > level else self.text


def symbol_code(operation: Operation, left: Code, right: Code) -> Code:
    """``left operation right`` with the parentheses that it needs."""
    symbol = SIGNS[operation]
    level = SUM if symbol in "+-" else PRODUCT
    # The right operand of a left-associative operator needs parentheses at its own level already.
    text = f"{left.inside(level)} {symbol} {right.inside(level - 1)}"
    return Code(text, level, left.total and right.total)


@dataclass(frozen=True, slots=True)
class Machine:
    """Warp's Python in one number type: ``float64``, ``float32`` or ``int64``.

    In a float64 kernel, single precision is a rounding of each operand and result: exact for + - * / and the square
    root, since float64 has more than twice the digits.
    """

    type: str

    @property
    def is_float(self) -> bool:
        """Whether numbers are floating point."""
        return self.type != "int64"

    def literal(self, index: int, single: bool) -> Code:
        """An operand."""
        code = Code(f"operands[{index}]")
        return self.rounded(code) if single else code

    def rounded(self, value: Code) -> Code:
        """A number rounded to single precision."""
        if self.type != "float64":
            return value
        return Code(f"wp.float64(wp.float32({value.text}))", ATOM, value.total)

    def unrounded(self, value: Code) -> Code:
        """What leaves ``f32``, as what it is computed with outside: the number itself."""
        return value

    def start(self, value: int) -> str:
        """A number to start from, as a variable that may change in a loop."""
        return f"wp.{self.type}({value}.0)" if self.is_float else f"wp.{self.type}({value})"

    def arithmetic(self, operation: Operation, left: Code, right: Code, single: bool) -> Code:
        """``+ - * /`` as they are; ``//`` and ``%`` floor. Both operands of ``%`` are atoms."""
        code = self._arithmetic(operation, left, right)
        return self.rounded(code) if single else code

    def _arithmetic(self, operation: Operation, left: Code, right: Code) -> Code:
        if operation is Operation.MODULO:
            whole = self._arithmetic(Operation.FLOOR_DIVIDE, left, right)
            return Code(f"{left.inside(SUM)} - {whole.inside(PRODUCT)} * {right.inside(ATOM)}", SUM, whole.total)
        if operation is Operation.FLOOR_DIVIDE and self.is_float:
            quotient = symbol_code(Operation.DIVIDE, left, right)
            return Code(f"wp.floor({quotient.text})", ATOM, quotient.total)
        code = symbol_code(operation, left, right)
        # A division of integers by zero is a fault of the machine, not a value.
        faults = operation in (Operation.DIVIDE, Operation.FLOOR_DIVIDE) and not self.is_float
        return Code(code.text, code.level, code.total and not faults)

    def compare(self, operation: Operation, left: Code, right: Code) -> Code:
        """A comparison."""
        text = f"{left.inside(SUM)} {SIGNS[operation]} {right.inside(SUM)}"
        return Code(text, COMPARISON, left.total and right.total)

    def negate(self, value: Code) -> Code:
        """``-value``"""
        return Code(f"-{value.inside(ATOM)}", PRODUCT, value.total)

    def call(self, function: str, arguments: list[Code], single: bool) -> Code:
        """``min max abs floor sqrt`` as Warp's functions."""
        total = all(argument.total for argument in arguments)
        if function == "floor" and not self.is_float:
            return arguments[0]
        code = Code(f"wp.{function}({', '.join(argument.text for argument in arguments)})", ATOM, total)
        return self.rounded(code) if single and function == "sqrt" else code

    def counter(self, name: str, single: bool) -> Code:
        """A loop counter (an int32) as a number."""
        code = Code(f"wp.{self.type}({name})")
        return self.rounded(code) if single else code


@dataclass(frozen=True, slots=True)
class Exact:
    """Calls of a recorder named ``run``, which computes exactly and remembers what it saw; methods as Machine's."""

    def literal(self, index: int, single: bool) -> Code:
        return self.rounded(Code(f"run.operand({index})")) if single else Code(f"run.operand({index})")

    def rounded(self, value: Code) -> Code:
        return Code(f"run.single({value.text})")

    def unrounded(self, value: Code) -> Code:
        return Code(f"run.exactly({value.text})")

    def start(self, value: int) -> str:
        return str(value)

    def arithmetic(self, operation: Operation, left: Code, right: Code, single: bool) -> Code:
        return Code(f"run.arithmetic({operation.value!r}, {left.text}, {right.text}, {single})")

    def compare(self, operation: Operation, left: Code, right: Code) -> Code:
        """A comparison; Python compares rationals and floats exactly."""
        return Code(f"{left.inside(SUM)} {SIGNS[operation]} {right.inside(SUM)}", COMPARISON)

    def negate(self, value: Code) -> Code:
        return Code(f"run.negate({value.text})")

    def call(self, function: str, arguments: list[Code], single: bool) -> Code:
        return Code(f"run.call({function!r}, {single}, {', '.join(argument.text for argument in arguments)})")

    def counter(self, name: str, single: bool) -> Code:
        return self.rounded(Code(name)) if single else Code(name)


Dialect = Machine | Exact
"""One way of writing numbers and operations. ``single`` asks for the operation in single precision."""
