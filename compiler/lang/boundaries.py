"""Random programs that live where numbers change their ways: the edges of i32, i64, f64 and f32, halves, loop bounds.

Everything comes from a seed, as in :mod:`compiler.lang.generate`: program ``i`` of a seed is the same however many are
asked for. Programs are well typed; about every third ends in an error, most often OVERFLOW or DOMAIN. Loops are short
(some hundred iterations at most), calls are fewer than the limit by little or by nothing, and no fraction gets long.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from irmill.compiler.lang import ast
from irmill.compiler.lang.parse import parse_text

_POWERS: Final = (24, 24, 31, 31, 32, 53, 53, 62, 63, 63, 63)
"""Exponents of the edges: f32 and f64 hold whole numbers up to 2^24 and 2^53, i32 and i64 end at 2^31 and 2^63."""

_ROOTS: Final = (46340, 46341, 65536, 94906265, 94906266, 3037000499, 3037000500, 4294967296)
"""Numbers whose squares lie on both sides of 2^31, 2^32, 2^53, 2^63 and 2^64."""

_TAILS: Final = ("5", "25", "125", "1", "2", "3", "7", "9", "75", "0", "01", "999", "0625")
"""What stands behind the point: halves and what else f64 holds, and tenths, which it does not."""

_COMPARISONS: Final = ("<", "<=", ">", ">=", "==", "!=")


def generate_boundaries(count: int, seed: int) -> list[ast.Program]:
    """``count`` programs; the same seed gives the same ones, whatever the count."""
    return [generate_boundary(random.Random(f"boundary:{seed}:{place}")) for place in range(count)]


def generate_boundary(source: random.Random) -> ast.Program:
    """One program from a source of randomness: a line, seldom two."""
    lines = 2 if source.random() < 0.1 else 1
    return parse_text("\n".join(_Line(source).text() for _ in range(lines)))


class _Line:
    """The maker of one line, as text: its statements are collected while its expression is made."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.statements: list[str] = []
        self.counter = ""
        self.families: tuple[Callable[[int], str], ...] = (
            self._chain,
            self._chain,
            self._division,
            self._half,
            self._power,
            self._turning,
            self._bounds,
            self._single,
            self._single,
            self._single_bounds,
            self._branch,
            self._variable,
            self._array,
            self._function,
            self._count,
            self._while,
            self._extreme,
        )

    def text(self) -> str:
        """The whole line."""
        depth = self.random.choice((0, 1, 1, 2))
        if self._chance(0.25):
            asked = f"{self.truth(depth)} is "
        else:
            asked = f"{self.number(depth)} {self.random.choice(('= ', '= ', '= ', ''))}"
        return "".join(self.statements) + asked

    def number(self, depth: int) -> str:
        """A number: an operand of any operator, as it stands."""
        if depth < 0:
            return self._edge()
        return self.random.choice(self.families)(depth - 1)

    def truth(self, depth: int) -> str:
        """A comparison, most often of two numbers that are near each other."""
        left = self.number(depth)
        right = f"({left} {self._sign('+-')} {self._small()})" if self._chance(0.4) else self.number(depth - 1)
        if self._chance(0.2):
            right = f"({self._edge()} {self._sign('+-*')} {self._small()})"
        test = f"{left} {self.random.choice(_COMPARISONS)} {right}"
        if self._chance(0.15):
            return f"({test}) {self._sign(('and', 'or'))} {self._edge()} {self.random.choice(_COMPARISONS)} 0"
        return test

    # --- what numbers are made of ---

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _sign(self, signs: str | tuple[str, ...]) -> str:
        return self.random.choice(signs)

    def _fresh(self) -> str:
        return f"v{len(self.statements)}"

    def _whole_edge(self) -> int:
        """A whole number near an edge, of either sign, seldom outside of the range."""
        kind = self.random.random()
        if kind < 0.2:
            value = self.random.choice(_ROOTS)
        elif kind < 0.35:
            value = self.random.randint(0, 12)
        else:
            value = 2 ** self.random.choice(_POWERS) + self.random.randint(-3, 2)
            if value >= 2**63 and self._chance(0.8):
                value -= 3
        return -value if self._chance(0.4) else value

    def _edge(self) -> str:
        """A literal near an edge, or the variable of the loop around."""
        if self.counter and self._chance(0.4):
            return self.counter
        value = self._whole_edge()
        if value == -(2**63):
            return "(-9223372036854775807 - 1)"
        text = f"{abs(value)}.{self.random.choice(_TAILS)}" if self._chance(0.25) else str(abs(value))
        return f"(-{text})" if value < 0 else text

    def _small(self) -> str:
        """A small number that is not 0."""
        return self.random.choice(("1", "1", "2", "3", "7", "10", "0.5", "0.25", "0.1", "1.5", "0.001"))

    def _near(self, value: int, reach: int = 2) -> str:
        """A whole number within ``reach`` of a value, as an operand."""
        near = min(value + self.random.randint(-reach, reach), 2**63 - 1)
        if near <= -(2**63):
            return "(-9223372036854775807 - 1)"
        return f"(-{-near})" if near < 0 else str(near)

    # --- families ---

    def _chain(self, depth: int) -> str:
        left, right = self.number(depth), self.number(depth - 1)
        if self._chance(0.4):
            right = self._small()
        text = f"({left} {self._sign('++--*')} {right})"
        return f"({text} {self._sign('+-*')} {self._small()})" if self._chance(0.4) else text

    def _division(self, depth: int) -> str:
        left = self.number(depth)
        right = self._small() if self._chance(0.6) else self._edge()
        if self._chance(0.3):
            right = f"(-{right})"
        operation = self._sign(("/", "/", "//", "%"))
        return f"({left} {operation} {right})" if self._chance(0.7) else f"({left} {operation} {right} * {right})"

    def _half(self, depth: int) -> str:
        """A number between two whole ones, and what makes it whole."""
        value = f"({self.number(depth)} {self._sign('+-')} {self._sign(('0.5', '0.5', '0.25', '0.1'))})"
        return self._sign((f"floor({value})", f"({value} // 1)", f"({value} * 2)", f"({value} % 1)", f"abs({value})"))

    def _power(self, depth: int) -> str:
        """Powers on both sides of the range, and of fractions."""
        base, most = self.random.choice(
            (("2", "63"), ("(-2)", "63"), ("10", "18"), ("3", "39"), ("0.5", "60"), ("1.5", "40"))
        )
        if self._chance(0.25):
            return f"{self.number(depth)} ^ {self._sign(('0', '1', '2', '2', '3', '(-1)'))}".join("()")
        exponent = self._near(int(most), 1)
        if self._chance(0.3):
            exponent = str(self.random.randint(0, 12))
        power = f"{base} ^ {exponent}" if self._chance(0.7) else f"pow({base}, {exponent})"
        return f"({power} {self._sign('+-*/')} {self._small()})" if self._chance(0.5) else f"({power})"

    def _turning(self, _: int) -> str:
        """A sum over a linear body that turns in the middle, its partial sums at the edge of i64 or i32 there."""
        reach = self.random.choice((1, 2, 3, 5, 8, 40, 200))
        end = self.random.choice((2**63, 2**63, 2**31, 2**53))
        slope = 2 * end // (reach * (reach + 1)) + self.random.randint(-2, 2)
        first, last = -reach, reach + self.random.randint(-2, 2)
        if self._chance(0.3):
            first, last = first + 1, last + reach
        step = self.random.choice(("", "", " by 1", " by 2", " by 3"))
        name = self._counter()
        term = self._sign((f"{name} * {slope}", f"{slope} * {name}", f"-{name} * {slope}"))
        if self._chance(0.4):
            term = f"{term} {self._sign('+-')} {self._small() if self._chance(0.3) else slope // 2}"
        bounds = f"{_signed(first)}, {_signed(last)}{step}"
        if self._chance(0.3):
            bounds = f"{_signed(last)}, {_signed(first)} by -{self.random.choice((1, 1, 2))}"
        return f"sum({name}, {bounds}, {term})"

    def _counter(self) -> str:
        return "j" if self.counter == "i" else "i"

    def _bounds(self, depth: int) -> str:
        """A loop of a few iterations whose bounds lie at an edge, or are no whole numbers."""
        middle = self._whole_edge()
        lower, upper = self._near(middle), self._near(middle + self.random.randint(0, 4))
        if self._chance(0.2):
            root = f"sqrt({lower} * {lower})" if middle > 9 else "(4 / 0)"
            lower = self._sign((f"({lower} + 0.5)", f"({lower} * 0.5 * 2)", f"({lower} / 2 * 2)", root))
        if self._chance(0.2):
            upper = self._sign((f"({upper} - 0.5)", f"({upper} / 1)", "sqrt(17)", f"floor({upper} + 0.5)", "(1 / 0)"))
        step = self.random.choice(("", "", "", " by 1", " by 2", " by 5", f" by {2**31 - 1}", f" by {2**62}"))
        if self._chance(0.25):
            lower, upper = upper, lower
            step = self.random.choice((" by -1", " by -1", " by -2", " by -7", f" by -{2**31 - 1}"))
        word = "product" if self._chance(0.2) else "sum"
        return f"{word}({self._body(f'{lower}, {upper}{step}', depth)})"

    def _body(self, bounds: str, depth: int) -> str:
        """The inside of a loop; no loop is put below another."""
        name = self._counter()
        if self._chance(0.3):
            return f"{name}, {bounds}"
        if self.counter or self._chance(0.4):
            return f"{name}, {bounds}, {self._sign(('1', '0.5', name, f'{name} - 1', f'{name} % 7', f'{name} * 0.5'))}"
        kept, families = self.families, (self._chain, self._division, self._half, self._branch, self._single)
        self.counter, self.families = name, families
        body = self.number(min(depth, 0))
        self.counter, self.families = "", kept
        return f"{name}, {bounds}, {body}"

    def _single(self, depth: int) -> str:
        """Single precision: at 2^24, at halves of what it holds, at the end of the range."""
        near = self._near(self.random.choice((2**24, 2**25, 2**31, 2**53, 2**63)), 3)
        inside = f"{near} {self._sign('+-*/')} {self._small()}" if self._chance(0.6) else self.number(depth)
        if self._chance(0.15):
            inside = f"{inside.join('()')} {self._sign(('//', '%'))} {self._small()}"
        value = f"f32({inside})"
        return f"({value} {self._sign('+-*')} {self._edge()})" if self._chance(0.3) else value

    def _single_bounds(self, _: int) -> str:
        """A loop inside ``f32``, whose bounds are rounded before they are checked."""
        middle = self.random.choice((2**24, 2**24, 2**25, 2**31, 2**53, 6))
        reach = 5 * max(1, middle // 2**24)
        lower = f"{self._near(middle, 3)}{self._sign(('', '', '.5', '.1'))}"
        upper = f"{self._near(middle + self.random.randint(0, reach), 3)}{self._sign(('', '', '.5', '.9'))}"
        step = " by " + str(max(1, reach // 5)) if reach > 50 else self._sign(("", " by 2"))
        name = self._counter()
        word = self._sign(("sum", "sum", "product"))
        body = self._sign(("", ", 1", ", 0.1", f", {name} - {middle}", f", {name} * 0.5"))
        if self._chance(0.2):
            return f"f32(count({lower}, {upper}))" if reach < 50 else f"f32(gcd({lower}, {upper}))"
        return f"f32({word}({name}, {lower}, {upper}{step}{body}))"

    def _branch(self, depth: int) -> str:
        """Branches of different kinds."""
        first, second = self._edge(), self._small()
        other = self.number(depth)
        test = f"{first} {self.random.choice(_COMPARISONS)} {self._edge()}"
        return f"(if {test} then {self._sign((second, first))} else {other})"

    def _variable(self, depth: int) -> str:
        """A variable that is bound twice, to numbers of different kinds."""
        if self.counter:
            return self._edge()
        value = self.number(depth)
        name = self._fresh()
        self.statements.append(f"{name} = {value}; ")
        if self._chance(0.6):
            again = self._sign((self._small(), self._edge(), f"f32({name})", f"{name} + 0.5", f"floor({name})"))
            self.statements.append(f"{name} = {again}; ")
        return name if self._chance(0.5) else f"({name} {self._sign('+-*')} {name})"

    def _array(self, depth: int) -> str:
        """An array of different kinds, and an index at its ends."""
        elements = [self._edge(), self._small(), *([self.number(depth)] if self._chance(0.5) else [])]
        self.random.shuffle(elements)
        literal = f"[{', '.join(elements)}]"
        if self.counter or self._chance(0.4):
            return f"{self._sign(('sum', 'product', 'min', 'max', 'len'))}({literal})"
        name = self._fresh()
        self.statements.append(f"{name} = {literal}; ")
        last = len(elements) - 1
        index = self._sign(("0", str(last), str(last), str(last + 1), "(-1)", "0.5", "f32(1)", "sqrt(1)", "(0.5 * 2)"))
        if self._chance(0.3):
            self.statements.append(f"{name}[{self.random.randint(0, last)}] = {self._edge()}; ")
        return f"{name}[{index}]" if self._chance(0.6) else f"f32({name}[{index}] + {self._small()})"

    def _function(self, depth: int) -> str:
        """A function called in different kinds, or as deep as calls may go."""
        if self.counter:
            return self._edge()
        name = f"f{len(self.statements)}"
        if self._chance(0.2):
            self.statements.append(f"{name}(n) = if n < 2 then {self._small()} else {name}(n - 1) + {self._small()}; ")
            return f"{name}({self.random.choice((3, 40, 998, 999, 1000, 1001, 2.5))})"
        operand = self._sign(("x + 1", "x * 2", "x / 2", "x // 2", "x - 0.5", "x % 3", "floor(x)", "-x"))
        self.statements.append(f"{name}(x) = {operand}; ")
        calls = [f"{name}({part})" for part in (self.number(depth), self._edge())]
        if self._chance(0.4):
            calls[0] = f"f32({calls[0]})"
        return f"({calls[0]} {self._sign('+-*')} {calls[1]})" if self._chance(0.5) else calls[0]

    def _count(self, _: int) -> str:
        middle = self._whole_edge()
        first, last = self._near(middle, 4), self._near(middle, 4)
        return f"count({first}, {last})" if self._chance(0.8) else f"count({first} + 0.5, {last})"

    def _while(self, depth: int) -> str:
        """A number that grows until it passes an edge, or just does not."""
        if self.counter:
            return self._edge()
        name = self._fresh()
        start, change, end = self.random.choice(
            (
                ("1", "* 2", f"2 ^ {self.random.choice((23, 30, 52, 61, 62))}"),
                ("1", "* -2", "1000000"),
                ("0", f"+ {self._sign(('0.1', '0.25', '0.7'))}", str(self.random.randint(1, 9))),
                (self._near(2**31 - 4), "+ 1", self._near(2**31 + 4)),
                ("9223372036854775797", "+ 1", self._near(2**63 - 3)),
                # past 2^53 half a step is none in f64, which costs all fuel there is: seldom
                (self._near(2**53 - 8), "+ 0.5", self._near(2**53 + (4 if self._chance(0.01) else -4))),
                ("f32(16777206)", "+ 1.5", "16777226"),
            )
        )
        change = f"f32({name} {change})" if self._chance(0.15) and "+" not in change else f"{name} {change}"
        self.statements.append(f"{name} = {start}; ")
        self.statements.append(f"while {name} < {end} and {name} > -1000000 do {{ {name} = {change}; }} ")
        return f"({name} {self._sign('+-*')} {self.number(depth)})" if self._chance(0.4) else name

    def _extreme(self, depth: int) -> str:
        """The functions of numbers at the ends of the range."""
        value, other = self.number(depth), self._edge()
        word = self._sign(("abs", "min", "max", "gcd", "floor", "sqrt", "-"))
        if word in ("min", "max", "gcd"):
            return f"{word}({value}, {other})"
        if word == "-":
            return f"(-{value})"
        return f"sqrt(abs({value}))" if word == "sqrt" and self._chance(0.8) else f"{word}({value})"


def _signed(value: int) -> str:
    return f"(-{-value})" if value < 0 else str(value)
