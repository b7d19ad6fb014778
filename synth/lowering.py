"""The lowering of one line of the language to Python statements, in a dialect (:mod:`synth.dialects`).

The structure is the program's: nothing is folded, a loop is a loop, an ``if`` is an ``if``, and every literal is an
operand. Functions are inlined. Statements that a value needs (loops, branches) stand before the expression that uses
it; since expressions of the language change no variables, that keeps the meaning.
"""

from __future__ import annotations

from collections.abc import Mapping

from irmill.compiler.lang.ast import (
    Binary,
    Bind,
    BuiltinCall,
    Call,
    Define,
    Expr,
    If,
    Loop,
    Name,
    Number,
    Stmt,
    Truth,
    Unary,
    While,
    post_order,
)
from irmill.compiler.lang.ops import ARITHMETIC, COMPARISON, FOLDS, Builtin, Operation, Type
from irmill.compiler.lang.prove.proof import Proof
from irmill.compiler.lang.types import TypedLine
from irmill.synth.dialects import AND, NOT, OR, Code, Dialect, Exact, Machine
from irmill.synth.emitter import Emitter, unsupported
from irmill.synth.exact_run import Facts

MAX_DEPTH = 100
"""Nesting, inlined functions included, past which a program is UNSUPPORTED; chains of operators add none."""

UNROLLED_POWER = 64
"""Exponents up to this are repeated multiplication, larger ones repeated squaring."""

_INT32 = 2**31 - 2**16
_PLAIN = frozenset({Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.AND, Operation.OR}) | COMPARISON


