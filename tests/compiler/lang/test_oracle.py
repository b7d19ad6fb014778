"""A second, independent reading of the printed text: Python's own parser and ``fractions.Fraction``.

The text is rewritten to Python where the two differ in signs only (``^``, ``true``), parsed by Python's ``ast``, and
evaluated by a small walk of its own. It knows nothing of the project's parser, types, exact numbers or translation.
"""

from __future__ import annotations

import ast
import math
import operator
import random
import re
from dataclasses import replace
from fractions import Fraction

import pytest

from irmill.compiler.lang.generate import generate_program
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import CORPUS
from irmill.compiler.lang.types import check_types

PROFILE = replace(CORPUS, branches=False, whiles=False, functions=False, depth=5, careful=False, largest=60)


class Fault(Exception):
    """The oracle's error."""


def checked(value):
    if isinstance(value, Fraction) and not -(2**63) <= value < 2**63:
        raise Fault("OVERFLOW")
    return value


def whole(value):
    if value.denominator != 1:
        raise Fault("DOMAIN")
    return value.numerator


def power(base, exponent):
    if whole(exponent) < 0 and base == 0:
        raise Fault("DIV_BY_ZERO")
    if abs(exponent) > 500:
        raise Fault("too long")
    return base ** whole(exponent)


def root(value):
    if value < 0:
        raise Fault("DOMAIN")
    parts = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if Fraction(*parts) ** 2 != value:
        raise Fault("real")
    return Fraction(*parts)


def divided(function):
    def safe(left, right):
        if right == 0:
            raise Fault("DIV_BY_ZERO")
        return function(left, right)

    return safe


OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: divided(operator.truediv),
    ast.FloorDiv: divided(lambda left, right: Fraction(math.floor(left / right))),
    ast.Mod: divided(lambda left, right: left - right * math.floor(left / right)),
    ast.Pow: power,
}
TESTS = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def folded(values, function, start):
    result = start
    for value in values:
        result = checked(function(result, value))
    return result


def extreme(function):
    def of(*values):
        numbers = values[0] if len(values) == 1 and isinstance(values[0], list) else values
        if not numbers:
            raise Fault("DOMAIN")
        return function(numbers)

    return of


FUNCTIONS = {
    "min": extreme(min),
    "max": extreme(max),
    "abs": abs,
    "floor": lambda value: Fraction(math.floor(value)),
    "sqrt": root,
    "gcd": lambda left, right: Fraction(math.gcd(whole(left), whole(right))),
    "pow": power,
    "len": lambda values: Fraction(len(values)),
    "sum": lambda values: folded(values, operator.add, Fraction(0)),
    "product": lambda values: folded(values, operator.mul, Fraction(1)),
    "count": lambda first, last: (whole(first), Fraction(whole(last)))[1],
}


class Evaluator:
    def __init__(self):
        self.names = {"true": True, "false": False}

    def line(self, text):
        text = re.sub(r"( = | is )$", "", text)
        text = re.sub(r"\bby (-?\d+)", r"if 'by' else \1", text.replace("^", "**"))
        tree = ast.parse(re.sub(r"(?<![A-Za-z_\d.])(\d+(?:\.\d+)?)", r"'\1'", text).strip())
        for statement in tree.body[:-1]:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                self.names[target.id] = self.value(statement.value)
            else:
                place = self.place(target)
                self.names[target.value.id][place] = self.value(statement.value)
        return self.value(tree.body[-1].value)

    def place(self, node):
        array = self.names[node.value.id]
        place = whole(self.value(node.slice))
        if not 0 <= place < len(array):
            raise Fault("OUT_OF_BOUNDS")
        return place

    def value(self, node):
        return checked(self.unchecked(node))

    def unchecked(self, node):
        match node:
            case ast.Constant():
                return Fraction(node.value)
            case ast.Name():
                return self.names[node.id]
            case ast.List():
                return [self.value(part) for part in node.elts]
            case ast.Subscript():
                return self.names[node.value.id][self.place(node)]
            case ast.UnaryOp():
                value = self.value(node.operand)
                return not value if isinstance(node.op, ast.Not) else -value
            case ast.BinOp():
                left, right = self.value(node.left), self.value(node.right)
                return OPERATORS[type(node.op)](left, right)
            case ast.Compare():
                assert len(node.ops) == 1
                left, right = self.value(node.left), self.value(node.comparators[0])
                return TESTS[type(node.ops[0])](left, right)
            case ast.BoolOp():
                stop = isinstance(node.op, ast.Or)
                return stop if any(self.value(part) is stop for part in node.values) else not stop
            case ast.Call() if node.func.id in ("sum", "product") and len(node.args) > 1:
                return self.loop(node)
            case ast.Call():
                return FUNCTIONS[node.func.id](*[self.value(part) for part in node.args])

    def loop(self, node):
        variable, low, high, *body = node.args
        step = 1
        if isinstance(high, ast.IfExp):
            high, step = high.body, int(ast.unparse(high.orelse).replace("'", ""))
        low, high = self.value(low), self.value(high)
        low, high = whole(low), whole(high)
        add = node.func.id == "sum"
        result = Fraction(0 if add else 1)
        before = self.names.get(variable.id)
        while low <= high if step > 0 else low >= high:
            self.names[variable.id] = Fraction(low)
            value = self.value(body[0]) if body else Fraction(low)
            result = checked(result + value if add else result * value)
            low += step
        if before is not None:
            self.names[variable.id] = before
        return result


def reading(text):
    """The oracle's value and error."""
    try:
        return Evaluator().line(text), None
    except Fault as fault:
        return None, str(fault)


@pytest.mark.parametrize("seed", range(12))
def test_both_readings_agree(seed):
    compared = faults = 0
    for place in range(60):
        program = generate_program(random.Random(f"oracle:{seed}:{place}"), PROFILE)
        text = print_program(program)
        outcome = interpret(check_types(parse_text(text)), Budget(fuel=20_000))
        if outcome.error in ("INEXACT", "FUEL"):
            continue
        value, error = reading(text)
        if error in ("real", "too long"):
            continue
        assert (outcome.value, outcome.error) == (value, error), text
        compared += error is None
        faults += error is not None
    assert compared > 10
    assert faults > 0
