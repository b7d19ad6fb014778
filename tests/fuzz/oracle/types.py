"""The types of a line by unification: every expression is a number, a truth value or an array of numbers."""

from __future__ import annotations

from fuzz.oracle.read import Fault

NUMBER, TRUTH, ARRAY = "number", "truth", "array"

ARITIES = {
    "abs": 1,
    "floor": 1,
    "sqrt": 1,
    "f32": 1,
    "len": 1,
    "sum": 1,
    "product": 1,
    "gcd": 2,
    "pow": 2,
    "count": 2,
    "min": None,
    "max": None,
}
OF_ARRAYS = frozenset(("len", "sum", "product"))


class Unknown:
    """A type that is not known yet, or what it turned out to be."""

    __slots__ = ("known",)

    def __init__(self):
        self.known = None


def found(kind):
    """A type as far as it is known."""
    while isinstance(kind, Unknown) and kind.known is not None:
        kind = kind.known
    return kind


def same(first, second):
    """Makes two types one. Raises Fault: TYPE."""
    first, second = found(first), found(second)
    if first is second:
        return
    if isinstance(first, Unknown):
        first.known = second
    elif isinstance(second, Unknown):
        second.known = first
    elif first != second:
        raise Fault("TYPE")


def check(line):
    """The types of one line, as far as running it needs them: the set of ids of nodes that are arrays.

    Raises Fault: TYPE.
    """
    checker = _Checker()
    checker.line(line)
    return checker.arrays()


class _Checker:
    def __init__(self):
        self.functions = {}
        self.compared = []
        self.folded = []

    def line(self, line):
        statements, value, suffix = line
        for statement in statements:
            if statement[0] == "define":
                _, name, parameters, _ = statement
                if name in ARITIES or name in self.functions or len(set(parameters)) < len(parameters):
                    raise Fault("TYPE")
                self.functions[name] = ([Unknown() for _ in parameters], Unknown())
        names = {}
        for statement in statements:
            self.statement(statement, names)
        kind = self.value(value, names)
        if suffix:
            same(kind, NUMBER if suffix == "=" else TRUTH)
        for compared in self.compared:
            if found(compared) == ARRAY:
                raise Fault("TYPE")
        for _, folded in self.folded:
            if isinstance(found(folded), Unknown):
                same(folded, NUMBER)
            if found(folded) == TRUTH:
                raise Fault("TYPE")
        if found(kind) == ARRAY:
            raise Fault("TYPE")

    def arrays(self):
        """The folds whose one operand is an array."""
        return {id(node) for node, kind in self.folded if found(kind) == ARRAY}

    def statement(self, node, names):
        match node:
            case ("bind", name, value):
                kind = self.value(value, names)
                same(names.setdefault(name, kind), kind)
            case ("define", name, parameters, body):
                kinds, result = self.functions[name]
                same(self.value(body, dict(zip(parameters, kinds, strict=True))), result)
            case ("store", name, index, value):
                same(self.known(name, names), ARRAY)
                same(self.value(index, names), NUMBER)
                same(self.value(value, names), NUMBER)
            case ("while", test, body):
                same(self.value(test, names), TRUTH)
                inner = dict(names)
                for statement in body:
                    self.statement(statement, inner)

    def known(self, name, names):
        if name not in names:
            raise Fault("TYPE")
        return names[name]

    def all(self, nodes, kind, names):
        for node in nodes:
            same(self.value(node, names), kind)

    def value(self, node, names):
        match node:
            case ("number", _):
                return NUMBER
            case ("truth", _):
                return TRUTH
            case ("name", name):
                return self.known(name, names)
            case ("array", parts):
                self.all(parts, NUMBER, names)
                return ARRAY
            case ("index", name, index):
                same(self.known(name, names), ARRAY)
                self.all([index], NUMBER, names)
                return NUMBER
            case ("or" | "and", parts):
                self.all(parts, TRUTH, names)
                return TRUTH
            case ("not", _, part):
                self.all([part], TRUTH, names)
                return TRUTH
            case ("compare", sign, left, right):
                return self.compare(sign, left, right, names)
            case ("chain", first, rest):
                self.all([first, *[part for _, part in rest]], NUMBER, names)
                return NUMBER
            case ("minus", _, part):
                self.all([part], NUMBER, names)
                return NUMBER
            case ("power", parts):
                self.all([part for _, part in parts], NUMBER, names)
                return NUMBER
            case ("if", test, yes, no):
                self.all([test], TRUTH, names)
                kind = self.value(yes, names)
                same(kind, self.value(no, names))
                return kind
            case ("loop", _, variable, lower, upper, _, body):
                self.all([lower, upper], NUMBER, names)
                if body is not None:
                    self.all([body], NUMBER, {**names, variable: NUMBER})
                return NUMBER
            case ("call", name, arguments):
                return self.call(node, name, arguments, names)

    def compare(self, sign, left, right, names):
        first, second = self.value(left, names), self.value(right, names)
        same(first, second)
        if sign in ("==", "!="):
            self.compared.append(first)
        else:
            same(first, NUMBER)
        return TRUTH

    def call(self, node, name, arguments, names):
        kinds = [self.value(argument, names) for argument in arguments]
        if name in self.functions:
            parameters, result = self.functions[name]
            if len(parameters) != len(kinds):
                raise Fault("TYPE")
            for parameter, kind in zip(parameters, kinds, strict=True):
                same(parameter, kind)
            return result
        if name not in ARITIES or ARITIES[name] not in (None, len(kinds)):
            raise Fault("TYPE")
        if name in ("min", "max") and len(kinds) == 1:
            self.folded.append((node, kinds[0]))
        else:
            for kind in kinds:
                same(kind, ARRAY if name in OF_ARRAYS else NUMBER)
        return NUMBER
