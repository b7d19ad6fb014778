"""Questions about things that come in ones."""

from __future__ import annotations

import pytest

from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.wholes import all_whole, comes_in_ones


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("Ida has 4 dolls and buys 3 more. How many dolls has she?", True),
        ("Ida has 4 dolls and sells half of them. How many dolls has she?", False),
        ("Ida has 4.5 bars and eats 2. How many bars are left?", False),
        ("A rope of 7 feet is cut in 2. How many feet is each piece?", False),
        ("Ida has 4 dolls at $3. How many dolls has she?", False),
        ("What is 4 minus 9?", False),
        ("How much do 4 dolls and 3 hats cost?", False),
    ],
)
def test_what_comes_in_ones(question: str, counted: bool) -> None:
    assert comes_in_ones(normal_form(question)) == counted


def test_one_number_that_is_not_whole_is_enough() -> None:
    assert all_whole(normal_form("4 and 9"))
    assert not all_whole(normal_form("4 and 9.5"))
