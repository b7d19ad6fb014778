"""The generator: sensible problems, true programs, splits that share nothing."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.compiler.base.splits import Split
from irmill.compiler.english.corpus import Problem, generate, make_problem
from irmill.compiler.english.order import ordered
from irmill.compiler.english.pairs import holds_held_pair
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.english.scenarios import all_templates, read_templates
from irmill.compiler.english.splits import HELD_FAMILIES, PUBLISHED, is_published, split_of
from irmill.compiler.lang.ast import literals
from irmill.compiler.lang.interpret import interpret
from irmill.compiler.lang.parse import is_canonical, parse_text
from irmill.compiler.lang.print import print_program
from irmill.compiler.lang.types import check_types


@pytest.fixture(scope="module")
def problems() -> list[Problem]:
    return list(generate(700, 3, splits=frozenset(Split)))


def test_programs_are_as_the_printer_writes_them(problems: list[Problem]) -> None:
    for problem in problems:
        assert print_program(parse_text(problem.canonical)) == problem.canonical


def test_programs_have_sensible_answers(problems: list[Problem]) -> None:
    free = {"comparison", "conditional", "function", "imperative", "question", "loop", "signs"}
    for problem in problems:
        outcome = interpret(check_types(parse_text(problem.canonical)))
        assert outcome.error is None, problem
        assert outcome.value is not None
        if problem.family not in free:
            assert outcome.value > 0 or (outcome.value == 0 and "%" in problem.slots), problem


def test_numbers_are_the_question_s(problems: list[Problem]) -> None:
    for problem in problems:
        known = {Fraction(quantity.text) for quantity in normal_form(problem.question).quantities}
        assert {number.value for number in literals(parse_text(problem.canonical))} <= known, problem


def test_stories_are_english(problems: list[Problem]) -> None:
    plain = {"chain", "question", "signs"}
    assert not any(is_canonical(problem.question) for problem in problems if problem.family not in plain)


def test_equal_seeds_give_equal_problems() -> None:
    assert list(generate(50, 11)) == list(generate(50, 11))
    assert list(generate(50, 11)) != list(generate(50, 12))


def test_splits_share_no_template() -> None:
    seen: dict[str, set[Split]] = {}
    for split in set(Split) - {Split.HELD_OUT, Split.TEST_WORDS, Split.TEST_PAIR}:
        for problem in generate(150, 5, splits=frozenset({split})):
            assert problem.split is split
            seen.setdefault(problem.template, set()).add(split)
    assert all(len(splits) == 1 for splits in seen.values())


def test_held_families_are_held_out_whole() -> None:
    for template in all_templates():
        assert (template.family in HELD_FAMILIES) == (split_of(template) is Split.TEST_FAMILY)
        assert holds_held_pair(template.expression) <= (split_of(template) in (Split.TEST_FAMILY, Split.TEST_PAIR))
    counts = Counter(split_of(template) for template in all_templates())
    assert counts[Split.TRAIN] > 500
    assert counts[Split.TEST] > 40


def test_template_names_and_texts_are_unique() -> None:
    templates = all_templates()
    assert len({template.name for template in templates}) == len(templates)
    assert len({(template.text, template.expression) for template in templates}) == len(templates)


def test_every_template_makes_problems() -> None:
    rng = random.Random(1)
    for template in all_templates():
        made = [make_problem(template, rng) for _ in range(6)]
        assert sum(problem is not None for problem in made) >= 1, template


def test_published_sentences_are_never_made(problems: list[Problem]) -> None:
    assert all(is_published(text) for text in PUBLISHED)
    assert is_published("add 11 and 94.")
    assert not is_published("add 11 and 95")
    assert not any(is_published(problem.question) for problem in problems)


def test_a_scenario_file_names_its_options() -> None:
    text = "@HAS = [has|had]\n[loss] plain\na - b; drop, k=2, b:2..9, decimal a :: {P} @HAS <a>, <b>, <k=half>.\n"
    (template,) = read_templates(text)
    assert (template.name, template.story, template.droppable) == ("loss-00", False, True)
    assert (template.fixed, template.ranges, template.decimals) == ({"k": 2}, {"b": (2, 9)}, "a")
    assert template.text == "{P} [has|had] <a>, <b>, <k=half>."
    with pytest.raises(ValueError, match="no option"):
        read_templates("[loss]\na; sometimes :: <a>")
    with pytest.raises(ValueError, match="no template"):
        read_templates("[loss]\na - b {P} lost <b>")


def slot_expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["N0", "N1", "N2", "N3"])
    return st.recursive(
        leaves,
        lambda inner: st.builds("( {} {} {} )".format, inner, st.sampled_from(["+", "-", "*"]), inner),
        max_leaves=7,
    )


@given(slot_expressions(), st.lists(st.integers(-9, 99), min_size=4, max_size=4))
def test_ordering_keeps_the_value(expression: str, numbers: list[int]) -> None:
    once = ordered(f"{expression} =")
    assert ordered(once) == once
    names = {f"N{index}": number for index, number in enumerate(numbers)}
    assert _evaluate(once.removesuffix(" ="), names) == _evaluate(expression, names)


def test_ordering_gives_one_form() -> None:
    assert ordered("N2 * ( N0 + N1 ) =") == "( N0 + N1 ) * N2 ="
    assert ordered("N3 - ( N0 + N1 ) =") == "N3 - N0 - N1 ="
    assert ordered("N0 + N2 - N1 =") == "N0 - N1 + N2 ="
    assert ordered("N1 - N0 =") == "N1 - N0 ="


def _evaluate(expression: str, names: dict[str, int]) -> int:
    """Shunting-yard over + - * and parentheses: an oracle that shares nothing with the parser."""
    output: list[int] = []
    stack: list[str] = []
    rank = {"+": 1, "-": 1, "*": 2}

    def reduce() -> None:
        sign, right, left = stack.pop(), output.pop(), output.pop()
        output.append({"+": left + right, "-": left - right, "*": left * right}[sign])

    for token in expression.split():
        if token in names:
            output.append(names[token])
        elif token == "(":
            stack.append(token)
        elif token == ")":
            while stack[-1] != "(":
                reduce()
            stack.pop()
        else:
            while stack and stack[-1] != "(" and rank[stack[-1]] >= rank[token]:
                reduce()
            stack.append(token)
    while stack:
        reduce()
    return output[0]
