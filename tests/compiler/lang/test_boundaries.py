"""Programs at the boundaries: repeatable, well typed, short, and really at the edges."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate

from irmill.compiler.lang.ast import Loop, Number, Unary, literals, post_order
from irmill.compiler.lang.boundaries import generate_boundaries
from irmill.compiler.lang.errors import ErrorCode
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.series import linear_parts
from irmill.compiler.lang.types import check_types


def texts(count, seed):
    return [print_program(program) for program in generate_boundaries(count, seed)]


def test_a_seed_gives_the_same_programs_however_many():
    assert texts(30, 7)[:10] == texts(10, 7)
    assert texts(30, 7) != texts(30, 8)
    assert len(set(texts(300, 3))) > 280


def test_every_program_ends_soon_and_most_have_a_value():
    outcomes = Counter(interpret(check_types(parse_text(text)), Budget(fuel=5_000)).error for text in texts(600, 1))
    assert outcomes[None] > 300
    assert {ErrorCode.OVERFLOW, ErrorCode.DOMAIN, ErrorCode.DIV_BY_ZERO, ErrorCode.OUT_OF_BOUNDS} <= set(outcomes)
    assert not {ErrorCode.FUEL, ErrorCode.INEXACT, ErrorCode.MEMORY} & set(outcomes)


def test_values_lie_on_both_sides_of_every_edge():
    programs = generate_boundaries(1500, 2)
    numbers = {number.value for program in programs for number in literals(program)}
    for edge in (2**24, 2**31, 2**53, 2**63):
        assert {edge - 1, edge, edge + 1} <= numbers
        assert any(number.denominator == 2 and abs(number - edge) < 4 for number in numbers)


def constant(node):
    """The value of a literal with or without a sign."""
    return -node.operand.value if isinstance(node, Unary) else node.value


def test_some_series_turn_at_the_edge():
    """Partial sums leave the range in the middle of a loop whose terms and whose end are inside."""
    turned = 0
    for program in generate_boundaries(1500, 4):
        for loop in post_order(program):
            parts = linear_parts(loop) if isinstance(loop, Loop) and loop.operation is Operation.SUM else None
            if parts is None or not all(isinstance(end, Number | Unary) for end in (loop.lower, loop.upper)):
                continue
            bounds = range(int(constant(loop.lower)), int(constant(loop.upper)) + 1, loop.step)
            terms = [parts[-1].at(counter) for counter in bounds]
            inside = all(-(2**63) <= number < 2**63 for number in [*terms, sum(terms)])
            turned += inside and any(not -(2**63) <= number < 2**63 for number in accumulate(terms))
    assert turned > 10
