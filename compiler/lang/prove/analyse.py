"""The pass that proves what can be proved about every number of a line without running it.

The line is run on intervals: statements in order, both branches of an ``if`` (each with what its condition says), loops
once with the whole range of their variable, ``while`` to a fixed point with widening, functions anew at each call. What
would take too long, and recursion, is any number. Everything said holds for every run up to its first error.
"""

from __future__ import annotations

from functools import reduce
from typing import Final

from irmill.compiler.base.limits import FUEL
from irmill.compiler.lang import ast
from irmill.compiler.lang.ops import (
    BUILTINS,
    COMPARISON,
    LOGIC,
    OPERATORS,
    ROWS,
    Builtin,
    Operation,
    OpRow,
    Type,
    Whole,
)
from irmill.compiler.lang.prove import intervals
from irmill.compiler.lang.prove.conditions import Environment, refine
from irmill.compiler.lang.prove.integrality import prove_integrality
from irmill.compiler.lang.prove.intervals import ANY, Interval, any_number, between, exactly, join, widen
from irmill.compiler.lang.prove.proof import Proof
from irmill.compiler.lang.prove.singles import is_exact
from irmill.compiler.lang.trampoline import Task, trampoline
from irmill.compiler.lang.types import TypedLine


def analyse(line: TypedLine, *, assume_exact: bool = False) -> Proof:
    """Prove what can be proved about a line.

    Args:
        line: the line.
        assume_exact: take ``/`` and ``^`` of whole numbers to be whole, for code that checks that they are.
    """
    elements = _literal_elements(line)
    for _ in range(_ELEMENT_ROUNDS):
        analysis = _Analysis(line, assume_exact, elements)
        try:
            analysis.run()
        except _GiveUp:
            break
        stored = analysis.stored
        if stored is None or join(elements, stored) == elements:
            return analysis.proof()
        elements = widen(elements, join(elements, stored))
    return _nothing_proved(line, assume_exact)


_LEAVES: Final = frozenset({ast.Number, ast.Name, ast.Truth})
_ELEMENT_ROUNDS: Final = 5
_BUDGET: Final = 120_000
_DEEPEST_INLINING: Final = 12
_DEEPEST_FIXPOINT: Final = 2
_ROUNDS: Final = 6

_TRANSFERS: Final = {row.operation: getattr(intervals, row.interval) for row in ROWS if row.interval}
"""What an operation makes of the intervals of its operands; of an array, those of its elements and its length."""


def _literal_elements(line: TypedLine) -> Interval:
    """A first guess at the elements of all arrays of a line: the literals in them."""
    found = [
        exactly(part.value.numerator)
        for node in ast.post_order(line.line)
        if isinstance(node, ast.ArrayLiteral)
        for part in node.elements
        if isinstance(part, ast.Number) and part.value.denominator == 1
    ]
    return reduce(join, found, found[0]).clipped() if found else exactly(0)


class _GiveUp(Exception):
    """The analysis would take too long."""


def _nothing_proved(line: TypedLine, assume_exact: bool) -> Proof:
    """What is known without running anything: which nodes are whole."""
    whole = prove_integrality(line, assume_exact=assume_exact).nodes
    nodes: dict[ast.Node, Interval] = {}
    counters: dict[ast.Loop, Interval] = {}
    for node in ast.post_order(line.line):
        if isinstance(node, ast.Loop):
            counters[node] = between(intervals.LOW, intervals.HIGH, True)
            counters[node] = _with_end(counters[node], node.step)
        if not isinstance(node, ast.Stmt) and line.types.get(node) is Type.NUMBER:  # pyright: ignore[reportArgumentType]
            # before its check a number may be anything: squares of all numbers, at most
            nodes[node] = Interval(-(2**256), 2**256, node in whole)
    return Proof(line, nodes, counters, frozenset())


def _with_end(counter: Interval, step: int) -> Interval:
    """A counter's interval with the value that is past the bound."""
    return Interval(counter.lower + min(step, 0), counter.upper + max(step, 0), True)


