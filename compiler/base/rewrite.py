"""One kind of rewrite for every IR: a pattern and its replacement as text, why it is right, how that is tested, a case.

The text is instructions of the IR, separated by ``;``, with ``->`` between what is found and what is put there::

    push a; push b; mul -> push a*b
    dup a; swap a+1; pop 1 ->
    x a; x b -> x a+b where x in pop write_io, a+b<=5
    t.const 0; t.add | call $t_add -> where t in i32 i64

A single letter is a variable. As an argument it is whatever stands there, the same one wherever it appears; as an
instruction of its own it is any one instruction. An expression in the pattern must have that value. ``|`` separates
instructions of which one must stand there. Behind ``where``, ``v in ...`` lists the words that a letter stands for,
``n=a+b`` names a value, and any other condition compares two. ``$name`` is a symbol.
"""

from __future__ import annotations

import ast
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")
Matcher = TypeVar("Matcher")
Sound = TypeVar("Sound")
Argument = int | str


@dataclass(frozen=True, slots=True)
class Rewrite(Generic[Matcher, Sound]):
    """One rewrite.

    Attributes:
        name: what it is called in reports and tests.
        text: pattern, replacement and conditions. Where the matcher is more than that pattern, a sketch.
        invariant: one sentence: why nothing can tell the two apart.
        before, after: a case in the IR's own text.
        matcher: finds where it applies, and what may stand there instead.
        sound: the proof or test that a proposal must pass before it is used.
    """

    name: str
    text: str
    invariant: str
    before: str
    after: str
    matcher: Matcher
    sound: Sound


@dataclass(frozen=True, slots=True)
class Syntax(Generic[Item]):
    """How the instructions of an IR are taken apart and made.

    Attributes:
        name: the word before the argument; empty for what is no instruction.
        argument: what follows it; any value where nothing does.
        make: the instruction with that name and argument, None for none.
    """

    name: Callable[[Item], str]
    argument: Callable[[Item], object]
    make: Callable[[str, Argument | None], Item]


