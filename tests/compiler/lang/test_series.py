"""Loops over linear bodies: deciding them at once gives what running them gives, errors and fuel included."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from irmill.compiler.lang import translate
from irmill.compiler.lang.interpret import Budget, interpret
from irmill.compiler.lang.parse import parse_text
from irmill.compiler.lang.types import check_types


@st.composite
def turning_sums(draw):
    """A sum that climbs to about the end of the range and comes back from there, so that only its turn leaves it."""
    count = draw(st.integers(5, 40))
    peak = 2**63 * draw(st.one_of(st.integers(980, 1030), st.integers(500, 1500))) // 1000
    first = draw(st.sampled_from([1, 1, 1, -1])) * min(4 * peak // count, 2**63 - 1)
    slope = -2 * first // (count - draw(st.integers(0, 2)))
    start = draw(st.integers(-2, 2))
    end = start + count - 1 - draw(st.sampled_from([0, 0, 0, 1, 2, count // 2]))
    offset = first - slope * start
    return _written(draw, start, end, draw(st.sampled_from([1, 1, 1, 2])), slope, offset)


@st.composite
def steep_sums(draw):
    """A sum of few terms, of which one may lie outside of the range where their sum does not."""
    edge = st.integers(-(2**63), 2**63)
    return _written(draw, draw(st.integers(-2, 2)), draw(st.integers(-2, 4)), 1, draw(edge), draw(edge))


def _written(draw, start, end, step, slope, offset):
    if draw(st.booleans()):
        start, end, step, slope = -start, -end, -step, -slope
    body = draw(st.sampled_from(["{slope} * i + {offset}", "{offset} - i * ({minus})", "-(({minus}) * i) + {offset}"]))
    written = body.format(slope=slope, offset=offset, minus=-slope)
    return f"sum(i, {start}, {end} by {step}, {written})"


@st.composite
def plain_loops(draw):
    """A sum or product of the loop's variable."""
    middle = draw(st.sampled_from([0, 2**31, 2**62, 2**63 - 20]))
    start, end = (middle + draw(st.integers(-40, 19)) for _ in range(2))
    body = draw(st.sampled_from(["", ", i"]))
    step, operation = draw(st.sampled_from([1, 2, -1, -3])), draw(st.sampled_from(["sum", "product"]))
    return f"{operation}(i, {start}, {end} by {step}{body})"


def outcome(text, fuel):
    found = interpret(check_types(parse_text(text)), Budget(fuel=fuel), steps=True)
    steps = [(step.text, step.value) for step in found.steps]
    # of what an iteration computed before an error, a closed form keeps nothing
    return found.value, found.error, steps if found.error is None else []


@settings(max_examples=400)
@given(
    st.one_of(turning_sums(), turning_sums(), steep_sums(), plain_loops()),
    st.sampled_from([0, 1, 5, 20, 10**6, 10**6, 10**6]),
)
def test_a_closed_form_is_the_loop(text, fuel):
    decided = outcome(text, fuel)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translate, "linear_parts", lambda _loop: None)
        assert decided == outcome(text, fuel)
