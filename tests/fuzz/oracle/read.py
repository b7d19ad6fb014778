"""Printed text as nested tuples, by recursive descent over the grammar of the specification.

Operators of one precedence are one flat node, because chains may be 30,000 operands long: only what the grammar nests
(parentheses, brackets, arguments, bounds, parts of an ``if``) is a call deeper here. A node is a tuple of its kind and
its parts:

    ("number", Fraction)  ("truth", bool)  ("name", str)  ("array", [node])  ("index", name, node)
    ("call", name, [node])  ("loop", word, variable, lower, upper, step, body or None)  ("if", test, then, else)
    ("or", [node])  ("and", [node])  ("not", times, node)  ("compare", sign, left, right)
    ("chain", first, [(sign, node)])  ("minus", times, node)  ("power", [(minus signs, node)])

Statements are ("bind", name, node), ("define", name, [name], node), ("store", name, node, node) and
("while", node, [statement]); a line is (statements, node, suffix).
"""

from __future__ import annotations

from fractions import Fraction

LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
DIGITS = frozenset("0123456789")
RESERVED = frozenset(["if", "then", "else", "and", "or", "not", "is", "by", "while", "do", "true", "false"])
LONG_SIGNS = ("//", "<=", ">=", "==", "!=")
SIGNS = frozenset("+-*/%^()[]{}<>=,;")
END = ("end", "")