_OPERATORS: Mapping[type[ast.operator | ast.cmpop], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _read_expression(text: str) -> ast.expr:
    if text.startswith("$"):
        return ast.Constant(text[1:])
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        raise ValueError(f"{text!r} is no expression") from None


def _letters(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _evaluate(node: ast.expr, values: Mapping[str, Argument]) -> Argument:
    match node:
        case ast.Constant(value=int() | str() as value):
            return value
        case ast.Name(id=letter):
            return values[letter]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_number(operand, values)
        case ast.BinOp(left=left, op=sign, right=right) | ast.Compare(left=left, ops=[sign], comparators=[right]):
            return int(_OPERATORS[type(sign)](_number(left, values), _number(right, values)))
        case _:
            raise ValueError(f"{ast.unparse(node)!r} is no expression of a rewrite")


def _number(node: ast.expr, values: Mapping[str, Argument]) -> int:
    value = _evaluate(node, values)
    if not isinstance(value, int):
        raise TypeError(f"{ast.unparse(node)!r} is the symbol {value!r}, not a number")
    return value


@dataclass(frozen=True, slots=True)
class _Step:
    """One instruction of a text: ``word argument``; a letter alone is any instruction."""

    word: str
    argument: ast.expr | None

    @property
    def is_any(self) -> bool:
        return len(self.word) == 1

    @property
    def letter(self) -> str | None:
        """The variable that the whole argument is."""
        return self.argument.id if isinstance(self.argument, ast.Name) else None

    def letters(self) -> set[str]:
        return {self.word} if self.is_any else set() if self.argument is None else _letters(self.argument)


def _read_step(text: str) -> _Step:
    word, _, argument = text.strip().partition(" ")
    return _Step(word, _read_expression(argument.strip()) if argument.strip() else None)


@dataclass(frozen=True, slots=True)
class _Variant(Generic[Item]):
    """A text without alternatives."""

    steps: tuple[_Step, ...]
    result: tuple[_Step, ...]
    conditions: tuple[ast.expr, ...]
    named: Mapping[str, ast.expr]
    syntax: Syntax[Item]

    def check(self) -> None:
        """Raises ValueError where a letter is used that the pattern does not bind before."""
        bound: set[str] = set()
        for step in self.steps:
            if not (step.is_any or step.letter) and not step.letters() <= bound:
                raise ValueError(f"{step.word} uses {sorted(step.letters() - bound)} before the pattern binds it")
            bound |= step.letters()
        used = set[str]().union(
            *(step.letters() for step in self.result), *map(_letters, (*self.conditions, *self.named.values()))
        )
        if not used <= bound | self.named.keys():
            raise ValueError(f"the pattern does not bind {sorted(used - bound)}")

    def find(self, code: Sequence[Item], at: int) -> tuple[Item, ...] | None:
        values: dict[str, Argument] = {}
        items: dict[str, Item] = {}
        for step, item in zip(self.steps, code[at : at + len(self.steps)], strict=True):
            if not self._accepts(step, item, values, items):
                return None
        if not all(_evaluate(condition, values) for condition in self.conditions):
            return None
        for letter, expression in self.named.items():
            values[letter] = _evaluate(expression, values)
        return tuple(items[step.word] if step.is_any else self._make(step, values) for step in self.result)

    def _accepts(self, step: _Step, item: Item, values: dict[str, Argument], items: dict[str, Item]) -> bool:
        name = self.syntax.name(item)
        if step.is_any:
            return bool(name) and items.setdefault(step.word, item) == item
        if name != step.word or step.letter is None:
            return name == step.word and item == self._make(step, values)
        argument = self.syntax.argument(item)
        return isinstance(argument, int | str) and values.setdefault(step.letter, argument) == argument

    def _make(self, step: _Step, values: Mapping[str, Argument]) -> Item:
        return self.syntax.make(step.word, None if step.argument is None else _evaluate(step.argument, values))


class Pattern(Generic[Item]):
    """The text of a rewrite, ready to be looked for.

    Attributes:
        length: how many instructions it looks at.

    Raises:
        ValueError: the text is malformed.
    """

    def __init__(self, text: str, syntax: Syntax[Item]) -> None:
        self._syntax = syntax
        self._variants: dict[str, list[_Variant[Item]]] = {}
        for variant in _variants(text, syntax):
            variant.check()
            if not variant.steps or variant.steps[0].is_any:
                raise ValueError(f"{text!r} does not begin with an instruction")
            self._variants.setdefault(variant.steps[0].word, []).append(variant)
            self.length = len(variant.steps)

    def find(self, code: Sequence[Item], at: int) -> tuple[Item, ...] | None:
        """What may stand in the place of ``code[at : at + length]``, or None where the pattern does not match."""
        if at < 0 or at + self.length > len(code):
            return None
        for variant in self._variants.get(self._syntax.name(code[at]), ()):
            found = variant.find(code, at)
            if found is not None:
                return found
        return None


def _variants(text: str, syntax: Syntax[Item]) -> Iterator[_Variant[Item]]:
    """The text for each word that a letter stands for and each choice between instructions."""
    rule, _, where = text.partition(" where ")
    pattern, arrow, replacement = rule.partition("->")
    if not arrow:
        raise ValueError(f"{text!r} has no '->'")
    domains, named, conditions = list[list[str]](), dict[str, ast.expr](), list[ast.expr]()
    for clause in (clause.strip() for clause in where.split(",") if clause.strip()):
        if " in " in clause:
            domains.append(clause.split(" in "))
        elif re.match("[a-z]=[^=]", clause):
            named[clause[0]] = _read_expression(clause[2:])
        else:
            conditions.append(_read_expression(clause))
    for words in itertools.product(*(words.split() for _, words in domains)):
        chosen = {letter.strip(): word for (letter, _), word in zip(domains, words, strict=True)}
        result = tuple(map(_read_step, _instructions(_substitute(replacement, chosen))))
        choices = [step.split("|") for step in _instructions(_substitute(pattern, chosen))]
        for steps in itertools.product(*choices):
            yield _Variant(tuple(map(_read_step, steps)), result, tuple(conditions), named, syntax)


def _instructions(text: str) -> list[str]:
    return [part for part in text.split(";") if part.strip()]


def _substitute(text: str, words: Mapping[str, str]) -> str:
    """The text with each letter that is a word of its own, or a part of one up to a ``.`` or ``_``, replaced."""
    for letter, word in words.items():
        text = re.sub(rf"(?<![A-Za-z0-9]){letter}(?![A-Za-z0-9])", word, text)
    return text
