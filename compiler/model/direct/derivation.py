"""Programs over slots as derivations, and back: the one canonical order in which a program is built bottom-up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from irmill.compiler.english.order import ordered
from irmill.compiler.lang.ast import ArrayLiteral, Binary, BuiltinCall, Expr, If, Loop, Name, Unary
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.model.direct.actions import ACTIONS, COMPARISONS, INDEX, Kind, text_of_action

MOST_STEPS = 8
"""Steps a derivation may have."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action on the quantities ``first`` and ``second``: places among the slots, then the earlier results.

    ``first <= second``, equal for actions on one quantity; but a later kind (truth, branch, list) stands second, and of
    two that are compared the one that begins first in the text stands first, so that "less" says the same of slots and
    of results.
    """

    first: int
    second: int
    action: int


def begin_of(step: Step, begins: Sequence[int]) -> int:
    """The first slot of what a step makes; ``begins`` has that of every quantity before it."""
    return min(begins[step.first], begins[step.second])


def compared(one: int, other: int, begins: Sequence[int]) -> tuple[int, int]:
    """Two quantities in the order in which a comparison takes them: as they begin in the text."""
    return (one, other) if (begins[one], one) <= (begins[other], other) else (other, one)


@lru_cache(maxsize=65536)
def derivation_of(slots: str, count: int) -> tuple[Step, ...] | None:
    """The steps that build a program over ``count`` slots, in post-order; None where no actions build it.

    Raises LanguageError for a text that does not parse.
    """
    line = parse_text(slots).lines[0]
    if line.statements:
        return None
    builder = _Builder(count)
    if builder.build(line.value) is None or not 1 <= len(builder.steps) <= MOST_STEPS:
        return None
    return tuple(builder.steps)


class _Builder:
    """Collects the steps of one program; ``build`` answers the place of an expression's quantity, None where none."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.steps: list[Step] = []
        self.begins = list(range(count))

    def build(self, node: Expr) -> int | None:
        match node:
            case Name() if node.name[0] == "N" and node.name[1:].isdigit():
                slot = int(node.name[1:])
                return slot if slot < self.count else None
            case Binary() if (listed := _mean_of(node)) is not None:
                return self._one("mean", self._listed(listed.elements))
            case Binary() if node.operation in _CHAINS:
                return self._chain(node)
            case Binary():
                return self._two(str(node.operation), self.build(node.left), self.build(node.right))
            case Unary() if node.operation is Operation.NEGATE:
                return self._one("negate", self.build(node.operand))
            case If():
                condition, then = self.build(node.condition), self.build(node.then_value)
                return self._marked("else", self.build(node.else_value), self._marked("then", then, condition))
            case BuiltinCall() if str(node.builtin) in ("min", "max", "gcd") and len(node.arguments) >= 2:
                place = self.build(node.arguments[0])
                for argument in node.arguments[1:]:
                    place = self._two(str(node.builtin), place, self.build(argument))
                return place
            case BuiltinCall() if str(node.builtin) in ("abs", "sqrt") and len(node.arguments) == 1:
                return self._one(str(node.builtin), self.build(node.arguments[0]))
            case BuiltinCall() if str(node.builtin) == "count" and len(node.arguments) == 2:
                return self._two("count", *map(self.build, node.arguments))
            case Loop() if node.body is None or _is_square(node):
                name = str(node.operation) if node.body is None else "squares"
                return self._two(name, self.build(node.lower), self.build(node.upper))
            case _:
                return None

    def _chain(self, node: Binary) -> int | None:
        """A whole sum or product: what is added before what is subtracted, factors before divisors, each in the order
        of the text. So no step is negative or inexact where the whole is not."""
        plain, inverse = _CHAINS[node.operation]
        terms = [(self.build(term), positive) for term, positive in _terms(node, plain, inverse)]
        terms.sort(key=lambda term: not term[1])
        result = terms[0][0]
        for place, positive in terms[1:]:
            if place == result and positive:
                result = self._one(_TWICE[plain], place)
            else:
                result = self._two(str(plain if positive else inverse), result, place)
        return result

    def _listed(self, elements: Sequence[Expr]) -> int | None:
        places = [self.build(element) for element in elements]
        if len(places) < 2:
            return None
        place = self._two("list", places[0], places[1])
        for element in places[2:]:
            place = self._marked("append", element, place)
        return place

    def _two(self, name: str, left: int | None, right: int | None) -> int | None:
        if left is None or right is None or left == right:
            return None
        if INDEX[name] in COMPARISONS:
            if compared(left, right, self.begins) == (left, right):
                return self._add(Step(left, right, INDEX[name]))
            return self._add(Step(right, left, INDEX[_MIRRORED[name]]))
        if left < right:
            return self._add(Step(left, right, INDEX[name]))
        other = f"{name}_swapped"
        if other not in INDEX:
            other = name  # symmetric
        return self._add(Step(right, left, INDEX[other]))

    def _marked(self, name: str, number: int | None, other: int | None) -> int | None:
        return None if number is None or other is None else self._add(Step(number, other, INDEX[name]))

    def _one(self, name: str, place: int | None) -> int | None:
        return None if place is None else self._add(Step(place, place, INDEX[name]))

    def _add(self, step: Step) -> int:
        self.steps.append(step)
        self.begins.append(begin_of(step, self.begins))
        return self.count + len(self.steps) - 1


