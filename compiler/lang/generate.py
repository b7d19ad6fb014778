"""Random programs over the whole grammar or a part of it, for corpora and for fuzzing.

Everything comes from a seed: program ``i`` of a seed is the same however many are asked for. Programs are well typed
unless the profile says otherwise. A careful profile keeps divisors off 0, indices inside and bounds small, so that most
programs have a value; a wild one does not.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from irmill.compiler.lang import ast
from irmill.compiler.lang.grammar import number_literal
from irmill.compiler.lang.ops import BUILTINS, COMPARISON, Builtin, Operation
from irmill.compiler.lang.profiles import CORPUS, Profile

_COMPARISONS: Final = tuple(operation for operation in Operation if operation in COMPARISON)
_COUNTERS: Final = ("i", "j", "k", "m")
_VARIABLES: Final = ("a", "b", "c", "x", "y", "z", "total", "n")
_FUNCTIONS: Final = ("f", "g", "h", "step")


def generate_programs(count: int, seed: int, profile: Profile = CORPUS) -> list[ast.Program]:
    """``count`` programs; the same seed and profile give the same ones, whatever the count."""
    return [generate_program(random.Random(f"{seed}:{place}"), profile) for place in range(count)]


def generate_program(source: random.Random, profile: Profile = CORPUS) -> ast.Program:
    """One program from a source of randomness."""
    lines = source.randint(1, profile.lines)
    return ast.Program(tuple(_LineMaker(source, profile).line() for _ in range(lines)))


@dataclass(slots=True)
class _Scope:
    """What an expression may use.

    Attributes:
        numbers, truths: variables in scope.
        arrays: array variables, with their lengths.
        counters: loop variables: whole, not negative, with what none exceeds.
    """

    numbers: list[str] = field(default_factory=list[str])
    truths: list[str] = field(default_factory=list[str])
    arrays: dict[str, int] = field(default_factory=dict[str, int])
    counters: dict[str, int] = field(default_factory=dict[str, int])

    def inside_loop(self, counter: str, most: int) -> _Scope:
        """The scope of a loop's body."""
        arrays = {name: length for name, length in self.arrays.items() if name != counter}
        truths = [name for name in self.truths if name != counter]
        numbers = [name for name in self.numbers if name != counter]
        return _Scope(numbers, truths, arrays, {**self.counters, counter: most})


