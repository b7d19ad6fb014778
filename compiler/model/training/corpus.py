"""Extra training problems from a user's file, as slots and programs over them.

A row is a JSON object with ``question`` and either ``equation`` (infix), ``steps`` (``"48/2=24"``, in order) or
``canonical``. A row whose numbers are not all in the text, or whose answer the program does not give, is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from irmill.compiler.english.order import ordered
from irmill.compiler.english.quantities import MAX_SLOTS, NormalForm, normal_form, value_of
from irmill.compiler.english.splits import is_published
from irmill.compiler.lang.ast import Binary, Node, Number, post_order
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.ops import SIGNS
from irmill.compiler.lang.parse import parse_text

_SYMBOL = re.compile(r"\d+(?:\.\d+)?|\.\d+|[-+*/()]")
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
MOST_OPERATIONS = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A question, its normal form and its program over slots; ``family`` is the kind of a generated problem or the
    source of a row, ``template`` what it was generated from (empty for a row)."""

    question: str
    form: NormalForm
    slots: str
    family: str
    template: str = ""


class _Tree:
    """An expression as text with its rank and value."""

    __slots__ = ("operations", "rank", "text", "value")

    def __init__(self, text: str, value: Fraction, rank: int = 3, operations: int = 0) -> None:
        self.text, self.value, self.rank, self.operations = text, value, rank, operations


def _join(sign: str, left: _Tree, right: _Tree) -> _Tree | None:
    rank = _RANK[sign]
    if sign == "/" and right.value == 0:
        return None
    value = {"+": left.value + right.value, "-": left.value - right.value, "*": left.value * right.value}.get(sign)
    if value is None:
        value = left.value / right.value
    first = f"( {left.text} )" if left.rank < rank else left.text
    second = f"( {right.text} )" if right.rank <= rank else right.text
    return _Tree(f"{first} {sign} {second}", value, rank, left.operations + right.operations + 1)


class _Numbers:
    """Finds the slot, or the earlier result, that a number of an equation stands for."""

    def __init__(self, form: NormalForm) -> None:
        self.values = [value_of(quantity) for quantity in form.quantities]
        self.uses = [0] * len(self.values)
        self.results: list[tuple[_Tree, bool]] = []

    def tree(self, value: Fraction) -> _Tree | None:
        for index in range(len(self.results) - 1, -1, -1):
            result, used = self.results[index]
            if not used and result.value == value:
                self.results[index] = (result, True)
                return result
        candidates = [index for index, known in enumerate(self.values) if known == value]
        if candidates:
            slot = min(candidates, key=lambda index: (self.uses[index], index))
            self.uses[slot] += 1
            return _Tree(f"N{slot}", value)
        return next((result for result, _ in reversed(self.results) if result.value == value), None)


def _tree_of(expression: str, numbers: _Numbers) -> _Tree | None:
    """The tree of an infix expression, or None where it is malformed or has a number that nothing stands for."""
    symbols = (f"0{symbol}" if symbol[0] == "." else symbol for symbol in _SYMBOL.findall(expression))
    try:
        nodes = post_order(parse_text(" ".join(symbols)).lines[0].value)
    except LanguageError:
        return None
    trees: dict[Node, _Tree] = {}
    for node in nodes:
        tree = None
        if isinstance(node, Number):
            tree = numbers.tree(node.value)
        elif isinstance(node, Binary):
            tree = _join(SIGNS[node.operation], trees[node.left], trees[node.right])
        if tree is None:
            return None
        trees[node] = tree
    return trees[nodes[-1]]


def _close(left: Fraction, right: float) -> bool:
    return abs(float(left) - right) <= 1e-4 * max(1.0, abs(right))


def example_of(row: Mapping[str, Any], family: str) -> Example | None:
    """The example that a row holds, or None where its program is not about the numbers of its text."""
    form = normal_form(str(row["question"]))
    if is_published(str(row["question"])):
        return None
    if len(form.quantities) > MAX_SLOTS or not form.quantities:
        return None
    numbers = _Numbers(form)
    if "equation" in row:
        tree = _tree_of(str(row["equation"]), numbers)
    else:
        tree = None
        for step in row.get("steps", ()):
            left, _, right = str(step).partition("=")
            tree = _tree_of(left, numbers)
            if tree is None or not right or not tree.operations:
                return None
            try:
                written = float(right.replace(",", ""))
            except ValueError:
                return None
            if not _close(tree.value, written):
                return None
            numbers.results.append(
                (_Tree(tree.text, Fraction(right.replace(",", "")), tree.rank, tree.operations), False)
            )
        if any(not used for _, used in numbers.results[:-1]):
            return None
    if tree is None or not 1 <= tree.operations <= MOST_OPERATIONS or not _close(tree.value, float(row["answer"])):
        return None
    return Example(str(row["question"]), form, ordered(f"{tree.text} ="), family)


def read_corpus(path: Path) -> Iterator[Example]:
    """The usable examples of a JSON-lines file. Raises ValueError where a line is not an object with a question."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            row: Any = json.loads(line)
            if not isinstance(row, dict) or "question" not in row:
                raise ValueError(f"{path}:{number}: a row needs a question")
            fields = cast(dict[str, Any], row)
            example = example_of(fields, str(fields.get("source", "file")))
            if example is not None:
                yield example
