"""A line as tokens, and a reader of them that says what it expected where."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.grammar import BLANKS, KEYWORDS, TOKEN


class Token(NamedTuple):
    """A token of a line: ``kind`` is number, name, keyword, sign or end; ``start`` counts characters of the line.

    The text of a keyword or a sign is no other token's. A tuple, because a line may have 60,000.
    """

    kind: str
    text: str
    start: int


def describe(token: Token) -> str:
    """A token as messages show it."""
    if token.kind == "end":
        return "end of line"
    shown = token.text if len(token.text) <= 20 else token.text[:17] + "..."
    return f"'{shown}'"


class Tokens:
    """The tokens of one line and a position among them."""

    def __init__(self, text: str, source: str, number: int, start: int) -> None:
        """Args:
        text: the whole text, for the places of errors.
        source: the line.
        number: its number, from 1.
        start: where in the text it starts, in characters.

        Raises:
            LanguageError: PARSE, at a character that starts no token.
        """
        self.text = text
        self.source = source
        self.number = number
        self.start = start
        self.position = 0
        self.tokens = self._tokenize()

    def fail(self, message: str, token: Token) -> NoReturn:
        """Raise PARSE at a token."""
        self.stop(ErrorCode.PARSE, message, token.start)

    def stop(self, code: ErrorCode, message: str, column: int) -> NoReturn:
        """Raise an error at a column."""
        place = f"at column {column + 1}" if "\n" not in self.text else f"at line {self.number}, column {column + 1}"
        offset = len(self.text[: self.start + column].encode("utf-8", "surrogatepass"))
        raise LanguageError(code, f"{message} {place}", offset)

    def _tokenize(self) -> list[Token]:
        tokens: list[Token] = []
        for match in TOKEN.finditer(self.source.rstrip(BLANKS)):
            kind = match.lastgroup or ""
            word, start = match[kind], match.start(kind)
            if kind == "name" and word in KEYWORDS:
                kind = "keyword"
            elif kind == "stray":
                self.stop(ErrorCode.PARSE, f"unexpected character {word!a}", start)
            tokens.append(Token(kind, word, start))
        tokens.append(Token("end", "", len(self.source)))
        return tokens

    def peek(self, ahead: int = 0) -> Token:
        """The token ``ahead`` places on. There is one: no rule looks past the end, only past tokens that it knows."""
        return self.tokens[self.position + ahead]

    def at(self, text: str, ahead: int = 0) -> bool:
        """Whether a keyword or sign stands ``ahead`` places on."""
        return self.tokens[self.position + ahead].text == text

    def take(self, text: str) -> bool:
        """Step over a keyword or sign if it is next."""
        if self.tokens[self.position].text != text:
            return False
        self.position += 1
        return True

    def expect(self, text: str, why: str = "") -> None:
        """Step over a keyword or sign, or fail."""
        if not self.take(text):
            self.fail(f"expected '{text}'{why}, found {describe(self.peek())}", self.peek())