class _Analysis:
    """One run of a line on intervals, with an assumption about the elements of all its arrays."""

    def __init__(self, line: TypedLine, assume_exact: bool, elements: Interval) -> None:
        self.line = line
        self.assume_exact = assume_exact
        self.elements = elements
        self.stored: Interval | None = None
        self.nodes: dict[ast.Node, Interval] = {}
        self.counters: dict[ast.Loop, Interval] = {}
        self.inexact: set[ast.Node] = set()
        self.recording = 1
        self.budget = _BUDGET
        self.open_calls: list[str] = []
        self.recursive: set[str] = set()
        self.assigned: dict[ast.While, set[int]] = {}
        self.while_depth = 0
        self.visited: set[str] = set()
        self.whole = prove_integrality(line, assume_exact=assume_exact)
        sizes = [len(node.elements) for node in ast.post_order(line.line) if isinstance(node, ast.ArrayLiteral)]
        self.length = Interval(min(sizes, default=0), max(sizes, default=0), True)

    def proof(self) -> Proof:
        """What was proved."""
        divisions = [node for node in self.nodes if isinstance(node, ast.Binary) and node.operation is Operation.DIVIDE]
        exact = frozenset(node for node in divisions if node not in self.inexact)
        return Proof(self.line, self.nodes, self.counters, exact)

    def run(self) -> None:
        """The line, then the functions that it does not call, or that call themselves, with any arguments."""
        trampoline(self._line())
        done: set[str] = set()
        while True:
            left = ((set(self.line.definitions) - self.visited) | self.recursive) - done
            if not left:
                return
            name = min(left)
            done.add(name)
            slots = self.line.parameter_slots[name]
            environment = {
                slot: any_number(slot in self.whole.slots)
                for slot in slots
                if self.line.slot_types[slot] is Type.NUMBER
            }
            trampoline(self._body(name, environment, single=False))

    # --- statements ---

    def _line(self) -> Task:
        environment: Environment = {}
        for statement in self.line.line.statements:
            yield self._statement(statement, environment)
        yield self._value(self.line.line.value, environment, False)

    def _statement(self, node: ast.Stmt, environment: Environment) -> Task:
        match node:
            case ast.Bind():
                value = yield self._value(node.value, environment, False)
                if value is not None:
                    environment[self.line.slots[node]] = value.clipped()
            case ast.Store():
                yield self._value(node.index, environment, False)
                value = yield self._value(node.value, environment, False)
                self._store(value)
            case ast.While():
                yield self._while(node, environment)
            case ast.Define():
                return

    def _while(self, node: ast.While, environment: Environment) -> Task:
        """The fixed point at the loop's head, then one pass that is recorded."""
        assigned = self._assigned(node)
        self.while_depth += 1
        stable = False
        if self.while_depth <= _DEEPEST_FIXPOINT:
            self.recording -= 1
            for round_number in range(_ROUNDS):
                after = yield self._iteration(node, environment)
                stable = _merge(environment, after, assigned, widening=round_number >= 2)
                if stable:
                    break
            self.recording += 1
        if not stable:
            for slot in assigned & environment.keys():
                environment[slot] = any_number(slot in self.whole.slots)
        yield self._iteration(node, environment)
        self.while_depth -= 1
        refine(self.line, node.condition, False, environment)

    def _assigned(self, node: ast.While) -> set[int]:
        """The slots that the body of a while binds."""
        known = self.assigned.get(node)
        if known is None:
            known = set[int]()
            for part in ast.post_order(node):
                self._spend(1)
                if isinstance(part, ast.Bind):
                    known.add(self.line.slots[part])
            self.assigned[node] = known
        return known

    def _spend(self, amount: int) -> None:
        self.budget -= amount
        if self.budget < 0:
            raise _GiveUp

    def _copy(self, environment: Environment) -> Environment:
        self._spend(len(environment) // 16)
        return dict(environment)

    def _iteration(self, node: ast.While, environment: Environment) -> Task:
        """The environment after one iteration."""
        inner = self._copy(environment)
        yield self._value(node.condition, inner, False)
        refine(self.line, node.condition, True, inner)
        for statement in node.body:
            yield self._statement(statement, inner)
        return inner

    def _store(self, value: Interval | None) -> None:
        if value is not None:
            value = value.clipped()
            self.stored = value if self.stored is None else join(self.stored, value)

    # --- expressions ---

    def _value(self, node: ast.Expr, environment: Environment, single: bool) -> Task | Interval | None:
        """The interval of a number, before its check; None for other values. Of a leaf it is known at once."""
        self._spend(1)
        if type(node) in _LEAVES:
            return self._kept(node, self._leaf(node, environment), single)
        return self._walked(node, environment, single)

    def _walked(self, node: ast.Expr, environment: Environment, single: bool) -> Task:
        return self._kept(node, (yield from self._part(node, environment, single)), single)

    def _kept(self, node: ast.Expr, value: Interval | None, single: bool) -> Interval | None:
        """The value of a node, kept in what is proved where it is a number."""
        if self.line.types[node] is not Type.NUMBER:
            return None
        assert value is not None
        if single:
            value = ANY
        if self.recording == 1:
            known = self.nodes.get(node)
            self.nodes[node] = value if known is None else join(known, value)
        return value

    def _leaf(self, node: ast.Expr, environment: Environment) -> Interval | None:
        match node:
            case ast.Number():
                lower = node.value.numerator // node.value.denominator
                return exactly(lower) if node.value.denominator == 1 else between(lower, lower + 1, False)
            case ast.Name():
                return environment.get(self.line.slots[node])
            case _:
                return None

    def _number(self, node: ast.Expr, environment: Environment, single: bool) -> Task:
        """The interval of a number operand, which has passed its check."""
        value: Interval = yield self._value(node, environment, single)
        return value.clipped()

    def _part(self, node: ast.Expr, environment: Environment, single: bool) -> Task:
        match node:
            case ast.Index():
                yield self._number(node.index, environment, single and not is_exact(node.index))
                return self.elements
            case ast.ArrayLiteral():
                for element in node.elements:
                    value = yield self._value(element, environment, single)
                    self._store(value)
                return None
            case ast.Unary():
                value = yield self._value(node.operand, environment, single)
                return None if value is None else intervals.negate(value.clipped())
            case ast.Binary():
                return (yield from self._binary(node, environment, single))
            case ast.If():
                return (yield from self._if(node, environment, single))
            case ast.Call():
                return (yield from self._call(node, environment, single))
            case ast.BuiltinCall():
                return (yield from self._builtin(node, environment, single))
            case ast.Loop():
                return (yield from self._loop(node, environment, single))
            case ast.Number() | ast.Name() | ast.Truth():
                raise TypeError("a leaf has no parts")

    def _binary(self, node: ast.Binary, environment: Environment, single: bool) -> Task:
        """A chain of operators from its leftmost operand on: each is the left operand of the next."""
        chain = [node]
        while isinstance(chain[-1].left, ast.Binary) and chain[-1].left.operation not in LOGIC:
            chain.append(chain[-1].left)
            self._spend(1)
        left: Interval | None = yield self._value(chain[-1].left, environment, single)
        while True:
            part = chain.pop()
            inner = environment
            if part.operation in LOGIC:
                inner = self._copy(environment)
                if not single:
                    refine(self.line, part.left, part.operation is Operation.AND, inner)
            right: Interval | None = yield self._value(part.right, inner, single)
            result = None
            if left is not None and right is not None and part.operation not in COMPARISON:
                result = self._applied(part, OPERATORS[part.operation], [left.clipped(), right.clipped()])
            if not chain:
                return result
            left = self._kept(part, result, single)

    def _applied(self, node: ast.Expr, row: OpRow, parts: list[Interval]) -> Interval:
        if row.operation is Operation.DIVIDE and not intervals.divides(*parts):
            self.inexact.add(node)
        if row.whole is Whole.EXACT:
            return _TRANSFERS[row.operation](*parts, self.assume_exact)
        return _TRANSFERS[row.operation](*parts)

    def _if(self, node: ast.If, environment: Environment, single: bool) -> Task:
        yield self._value(node.condition, environment, single)
        values: list[Interval | None] = []
        for part, truth in ((node.then_value, True), (node.else_value, False)):
            inner = self._copy(environment)
            if not single:
                refine(self.line, node.condition, truth, inner)
            values.append((yield self._value(part, inner, single)))
        first, second = values
        return None if first is None or second is None else join(first.clipped(), second.clipped())

    def _loop(self, node: ast.Loop, environment: Environment, single: bool) -> Task:
        lower: Interval = yield self._number(node.lower, environment, single and not is_exact(node.lower))
        upper: Interval = yield self._number(node.upper, environment, single and not is_exact(node.upper))
        start, end = (lower, upper) if node.step > 0 else (upper, lower)
        # the values of the variable; a loop that never runs still has code
        counter = Interval(start.lower, max(end.upper, start.lower), True)
        most = min(max(0, (end.upper - start.lower) // abs(node.step) + 1), FUEL)
        reached = Interval(min(counter.lower, lower.lower), max(counter.upper, lower.upper), True)
        if self.recording == 1:
            known = self.counters.get(node)
            past = _with_end(reached, node.step)
            self.counters[node] = past if known is None else join(known, past)
        body = counter
        if node.body is not None:
            inner = self._copy(environment)
            inner[self.line.slots[node]] = counter
            body = yield self._number(node.body, inner, single)
        if node.operation is Operation.SUM:
            return intervals.summed(body, most)
        if node.body is None and counter.lower >= 1 and counter.upper - counter.lower < 64:
            return intervals.factorial(counter)
        return intervals.multiplied(body, most)

    def _builtin(self, node: ast.BuiltinCall, environment: Environment, single: bool) -> Task:
        row = BUILTINS[node.builtin]
        parts: list[Interval] = []
        for argument in node.arguments:
            kept = node.builtin is Builtin.COUNT and is_exact(argument)
            inner = node.builtin is Builtin.F32 or (single and not kept)
            value: Interval | None = yield self._value(argument, environment, inner)
            if value is not None:
                parts.append(value.clipped())
        if not row.interval:
            return ANY
        if row.takes is Type.ARRAY:
            parts = [self.elements, self.length]
        return self._applied(node, row, parts or [self.elements])

    # --- functions ---

    def _call(self, node: ast.Call, environment: Environment, single: bool) -> Task:
        inner: Environment = {}
        for slot, argument in zip(self.line.parameter_slots[node.function], node.arguments, strict=True):
            value: Interval | None = yield self._value(argument, environment, single)
            if value is not None:
                inner[slot] = ANY if single else value.clipped()
        if node.function in self.open_calls or len(self.open_calls) >= _DEEPEST_INLINING:
            self.recursive.add(node.function)
            return any_number(node.function in self.whole.functions)
        return (yield self._body(node.function, inner, single))

    def _body(self, name: str, environment: Environment, single: bool) -> Task:
        self.visited.add(name)
        self.open_calls.append(name)
        value: Interval | None = yield self._value(self.line.definitions[name].body, environment, single)
        self.open_calls.pop()
        return None if value is None else value.clipped()


def _merge(environment: Environment, after: Environment, assigned: set[int], *, widening: bool) -> bool:
    """Join what an iteration assigned into the environment at the loop's head; whether that was there already."""
    stable = True
    for slot in assigned & environment.keys():
        before = environment[slot]
        merged = join(before, after[slot])
        if merged != before:
            stable = False
            environment[slot] = widen(before, merged) if widening else merged
    return stable
