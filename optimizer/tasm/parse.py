"""Parser of TASM source as release 9.0.1 of Triton VM reads it.

What it takes is exactly what that release takes; where its rules look odd they are meant:

- tokens are separated by Unicode white space and by comments; line ends mean nothing;
- ``//`` directly before the end of a line or of the file is an error, ``// `` is not; block comments do not nest;
- a label is ``name``, white space but no comment, ``:``; nothing need follow. ``call`` needs a gap after its label;
- ``push``, ``addi`` and ``error_id`` take ``[+-]digits`` with leading zeros, all other numbers are bare and minimal;
- ``error_id`` stands directly after an assertion;
- in a hint, comments may follow ``hint``, ``:``, ``=``, ``[``, ``..`` and the signs of a generic type; after the
  variable, the type and the positions only white space may stand.
"""

from __future__ import annotations

import re
import unicodedata

from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.isa import BY_NAME, COUNT_ARGUMENTS, INDEX_ARGUMENTS, KEYWORDS, ArgumentKind, Opcode
from irmill.optimizer.tasm.program import Break, Comment, ErrorId, Hint, Instruction, Label, Statement, TypeName

_SPACE = r"[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_COMMENT = r"//[^\r\n]++|/\*(?s:.*?)\*/"
_SPACES = re.compile(rf"{_SPACE}*+")
_COMMENTS = re.compile(_COMMENT)
_GAP = re.compile(rf"(?>{_SPACE}|{_COMMENT})*+")
_BARE_NUMBER = re.compile(r"[0-9]+")
_SIGNED_NUMBER = re.compile(r"[+-]?[0-9]+")
_TYPE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDEX_TEXTS = {str(value): value for value in INDEX_ARGUMENTS}
_COUNT_TEXTS = {str(value): value for value in COUNT_ARGUMENTS}
_ASSERTIONS = frozenset({"assert", "assert_vector"})
_I128 = 1 << 127
_USIZE = 1 << 64
_MAXIMUM_TYPE_DEPTH = 64


class TasmSyntaxError(Exception):
    """The text is no program.

    Attributes:
        message: one line for a person, without the position.
        line: 1-based.
        column: 1-based, in code points.
    """

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {message}")
        self.message = message
        self.line = line
        self.column = column


def parse_tasm(text: str, *, comments: bool = False) -> tuple[Statement, ...]:
    """Read a program.

    Args:
        text: the source.
        comments: whether comments are statements, too. One within a statement stands behind it.

    Raises:
        TasmSyntaxError: with the first mistake in the text, or the first duplicate or missing label.
    """
    return _Parser(text, comments=comments).program()


def is_label_start(character: str) -> bool:
    """Whether a label may begin with this character."""
    return character == "_" or character.isalpha() or unicodedata.category(character) == "Nl"


def is_label_character(character: str) -> bool:
    """Whether a label may go on with this character."""
    return character == "-" or is_label_start(character) or unicodedata.category(character)[0] == "N"


def is_reserved(name: str) -> bool:
    """Whether the name of a label is taken by an instruction or keyword."""
    return name in BY_NAME or name in KEYWORDS


def _is_hint_character(character: str, *, first: bool) -> bool:
    if character == "_" or (character.isalpha() and character.islower()):
        return True
    return not first and unicodedata.category(character)[0] == "N"


