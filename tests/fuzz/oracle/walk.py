"""The meaning of a text, by walking its tree: exact numbers, every step checked, and a step counted for each iteration.

A number is an ``int``, a ``Fraction`` that is not whole, or a ``float``: only a square root that is not exact is a
float, and arithmetic with one is arithmetic of floats. Single precision is exact too: rationals, rounded to 24 bits.
"""

from __future__ import annotations

import math
import operator
import sys
from fractions import Fraction

from fuzz.oracle.read import Fault, read
from fuzz.oracle.types import check

LOWEST, END = -(2**63), 2**63
TINY = Fraction(1, 10**300)
MOST_CALLS, MOST_ELEMENTS, MOST_BITS = 1000, 2**23, 4096

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class TooLong(Exception):
    """The program runs longer than the oracle wants to walk; nothing is known of its value."""


def answer(text, patience=20_000, fuel=10**8):
    """What a text comes to: its value and None, or None and an error's code.

    A line may take so much ``fuel``; past so many steps of ``patience`` TooLong is raised.
    A value is an int, a Fraction, a float, a bool or a list of numbers.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 1_000_000))  # calls between Python functions take no C stack
    try:
        lines = read(text)
        arrays = [check(line) for line in lines]
        value = None
        for line, folds in zip(lines, arrays, strict=True):
            value = _Walk(folds, patience, fuel).line(line)
        return value, None
    except Fault as fault:
        return None, fault.code
    finally:
        sys.setrecursionlimit(before)


def settle(value):
    """A number that was computed: inside the range, not too long, not too near to 0."""
    if isinstance(value, float):
        if not LOWEST <= value < END:
            raise Fault("OVERFLOW")
        if value and abs(value) < 1e-300:
            raise Fault("INEXACT")
        return value + 0.0
    if not LOWEST <= value < END:
        raise Fault("OVERFLOW")
    if value.denominator == 1:
        return int(value)
    longest = max(value.numerator.bit_length(), value.denominator.bit_length())
    if longest > 900 and (longest > MOST_BITS or abs(value) < TINY):
        raise Fault("INEXACT")
    return value


def single(value):
    """A number rounded to 24 bits, half to even, the exponent no lower than f32's."""
    value = Fraction(value)
    if value == 0:
        return 0
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if Fraction(2) ** exponent > size:
        exponent -= 1
    unit = Fraction(2) ** max(exponent - 23, -149)
    rounded = round(value / unit) * unit  # Python rounds a Fraction half to even
    if not LOWEST <= rounded < END:
        raise Fault("OVERFLOW")
    return int(rounded) if rounded.denominator == 1 else rounded


def whole(value):
    """A number where a whole one is needed. Raises Fault: DOMAIN."""
    if value != math.floor(value):
        raise Fault("DOMAIN")
    return int(value)


def raised(base, exponent, inside):
    """``base ^ exponent``; of what is too long to write down, as much as decides what becomes of it."""
    exponent = whole(exponent)
    if base == 0:
        if exponent < 0:
            raise Fault("DIV_BY_ZERO")
        return base if exponent else 1
    if isinstance(base, float):
        try:
            power = base**exponent
        except OverflowError:
            raise Fault("OVERFLOW") from None
        if power == 0:
            raise Fault("INEXACT")
        return power
    if abs(base) == 1:
        return base if exponent % 2 else 1
    if max(abs(base.numerator), base.denominator).bit_length() * abs(exponent) <= 40_000:
        return Fraction(base) ** exponent
    mantissa, size = leading(Fraction(base) ** (1 if exponent > 0 else -1), abs(exponent))
    if size + mantissa.bit_length() > 64:
        raise Fault("OVERFLOW")
    if not inside:
        near = Fraction(mantissa) * Fraction(2) ** max(size, -5000)
        raise Fault("INEXACT" if LOWEST <= near < END else "OVERFLOW")
    return mantissa * Fraction(2) ** max(size, -5000)