class _LineMaker:
    """The generator of one line."""

    def __init__(self, source: random.Random, profile: Profile) -> None:
        self.random = source
        self.profile = profile
        self.scope = _Scope()
        self.functions: dict[str, tuple[int, int | None]] = {}
        self.fixed: set[str] = set()

    def line(self) -> ast.Line:
        """A line whose statements are there to be used."""
        statements: list[ast.Stmt] = []
        for _ in range(self.random.randint(0, self.profile.statements)):
            statements += self._statement()
        asks_truth = self.profile.comparison and self.random.random() < 0.2
        value = (
            self.truth(self.scope, self.profile.depth) if asks_truth else self.number(self.scope, self.profile.depth)
        )
        suffix = ast.Suffix.TRUTH if asks_truth else ast.Suffix.NUMBER
        return ast.Line(tuple(statements), value, ast.Suffix.NONE if self._chance(0.1) else suffix)

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    # --- statements ---

    def _statement(self) -> list[ast.Stmt]:
        kinds = ["bind"] * 4
        if self.profile.arrays:
            kinds += ["array", "store"] if self.scope.arrays else ["array"]
        if self.profile.functions and self.profile.branches and len(self.functions) < len(_FUNCTIONS):
            kinds += ["define"]
        if self.profile.whiles and self.profile.comparison:
            kinds += ["while"]
        if self.profile.comparison:
            kinds += ["flag"]
        match self.random.choice(kinds):
            case "array":
                return [self._array()]
            case "store":
                return [self._store(self.scope)]
            case "define":
                return [self._define()]
            case "while":
                return self._while()
            case "flag":
                value = self.truth(self.scope, 2)
                name = self._variable(self.scope.truths)
                return [ast.Bind(name, value)]
            case _:
                value = self.number(self.scope, self.profile.depth - 1)
                name = self._variable(self.scope.numbers)
                return [ast.Bind(name, value)]

    def _variable(self, kind: list[str]) -> str:
        """A new variable or one of the same type, which is then in scope."""
        taken = {*self.scope.numbers, *self.scope.truths, *self.scope.arrays, *self.fixed}
        free = [name for name in _VARIABLES if name not in taken]
        old = [name for name in kind if name not in self.fixed]
        if free and (not old or self._chance(0.7)):
            name = self.random.choice(free)
            kind.append(name)
            return name
        if old:
            return self.random.choice(old)
        name = f"v{len(taken)}"
        kind.append(name)
        return name

    def _array(self) -> ast.Stmt:
        arrays = self.scope.arrays
        if arrays and self._chance(0.2):
            first = self.random.choice(sorted(arrays))
            names: list[str] = []
            name = self._variable(names)
            arrays[name] = arrays[first]
            return ast.Bind(name, ast.Name(first))
        length = self.random.randint(1, 6)
        value = ast.ArrayLiteral(tuple(self.number(self.scope, 1) for _ in range(length)))
        names = []
        name = self._variable(names)
        arrays[name] = length
        return ast.Bind(name, value)

    def _store(self, scope: _Scope) -> ast.Stmt:
        name = self.random.choice(sorted(scope.arrays))
        return ast.Store(name, self._index(scope, scope.arrays[name]), self.number(scope, 2))

    def _define(self) -> ast.Stmt:
        name = next(name for name in _FUNCTIONS if name not in self.functions)
        if self._chance(0.4):
            most = self.random.randint(2, 12)
            self.functions[name] = (1, most)
            again = ast.Call(name, (ast.Binary(Operation.SUBTRACT, ast.Name("n"), self._whole(1)),))
            operation = self.random.choice((Operation.ADD, Operation.ADD, Operation.SUBTRACT))
            step = ast.Binary(operation, self.number(_Scope(["n"]), 1), again)
            base = ast.Binary(Operation.LESS, ast.Name("n"), self._whole(1))
            return ast.Define(name, ("n",), ast.If(base, self._literal(), step))
        parameters = ("x", "y", "z")[: self.random.randint(1, 3)]
        body = self.number(_Scope(list(parameters)), self.profile.depth - 1)
        self.functions[name] = (len(parameters), None)
        return ast.Define(name, parameters, body)

    def _while(self) -> list[ast.Stmt]:
        """A while that counts a variable down, and changes others on the way."""
        before = list(self.scope.numbers)
        own: list[str] = []
        name = self._variable(own)
        self.fixed.add(name)
        self.scope.numbers.append(name)
        start = ast.Bind(name, self._whole(self.random.randint(0, 12)))
        body: list[ast.Stmt] = []
        inner_numbers = list(self.scope.numbers)
        for _ in range(self.random.randint(0, 2)):
            if self.scope.arrays and self._chance(0.3):
                body.append(self._store(self.scope))
            else:
                value = self.number(self.scope, 2)
                changed = self.random.choice([*sorted(set(before) - self.fixed), ""])
                if not changed:
                    changed = self._variable(self.scope.numbers)
                body.append(ast.Bind(changed, value))
        body.append(
            ast.Bind(name, ast.Binary(Operation.SUBTRACT, ast.Name(name), self._whole(self.random.randint(1, 2))))
        )
        self.scope.numbers = inner_numbers
        self.fixed.discard(name)
        condition: ast.Expr = ast.Binary(Operation.GREATER, ast.Name(name), self._whole(0))
        if self.profile.logic and self._chance(0.2):
            condition = ast.Binary(Operation.AND, condition, self.truth(self.scope, 1))
        return [start, ast.While(condition, tuple(body))]

    # --- numbers ---

    def number(self, scope: _Scope, depth: int) -> ast.Expr:
        """An expression that is a number."""
        if self.profile.mistyped and self._chance(self.profile.mistyped):
            return self.random.choice(
                (ast.Truth(True), ast.ArrayLiteral(()), ast.Name("unknown"), ast.Call("unknown", ()))
            )
        if depth <= 0 or self._chance(0.15):
            return self._leaf(scope)
        return self.random.choice(self._kinds(scope))(scope, depth - 1)

    def _kinds(self, scope: _Scope) -> list[Callable[[_Scope, int], ast.Expr]]:
        kinds: list[Callable[[_Scope, int], ast.Expr]] = [*([self._operator] * 5), self._negated]
        if self.profile.branches and self.profile.comparison:
            kinds.append(self._if)
        if self.profile.loops:
            kinds += [self._loop, self._loop, self._count]
        if self.profile.builtins:
            kinds += [self._builtin, self._builtin]
        if self.profile.arrays:
            kinds.append(self._fold)
        if scope.arrays:
            kinds += [self._element, self._element]
        if self.functions:
            kinds += [self._call, self._call]
        if self.profile.single:
            kinds.append(self._single)
        return kinds

    def _whole(self, value: int) -> ast.Number:
        return number_literal(value)

    def _literal(self) -> ast.Number:
        if self.profile.decimals and self._chance(0.2):
            places = self.random.randint(1, 3)
            return number_literal(Fraction(self.random.randint(0, self.profile.largest * 10), 10**places))
        largest = self.profile.largest if self._chance(0.7) else min(self.profile.largest, 9)
        return self._whole(self.random.randint(0, largest))

    def _leaf(self, scope: _Scope) -> ast.Expr:
        names = [*scope.numbers, *scope.counters]
        if names and self._chance(0.6):
            return ast.Name(self.random.choice(names))
        return self._literal()

    def _operator(self, scope: _Scope, depth: int) -> ast.Expr:
        operation = self.random.choice(self.profile.operators)
        left = self.number(scope, depth)
        if self.profile.careful:
            if operation is Operation.POWER:
                return ast.Binary(operation, self._leaf(scope), self._whole(self.random.randint(0, 3)))
            if operation in (Operation.DIVIDE, Operation.FLOOR_DIVIDE, Operation.MODULO):
                divisor: ast.Expr = self._whole(self.random.randint(1, 12))
                return ast.Binary(
                    operation, left, ast.Unary(Operation.NEGATE, divisor) if self._chance(0.1) else divisor
                )
            if operation is Operation.MULTIPLY and self._chance(0.5):
                return ast.Binary(operation, left, self._whole(self.random.randint(0, 12)))
        elif operation is Operation.POWER and self._chance(0.8):
            exponent: ast.Expr = self._whole(self.random.randint(0, 6))
            return ast.Binary(operation, left, ast.Unary(Operation.NEGATE, exponent) if self._chance(0.3) else exponent)
        return ast.Binary(operation, left, self.number(scope, depth))

    def _negated(self, scope: _Scope, depth: int) -> ast.Expr:
        return ast.Unary(Operation.NEGATE, self.number(scope, depth))

    def _if(self, scope: _Scope, depth: int) -> ast.Expr:
        return ast.If(self.truth(scope, depth), self.number(scope, depth), self.number(scope, depth))

    def _loop(self, scope: _Scope, depth: int) -> ast.Expr:
        counter = self.random.choice(_COUNTERS)
        operation = Operation.SUM if self._chance(0.75) else Operation.PRODUCT
        first = self.random.randint(0, 5)
        last = first + self.random.randint(-1, 4 if operation is Operation.PRODUCT else 8)
        step = self.random.choice((1, 1, 1, 2, 3))
        lower, upper = self._bound(first), self._bound(max(last, 0))
        if self._chance(0.2):
            lower, upper, step = upper, lower, -step
        elif not self.profile.careful and self._chance(0.3):
            lower, upper = self.number(scope, 1), self.number(scope, 1)
        elif scope.counters and self._chance(0.3):
            upper = ast.Name(self.random.choice(sorted(scope.counters)))
        most = max(first, last, *scope.counters.values(), 0)
        body = self.number(scope.inside_loop(counter, most), min(depth, 2)) if self._chance(0.7) else None
        return ast.Loop(operation, counter, lower, upper, step, step != 1 or self._chance(0.1), body)

    def _bound(self, value: int) -> ast.Expr:
        literal = self._whole(value)
        return ast.Unary(Operation.NEGATE, literal) if not self.profile.careful and self._chance(0.2) else literal

    def _count(self, scope: _Scope, depth: int) -> ast.Expr:
        parts = [self._whole(self.random.randint(0, 20)) for _ in range(2)]
        if not self.profile.careful and self._chance(0.3):
            return ast.BuiltinCall(Builtin.COUNT, (parts[0], self.number(scope, min(depth, 1))))
        return ast.BuiltinCall(Builtin.COUNT, tuple(parts))

    def _builtin(self, scope: _Scope, depth: int) -> ast.Expr:
        builtin = self.random.choice(self.profile.builtins)
        careful = self.profile.careful
        row = BUILTINS[builtin]
        arity = row.arity
        if arity is None:
            count = self.random.randint(1 if careful else 0, 3)
            return ast.BuiltinCall(builtin, tuple(self.number(scope, depth) for _ in range(count)))
        if builtin is Builtin.POW:
            exponent = self._whole(self.random.randint(0, 3))
            return ast.BuiltinCall(builtin, (self._leaf(scope) if careful else self.number(scope, depth), exponent))
        if row.asks_whole and careful:
            return ast.BuiltinCall(builtin, tuple(self._whole(self.random.randint(0, 120)) for _ in range(arity)))
        if builtin is Builtin.SQRT and careful:
            if self._chance(0.7):
                return ast.BuiltinCall(builtin, (self._whole(self.random.randint(0, 12) ** 2),))
            return ast.BuiltinCall(builtin, (ast.BuiltinCall(Builtin.ABS, (self.number(scope, depth),)),))
        return ast.BuiltinCall(builtin, tuple(self.number(scope, depth) for _ in range(arity)))

    def _fold(self, scope: _Scope, depth: int) -> ast.Expr:
        builtin = self.random.choice((Builtin.SUM, Builtin.PRODUCT, Builtin.MIN, Builtin.MAX, Builtin.LEN))
        if scope.arrays and self._chance(0.7):
            return ast.BuiltinCall(builtin, (ast.Name(self.random.choice(sorted(scope.arrays))),))
        count = self.random.randint(1 if self.profile.careful else 0, 4)
        return ast.BuiltinCall(
            builtin, (ast.ArrayLiteral(tuple(self.number(scope, min(depth, 1)) for _ in range(count))),)
        )

    def _element(self, scope: _Scope, depth: int) -> ast.Expr:
        name = self.random.choice(sorted(scope.arrays))
        if not self.profile.careful and self._chance(0.2):
            return ast.Index(name, self.number(scope, min(depth, 1)))
        return ast.Index(name, self._index(scope, scope.arrays[name]))

    def _index(self, scope: _Scope, length: int) -> ast.Expr:
        fitting = [name for name, most in scope.counters.items() if most < length]
        if fitting and self._chance(0.6):
            return ast.Name(self.random.choice(fitting))
        if scope.counters and self._chance(0.4):
            counter = self.random.choice(sorted(scope.counters))
            return ast.Binary(Operation.MODULO, ast.Name(counter), self._whole(length))
        return self._whole(self.random.randrange(length))

    def _call(self, scope: _Scope, depth: int) -> ast.Expr:
        name = self.random.choice(sorted(self.functions))
        count, most = self.functions[name]
        if most is not None and (self.profile.careful or self._chance(0.8)):
            return ast.Call(name, (self._whole(self.random.randint(0, most)),))
        return ast.Call(name, tuple(self.number(scope, min(depth, 1)) for _ in range(count)))

    def _single(self, scope: _Scope, depth: int) -> ast.Expr:
        return ast.BuiltinCall(Builtin.F32, (self.number(scope, depth),))

    # --- truth values ---

    def truth(self, scope: _Scope, depth: int) -> ast.Expr:
        """An expression that is a truth value."""
        if self.profile.mistyped and self._chance(self.profile.mistyped):
            return self._literal()
        if scope.truths and self._chance(0.2):
            return ast.Name(self.random.choice(scope.truths))
        if self._chance(0.05):
            return ast.Truth(self._chance(0.5))
        if self.profile.logic and depth > 0 and self._chance(0.3):
            if self._chance(0.3):
                return ast.Unary(Operation.NOT, self.truth(scope, depth - 1))
            operation = Operation.AND if self._chance(0.5) else Operation.OR
            return ast.Binary(operation, self.truth(scope, depth - 1), self.truth(scope, depth - 1))
        left, right = self.number(scope, depth - 1), self.number(scope, min(depth - 1, 1))
        return ast.Binary(self.random.choice(_COMPARISONS), left, right)