class _Parser:
    """A cursor over the text; methods move it past what they read or raise."""

    def __init__(self, text: str, *, comments: bool) -> None:
        self.text = text
        self.at = 0
        self.comments: dict[int, Comment] | None = {} if comments else None

    def program(self) -> tuple[Statement, ...]:
        statements: list[Statement] = []
        places: list[int] = []
        found: list[Statement] = []
        self.gap()
        while True:
            found += self.gathered()
            if self.at >= len(self.text):
                break
            places.append(self.at)
            statements.append(self.statement(statements[-1] if statements else None))
            found.append(statements[-1])
        self.check_labels(statements, places)
        return tuple(found)

    def gathered(self) -> list[Statement]:
        """The comments since the last time, where they are wanted."""
        if not self.comments:
            return []
        found: list[Statement] = [comment for _, comment in sorted(self.comments.items())]
        self.comments.clear()
        return found

    def check_labels(self, statements: list[Statement], places: list[int]) -> None:
        known: set[str] = set()
        for statement, place in zip(statements, places, strict=True):
            if isinstance(statement, Label):
                if statement.name in known:
                    raise self.error(f"duplicate label {statement.name!r}", place)
                known.add(statement.name)
        for statement, place in zip(statements, places, strict=True):
            if isinstance(statement, Instruction) and statement.name == "call" and statement.argument not in known:
                raise self.error(f"missing label {statement.argument!r}", place)

    def statement(self, previous: Statement | None) -> Statement:
        start = self.at
        name = self.name()
        if not name:
            raise self.error("expected a label, an instruction or the end of the program", start)
        colon = _match_end(_SPACES, self.text, self.at)
        if self.text.startswith(":", colon):
            if is_reserved(name):
                raise self.error(f"{name!r} is an instruction or keyword and cannot be a label", start)
            self.at = colon + 1
            self.gap()
            return Label(name)
        opcode = BY_NAME.get(name)
        if opcode is None and name not in ("break", "hint", "error_id"):
            raise self.error(f"unknown instruction {name!r}", start)
        self.required_gap(name)
        if opcode is not None:
            return Instruction(name, self.argument(opcode))
        if name == "break":
            return Break()
        if name == "hint":
            return self.hint()
        if not (isinstance(previous, Instruction) and previous.name in _ASSERTIONS):
            raise self.error("error_id must directly follow an assertion", start)
        return ErrorId(self.signed("error_id", -_I128, _I128 - 1))

    def argument(self, opcode: Opcode) -> int | str | None:
        kind = opcode.argument
        if kind is ArgumentKind.NONE:
            return None
        if kind is ArgumentKind.FIELD:
            return self.signed(opcode.name, 1 - MODULUS, MODULUS - 1) % MODULUS
        start = self.at
        if kind is ArgumentKind.LABEL:
            name = self.name()
            if not name:
                raise self.error("a label must start with a letter or '_'", start)
            if is_reserved(name):
                raise self.error(f"{name!r} is an instruction or keyword and cannot be a label", start)
            self.required_gap(name)
            return name
        texts, wanted = (_INDEX_TEXTS, "0 to 15") if kind is ArgumentKind.INDEX else (_COUNT_TEXTS, "1 to 5")
        found = _BARE_NUMBER.match(self.text, self.at)
        value = texts.get(found.group()) if found else None
        if found is None or value is None:
            raise self.error(f"{opcode.name} takes a number from {wanted}", start)
        self.at = found.end()
        self.required_gap(found.group())
        return value

    def signed(self, owner: str, low: int, high: int) -> int:
        found = _SIGNED_NUMBER.match(self.text, self.at)
        if found is None:
            raise self.error(f"{owner} takes a decimal number", self.at)
        value = _int(found.group().lstrip("+-"))
        value = -value if found.group().startswith("-") else value
        if not low <= value <= high:
            raise self.error(f"the number of {owner} is out of bounds", self.at)
        self.at = found.end()
        self.required_gap("number")
        return value

    def hint(self) -> Hint:
        name = self.hint_name()
        self.spaces()
        kind = None
        if self.text.startswith(":", self.at):
            self.literal(":")
            kind = self.type_name(0)
            self.spaces()
        self.literal("=")
        if not self.text.startswith("stack[", self.at):
            raise self.error("a hint wants 'stack[' here", self.at)
        self.at += len("stack[")
        self.gap()
        start = self.position()
        end = start + 1
        if self.text.startswith("..", self.at):
            self.literal("..")
            end = self.position()
        if end <= start:
            raise self.error("the range of a hint must not be empty", self.at)
        self.literal("]")
        return Hint(name, kind, start, end)

    def hint_name(self) -> str:
        start = end = self.at
        while end < len(self.text) and _is_hint_character(self.text[end], first=end == start):
            end += 1
        if end == start:
            raise self.error("a hint's variable starts with a lowercase letter or '_'", start)
        self.at = end
        return self.text[start:end]

    def type_name(self, depth: int) -> TypeName:
        """A type, without the gap after it; ``L<>`` is no type, ``L< >`` and ``L<T,>`` are."""
        pointers = 0
        while self.text.startswith("*", self.at):
            pointers += 1
            self.at += 1
        name = self.pattern(_TYPE_NAME, "a hint's type is malformed")
        end = self.at
        self.gap()
        if not self.text.startswith("<", self.at) or depth == _MAXIMUM_TYPE_DEPTH:
            self.at = end
            return TypeName(name, pointers)
        if self.text.startswith("<>", self.at):
            raise self.error("the list of generic arguments is empty", self.at)
        self.literal("<")
        arguments: list[TypeName] = []
        while not self.text.startswith(">", self.at):
            arguments.append(self.type_name(depth + 1))
            self.gap()
            if not self.text.startswith(",", self.at):
                break
            self.literal(",")
        if not self.text.startswith(">", self.at):
            raise self.error("expected '>'", self.at)
        self.at += 1
        return TypeName(name, pointers, tuple(arguments))

    def position(self) -> int:
        value = _int(self.pattern(_BARE_NUMBER, "a hint wants a stack position here"))
        if value >= _USIZE:
            raise self.error("the stack position of a hint is out of bounds", self.at)
        self.spaces()
        return value

    def name(self) -> str:
        """The longest label-like word here; empty where none starts."""
        text, start = self.text, self.at
        if start == len(text) or not is_label_start(text[start]):
            return ""
        end = start + 1
        while end < len(text) and is_label_character(text[end]):
            end += 1
        self.at = end
        return text[start:end]

    def pattern(self, pattern: re.Pattern[str], complaint: str) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise self.error(complaint, self.at)
        self.at = found.end()
        return found.group()

    def literal(self, sign: str) -> None:
        if not self.text.startswith(sign, self.at):
            raise self.error(f"expected {sign!r}", self.at)
        self.at += len(sign)
        self.gap()

    def spaces(self) -> None:
        """White space without comments, where a hint allows no more."""
        self.at = _match_end(_SPACES, self.text, self.at)

    def gap(self) -> None:
        start, self.at = self.at, _match_end(_GAP, self.text, self.at)
        if self.comments is not None and self.at > start:
            for comment in _COMMENTS.finditer(self.text, start, self.at):
                line = max(self.text.rfind(end, 0, comment.start()) for end in "\r\n") + 1
                before = _COMMENTS.sub("", self.text[line : comment.start()])
                self.comments[comment.start()] = Comment(comment.group(), trailing=bool(before.strip()))

    def required_gap(self, after: str) -> None:
        start = self.at
        self.gap()
        if self.at == start and start < len(self.text):
            raise self.error(f"expected white space after {after!r}", start)

    def error(self, message: str, at: int) -> TasmSyntaxError:
        line = self.text.count("\n", 0, at) + 1
        return TasmSyntaxError(message, line, at - (self.text.rfind("\n", 0, at) + 1) + 1)


def _int(digits: str) -> int:
    """The value of decimal digits; of those beyond 40 digits, which are out of all bounds, one that is so as well."""
    significant = digits.lstrip("0")
    return int(significant[:41] or "0")


def _match_end(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where a pattern that also matches the empty string ends."""
    found = pattern.match(text, at)
    return at if found is None else found.end()
