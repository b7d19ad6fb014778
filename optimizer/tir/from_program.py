"""Whole TIR programs from typed programs of the language: they read the literals, write the answer and halt.

Numbers are 0 to 2^32 - 1. Every result of an operation is checked to be one, by an instruction that traps otherwise, so
the code is right for whatever literals it reads or traps: a negative difference, a product that is too large and a
quotient that is not whole all end in a trap. Whether a program can be expressed at all is therefore decided by running
it on its own literals. Decimals, ``sqrt``, ``f32``, arrays and functions are UNSUPPORTED.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from irmill.compiler.lang.ast import (
    Binary,
    Bind,
    BuiltinCall,
    Expr,
    If,
    Loop,
    Name,
    Node,
    Number,
    Stmt,
    Truth,
    Unary,
    While,
    literals,
    post_order,
)
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.ops import FOLDS, LOGIC, Builtin, Operation, Type
from irmill.compiler.lang.trampoline import Task, trampoline
from irmill.compiler.lang.types import TypedLine, TypedProgram
from irmill.optimizer.field.modulus import MODULUS, U32_LIMIT
from irmill.optimizer.tir.frame import Frame, FrameError
from irmill.optimizer.tir.ops import TirCode, TirOp, op
from irmill.optimizer.tir.verify import verify


@dataclass(frozen=True, slots=True)
class LoweredProgram:
    """A program as TIR.

    Attributes:
        code: a whole TIR program.
        operands: the literals in order of appearance, as it reads them from public input.
    """

    code: TirCode
    operands: tuple[int, ...]


def unsupported(what: str) -> LanguageError:
    """The error of a program that TASM cannot express here."""
    return LanguageError(ErrorCode.UNSUPPORTED, what)


def lower_typed(typed: TypedProgram, max_nodes: int = 2_000) -> LoweredProgram:
    """Lower a program to TIR.

    Raises:
        LanguageError: UNSUPPORTED, for what TASM does not express, and for more than ``max_nodes`` nodes.
    """
    if len(post_order(typed.program)) > max_nodes:
        raise unsupported(f"more than {max_nodes} nodes")
    numbers = literals(typed.program)
    for number in numbers:
        if number.value.denominator != 1 or "." in number.text:
            raise unsupported(f"the decimal {number.text}")
        if number.value >= U32_LIMIT:
            raise unsupported(f"{number.text} is not below 2^32")
    operands = tuple(int(number.value) for number in numbers)
    try:
        code = _Program(typed, numbers, on_stack=True).lower()
    except FrameError:
        code = _Program(typed, numbers, on_stack=False).lower()
    verify(code)
    return LoweredProgram(code, operands)


class _Program:
    """One way to lower a program: with its variables on the stack, or in RAM."""

    def __init__(self, typed: TypedProgram, numbers: Sequence[Number], *, on_stack: bool) -> None:
        self.typed = typed
        self.literals = 0 if _in_order(typed) else len(numbers)
        variables = sum(len(line.slot_types) for line in typed.lines)
        self.frame = Frame(self.literals + variables, on_stack=on_stack)
        self.places: dict[Node, int] = {number: at for at, number in enumerate(numbers[: self.literals])}
        self.functions: list[TirOp] = []
        self.labels = 0

    def label(self, stem: str) -> str:
        self.labels += 1
        return f"{stem}{self.labels}"

    def lower(self) -> TirCode:
        code = self.frame.prologue(self.literals)
        first_slot = self.literals
        for at, line in enumerate(self.typed.lines):
            lines = _Lines(self, line, first_slot)
            first_slot += len(line.slot_types)
            last = at + 1 == len(self.typed.lines)
            code += trampoline(lines.line())
            code += self.frame.emit("write_io", 1) if last else self.frame.emit("pop", 1)
        return (*code, op("halt"), *self.functions)


_SAFE = (Truth, Name, Number)
_NOT = [op("push", 0), op("eq")]
_LEAVE = op("asm", "skiz return", MODULUS - 1)
_CHECK = [op("push", 0), op("xor")]
"""Trap unless the top is below 2^32; ``xor`` with 0 leaves it as it is."""

_CHOOSE = [op("swap", 2), op("dup", 1), op("sub"), op("swap", 1), op("swap", 2), op("mul"), op("add")]
"""``a b t`` to ``b + t * (a - b)``: a where t is 1, else b."""

_POWER = [
    *(op("dup", 1), op("dup", 0), *_NOT, op("add"), op("log2")),
    *(op("dup", 1), op("mul"), op("push", 32), op("lt"), op("assert", 1)),
    *(op("pow"), *_CHECK),
]
"""``b e`` to ``b ^ e``, or a trap.

