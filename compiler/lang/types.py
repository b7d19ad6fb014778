"""Static types, inferred over a whole line by unification; every error here is TYPE.

A line's functions are known everywhere in it, also before their definition; each has one type. Variables are resolved
to slots while types are inferred, so that later stages need no scopes of their own: a name that is first bound in the
body of a ``while`` and a name that is bound again after it are two slots, and so are a loop's variable and what it
hides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, NoReturn

from irmill.compiler.lang import ast
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.ops import BUILTINS, OPERATORS, Type
from irmill.compiler.lang.print import print_node


@dataclass(frozen=True, slots=True)
class FunctionType:
    """The one type of a function of a line."""

    parameters: tuple[Type, ...]
    result: Type


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TypedLine:
    """A line whose every expression has a type.

    Attributes:
        line: the syntax tree.
        types: the type of every expression in it, function bodies included.
        variables: the variables that are known where the line's value is computed, with their types.
        functions: the functions of the line.
        definitions: their definitions.
        slots: the variable that a Name, Index, Bind, Store or Loop node is about, as an index into ``slot_types``.
        slot_types: the type of each variable, loop variable and parameter of the line, in order of appearance.
        slot_names: their names; one name can have several slots.
        parameter_slots: the slots of each function's parameters.
    """

    line: ast.Line
    types: Mapping[ast.Expr, Type]
    variables: Mapping[str, Type]
    functions: Mapping[str, FunctionType]
    definitions: Mapping[str, ast.Define]
    slots: Mapping[ast.Node, int]
    slot_types: tuple[Type, ...]
    slot_names: tuple[str, ...]
    parameter_slots: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TypedProgram:
    """A program whose every line is typed."""

    program: ast.Program
    lines: tuple[TypedLine, ...]


def check_types(program: ast.Program) -> TypedProgram:
    """Type every line.

    Raises:
        LanguageError: TYPE, for the first line that has no type.
    """
    return TypedProgram(program, tuple(_LineChecker(line).check() for line in program.lines))


_WHY = {
    operation: "only numbers have an order" if row.gives is not row.takes else f"'{operation}' takes no other"
    for operation, row in OPERATORS.items()
}
"""Why an operator asks for the type that it takes."""

_SHOWN = {Type.NUMBER: "a number", Type.TRUTH: "a truth value", Type.ARRAY: "an array"}


class _Enter(NamedTuple):
    """Something to do between the parts of a node: ``what`` is open, close, loop, unloop, body or exit."""

    what: str
    node: ast.Node


class _LineChecker:
    """The types of one line: type variables in a union-find forest, and the names in scope."""

    def __init__(self, line: ast.Line) -> None:
        self.line = line
        self.parent: list[int] = []
        self.known: list[Type | None] = []
        self.number = self._fresh(Type.NUMBER)
        self.truth = self._fresh(Type.TRUTH)
        self.array = self._fresh(Type.ARRAY)
        self.of: dict[ast.Expr, int] = {}
        self.scope: dict[str, int] = {}
        self.introduced: list[list[str]] = [[]]
        self.hidden: list[int | None] = []
        self.outer: dict[str, int] = {}
        self.slots: dict[ast.Node, int] = {}
        self.slot_variables: list[int] = []
        self.slot_names: list[str] = []
        self.definitions: dict[str, ast.Define] = {}
        self.parameters: dict[str, tuple[int, ...]] = {}
        self.results: dict[str, int] = {}
        self.compared: list[tuple[ast.Expr, int]] = []
        self.folded: list[tuple[ast.Expr, int]] = []

    def check(self) -> TypedLine:
        """Type the line or raise TYPE."""
        self._declare()
        tasks: list[ast.Node | _Enter] = [self.line.value, *reversed(self.line.statements)]
        while tasks:
            task = tasks.pop()
            if isinstance(task, _Enter):
                self._do(task)
            else:
                tasks.extend(reversed(self._visit(task)))
        value = self.of[self.line.value]
        if self.line.suffix is ast.Suffix.NUMBER:
            self._unify(value, self.number, self.line.value, "the line asks for a number with '='")
        elif self.line.suffix is ast.Suffix.TRUTH:
            self._unify(value, self.truth, self.line.value, "the line asks for a truth value with 'is'")
        self._deferred(value)
        return self._typed()

    def _declare(self) -> None:
        """The functions of the line, before anything is typed."""
        for statement in self.line.statements:
            if not isinstance(statement, ast.Define):
                continue
            name = statement.name
            if name in BUILTINS:
                self._fail(f"'{name}' is a built-in function and cannot be defined")
            if name in self.definitions:
                self._fail(f"the function '{name}' is defined twice")
            if len(set(statement.parameters)) != len(statement.parameters):
                self._fail(f"the function '{name}' has two parameters of one name")
            self.definitions[name] = statement
            self.parameters[name] = tuple(self._slot(parameter) for parameter in statement.parameters)
            self.results[name] = self._fresh(None)

    def _deferred(self, value: int) -> None:
        """The rules that need the final types."""
        for node, variable in self.compared:
            if self._final(variable) is Type.ARRAY:
                self._fail(f"arrays are not compared: {_short(node)}")
        for node, variable in self.folded:
            if self._final(variable) is Type.TRUTH:
                self._fail(f"expected a number or an array, found a truth value in {_short(node)}")
        if self._final(value) is Type.ARRAY:
            self._fail("the value of a line is a number or a truth value, not an array")

    def _typed(self) -> TypedLine:
        slot_types = tuple(self._final(variable) for variable in self.slot_variables)
        functions = {
            name: FunctionType(tuple(slot_types[slot] for slot in slots), self._final(self.results[name]))
            for name, slots in self.parameters.items()
        }
        final = {variable: self._final(variable) for variable in set(self.of.values())}
        return TypedLine(
            line=self.line,
            types={node: final[variable] for node, variable in self.of.items()},
            variables={name: slot_types[slot] for name, slot in self.scope.items()},
            functions=functions,
            definitions=self.definitions,
            slots=self.slots,
            slot_types=slot_types,
            slot_names=tuple(self.slot_names),
            parameter_slots=self.parameters,
        )

    # --- type variables ---

    def _fresh(self, kind: Type | None) -> int:
        self.parent.append(len(self.parent))
        self.known.append(kind)
        return len(self.parent) - 1

    def _find(self, variable: int) -> int:
        parent = self.parent
        while parent[variable] != variable:
            parent[variable] = parent[parent[variable]]
            variable = parent[variable]
        return variable

    def _final(self, variable: int) -> Type:
        """The type of a variable; what no rule decided is a number."""
        return self.known[self._find(variable)] or Type.NUMBER

    def _unify(self, first: int, second: int, node: ast.Node, why: str) -> None:
        one, other = self._find(first), self._find(second)
        if one == other:
            return
        kind, kind_other = self.known[one], self.known[other]
        if kind is not None and kind_other is not None and kind is not kind_other:
            self._fail(f"{why}: expected {_SHOWN[kind_other]}, found {_SHOWN[kind]} in {_short(node)}")
        # the three fixed types stay roots, so that what is known is never lost
        if kind is None:
            one, other = other, one
        self.parent[other] = one
        self.known[one] = kind or kind_other

    def _is(self, node: ast.Expr, expected: int, why: str) -> None:
        self._unify(self.of[node], expected, node, why)

    def _fail(self, message: str) -> NoReturn:
        raise LanguageError(ErrorCode.TYPE, message)

    # --- names ---

    def _slot(self, name: str) -> int:
        self.slot_variables.append(self._fresh(None))
        self.slot_names.append(name)
        return len(self.slot_names) - 1

    def _resolve(self, node: ast.Name | ast.Index | ast.Store) -> int:
        """The type variable of a name that is read or stored into."""
        slot = self.scope.get(node.name)
        if slot is None:
            self._fail(f"the variable '{node.name}' is not known here")
        self.slots[node] = slot
        return self.slot_variables[slot]

    # --- the walk ---

    def _visit(self, node: ast.Node) -> list[ast.Node | _Enter]:
        """What there is to do for a node, in order."""
        leave = _Enter("exit", node)
        match node:
            case ast.Number():
                self.of[node] = self.number
            case ast.Binary():
                return [node.left, node.right, leave]
            case ast.Truth():
                self.of[node] = self.truth
            case ast.Name():
                self.of[node] = self._resolve(node)
            case ast.Loop():
                body: list[ast.Node | _Enter] = [] if node.body is None else [node.body]
                return [node.lower, node.upper, _Enter("loop", node), *body, _Enter("unloop", node), leave]
            case ast.Index():
                self._unify(self._resolve(node), self.array, node, "only arrays have elements")
                return [node.index, leave]
            case ast.Store():
                self._unify(self._resolve(node), self.array, node, "only arrays have elements")
                return [node.index, node.value, leave]
            case ast.Define():
                return [_Enter("body", node), node.body, leave]
            case ast.While():
                return [node.condition, leave, _Enter("open", node), *node.body, _Enter("close", node)]
            case _:
                return [*ast.children(node), leave]
        return []

    def _do(self, task: _Enter) -> None:
        node = task.node
        match task.what:
            case "open":
                self.introduced.append([])
            case "close":
                for name in self.introduced.pop():
                    del self.scope[name]
            case "loop":
                assert isinstance(node, ast.Loop)
                self.hidden.append(self.scope.get(node.variable))
                slot = self._slot(node.variable)
                self._unify(self.slot_variables[slot], self.number, node, "a loop counts")
                self.slots[node] = slot
                self.scope[node.variable] = slot
            case "unloop":
                assert isinstance(node, ast.Loop)
                before = self.hidden.pop()
                if before is None:
                    del self.scope[node.variable]
                else:
                    self.scope[node.variable] = before
            case "body":
                assert isinstance(node, ast.Define)
                self.outer = self.scope
                self.scope = dict(zip(node.parameters, self.parameters[node.name], strict=True))
            case _:
                self._leave(node)

    def _leave(self, node: ast.Node) -> None:
        """The rule of a node whose parts are typed."""
        match node:
            case ast.Unary() | ast.Binary():
                self._operator(node)
            case ast.If():
                self._is(node.condition, self.truth, "a condition is a truth value")
                self._is(node.else_value, self.of[node.then_value], "both branches of an 'if' have one type")
                self.of[node] = self.of[node.then_value]
            case ast.Call():
                self._call(node)
            case ast.BuiltinCall():
                self._builtin(node)
            case ast.ArrayLiteral():
                for element in node.elements:
                    self._is(element, self.number, "an array holds numbers")
                self.of[node] = self.array
            case ast.Loop():
                self._is(node.lower, self.number, "a loop's bounds are numbers")
                self._is(node.upper, self.number, "a loop's bounds are numbers")
                if node.body is not None:
                    self._is(node.body, self.number, "a loop's body is a number")
                self.of[node] = self.number
            case ast.Index():
                self._is(node.index, self.number, "an index is a number")
                self.of[node] = self.number
            case ast.Store():
                self._is(node.index, self.number, "an index is a number")
                self._is(node.value, self.number, "an array holds numbers")
            case ast.While():
                self._is(node.condition, self.truth, "a condition is a truth value")
            case ast.Bind():
                self._bind(node)
            case ast.Define():
                self._is(node.body, self.results[node.name], "a function has one type")
                self.scope = self.outer
            case _:
                raise TypeError(f"{type(node).__name__} has no rule")

    def _bind(self, node: ast.Bind) -> None:
        slot = self.scope.get(node.name)
        if slot is None:
            slot = self._slot(node.name)
            self.scope[node.name] = slot
            self.introduced[-1].append(node.name)
        self.slots[node] = slot
        self._is(node.value, self.slot_variables[slot], f"the variable '{node.name}' keeps its first type")

    def _operator(self, node: ast.Unary | ast.Binary) -> None:
        row = OPERATORS[node.operation]
        self.of[node] = self.truth if row.gives is Type.TRUTH else self.number
        if row.takes is None:
            assert isinstance(node, ast.Binary)
            self._is(node.right, self.of[node.left], "both sides of a comparison have one type")
            self.compared.append((node, self.of[node.left]))
            return
        kind = self.truth if row.takes is Type.TRUTH else self.number
        why = _WHY[node.operation]
        for part in (node.operand,) if isinstance(node, ast.Unary) else (node.left, node.right):
            self._is(part, kind, why)

    def _call(self, node: ast.Call) -> None:
        slots = self.parameters.get(node.function)
        if slots is None:
            self._fail(f"the function '{node.function}' is not known")
        if len(slots) != len(node.arguments):
            self._fail(f"'{node.function}' takes {_count(len(slots))}, found {len(node.arguments)}")
        for slot, argument in zip(slots, node.arguments, strict=True):
            why = f"the parameter '{self.slot_names[slot]}' of '{node.function}' has one type"
            self._is(argument, self.slot_variables[slot], why)
        self.of[node] = self.results[node.function]

    def _builtin(self, node: ast.BuiltinCall) -> None:
        row, count = BUILTINS[node.builtin], len(node.arguments)
        if row.arity not in (None, count):
            self._fail(f"'{node.builtin}' takes {_count(row.arity)}, found {count}")
        self.of[node] = self.number
        if row.arity is None and count == 1:
            self.folded.append((node, self.of[node.arguments[0]]))
            return
        kind = self.array if row.takes is Type.ARRAY else self.number
        for argument in node.arguments:
            self._is(argument, kind, f"'{node.builtin}' takes no other")


def _count(count: int) -> str:
    return "1 argument" if count == 1 else f"{count} arguments"


def _short(node: ast.Node) -> str:
    text = print_node(node)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}...'"