_TWICE = {Operation.MULTIPLY: "square", Operation.ADD: "double"}
_CHAINS = {
    Operation.ADD: (Operation.ADD, Operation.SUBTRACT),
    Operation.SUBTRACT: (Operation.ADD, Operation.SUBTRACT),
    Operation.MULTIPLY: (Operation.MULTIPLY, Operation.DIVIDE),
    Operation.DIVIDE: (Operation.MULTIPLY, Operation.DIVIDE),
}
_MIRRORED = {
    "less": "greater", "greater": "less", "less_equal": "greater_equal", "greater_equal": "less_equal",
    "equal": "equal", "not_equal": "not_equal",
}  # fmt: skip


def _terms(node: Expr, plain: Operation, inverse: Operation) -> Iterator[tuple[Expr, bool]]:
    """The terms of a whole sum or product in order, and whether each is added (a factor) or not."""
    if isinstance(node, Binary) and node.operation in (plain, inverse) and _mean_of(node) is None:
        yield from _terms(node.left, plain, inverse)
        turned = node.operation is inverse
        yield from ((term, positive is not turned) for term, positive in _terms(node.right, plain, inverse))
    else:
        yield node, True


def _mean_of(node: Binary) -> ArrayLiteral | None:
    """The array of ``sum([...]) / len([...])``."""
    match node.left, node.right:
        case BuiltinCall(arguments=(ArrayLiteral() as first,)), BuiltinCall(arguments=(ArrayLiteral() as second,)) if (
            node.operation is Operation.DIVIDE and str(node.left.builtin) == "sum" and str(node.right.builtin) == "len"
        ):
            same = len(first.elements) == len(second.elements)
            return first if same else None
        case _:
            return None


def _is_square(node: Loop) -> bool:
    body = node.body
    return (
        isinstance(body, Binary)
        and body.operation is Operation.MULTIPLY
        and all(isinstance(part, Name) and part.name == node.variable for part in (body.left, body.right))
    )


def program_of(steps: Sequence[Step], count: int) -> str | None:
    """The program over slots that a derivation builds, in text order; None where it does not parse."""
    texts = [f"N{slot}" for slot in range(count)]
    for step in steps:
        texts.append(text_of_action(ACTIONS[step.action], texts[step.first], texts[step.second]))
    suffix = "is" if steps and ACTIONS[steps[-1].action].gives is Kind.TRUTH else "="
    try:
        return ordered(f"{texts[-1]} {suffix}")
    except (LanguageError, ValueError):
        return None