class Fault(Exception):
    """An error of the closed set; ``code`` is its word."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def read(text):
    """The lines of a text. Raises Fault: PARSE or TOO_LARGE."""
    if len(text.encode("utf-8", "surrogatepass")) > 65_536:
        raise Fault("TOO_LARGE")
    lines = [_Reader(tokens(line)).line() for line in text.split("\n") if line.strip(" \t\r")]
    if not lines:
        raise Fault("PARSE")
    return lines


def tokens(line):
    """Pairs of kind and text, the end twice so that one may look past it."""
    found = []
    at = 0
    while at < len(line):
        start = at
        sign = line[at]
        if sign in " \t\r":
            at += 1
            continue
        if sign in DIGITS:
            at = _run(line, at, DIGITS)
            kind = "whole"
            if line[at : at + 1] == "." and line[at + 1 : at + 2] in DIGITS and at + 1 < len(line):
                at = _run(line, at + 1, DIGITS)
                kind = "decimal"
        elif sign in LETTERS:
            at = _run(line, at, LETTERS | DIGITS)
            kind = "word" if line[start:at] in RESERVED else "name"
        elif line[at : at + 2] in LONG_SIGNS:
            at += 2
            kind = "sign"
        elif sign in SIGNS:
            at += 1
            kind = "sign"
        else:
            raise Fault("PARSE")
        found.append((kind, line[start:at]))
    return [*found, END, END]


def _run(line, at, signs):
    while at < len(line) and line[at] in signs:
        at += 1
    return at


def number(digits):
    """The exact value of a literal of any length."""
    whole, _, tail = digits.partition(".")
    value = 0
    text = whole + tail
    for start in range(0, len(text), 4000):
        piece = text[start : start + 4000]
        value = value * 10 ** len(piece) + int(piece)
    return Fraction(value, 10 ** len(tail)) if tail else Fraction(value)


class _Reader:
    """One line's tokens and where we are in them."""

    def __init__(self, found):
        self.tokens = found
        self.at = 0
        self.depth = 0

    def kind(self, ahead=0):
        return self.tokens[self.at + ahead][0]

    def text(self, ahead=0):
        return self.tokens[self.at + ahead][1]

    def take(self, text):
        if self.text() != text:
            return False
        self.at += 1
        return True

    def expect(self, text):
        if not self.take(text):
            raise Fault("PARSE")

    def name(self):
        if self.kind() != "name":
            raise Fault("PARSE")
        self.at += 1
        return self.text(-1)

    # --- statements ---

    def line(self):
        statements = []
        while (statement := self.statement(False)) is not None:
            statements.append(statement)
        value = self.expression()
        suffix = self.text() if self.text() in ("=", "is") else ""
        self.at += bool(suffix)
        if self.kind() != "end":
            raise Fault("PARSE")
        return statements, value, suffix

    def statement(self, inside):
        """The statement that starts here; None where none does, and the line's expression has to."""
        start = self.at
        if self.take("while"):
            return self.loop_of_statements()
        if self.kind() != "name":
            return None
        name = self.name()
        if self.equals(inside):
            return self.ended(("bind", name, self.expression()))
        if self.take("(") and (parameters := self.parameters()) and self.equals(inside):
            if inside:
                raise Fault("PARSE")
            return self.ended(("define", name, parameters, self.expression()))
        self.at = start + 1
        if self.take("["):
            index = self.expression()
            if self.take("]") and self.equals(inside):
                return self.ended(("store", name, index, self.expression()))
        self.at = start
        return None

    def equals(self, inside):
        """Takes a "=" that is not the line's suffix."""
        if self.text() != "=" or (self.kind(1) == "end" and not inside):
            return False
        self.at += 1
        return True

    def ended(self, statement):
        self.expect(";")
        return statement

    def parameters(self):
        """The names up to the closing parenthesis, or nothing where something else is there."""
        names = []
        while self.kind() == "name":
            names.append(self.name())
            if self.take(")"):
                return names
            if not self.take(","):
                return []
        return []

    def loop_of_statements(self):
        test = self.expression()
        self.expect("do")
        self.expect("{")
        body = []
        while (statement := self.statement(True)) is not None:
            body.append(statement)
        self.expect("}")
        self.take(";")
        return ("while", test, body)

    # --- expressions ---

    def expression(self):
        self.depth += 1
        if self.depth > 256:
            raise Fault("TOO_LARGE")
        if self.take("if"):
            test = self.expression()
            self.expect("then")
            yes = self.expression()
            self.expect("else")
            node = ("if", test, yes, self.expression())
        else:
            node = self.either()
        self.depth -= 1
        return node

    def either(self):
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return ("or", parts) if len(parts) > 1 else parts[0]

    def both(self):
        parts = [self.negated()]
        while self.take("and"):
            parts.append(self.negated())
        return ("and", parts) if len(parts) > 1 else parts[0]

    def negated(self):
        times = 0
        while self.take("not"):
            times += 1
        node = self.comparison()
        return ("not", times, node) if times else node

    def comparison(self):
        left = self.total()
        if self.text() not in ("<", "<=", ">", ">=", "==", "!="):
            return left
        sign = self.text()
        self.at += 1
        return ("compare", sign, left, self.total())

    def total(self):
        return self.chain(self.term, ("+", "-"))

    def term(self):
        return self.chain(self.signed, ("*", "/", "//", "%"))

    def chain(self, part, signs):
        first = part()
        rest = []
        while self.text() in signs:
            sign = self.text()
            self.at += 1
            rest.append((sign, part()))
        return ("chain", first, rest) if rest else first

    def signed(self):
        """``unary``: minus signs, an atom, and powers, each with minus signs of its own."""
        parts = []
        while True:
            times = 0
            while self.take("-"):
                times += 1
            parts.append((times, self.atom()))
            if not self.take("^"):
                break
        if len(parts) > 1:
            return ("power", parts)
        times, node = parts[0]
        return ("minus", times, node) if times else node

    def atom(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind in ("whole", "decimal"):
            return ("number", number(text))
        if kind == "name":
            if self.take("("):
                return self.call(text)
            if self.take("["):
                index = self.expression()
                self.expect("]")
                return ("index", text, index)
            return ("name", text)
        if text in ("true", "false"):
            return ("truth", text == "true")
        if text == "(":
            inner = self.expression()
            self.expect(")")
            return inner
        if text == "[":
            return ("array", self.listed("]"))
        raise Fault("PARSE")

    def listed(self, close):
        """Expressions with commas between them, up to ``close``."""
        if self.take(close):
            return []
        parts = [self.expression()]
        while not self.take(close):
            self.expect(",")
            parts.append(self.expression())
        return parts

    def call(self, word):
        """A call, or a loop, which has a name, bounds and perhaps a step and a body."""
        if word not in ("sum", "product") or self.kind() != "name" or self.text(1) != ",":
            return ("call", word, self.listed(")"))
        variable = self.name()
        self.at += 1
        lower = self.expression()
        if self.take(")"):
            return ("call", word, [("name", variable), lower])
        self.expect(",")
        upper = self.expression()
        if self.take("by"):
            minus = self.take("-")
            if self.kind() != "whole" or not number(self.text()):
                raise Fault("PARSE")
            step = int(number(self.text())) * (-1 if minus else 1)
            self.at += 1
            body = self.expression() if self.take(",") else None
            self.expect(")")
            return ("loop", word, variable, lower, upper, step, body)
        rest = []
        while self.take(","):
            rest.append(self.expression())
        self.expect(")")
        if len(rest) > 1:
            return ("call", word, [("name", variable), lower, upper, *rest])
        return ("loop", word, variable, lower, upper, 1, rest[0] if rest else None)
