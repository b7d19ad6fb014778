"""Fixed-point numbers: against exact fractions, in the field, on the machine, and why the field's division fails."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from irmill.optimizer.field import fixed
from irmill.optimizer.field.fixed import FRACTION_BITS, SCALE, SUM_BOUND
from irmill.optimizer.field.goldilocks import signed
from irmill.optimizer.field.modulus import MODULUS
from irmill.optimizer.tasm.run import run_tasm

REALS = st.floats(-1e4, 1e4, allow_nan=False)
SUMS = st.integers(-SUM_BOUND + 1, SUM_BOUND - 1) | st.sampled_from(
    [0, 1, -1, 32767, 32768, 32769, -32767, -32768, -32769, 98304, -98304, SUM_BOUND - 1, 1 - SUM_BOUND]
)


@given(REALS)
def test_encoding_is_within_half_a_unit(real: float) -> None:
    code = fixed.encode([real])
    assert abs(Fraction(int(code[0]), SCALE) - Fraction(real)) <= Fraction(1, 2 * SCALE)
    assert np.array_equal(fixed.encode(fixed.decode(code)), code)


@pytest.mark.parametrize("real", [np.nan, np.inf, -np.inf, 2.0**30, -(2.0**30), 1e300])
def test_what_does_not_fit_is_refused(real: float) -> None:
    with pytest.raises(OverflowError):
        fixed.encode([1.0, real])


@given(SUMS)
def test_rescaling_rounds_to_the_nearest_ties_upwards(value: int) -> None:
    exact = Fraction(value, SCALE)
    nearest = (exact + Fraction(1, 2)).__floor__()
    assert fixed.rescale(np.array([value])).tolist() == [nearest]


@pytest.mark.parametrize("value", [SUM_BOUND, -SUM_BOUND, (1 << 63) - 1, -(1 << 63)])
def test_sums_beyond_the_bound_are_refused(value: int) -> None:
    with pytest.raises(OverflowError):
        fixed.rescale(np.array([0, value]))


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-60, 60)), min_size=1, max_size=9))
def test_products_are_within_half_a_unit(pairs: list[tuple[float, float]]) -> None:
    left, right = (fixed.encode(column) for column in zip(*pairs, strict=True))
    for a, b, product in zip(left.tolist(), right.tolist(), fixed.multiply(left, right).tolist(), strict=True):
        assert abs(Fraction(product, SCALE) - Fraction(a, SCALE) * Fraction(b, SCALE)) <= Fraction(1, 2 * SCALE)


@pytest.mark.parametrize("largest", [1 << 10, 1 << 20, 1 << 27])
def test_matrix_products_are_exact_on_both_ways(largest: int) -> None:
    """Small factors go through doubles, large ones through 64-bit integers; neither rounds."""
    random = np.random.default_rng(largest)
    left = random.integers(-largest, largest, size=(5, 40))
    right = random.integers(-largest, largest, size=(40, 7))
    wanted = [
        [sum(a * b for a, b in zip(row, column, strict=True)) for column in right.T.tolist()] for row in left.tolist()
    ]
    assert fixed.accumulate(left, right).tolist() == wanted


def test_a_layer_rounds_once() -> None:
    left, right = fixed.encode([[0.1] * 64]), fixed.encode([[0.1]] * 64)
    bias = fixed.encode([0.25])
    exact = sum(int(a) * int(b) for a, b in zip(left[0], right[:, 0], strict=True)) + int(bias[0]) * SCALE
    assert fixed.matmul(left, right, bias).tolist() == [[(exact + SCALE // 2) // SCALE]]
    assert fixed.matmul(left, right).tolist() == [[(exact - int(bias[0]) * SCALE + SCALE // 2) // SCALE]]


def test_sums_that_leave_64_bits_are_refused() -> None:
    wide = np.full((1, 4), 1 << 31)
    with pytest.raises(OverflowError):
        fixed.accumulate(wide, wide.T * 2)
    with pytest.raises(OverflowError):
        fixed.multiply(np.array([1 << 40]), np.array([1 << 40]))


def test_relu() -> None:
    assert fixed.relu(np.array([-3, 0, 5])).tolist() == [0, 0, 5]


@given(SUMS)
def test_the_machine_rescales_in_six_instructions(value: int) -> None:
    offset = SUM_BOUND + SCALE // 2
    run = run_tasm(
        f"read_io 1 addi {offset} push {SCALE} mul split pop 1 addi -{SUM_BOUND >> FRACTION_BITS} write_io 1 halt",
        public_input=[value % MODULUS],
    )
    assert run.cycles == 1 + 6 + 2
    assert signed(int(run.output[0])) == int(fixed.rescale(np.array([value]))[0])


def test_dividing_by_the_scale_in_the_field_is_no_rounding() -> None:
    """0.1 * 0.1 by the field's inverse of the scale is astronomically wrong, and so are nearly all products."""
    inverse = pow(SCALE, -1, MODULUS)
    tenth = int(fixed.encode([0.1])[0])
    assert abs(signed(tenth * tenth * inverse % MODULUS) / SCALE) > 1e13
    assert abs(int(fixed.multiply(np.array([tenth]), np.array([tenth]))[0]) / SCALE - 0.01) < 1e-4

    random = np.random.default_rng(3)
    left, right = (fixed.encode(random.uniform(-1, 1, size=4096)) for _ in range(2))
    by_inverse = [signed(a * b * inverse % MODULUS) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    reals = fixed.decode(left) * fixed.decode(right)
    wrong = fixed.decode(np.array(by_inverse))
    assert np.mean(np.abs(wrong - reals) < 1e-3) < 0.01
    assert 0.4 < np.mean(np.sign(wrong) == np.sign(reals)) < 0.6
    assert np.all(np.abs(fixed.decode(fixed.multiply(left, right)) - reals) <= 0.5 / SCALE)


def test_the_laws_of_the_field_do_not_notice() -> None:
    """Associativity and distributivity hold exactly for the unworkable product and to a unit for the rounded one."""
    inverse = pow(SCALE, -1, MODULUS)

    def unworkable(a: int, b: int) -> int:
        return a * b * inverse % MODULUS

    a, b, c = (int(code) for code in fixed.encode([0.3, 0.7, 1.9]))
    assert unworkable(a, unworkable(b, c)) == unworkable(unworkable(a, b), c)
    assert unworkable(a, b + c) == (unworkable(a, b) + unworkable(a, c)) % MODULUS
    x, y, z = (np.array([code]) for code in (a, b, c))
    rounded = fixed.multiply(x, fixed.multiply(y, z)) - fixed.multiply(fixed.multiply(x, y), z)
    assert abs(int(rounded[0])) <= 2
