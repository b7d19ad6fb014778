"""Derivations: every program of the actions and back, one canonical order, values as the interpreter's."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from irmill.compiler.english.corpus import generate
from irmill.compiler.english.order import ordered
from irmill.compiler.english.quantities import normal_form
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types
from irmill.compiler.model.direct.actions import (
    ACTIONS,
    INDEX,
    Action,
    Kind,
    Value,
    text_of_action,
    value_of_action,
)
from irmill.compiler.model.direct.derivation import Step, derivation_of, program_of

SLOTS = 4
Chain = list[tuple[bool, "int | Chain"]]
"""A sum's terms (a product's factors) and whether each is added (multiplied) or not."""


def outcome(text: str) -> object:
    """What the interpreter makes of a program; None for an error and for what takes long."""
    return interpret(check_types(parse_text(text)), Budget(fuel=20_000, steps=1_000_000)).value


def filled(slots: str, values: list[int]) -> str:
    return " ".join(
        str(values[int(word[1:])]) if word[0] == "N" and word[1:].isdigit() else word for word in slots.split()
    )


def numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger number expressions of smaller ones, every construct that actions build."""
    infix = st.tuples(inner, st.sampled_from("+-*/+-*/+-*/%^"), inner).map(lambda p: f"( {p[0]} {p[1]} {p[2]} )")
    floor = st.tuples(inner, inner).map(lambda p: f"( {p[0]} // {p[1]} )")
    folds = st.tuples(st.sampled_from(("min", "max", "gcd", "count")), inner, inner)
    loops = st.tuples(st.sampled_from(("sum", "product")), inner, inner)
    truths = st.tuples(inner, st.sampled_from(("<", ">", "<=", ">=", "==", "!=")), inner).map(" ".join)
    return st.one_of(
        infix,
        infix,
        floor,
        folds.map(lambda p: f"{p[0]} ( {p[1]} , {p[2]} )"),
        loops.map(lambda p: f"{p[0]} ( i , {p[1]} , {p[2]} )"),
        loops.map(lambda p: f"sum ( i , {p[1]} , {p[2]} , i * i )"),
        st.tuples(st.sampled_from(("abs", "sqrt")), inner).map(lambda p: f"{p[0]} ( {p[1]} )"),
        inner.map(lambda p: f"( - {p} )"),
        st.tuples(truths, inner, inner).map(lambda p: f"( if {p[0]} then {p[1]} else {p[2]} )"),
        st.lists(inner, min_size=2, max_size=3).map(" , ".join).map(lambda p: f"( sum ( [ {p} ] ) / len ( [ {p} ] ) )"),
    )


slot = st.integers(0, SLOTS - 1).map("N{}".format)
expressions = st.recursive(slot, numbers, max_leaves=6)


@settings(max_examples=150)
@given(expressions, st.lists(st.integers(1, 12), min_size=SLOTS, max_size=SLOTS))
def test_a_program_s_derivation_builds_its_value(text: str, values: list[int]) -> None:
    steps = derivation_of(f"{text} =", SLOTS)
    assume(steps is not None)
    assert steps is not None
    built = program_of(steps, SLOTS)
    assert built is not None
    wanted = outcome(filled(f"{text} =", values))
    assume(wanted is not None and not isinstance(wanted, float))
    assert outcome(filled(built, values)) == wanted


@settings(max_examples=100)
@given(expressions)
def test_what_is_built_has_a_derivation_that_builds_it(text: str) -> None:
    steps = derivation_of(f"{text} =", SLOTS)
    assume(steps is not None)
    assert steps is not None
    built = program_of(steps, SLOTS)
    assert built is not None
    again = derivation_of(built, SLOTS)
    assert again is not None
    assert program_of(again, SLOTS) == built