def leading(base, exponent, bits=320):
    """The leading bits of a power and the power of two that they are to be multiplied by, by squaring."""
    result, square = (1, 0), (base.numerator * 2 ** (2 * bits) // base.denominator, -2 * bits)
    while exponent:
        if exponent % 2:
            result = cut(result[0] * square[0], result[1] + square[1], bits)
        square = cut(square[0] * square[0], 2 * square[1], bits)
        exponent //= 2
    return result


def cut(mantissa, size, bits):
    """A long mantissa without its last bits."""
    more = max(0, abs(mantissa).bit_length() - bits)
    return (mantissa >> more if mantissa >= 0 else -(-mantissa >> more)), size + more


def floored(left, right):
    """The floor of an exact quotient, of floats too."""
    return math.floor(Fraction(left) / Fraction(right))


def calculate(sign, left, right):
    """One operation of a chain, its result not yet checked."""
    if sign in ("/", "//", "%") and right == 0:
        raise Fault("DIV_BY_ZERO")
    if isinstance(left, float) or isinstance(right, float):
        return floating(sign, left, right)
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if sign == "/":
        return Fraction(left) / right
    quotient = left // right
    return quotient if sign == "//" else left - right * quotient


def floating(sign, left, right):
    """The same where one of two numbers is a float."""
    if sign == "//":
        return float(floored(float(left), float(right)))
    if sign == "%":
        first, second = Fraction(float(left)), Fraction(float(right))
        return float(first - second * (first // second))
    first, second = float(left), float(right)
    result = {"+": first + second, "-": first - second, "*": first * second, "/": second and first / second}[sign]
    if sign in "*/" and result == 0 and first != 0 and second != 0:
        raise Fault("INEXACT")
    return result


def compared(sign, left, right):
    """A comparison; of floats where one is a float."""
    if isinstance(left, float) or isinstance(right, float):
        return COMPARE[sign](float(left), float(right))
    return COMPARE[sign](left, right)


class _Walk:
    """One line being run. ``inside`` everywhere says whether this is inside ``f32``."""

    def __init__(self, folds, patience, fuel):
        self.folds = folds
        self.patience = patience
        self.fuel = fuel
        self.functions = {}
        self.steps = self.calls = self.elements = 0
        self.kinds = {
            "number": self.number,
            "truth": self.truth,
            "name": self.name,
            "array": self.array,
            "index": self.index,
            "or": self.either,
            "and": self.both,
            "not": self.negated,
            "compare": self.compare,
            "chain": self.chain,
            "minus": self.minus,
            "power": self.power,
            "if": self.branch,
            "loop": self.loop,
            "call": self.call,
        }

    def line(self, line):
        statements, value, _ = line
        self.functions = {part[1]: part[2:] for part in statements if part[0] == "define"}
        names = {}
        self.run(statements, names)
        return self.value(value, names, False)

    def value(self, node, names, inside):
        return self.kinds[node[0]](node, names, inside)

    def spend(self, steps=1):
        """Iterations and calls."""
        self.steps += steps
        if self.steps > self.fuel:
            raise Fault("FUEL")
        if steps == 1 and self.steps > self.patience:
            raise TooLong

    # --- statements ---

    def run(self, statements, names):
        for node in statements:
            if node[0] == "bind":
                names[node[1]] = self.value(node[2], names, False)
            elif node[0] == "store":
                array = names[node[1]]
                place = self.place(array, self.value(node[2], names, False))
                array[place] = self.value(node[3], names, False)
            elif node[0] == "while":
                while self.value(node[1], names, False):
                    self.spend()
                    self.run(node[2], names)

    def place(self, array, index):
        index = whole(index)
        if not 0 <= index < len(array):
            raise Fault("OUT_OF_BOUNDS")
        return index

    # --- expressions ---

    def rounded(self, value, inside):
        """A computed number as the language keeps it."""
        return single(value) if inside else settle(value)

    def number(self, node, _, inside):
        return self.rounded(node[1], inside)

    def truth(self, node, *_):
        return node[1]

    def name(self, node, names, inside):
        value = names[node[1]]
        return single(value) if inside and not isinstance(value, bool | list) else value

    def array(self, node, names, inside):
        values = [self.value(part, names, inside) for part in node[1]]
        self.elements += len(values)
        if self.elements > MOST_ELEMENTS:
            raise Fault("MEMORY")
        return values

    def index(self, node, names, inside):
        array = names[node[1]]
        element = array[self.place(array, self.value(node[2], names, inside))]
        return single(element) if inside else element

    def either(self, node, names, inside):
        result = False
        for part in node[1]:  # any() would take a C stack for each level
            result = result or self.value(part, names, inside)
        return result

    def both(self, node, names, inside):
        result = True
        for part in node[1]:
            result = result and self.value(part, names, inside)
        return result

    def negated(self, node, names, inside):
        return self.value(node[2], names, inside) != (node[1] % 2 == 1)

    def compare(self, node, names, inside):
        left = self.value(node[2], names, inside)
        return compared(node[1], left, self.value(node[3], names, inside))

    def chain(self, node, names, inside):
        result = self.value(node[1], names, inside)
        for sign, part in node[2]:
            result = self.rounded(calculate(sign, result, self.value(part, names, inside)), inside)
        return result

    def minus(self, node, names, inside):
        result = self.value(node[2], names, inside)
        for _ in range(node[1]):
            result = self.rounded(-result, inside)
        return result

    def power(self, node, names, inside):
        values = [self.value(part, names, inside) for _, part in node[1]]
        result = values.pop()
        for times, _ in reversed(node[1]):
            for _ in range(times):
                result = self.rounded(-result, inside)
            if values:
                result = self.rounded(raised(values.pop(), result, inside), inside)
        return result

    def branch(self, node, names, inside):
        return self.value(node[2] if self.value(node[1], names, inside) else node[3], names, inside)

    def loop(self, node, names, inside):
        _, word, variable, lower, upper, step, body = node
        bounds = [self.value(lower, names, inside), self.value(upper, names, inside)]
        at, last = whole(bounds[0]), whole(bounds[1])
        names = dict(names)
        sign, result = ("+", 0) if word == "sum" else ("*", 1)
        while at <= last if step > 0 else at >= last:
            self.spend()
            names[variable] = at
            value = self.value(body or ("name", variable), names, inside)
            result = self.rounded(calculate(sign, result, value), inside)
            at += step
        return result

    def call(self, node, names, inside):
        _, name, arguments = node
        if name == "f32":
            return self.value(arguments[0], names, True)
        values = [self.value(argument, names, inside) for argument in arguments]
        if name in self.functions:
            return self.called(name, values, inside)
        if name == "count":
            first, last = whole(values[0]), whole(values[1])
            self.spend(abs(first - last))
            return last
        return self.rounded(self.builtin(node, name, values, inside), inside)

    def called(self, name, values, inside):
        parameters, body = self.functions[name]
        self.spend()
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise Fault("STACK")
        result = self.value(body, dict(zip(parameters, values, strict=True)), inside)
        self.calls -= 1
        return result

    def builtin(self, node, name, values, inside):
        match name:
            case "min" | "max":
                return self.extreme(name, values[0] if id(node) in self.folds else values, inside)
            case "abs":
                return abs(values[0])
            case "floor":
                return math.floor(values[0])
            case "sqrt":
                return root(values[0])
            case "gcd":
                return math.gcd(whole(values[0]), whole(values[1]))
            case "pow":
                return raised(*values, inside)
            case "len":
                return len(values[0])
            case "sum" | "product":
                sign, result = ("+", 0) if name == "sum" else ("*", 1)
                for element in values[0]:
                    element = single(element) if inside else element
                    result = self.rounded(calculate(sign, result, element), inside)
                return result

    def extreme(self, name, values, inside):
        if not values:
            raise Fault("DOMAIN")
        best = values[0]
        for value in values:
            if compared("<" if name == "min" else ">", value, best):
                best = value
        return best


def root(value):
    """The square root: exact where there is one, else the nearest f64."""
    if value < 0:
        raise Fault("DOMAIN")
    if isinstance(value, float):
        return math.sqrt(value)
    above, below = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if above**2 == value.numerator and below**2 == value.denominator:
        return Fraction(above, below)
    return math.sqrt(value)