class KernelLowering(Emitter):
    """Writes one line.

    Attributes:
        lines: the statements.
        integer_only: an operation was written that a kernel of whole numbers computes in int64 (``// % ^ gcd``).
        uses_sqrt: a square root was.
        uses_remainders: ``%`` or ``gcd`` was.
    """

    def __init__(
        self,
        line: TypedLine,
        operands: Mapping[Number, int],
        dialect: Dialect,
        facts: Facts | None,
        proof: Proof | None,
        max_statements: int,
    ) -> None:
        """Args:
        line: the typed line.
        operands: each literal's index.
        dialect: how operations are written.
        facts: of the exact run; None where it was too long, or is still to come.
        proof: what is proved about the line; asked for where there are no facts.
        max_statements: more are UNSUPPORTED.
        """
        # The exact dialect's text is longer, and no kernel comes of it.
        super().__init__(max_statements if isinstance(dialect, Machine) else 10 * max_statements)
        self.integer_only = False
        self.uses_sqrt = False
        self.uses_remainders = False
        self._line = line
        self._operands = operands
        self._dialect = dialect
        self._facts = facts
        self._proof = proof
        self._depth = 0
        self._numbers: dict[Expr, int] = {}
        self._slots: dict[int, Code] = {}
        self._open: list[str] = []

    def _number(self, node: Expr) -> int:
        """The number of a loop, a count or a power: by the order in which they are first met, in every dialect."""
        return self._numbers.setdefault(node, len(self._numbers))

    # --- statements ---

    def whole_line(self) -> Code:
        """Writes every statement; returns the line's value."""
        for statement in self._line.line.statements:
            self._statement(statement)
        return self._value(self._line.line.value, False)

    def _statement(self, node: Stmt) -> None:
        match node:
            case Bind():
                self._bind(node)
            case While():
                self._while(node)
            case Define():
                pass
            case _:
                unsupported("arrays have no kernel")

    def _bind(self, node: Bind) -> None:
        slot = self._line.slots[node]
        if self._line.slot_types[slot] is Type.ARRAY:
            unsupported("arrays have no kernel")
        value = self._value(node.value, False)
        if slot not in self._slots:
            self._slots[slot] = Code(self.fresh(node.name))
        self.put(f"{self._slots[slot].text} = {value.text}")

    def _while(self, node: While) -> None:
        before = len(self.lines)
        condition = self._value(node.condition, False)
        needs_statements = len(self.lines) > before
        if needs_statements:
            condition = self.assigned(condition)
        with self.block(f"while {condition.text}:", loop=True):
            before = len(self.lines)
            for statement in node.body:
                self._statement(statement)
            if needs_statements:
                self.put(f"{condition.text} = {self._value(node.condition, False).text}")
            if isinstance(self._dialect, Exact):
                self.put("run.turn()")
            elif len(self.lines) == before:
                self.put("pass")

    # --- expressions ---

    def _value(self, node: Expr, single: bool) -> Code:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            unsupported(f"it is nested more than {MAX_DEPTH} deep")
        code = self.short(self._any(node, single))
        self._depth -= 1
        return code

    def _any(self, node: Expr, single: bool) -> Code:
        match node:
            case Number():
                return self._dialect.literal(self._operands[node], single)
            case Truth():
                return Code(f"bool({node.value})")
            case Name():
                code = self._slots[self._line.slots[node]]
                if self._line.types[node] is Type.ARRAY:
                    unsupported("arrays have no kernel")
                rounds = single and self._line.types[node] is Type.NUMBER
                return self._dialect.rounded(code) if rounds else code
            case Unary():
                operand = self._value(node.operand, single)
                if node.operation is Operation.NOT:
                    return Code(f"not {operand.inside(NOT)}", NOT, operand.total)
                return self._dialect.negate(operand)
            case Binary():
                return self._binary(node, single)
            case If():
                return self._if(node, single)
            case Loop():
                return self._loop(node, single)
            case Call():
                return self._call(node, single)
            case BuiltinCall():
                return self._builtin(node, single)
            case _:
                unsupported("arrays have no kernel")

    def _binary(self, node: Binary, single: bool) -> Code:
        """A chain that leans to the left is walked without recursion."""
        chain = [node]
        while isinstance(chain[-1].left, Binary) and chain[-1].left.operation in ARITHMETIC:
            chain.append(chain[-1].left)
        code = self._value(chain[-1].left, single)
        for link in reversed(chain):
            code = self.short(self._link(link, code, single))
        return code

    def _link(self, node: Binary, left: Code, single: bool) -> Code:
        operation = node.operation
        if operation in (Operation.AND, Operation.OR):
            return self._logic(operation, left, node.right, single)
        value = self._value(node.right, single)
        if operation is Operation.POWER:
            return self._power(node, left, value, single)
        if operation in COMPARISON:
            return self._dialect.compare(operation, left, value)
        if operation in (Operation.FLOOR_DIVIDE, Operation.MODULO):
            self.integer_only = True
        if operation is Operation.MODULO:
            self.uses_remainders = True
            left, value = self.atom(left), self.atom(value)
        return self._dialect.arithmetic(operation, left, value, single)

    def _logic(self, operation: Operation, left: Code, right: Expr, single: bool) -> Code:
        """``and`` and ``or`` stop early: what follows runs under an ``if``, unless it can do no harm."""
        if self._is_plain(right):
            value = self._value(right, single)
            word, level = ("and", AND) if operation is Operation.AND else ("or", OR)
            return Code(f"{left.inside(level)} {word} {value.inside(level - 1)}", level, left.total and value.total)
        answer = self.assigned(left)
        with self.block(f"if {answer.text}:" if operation is Operation.AND else f"if not {answer.text}:"):
            self.put(f"{answer.text} = {self._value(right, single).text}")
        return answer

    @staticmethod
    def _is_plain(node: Expr) -> bool:
        """Whether a value is written as one expression that cannot trap."""
        return all(
            isinstance(part, Number | Truth | Name | Unary)
            or (isinstance(part, Binary) and part.operation in _PLAIN)
            or (isinstance(part, BuiltinCall) and part.builtin in (Builtin.MIN, Builtin.MAX, Builtin.ABS))
            for part in post_order(node)
        )

    def _if(self, node: If, single: bool) -> Code:
        if self._line.types[node] is Type.ARRAY:
            unsupported("arrays have no kernel")
        condition = self._value(node.condition, single)
        name = self.temporary()
        for header, branch in ((f"if {condition.text}:", node.then_value), ("else:", node.else_value)):
            with self.block(header):
                self.put(f"{name} = {self._value(branch, single).text}")
        return Code(name)

    def _loop(self, node: Loop, single: bool) -> Code:
        dialect = self._dialect
        lower, upper = self._value(node.lower, single), self._value(node.upper, single)
        total = self.temporary()
        counter = self.fresh(node.variable)
        slot = self._line.slots[node]
        outer = self._slots.get(slot)
        operation, start = FOLDS[node.operation]
        self.put(f"{total} = {dialect.start(start)}")
        ranged = self._range(node, lower, upper)
        if ranged is not None:
            header, counted = f"for {counter} in {ranged}:", dialect.counter(counter, False)
        else:
            header, counted = self._unranged(counter, lower, upper, node.step), Code(counter)
        self._slots[slot] = counted
        with self.block(header, loop=True):
            if node.body is None:
                value = dialect.rounded(counted) if single else counted
            else:
                value = self._value(node.body, single)
            self.put(f"{total} = {dialect.arithmetic(operation, Code(total), value, single).text}")
            if ranged is None:
                moved = dialect.arithmetic(Operation.ADD, Code(counter), Code(dialect.start(node.step)), False)
                self.put(f"{counter} = {moved.text}")
        if outer is not None:
            self._slots[slot] = outer
        return Code(total)

    def _range(self, node: Loop, lower: Code, upper: Code) -> str | None:
        """The loop as a Python range, or None where its bounds may not fit the int32 that Warp counts in."""
        number, step = self._number(node), node.step
        if isinstance(self._dialect, Exact):
            return f"run.range({number}, {lower.text}, {upper.text}, {step})"
        if self._facts is not None:
            fits = self._facts.reach.get(number, 0) + abs(step) < _INT32
        else:
            fits = self._proof is not None and self._proof.counter_within(node, 30)
        if not fits:
            return None
        by = "" if step == 1 else f", {step}"
        end = "+ 1" if step > 0 else "- 1"
        return f"range(int({lower.text}), int({upper.text}) {end}{by})"

    def _unranged(self, counter: str, lower: Code, upper: Code, step: int) -> str:
        last = self.assigned(upper)
        self.put(f"{counter} = {lower.text}")
        return f"while {counter} {'<=' if step > 0 else '>='} {last.text}:"

    def _call(self, node: Call, single: bool) -> Code:
        """An own function, inlined: parameters become what they are given, as they never change."""
        if node.function in self._open:
            unsupported(f"the function {node.function} is recursive")
        arguments = [self.atom(self._value(argument, single)) for argument in node.arguments]
        slots = self._line.parameter_slots[node.function]
        outer = {slot: self._slots.get(slot) for slot in slots}
        if any(self._line.slot_types[slot] is Type.ARRAY for slot in slots):
            unsupported("arrays have no kernel")
        self._slots.update(zip(slots, arguments, strict=True))
        self._open.append(node.function)
        value = self.atom(self._value(self._line.definitions[node.function].body, single))
        self._open.pop()
        self._slots.update({slot: code for slot, code in outer.items() if code is not None})
        return value

    def _builtin(self, node: BuiltinCall, single: bool) -> Code:
        builtin = node.builtin
        if builtin is Builtin.F32:
            value = self._value(node.arguments[0], True)
            return value if single else self._dialect.unrounded(value)
        kinds = {self._line.types[argument] for argument in node.arguments}
        if Type.ARRAY in kinds:
            unsupported("arrays have no kernel")
        if not kinds:
            unsupported(f"{builtin} of no numbers has no value")
        values = [self._value(argument, single) for argument in node.arguments]
        match builtin:
            case Builtin.POW:
                return self._power(node, values[0], values[1], single)
            case Builtin.GCD:
                return self._gcd(values[0], values[1], single)
            case Builtin.COUNT:
                return self._count(node, values[0], values[1], single)
            case Builtin.MIN | Builtin.MAX:
                code = values[0]
                for value in values[1:]:
                    code = self.short(self._dialect.call(builtin.value, [code, value], single))
                return code
            case _:
                self.uses_sqrt = self.uses_sqrt or builtin is Builtin.SQRT
                return self._dialect.call(builtin.value, values, single)

    # --- operations that take statements ---

    def _power(self, node: Expr, base: Code, exponent: Code, single: bool) -> Code:
        self.integer_only = True
        number = self._number(node)
        dialect = self._dialect
        if not isinstance(dialect, Machine):
            return Code(f"run.power({number}, {base.text}, {exponent.text}, {single})")
        if single and dialect.is_float:
            code = Code(f"wp.pow({base.text}, {exponent.text})")
            return dialect.rounded(code)
        base, exponent = self.atom(base), self.atom(exponent)
        facts = self._facts
        inverted = facts is None or number in facts.inverted
        size = f"wp.abs({exponent.text})" if inverted else exponent.text
        power = self.temporary()
        self.put(f"{power} = {dialect.start(1)}")
        if facts is not None and facts.reach.get(number, 0) <= UNROLLED_POWER:
            with self.block(f"for {self.fresh('k')} in range(int({size})):"):
                self.put(f"{power} = {power} * {base.text}")
        else:
            self._put_squaring(power, base, size)
        if inverted:
            with self.block(f"if {exponent.text} < {dialect.start(0)}:"):
                self.put(f"{power} = {dialect.start(1)} / {power}")
        return Code(power)

    def _put_squaring(self, power: str, base: Code, size: str) -> None:
        square, left = self.temporary(), self.temporary()
        one, two = "wp.int64(1)", "wp.int64(2)"
        self.put(f"{square} = {base.text}")
        self.put(f"{left} = wp.int64({size})")
        with self.block(f"while {left} > wp.int64(0):"):
            with self.block(f"if {left} % {two} == {one}:"):
                self.put(f"{power} = {power} * {square}")
            self.put(f"{left} = {left} / {two}")
            # The last square is not needed, and may not fit.
            with self.block(f"if {left} > wp.int64(0):"):
                self.put(f"{square} = {square} * {square}")

    def _gcd(self, left: Code, right: Code, single: bool) -> Code:
        self.integer_only = self.uses_remainders = True
        dialect = self._dialect
        if not isinstance(dialect, Machine):
            return dialect.call(Builtin.GCD.value, [left, right], single)
        first = self.assigned(dialect.call("abs", [left], False))
        second = self.assigned(dialect.call("abs", [right], False))
        rest = self.temporary()
        modulo = dialect.arithmetic(Operation.MODULO, first, second, False)
        with self.block(f"while {second.text} != {dialect.start(0)}:"):
            for text in (f"{rest} = {modulo.text}", f"{first.text} = {second.text}", f"{second.text} = {rest}"):
                self.put(text)
        return dialect.rounded(first) if single else first

    def _count(self, node: Expr, first: Code, last: Code, single: bool) -> Code:
        dialect = self._dialect
        number = self._number(node)
        if not isinstance(dialect, Machine):
            code = Code(f"run.count({number}, {first.text}, {last.text})")
            return dialect.rounded(code) if single else code
        last = self.atom(last)
        counter = self.assigned(first)
        for sign, symbol in (("<", "+"), (">", "-")):
            with self.block(f"while {counter.text} {sign} {last.text}:"):
                self.put(f"{counter.text} = {counter.text} {symbol} {dialect.start(1)}")
        return dialect.rounded(counter) if single else counter