def example_steps(action: Action) -> tuple[Step, ...]:
    """A shortest derivation over three slots that ends in a number or a truth and uses the action."""
    number = INDEX[action.name]
    truth, branch = Step(0, 1, INDEX["less"]), Step(2, 3, INDEX["then"])
    pair, mean = Step(0, 1, INDEX["list"]), INDEX["mean"]
    match action.name:
        case "then" | "else":
            return (truth, branch, Step(0, 4, INDEX["else"]))
        case "list" | "mean":
            return (pair, Step(3, 3, mean))
        case "append":
            return (pair, Step(2, 3, number), Step(4, 4, mean))
        case _:
            return (Step(0, 0 if action.unary else 1, number),)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_is_read_from_what_it_writes(action: Action) -> None:
    steps = example_steps(action)
    text = program_of(steps, 3)
    assert text is not None
    assert text.endswith("is" if ACTIONS[steps[-1].action].gives is Kind.TRUTH else "=")
    assert derivation_of(text, 3) == steps


def literal(value: Fraction) -> str:
    text = str(abs(value.numerator)) if value.denominator == 1 else f"( {abs(value.numerator)} / {value.denominator} )"
    return f"( - {text} )" if value < 0 else text


operands = st.one_of(st.integers(-9, 40).map(Fraction), st.fractions(-9, 40, max_denominator=6))


@pytest.mark.parametrize("action", [a for a in ACTIONS if set(a.takes) == {Kind.NUMBER}], ids=lambda a: a.name)
@settings(max_examples=25)
@given(operands, operands)
def test_an_action_s_value_is_the_interpreter_s(action: Action, first: Fraction, second: Fraction) -> None:
    second = first if action.unary else second
    value: Value = value_of_action(action, first, second)
    if action.gives is Kind.LIST:
        assert value is None
        return
    suffix = "is" if action.gives is Kind.TRUTH else "="
    found = outcome(f"{text_of_action(action, literal(first), literal(second))} {suffix}")
    if found is not None and value is not None:
        assert value == found
        assert isinstance(value, bool) == isinstance(found, bool)
    elif found is not None:  # what is not computed: roots that are not exact, powers and loops that are too long
        assert action.name in ("sqrt", "product", "product_swapped") or action.name.startswith("power")


def test_no_value_comes_of_a_quantity_without_one() -> None:
    add = ACTIONS[INDEX["add"]]
    assert value_of_action(add, None, Fraction(1)) is None
    assert value_of_action(add, Fraction(1), True) is None
    assert value_of_action(ACTIONS[INDEX["divide"]], Fraction(1), Fraction(0)) is None


def test_no_value_is_out_of_the_language_s_range() -> None:
    power, multiply = ACTIONS[INDEX["power"]], ACTIONS[INDEX["multiply"]]
    assert value_of_action(power, Fraction(40), Fraction(60)) is None
    assert value_of_action(power, Fraction(2), Fraction(62)) == 2**62
    assert value_of_action(multiply, Fraction(2**62), Fraction(-2)) is None
    assert value_of_action(power, Fraction(1, 3**60), Fraction(60)) is None


def chains(slots: list[int]) -> st.SearchStrategy[Chain]:
    """Sums of products of sums over the slots, each used once, in the order given."""

    @st.composite
    def draw(draw: st.DrawFn) -> Chain:
        def grow(own: list[int], depth: int) -> Chain:
            made: Chain = []
            while own:
                size = draw(st.integers(1, len(own))) if depth and len(own) < len(slots) else 1
                part, own = own[:size], own[size:]
                term = part[0] if size == 1 else grow(part, depth - 1)
                made.append((not made or draw(st.booleans()), term))
            return made

        return grow(slots, 2)

    return draw()


def written(chain: Chain, signs: str, rng: random.Random) -> str:
    """One of the many ways to write a chain: any order of its terms, any parentheses."""
    terms = rng.sample(chain, len(chain))
    if len(terms) == 1:
        term = terms[0][1]
        return f"N{term}" if isinstance(term, int) else written(term, "*/" if signs == "+-" else "+-", rng)
    plain = next(index for index, term in enumerate(terms) if term[0])
    terms.insert(0, terms.pop(plain))  # so that the left part has something to start from
    cut = rng.randrange(1, len(terms))
    left, right = terms[:cut], terms[cut:]
    turned = [(not positive, term) for positive, term in right]
    ways = [(signs[0], right)] if any(p for p, _ in right) else []
    ways += [(signs[1], turned)] if any(p for p, _ in turned) else []
    sign, right = rng.choice(ways)
    return f"( {written(left, signs, rng)} {sign} {written(right, signs, rng)} )"


