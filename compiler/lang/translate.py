"""A typed line as Python source: what the reference interpreter runs.

A tree walk would need a Python call for each node, and a stack as deep as the program. Here each operation becomes a
statement over numbered temporaries, so that a chain of any length is flat; what nests (branches, loops) is moved into
a function of its own before Python's limits on nesting are reached. Arithmetic that is proved whole and that may run
often is written in place, the rest calls :mod:`compiler.lang.exact`. Nothing is folded or left out: each operation
that the language says is executed is executed and checked, but for loops over linear bodies
(:mod:`compiler.lang.series`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from irmill.compiler.lang import ast, exact, ops
from irmill.compiler.lang.python_writer import PythonWriter, Translation
from irmill.compiler.lang.series import is_bare, linear_parts
from irmill.compiler.lang.trampoline import Task, trampoline
from irmill.compiler.lang.types import TypedLine
from irmill.compiler.lang.whole import whole_nodes

_DEEPEST: Final = 14
"""How far Python's blocks may nest: it allows 20 loops and 100 levels of indentation."""

_CALL: Final = 8
_SINGLE_CALL: Final = 20
_SERIES: Final = 60
"""What a call of a function of exact numbers, of one in single precision, and of a series takes, in steps: about as
much time as so many statements on whole numbers."""

_RANGE: Final = f"{exact.LOWEST} <= {{0}} <= {exact.HIGHEST}"
_DIVISIONS: Final = frozenset({ops.Operation.FLOOR_DIVIDE, ops.Operation.MODULO})


def translate(line: TypedLine, places: Mapping[ast.Node, int] | None) -> Translation:
    """Translate a line; with ``places``, the last value of each operation node is kept in ``record[places[node]]``."""
    return _Translator(line, places).translate()