The machine's power is modulo p, so the exponent is bounded first: the result is below 2^32 only if
``floor(log2 b) * e`` is below 32, and then it is below 2^63 and the check of the result is exact.
"""

_BINARY: Mapping[Operation, Sequence[TirOp]] = {
    Operation.ADD: [op("add"), *_CHECK],
    Operation.SUBTRACT: [op("sub"), *_CHECK],
    Operation.MULTIPLY: [op("mul"), *_CHECK],
    Operation.DIVIDE: [op("div_mod"), *_NOT, op("assert", 1)],
    Operation.FLOOR_DIVIDE: [op("div_mod"), op("pop", 1)],
    Operation.MODULO: [op("div_mod"), op("swap", 1), op("pop", 1)],
    Operation.POWER: _POWER,
    Operation.LESS: [op("lt")],
    Operation.GREATER: [op("swap", 1), op("lt")],
    Operation.LESS_EQUAL: [op("swap", 1), op("lt"), *_NOT],
    Operation.GREATER_EQUAL: [op("lt"), *_NOT],
    Operation.EQUAL: [op("eq")],
    Operation.NOT_EQUAL: [op("eq"), *_NOT],
}
"""What each operator does with the two words on top; ``and`` and ``or`` stop early."""


class _Lines:
    """The code of one line. Every walk gives code that leaves one word more on the stack (statements: none)."""

    def __init__(self, program: _Program, line: TypedLine, first_slot: int) -> None:
        self.program = program
        self.typed = line
        self.frame = program.frame
        self.first_slot = first_slot

    def place(self, node: Node) -> int:
        return self.program.places[node] if isinstance(node, Number) else self.first_slot + self.typed.slots[node]

    def line(self) -> Task:
        code: list[TirOp] = []
        for statement in self.typed.line.statements:
            code += yield self.statement(statement)
        code += yield self.expression(self.typed.line.value)
        return code

    def statement(self, statement: Stmt) -> Task:
        match statement:
            case Bind():
                code = yield self.expression(statement.value)
                return [*code, *self.frame.assign(self.place(statement))]
            case While():
                label = self.program.label("while")
                condition = yield self.expression(statement.condition)
                condition += self._leave_if_zero()
                body: list[TirOp] = []
                for inner in statement.body:
                    body += yield self.statement(inner)
                self._function(label, [*condition, *body])
                return [op("call", label)]
            case _:
                raise unsupported("arrays and functions")

    def _function(self, label: str, body: Sequence[TirOp]) -> None:
        """A function that runs again until something in it returns."""
        again = op("asm", "recurse", 0)
        self.program.functions += [op("fn_start", label), *body, again, op("fn_end")]

    def _leave_if_zero(self) -> list[TirOp]:
        self.frame.height -= 1
        return [*_NOT, _LEAVE]

    def expression(self, node: Expr) -> Task:
        match node:
            case Number() if not self.program.literals:
                return self.frame.emit("read_io", 1)
            case Number() | Name():
                return self.frame.fetch(self.place(node))
            case Truth():
                return self.frame.emit("push", int(node.value))
            case Unary():
                return (yield self._unary(node))
            case Binary():
                if node.operation in LOGIC:
                    return (yield self._logic(node))
                left = yield self.expression(node.left)
                right = yield self.expression(node.right)
                self.frame.height -= 1
                return [*left, *right, *_BINARY[node.operation]]
            case If():
                condition = yield self.expression(node.condition)
                then, otherwise = yield self._branches(node.then_value, node.else_value)
                return [*condition, op("if_else", bodies=(then, otherwise))]
            case BuiltinCall():
                return (yield self._builtin(node))
            case Loop():
                return (yield self._loop(node))
            case _:
                raise unsupported("arrays and functions")

    def _branches(self, then: Expr, otherwise: Expr) -> Task:
        """Two bodies that start after the condition was taken; the second starts as high as the first."""
        self.frame.height -= 1
        first = yield self.expression(then)
        self.frame.height -= 1
        second = yield self.expression(otherwise)
        return tuple(first), tuple(second)

    def _unary(self, node: Unary) -> Task:
        code = yield self.expression(node.operand)
        if node.operation is Operation.NOT:
            return [*code, *_NOT]
        return [*code, op("neg"), *_CHECK]

    def _logic(self, node: Binary) -> Task:
        left = yield self.expression(node.left)
        conjunction = node.operation is Operation.AND
        if _is_safe(node.right):
            right = yield self.expression(node.right)
            self.frame.height -= 1
            return [*left, *right, op("mul") if conjunction else op("or")]
        self.frame.height -= 1
        right = yield self.expression(node.right)
        decided = (op("push", 0 if conjunction else 1),)
        bodies = (tuple(right), decided) if conjunction else (decided, tuple(right))
        return [*left, op("if_else", bodies=bodies)]

    def _builtin(self, node: BuiltinCall) -> Task:
        builtin, arguments = node.builtin, node.arguments
        if builtin not in _FORMS or not arguments:
            raise unsupported(f"{builtin}")
        if any(self.typed.types[argument] is Type.ARRAY for argument in arguments):
            raise unsupported("arrays")
        code = yield self.expression(arguments[0])
        for argument in arguments[1:]:
            code += yield self.expression(argument)
            self.frame.height -= 1
            code += _FORMS[builtin](self)
        return code

    def gcd(self) -> list[TirOp]:
        """``a b`` to their greatest common divisor."""
        label = self.program.label("gcd")
        step = [op("dup", 0), op("swap", 2), op("swap", 1), op("div_mod"), op("swap", 1), op("pop", 1)]
        done = [op("dup", 0), op("push", 0), op("eq"), _LEAVE]
        self._function(label, [*done, *step])
        return [op("call", label), op("pop", 1)]

    def count(self) -> list[TirOp]:
        """From the lower word to the top one by one, and yield it: ``a b`` to ``b``."""
        label = self.program.label("count")
        away = [op("dup", 0), op("dup", 2), op("eq"), _LEAVE]
        self._function(label, [*away, op("dup", 2), op("add")])
        start = [op("dup", 1), op("dup", 1), op("swap", 1), op("lt")]
        direction = [op("push", MODULUS - 2), op("mul"), op("push", 1), op("add"), op("swap", 2)]
        # direction b a: a walks to b
        end = [op("pop", 1), op("swap", 1), op("pop", 1)]
        return [*start, *direction, op("call", label), *end]

    def _loop(self, node: Loop) -> Task:
        """``result, turns left`` lie on the stack while the body runs; the variable has its own home."""
        code = self.frame.emit("push", FOLDS[node.operation][1])
        code += yield self.expression(node.lower)
        code += yield self.expression(node.upper)
        code += _turns(node.step)
        variable = self.place(node)
        # result lower turns -> the variable takes lower
        code += [op("swap", 1), *self.frame.assign(variable)]
        label = self.program.label("loop")
        body = (yield self.expression(node.body)) if node.body is not None else self.frame.fetch(variable)
        body += [op("swap", 1), op("swap", 2), op("add" if node.operation is Operation.SUM else "mul")]
        body += [*_CHECK, op("swap", 1)]
        self.frame.height -= 1
        body += self.frame.fetch(variable)
        body += [*self.frame.emit("push", node.step % MODULUS), op("add")]
        self.frame.height -= 1
        body += self.frame.assign(variable)
        code.append(op("loop", label, bodies=(tuple(body),)))
        self.frame.height -= 1
        return code


_FORMS: dict[Builtin, Callable[[_Lines], list[TirOp]]] = {
    Builtin.MIN: lambda _: [op("dup", 1), op("dup", 1), op("lt"), *_CHOOSE],
    Builtin.MAX: lambda _: [op("dup", 1), op("dup", 1), op("swap", 1), op("lt"), *_CHOOSE],
    Builtin.GCD: _Lines.gcd,
    Builtin.POW: lambda _: _POWER,
    Builtin.COUNT: _Lines.count,
    Builtin.ABS: lambda _: [],
    Builtin.FLOOR: lambda _: [],
}
"""What joins two operands of a built-in; one natural number is its own least, magnitude and floor."""


def _in_order(typed: TypedProgram) -> bool:
    """Whether every literal is evaluated exactly once, in order of appearance: then it is read where it is used."""
    return not any(
        isinstance(node, If | Loop | While)
        or (isinstance(node, Binary) and node.operation in LOGIC and not _is_safe(node.right))
        for node in post_order(typed.program)
    )


def _is_safe(node: Expr) -> bool:
    """Whether evaluating the node can neither trap nor loop: a comparison of plain words, or one of them."""
    if isinstance(node, Unary):
        return node.operation is Operation.NOT and isinstance(node.operand, _SAFE)
    if isinstance(node, Binary):
        plain = isinstance(node.left, _SAFE) and isinstance(node.right, _SAFE)
        return plain and node.operation in (Operation.EQUAL, Operation.NOT_EQUAL, Operation.LESS, Operation.GREATER)
    return isinstance(node, _SAFE)


def _turns(step: int) -> list[TirOp]:
    """``lo hi`` to ``lo n``: how often a variable that goes from lo to hi by ``step`` takes a value."""
    passed = [op("dup", 1), op("dup", 1), *([] if step < 0 else [op("swap", 1)]), op("lt")]
    # lo hi past -> lo, 1 - past, and the distance, which is 0 when lo is past hi
    going = [op("push", 0), op("eq"), op("swap", 1), op("dup", 2)]
    distance = [op("sub") if step > 0 else op("swap", 1), *([] if step > 0 else [op("sub")])]
    within = [op("dup", 1), op("mul"), op("push", abs(step)), op("div_mod"), op("pop", 1)]
    return [*passed, *going, *distance, *within, op("push", 1), op("add"), op("mul")]