@settings(max_examples=150)
@given(chains([0, 1, 2, 3, 4]), st.sampled_from(("+-", "*/")), st.integers(0, 2**32))
def test_programs_of_the_same_terms_have_one_derivation(chain: Chain, signs: str, seed: int) -> None:
    rng = random.Random(seed)
    ways = {derivation_of(ordered(f"{written(chain, signs, rng)} ="), 5) for _ in range(4)}
    assert len(ways) == 1
    assert None not in ways


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=2, max_size=6),
    st.sampled_from(("+-", "*/")),
    st.integers(0, 2**32),
)
def test_no_step_of_a_chain_is_negative_or_broken_where_the_whole_is_not(
    terms: list[tuple[int, bool]], signs: str, seed: int
) -> None:
    values = [Fraction(value) for value, _ in terms]
    chain: Chain = [(not place or positive, place) for place, (_, positive) in enumerate(terms)]
    steps = derivation_of(f"{written(chain, signs, random.Random(seed))} =", len(terms))
    assert steps is not None
    known: list[Value] = [*values]
    for step in steps:
        known.append(value_of_action(ACTIONS[step.action], known[step.first], known[step.second]))
    made = [value for value in known[len(terms) :] if isinstance(value, Fraction)]
    assert len(made) == len(steps)
    if signs == "+-":
        assume(made[-1] >= 0)
        assert min(made) >= 0
    else:
        assume(made[-1].denominator == 1)
        assert all(value.denominator == 1 for value in made)


def test_the_order_of_steps_is_pinned() -> None:
    """What the weights were trained on: another order makes them wrong."""
    names = {
        "N0 - N1 + N2 =": [(0, 2, "add"), (1, 3, "subtract_swapped")],
        "N0 / N1 * N2 =": [(0, 2, "multiply"), (1, 3, "divide_swapped")],
        "( N0 + N1 ) * N2 =": [(0, 1, "add"), (2, 3, "multiply")],
        "N1 > N0 is": [(0, 1, "less")],
        "N0 + N1 < N2 is": [(0, 1, "add"), (3, 2, "less")],
        "N2 < N0 + N1 is": [(0, 1, "add"), (3, 2, "greater")],
        "N0 < N1 + N2 is": [(1, 2, "add"), (0, 3, "less")],
        "N0 * N0 =": [(0, 0, "square")],
        "min ( N0 , N1 , N2 ) =": [(0, 1, "min"), (2, 3, "min")],
    }
    for text, wanted in names.items():
        steps = derivation_of(text, 3)
        assert steps is not None
        assert [(step.first, step.second, ACTIONS[step.action].name) for step in steps] == wanted


def test_the_order_of_actions_is_pinned() -> None:
    """The network's outputs are numbered by it."""
    names = [action.name for action in ACTIONS]
    assert names[:6] == ["add", "subtract", "subtract_swapped", "multiply", "divide", "divide_swapped"]
    assert names[-6:] == ["mean", "negate", "abs", "sqrt", "square", "double"]
    assert len(names) == len(set(names)) == 39


@pytest.mark.parametrize("text", ["N0 =", "N0 + 5 =", "N0 + N7 =", "N0 - N0 =", "floor ( N0 ) =", "x = N0 ; x + N1 ="])
def test_what_no_actions_build_has_no_derivation(text: str) -> None:
    assert derivation_of(text, 2) is None


def test_most_problems_of_the_generator_have_a_derivation() -> None:
    problems = list(generate(150, 5))
    found = [
        derivation_of(problem.slots, len(normal_form(problem.question).quantities)) is not None for problem in problems
    ]
    assert sum(found) > 0.9 * len(problems)
