"""The normal form of English texts: which quantities are found, where, and what they are worth."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.english.quantities import fill, normal_form, value_of
from irmill.compiler.english.rendering import spell


def values(text: str) -> list[str]:
    return [quantity.text for quantity in normal_form(text).quantities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Janet has 50 apples. She gives away 15.", ["50", "15"]),
        ("Subtract forty-nine from one hundred and five.", ["49", "105"]),
        ("one hundred twenty three thousand four hundred and five", ["123405"]),
        ("two and three", ["2", "3"]),
        ("It cost $1,250.50 or 2.5 million", ["1250.5", "2500000"]),
        ("15% of 80", ["15", "100", "80"]),
        ("half a dozen eggs", ["2", "12"]),
        ("a third of 9 and the third day", ["3", "9"]),
        ("the 3rd of 12 songs on an mp3 player", ["12"]),
        ("How many days are in 3 weeks?", ["3", "7"]),
        ("Count down from 10", ["0", "10"]),
        ("Count to 10", ["1", "10"]),
        ("a 120-page book", ["120"]),
        ("007 and .5", ["7", "0.5"]),
        ("no numbers here", []),
    ],
)
def test_quantities_of_a_text(text: str, expected: list[str]) -> None:
    assert values(text) == expected


def test_tokens_keep_signs_and_hide_numbers() -> None:
    assert normal_form("16 − 3, then ÷ 5!").tokens == ("N0", "-", "N1", ",", "then", "/", "N2", "!")


def test_implied_quantities_are_not_written() -> None:
    assert [quantity.written for quantity in normal_form("half of 8 weeks in days").quantities] == [False, True, False]


@given(st.integers(0, 999))
def test_spelled_numbers_are_read_back(number: int) -> None:
    assert values(f"exactly {spell(number)} things") == [str(number)]


@given(st.decimals(0, 10**9, places=3))
def test_numerals_keep_their_value(number: object) -> None:
    form = normal_form(f"about {number} units")
    assert [value_of(quantity) for quantity in form.quantities] == [Fraction(str(number))]


@given(st.text(max_size=200))
def test_any_text_has_a_normal_form_with_true_offsets(text: str) -> None:
    form = normal_form(text)
    for quantity in form.quantities:
        if quantity.start >= 0:
            assert 0 <= quantity.start < quantity.end <= len(text)
    assert [token for token in form.tokens if token[0] == "N" and token[1:].isdigit()] == [
        f"N{index}" for index in range(len(form.quantities))
    ]


@given(st.lists(st.integers(0, 99999), min_size=1, max_size=8), st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_filling_never_invents_a_number(numbers: list[int], picks: list[int]) -> None:
    form = normal_form(" and ".join(f"{number} things" for number in numbers))
    filled = fill(" + ".join(f"N{pick}" for pick in picks), form.quantities)
    if any(pick >= len(numbers) for pick in picks):
        assert filled is None
    else:
        assert filled is not None
        assert set(filled.split(" + ")) <= {str(number) for number in numbers}
