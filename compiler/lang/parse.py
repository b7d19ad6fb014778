"""Text to syntax tree, without recursion: chains of any length and nesting up to the limit parse on an explicit stack.

Each line is split into tokens, then parsed from left to right; the first thing wrong is what is reported, so a text
that is both too deep and malformed has the error of what comes first. Inside one level of nesting an expression is
parsed by operator precedence with a stack of operands and one of operators; a nested expression suspends the level
around it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from irmill.compiler.lang import ast, grammar
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.ops import BUILTINS, COMPARISON, Builtin, Operation
from irmill.compiler.lang.tokens import Tokens, describe
from irmill.compiler.lang.trampoline import Task, trampoline

_LONGEST_STEP = 10**4000
"""Any longer step leaves every range after its first number as well, and Python writes no number of 4,300 digits."""


def parse_text(text: str) -> ast.Program:
    """Parse a whole text.

    Args:
        text: any string at all; lone surrogates and control characters are errors of the text, not of the caller.

    Raises:
        LanguageError: TOO_LARGE (over 65,536 bytes, checked first, or nested over 256 deep) or PARSE.
    """
    if len(text) > grammar.MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > grammar.MAX_BYTES:
        raise LanguageError(ErrorCode.TOO_LARGE, f"the text is longer than {grammar.MAX_BYTES:,} bytes")
    lines: list[ast.Line] = []
    start = 0
    for number, source in enumerate(text.split("\n"), start=1):
        parser = _LineParser(text, source, number, start)
        if parser.tokens[0].kind != "end":
            lines.append(parser.line())
        start += len(source) + 1
    if not lines:
        raise LanguageError(ErrorCode.PARSE, "the text is empty: expected an expression at column 1", 0)
    return ast.Program(tuple(lines))


def parse_canonical(text: str) -> ast.Program | None:
    """The program of a canonical text; None for English.

    Text that parses is canonical, and so is text that is only too large. Other text is English if it has a word (two
    letters or more) that is neither of the language nor a built-in.

    Raises:
        LanguageError: TOO_LARGE or PARSE, of a text that is canonical.
    """
    try:
        return parse_text(text)
    except LanguageError as error:
        words = grammar.WORD.findall(text)
        if error.code is ErrorCode.TOO_LARGE or all(w in grammar.KEYWORDS or w in BUILTINS for w in words):
            raise
        return None


def is_canonical(text: str) -> bool:
    """Whether a text is taken as canonical (:func:`parse_canonical`); otherwise it is English."""
    try:
        return parse_canonical(text) is not None
    except LanguageError:
        return True


@dataclass(slots=True)
class _Block:
    """A while whose body is being read; the line itself is the block without a condition."""

    condition: ast.Expr | None
    statements: list[ast.Stmt] = field(default_factory=list[ast.Stmt])


class _LineParser(Tokens):
    """The parser of one line."""

    def line(self) -> ast.Line:
        """The whole line."""
        blocks = [_Block(None)]
        while True:
            inside = len(blocks) > 1
            if inside and self.take("}"):
                self.take(";")
                block = blocks.pop()
                assert block.condition is not None
                blocks[-1].statements.append(ast.While(block.condition, tuple(block.statements)))
            elif self.take("while"):
                condition = self.expression()
                self.expect("do")
                self.expect("{")
                blocks.append(_Block(condition))
            else:
                statement = self.statement(inside)
                if statement is None:
                    break
                blocks[-1].statements.append(statement)
        value = self.expression()
        suffix = ast.Suffix.NONE
        if self.take("="):
            suffix = ast.Suffix.NUMBER
        elif self.take("is"):
            suffix = ast.Suffix.TRUTH
        if self.peek().kind != "end":
            self.fail(f"expected an operator or the end of the line, found {describe(self.peek())}", self.peek())
        return ast.Line(tuple(blocks[0].statements), value, suffix)

    def statement(self, inside: bool) -> ast.Stmt | None:
        """The statement that starts here, or None where the line's expression does; ``inside`` a while body."""
        if self.peek().kind == "name":
            if self._binds(1, inside):
                return self._bind()
            if self.at("(", 1):
                define = self._define(inside)
                if define is not None:
                    return define
            elif self.at("[", 1):
                store = self._store(inside)
                if store is not None:
                    return store
        if inside:
            self.fail(f"expected a statement or '}}', found {describe(self.peek())}", self.peek())
        return None

    def _binds(self, ahead: int, inside: bool) -> bool:
        """Whether an '=' that is no suffix stands ``ahead`` places on."""
        return self.at("=", ahead) and (inside or self.peek(ahead + 1).kind != "end")

    def _bind(self) -> ast.Bind:
        name = self.peek().text
        self.position += 2
        value = self.expression()
        self.expect(";", " after the value")
        return ast.Bind(name, value)

    def _define(self, inside: bool) -> ast.Define | None:
        ahead = 2
        parameters: list[str] = []
        while self.peek(ahead).kind == "name":
            parameters.append(self.peek(ahead).text)
            ahead += 1
            if not self.at(",", ahead):
                break
            ahead += 1
        if not parameters or self.at(",", ahead - 1) or not self.at(")", ahead) or not self._binds(ahead + 1, inside):
            return None
        if inside:
            self.fail("no function is defined inside a while body", self.peek())
        name = self.peek().text
        self.position += ahead + 2
        body = self.expression()
        self.expect(";", " after the function")
        return ast.Define(name, tuple(parameters), body)

    def _store(self, inside: bool) -> ast.Store | None:
        start = self.position
        name = self.peek().text
        self.position += 2
        index = self.expression()
        if not self.at("]") or not self._binds(1, inside):
            self.position = start
            return None
        self.position += 2
        value = self.expression()
        self.expect(";", " after the value")
        return ast.Store(name, index, value)

    # --- expressions ---

    def expression(self) -> ast.Expr:
        """An expression of depth 1."""
        return trampoline(self._nested(1))

    def _nested(self, depth: int) -> Task:
        if depth > grammar.MAX_DEPTH:
            self.stop(ErrorCode.TOO_LARGE, f"nested deeper than {grammar.MAX_DEPTH}", self.peek().start)
        if self.take("if"):
            condition = yield self._nested(depth + 1)
            self.expect("then")
            then_value = yield self._nested(depth + 1)
            self.expect("else")
            else_value = yield self._nested(depth + 1)
            return ast.If(condition, then_value, else_value)
        operands: list[ast.Expr] = []
        operators: list[Operation] = []
        while True:
            self._prefixes(operators)
            atom = self._plain_atom()
            if atom is None:
                atom = yield self._atom(depth)
            operands.append(atom)
            token = self.peek()
            operation = grammar.BINARY_OPERATORS.get(token.text)
            if operation is None:
                break
            _reduce(operands, operators, grammar.OPERANDS[operation][0])
            if operation in COMPARISON and operators and operators[-1] in COMPARISON:
                self.fail("comparisons do not chain: unexpected " + describe(token), token)
            operators.append(operation)
            self.position += 1
        _reduce(operands, operators, 0)
        return operands[0]

    def _prefixes(self, operators: list[Operation]) -> None:
        """Step over the signs and ``not`` before an operand."""
        while True:
            if self.take("-"):
                operators.append(Operation.NEGATE)
            elif self.at("not") and (not operators or grammar.PRECEDENCE[operators[-1]] <= grammar.NOT_PRECEDENCE):
                self.position += 1
                operators.append(Operation.NOT)
            else:
                return

    def _plain_atom(self) -> ast.Expr | None:
        """An atom without parts, or None where a larger one starts."""
        token = self.peek()
        if token.kind == "number":
            self.position += 1
            return ast.Number(grammar.exact_decimal(token.text), token.text)
        if token.kind == "name":
            if self.at("(", 1) or self.at("[", 1):
                return None
            self.position += 1
            return ast.Name(token.text)
        if self.take("true"):
            return ast.Truth(True)
        if self.take("false"):
            return ast.Truth(False)
        if self.at("(") or self.at("["):
            return None
        if self.at("if") or self.at("not"):
            self.fail(f"'{token.text}' inside an operand needs parentheses", token)
        self.fail(f"expected a value, found {describe(token)}", token)

    def _atom(self, depth: int) -> Task:
        """Parentheses, an array, an element, a call or a loop."""
        token = self.peek()
        self.position += 1
        if token.kind == "name":
            if self.take("["):
                index = yield self._nested(depth + 1)
                self.expect("]")
                return ast.Index(token.text, index)
            self.position += 1
            if token.text in grammar.LOOPS and self.peek().kind == "name" and self.at(",", 1):
                return (yield self._loop_or_fold(token.text, depth))
            arguments = yield self._list(")", depth)
            return _call(token.text, arguments)
        if token.text == "[":
            elements = yield self._list("]", depth)
            return ast.ArrayLiteral(tuple(elements))
        inner = yield self._nested(depth + 1)
        self.expect(")")
        return inner

    def _list(self, close: str, depth: int) -> Task:
        """Expressions between commas up to ``close``."""
        parts: list[ast.Expr] = []
        if self.take(close):
            return parts
        while True:
            parts.append((yield self._nested(depth + 1)))
            if self.take(close):
                return parts
            if not self.take(","):
                self.fail(f"expected ',' or '{close}', found {describe(self.peek())}", self.peek())

    def _loop_or_fold(self, function: str, depth: int) -> Task:
        """What follows ``sum(name ,``: a loop has two or three more parts, anything else is a call."""
        variable = self.peek().text
        self.position += 2
        parts: list[ast.Expr] = [(yield self._nested(depth + 1))]
        step = 1
        step_written = False
        while not self.take(")"):
            if len(parts) == 2 and not step_written and self.take("by"):
                step = self._step()
                step_written = True
                continue
            if not self.take(","):
                self.fail(f"expected ',' or ')', found {describe(self.peek())}", self.peek())
            if step_written and len(parts) == 3:
                self.fail("a loop has one body", self.peek())
            parts.append((yield self._nested(depth + 1)))
        if len(parts) in (2, 3):
            body = parts[2] if len(parts) == 3 else None
            return ast.Loop(grammar.LOOPS[function], variable, parts[0], parts[1], step, step_written, body)
        return _call(function, [ast.Name(variable), *parts])

    def _step(self) -> int:
        """The signed whole number after ``by``."""
        negative = self.take("-")
        token = self.peek()
        if token.kind != "number" or "." in token.text:
            self.fail(f"expected a whole number after 'by', found {describe(token)}", token)
        step = min(grammar.whole_from_digits(token.text), _LONGEST_STEP)
        if step == 0:
            self.fail("a step is never 0", token)
        self.position += 1
        return -step if negative else step


def _reduce(operands: list[ast.Expr], operators: list[Operation], limit: int) -> None:
    """Build the nodes of all waiting operators that bind at least as tightly as ``limit``."""
    while operators and grammar.PRECEDENCE[operators[-1]] >= limit:
        operation = operators.pop()
        right = operands.pop()
        if operation in (Operation.NEGATE, Operation.NOT):
            operands.append(ast.Unary(operation, right))
        else:
            operands.append(ast.Binary(operation, operands.pop(), right))


def _call(name: str, arguments: list[ast.Expr]) -> ast.Expr:
    if name in BUILTINS:
        return ast.BuiltinCall(Builtin(name), tuple(arguments))
    return ast.Call(name, tuple(arguments))
