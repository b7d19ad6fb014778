"""The baseline that copies the program of the nearest question."""

from __future__ import annotations

from irmill.compiler.english.quantities import normal_form
from irmill.compiler.model.nearest import Nearest
from irmill.compiler.model.training.corpus import Example


def example(question: str, slots: str) -> Example:
    return Example(question, normal_form(question), slots, "f")


LOSING = example("Ida has 9 dolls and loses 4. How many has she?", "N0 - N1 =")
BUYING = example("Ida has 9 dolls and buys 4. How many has she?", "N0 + N1 =")
TRADING = example("Ida has 9 dolls, buys 4 and loses 2. How many has she?", "N0 + N1 - N2 =")


def test_the_nearest_program_is_copied_over_the_new_numbers() -> None:
    known = Nearest([BUYING, LOSING, TRADING])
    assert known.guess("Ada has 12 dolls and loses 5. How many has she?") == 7.0
    assert known.guess("Ada has 12 dolls and buys 5. How many has she?") == 17.0


def test_a_program_that_needs_more_numbers_is_passed_over() -> None:
    assert Nearest([TRADING, LOSING]).guess("Ida has 8 dolls, buys and loses 3. How many has she?") == 5.0
    assert Nearest([TRADING]).guess("Ida loses 3 dolls") is None
    assert Nearest([]).guess("Ida has 8 dolls") is None


def test_long_questions_are_not_near_for_their_length() -> None:
    longer = example(f"{BUYING.question} Her brother loses nothing, and plays with a ball and a kite.", "N0 + N1 =")
    assert Nearest([longer, LOSING]).guess("Ida has 12 dolls and loses 5.") == 7.0