class _Translator(PythonWriter):
    """The translation of one line."""

    def __init__(self, line: TypedLine, places: Mapping[ast.Node, int] | None) -> None:
        super().__init__()
        self.line = line
        self.places = places
        self.whole = whole_nodes(line)
        self.outlines = 0
        self.deepest_outline = 0
        self.bound: set[int] = set()
        self.names = {name: place for place, name in enumerate(line.functions)}
        self.wanted: list[tuple[str, bool]] = []

    def translate(self) -> Translation:
        """The whole line."""
        trampoline(self._main())
        done: set[tuple[str, bool]] = set()
        while self.wanted:
            function = self.wanted.pop()
            if function not in done:
                done.add(function)
                trampoline(self._function(*function))
        body = "\n".join(f" {text}" for text in self.functions)
        source = f"def build(fuel, steps):\n calls = elements = 0\n{body}\n return main, lambda: steps\n"
        return Translation(source, self.constants, 1 + self.deepest_outline)

    def _note(self, node: ast.Node, code: str) -> str:
        """Keep the value of an operation node, if asked to."""
        if self.places is None:
            return code
        if " " in code:
            code = self.temp(code, 0)
        copied = f"{code}[:]" if self._type(node) is ops.Type.ARRAY else code
        self.put(f"record[{self.places[node]}] = {copied}", 0)
        return code

    def _type(self, node: ast.Node) -> ops.Type | None:
        return None if isinstance(node, ast.Stmt) else self.line.types.get(node)  # pyright: ignore[reportArgumentType]

    def _used_slots(self, node: ast.Node) -> tuple[set[int], set[int]]:
        """The slots that are used below a node and come from outside its loops, and those that it binds."""
        used: set[int] = set()
        looped: set[int] = set()
        binds: set[int] = set()
        for part in ast.post_order(node):
            if isinstance(part, ast.Loop):
                looped.add(self.line.slots[part])
            elif part in self.line.slots:
                used.add(self.line.slots[part])
                if isinstance(part, ast.Bind):
                    binds.add(self.line.slots[part])
        return used - looped, binds

    # --- functions and statements ---

    def _main(self) -> Task:
        saved = self.begin("def main():")
        for statement in self.line.line.statements:
            if not isinstance(statement, ast.Define):
                yield self._statement(statement)
        value = yield self._value(self.line.line.value, False)
        self.finish(saved, value)

    def _function(self, name: str, single: bool) -> Task:
        parameters = ", ".join(f"v{slot}" for slot in self.line.parameter_slots[name])
        saved = self.begin(f"def {self._function_name(name, single)}({parameters}):")
        self.hot = 0
        self.enter()
        self.put("calls += 1")
        self.put("if calls > most_calls: too_deep()")
        value = yield self._value(self.line.definitions[name].body, single)
        if " " in value:
            value = self.temp(value)
        self.put("calls -= 1")
        self.leave()
        self.finish(saved, value)

    def _function_name(self, name: str, single: bool) -> str:
        return f"{'s' if single else 'f'}{self.names[name]}"

    def _statement(self, node: ast.Stmt) -> Task:
        match node:
            case ast.Bind():
                value = yield self._value(node.value, False)
                slot = self.line.slots[node]
                self.put(f"v{slot} = {value}")
                self.bound.add(slot)
            case ast.Store():
                array = f"v{self.line.slots[node]}"
                index = yield self._checked_index(node.index, array, False)
                value = yield self._value(node.value, False)
                self.put(f"{array}[{index}] = {value}")
                self._note(node, value)
            case ast.While():
                if self.level >= _DEEPEST:
                    yield self._outlined_while(node)
                else:
                    yield self._while(node)
            case ast.Define():
                raise TypeError("functions are no statements of a body")

    def _while(self, node: ast.While) -> Task:
        self.put("while True:")
        self.level += 1
        self.hot += 1
        before = self.work[-1]
        condition = yield self._value(node.condition, False)
        self.put(f"if not ({condition}): break")
        of_condition = self.work[-1] - before
        self.enter()
        self.work[-1] += of_condition
        for statement in node.body:
            yield self._statement(statement)
        self.leave()
        self.level -= 1
        self.hot -= 1
        self._note(node, "False")

    def _outlined_while(self, node: ast.While) -> Task:
        used, binds = self._used_slots(node)
        outer = set(self.bound)
        given = ", ".join(f"v{slot}" for slot in sorted(used & outer))
        kept = "".join(f"v{slot}, " for slot in sorted(binds & outer))
        self.count += 1
        name = f"o{self.count}"
        saved = self.begin(f"def {name}({given}):")
        self.hot = saved[2]
        yield self._while(node)
        self.finish(saved, f"({kept})" if kept else "None")
        self.put(f"{kept}= {name}({given})" if kept else f"{name}({given})")

    # --- expressions ---

    def _value(self, node: ast.Expr, single: bool) -> Task:
        """The Python of a value: a name, a literal, or a test that is computed where it is used, once."""
        match node:
            case ast.Number():
                return self._literal(node, single)
            case ast.Truth():
                return "True" if node.value else "False"
            case ast.Name():
                name = f"v{self.line.slots[node]}"
                if single and self.line.types[node] is ops.Type.NUMBER:
                    return self.temp(f"single({name})")
                return name
            case ast.Index():
                array = f"v{self.line.slots[node]}"
                index = yield self._checked_index(node.index, array, single)
                element = f"{array}[{index}]"
                return self._note(node, self.temp(f"single({element})" if single else element))
            case ast.ArrayLiteral():
                elements: list[str] = yield self._all(node.elements, single)
                self.put(f"elements = take(elements, {len(elements)})")
                return self.temp(f"[{', '.join(elements)}]")
            case ast.Unary():
                return (yield self._unary(node, single))
            case ast.Call():
                arguments: list[str] = yield self._all(node.arguments, single)
                self.wanted.append((node.function, single))
                name = self._function_name(node.function, single)
                return self._note(node, self.temp(f"{name}({', '.join(arguments)})"))
            case ast.BuiltinCall():
                return (yield self._builtin(node, single))
            case ast.Binary() if node.operation not in ops.LOGIC:
                return (yield self._binary(node, single))
            case ast.Binary() | ast.If() | ast.Loop():
                if self.level >= _DEEPEST:
                    return (yield self._outlined(node, single))
                return (yield self._branching(node, single))

    def _branching(self, node: ast.Binary | ast.If | ast.Loop, single: bool) -> Task:
        if isinstance(node, ast.If):
            return self._if(node, single)
        if isinstance(node, ast.Loop):
            return self._loop(node, single)
        return self._logic(node, single)

    def _all(self, nodes: tuple[ast.Expr, ...], single: bool) -> Task:
        """Values that are used together, after all were computed."""
        values: list[str] = []
        for node in nodes:
            value = yield self._value(node, single)
            values.append(self.temp(value) if " " in value else value)
        return values

    def _literal(self, node: ast.Number, single: bool) -> str:
        try:
            value = exact.single(node.value) if single else exact.settle(node.value)
        except exact.Trap as trap:
            self.put(f"stop({self.constant((trap.code, trap.message))})")
            return "0"
        return str(value) if isinstance(value, int) else self.constant(value)

    def _checked_index(self, node: ast.Expr, array: str, single: bool) -> Task:
        """An index as a whole number inside the array; inside ``f32`` it is rounded before it is checked."""
        index = yield self._value(node, single)
        if single or node not in self.whole:
            index = self.temp(f"whole({index}, 'an index')", _CALL)
        self.put(f"if not 0 <= {index} < len({array}): outside({index}, {array})")
        return index

    def _outlined(self, node: ast.Expr, single: bool) -> Task:
        """A nested part as a function of its own."""
        given = ", ".join(f"v{slot}" for slot in sorted(self._used_slots(node)[0]))
        self.count += 1
        name = f"o{self.count}"
        saved = self.begin(f"def {name}({given}):")
        self.outlines += 1
        self.deepest_outline = max(self.deepest_outline, self.outlines)
        value = yield self._value(node, single)
        self.outlines -= 1
        self.finish(saved, value)
        return self.temp(f"{name}({given})")

    def _unary(self, node: ast.Unary, single: bool) -> Task:
        operand = yield self._value(node.operand, single)
        if node.operation is ops.Operation.NOT:
            return self._note(node, self.temp(f"not ({operand})"))
        return self._note(node, self.temp(f"negate({operand})", _CALL))

    def _binary(self, node: ast.Binary, single: bool) -> Task:
        left, right = yield self._all((node.left, node.right), single)
        operation = node.operation
        if operation in ops.ARITHMETIC:
            return self._note(node, self._arithmetic(node, left, right, single))
        both = node.left in self.whole and node.right in self.whole
        if both or single or self.line.types[node.left] is ops.Type.TRUTH:
            return self._note(node, f"{left} {ops.SIGNS[operation]} {right}")
        self.work[-1] += _CALL
        return self._note(node, f"{operation}({left}, {right})")

    def _arithmetic(self, node: ast.Binary, left: str, right: str, single: bool) -> str:
        operation = node.operation
        if single:
            return self.temp(f"single_{operation}({left}, {right})", _SINGLE_CALL)
        kept = ops.OPERATORS[operation].whole is ops.Whole.KEPT and node.left in self.whole and node.right in self.whole
        if not self.hot or not kept:
            return self._sized(self.temp(f"{operation}({left}, {right})", _CALL))
        if operation in _DIVISIONS:
            self.put(f"if {right} == 0: divided_by_zero()")
        result = self.temp(f"{left} {ops.SIGNS[operation]} {right}")
        self.put(f"if not {_RANGE.format(result)}: overflow()")
        return result

    def _sized(self, number: str, times: str = "") -> str:
        """A computed number that may be a fraction: in a loop, long ones take more steps."""
        if self.hot:
            self.put(f"if {number}.__class__ is Fraction: steps -= {times}(64 + {number}.denominator.bit_length())")
        return number

    def _logic(self, node: ast.Binary, single: bool) -> Task:
        left = yield self._value(node.left, single)
        result = self.temp(left)
        self.put(f"if {result}:" if node.operation is ops.Operation.AND else f"if not {result}:")
        self.level += 1
        right = yield self._value(node.right, single)
        self.put(f"{result} = {right}")
        self.level -= 1
        return self._note(node, result)

    def _if(self, node: ast.If, single: bool) -> Task:
        condition = yield self._value(node.condition, single)
        result = self.new()
        self.put(f"if {condition}:")
        self.level += 1
        value = yield self._value(node.then_value, single)
        self.put(f"{result} = {value}")
        self.level -= 1
        self.put("else:")
        self.level += 1
        value = yield self._value(node.else_value, single)
        self.put(f"{result} = {value}")
        self.level -= 1
        return self._note(node, result)

    def _builtin(self, node: ast.BuiltinCall, single: bool) -> Task:
        builtin = node.builtin
        if builtin is ops.Builtin.F32:
            value = yield self._value(node.arguments[0], True)
            # outside it is the exact number that it is
            return value if single else self.temp(f"exactly({value})", _CALL)
        values: list[str] = yield self._all(node.arguments, single)
        if builtin is ops.Builtin.COUNT:
            result = self.new()
            self.put(f"{result}, fuel = count({', '.join(values)}, fuel)", _CALL)
            return self._note(node, self.temp(f"single({result})") if single else result)
        row = ops.BUILTINS[builtin]
        work = _SINGLE_CALL if single else _CALL
        one_array = len(values) == 1 and self.line.types[node.arguments[0]] is ops.Type.ARRAY
        if one_array and self.hot:
            self.put(f"steps -= {work} * len({values[0]})")
        times = f"len({values[0]}) * " if one_array else ""
        if row.arity is None:
            given = values[0] if one_array else f"({''.join(f'{value}, ' for value in values)})"
            work *= len(values)
            values = [f"singles({given})" if single and one_array else given]
        result = self.temp(f"{'single_' if single else ''}{row.operation}({', '.join(values)})", work)
        return self._note(node, result if single else self._sized(result, times))

    def _loop(self, node: ast.Loop, single: bool) -> Task:
        bounds: list[str] = yield self._all((node.lower, node.upper), single)
        for place, bound in enumerate((node.lower, node.upper)):
            if single or bound not in self.whole:
                bounds[place] = self.temp(f"whole({bounds[place]}, 'a bound')", _CALL)
        end = "+ 1" if node.step > 0 else "- 1"
        counters = f"range({bounds[0]}, {bounds[1]} {end}, {node.step})"
        if not single:
            series = self._series(node, counters)
            if series is not None:
                return self._note(node, series)
        operation, start = ops.FOLDS[node.operation]
        result = self.temp(f"{start}{'.0' if single else ''}")
        variable = f"v{self.line.slots[node]}"
        self.put(f"for {variable} in {counters}:")
        self.level += 1
        self.enter()
        value: str = self.temp(f"single({variable})") if single and node.body is None else variable
        if node.body is not None:
            value = yield self._value(node.body, single)
        if not single and (node.body is None or node.body in self.whole):
            self.put(f"{result} {ops.SIGNS[operation]}= {value}")
            self.put(f"if not {_RANGE.format(result)}: overflow()")
        else:
            work = _SINGLE_CALL if single else _CALL
            self.put(f"{result} = {'single_' if single else ''}{operation}({result}, {value})", work)
            if not single:
                self._sized(result)
        self.leave()
        self.level -= 1
        return self._note(node, result)

    def _series(self, node: ast.Loop, counters: str) -> str | None:
        """A loop over a linear body, decided at once; None where it has to run."""
        parts = linear_parts(node)
        if parts is None or (node.operation is ops.Operation.PRODUCT and not is_bare(node.body, node.variable)):
            return None
        result = self.new()
        if node.operation is ops.Operation.PRODUCT:
            self.put(f"{result}, fuel = product_series({counters}, fuel)", _SERIES)
            return result
        bounds = self.temp(counters)
        self.put(f"{result}, fuel = sum_series({bounds}, {self.constant(parts)}, fuel)", _SERIES * len(parts))
        if self.places is not None:
            for part in parts:
                if part.node in self.places and part.node is not node:
                    value = f"{bounds}[-1] * {part.slope} + {part.offset}"
                    self.put(f"if {bounds}: record[{self.places[part.node]}] = {value}", 0)
        return result
