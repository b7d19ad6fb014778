"""The reference interpreter against the second oracle, which reads the printed text and shares no code with it."""

from __future__ import annotations

import json
import random

import pytest
from fuzz.edges import EDGES
from fuzz.hostile import hostile
from fuzz.mutate import mutate
from fuzz.oracle.walk import TooLong, answer
from fuzz.texts import GENERATORS
from shared_data import shared

from irmill.compiler.base.answer import agree, show, shown_agree
from irmill.compiler.lang.errors import LanguageError
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import check_types

STEPS = 2_000_000


def reference(text):
    """What the project says of a text; None where its steps ran out."""
    try:
        outcome = interpret(check_types(parse_text(text)), Budget(steps=STEPS))
    except LanguageError as error:
        return None, str(error.code)
    if not outcome.finished:
        return None
    return outcome.value, outcome.error and str(outcome.error)


def agreed(text):
    """Both readings of a text, compared; the error of it, None for a value or where one of them gave up."""
    try:
        value, error = answer(text)
    except TooLong:
        return None
    found = reference(text)
    if found is None:
        return None
    if {error, found[1]} == {"PARSE", "TOO_LARGE"}:
        return error  # of two errors the first one is told, and the readings need not look in the same order
    assert error == found[1], (text, value, found)
    if error is None:
        floats = isinstance(value, float) or isinstance(found[0], float)
        assert agree(value, found[0]) if floats else value == found[0], (text, value, found)
        assert isinstance(value, bool) is isinstance(found[0], bool), (text, value, found)
    return error


def test_edges():
    errors = {agreed(text) for text in EDGES}
    assert errors >= {None, "PARSE", "TYPE", "OVERFLOW", "DOMAIN", "DIV_BY_ZERO", "OUT_OF_BOUNDS", "STACK", "INEXACT"}


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_generated_programs(name):
    errors = [agreed(print_program(GENERATORS[name](random.Random(f"oracle:{place}")))) for place in range(400)]
    assert errors.count(None) > 60


@pytest.mark.parametrize("name", sorted(GENERATORS))
def test_damaged_programs(name):
    texts = [print_program(GENERATORS[name](random.Random(f"damaged:{place}"))) for place in range(300)]
    assert {"PARSE", "TYPE"} <= {agreed(mutate(text, place)) for place, text in enumerate(texts)}


def test_hostile_texts():
    assert {agreed(hostile(random.Random(place))) for place in range(400)} >= {None, "PARSE", "TOO_LARGE", "OVERFLOW"}


def test_the_oracle_knows_the_shared_cases():
    right = 0
    for row in map(json.loads, shared("data/language/cases.jsonl").read_text().splitlines()):
        try:
            value, error = answer(row["text"])
        except TooLong:
            continue
        assert error == row.get("error"), row
        assert error is not None or shown_agree(row["value"], show(value)), row
        right += 1
    assert right > 190
