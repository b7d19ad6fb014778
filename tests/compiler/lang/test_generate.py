"""The generator: repeatable, well typed, over the whole grammar or the part that is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from fuzz.mutate import mutate

from irmill.compiler.lang.ast import Number, literals, operation_nodes, operation_of, post_order
from irmill.compiler.lang.errors import ErrorCode, LanguageError
from irmill.compiler.lang.generate import generate_programs
from irmill.compiler.lang.grammar import exact_decimal, number_literal
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.ops import Operation
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.profiles import ARITHMETIC, CORPUS, INTEGERS, WILD
from irmill.compiler.lang.types import check_types


def texts(count, seed, profile=CORPUS):
    return [print_program(program) for program in generate_programs(count, seed, profile)]


def test_a_seed_gives_the_same_programs_however_many():
    assert texts(30, 7)[:10] == texts(10, 7)
    assert texts(30, 7) != texts(30, 8)
    assert len(set(texts(200, 3))) > 190


def test_most_careful_programs_have_a_value():
    for profile in (CORPUS, INTEGERS, ARITHMETIC):
        outcomes = [
            interpret(check_types(program), Budget(fuel=200_000)) for program in generate_programs(150, 1, profile)
        ]
        assert sum(outcome.error is None for outcome in outcomes) >= 140


def test_wild_programs_fail_in_many_ways():
    codes = Counter()
    for program in generate_programs(200, 2, WILD):
        try:
            outcome = interpret(check_types(program), Budget(fuel=2_000))
        except LanguageError as error:
            codes[error.code] += 1
        else:
            codes[outcome.error] += 1
    assert {None, ErrorCode.TYPE, ErrorCode.OVERFLOW, ErrorCode.DIV_BY_ZERO, ErrorCode.DOMAIN} <= set(codes)


def test_the_whole_language_appears():
    seen = {operation_of(node) for program in generate_programs(400, 4) for node in operation_nodes(program)}
    assert seen == set(Operation)


def test_a_profile_leaves_out_what_it_should():
    for program in generate_programs(60, 5, ARITHMETIC):
        words = {operation_of(node) for node in operation_nodes(program)}
        assert words <= {Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.DIVIDE, Operation.NEGATE}
        assert all(number.value.denominator == 1 for number in literals(program))
        assert not program.lines[0].statements
    small = replace(CORPUS, largest=5, decimals=False, loops=False, arrays=False, functions=False, whiles=False)
    for program in generate_programs(60, 5, small):
        words = {operation_of(node) for node in operation_nodes(program)}
        assert not words & {Operation.SUM, Operation.COUNT, Operation.INDEX, Operation.CALL, Operation.WHILE}


def test_damaged_texts_repeat_and_mostly_break():
    broken = 0
    for place, text in enumerate(texts(200, 6)):
        assert mutate(text, place) == mutate(text, place)
        try:
            parse_text(mutate(text, place))
        except LanguageError:
            broken += 1
    assert broken > 80


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (12, "12"), (Fraction(1, 2), "0.5"), (Fraction(1, 400), "0.0025"), (Fraction(125, 10), "12.5")],
)
def test_literals_are_written_exactly(value, text):
    assert number_literal(value).text == text
    assert exact_decimal(text) == value


@pytest.mark.parametrize("value", [-1, Fraction(1, 3), 10**4000])
def test_what_no_literal_writes_is_refused(value):
    with pytest.raises(ValueError, match=r"literal|decimal"):
        number_literal(value)


def test_generated_literals_are_their_text():
    for program in generate_programs(50, 8):
        for node in post_order(program):
            if isinstance(node, Number):
                assert exact_decimal(node.text) == node.value
